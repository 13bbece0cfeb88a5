/* SPDX-License-Identifier: MIT */
/* Layers on each other. */
#include "linkcheck/unpack/layers.h"

#include <string.h>

#include "base/path.h"
#include "base/strmap.h"
#include "linkcheck/unpack/container_inside.h"
#include "linkcheck/unpack/layers_inside.h"

#define MAX_LINKS 40

/* From the uppermost layer down: who came first stays. */
struct merge {
	struct arena *arena;
	struct strmap taken;  /* paths that an upper layer has, or took away */
	struct strmap opaque; /* directories whose lower content is gone */
	struct strmap layers; /* paths of those that are on it */
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

/* What one tree holds, by path: archives and links. A manifest may ask for each many thousand times. */
struct shelf {
	struct strmap trees, links;
};

static void
shelf_fill(struct shelf *ret, const struct container *c, const struct container_tree *top)
{
	strmap_init(&ret->trees, c->arena);
	strmap_init(&ret->links, c->arena);
	for (struct container_tree *t = c->trees; t; t = t->next)
		if (t->parent == top && !strmap_get(&ret->trees, t->path))
			strmap_set(&ret->trees, t->path, t);
	for (size_t i = 0; i < top->count; i++) {
		struct container_entry *e = &top->items[i];

		if (e->kind == CONTAINER_LINK && !strmap_get(&ret->links, e->path))
			strmap_set(&ret->links, e->path, e);
	}
}

/* `docker save` has a layer that two images share once, and a link for the other. */
static struct container_tree *
find_tree(struct arena *a, const struct shelf *shelf, const char *path)
{
	for (unsigned links = 0; links <= MAX_LINKS; links++) {
		struct container_tree *tree = strmap_get(&shelf->trees, path);
		const struct container_entry *link = strmap_get(&shelf->links, path);

		if (tree || !link)
			return tree;
		path = path_normal(a, path_join(a, path_dir(a, path), link->target));
	}
	return NULL;
}

/* A layer that is named again adds nothing below itself. */
static void
merge_layer(struct merge *m, struct container_tree *layer)
{
	layer->in_image = true;
	if (strmap_get(&m->layers, layer->path))
		return;
	strmap_set(&m->layers, layer->path, layer);
	put_layer(m, layer);
}

static void
merge_image(struct container *c, const struct shelf *shelf, const struct layers_list *list,
	struct layers_image *ret)
{
	struct merge m = { .arena = c->arena, .image = ret };

	*ret = (struct layers_image){ .name = list->name };
	strmap_init(&m.taken, c->arena);
	strmap_init(&m.opaque, c->arena);
	strmap_init(&m.layers, c->arena);
	for (size_t i = list->paths.count; i-- > 0;) {
		struct container_tree *layer = find_tree(c->arena, shelf, list->paths.items[i]);

		if (layer)
			merge_layer(&m, layer);
		else
			container_remark_add(c, true,
				arena_printf(c->arena,
					"%s: the layer %.512s is not in it, or no archive",
					list->name, list->paths.items[i]));
	}
}

void
layers_find(struct container *c, struct layers_image **ret, size_t *ret_count)
{
	struct layers_image *images = ARENA_ARRAY(c->arena, LAYERS_IMAGES, struct layers_image);
	size_t count = 0;

	for (struct container_tree *t = c->trees; t; t = t->next) {
		struct layers_remark wrong = { 0 };
		struct layers_list *lists;
		struct shelf shelf;
		size_t n = layers_read(c->arena, t, LAYERS_IMAGES - count, &lists, &wrong);

		if (wrong.text)
			container_remark_add(
				c, wrong.damaged, container_member(c->arena, t, wrong.text, NULL));
		if (n > 0)
			shelf_fill(&shelf, c, t);
		for (size_t i = 0; i < n; i++)
			merge_image(c, &shelf, &lists[i], &images[count++]);
	}
	*ret = images;
	*ret_count = count;
}
