/* SPDX-License-Identifier: MIT */
/*
 * The store: everything xbuild keeps between runs, below one directory ($XDG_CACHE_HOME/xbuild).
 *
 *	blobs/sha256/<hex>	packages, verified, then renamed into place
 *	roots/<digest>/		unpacked sysroots; the digest covers inputs and normaliser. Their files
 *				are read-only, their directories are not: rm -r needs no more
 *	roots/<digest>.json	what it was made from: packages, libc, source (sysroots/manifest.h);
 *				its time says when the root was last used, to the day
 *	roots/<digest>.files	every file and link in it, with its digest
 *	refs/<name>.json	which root serves a (target, source, set): a cheap look-up. One that a
 *				lock asked for has the digest in its name, and serves nobody else
 *	added/<name>.json	packages that somebody added to a target's sysroots (sysroots/added.h)
 *	imported/<name>.json	sysroots that were imported under a name (sysroots/import.h)
 *	cache/			what can be computed again: probes of tools, resolved invocations
 *	apt/<suite>-<arch>/	private apt state
 *	index/<source>-<arch>/	verified indexes of archives that were asked over http
 *	tmp/ locks/ quarantine/
 *
 * Anyone may kill us at any instant: a blob or a root exists wholly or not at all. Of two
 * processes that want the same thing one works and the other waits (flock). A store that cannot be
 * written still serves what it holds.
 */
#ifndef SYSROOTS_STORE_H
#define SYSROOTS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/digest.h"
#include "base/error.h"

struct store {
	const char *dir; /* absolute */
};

/* A directory below tmp/ that is ours while we live; store_sweep removes it once we do not. */
struct store_temp {
	char *path;
	int fd; /* the lock that says we live */
};

/* Names the store; touches nothing on disk. */
void store_init(struct store *s, const char *dir);
/* Makes its directories. ERROR_IO (read-only, no space) names the directory and XBUILD_CACHE_DIR. */
bool store_prepare(const struct store *s, struct error *err) MUST_USE;

char *store_path(const struct store *s, struct arena *a, const char *rel);
char *store_blob(const struct store *s, struct arena *a, const char *sha256);
char *store_root(const struct store *s, struct arena *a, const char *digest);

/* Is a whole blob of this size there? (Its digest is checked by `verify`, and before unpacking.) */
bool store_has_blob(const struct store *s, const char *sha256, uint64_t size);
/* Takes over a downloaded file: refuses it with ERROR_VERIFY when size or digest differ from what
 * was promised, else renames it into place. */
bool store_take_blob(const struct store *s, struct arena *a, const char *file, const char *sha256,
	uint64_t size, struct error *err) MUST_USE;

/* A fresh directory below tmp/, on the same file system as roots/. */
bool store_temp(
	const struct store *s, struct arena *a, struct store_temp *ret, struct error *err) MUST_USE;
/* Removes it with all it holds. */
void store_temp_drop(struct store_temp *t);
/* A lock by name, until file_unlock; waits for a live holder (the notifier is told so once). */
bool store_lock(const struct context *ctx, const struct store *s, const char *name, bool exclusive,
	int *ret_fd, struct error *err) MUST_USE;
/* Gives the tree's directories one mode and time, puts it on the disk, renames it to
 * roots/<digest>. The caller holds that root's lock and found no root there: a directory of that
 * name is what a dead or damaged one left, and goes into quarantine. */
bool store_promote_root(const struct store *s, struct arena *a, const char *tree,
	const char *digest, struct error *err) MUST_USE;
/* Moves a damaged blob or root out of the way. */
bool store_quarantine(
	const struct store *s, struct arena *a, const char *path, struct error *err) MUST_USE;
/* Removes a file or a tree of the store so that it is never seen half removed. */
bool store_discard(
	const struct store *s, struct arena *a, const char *path, struct error *err) MUST_USE;
/* Removes what the dead left in tmp/ (not locked by a living process). */
bool store_sweep(const struct context *ctx, const struct store *s, uint64_t *ret_bytes,
	struct error *err) MUST_USE;

/* Adds the bytes of a file, or of all files of a tree, to *bytes. */
bool store_bytes(struct arena *a, const char *path, uint64_t *bytes, struct error *err) MUST_USE;

/* Adds to an ERROR_IO that happened inside the store which directory it is, and where that helps,
 * how to get a better one; a hint that is there already knows more, and stays. */
bool store_blame(const struct store *s, struct error *err);

/* Sets the time of a file to today's, where it can be written: gc goes by it. */
void store_used(const char *path);

#endif
