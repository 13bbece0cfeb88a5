/* SPDX-License-Identifier: MIT */
/*
 * What remains to be done with an unpacked tree (links are made relative while unpacking, and
 * layout.h moved every file to its place): the links of a merged system are added, links that lead
 * nowhere are removed, and the list of what is there is sorted.
 */
#ifndef SYSROOTS_NORMALISE_H
#define SYSROOTS_NORMALISE_H

#include "base/error.h"
#include "sysroots/layout.h"
#include "sysroots/unpack.h"

/* Part of every root's digest: raised whenever layout.c, unpack.c or normalise.c would make another
 * tree from the same packages. */
#define NORMALISE_VERSION 1

/* `list` is what was unpacked into `dir`; afterwards what is there, sorted bytewise by path. */
bool normalise_tree(const char *dir, const struct layout *layout, struct unpack_list *list,
	struct error *err) MUST_USE;

void normalise_sort(struct unpack_list *list);
/* Only sorts the list and removes the links that lead nowhere. */
bool normalise_links(const char *dir, struct unpack_list *list, struct error *err) MUST_USE;
/* Makes a link in the tree and the list, where nothing of that name is yet and something is at its
 * target (from the top); the list is sorted before and after. */
bool normalise_add_link(const char *dir, const char *path, const char *target,
	struct unpack_list *list, struct error *err) MUST_USE;

/* The entry of a sorted list with this path, or NULL. */
const struct unpack_entry *normalise_find(const struct unpack_list *list, const char *path);
/* The same, with links followed: the regular file that opening `path` (seen from the root) would
 * open; NULL when it is not there, is a directory, or the links run in a circle. */
const struct unpack_entry *normalise_resolve(
	const struct unpack_list *list, struct arena *scratch, const char *path);

#endif
