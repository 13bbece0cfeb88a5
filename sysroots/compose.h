/* SPDX-License-Identifier: MIT */
/*
 * From packages in the store to a root in the store: unpack (in parallel), normalise, check,
 * write the manifest, promote.
 */
#ifndef SYSROOTS_COMPOSE_H
#define SYSROOTS_COMPOSE_H

#include "sysroots/manifest.h"
#include "sysroots/source.h"

/* What the root of these packages is called: it says nothing about when or where it is made. */
bool compose_digest(const struct target *t, const struct source *source,
	const struct package_list *packages, char hex[DIGEST_HEX], struct error *err) MUST_USE;

/* The root, made when it is not there; one process at a time makes it. A blob that is damaged goes into quarantine with
 * ERROR_VERIFY: fetch it again and call once more. */
bool compose_root(const struct context *ctx, const struct store *store, const struct target *t,
	const struct source *source, enum package_set set, const struct package_list *packages,
	struct manifest *ret, struct error *err) MUST_USE;

#endif
