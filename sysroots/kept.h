/* SPDX-License-Identifier: MIT */
/*
 * What was found out once and is remembered in the store (cache/KIND/HASH.json) for as long as the
 * stamps of the files it came from hold. The file's name is a cheap hash of the key; the key itself
 * stands inside and is compared, so a collision is only a miss. A store that cannot be written
 * remembers nothing, and nothing fails. Loading says that a thing is used: gc removes the others.
 */
#ifndef SYSROOTS_KEPT_H
#define SYSROOTS_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/json.h"
#include "base/str.h"
#include "sysroots/store.h"

/* FNV-1a, 64 bits: for names of files, never for trust. */
uint64_t kept_hash(const char *text);

/* Adds the file and its stamp of this moment: call it before the file is looked at. */
void kept_stamp(struct strvec *stamps, const char *path);

/* True when the key is remembered and every stamp holds; *ret is then the caller's to json_clear. */
bool kept_load(const struct context *ctx, const struct store *store, const char *kind,
	const char *key, struct json *ret) MUST_USE;
/* Adds every file whose stamp something that is remembered holds: what gc should not take. */
void kept_paths(const struct context *ctx, const struct store *store, struct strvec *ret);
/* Takes `value` (an object) over: adds key and stamps and writes it. */
void kept_save(const struct context *ctx, const struct store *store, const char *kind,
	const char *key, const struct strvec *stamps, struct json_value *value);

#endif
