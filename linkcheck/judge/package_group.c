/* SPDX-License-Identifier: MIT */
/* Which members of a package are installed together, and where. */
#include <string.h>

#include "linkcheck/judge/package_inside.h"
#include "linkcheck/read/reader.h"
#include "linkcheck/unpack/layers.h"

static void
add_member(struct package *p, struct package_member m)
{
	if (p->count == p->cap) {
		size_t grown = p->cap ? p->cap * 2 : 64;

		p->members =
			arena_grow(&p->arena, p->members, p->cap, grown, sizeof(p->members[0]));
		p->cap = grown;
	}
	p->members[p->count++] = m;
}

static struct package_set *
new_set(struct package *p)
{
	struct package_set *set = ARENA_NEW(&p->arena, struct package_set);

	shipped_init(&set->shipped, &p->arena);
	set->contract = *p->contract;
	set->contract.shipped = &set->shipped;
	if (p->contract->world)
		set->world = *p->contract->world;
	set->world.shipped = &set->shipped;
	if (p->contract->world)
		set->contract.world = &set->world;
	return set;
}

/* `name` is what the member is called. Slices of a fat file share their place, and each is found under its
 * architecture too (dyld_search.c). */
static void
add_binary(struct package *p, struct package_set *set, const struct container_entry *e,
	const char *name)
{
	struct package_binary *b = e->binary;
	struct package_member m = { .name = name, .binary = b, .set = set };

	m.place = arena_printf(&p->arena, "/%s", e->path);
	add_member(p, m);
	if (!set || !b || b->err)
		return;
	if (b->arch)
		shipped_add(&set->shipped, arena_printf(&p->arena, "%s (%s)", m.place, b->arch),
			b->audit.subject.image);
	shipped_add(&set->shipped, m.place, b->audit.subject.image);
}

static void
add_link(struct package *p, struct package_set *set, const struct container_entry *e)
{
	const char *target = e->target;

	if (e->kind == CONTAINER_HARDLINK)
		target = arena_printf(&p->arena, "/%s", target);
	shipped_add_link(&set->shipped, arena_printf(&p->arena, "/%s", e->path), target);
}

static void
add_entry(struct package *p, struct package_set *set, const struct container_entry *e,
	const char *name)
{
	switch (e->kind) {
	case CONTAINER_BINARY:
		add_binary(p, set, e, name);
		break;
	case CONTAINER_LINK:
	case CONTAINER_HARDLINK:
		if (set)
			add_link(p, set, e);
		break;
	case CONTAINER_TEXT:
		if (set)
			shipped_add_text(
				&set->shipped, arena_printf(&p->arena, "/%s", e->path), e->text);
		break;
	case CONTAINER_OTHER:
	case CONTAINER_WHITEOUT:
		break;
	}
}

static void
add_tree(struct package *p, const struct container_tree *tree)
{
	struct package_set *set = tree->is_static ? NULL : new_set(p);

	if (set)
		set->shipped.floating = !tree->is_rooted;
	for (size_t i = 0; i < tree->count; i++) {
		const struct container_entry *e = &tree->items[i];
		const struct package_binary *b = e->binary;

		add_entry(p, set, e, b ? b->member : NULL);
	}
	if (set)
		shipped_close(&set->shipped);
}

/* Of several images each member's name begins with its image's. */
static void
add_image(struct package *p, const struct layers_image *image, bool only)
{
	struct package_set *set = new_set(p);

	/* An image is a file system that its programs have to start in. */
	set->shipped.whole = true;
	set->contract.world = &set->world;
	for (size_t i = 0; i < image->count; i++) {
		const struct container_entry *e = image->items[i];
		const struct container_tree top = { .name = only ? "" : image->name };

		add_entry(p, set, e, container_member(&p->arena, &top, e->path, e->arch));
	}
	shipped_close(&set->shipped);
}

static bool
no_imports(struct image *img, const struct image_import **ret, size_t *ret_count, struct error *err)
{
	(void)img;
	(void)err;
	*ret = NULL;
	*ret_count = 0;
	return true;
}

static bool
no_exports(struct image *img, const struct image_export **ret, size_t *ret_count, struct error *err)
{
	(void)img;
	(void)err;
	*ret = NULL;
	*ret_count = 0;
	return true;
}

/* The package stands as an image without any content. */
static const struct image_reader package_reader = {
	.format = FORMAT_ARCHIVE,
	.name = "package",
	.imports = no_imports,
	.exports = no_exports,
};

static void
add_remarks(struct package *p)
{
	const struct container *c = &p->container;
	struct arena *a = &p->arena;
	struct audit *audit = &p->remarks;
	struct image *img = ARENA_NEW(a, struct image);
	struct input *in = ARENA_NEW(a, struct input);

	input_from_buffer(in, a, p->path, "", 0);
	*img = (struct image){ .path = p->path, .input = in, .arena = a, .ops = &package_reader };
	img->format = FORMAT_ARCHIVE;
	img->type = IMAGE_OTHER;
	strvec_init(&img->defects, a);
	strvec_init(&img->unsimulated, a);
	strvec_init(&img->notes.dlopen, a);
	for (size_t i = 0; i < c->remark_count; i++)
		strvec_push(c->remarks[i].damaged ? &img->defects : &img->unsimulated,
			c->remarks[i].text);
	*audit = (struct audit){ .path = p->path, .readable = true };
	audit->subject.image = img;
	audit->subject.contract = p->contract;
	audit->subject.place = p->path;
	audit->malformed = img->defects.count > 0;
	strvec_init(&audit->subject.go.settings, a);
	add_member(p, (struct package_member){ .name = NULL });
}

void
package_group(struct package *p)
{
	struct layers_image *images;
	size_t count;

	layers_find(&p->container, &images, &count);
	if (p->container.remark_count > 0)
		add_remarks(p);
	for (const struct container_tree *t = p->container.trees; t; t = t->next)
		if (!t->in_image && t->count > 0)
			add_tree(p, t);
	for (size_t i = 0; i < count; i++)
		add_image(p, &images[i], count == 1);
}
