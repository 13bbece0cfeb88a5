/* SPDX-License-Identifier: MIT */
/*
 * Unpacks packages into a fresh directory, by libarchive, trusting nothing in them: no path leaves
 * the directory (no "..", no absolute path, not through links), no devices, no set-uid, caps on
 * entries, bytes and ratio (base/caps.h). Which paths are wanted is the caller's choice.
 */
#ifndef SYSROOTS_UNPACK_H
#define SYSROOTS_UNPACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/error.h"

/* `path` is normal and relative ("usr/lib/crt1.o"). Return NULL to leave it out, or the path it is stored at. */
typedef const char *unpack_want(void *ctx, const char *path);

struct unpack_totals {
	uint64_t entries;
	uint64_t bytes;
};

/* A .deb: ar -> data.tar.{xz,zst,gz}. `totals` runs over several calls, for the caps. */
bool unpack_deb(const char *deb, const char *into, unpack_want *want, void *want_ctx,
	struct unpack_totals *totals, struct error *err) MUST_USE;
/* Any archive libarchive knows (tests, imports). */
bool unpack_archive(const char *archive, const char *into, unpack_want *want, void *want_ctx,
	struct unpack_totals *totals, struct error *err) MUST_USE;

#endif
