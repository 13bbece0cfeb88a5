/* SPDX-License-Identifier: MIT */
/* How kit.c remembers what it resolved: a kit as JSON, under the text of its request. */
#ifndef TOOLCHAINS_KIT_KEEP_H
#define TOOLCHAINS_KIT_KEEP_H

#include "sysroots/kept.h"
#include "toolchains/kit.h"

/* Everything that decides how a request is resolved: the request, PATH, Go's variables, and the store
 * itself, which may be a copy of another. */
char *kit_key(const struct context *ctx, const struct store *store, const struct kit_request *req);
/* Fills what a kept kit holds; false when there is none that still holds. */
bool kit_load(const struct context *ctx, const struct store *store, const char *key,
	struct kit *kit) MUST_USE;
void kit_save(const struct context *ctx, const struct store *store, const char *key,
	const struct strvec *stamps, const struct kit *kit);

#endif
