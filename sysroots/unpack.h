/* SPDX-License-Identifier: MIT */
/*
 * Unpacks packages into a fresh directory, trusting nothing in them: no path leaves
 * the directory (no "..", no absolute path, not through links), no devices, no set-uid, caps on
 * entries, bytes and ratio (base/caps.h). Which paths are wanted, and where they go, is the
 * caller's choice.
 *
 * Files are written through directory descriptors that never follow a link. A symbolic link is
 * stored as the relative way to where its target is stored; one whose target is not wanted, or
 * would be the link itself, is left out. So no link can leave the directory, whatever an archive
 * says. Directories appear when something is stored in them.
 */
#ifndef SYSROOTS_UNPACK_H
#define SYSROOTS_UNPACK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/archive.h"
#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"

/* `path` is normal and relative ("usr/lib/crt1.o"). Returns NULL to leave it out, or the path it is
 * stored at (normal, relative, may live in `scratch`). Called from several threads. */
typedef const char *unpack_want(const void *ctx, struct arena *scratch, const char *path);

/* What has gone through, over several calls and threads, for the caps. */
struct unpack_totals {
	atomic_uint_fast64_t entries;
	atomic_uint_fast64_t bytes;
};

/* One file or link that was stored. */
struct unpack_entry {
	const char *path;
	const char *link; /* where a symbolic link points, as stored; NULL for a regular file */
	uint64_t size;
	bool executable;
	char sha256[DIGEST_HEX]; /* "" for a link */
};

struct unpack_list {
	struct arena *arena; /* owns the entries */
	struct unpack_entry *items;
	size_t count;
	size_t cap;
};

struct unpack_sink {
	const char *dir; /* exists; nobody else writes there but other unpackings of this set */
	unpack_want *want;
	const void *want_ctx;
	struct unpack_totals *totals;
	struct unpack_list *ret;
};

/* A .deb: ar -> data.tar.{xz,zst,gz}. */
bool unpack_deb(const struct archives *lib, const char *deb, const struct unpack_sink *sink,
	struct error *err) MUST_USE;
/* A tar archive, compressed or not (tests, imports). */
bool unpack_archive(const struct archives *lib, const char *archive, const struct unpack_sink *sink,
	struct error *err) MUST_USE;

/* Adds an entry that the caller made itself. */
void unpack_list_add(struct unpack_list *list, const struct unpack_entry *entry);

#endif
