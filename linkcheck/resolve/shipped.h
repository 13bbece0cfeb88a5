/* SPDX-License-Identifier: MIT */
/*
 * Files that are installed together: a package, a directory, an image. Whoever resolves one of them looks
 * here first, by the path at which a loader will see it, or (PE) by its name alone. The images are the
 * caller's and outlive the set; lazy parts of an image may be read by one thread at a time.
 */
#ifndef LINKCHECK_SHIPPED_H
#define LINKCHECK_SHIPPED_H

#include <stddef.h>

#include "base/arena.h"
#include "base/strmap.h"
#include "linkcheck/read/image.h"

struct shipped_file {
	const char *path; /* absolute and normal */
	struct image *image;
	const struct shipped_file
		*same_name; /* the next one whose base name differs in case only */
};

struct shipped {
	struct arena *arena;
	struct shipped_file **items; /* in the order they were added */
	size_t count, cap;
	struct strmap by_path, by_name;
};

void shipped_init(struct shipped *s, struct arena *a);
/* Keeps the path's pointer. A path that is there already is replaced: the later layer wins. */
void shipped_add(struct shipped *s, const char *path, struct image *image);
/* NULL when nothing is installed there; `s` may be NULL. */
const struct shipped_file *shipped_at(const struct shipped *s, const char *path);
/* The first file of this base name in any directory and any case; follow same_name for more. */
const struct shipped_file *shipped_named(const struct shipped *s, const char *name);
/* Where this image is installed, or NULL. */
const char *shipped_path_of(const struct shipped *s, const struct image *image);

#endif
