/* SPDX-License-Identifier: MIT */
/*
 * Guards what stands where a result is about to be written. A linker replaces whatever its -o
 * names; a slip of the hand there must not cost somebody a source file.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"

/* ERROR_USAGE when `path` exists and is not an earlier result: a directory, a device, one of
 * `inputs` (NULL-terminated), or a file that is no binary. */
bool output_check(
	struct arena *a, const char *path, const char *const *inputs, struct error *err) MUST_USE;

#endif
