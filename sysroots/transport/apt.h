/* SPDX-License-Identifier: MIT */
/*
 * Debian packages by the host's own apt: its mirror, proxy, credentials and keys, but a private
 * root (store apt/<suite>-<arch>/) with own lists, cache and an empty dpkg status. The host's apt
 * and dpkg state are not touched and no privilege is needed. Nothing here is called but through
 * the table in transport.c.
 */
#ifndef SYSROOTS_APT_H
#define SYSROOTS_APT_H

#include "sysroots/transport/package.h"

bool apt_available(
	const struct context *ctx, const struct source *source, struct error *err) MUST_USE;
bool apt_resolve(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const char *const *names, bool refresh, struct package_list *ret,
	struct error *err) MUST_USE;
bool apt_closure(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const struct package_list *given, const char *const *names,
	struct strvec *ret, struct error *err) MUST_USE;
bool apt_fetch(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const struct package_list *packages, struct error *err) MUST_USE;

#endif
