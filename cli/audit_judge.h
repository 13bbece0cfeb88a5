/* SPDX-License-Identifier: MIT */
/*
 * What an audit judges files by besides themselves: the known platforms, those that were asked for
 * with --on, and the file system of --root. Libraries of the root are opened once for many files:
 * each worker borrows a store of them while it looks at a file.
 */
#ifndef CLI_AUDIT_JUDGE_H
#define CLI_AUDIT_JUDGE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "linkcheck/judge/audit.h"

#define JUDGE_STORES 256 /* as many as there can be workers */

struct audit_judge {
	struct verdict_set set;
	struct resolve_world world;
	const struct platform **on;
	const struct snapshot **snapshots; /* those of `on` that are files; NULL-terminated */
	size_t snapshot_count;
	pthread_mutex_t lock;
	struct objects *idle[JUDGE_STORES];
	size_t idle_count;
	size_t store_limit; /* bytes that one store may keep */
};

/* Fills the contract. `on` are ids of platforms, "root" among them, and snapshots: paths, or names of
 * files in `folder`. `root` and `folder` may be NULL. */
bool audit_judge_start(struct audit_judge *j, struct arena *a, const struct strvec *on,
	const char *root, const char *folder, struct contract *contract,
	struct error *err) MUST_USE;
/* NULL where no root is judged. */
struct objects *audit_judge_borrow(struct audit_judge *j, const struct contract *contract);
void audit_judge_return(struct audit_judge *j, struct objects *store);
/* Drops what stores remember, for a set of files of another name at the same place. */
void audit_judge_forget(struct audit_judge *j);
void audit_judge_end(struct audit_judge *j);

#endif
