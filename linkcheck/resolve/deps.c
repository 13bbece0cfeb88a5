/* SPDX-License-Identifier: MIT */
/*
 * Loading: the closure of a file, breadth first, as the loaders load. Symbols are bound elsewhere
 * (bind.c).
 */
#include "linkcheck/resolve/deps.h"

#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/rootfs.h"

/* Up to the last slash, whatever stands before it: elf/dl-object.c, ldso/dynlink.c fixup_rpath. */
static char *
origin_of(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return arena_strdup(a, ".");
	return slash == path ? arena_strdup(a, "/")
			     : arena_strndup(a, path, (size_t)(slash - path));
}

static struct deps_object *
new_object(struct deps_search *s, struct object *object, struct deps_object *loader,
	const char *path, bool outside)
{
	struct deps_object *o = ARENA_NEW(s->arena, struct deps_object);

	o->object = object;
	o->img = object->img;
	o->loader = loader;
	o->name = path;
	o->dir = origin_of(s->arena, path);
	o->outside = outside;
	strvec_init(&o->names, s->arena);
	return o;
}

static void
add_object(struct deps_search *s, struct deps_object *o)
{
	if (s->object_count == s->object_cap) {
		size_t grown = s->object_cap ? s->object_cap * 2 : 32;

		s->objects = arena_grow(
			s->arena, s->objects, s->object_cap, grown, sizeof(struct deps_object *));
		s->object_cap = grown;
	}
	s->objects[s->object_count++] = o;
}

/* The first object that answers to a name keeps it, as in the loaders' lists. */
static void
add_name(struct strmap *names, const char *name, struct deps_object *o)
{
	if (name && !strmap_get(names, name))
		strmap_set(names, name, o);
}

static void
name_object(struct deps_search *s, struct deps_object *o, const char *name)
{
	add_name(&s->known, name, o);
	add_name(&s->exact, name, o);
	if (!strvec_has(&o->names, name))
		strvec_push(&o->names, name);
	if (s->dialect->soname_dedupe)
		add_name(&s->known, o->img->soname, o);
}

size_t
deps_index(const struct deps_search *s, const struct deps_object *o)
{
	size_t i = 0;

	while (i < s->object_count && s->objects[i] != o)
		i++;
	return i;
}

static void
name_one_again(struct deps_search *s, struct deps_object *o)
{
	if (o->unseen)
		return;
	add_name(&s->known, o->img->soname, o);
	for (size_t i = 0; i < o->names.count; i++) {
		add_name(&s->known, o->names.items[i], o);
		add_name(&s->exact, o->names.items[i], o);
	}
}

void
deps_name_again(struct deps_search *s)
{
	strmap_init(&s->known, s->arena);
	strmap_init(&s->exact, s->arena);
	name_one_again(s, s->file);
	if (s->interpreter)
		name_one_again(s, s->interpreter);
	for (size_t i = 0; i < s->object_count; i++)
		name_one_again(s, s->objects[i]);
}

/* musl, load_library: the names it keeps for itself, and its own path. glibc and the others know
 * the interpreter by the names it was given when it was found. */
static bool
is_loader_name(const struct deps_search *s, const char *name)
{
	const char *const *r = s->dialect->reserved;

	for (size_t i = 0; r && r[i]; i++)
		if (cstr_starts(name, r[i]))
			return true;
	if (!s->top->interpreter)
		return false;
	if (r)
		return strcmp(name, s->top->interpreter) == 0;
	return !s->interpreter && strcmp(name, path_base(s->top->interpreter)) == 0;
}

/* The loader takes its place in the scope when it is first needed. */
static struct deps_object *
need_interpreter(struct deps_search *s)
{
	if (s->interpreter && !s->interpreter_listed) {
		s->interpreter_listed = true;
		add_object(s, s->interpreter);
	}
	return s->interpreter;
}

static struct deps_object *
same_file(struct deps_search *s, const struct object *object)
{
	/* The kernel loads a program; the loader does not know its inode. */
	for (size_t i = 0; i < s->object_count; i++) {
		struct deps_object *o = s->objects[i];

		if (o->object->dev == object->dev && o->object->ino == object->ino &&
			object->ino != 0 && o != s->interpreter && !o->unseen &&
			!(o == s->file && image_is_program(s->top)))
			return o;
	}
	return NULL;
}

/* Takes what was found into the process. */
static struct deps_object *
take(struct deps_query *q)
{
	struct deps_search *s = q->s;
	struct deps_node *node = q->node;
	struct deps_object *o;

	node->path = q->path;
	node->how = q->how;
	if (q->is_libc) {
		node->path = deps_loader_path(s);
		node->how = DEPS_LOADER;
		s->second_libc = q->path;
		return need_interpreter(s);
	}
	o = same_file(s, q->object);
	if (o) {
		node->how = o == s->file ? q->how : DEPS_LOADED;
	} else {
		o = new_object(s, q->object, q->from, q->path, q->outside);
		o->node = node;
		add_object(s, o);
	}
	/* musl knows a library only by the name a search found it by. */
	if (s->dialect->soname_dedupe || q->how != DEPS_PATH)
		name_object(s, o, q->name);
	return o;
}

static void
miss(struct deps_search *s, struct deps_node *node)
{
	node->how = DEPS_MISSING;
	s->deps->missing++;
}

static struct deps_object *
found_loaded(struct deps_search *s, struct deps_query *q, struct deps_object *o)
{
	/* _dl_map_object: a match by soname adds the name. */
	name_object(s, o, q->name);
	q->node->path = o->name;
	q->node->how = o == s->interpreter ? DEPS_LOADER : DEPS_LOADED;
	return o == s->interpreter ? need_interpreter(s) : o;
}

/* Finds one needed name; the node is filled, and a new object queued. */
static struct deps_object *
load(struct deps_search *s, struct deps_object *from, struct deps_node *node)
{
	struct deps_query q = { .s = s, .from = from, .node = node };
	struct deps_object *o;

	q.name = deps_expand_name(s, from, node->name);
	if (!q.name) {
		miss(s, node);
		return NULL;
	}
	if (is_loader_name(s, q.name)) {
		node->path = deps_loader_path(s);
		if (!node->path)
			node->path = node->name;
		node->how = DEPS_LOADER;
		return need_interpreter(s);
	}
	o = strmap_get(&s->known, q.name);
	if (o)
		return found_loaded(s, &q, o);
	if (*q.name != '\0')
		deps_look(&q);
	if (q.object)
		return take(&q);
	miss(s, node);
	if (q.stop && node->try_count > 0)
		node->stop = &node->tries[node->try_count - 1];
	return NULL;
}

/* The kernel looks for the interpreter; without it nothing starts. A library's loader serves its
 * binding only. */
static void
load_interpreter(struct deps_search *s, struct deps_object *top, struct deps_node *node)
{
	struct deps_query q = { .s = s, .from = top, .node = node, .trail = true };
	const char *path = deps_loader_path(s);

	node->name = path;
	q.name = path;
	if (!s->has_files && !s->world->shipped)
		return;
	if (path[0] == '/')
		deps_try(&q, path, false, "interpreter", DEPS_LOADER);
	else
		deps_add_try(&q, path, "interpreter",
			"relative to the current directory: not looked at");
	if (!q.object)
		return;
	s->interpreter = new_object(s, q.object, top, path, false);
	s->interpreter->node = node;
	node->path = path;
	node->how = DEPS_LOADER;
	name_object(s, s->interpreter, path);
	if (s->dialect->soname_dedupe && s->interpreter->img->soname)
		name_object(s, s->interpreter, s->interpreter->img->soname);
}

static void
load_filter(struct deps_search *s, struct deps_object *o, struct deps_node *node,
	const struct image_filter *filter)
{
	size_t missing = s->deps->missing;
	struct deps_object *filtee;

	node->name = filter->name;
	node->role = filter->auxiliary ? "auxiliary" : "filter";
	filtee = load(s, o, node);
	if (filtee) {
		o->loads[o->load_count++] = filtee;
		deps_filter(s, o, filtee);
	} else if (filter->auxiliary) {
		node->how = DEPS_WITHOUT;
		s->deps->missing = missing;
	}
}

static void
load_in_order(struct deps_search *s, struct deps_object *o, size_t filter_count)
{
	const struct image_list *needed = &o->img->needed;
	const struct image_filter *filters = o->img->filters;

	for (size_t i = 0, f = 0; i <= needed->count; i++) {
		for (; f < filter_count && filters[f].behind <= i; f++)
			load_filter(s, o, &o->needed[needed->count + f], &filters[f]);
		if (i == needed->count)
			break;
		o->needed[i].name = needed->items[i];
		o->deps[i] = load(s, o, &o->needed[i]);
		if (o->deps[i])
			o->loads[o->load_count++] = o->deps[i];
	}
}

static void
load_needs(struct deps_search *s, struct deps_object *o)
{
	bool interp = o == s->file && s->top->interpreter;
	size_t filters = s->dialect->libc == LIBC_GLIBC ? o->img->filter_count : 0;
	size_t count = o->img->needed.count + filters;
	struct deps_node *children = ARENA_ARRAY(s->arena, count + interp, struct deps_node);

	o->node->children = children;
	o->node->child_count = count + interp;
	o->needed = children + interp;
	o->deps = ARENA_ARRAY(s->arena, o->img->needed.count, struct deps_object *);
	o->loads = ARENA_ARRAY(s->arena, count, struct deps_object *);
	o->load_count = 0;
	if (interp) {
		children[0] = s->interpreter_node;
		if (s->interpreter)
			s->interpreter->node = &children[0];
		else
			miss(s, &children[0]);
	}
	load_in_order(s, o, filters);
}

/* A filter has moved it: what it names is looked for once more, and was found before. */
static void
load_needs_again(struct deps_search *s, struct deps_object *o)
{
	struct deps_object shown = *o;
	struct deps_node node = *o->node;
	size_t missing = s->deps->missing;

	load_needs(s, o);
	*o->node = node;
	o->needed = shown.needed;
	o->deps = shown.deps;
	o->loads = shown.loads;
	o->load_count = shown.load_count;
	s->deps->missing = missing;
}

/* Breadth first: objects that are found join the end of the queue. */
static void
load_all(struct deps_search *s)
{
	for (size_t i = 0; i < s->object_count && !s->endless;) {
		struct deps_object *o = s->objects[i];

		if (o->done) {
			i++;
			continue;
		}
		o->done = true;
		if (++o->rounds == 1) {
			load_needs(s, o);
		} else if (o->rounds <= DEPS_ROUNDS) {
			load_needs_again(s, o);
		} else {
			s->endless = o;
		}
	}
	for (size_t i = 0; i < s->object_count; i++)
		if (!s->objects[i]->deps)
			s->objects[i]->deps = ARENA_ARRAY(
				s->arena, s->objects[i]->img->needed.count, struct deps_object *);
}

/* Their versions are never read (_dl_check_all_versions). */
static void
forget_unseen_versions(struct deps_search *s)
{
	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i]->unseen)
			s->objects[i]->object = object_without_versions(s->objects[i]->object);
}

/* Often the file asked about was opened before, as a library of another. */
static struct object *
object_of_top(struct deps_search *s, struct image *img)
{
	struct object *known = objects_find(s->store, img->input);

	return known ? known : object_of_image(img, s->store->symbols);
}

/* Files of one directory are asked about one after the other. */
static const char *
real_path(struct deps_search *s, const char *path)
{
	struct objects *store = s->store;
	const char *dir = path_dir(s->arena, path), *name = path_base(path), *real;

	if (path[0] != '/' || *name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return rootfs_real(s->arena, path);
	real = strmap_get(&store->real_dirs, dir);
	if (!real) {
		char *found = rootfs_real(store->arena, dir);

		if (!found)
			return NULL;
		strmap_set(&store->real_dirs, arena_strdup(store->arena, dir), found);
		real = found;
	}
	return rootfs_real_in(s->arena, real, path);
}

/* $ORIGIN of a program is where it really is; below the root it is seen from there. */
static struct deps_object *
top_object(struct deps_search *s, struct image *img)
{
	const char *path = real_path(s, img->path), *shipped, *root;
	struct deps_object *top;
	bool outside = s->world->replica || (s->root && !rootfs_is_host(s->root));

	shipped = shipped_path_of(s->world->shipped, img);
	if (shipped) {
		path = shipped;
		outside = false;
	}
	if (!path)
		path = img->path;
	root = outside && s->root ? rootfs_real(s->arena, s->root) : NULL;
	if (root && strcmp(root, "/") != 0 && path_inside(root, path)) {
		path += strlen(root);
		outside = false;
	}
	top = new_object(s, object_of_top(s, img), NULL, path, outside);
	top->name = img->path;
	s->file = top;
	add_object(s, top);
	if (s->dialect->soname_dedupe)
		add_name(&s->known, img->soname, top);
	/* The program's name in glibc's list is the empty one. */
	if (s->dialect->libc == LIBC_GLIBC && image_is_program(img))
		name_object(s, top, "");
	return top;
}

bool
deps_load(struct deps_search *s, struct image *img, struct error *err)
{
	struct deps_object *top;
	struct deps *ret = s->deps;

	if (!image_is_loadable(img))
		return error_set(err, ERROR_FORMAT,
			"%s is no program or shared library: nothing loads it", img->path);
	if (img->format != FORMAT_ELF)
		return error_set(err, ERROR_FORMAT, "%s is %s, whose loader is not simulated here",
			img->path, target_format_name(img->format));
	s->top = img;
	s->dialect = dialect_for(s->world->as);
	if (!s->dialect)
		s->dialect = dialect_of(img);
	s->root = s->world->replica ? NULL : s->world->root;
	s->has_files =
		s->root || s->world->replica || (s->world->shipped && s->world->shipped->whole);
	s->view = deps_view_of(s);
	s->place_budget = CAP_DEPS_PLACES;
	s->text_budget = CAP_DEPS_TEXT;
	strmap_init(&s->known, s->arena);
	strmap_init(&s->exact, s->arena);
	*ret = (struct deps){ .missing = 0 };
	top = top_object(s, img);
	top->node = &ret->top;
	ret->top.name = img->path;
	ret->top.path = img->path;
	ret->top.how = DEPS_PATH;
	if (deps_loader_path(s))
		load_interpreter(s, top, &s->interpreter_node);
	load_all(s);
	forget_unseen_versions(s);
	ret->objects =
		s->object_count + (img->interpreter && s->interpreter && !s->interpreter_listed);
	return true;
}

bool
deps_find(struct arena *a, struct image *img, const char *root, struct deps *ret, struct error *err)
{
	struct resolve_world world = { .root = root };
	struct objects store;
	struct deps_search s = {
		.arena = a, .world = &world, .store = &store, .trail = true, .deps = ret
	};
	bool ok;

	objects_init(&store, a, false);
	ok = deps_load(&s, img, err);
	objects_clear(&store);
	return ok;
}

const char *
deps_how_name(enum deps_how how)
{
	static const char *const names[] = {
		[DEPS_MISSING] = "missing",
		[DEPS_PATH] = "path",
		[DEPS_RPATH] = "rpath",
		[DEPS_RUNPATH] = "runpath",
		[DEPS_CONF] = "conf",
		[DEPS_DEFAULT] = "default",
		[DEPS_LOADER] = "loader",
		[DEPS_LOADED] = "loaded",
		[DEPS_ENV] = "env",
		[DEPS_SYSTEM] = "system",
		[DEPS_ASSUMED] = "assumed",
		[DEPS_APPLICATION] = "application",
		[DEPS_WINDOWS] = "windows",
		[DEPS_API_SET] = "api-set",
		[DEPS_GIVEN] = "given",
		[DEPS_WITHOUT] = "without",
	};

	return names[how];
}
