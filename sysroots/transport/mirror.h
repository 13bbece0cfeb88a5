/* SPDX-License-Identifier: MIT */
/*
 * Where a distribution's archive is: XBUILD_MIRROR_<NAME> (a list, separated by blanks; cli/ fills it
 * from config.json too), else what the source table has built in; and which keys vouch for it:
 * XBUILD_KEYRING_<NAME>, else the table's.
 */
#ifndef SYSROOTS_MIRROR_H
#define SYSROOTS_MIRROR_H

#include "base/context.h"
#include "sysroots/source.h"

/* "XBUILD_MIRROR_DEBIAN" */
char *mirror_variable(struct arena *a, const char *prefix, const struct distribution *d);
/* URIs without a slash at their end, NULL-terminated, never empty. */
const char *const *mirror_bases(
	const struct context *ctx, const struct source *source, const char *arch);
/* Did somebody say where it is? */
bool mirror_is_chosen(const struct context *ctx, const struct source *source);
/* The keyring, or the directory of keys; "" where the distribution has none. */
const char *mirror_keys(const struct context *ctx, const struct source *source);
/* The URL of a path of the archive at each of the bases. The path is encoded. */
const char *const *mirror_urls(struct arena *a, const char *const *bases, const char *path);

#endif
