/* SPDX-License-Identifier: MIT */
/*
 * A private apt root: what is asked of the host's apt to make one (mirror, settings, helper), its
 * files, running apt programs in it, and understanding what they say. For apt*.c alone.
 */
#ifndef SYSROOTS_APT_ROOT_H
#define SYSROOTS_APT_ROOT_H

#include "base/context.h"
#include "base/proc.h"
#include "sysroots/source.h"
#include "sysroots/store.h"

struct apt_root {
	const struct source *source;
	const char *arch;
	const char *dir;    /* store apt/<suite>-<arch> */
	const char *mirror; /* URI of the archive, without a slash at its end */
	const char *helper; /* path of apt-helper */
	const char *const *env;
};

char *apt_root_dir(
	struct arena *a, const struct store *store, const struct source *source, const char *arch);
/* Asks the host, writes what differs. The caller holds the root's lock. */
bool apt_root_open(const struct context *ctx, const struct store *store,
	const struct source *source, const char *arch, struct apt_root *ret,
	struct error *err) MUST_USE;
/* Runs a program with both streams captured. That it says no is not an error here. */
bool apt_root_run(const struct context *ctx, const struct apt_root *root, const char *const *argv,
	proc_line *line, void *line_ctx, struct proc_result *ret, struct error *err) MUST_USE;

/* Makes sure that the root has an index: a recent one, or offline any. The caller holds the root's
 * lock. `names` is what it is needed for, in errors. */
bool apt_root_index(const struct context *ctx, const struct store *store,
	const struct apt_root *root, const char *const *names, bool refresh,
	struct error *err) MUST_USE;
/* The file that changes whenever the index does; and whether it is recent. */
char *apt_root_stamp(struct arena *a, const struct apt_root *root);
bool apt_root_is_recent(const struct context *ctx, const struct apt_root *root);

/* "a, b, c", not longer than a line of an error. */
const char *apt_join_names(struct arena *a, const char *const *names);

/* Turns what apt said into an error about `what` ("the index of debian:12 for arm64"). Returns
 * true when trying again soon may help. */
bool apt_complaint(struct error *err, const struct proc_result *result, const char *what);

#endif
