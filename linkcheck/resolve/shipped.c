/* SPDX-License-Identifier: MIT */
/* Files that are installed together, found by path and by name. */
#include "linkcheck/resolve/shipped.h"

#include <ctype.h>
#include <string.h>

#include "base/path.h"

void
shipped_init(struct shipped *s, struct arena *a)
{
	*s = (struct shipped){ .arena = a };
	strmap_init(&s->by_path, a);
	strmap_init(&s->by_name, a);
}

static char *
lower_name(struct arena *a, const char *path)
{
	char *name = arena_strdup(a, path_base(path));

	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return name;
}

static void
add_by_name(struct shipped *s, struct shipped_file *file)
{
	char *name = lower_name(s->arena, file->path);
	struct shipped_file *last = strmap_get(&s->by_name, name);

	if (!last) {
		strmap_set(&s->by_name, name, file);
		return;
	}
	file->same_name = last->same_name;
	last->same_name = file;
}

void
shipped_add(struct shipped *s, const char *path, struct image *image)
{
	struct shipped_file *file = strmap_get(&s->by_path, path);

	if (file) {
		file->image = image;
		return;
	}
	file = ARENA_NEW(s->arena, struct shipped_file);
	*file = (struct shipped_file){ .path = path, .image = image };
	if (s->count == s->cap) {
		size_t grown = s->cap ? s->cap * 2 : 16;

		s->items = arena_grow(s->arena, s->items, s->cap, grown, sizeof(s->items[0]));
		s->cap = grown;
	}
	s->items[s->count++] = file;
	strmap_set(&s->by_path, path, file);
	add_by_name(s, file);
}

const struct shipped_file *
shipped_at(const struct shipped *s, const char *path)
{
	return s ? strmap_get(&s->by_path, path) : NULL;
}

const struct shipped_file *
shipped_named(const struct shipped *s, const char *name)
{
	struct arena scratch;
	const struct shipped_file *file;

	if (!s)
		return NULL;
	arena_init(&scratch);
	file = strmap_get(&s->by_name, lower_name(&scratch, name));
	arena_clear(&scratch);
	return file;
}

const char *
shipped_path_of(const struct shipped *s, const struct image *image)
{
	for (size_t i = 0; s && i < s->count; i++)
		if (s->items[i]->image == image)
			return s->items[i]->path;
	return NULL;
}
