/* SPDX-License-Identifier: MIT */
/*
 * The packages that somebody added to a target's sysroot in this store (added/TARGET@SOURCE.json):
 * every sysroot that is made for that target from that source has them, until it is removed. Where
 * xbuild.lock is in force its entry says so instead, and this is not asked.
 */
#ifndef SYSROOTS_ADDED_H
#define SYSROOTS_ADDED_H

#include "base/context.h"
#include "base/json.h"
#include "sysroots/source.h"
#include "sysroots/store.h"
#include "sysroots/transport/package.h"

/* The file's path, for whoever holds a stamp of it. */
char *added_path(const struct context *ctx, const struct store *store, const char *target,
	const struct source *source);
/* Adds the names to `ret`, without doubles. No file, or a damaged one, is none. */
void added_read(const struct context *ctx, const struct store *store, const char *target,
	const struct source *source, struct strvec *ret);
/* Remembers these beside what was remembered before. */
bool added_remember(const struct context *ctx, const struct store *store, const char *target,
	const struct source *source, const struct strvec *names, struct error *err) MUST_USE;
bool added_forget(const struct context *ctx, const struct store *store, const char *target,
	const struct source *source, struct error *err) MUST_USE;

/* Can these packages, of which some are beyond the set, stand in a sysroot of the target? A library
 * that was built for glibc cannot serve musl: ERROR_USAGE names the first. */
bool added_serves(const struct source *s, const struct target *t, enum package_set set,
	const struct strvec *added, const struct package_list *packages,
	struct error *err) MUST_USE;

/* Lists of package names: what is not in `ret` yet is added, and the whole is sorted. */
void added_merge(struct strvec *ret, const struct strvec *names);
bool added_same(const struct strvec *x, const struct strvec *y);
/* Has `all` every one of `some`? */
bool added_within(const struct strvec *some, const struct strvec *all);
/* As the member "added" of an object; left out when there are none. A name that no package can have
 * is an error that names it. */
void added_to_json(struct json_value *object, const struct strvec *names);
bool added_from_json(struct arena *a, const struct json *doc, const struct json_value *object,
	struct strvec *ret, struct error *err) MUST_USE;

#endif
