/* SPDX-License-Identifier: MIT */
/* Open addressing with linear probing, at most half full. */
#include "base/strmap.h"

#include <string.h>

#define FIRST_CAP 32

/* FNV-1a. */
static uint32_t
hash_of(const char *key)
{
	uint32_t h = 2166136261u;

	for (; *key; key++)
		h = (h ^ (unsigned char)*key) * 16777619u;
	return h;
}

static struct strmap_slot *
slot_of(const struct strmap *m, const char *key, uint32_t hash)
{
	size_t i = hash & (m->cap - 1);

	while (m->slots[i].key && (m->slots[i].hash != hash || strcmp(m->slots[i].key, key) != 0))
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

static void
grow(struct strmap *m)
{
	struct strmap old = *m;

	m->cap = old.cap ? old.cap * 2 : FIRST_CAP;
	m->slots = ARENA_ARRAY(m->arena, m->cap, struct strmap_slot);
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].key)
			*slot_of(m, old.slots[i].key, old.slots[i].hash) = old.slots[i];
}

void
strmap_init(struct strmap *m, struct arena *a)
{
	*m = (struct strmap){ .arena = a };
}

void *
strmap_get(const struct strmap *m, const char *key)
{
	return m->cap ? slot_of(m, key, hash_of(key))->value : NULL;
}

void
strmap_set(struct strmap *m, const char *key, void *value)
{
	uint32_t hash = hash_of(key);
	struct strmap_slot *slot;

	if ((m->count + 1) * 2 > m->cap)
		grow(m);
	slot = slot_of(m, key, hash);
	if (!slot->key) {
		slot->key = key;
		slot->hash = hash;
		m->count++;
	}
	slot->value = value;
}
