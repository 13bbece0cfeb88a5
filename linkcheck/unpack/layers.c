/* SPDX-License-Identifier: MIT */
/* Layers on each other. */
#include "linkcheck/unpack/layers.h"

#include <string.h>

#include "base/path.h"
#include "base/strmap.h"
#include "linkcheck/unpack/layers_inside.h"

#define MAX_LINKS 40

/* From the uppermost layer down: who came first stays. */
struct merge {
	struct arena *arena;
	struct strmap taken;  /* paths that an upper layer has, or took away */
	struct strmap opaque; /* directories whose lower content is gone */
	struct layers_image *image;
	size_t cap;
};

static char mark[] = "";

/* Is a directory above it hidden, or is one a file now? */
static bool
is_below_hidden(struct merge *m, const char *path)
{
	char *dir = arena_strdup(m->arena, path), *slash;

	if (strmap_get(&m->opaque, ""))
		return true;
	while ((slash = strrchr(dir, '/')) != NULL) {
		*slash = '\0';
		if (strmap_get(&m->taken, dir) || strmap_get(&m->opaque, dir))
			return true;
	}
	return false;
}

static void
push(struct merge *m, const struct container_entry *e)
{
	struct layers_image *image = m->image;

	if (image->count == m->cap) {
		size_t grown = m->cap ? m->cap * 2 : 256;

		image->items = arena_grow(m->arena, image->items, m->cap, grown,
			sizeof(const struct container_entry *));
		m->cap = grown;
	}
	image->items[image->count++] = e;
}

/* The slices of a fat file share a path. */
static bool
is_visible(struct merge *m, const struct container_entry *e)
{
	return e->kind != CONTAINER_WHITEOUT && !strmap_get(&m->taken, e->path) &&
	       !is_below_hidden(m, e->path);
}

static char *
without_slash(struct arena *a, const char *dir)
{
	size_t n = strlen(dir);

	return arena_strndup(a, dir, n > 0 && dir[n - 1] == '/' ? n - 1 : n);
}

static void
put_layer(struct merge *m, const struct container_tree *layer)
{
	for (size_t i = 0; i < layer->count; i++)
		if (is_visible(m, &layer->items[i]))
			push(m, &layer->items[i]);
	for (size_t i = 0; i < layer->count; i++) {
		const struct container_entry *e = &layer->items[i];

		if (e->kind == CONTAINER_WHITEOUT && e->target)
			strmap_set(&m->opaque, without_slash(m->arena, e->path), mark);
		else
			strmap_set(&m->taken, e->path, mark);
	}
}

/* `docker save` has a layer that two images share once, and a link for the other. */
static struct container_tree *
find_tree(struct container *c, const struct container_tree *top, const char *path, unsigned links)
{
	if (links > MAX_LINKS)
		return NULL;
	for (struct container_tree *t = c->trees; t; t = t->next)
		if (t->parent == top && strcmp(t->path, path) == 0)
			return t;
	for (size_t i = 0; i < top->count; i++) {
		const struct container_entry *e = &top->items[i];

		if (e->kind != CONTAINER_LINK || strcmp(e->path, path) != 0)
			continue;
		return find_tree(c, top,
			path_normal(
				c->arena, path_join(c->arena, path_dir(c->arena, path), e->target)),
			links + 1);
	}
	return NULL;
}

static void
remark(struct container *c, const char *text)
{
	struct container_remark *grown =
		ARENA_ARRAY(c->arena, c->remark_count + 1, struct container_remark);

	if (c->remark_count > 0)
		memcpy(grown, c->remarks, c->remark_count * sizeof(*grown));
	c->remarks = grown;
	c->remarks[c->remark_count++] = (struct container_remark){ true, text };
}

static void
merge_image(struct container *c, const struct container_tree *top, const struct layers_list *list,
	struct layers_image *ret)
{
	struct merge m = { .arena = c->arena, .image = ret };

	*ret = (struct layers_image){ .name = list->name };
	strmap_init(&m.taken, c->arena);
	strmap_init(&m.opaque, c->arena);
	for (size_t i = list->paths.count; i-- > 0;) {
		struct container_tree *layer = find_tree(c, top, list->paths.items[i], 0);

		if (layer) {
			layer->in_image = true;
			put_layer(&m, layer);
		} else {
			remark(c, arena_printf(c->arena,
					  "%s: the layer %s is not in it, or no archive",
					  list->name, list->paths.items[i]));
		}
	}
}

void
layers_find(struct container *c, struct layers_image **ret, size_t *ret_count)
{
	struct layers_image *images = NULL;
	size_t count = 0, cap = 0;

	for (struct container_tree *t = c->trees; t; t = t->next) {
		struct layers_list *lists = NULL;
		const char *wrong = NULL;
		size_t n = layers_read(c->arena, t, &lists, &wrong);

		if (wrong)
			remark(c, container_member(c->arena, t, wrong, NULL));
		for (size_t i = 0; i < n; i++) {
			if (count == cap) {
				images =
					arena_grow(c->arena, images, cap, cap + n, sizeof(*images));
				cap += n;
			}
			merge_image(c, t, &lists[i], &images[count++]);
		}
	}
	*ret = images;
	*ret_count = count;
}
