/* SPDX-License-Identifier: MIT */
/*
 * A target's file system seen as a directory of this machine's. Symbolic links are followed inside
 * it: an absolute link starts again at the root, and ".." never leads out of it.
 */
#ifndef LINKCHECK_ROOTFS_H
#define LINKCHECK_ROOTFS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* The path of this machine that absolute `path` stands for, with all links resolved; NULL with errno when
 * there is no such file. `root` "" or "/" is this machine itself. */
char *rootfs_resolve(struct arena *a, const char *root, const char *path);
bool rootfs_is_dir(struct arena *a, const char *root, const char *path);
/* True when `root` is this machine's own file system. */
bool rootfs_is_host(const char *root);

struct shipped;

/* Where the small files of a file system are read: a directory, or a set that is a whole one. */
struct rootfs_source {
	const char *root;
	const struct shipped *image; /* instead, or NULL */
};

/* False when there is no such file, or it is longer than `cap`. */
bool rootfs_read(struct arena *a, const struct rootfs_source *from, const char *path, uint64_t cap,
	struct str *ret) MUST_USE;
/* The names in a directory, sorted. */
bool rootfs_list(struct arena *a, const struct rootfs_source *from, const char *dir,
	struct strvec *ret) MUST_USE;

/* `path` of this machine, relative or not, made absolute and with all links resolved; or NULL. */
char *rootfs_real(struct arena *a, const char *path);
/* The same for a file whose directory's real path is known: one look instead of one for each part. */
char *rootfs_real_in(struct arena *a, const char *real_dir, const char *path);

#endif
