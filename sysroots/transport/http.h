/* SPDX-License-Identifier: MIT */
/*
 * Packages from web servers, laid out as Debian, Alpine or FreeBSD lay out their archives. What an
 * archive says is believed when its signature holds; what a lock says, when the bytes have that
 * digest. Nothing here is called but through the table in transport.c.
 */
#ifndef SYSROOTS_HTTP_H
#define SYSROOTS_HTTP_H

#include "sysroots/transport/package.h"

bool http_available(
	const struct context *ctx, const struct source *source, struct error *err) MUST_USE;
bool http_resolve(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const char *const *names, bool refresh, struct package_list *ret,
	struct error *err) MUST_USE;
bool http_closure(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const struct package_list *given, const char *const *names,
	struct strvec *ret, struct error *err) MUST_USE;
bool http_fetch(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const struct package_list *packages, struct error *err) MUST_USE;

#endif
