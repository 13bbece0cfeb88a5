/* SPDX-License-Identifier: MIT */
/*
 * Which C library a file is bound to: by its interpreter, by the names of what it needs, by the
 * versions it asks for, or, when it needs nothing, by what it has inside.
 */
#ifndef LINKCHECK_LIBC_H
#define LINKCHECK_LIBC_H

#include "base/error.h"
#include "linkcheck/read/image.h"

/* How the file is bound to a C library. */
struct libc_use {
	enum target_libc kind; /* LIBC_UNKNOWN: none, or it cannot be told */
	enum { LIBC_LINKED_NONE, LIBC_LINKED_DYNAMIC, LIBC_LINKED_STATIC } linked;
	const char *version;  /* of a static libc where it can be told, or NULL */
	const char *evidence; /* one line */
	/* LIBC_LINKED_DYNAMIC only: a libc that is linked into a program which a loader starts and
	 * which needs no libc; LIBC_UNKNOWN: none. */
	enum target_libc inside;
	struct image_static_libc embedded; /* what was found of a libc inside; zero when nothing */
};

bool libc_identify(struct image *img, const struct image_go *go, struct libc_use *ret,
	struct error *err) MUST_USE;
/* The libc whose loader has this path, by its file name; LIBC_UNKNOWN for any other. */
enum target_libc libc_of_loader(const char *path);
/* The libc that a needed name belongs to without doubt ("libc.so" can be two: LIBC_UNKNOWN). */
enum target_libc libc_of_soname(const char *name);
/* The libc that a file's needed names and versions tell of. */
enum target_libc libc_of_needs(const struct image *img);
/* Is it a name of the C library proper (libc.so.6, libc.musl-x86_64.so.1, libc.so ...)? */
bool libc_is_libc_name(const char *name);

#endif
