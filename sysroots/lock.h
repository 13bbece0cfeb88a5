/* SPDX-License-Identifier: MIT */
/*
 * xbuild.lock: for each target the source, the exact packages with digests, and the digest of the
 * root they give. Commit it: two hosts with one lock get byte-identical roots.
 */
#ifndef SYSROOTS_LOCK_H
#define SYSROOTS_LOCK_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "sysroots/transport/package.h"

struct lock_entry {
	const char *target; /* canonical, settled: "linux/arm64/musl" */
	const struct source *source;
	enum package_set set;
	struct package_list packages;
	struct strvec added; /* names of those that were asked for beyond the set; sorted */
	const char *root;    /* digest of the normalised root */
};

struct lock {
	struct arena *arena;
	const char *path;
	bool exists;                /* a file is there */
	bool changed;               /* differs from the file */
	struct lock_entry *entries; /* sorted by target */
	size_t count;
};

/* A missing file gives an empty lock. Unknown keys, targets that are not canonical and values that
 * no lock can have are ERROR_USAGE with file and key. */
bool lock_read(struct lock *ret, struct arena *a, const char *path, struct error *err) MUST_USE;
/* The entry for a target whose set is at least `set`, or NULL. */
const struct lock_entry *lock_find(const struct lock *l, const char *target, enum package_set set);
/* Adds or replaces the entry of a target. */
void lock_put(struct lock *l, const struct lock_entry *entry);
bool lock_write(struct lock *l, struct error *err) MUST_USE;

/* May this entry be obeyed for its target (parsed)? Its source must serve the target, its packages
 * must be those that the source has for the set, and the root it names the one they give; if not,
 * `err` names the entry. The file is anybody's, so nothing is composed before this. */
bool lock_check(const struct lock *l, const struct lock_entry *entry, const struct target *t,
	struct error *err) MUST_USE;

#endif
