/* SPDX-License-Identifier: MIT */
/* A member of a package as `xbuild deps` is asked for it: PACKAGE!path/inside. */
#ifndef CLI_DEPS_PACKAGE_H
#define CLI_DEPS_PACKAGE_H

#include <stdbool.h>

#include "cli/session.h"
#include "linkcheck/judge/package.h"

/* What the name stands for; close the package when done. */
struct deps_member {
	struct package *package;
	struct image *image;
	const struct shipped *shipped; /* what it is installed with; or NULL */
};

/* Is the name that of a member, and of no file? *ret_package is the part before the first '!' that is one. */
bool deps_is_member(struct arena *a, const char *name, const char **ret_package);
bool deps_member_open(struct session *s, const char *package, const char *name,
	struct deps_member *ret, struct error *err) MUST_USE;

#endif
