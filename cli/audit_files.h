/* SPDX-License-Identifier: MIT */
/*
 * The files that an audit looks at, in the order they were named. A directory stands for the files
 * below it, in sorted order; which of them are binaries is found out when they are opened.
 */
#ifndef CLI_AUDIT_FILES_H
#define CLI_AUDIT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

struct audit_file {
	const char *path;
	bool named;  /* by the user: it must be readable and of a known format */
	bool layout; /* a directory that is looked at as one package: an image's layers */
};

struct audit_files {
	struct arena *arena; /* set by the owner; the rest starts as zero */
	struct audit_file *items;
	size_t count, cap;
};

/* Links that are named are followed; links inside a directory are not. */
bool audit_files_add(struct audit_files *f, const char *path, struct error *err) MUST_USE;
/* Paths on standard input, each ended by a NUL byte. */
bool audit_files_add_stdin(struct audit_files *f, struct error *err) MUST_USE;

#endif
