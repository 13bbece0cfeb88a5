/* SPDX-License-Identifier: MIT */
/*
 * The YAML of .tbd files as JSON values, so that all versions of them are read by one piece of code. Every
 * document of the text becomes an object in the array "documents"; scalars are strings; the
 * tag of a document is its member "!". libyaml is loaded when it is first needed.
 */
#ifndef LINKCHECK_TBD_YAML_H
#define LINKCHECK_TBD_YAML_H

#include <stdbool.h>

#include "base/error.h"
#include "base/json.h"
#include "base/str.h"

/* ERROR_FORMAT with the line; anchors and lists in lists, which .tbd files do not have, are refused. */
bool tbd_yaml_parse(
	struct json *ret, const char *name, struct str text, struct error *err) MUST_USE;

#endif
