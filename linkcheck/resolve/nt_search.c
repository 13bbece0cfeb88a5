/* SPDX-License-Identifier: MIT */
/*
 * Where the NT loader finds a DLL ("Dynamic-link library search order", unpackaged apps, safe mode).
 * A file for another machine is passed over and the search goes on (LdrpMapDllSearchPath); when
 * nothing else is found the start fails with 0xC000007B instead of 0xC0000135.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "linkcheck/resolve/nt_load.h"

#define MAX_TRIES 100000

struct query {
	struct nt *nt;
	struct nt_module *module;
	struct deps_node *node; /* gets the trail; may be NULL */
	const char *key;        /* the name in lower case */
	bool stop;              /* a broken file ends the search */
};

char *
nt_lower(struct arena *a, const char *s)
{
	char *low = arena_strdup(a, s);

	for (char *c = low; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return low;
}

static void
add_try(struct query *q, const char *path, const char *origin, const char *reason)
{
	struct deps_node *node = q->node;

	if (!node || q->nt->tries_left == 0)
		return;
	q->nt->tries_left--;
	node->tries = arena_grow(q->nt->arena, node->tries, node->try_count, node->try_count + 1,
		sizeof(node->tries[0]));
	node->tries[node->try_count++] = (struct deps_try){ path, origin, reason };
}

static void
read_dir(struct nt *nt, struct nt_dir *d, const char *path, const char *origin)
{
	struct strvec names;
	struct error err;

	*d = (struct nt_dir){ .path = path, .origin = origin };
	strmap_init(&d->names, nt->arena);
	strvec_init(&d->keys, nt->arena);
	error_clear(&err);
	if (!file_list(nt->arena, path, &names, &err))
		return;
	for (size_t i = 0; i < names.count; i++) {
		char *key = nt_lower(nt->arena, names.items[i]);

		if (strmap_get(&d->names, key))
			continue;
		strmap_set(&d->names, key, arena_strdup(nt->arena, names.items[i]));
		strvec_push(&d->keys, key);
	}
}

void
nt_search_init(struct nt *nt)
{
	const char *const *dlls = nt->world->dlls;
	const char *path = shipped_path_of(nt->world->shipped, nt->top);

	nt->tries_left = MAX_TRIES;
	if (path)
		nt->app_shipped = path_dir(nt->arena, path);
	else
		read_dir(nt, &nt->app, path_dir(nt->arena, nt->top->path), "its directory");
	if (!dlls)
		return;
	while (dlls[nt->dll_count])
		nt->dll_count++;
	nt->dlls = ARENA_ARRAY(nt->arena, nt->dll_count, struct nt_dir);
	for (size_t i = 0; i < nt->dll_count; i++) {
		read_dir(nt, &nt->dlls[i], dlls[i], "DLLs that were named");
		nt->whole_system |= strmap_get(&nt->dlls[i].names, "kernel32.dll") != NULL;
	}
}

static bool
fits(const struct nt *nt, const struct image *img)
{
	return img->format == FORMAT_PE && (img->machine == nt->top->machine || img->pe->hybrid);
}

/* Takes the image, or says why not. */
static bool
take(struct query *q, struct image *img, const char *path, const char *origin, enum deps_how how)
{
	struct nt *nt = q->nt;

	if (img && fits(nt, img)) {
		q->module->shown.img = img;
		q->module->shown.name = path;
		q->module->how = how;
		add_try(q, path, origin, NULL);
		return true;
	}
	q->module->foreign = true;
	if (img && img->format == FORMAT_PE) {
		add_try(q, path, origin,
			arena_printf(
				nt->arena, "other machine (%s)", image_arch_name(nt->arena, img)));
		return false;
	}
	add_try(q, path, origin, "no PE file: the loader stops here");
	q->stop = true;
	return false;
}

/* The image of a file on this machine; NULL when it is none. */
static struct image *
open_image(struct nt *nt, const char *path)
{
	struct input *in = ARENA_NEW(nt->arena, struct input);
	struct image *img = ARENA_NEW(nt->arena, struct image);
	struct error err;

	error_clear(&err);
	if (!input_open(in, nt->arena, path, &err))
		return NULL;
	if (!image_is_supported(in) || !image_open(img, nt->arena, in, &err) ||
		!image_settle(img, &err))
		img = NULL;
	input_close(in);
	return img;
}

static bool
look_in_dir(struct query *q, const struct nt_dir *d, enum deps_how how)
{
	struct arena *a = q->nt->arena;
	const char *name = strmap_get(&d->names, q->key);
	const char *path = path_join(a, d->path, name ? name : q->module->name);

	if (!name) {
		add_try(q, path, d->origin, "not there");
		return false;
	}
	return take(q, open_image(q->nt, path), path, d->origin, how);
}

static bool
look_in_shipped(struct query *q)
{
	struct nt *nt = q->nt;
	const struct shipped_file *f = shipped_named(nt->world->shipped, q->key);

	for (; f; f = f->same_name)
		if (strcmp(path_dir(nt->arena, f->path), nt->app_shipped) == 0)
			return take(q, f->image, f->path, "its directory", DEPS_APPLICATION);
	add_try(q, path_join(nt->arena, nt->app_shipped, q->module->name), "its directory",
		"not there");
	return false;
}

static bool
look_in_app(struct query *q)
{
	return q->nt->app_shipped ? look_in_shipped(q)
				  : look_in_dir(q, &q->nt->app, DEPS_APPLICATION);
}

/* API sets lead to DLLs that have other names; a copy of a system may have files of their names. */
static bool
look_for_set(struct query *q)
{
	const char *last = strrchr(q->key, '-');
	size_t n = last ? (size_t)(last - q->key) + 1 : 0;

	for (size_t i = 0; i < q->nt->dll_count && n > 0; i++)
		for (size_t k = 0; k < q->nt->dlls[i].keys.count; k++) {
			const char *key = q->nt->dlls[i].keys.items[k];

			if (strncmp(key, q->key, n) != 0 || strchr(key + n, '-'))
				continue;
			q->key = key;
			return look_in_dir(q, &q->nt->dlls[i], DEPS_API_SET);
		}
	if (nt_dll_kind(q->key) != NT_DLL_API_SET)
		return false;
	q->module->how = DEPS_API_SET;
	q->module->shown.name = q->module->name;
	add_try(q, q->module->name, "API sets", NULL);
	return true;
}

static bool
look_in_system(struct query *q)
{
	enum nt_dll_kind kind = nt_dll_kind(q->key);

	for (size_t i = 0; i < q->nt->dll_count && !q->stop; i++)
		if (look_in_dir(q, &q->nt->dlls[i], DEPS_GIVEN))
			return true;
	if (q->stop || q->nt->whole_system)
		return false;
	if (kind == NT_DLL_SYSTEM) {
		q->module->how = DEPS_WINDOWS;
		q->module->shown.name = q->module->name;
		add_try(q, q->module->name, "Windows", NULL);
		return true;
	}
	add_try(q, q->module->name, "Windows",
		kind == NT_DLL_REDIST ? "no part of it: comes with a redistributable package"
				      : "not among its recorded DLLs");
	return false;
}

static bool
is_set(const char *key)
{
	return cstr_starts(key, "api-") || cstr_starts(key, "ext-");
}

static bool
look(struct query *q)
{
	if (is_set(q->key) && look_for_set(q))
		return true;
	if (nt_dll_is_known(q->key))
		return look_in_system(q);
	return look_in_app(q) || (!q->stop && look_in_system(q));
}

/* A plug-in is loaded by a program that it may import from, and whose directory is searched. */
static bool
may_be_guest(const struct nt *nt, const char *key)
{
	return !image_is_program(nt->top) && cstr_ends(key, ".exe");
}

/* The loader adds ".dll" to a name without a dot, and takes off a dot at the end. */
static const char *
full_name(struct arena *a, const char *name)
{
	const char *dot = strrchr(name, '.');

	if (!dot)
		return arena_printf(a, "%s.dll", name);
	return dot[1] ? name : arena_strndup(a, name, strlen(name) - 1);
}

static struct nt_module *
add_module(struct nt *nt, const char *name, char *key)
{
	struct nt_module *m;

	if (nt->module_count >= CAP_DEPS_OBJECTS) {
		nt->cut = "it needs more DLLs than are looked at";
		return NULL;
	}
	if (nt->module_count == nt->module_cap) {
		size_t grown = nt->module_cap ? nt->module_cap * 2 : 16;

		nt->modules = arena_grow(
			nt->arena, nt->modules, nt->module_cap, grown, sizeof(struct nt_module *));
		nt->module_cap = grown;
	}
	m = ARENA_NEW(nt->arena, struct nt_module);
	m->name = name;
	nt->modules[nt->module_count++] = m;
	strmap_set(&nt->by_name, key, m);
	return m;
}

static void
tell_missing(struct nt *nt, struct nt_module *m, const char *key)
{
	m->missing = true;
	m->how = DEPS_MISSING;
	m->guest = may_be_guest(nt, key);
	if (!m->guest)
		nt->ret->deps.missing++;
}

struct nt_module *
nt_find(const struct nt *nt, const char *name)
{
	return strmap_get(&nt->by_name, nt_lower(nt->arena, full_name(nt->arena, name)));
}

struct nt_module *
nt_load(struct nt *nt, const char *name, struct deps_node *node)
{
	const char *full = full_name(nt->arena, name);
	char *key = nt_lower(nt->arena, full);
	struct nt_module *m = strmap_get(&nt->by_name, key);
	struct query q = { .nt = nt, .node = node, .key = key };

	if (m) {
		node->how = m->missing ? DEPS_MISSING : DEPS_LOADED;
		node->path = m->shown.name;
		return m;
	}
	m = q.module = add_module(nt, full, key);
	if (!m)
		return NULL;
	m->shown.node = node;
	if (strpbrk(name, "/\\:")) {
		nt->cut = arena_printf(nt->arena, "it needs %s, by a path", name);
		tell_missing(nt, m, key);
	} else if (!look(&q)) {
		tell_missing(nt, m, key);
	}
	m->system = m->how == DEPS_WINDOWS || m->how == DEPS_API_SET ||
		    (m->how == DEPS_GIVEN && nt->whole_system);
	node->how = m->how;
	node->path = m->shown.name;
	return m;
}
