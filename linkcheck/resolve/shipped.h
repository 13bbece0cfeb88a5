/* SPDX-License-Identifier: MIT */
/*
 * Files that are installed together: a package, a directory, an image. Whoever resolves one of them looks
 * here first, by the path at which a loader will see it, or (PE) by its name alone. Links among them are
 * other names of the same file, and other ways to the same directory.
 *
 * A file is an image that was read, or one of this machine that is opened when somebody asks for it
 * (objects_shipped in object.h serves both). The images are the caller's and outlive the set. Once closed,
 * a set is only looked at, so threads may share it.
 */
#ifndef LINKCHECK_SHIPPED_H
#define LINKCHECK_SHIPPED_H

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/strmap.h"
#include "linkcheck/read/image.h"

struct shipped_file {
	const char *path;              /* absolute and normal */
	struct image *image;           /* NULL: `host` */
	const char *host;              /* a path of this machine; or NULL */
	const char *target;            /* of a link, as it stands; else NULL */
	const struct shipped_file *of; /* of a link to a file: that file */
	const struct shipped_file
		*same_name; /* the next one whose base name differs in case only */
};

/* A small file that loaders read. */
struct shipped_text {
	const char *path;
	struct str text;
};

struct shipped {
	struct arena *arena;
	bool whole;                  /* a whole file system: what is not in it is nowhere */
	bool floating;               /* its top may be any directory */
	struct shipped_file **items; /* in the order they were added */
	size_t count, cap;
	size_t dir_links; /* links that lead to directories */
	struct strmap by_path, by_name, by_stem, dirs;
	struct shipped_text *texts;
	size_t text_count, text_cap;
};

void shipped_init(struct shipped *s, struct arena *a);
/* Keep the path's pointer. A path that is there already is replaced: the later layer wins. */
void shipped_add(struct shipped *s, const char *path, struct image *image);
void shipped_add_host(struct shipped *s, const char *path, const char *host);
void shipped_add_link(struct shipped *s, const char *path, const char *target);
void shipped_add_text(struct shipped *s, const char *path, struct str text);
/* Finds out where links lead; nothing is added afterwards. Sets without links need not be closed. */
void shipped_close(struct shipped *s);

/* NULL when no file is installed there; `s` may be NULL. */
const struct shipped_file *shipped_at(const struct shipped *s, const char *path);
/* The first file of this base name in any directory and any case; follow same_name for more. */
const struct shipped_file *shipped_named(const struct shipped *s, const char *name);
/* The first file called `name` and more numbers: "libz.so.1.2.13" for "libz.so.1". */
const struct shipped_file *shipped_numbered(const struct shipped *s, const char *name);
/* Is there a directory with a file in it? */
bool shipped_is_dir(const struct shipped *s, const char *path);
/* NULL when no such text is kept. */
const struct shipped_text *shipped_text_at(const struct shipped *s, const char *path);
/* The names of texts and links in a directory, sorted. */
void shipped_list(const struct shipped *s, const char *dir, struct strvec *ret);
/* Where this image is installed, or NULL. */
const char *shipped_path_of(const struct shipped *s, const struct image *image);

#endif
