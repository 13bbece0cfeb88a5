/* SPDX-License-Identifier: MIT */
/*
 * The store: everything xbuild keeps between runs, below one directory ($XDG_CACHE_HOME/xbuild).
 *
 *	blobs/sha256/<hex>	packages, verified while they were written, then renamed into place
 *	roots/<digest>/		unpacked sysroots, read-only; the digest covers inputs and normaliser
 *	roots/<digest>.json	what is in it: packages, files with digests, libc, source
 *	refs/<name>.json	which root serves a (target, source, set): a cheap look-up
 *	cache/			what can be computed again: probes of tools, resolved invocations
 *	apt/<suite>-<arch>/	private apt state
 *	tmp/ locks/ quarantine/
 *
 * Anyone may kill us at any instant: a blob or a root exists wholly or not at all. Of two
 * processes that want the same thing one works and the other waits (flock). A store that cannot be written still
 * serves what it holds.
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

/* Names the store; touches nothing on disk. */
void store_init(struct store *s, const char *dir);
/* Makes its directories. ERROR_IO (read-only, no space) names the directory and XBUILD_CACHE_DIR. */
bool store_prepare(const struct store *s, struct error *err) MUST_USE;

char *store_path(const struct store *s, struct arena *a, const char *rel);
char *store_blob(const struct store *s, struct arena *a, const char *sha256);
char *store_root(const struct store *s, struct arena *a, const char *digest);

/* Is a whole blob of this size there? (Its digest is checked by `verify`, and before unpacking.) */
bool store_has_blob(const struct store *s, const char *sha256, uint64_t size);
/* Takes over a downloaded file: hashes it while copying or before renaming, refuses it with ERROR_VERIFY when size or
 * digest differ from what was promised. */
bool store_take_blob(const struct store *s, struct arena *a, const char *file, const char *sha256,
	uint64_t size, struct error *err) MUST_USE;

/* A fresh directory below tmp/, on the same file system as roots/. */
bool store_temp(const struct store *s, struct arena *a, char **ret, struct error *err) MUST_USE;
/* An exclusive lock by name; waits for a live holder (the notifier is told so once). */
bool store_lock(const struct context *ctx, const struct store *s, const char *name, int *ret_fd,
	struct error *err) MUST_USE;
/* Makes the tree read-only, syncs it, renames it to roots/<digest>. When somebody else was faster the tree
 * is dropped and theirs is used. */
bool store_promote_root(const struct store *s, struct arena *a, const char *tree,
	const char *digest, struct error *err) MUST_USE;
/* Moves a damaged blob or root out of the way. */
bool store_quarantine(
	const struct store *s, struct arena *a, const char *path, struct error *err) MUST_USE;
/* Removes what the dead left in tmp/ (not locked by a living process). */
bool store_sweep(const struct context *ctx, const struct store *s, uint64_t *ret_bytes,
	struct error *err) MUST_USE;

#endif
