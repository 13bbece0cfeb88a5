/* SPDX-License-Identifier: MIT */
/*
 * Platforms of the user's own: a snapshot of any root directory, which then stands for it wherever
 * a platform is asked for (--on FILE). Making one reads the directory; using one reads the snapshot
 * alone (resolve/replica.h) and simulates the loader in it, so the verdict is that of --root on the
 * directory itself. What is not in the snapshot is not there.
 *
 * The text is the same for the same tree, whoever makes it and when. A snapshot is read once and
 * may be used by several threads, each with a store of objects of its own.
 */
#ifndef LINKCHECK_SNAPSHOT_H
#define LINKCHECK_SNAPSHOT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "linkcheck/platform/platform.h"
#include "linkcheck/platform/verdict.h"
#include "linkcheck/resolve/replica.h"

struct snapshot {
	struct platform platform;
	struct replica replica;
};

/* The snapshot of the directory `root`: the loaders that are there, what they search, and every
 * library in those places. ERROR_MISSING when there is no loader in it. */
bool snapshot_make(
	struct arena *a, const char *root, struct strbuf *ret, struct error *err) MUST_USE;
/* `name` is its path and must outlive it, `text` its content. */
bool snapshot_read(struct arena *a, const char *name, struct str text, struct snapshot *ret,
	struct error *err) MUST_USE;

/* Does the file start there? `store` is made for this snapshot; `shipped` (or NULL) comes with the
 * file. ERROR_FORMAT when it is nothing that is loaded. */
bool snapshot_verdict(struct arena *a, struct image *img, const struct snapshot *snapshot,
	const struct shipped *shipped, struct objects *store, struct verdict_row *ret,
	struct error *err) MUST_USE;

#endif
