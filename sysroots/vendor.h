/* SPDX-License-Identifier: MIT */
/*
 * Bundles for machines without a network: one archive with xbuild.lock and every package that it
 * names, as blobs/sha256/HEX. Taking one in believes nothing but digests.
 */
#ifndef SYSROOTS_VENDOR_H
#define SYSROOTS_VENDOR_H

#include <stdint.h>

#include "base/context.h"
#include "base/error.h"
#include "sysroots/lock.h"
#include "sysroots/store.h"

struct vendor_count {
	size_t packages;
	uint64_t bytes;
};

/* Fetches what the store lacks and writes the bundle; the same lock gives the same bytes. */
bool vendor_write(const struct context *ctx, const struct store *store, const struct lock *lock,
	const char *path, struct vendor_count *ret, struct error *err) MUST_USE;
/* Takes all packages of a bundle into the store, and gives the lock's text (from the arena). What is
 * no package, or not the one its name says, is an error; what came before it is kept. */
bool vendor_read(const struct context *ctx, const struct store *store, const char *path,
	struct str *ret_lock, struct vendor_count *ret, struct error *err) MUST_USE;

#endif
