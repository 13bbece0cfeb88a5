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
	/* For whole systems, which are not as tidy as packages: a hard link to a file that is left
	 * out is left out too, and so is what has a name that no list can hold. */
	bool lenient;
	const char *top; /* what an absolute link starts from within the archive; NULL: its top */
};

/* A .deb: ar -> data.tar.{xz,zst,gz}. */
bool unpack_deb(const struct archives *lib, const char *deb, const struct unpack_sink *sink,
	struct error *err) MUST_USE;
/* A tar archive, compressed or not (tests, imports). */
bool unpack_archive(const struct archives *lib, const char *archive, const struct unpack_sink *sink,
	struct error *err) MUST_USE;

/* A tar or zip archive, compressed or not. */
bool unpack_import(const struct archives *lib, const char *archive, const struct unpack_sink *sink,
	struct error *err) MUST_USE;
/* A tar archive that is the present entry of another. */
bool unpack_inner(const struct archives *lib, struct archive_walk *outer, const char *name,
	const struct unpack_sink *sink, struct error *err) MUST_USE;
/* A directory of this machine, copied. Of a directory in it `want` is asked too, with a slash behind
 * its path: NULL keeps us out of it. What changes meanwhile is copied as it was found. */
bool unpack_directory(const char *dir, const struct unpack_sink *sink, struct error *err) MUST_USE;

/* What a symbolic link at `path` that leads to `target` is stored as, at `stored`: the relative way to
 * where its target is stored. NULL: the target is left out, or is the link itself. */
const char *unpack_link_text(const struct unpack_sink *sink, struct arena *scratch,
	const char *path, const char *stored, const char *target);
/* Can the name stand in a list with one line each? */
bool unpack_name_is_plain(const char *name);

/* Adds an entry that the caller made itself. */
void unpack_list_add(struct unpack_list *list, const struct unpack_entry *entry);

#endif
