/* SPDX-License-Identifier: MIT */
/*
 * A look at a JSON text before the library parses it: the promises of base/json.h that the library
 * does not keep. Not for others than json.c.
 */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"

/* Size, nesting and number of values within the caps; the grammar of RFC 8259 and nothing more
 * (strings of UTF-8 without control characters, no second value behind the first); and no \u0000,
 * which would end a C string early. Pairs of surrogates are left to the parser. */
bool json_scan(const char *name, struct str text, struct error *err) MUST_USE;
/* An error at byte `at` of the text: "NAME: not valid JSON: WHAT" at NAME:LINE:COLUMN. */
bool json_scan_error(struct error *err, enum error_kind kind, const char *name, struct str text,
	size_t at, const char *what);

#endif
