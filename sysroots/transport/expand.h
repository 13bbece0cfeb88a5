/* SPDX-License-Identifier: MIT */
/*
 * Compressed index files, whole.
 */
#ifndef SYSROOTS_EXPAND_H
#define SYSROOTS_EXPAND_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* The content of a file that is compressed in some way or not at all, NUL behind its end, from malloc:
 * the caller frees *ret. ERROR_LIMIT above `cap` bytes, or when it expands beyond all measure. */
bool expand_file(
	const char *path, uint64_t cap, char **ret, size_t *ret_len, struct error *err) MUST_USE;

#endif
