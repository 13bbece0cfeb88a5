/* SPDX-License-Identifier: MIT */
/*
 * Writes files and links below one directory, for unpack.c alone. Every path is walked component
 * by component through directory descriptors opened with O_NOFOLLOW, and every file is created
 * with O_EXCL: nothing is ever written through a link or over another file. Files are read-only
 * from the start, keep the archive's time, and are digested while they are written.
 */
#ifndef SYSROOTS_UNPACK_TREE_H
#define SYSROOTS_UNPACK_TREE_H

#include <time.h>

#include "sysroots/unpack.h"

struct unpack_tree;

struct unpack_file_meta {
	bool executable;
	time_t mtime;
};

bool unpack_tree_open(struct unpack_tree **ret, const char *dir, struct unpack_list *list,
	struct error *err) MUST_USE;
void unpack_tree_close(struct unpack_tree *t);

/* One file at a time: begin, write any number of times, end. */
bool unpack_tree_begin(struct unpack_tree *t, const char *path, const struct unpack_file_meta *meta,
	struct error *err) MUST_USE;
bool unpack_tree_write(
	struct unpack_tree *t, const void *data, size_t len, struct error *err) MUST_USE;
uint64_t unpack_tree_written(const struct unpack_tree *t);
bool unpack_tree_end(struct unpack_tree *t, struct error *err) MUST_USE;

bool unpack_tree_symlink(struct unpack_tree *t, const char *path, const char *target, time_t mtime,
	struct error *err) MUST_USE;
/* Was a regular file stored under this path before? */
bool unpack_tree_has_file(struct unpack_tree *t, const char *path);
/* `target` is a file that this tree stored before. */
bool unpack_tree_hardlink(
	struct unpack_tree *t, const char *path, const char *target, struct error *err) MUST_USE;

#endif
