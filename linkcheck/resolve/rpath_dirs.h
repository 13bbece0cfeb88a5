/* SPDX-License-Identifier: MIT */
/*
 * The entries of a search path in a root: is the directory there, and could others put a library
 * into it? Only directories are looked at, and nothing is changed.
 */
#ifndef LINKCHECK_RPATH_DIRS_H
#define LINKCHECK_RPATH_DIRS_H

#include "linkcheck/resolve/rpath.h"

enum rpath_dir {
	RPATH_DIR_FINE, /* or nothing that can be told */
	RPATH_DIR_MISSING,
	RPATH_DIR_WRITABLE,  /* anybody can put a file there */
	RPATH_DIR_CREATABLE, /* it is missing, and anybody can make it */
};

/* One for each entry of `list`. `place` is the absolute path of the file on this machine. */
enum rpath_dir *rpath_dirs(
	struct arena *a, const struct rpath_list *list, const char *root, const char *place);

#endif
