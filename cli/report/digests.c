/* SPDX-License-Identifier: MIT */
/* Remembers digests of files. */
#include "cli/report/digests.h"

#include "base/digest.h"

void
digests_init(struct digests *d)
{
	pthread_mutex_init(&d->lock, NULL);
	arena_init(&d->arena);
	strmap_init(&d->known, &d->arena);
}

void
digests_clear(struct digests *d)
{
	pthread_mutex_destroy(&d->lock);
	arena_clear(&d->arena);
}

static char *
recall(struct digests *d, const char *path)
{
	char *hex;

	pthread_mutex_lock(&d->lock);
	hex = strmap_get(&d->known, path);
	pthread_mutex_unlock(&d->lock);
	return hex;
}

/* The file is read without the lock: two threads may do so at once, and find the same. */
const char *
digests_of(struct digests *d, const char *path)
{
	char *hex = recall(d, path), text[DIGEST_HEX] = "";
	struct error ignored;

	if (!hex) {
		if (!digest_file(path, text, NULL, &ignored))
			text[0] = '\0';
		pthread_mutex_lock(&d->lock);
		hex = arena_strdup(&d->arena, text);
		strmap_set(&d->known, arena_strdup(&d->arena, path), hex);
		pthread_mutex_unlock(&d->lock);
	}
	return *hex ? hex : NULL;
}
