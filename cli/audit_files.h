/* SPDX-License-Identifier: MIT */
/*
 * The files that an audit looks at, in the order they were named. A directory stands for the files
 * below it, in sorted order; which of them are binaries is found out when they are opened. All of them
 * ship together, at their real paths.
 */
#ifndef CLI_AUDIT_FILES_H
#define CLI_AUDIT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "linkcheck/resolve/shipped.h"

struct audit_file {
	const char *path;
	bool named;  /* by the user: it must be readable and of a known format */
	bool layout; /* a directory that is looked at as one package: an image's layers */
};

struct audit_files {
	struct arena *arena;
	struct audit_file *items;
	size_t count, cap;
	struct shipped shipped; /* files and links by their real paths; see audit_files_close */
	const char *top;        /* the real path of the directory that is being searched */
	const char *dir,
		*real; /* of the last file that was named: its directory, and where that is */
};

void audit_files_init(struct audit_files *f, struct arena *a);
/* Links that are named are followed; links inside a directory are not. */
bool audit_files_add(struct audit_files *f, const char *path, struct error *err) MUST_USE;
/* The set is complete; NULL when there is only one file in it. */
const struct shipped *audit_files_close(struct audit_files *f);
/* Paths on standard input, each ended by a NUL byte. */
bool audit_files_add_stdin(struct audit_files *f, struct error *err) MUST_USE;

#endif
