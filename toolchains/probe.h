/* SPDX-License-Identifier: MIT */
/*
 * Asking programs of this machine what they are. Answers are remembered (kept.h) until the program
 * changes. Used by the providers, and by kit.c for what a kept answer depends on.
 */
#ifndef TOOLCHAINS_PROBE_H
#define TOOLCHAINS_PROBE_H

#include "base/context.h"
#include "base/str.h"
#include "sysroots/store.h"

/* The first line that `path QUESTION` prints, or NULL when it fails. `path` is absolute. */
const char *probe_ask(const struct context *ctx, const struct store *store, const char *path,
	const char *question);
/* The number that follows `mark` in `text`: probe_major("clang version 14.0.6", "version ") is 14;
 * 0 when there is none. */
unsigned probe_major(const char *text, const char *mark);
/* Where the program really lies: its directory after all links. NULL when it does not exist. */
char *probe_home(struct arena *a, const char *path);

#endif
