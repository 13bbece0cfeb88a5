/* SPDX-License-Identifier: MIT */
/* The closure of a Mach-O file, breadth first, and the answer. */
#include "linkcheck/resolve/dyld.h"

#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "linkcheck/resolve/rootfs.h"

#define PLACES ((size_t)1 << 14)

struct dyld_library *
dyld_add(struct dyld *d, enum dyld_kind kind, const char *name)
{
	struct dyld_library *l = ARENA_NEW(d->arena, struct dyld_library);

	l->kind = kind;
	l->object.name = name;
	if (d->count == d->cap) {
		size_t grown = d->cap ? d->cap * 2 : 32;

		d->items = arena_grow(
			d->arena, d->items, d->cap, grown, sizeof(struct dyld_library *));
		d->cap = grown;
	}
	d->items[d->count++] = l;
	return l;
}

/* An architecture of a fat file is called "path (arm64)". */
static const char *
file_of(struct arena *a, const struct image *img)
{
	const char *suffix = arena_printf(a, " (%s)", img->arch);

	if (!cstr_ends(img->path, suffix))
		return img->path;
	return arena_strndup(a, img->path, strlen(img->path) - strlen(suffix));
}

/* Where the file is: in the set, below the root, or somewhere on this machine. */
static void
place_top(struct dyld *d, struct dyld_library *top)
{
	const char *file = file_of(d->arena, d->top);
	const char *path = shipped_path_of(d->world->shipped, d->top), *root;

	top->object.outside = !path;
	if (!path)
		path = rootfs_real(d->arena, file);
	if (!path)
		path = file;
	root = d->root && top->object.outside ? rootfs_real(d->arena, d->root) : NULL;
	if (root && strcmp(root, "/") != 0 && path_inside(root, path)) {
		path += strlen(root);
		top->object.outside = false;
	}
	top->object.dir = path_dir(d->arena, path);
}

static void
load_needs(struct dyld *d, struct dyld_library *l)
{
	const struct macho *facts = l->object.img->macho;
	struct deps_node *node = l->object.node;

	node->child_count = facts->dylib_count;
	node->children = ARENA_ARRAY(d->arena, node->child_count, struct deps_node);
	l->needs = ARENA_ARRAY(d->arena, facts->dylib_count, struct dyld_library *);
	for (size_t i = 0; i < facts->dylib_count; i++) {
		node->children[i].name = facts->dylibs[i].name;
		l->needs[i] = dyld_load(d, l, i, &node->children[i]);
	}
}

static const char *
gap(struct dyld *d)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct image *img = d->items[i]->object.img;
		const char *name = d->items[i]->object.name;

		if (d->items[i]->kind != DYLD_FILE)
			continue;
		if (img->defects.count > 0) {
			d->ret->damaged = true;
			return arena_printf(
				d->arena, "%s is damaged: %s", name, img->defects.items[0]);
		}
		if (img->unsimulated.count > 0)
			return arena_printf(d->arena, "%s: %s", name, img->unsimulated.items[0]);
	}
	return d->cut;
}

/* A program's own search path serves the libraries it loads, and its symbols too. */
static bool
left_to_program(const struct resolve_problem *p)
{
	return p->kind == RESOLVE_SYMBOL ||
	       (p->kind == RESOLVE_LIBRARY && cstr_starts(p->library, "@rpath/"));
}

static const char *
given(struct dyld *d)
{
	for (size_t i = 0; i < d->count; i++)
		if (d->items[i]->kind == DYLD_GIVEN)
			return arena_printf(d->arena,
				dyld_is_system(d->items[i]->object.name)
					? "no SDK is named (--sdk) that tells what %s has"
					: "nothing here tells whether %s is there",
				d->items[i]->object.name);
	return NULL;
}

static void
answer(struct dyld *d)
{
	struct resolution *r = d->ret;
	bool program = image_is_program(d->top);
	const char *why = gap(d);
	bool fatal = false;

	r->incomplete = why != NULL;
	for (size_t i = 0; i < r->problem_count; i++) {
		const struct resolve_problem *p = &r->problems[i];

		if (p->when != RESOLVE_AT_START)
			continue;
		if (program || !left_to_program(p))
			fatal = true;
		else if (!why)
			why = arena_printf(d->arena,
				"%s has to come from the program that loads it",
				p->symbol ? p->symbol : p->library);
	}
	if (!why)
		why = given(d);
	r->starts = fatal ? STARTS_NO : why ? STARTS_UNKNOWN : STARTS_YES;
	r->unknown = fatal ? NULL : why;
	r->damaged = r->damaged && !fatal;
}

/* Only files that were opened are objects to the outside. */
static void
list_objects(struct dyld *d)
{
	struct resolution *r = d->ret;

	r->objects = ARENA_ARRAY(d->arena, d->count, struct deps_object *);
	for (size_t i = 0; i < d->count; i++) {
		r->deps.objects += d->items[i]->kind != DYLD_ABSENT;
		if (d->items[i]->kind == DYLD_FILE)
			r->objects[r->object_count++] = &d->items[i]->object;
	}
	r->file = r->objects[0];
	r->file->node = &r->deps.top;
}

static void
sort_problems(struct dyld *d)
{
	struct resolution *r = d->ret;
	struct resolve_problem *sorted =
		ARENA_ARRAY(d->arena, r->problem_count, struct resolve_problem);
	size_t n = 0;

	for (int when = RESOLVE_AT_START; when <= RESOLVE_NOTE; when++)
		for (size_t i = 0; i < r->problem_count; i++)
			if ((int)r->problems[i].when == when)
				sorted[n++] = r->problems[i];
	r->problems = sorted;
}

bool
dyld_resolve(struct arena *a, struct image *img, struct objects *store,
	const struct resolve_world *world, bool bind, struct resolution *ret, struct error *err)
{
	struct dyld d = { .arena = a, .world = world, .store = store, .top = img, .ret = ret };
	struct dyld_library *top;

	if (!image_is_loadable(img))
		return error_set(err, ERROR_FORMAT,
			"%s is no program or shared library: nothing loads it", img->path);
	*ret = (struct resolution){ .starts = STARTS_UNKNOWN };
	strvec_init(&ret->unused, a);
	strvec_init(&ret->underlinked, a);
	strmap_init(&d.known, a);
	d.place_budget = PLACES;
	/* A Mach-O file is never for this machine: its directories say nothing. */
	d.root = world->root && !rootfs_is_host(world->root) ? world->root : NULL;
	top = dyld_add(&d, DYLD_FILE, img->path);
	top->object.img = img;
	top->object.object = object_of_image(img, false);
	top->object.node = &ret->deps.top;
	ret->deps.top =
		(struct deps_node){ .name = img->path, .path = img->path, .how = DEPS_PATH };
	place_top(&d, top);
	for (size_t i = 0; i < d.count; i++)
		if (d.items[i]->kind == DYLD_FILE)
			load_needs(&d, d.items[i]);
	if (bind)
		dyld_bind(&d);
	answer(&d);
	sort_problems(&d);
	list_objects(&d);
	return true;
}
