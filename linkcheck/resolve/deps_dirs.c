/* SPDX-License-Identifier: MIT */
/* Which directories a loader has, compiled in and configured, below a root. */
#include <string.h>

#include "base/path.h"
#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/ldconf.h"
#include "linkcheck/resolve/replica.h"
#include "linkcheck/resolve/rootfs.h"

/* Debian's glibc searches its multiarch directories first; they exist there and nowhere else. */
static void
find_multiarch(struct deps_search *s, struct deps_view *v)
{
	const struct target_row *row = image_row(s->top);
	const char *dir;

	if (!row || !row->multiarch || *row->multiarch == '\0')
		return;
	dir = arena_printf(s->arena, "/usr/lib/%s", row->multiarch);
	if (!deps_is_dir(s, dir))
		dir += strlen("/usr");
	if (deps_is_dir(s, dir))
		v->multiarch = row->multiarch;
}

/* slibdir and libdir: lib64 for 64-bit machines where the root has one (glibc's configure, and what
 * distributions keep), lib otherwise. */
static void
glibc_defaults(struct deps_search *s, struct deps_view *v)
{
	bool wide =
		s->top->bits == 64 && (deps_is_dir(s, "/lib64") || deps_is_dir(s, "/usr/lib64"));

	find_multiarch(s, v);
	if (v->multiarch) {
		strvec_pushf(&v->defaults, "/lib/%s", v->multiarch);
		strvec_pushf(&v->defaults, "/usr/lib/%s", v->multiarch);
		v->lib_token = arena_printf(s->store->arena, "lib/%s", v->multiarch);
		wide = false;
	} else {
		v->lib_token = wide ? "lib64" : "lib";
	}
	strvec_push(&v->defaults, wide ? "/lib64" : "/lib");
	strvec_push(&v->defaults, wide ? "/usr/lib64" : "/usr/lib");
}

static struct rootfs_source
deps_source(const struct deps_search *s)
{
	return (struct rootfs_source){ s->root, s->root ? NULL : s->world->shipped };
}

/* ldso/dynlink.c: <prefix>/etc/ld-musl-ARCH.path, the prefix being two directories above the
 * loader. */
static void
musl_conf(struct deps_search *s, struct deps_view *v)
{
	const char *loader = deps_loader_path(s), *base, *dot, *prefix, *file;
	const struct strvec *dirs;
	const struct rootfs_source from = deps_source(s);

	if (!loader)
		return;
	base = path_base(loader);
	dot = strchr(base, '.');
	prefix = path_dir(s->arena, path_dir(s->arena, loader));
	file = arena_printf(s->arena, "%s/etc/%.*s.path", strcmp(prefix, "/") == 0 ? "" : prefix,
		(int)(dot ? dot - base : (long)strlen(base)), base);
	if (!s->world->replica) {
		v->conf_is_whole = ldconf_musl(s->store->arena, &from, file, &v->conf);
		return;
	}
	dirs = replica_musl_path(s->world->replica, file);
	v->conf_is_whole = dirs != NULL;
	if (dirs)
		strvec_push_all(&v->conf, dirs->items);
}

const char *
deps_loader_path(const struct deps_search *s)
{
	const struct target_row *row = image_row(s->top);
	const struct target_abi *abi;

	if (s->top->interpreter)
		return s->top->interpreter;
	abi = row ? target_row_abi(row, s->dialect->libc) : NULL;
	return abi ? abi->loader : NULL;
}

/* The highest numbered GLIBC_ version that libc.so.6 defines is its release, as a rule: 2.31 defines
 * none of its own on most machines. */
static const char *
release_of(const struct image *libc)
{
	const char *best = NULL;

	for (size_t i = 0; i < libc->version_def_count; i++) {
		const char *v = libc->version_defs[i].version;

		if (!cstr_starts(v, "GLIBC_2."))
			continue;
		v += strlen("GLIBC_");
		if (!best || cstr_version_cmp(v, best) > 0)
			best = v;
	}
	return best;
}

static void
find_glibc(struct deps_search *s, struct deps_view *v)
{
	const struct image *top = s->top;

	for (size_t i = 0; i < v->defaults.count && !v->libc_version; i++) {
		struct object *o = deps_peek(s, deps_join(s, v->defaults.items[i], "libc.so.6"));

		if (o && o->img->machine == top->machine && o->img->bits == top->bits)
			v->libc_version = release_of(o->img);
	}
	if (s->world->libc_version)
		v->libc_version = s->world->libc_version;
	v->hwcaps = !v->libc_version || cstr_version_cmp(v->libc_version, "2.33") >= 0;
}

/* Files that ship without a root may be installed on any distribution. */
static void
any_defaults(struct deps_search *s, struct deps_view *v)
{
	const struct target_row *row = image_row(s->top);

	if (s->dialect->libc != LIBC_GLIBC) {
		strvec_push_all(&v->defaults, s->dialect->defaults);
		return;
	}
	if (row && *row->multiarch) {
		strvec_pushf(&v->defaults, "/lib/%s", row->multiarch);
		strvec_pushf(&v->defaults, "/usr/lib/%s", row->multiarch);
	}
	if (s->top->bits == 64) {
		strvec_push(&v->defaults, "/lib64");
		strvec_push(&v->defaults, "/usr/lib64");
	}
	strvec_push(&v->defaults, "/lib");
	strvec_push(&v->defaults, "/usr/lib");
}

/* A root without a cache is one where ldconfig has yet to run. */
static void
glibc_conf(struct deps_search *s, struct deps_view *v)
{
	const struct replica *replica = s->world->replica;
	const struct rootfs_source from = deps_source(s);
	struct arena *a = s->store->arena;

	v->cache = replica ? replica->cache : ldcache_read(a, &from, s->top->big_endian);
	if (v->cache)
		return;
	if (replica)
		strvec_push_all(&v->conf, replica->conf.items);
	else
		ldconf_glibc(a, &from, &v->conf);
}

static struct deps_view *
new_view(struct deps_search *s)
{
	struct arena *a = s->store->arena;
	struct deps_view *v = ARENA_NEW(a, struct deps_view);

	v->lib_token = "lib";
	strvec_init(&v->conf, a);
	strvec_init(&v->defaults, a);
	strmap_init(&v->places, a);
	if (!s->has_files && !s->world->shipped)
		return v;
	if (!s->has_files) {
		any_defaults(s, v);
		return v;
	}
	if (s->dialect->libc == LIBC_GLIBC) {
		glibc_defaults(s, v);
		find_glibc(s, v);
		glibc_conf(s, v);
		return v;
	}
	strvec_push_all(&v->defaults, s->dialect->defaults);
	if (s->dialect->libc == LIBC_MUSL)
		musl_conf(s, v);
	else if (s->dialect->libc == LIBC_NATIVE)
		strvec_push(&v->conf, "/usr/local/lib"); /* ldconfig_paths of rc.conf */
	return v;
}

struct deps_view *
deps_view_of(struct deps_search *s)
{
	const struct image *top = s->top;
	const char *loader = deps_loader_path(s);
	char *key = arena_printf(s->arena, "%s %u %u %d %d %s", s->dialect->name, top->machine,
		top->bits, top->big_endian, s->has_files, loader ? loader : "");
	struct deps_view *v = strmap_get(&s->store->views, key);

	if (!v) {
		v = new_view(s);
		strmap_set(&s->store->views, arena_strdup(s->store->arena, key), v);
	}
	return v;
}
