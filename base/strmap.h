/* SPDX-License-Identifier: MIT */
/*
 * A table from texts to pointers. It lives in an arena, only grows, and is walked by nobody, so no
 * result depends on its order. The keys are not copied.
 */
#ifndef BASE_STRMAP_H
#define BASE_STRMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct strmap_slot {
	const char *key; /* NULL: free */
	uint32_t hash;
	void *value;
};

struct strmap {
	struct arena *arena;
	struct strmap_slot *slots;
	size_t count;
	size_t cap; /* a power of two, or 0 */
};

void strmap_init(struct strmap *m, struct arena *a);
/* The value kept for `key`, or NULL. */
void *strmap_get(const struct strmap *m, const char *key);
/* Keeps or replaces. The key must live as long as the map. */
void strmap_set(struct strmap *m, const char *key, void *value);

#endif
