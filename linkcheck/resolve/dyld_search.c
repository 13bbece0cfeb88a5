/* SPDX-License-Identifier: MIT */
/* Where dyld looks for one library, and what it finds there. */
#include <errno.h>
#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "linkcheck/resolve/dyld.h"
#include "linkcheck/resolve/rootfs.h"
#include "linkcheck/resolve/rpath.h"

#define RPATH "@rpath/"
#define LOADER_PATH "@loader_path"
#define EXECUTABLE_PATH "@executable_path"

/* One search. */
struct query {
	struct dyld *d;
	struct dyld_library *from;
	const struct macho_dylib *dylib;
	struct deps_node *node;
	size_t try_cap;
	const char *assumed; /* the first place that could not be looked at */
	struct object *object;
	const char *path;
	bool outside;
};

/* dyld's shared cache holds what is below these. */
static const char *const system_dirs[] = { "/usr/lib/", "/System/Library/", "/System/iOSSupport/",
	"/System/DriverKit/", "/Library/Apple/" };

bool
dyld_is_system(const char *path)
{
	for (size_t i = 0; i < ARRAY_LEN(system_dirs); i++)
		if (cstr_starts(path, system_dirs[i]))
			return true;
	return false;
}

static void
add_try(struct query *q, const char *path, const char *origin, const char *reason)
{
	struct deps_node *n = q->node;

	if (n->try_count == q->try_cap) {
		size_t cap = q->try_cap ? q->try_cap * 2 : 4;

		n->tries = arena_grow(q->d->arena, n->tries, q->try_cap, cap, sizeof(*n->tries));
		q->try_cap = cap;
	}
	n->tries[n->try_count++] = (struct deps_try){ path, origin, reason };
}

static bool
spend(struct dyld *d)
{
	if (d->place_budget == 0) {
		d->cut = "its libraries and search paths ask for too many places to look at";
		return false;
	}
	d->place_budget--;
	return true;
}

/* In a package an architecture of a fat file stands under a name of its own. */
static struct object *
open_shipped(struct query *q, const char *path, enum object_state *ret)
{
	const struct shipped *set = q->d->world->shipped;
	const struct shipped_file *file = shipped_at(set, path), *slice;

	if (!file)
		return NULL;
	if (file->of)
		file = file->of;
	if (file->host)
		return objects_open_arch(q->d->store, file->host, q->d->top->arch, ret);
	slice = shipped_at(set, arena_printf(q->d->arena, "%s (%s)", file->path, q->d->top->arch));
	return objects_shipped(q->d->store, slice ? slice : file, ret);
}

static struct object *
open_at(struct query *q, const char *path, bool outside, enum object_state *ret)
{
	struct dyld *d = q->d;
	const char *host = path;
	struct object *o;

	*ret = OBJECT_ABSENT;
	o = outside ? NULL : open_shipped(q, path, ret);
	if (o || *ret != OBJECT_ABSENT)
		return o;
	if (!outside) {
		if (!d->root)
			return NULL;
		host = rootfs_resolve(d->arena, d->root, path);
		if (!host) {
			*ret = object_state_of(errno);
			return NULL;
		}
	}
	return objects_open_arch(d->store, host, d->top->arch, ret);
}

/* dyld's "incompatible architecture", "not a dylib", "built for iOS". */
static const char *
refusal(struct query *q, const struct image *img)
{
	const struct image *top = q->d->top;

	if (img->format != FORMAT_MACHO)
		return "not a Mach-O file";
	if (strcmp(img->arch, top->arch) != 0)
		return arena_printf(q->d->arena, "other machine (%s)", img->arch);
	if (img->macho->filetype != MH_DYLIB)
		return "not a dylib";
	if (strcmp(img->os, top->os) != 0)
		return arena_printf(q->d->arena, "made for %s", img->os);
	return NULL;
}

/* True when the search ends here. dyld goes on after each kind of failure. */
static bool
try_at(struct query *q, const char *path, bool outside, const char *origin)
{
	static const char *const reasons[] = {
		[OBJECT_ABSENT] = "not there",
		[OBJECT_UNREADABLE] = "cannot be read",
		[OBJECT_TOO_LONG] = "the path is too long",
		[OBJECT_FAILED] = "cannot be opened",
		[OBJECT_BROKEN] = "not a Mach-O file",
		[OBJECT_FOREIGN] = "no slice of this architecture in it",
	};
	enum object_state state;
	const char *reason;
	struct object *o;

	o = open_at(q, path, outside, &state);
	reason = o ? refusal(q, o->img) : reasons[state];
	add_try(q, path, origin, reason);
	if (reason)
		return false;
	q->object = o;
	q->path = path;
	q->outside = outside;
	return true;
}

/* An absolute path of the target. Without a root nobody can say what is there. */
static bool
try_absolute(struct query *q, const char *path, const char *origin)
{
	struct dyld *d = q->d;

	path = path_normal(d->arena, path);
	if (d->root || shipped_at(d->world->shipped, path))
		return try_at(q, path, false, origin);
	add_try(q, path, origin,
		dyld_is_system(path) ? "the system's: not looked at"
				     : "not looked at without a root directory");
	if (!q->assumed && !rpath_is_build_dir(path))
		q->assumed = path;
	return false;
}

static bool
has_prefix(const char *s, const char *word)
{
	size_t n = strlen(word);

	return strncmp(s, word, n) == 0 && (s[n] == '/' || s[n] == '\0');
}

/* Below the directory of an object; ".." is taken out by text. */
static bool
try_below(struct query *q, const struct dyld_library *l, const char *rest, const char *origin)
{
	struct arena *a = q->d->arena;
	const char *path = path_normal(a, arena_printf(a, "%s/%s", l->object.dir, rest));

	return try_at(q, path, l->object.outside, origin);
}

static const struct dyld_library *
main_program(const struct dyld *d)
{
	return image_is_program(d->top) ? d->items[0] : NULL;
}

/* `path` begins with one of the two words, or is absolute; `who` is what @loader_path stands for. */
static bool
try_path(struct query *q, const struct dyld_library *who, const char *path, const char *origin)
{
	const struct dyld_library *program = main_program(q->d);

	if (!spend(q->d))
		return true;
	if (has_prefix(path, LOADER_PATH))
		return try_below(q, who, path + strlen(LOADER_PATH), origin);
	if (has_prefix(path, EXECUTABLE_PATH)) {
		if (program)
			return try_below(q, program, path + strlen(EXECUTABLE_PATH), origin);
		add_try(q, path, origin, "relative to a program that is not known here");
		if (!q->assumed)
			q->assumed = path;
		return false;
	}
	if (path[0] == '/')
		return try_absolute(q, path, origin);
	/* Loader.cpp: relative paths are for programs without library validation only. */
	add_try(q, path, origin, "relative: dyld does not look there");
	return false;
}

/* Each image's LC_RPATHs in order, from the one that needs it up to the program. */
static void
look_in_rpaths(struct query *q, const char *leaf)
{
	struct arena *a = q->d->arena;

	for (const struct dyld_library *l = q->from; l; l = l->loader) {
		const struct image_list *rpaths = &l->object.img->macho->rpaths;
		const char *origin = arena_printf(a, "LC_RPATH of %s", l->object.name);

		for (size_t i = 0; i < rpaths->count && !q->d->cut; i++) {
			const char *path = arena_printf(a, "%s/%s", rpaths->items[i], leaf);

			if (try_path(q, l, path, origin))
				return;
		}
	}
}

static struct dyld_library *
same_file(struct dyld *d, const struct object *o)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct object *known = d->items[i]->object.object;

		if (!known)
			continue;
		if (known == o)
			return d->items[i];
		if (known->ino == o->ino && known->dev == o->dev && o->ino != 0 &&
			known->input->size == o->input->size)
			return d->items[i];
	}
	return NULL;
}

static const char *
dir_of(struct dyld *d, const struct query *q)
{
	char *real = q->outside ? rootfs_real(d->arena, q->path) : NULL;

	return path_dir(d->arena, real ? real : q->path);
}

/* Takes what was found into the process. */
static struct dyld_library *
take(struct query *q)
{
	struct dyld *d = q->d;
	struct dyld_library *l = same_file(d, q->object);

	q->node->path = q->path;
	q->node->how = l ? DEPS_LOADED : cstr_starts(q->node->name, RPATH) ? DEPS_RPATH : DEPS_PATH;
	if (l)
		return l;
	l = dyld_add(d, DYLD_FILE, q->path);
	l->object.object = q->object;
	l->object.img = q->object->img;
	l->object.dir = dir_of(d, q);
	l->object.outside = q->outside;
	l->object.node = q->node;
	l->object.loader = &q->from->object;
	l->loader = q->from;
	return l;
}

static struct dyld_library *
take_given(struct query *q, const char *path)
{
	struct dyld *d = q->d;
	struct dyld_library *l;
	const struct tbd *file;
	const struct tbd_library *stub = NULL;
	bool system = dyld_is_system(path);

	if (system && d->world->sdk)
		stub = dyld_stub(d, path, &file);
	l = dyld_add(d, stub ? DYLD_STUB : DYLD_GIVEN, path);
	if (stub) {
		l->stub = stub;
		l->stubs = file;
	}
	q->node->path = path;
	q->node->how = system ? DEPS_SYSTEM : DEPS_ASSUMED;
	return l;
}

static struct dyld_library *
miss(struct query *q)
{
	struct dyld *d = q->d;
	const char *name = q->dylib->name, *by = q->from->object.name;
	struct dyld_library *l = dyld_add(d, DYLD_ABSENT, name);
	bool weak = q->dylib->weak;

	q->node->how = weak ? DEPS_WITHOUT : DEPS_MISSING;
	d->ret->deps.missing += !weak;
	if (!weak)
		dyld_problem(d, &(struct resolve_problem){
					.kind = RESOLVE_LIBRARY,
					.when = q->dylib->lazy ? RESOLVE_AT_CALL : RESOLVE_AT_START,
					.library = name,
					.wanted_by = by,
					.own = q->from == d->items[0],
					.text = arena_printf(d->arena,
						"library not loaded: %s, which %s needs", name, by),
				});
	return l;
}

static struct dyld_library *
look(struct query *q)
{
	struct dyld *d = q->d;
	const char *name = q->dylib->name;
	const struct tbd *file;

	if (cstr_starts(name, RPATH))
		look_in_rpaths(q, name + strlen(RPATH));
	else
		(void)try_path(q, q->from, name, "as it is needed");
	if (q->object)
		return take(q);
	if (d->cut) /* nobody has looked everywhere */
		return take_given(q, name);
	/* The cache is asked before the disk, and holds what an SDK has a stub for. */
	for (size_t i = 0; d->world->sdk && i < q->node->try_count; i++)
		if (dyld_is_system(q->node->tries[i].path) &&
			dyld_stub(d, q->node->tries[i].path, &file))
			return take_given(q, q->node->tries[i].path);
	if (dyld_is_system(name) && !d->world->sdk)
		return take_given(q, name);
	if (q->assumed && !(dyld_is_system(q->assumed) && d->world->sdk))
		return take_given(q, q->assumed);
	return miss(q);
}

struct dyld_library *
dyld_load(struct dyld *d, struct dyld_library *from, size_t i, struct deps_node *node)
{
	struct query q = {
		.d = d, .from = from, .dylib = &from->object.img->macho->dylibs[i], .node = node
	};
	const char *name = q.dylib->name;
	bool relative = has_prefix(name, LOADER_PATH);
	struct dyld_library *known = relative ? NULL : strmap_get(&d->known, name);

	if (d->count >= CAP_DEPS_OBJECTS)
		d->cut = "it loads more libraries than are looked at";
	if (d->cut)
		return dyld_add(d, DYLD_GIVEN, name);
	/* A library that is missing for one may be found for another, through its own search path. */
	if (known && known->kind != DYLD_ABSENT) {
		node->path = known->object.name;
		node->how = known->kind == DYLD_FILE             ? DEPS_LOADED
			    : dyld_is_system(known->object.name) ? DEPS_SYSTEM
								 : DEPS_ASSUMED;
		return known;
	}
	known = look(&q);
	if (!relative)
		strmap_set(&d->known, name, known);
	return known;
}
