/* SPDX-License-Identifier: MIT */
/*
 * A sysroot: the headers and libraries of one target system, as a read-only directory that is
 * complete (it passed its self-check), normalised (no link leaves it) and named by the digest of
 * what it was made from.
 *
 * Layout of the glibc view: as on an installed, merged system (usr/include, usr/lib/MULTIARCH,
 * usr/lib/gcc/TRIPLE/N). Layout of the musl view: composed flat (usr/include, usr/lib with crt and
 * libgcc beside libc, lib/ld-musl-ARCH.so.1), because then every clang finds everything.
 */
#ifndef SYSROOTS_SYSROOT_H
#define SYSROOTS_SYSROOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/error.h"
#include "sysroots/lock.h"
#include "sysroots/source.h"
#include "sysroots/store.h"
#include "targets/target.h"

struct sysroot_request {
	struct target target;        /* settled */
	const struct source *source; /* NULL: what the lock says, else source_for */
	enum package_set set;        /* at least this */
	struct strvec packages;      /* names of further ones; what was added before stays */
	/* NULL: none in force. Obeyed, once lock_check has nothing against the entry; a missing
	 * entry is added, one of too small a set widened, unless `locked`. A request for another
	 * source than the entry's leaves the entry alone. */
	struct lock *lock;
	bool locked; /* fail with ERROR_USAGE if the lock would change */
};

struct sysroot {
	struct target target;
	const struct source *source;
	enum package_set set;
	const char *path; /* absolute: what --sysroot gets */
	const char *digest;
	const char *libc_version;
	const char *gcc;     /* major version of libgcc and libstdc++ */
	struct strvec added; /* names of packages that were asked for beyond the set */
	struct package_list packages;
	uint64_t bytes; /* unpacked */
	bool fresh;     /* made by this very call */
	bool pinned;    /* in a list: there because some project's lock asked for it */
};

/* A sysroot that is already in the store. No network, no child, a few file look-ups. False without an error
 * (err->kind ERROR_NONE) when there is none. */
bool sysroot_find(const struct context *ctx, const struct store *store,
	const struct sysroot_request *req, struct sysroot *ret, struct error *err) MUST_USE;
/* The same, composed when it is not there: resolve, fetch, unpack, normalise, self-check, promote. Offline and
 * missing is ERROR_MISSING naming what is missing. */
bool sysroot_get(const struct context *ctx, const struct store *store,
	const struct sysroot_request *req, struct sysroot *ret, struct error *err) MUST_USE;
/* Fills the lock's entry without fetching: packages that an existing root was made of, else the
 * index's; the root's digest follows from them. `update` asks the index again. */
bool sysroot_lock(const struct context *ctx, const struct store *store,
	const struct sysroot_request *req, bool update, struct error *err) MUST_USE;

struct sysroot_list {
	struct sysroot *items;
	size_t count;
};
/* All in the store, sorted by target, source and set, those of locks last. */
bool sysroot_list(const struct context *ctx, const struct store *store, struct sysroot_list *ret,
	struct error *err) MUST_USE;
/* Re-hashes every file and link of a root against its manifest, and its blobs. What is damaged is quarantined and named
 * in *ret_damage (one line each). */
bool sysroot_verify(const struct context *ctx, const struct store *store, const struct sysroot *s,
	struct strvec *ret_damage, struct error *err) MUST_USE;
/* The root, and every ref of that target to it. It stays while another target has one. */
bool sysroot_remove(const struct context *ctx, const struct store *store, const struct sysroot *s,
	struct error *err) MUST_USE;
/* Removes what is of no use any more. Kept are roots that a ref names which no lock asked for, or
 * the given lock (may be NULL), or that something used within the last 30 days; their packages;
 * and of cache/ and, unless offline, apt/, what was used in that time. */
bool sysroot_gc(const struct context *ctx, const struct store *store, const struct lock *lock,
	uint64_t *ret_bytes, size_t *ret_things, struct error *err) MUST_USE;

#endif
