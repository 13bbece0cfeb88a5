/* SPDX-License-Identifier: MIT */
/* One directory with its glibc-hwcaps, and the places that a loader has whoever asks: the cache or
 * the configured directories, and the default ones. */
#include <string.h>

#include "base/path.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/resolve/deps_search.h"

static bool
done(const struct deps_query *q)
{
	return q->object || q->stop;
}

static void
try_hwcaps(struct deps_query *q, const char *dir, const char *origin, enum deps_how how)
{
	struct deps_search *s = q->s;
	const char *const *caps = dialect_hwcaps(s->top);
	const char *best = s->world->hwcaps;
	bool reached = best == NULL;

	for (size_t i = 0; caps[i] && !done(q); i++) {
		char *sub = deps_join(s, dir, arena_printf(s->arena, "glibc-hwcaps/%s", caps[i]));

		reached = reached || strcmp(caps[i], best) == 0;
		if (reached && deps_is_dir(s, sub))
			deps_try(q, deps_join(s, sub, q->name), false, origin, how);
	}
}

/* Is it there for some processors? */
static bool
has_variant(struct deps_query *q, const char *dir)
{
	struct deps_search *s = q->s;
	const char *const *caps = dialect_hwcaps(s->top);

	for (size_t i = 0; caps[i]; i++) {
		char *sub = deps_join(s, dir, arena_printf(s->arena, "glibc-hwcaps/%s", caps[i]));

		if (deps_is_dir(s, sub) && deps_peek(s, deps_join(s, sub, q->name)))
			return true;
	}
	return false;
}

/*
 * One directory. glibc looks into glibc-hwcaps first, as far as the processor has the feature. Where
 * it is not known, the plain directory comes first, and resolve.c asks for each processor.
 */
void
deps_try_dir(
	struct deps_query *q, const char *dir, bool outside, const char *origin, enum deps_how how)
{
	struct deps_search *s = q->s;
	bool hwcaps = s->view->hwcaps && !outside && s->has_files;

	if (!deps_spend(q, dir, origin))
		return;
	if (hwcaps && s->world->hwcaps)
		try_hwcaps(q, dir, origin, how);
	if (done(q))
		return;
	deps_try(q, deps_join(s, dir, q->name), outside, origin, how);
	if (hwcaps && !s->world->hwcaps && has_variant(q, dir)) {
		s->by_processor = true;
		try_hwcaps(q, dir, origin, how);
	}
}

static bool
is_default(const struct deps_view *v, const char *dir)
{
	for (size_t i = 0; i < v->defaults.count; i++)
		if (path_inside(v->defaults.items[i], dir))
			return true;
	return false;
}

/* elf/dl-cache.c search_cache: the best glibc-hwcaps entry that the processor can run, else the
 * first plain one. */
static bool
is_usable(const struct deps_search *s, const char *hwcaps)
{
	const char *const *caps = dialect_hwcaps(s->top);
	bool reached = false;

	for (size_t i = 0; hwcaps && s->world->hwcaps && caps[i]; i++) {
		reached = reached || strcmp(caps[i], s->world->hwcaps) == 0;
		if (strcmp(caps[i], hwcaps) == 0)
			return reached;
	}
	return false;
}

static size_t
hwcaps_rank(const struct deps_search *s, const char *hwcaps)
{
	const char *const *caps = dialect_hwcaps(s->top);
	size_t i = 0;

	while (caps[i] && strcmp(caps[i], hwcaps) != 0)
		i++;
	return i;
}

static void
try_entry(struct deps_query *q, const struct ldcache_entry *e, bool nodeflib)
{
	if (!nodeflib || !is_default(q->s->view, e->path))
		deps_try(q, e->path, false, "ld.so.cache", DEPS_CONF);
}

static void
look_in_cache(struct deps_query *q, bool nodeflib)
{
	const struct ldcache_entry *all = ldcache_find(q->s->view->cache, q->name);
	const struct ldcache_entry *best = NULL, *other = NULL;

	if (!all)
		deps_add_try(q, q->name, "ld.so.cache", "it has no such name");
	for (const struct ldcache_entry *e = all; e; e = e->next) {
		if (q->s->view->hwcaps && is_usable(q->s, e->hwcaps) &&
			(!best || hwcaps_rank(q->s, e->hwcaps) < hwcaps_rank(q->s, best->hwcaps)))
			best = e;
		if (e->hwcaps && !other && q->s->view->hwcaps &&
			dialect_hwcaps(q->s->top)[hwcaps_rank(q->s, e->hwcaps)])
			other = e;
	}
	if (best) {
		try_entry(q, best, nodeflib);
		return;
	}
	/* Entries for another machine are told apart by their flags: they are passed over. The first
	 * other one is taken, be its file there or not. */
	for (const struct ldcache_entry *e = all; e && !done(q); e = e->next) {
		if (e->hwcaps)
			continue;
		try_entry(q, e, nodeflib);
		if (!q->object && !deps_peek(q->s, e->path))
			break;
	}
	if (other && !q->s->world->hwcaps)
		q->s->by_processor = true;
	if (!done(q) && other && !q->s->world->hwcaps)
		try_entry(q, other, nodeflib);
}

static void
look_in_configured(struct deps_query *q, bool nodeflib)
{
	struct deps_view *v = q->s->view;

	q->leave = false;
	for (size_t i = 0; i < v->conf.count && !done(q) && !q->leave; i++)
		if (v->conf.items[i][0] == '/' && (!nodeflib || !is_default(v, v->conf.items[i])))
			deps_try_dir(q, v->conf.items[i], false, "configured", DEPS_CONF);
}

static void
look_in_defaults(struct deps_query *q)
{
	struct deps_view *v = q->s->view;

	q->leave = false;
	for (size_t i = 0; i < v->defaults.count && !done(q) && !q->leave; i++)
		deps_try_dir(q, v->defaults.items[i], false, "default", DEPS_DEFAULT);
}

static void
look_in_system(struct deps_query *q, bool nodeflib)
{
	struct deps_view *v = q->s->view;
	/* glibc goes by the cache alone; that one will be made of the configuration is a guess, which
	 * resolve.c tells. */
	bool guess = q->s->dialect->libc == LIBC_GLIBC;

	if (v->cache)
		look_in_cache(q, nodeflib);
	if (!guess)
		look_in_configured(q, nodeflib);
	if (!nodeflib && !v->conf_is_whole)
		look_in_defaults(q);
	if (guess)
		look_in_configured(q, nodeflib);
}

/* Configured and default directories: who asks does not matter, so the answer is kept. */
void
deps_look_in_system(struct deps_query *q)
{
	struct deps_search *s = q->s;
	bool nodeflib = (q->from->img->dt_flags_1 & DF_1_NODEFLIB) != 0 && s->dialect->hwcaps;
	struct deps_place *place;

	if (q->trail || nodeflib) {
		look_in_system(q, nodeflib);
		return;
	}
	place = strmap_get(&s->view->places, q->name);
	if (!place) {
		struct arena *a = s->store->arena;
		bool before = s->by_processor;

		s->by_processor = false;
		look_in_system(q, false);
		place = ARENA_NEW(a, struct deps_place);
		place->object = q->object;
		place->path = q->object ? arena_strdup(a, q->path) : NULL;
		place->how = q->how;
		place->is_libc = q->is_libc;
		place->stop = q->stop;
		place->by_processor = s->by_processor;
		s->by_processor = before;
		strmap_set(&s->view->places, arena_strdup(a, q->name), place);
	}
	q->object = place->object;
	q->path = place->path;
	q->how = place->how;
	q->is_libc = place->is_libc;
	q->stop = place->stop;
	s->by_processor = s->by_processor || place->by_processor;
	q->outside = false;
}
