/* SPDX-License-Identifier: MIT */
/*
 * What the unit tests share: cmocka with the headers it wants before it, an arena a test, and
 * temporary directories that are removed again.
 */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/path.h"

/* A fresh directory below $TMPDIR or /tmp. */
static inline char *
unit_temp_dir(struct arena *a)
{
	const char *parent = getenv("TMPDIR");
	struct error err;
	char *dir = NULL;

	error_clear(&err);
	if (!file_temp_dir(a, parent && *parent ? parent : "/tmp", "xbuild-unit-", &dir, &err))
		fail_msg("%s", err.what);
	return dir;
}

static inline void
unit_remove(const char *dir)
{
	struct error err;

	error_clear(&err);
	if (!file_remove(dir, &err))
		fail_msg("%s", err.what);
}

/* Writes a small file below `dir` and gives its path. */
static inline char *
unit_file(struct arena *a, const char *dir, const char *name, const char *text, mode_t mode)
{
	char *path = path_join(a, dir, name);
	struct error err;

	error_clear(&err);
	if (!file_write(path, str_from(text), mode, &err))
		fail_msg("%s", err.what);
	return path;
}

#endif
