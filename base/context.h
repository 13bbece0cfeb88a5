/* SPDX-License-Identifier: MIT */
/*
 * What a command hands down to the layers below: its arena, the environment that children may be
 * built from, where it stands, and whom to tell about progress. Nothing below cli/ prints; it
 * calls the notifier.
 */
#ifndef BASE_CONTEXT_H
#define BASE_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* Any function may be NULL. All are called from the command's own thread. */
struct notify {
	void *ctx;
	/* A child is about to run (shown by -v). */
	void (*command)(void *ctx, const char *const *argv);
	/* A step is done: "fetched", "3 packages, 3.8 MB". */
	void (*step)(void *ctx, const char *verb, const char *detail);
	/* Work in progress: `done` of `total` bytes (total 0: not known). Cheap to call often. */
	void (*progress)(void *ctx, const char *what, uint64_t done, uint64_t total);
};

struct context {
	struct arena *arena;
	const char *const *env; /* the caller's environment, whole */
	const char *cwd;        /* absolute */
	const struct notify *notify;
	bool offline;  /* open no socket, run no fetching child */
	unsigned jobs; /* 0: number of processors */
};

/* Calls that tolerate absent functions. */
void context_command(const struct context *ctx, const char *const *argv);
void context_step(const struct context *ctx, const char *verb, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
void context_progress(const struct context *ctx, const char *what, uint64_t done, uint64_t total);

#endif
