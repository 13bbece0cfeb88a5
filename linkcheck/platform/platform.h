/* SPDX-License-Identifier: MIT */
/*
 * Platforms: the systems a binary may be promised to. A platform is one row of
 * linkcheck/platform/platform_table.c; what its C library exports is linkcheck/platform/abi.h's to say. Any recorded
 * release is a platform too, without being listed: "glibc2.31", "musl1.2.3".
 */
#ifndef LINKCHECK_PLATFORM_H
#define LINKCHECK_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "base/str.h"
#include "linkcheck/platform/abi.h"
#include "targets/target.h"

struct platform {
	const char *id;    /* "debian:11", "alpine:3.20", "glibc2.31", "musl1.2.3" */
	const char *label; /* "Debian 11", for people */
	enum target_libc libc;
	const char *libc_version;
	const char
		*glibcxx; /* highest GLIBCXX_ of its libstdc++ ("3.4.28"), "" when not recorded */
};

/* The listed ones: families stand together, the oldest release first. */
size_t platform_count(void);
const struct platform *platform_at(size_t i); /* NULL behind the end */
/* By id. ERROR_USAGE with the nearest ids, or the releases that are known. The result lives in the
 * arena or for ever. */
const struct platform *platform_get(struct arena *a, const char *id, struct error *err) MUST_USE;
/* What releases of one distribution have in common: "debian" of "debian:11", "manylinux" of
 * "manylinux_2_17", "glibc" of "glibc2.31". Within a family the libc only grows newer, so "runs on
 * Debian 12 and later" needs one row. */
struct str platform_family(const struct platform *p);

#endif
