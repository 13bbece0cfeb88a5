/* SPDX-License-Identifier: MIT */
/* Refuses to let a result replace something that is not a result. */
#include "cli/output.h"

#include <sys/stat.h>

#include "base/input.h"
#include "base/str.h"
#include "linkcheck/read/image.h"

static bool
is_input(const struct stat *out, const char *const *inputs)
{
	struct stat st;

	for (; *inputs; inputs++)
		if (stat(*inputs, &st) == 0 && st.st_dev == out->st_dev && st.st_ino == out->st_ino)
			return true;
	return false;
}

static bool
is_binary(struct arena *a, const char *path)
{
	struct error ignored;
	struct input in;
	bool yes;

	if (!input_open(&in, a, path, &ignored))
		return false;
	yes = in.size == 0 || image_is_supported(&in);
	input_close(&in);
	return yes;
}

bool
output_check(struct arena *a, const char *path, const char *const *inputs, struct error *err)
{
	struct stat st;

	if (!*path) {
		error_set(err, ERROR_USAGE, "-o names no file");
		return error_hint(err, "give the result a name: -o hello");
	}
	if (cstr_ends(path, "/") || (stat(path, &st) == 0 && S_ISDIR(st.st_mode))) {
		error_set(err, ERROR_USAGE, "-o %s is a directory", path);
		return error_hint(
			err, "name the file: -o %s%shello", path, cstr_ends(path, "/") ? "" : "/");
	}
	if (stat(path, &st) != 0)
		return true;
	if (!S_ISREG(st.st_mode)) {
		error_set(err, ERROR_USAGE, "-o %s is not a regular file", path);
		return error_hint(err, "results are audited, so they must be files");
	}
	if (is_input(&st, inputs)) {
		error_set(err, ERROR_USAGE, "-o %s is one of the sources", path);
		return error_hint(err, "give the result another name");
	}
	if (is_binary(a, path))
		return true;
	error_set(err, ERROR_USAGE, "-o %s would replace a file that is no binary", path);
	return error_hint(err, "remove it first if it is not needed, or choose another name");
}
