/* SPDX-License-Identifier: MIT */
/* Reads ld.so.cache: sysdeps/generic/dl-cache.h is its only specification. */
#include "linkcheck/resolve/ldcache.h"

#include <string.h>

#include "base/bytes.h"
#include "base/caps.h"

static const char old_magic[] = "ld.so-1.7.0";
static const char new_magic[] = "glibc-ld.so.cache1.1";

#define OLD_HEADER 16
#define OLD_ENTRY 12
#define NEW_HEADER 48
#define NEW_ENTRY 24
/* A hwcap that names a glibc-hwcaps directory; other ones are of loaders before 2.37. */
#define HWCAP_EXTENSION 0x40000000u
/* ldconfig lets a name share the end of its path, so their copies are longer than the file; but not
 * by much, unless thousands of entries share one long text to do harm. */
#define TEXT_RATIO 4

/* The cache may begin with one of the old form, for loaders that nobody has any more. */
static bool
find_new(struct bytes *file, struct bytes *ret)
{
	uint64_t at = 0;

	if (bytes_equal(file, 0, old_magic, sizeof(old_magic) - 1)) {
		at = OLD_HEADER + (uint64_t)bytes_u32(file, 12) * OLD_ENTRY;
		at = (at + 7) / 8 * 8;
	}
	if (!bytes_equal(file, at, new_magic, sizeof(new_magic) - 1))
		return false;
	*ret = bytes_slice(file, at, file->len - at);
	ret->big_endian = file->big_endian;
	return true;
}

static const char *
hwcaps_in(struct arena *a, const char *path)
{
	const char *at = strstr(path, "/glibc-hwcaps/");

	if (!at)
		return NULL;
	at += strlen("/glibc-hwcaps/");
	return arena_strndup(a, at, strcspn(at, "/"));
}

static void
add_pair(struct arena *a, struct ldcache *c, const char *name, const char *path)
{
	if (c->count == c->cap) {
		size_t grown = c->cap ? c->cap * 2 : 64;

		c->pairs = arena_grow(a, c->pairs, c->cap, grown, sizeof(c->pairs[0]));
		c->cap = grown;
	}
	c->pairs[c->count++] = (struct ldcache_pair){ name, path };
}

struct ldcache *
ldcache_new(struct arena *a)
{
	struct ldcache *c = ARENA_NEW(a, struct ldcache);

	strmap_init(&c->names, a);
	return c;
}

void
ldcache_add(struct arena *a, struct ldcache *c, const char *name, const char *path)
{
	struct ldcache_entry *entry = ARENA_NEW(a, struct ldcache_entry);
	struct ldcache_entry *first = strmap_get(&c->names, name);

	add_pair(a, c, name, path);
	entry->path = path;
	entry->hwcaps = hwcaps_in(a, path);
	if (!first) {
		entry->last = entry;
		strmap_set(&c->names, name, entry);
		return;
	}
	first->last->next = entry;
	first->last = entry;
}

static struct ldcache *
parse(struct arena *a, struct bytes *b)
{
	struct ldcache *c = ldcache_new(a);
	uint32_t count = bytes_u32(b, 20);
	uint64_t room = b->len * TEXT_RATIO;

	if (b->bad || !bytes_has(b, NEW_HEADER, (uint64_t)count * NEW_ENTRY))
		return NULL;
	for (uint64_t i = 0; i < count; i++) {
		uint64_t at = NEW_HEADER + i * NEW_ENTRY;
		uint32_t low = bytes_u32(b, at + 16), high = bytes_u32(b, at + 20);
		uint32_t named = b->big_endian ? low : high, bits = b->big_endian ? high : low;
		struct str name = bytes_cstr(b, bytes_u32(b, at + 4), CAP_NAME);
		struct str path = bytes_cstr(b, bytes_u32(b, at + 8), CAP_PATH);

		if (b->bad || name.len + path.len > room)
			return NULL;
		room -= name.len + path.len;
		if (named == HWCAP_EXTENSION || (named == 0 && bits == 0))
			ldcache_add(a, c, str_dup(a, name), str_dup(a, path));
	}
	return c;
}

struct ldcache *
ldcache_read(struct arena *a, const struct rootfs_source *from, bool big_endian)
{
	struct bytes file, b;
	struct str text;

	if (!rootfs_read(a, from, "/etc/ld.so.cache", CAP_TEXT_FILE, &text))
		return NULL;
	file = bytes_from(text.ptr, text.len, 0, big_endian);
	return find_new(&file, &b) ? parse(a, &b) : NULL;
}

const struct ldcache_entry *
ldcache_find(const struct ldcache *c, const char *name)
{
	return strmap_get(&c->names, name);
}
