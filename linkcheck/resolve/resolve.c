/* SPDX-License-Identifier: MIT */
/* Would it start: loading, the conditions at start-up, binding; then the answer. */
#include "linkcheck/resolve/resolve.h"

#include <string.h>

#include "base/path.h"
#include "linkcheck/read/elf.h"
#include "linkcheck/read/libc.h"
#include "linkcheck/resolve/bind.h"
#include "linkcheck/resolve/dyld.h"
#include "linkcheck/resolve/nt.h"

static bool
is_program(const struct bind *b)
{
	return image_is_program(b->search->top);
}

/* musl defines no versions; what tells releases apart for us is that 1.2.4 dropped the LFS64 names
 * and brought RELR. */
static const char *
musl_version(struct deps_search *s)
{
	if (!s->interpreter || !s->store->symbols)
		return NULL;
	if (!object_names(s->interpreter->object, "open64"))
		return "1.2.4";
	return object_names(s->interpreter->object, "qsort_r") ? "1.2.3" : "1.2.2";
}

static void
find_libc(struct bind *b)
{
	struct deps_search *s = b->search;
	enum target_libc libc = s->dialect->libc;

	b->ret->libc_version = s->world->libc_version;
	if (!b->ret->libc_version)
		b->ret->libc_version = libc == LIBC_GLIBC  ? s->view->libc_version
				       : libc == LIBC_MUSL ? musl_version(s)
							   : NULL;
	b->find = libc == LIBC_MUSL ? object_find_musl : object_find_glibc;
	b->strict_files = libc == LIBC_GLIBC && b->ret->libc_version &&
			  cstr_version_cmp(b->ret->libc_version, "2.30") < 0;
	/* Gone in 2.41 at the latest; 2.36 still has it. */
	b->asserts = libc == LIBC_GLIBC &&
		     (!b->ret->libc_version || cstr_version_cmp(b->ret->libc_version, "2.41") < 0);
	b->lfs64 = libc == LIBC_MUSL && b->ret->libc_version &&
		   cstr_version_cmp(b->ret->libc_version, "1.2.4") >= 0;
}

/* musl never looks at the version fields of the header, and glibc refuses them earlier. */
static bool
is_damaged(const struct deps_search *s, const struct image *img)
{
	for (size_t i = 0; i < img->defects.count; i++)
		if (s->dialect->libc != LIBC_MUSL ||
			(!cstr_starts(img->defects.items[i], "e_version ") &&
				!cstr_starts(img->defects.items[i], "EI_VERSION ")))
			return true;
	return false;
}

/* Within [from, to); a release that is not known is. */
static bool
libc_is_between(const struct bind *b, const char *from, const char *to)
{
	const char *v = b->ret->libc_version;

	return !v || (cstr_version_cmp(v, from) >= 0 && cstr_version_cmp(v, to) < 0);
}

/* Found where ldconfig(8) would put it into the cache, of which there is none: glibc's loader does not read
 * the configuration. */
static const char *
without_cache(struct deps_search *s)
{
	if (s->dialect->libc != LIBC_GLIBC || s->view->cache)
		return NULL;
	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i]->node->how == DEPS_CONF)
			return arena_printf(s->arena,
				"%s is found once ldconfig has made /etc/ld.so.cache, which is not "
				"there",
				s->objects[i]->name);
	return NULL;
}

/* What is not simulated, or cannot be known; NULL when all is. */
static const char *
gap(struct bind *b)
{
	struct deps_search *s = b->search;
	enum target_libc libc = s->dialect->libc;

	if (s->cut)
		return s->cut;
	if (libc == LIBC_NATIVE)
		return "nothing is known to stop it, but only what FreeBSD's rtld certainly "
		       "refuses is "
		       "looked for";
	if (libc == LIBC_BIONIC)
		return "Android's linker looks into namespaces that differ by API level and "
		       "device: "
		       "nothing is bound here";
	if (libc != LIBC_GLIBC && libc != LIBC_MUSL)
		return arena_printf(s->arena,
			"the symbols of %s's loader are not bound here, only its search is",
			s->dialect->name);
	/* 2.31 aborts and 2.36 does not; with TLS 2.36 aborts too and 2.41 does not. */
	if (s->objects[0]->unseen &&
		(libc_is_between(b, "2.32", "2.34") ||
			(bind_has_unseen_tls(b) && libc_is_between(b, "2.37", "2.41"))))
		return arena_printf(s->arena,
			"%s is a filter: whether this glibc loads such a program is not known",
			s->file->name);
	if (image_start_fault(s->top))
		return image_start_fault(s->top);
	if (without_cache(s))
		return without_cache(s);
	if (b->late_ifunc)
		return "an IFUNC resolver is called before its object is relocated";
	for (size_t i = 0; i < s->object_count; i++) {
		const struct image *img = s->objects[i]->img;

		b->ret->damaged = is_damaged(s, img);
		if (b->ret->damaged)
			return arena_printf(s->arena, "%s is damaged: %s", s->objects[i]->name,
				img->defects.items[0]);
		if (img->unsimulated.count > 0)
			return arena_printf(
				s->arena, "%s: %s", s->objects[i]->name, img->unsimulated.items[0]);
		if (s->objects[i]->object->relocs_unknown)
			return arena_printf(
				s->arena, "%s changed while it was read", s->objects[i]->name);
	}
	return NULL;
}

/* No loader has a say: only a file that is whole is known to start. */
static void
answer_static(struct bind *b)
{
	const struct image *img = b->search->top;
	const char *fault = image_start_fault(img);
	struct resolution *r = b->ret;

	r->damaged = is_damaged(b->search, img);
	if (!r->damaged && !fault)
		return;
	r->incomplete = true;
	r->starts = STARTS_UNKNOWN;
	r->unknown = r->damaged ? arena_printf(b->search->arena, "%s is damaged: %s",
					  b->search->file->name, img->defects.items[0])
				: fault;
}

/* Symbols that a library wants of the program that will load it are no failure of its own. */
static const char *
left_to_program(const struct bind *b)
{
	const struct resolution *r = b->ret;
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->problem_count; i++) {
		if (r->problems[i].kind != RESOLVE_SYMBOL ||
			r->problems[i].when != RESOLVE_AT_START)
			continue;
		if (n++ == 0)
			first = r->problems[i].symbol;
	}
	if (n == 0)
		return NULL;
	return n == 1 ? arena_printf(b->search->arena,
				"%s has to come from the program that loads it", first)
		      : arena_printf(b->search->arena,
				"%s and %zu more symbols have to come from the program that loads "
				"it",
				first, n - 1);
}

static void
answer(struct bind *b)
{
	struct resolution *r = b->ret;
	const char *why = gap(b);
	bool fatal = false;

	for (size_t i = 0; i < r->problem_count; i++)
		fatal = fatal || (r->problems[i].when == RESOLVE_AT_START &&
					 (is_program(b) || r->problems[i].kind != RESOLVE_SYMBOL));
	if (b->search->cut)
		fatal = false;
	r->incomplete = !fatal && why;
	r->damaged = r->damaged && !fatal;
	if (!fatal && !why && !is_program(b))
		why = left_to_program(b);
	r->starts = fatal ? STARTS_NO : why ? STARTS_UNKNOWN : STARTS_YES;
	r->unknown = fatal ? NULL : why;
}

/* Those that kill first; the order of finding within. */
static void
sort_problems(struct bind *b)
{
	struct resolution *r = b->ret;
	struct resolve_problem *sorted =
		ARENA_ARRAY(b->search->arena, r->problem_count, struct resolve_problem);
	size_t n = 0;

	for (int when = RESOLVE_AT_START; when <= RESOLVE_NOTE; when++)
		for (size_t i = 0; i < r->problem_count; i++)
			if ((int)r->problems[i].when == when)
				sorted[n++] = r->problems[i];
	r->problems = sorted;
}

/* The loader itself uses the C library (malloc), which everybody needs. */
static bool
is_libc(const struct deps_object *o)
{
	return o->img->soname && libc_is_libc_name(o->img->soname);
}

/* A filter can load a file twice; what is bound to either is bound to it. */
static bool
is_used(const struct bind *b, const struct deps_object *o)
{
	struct deps_search *s = b->search;

	for (size_t k = 0; k < s->object_count; k++)
		if (b->used[k] && s->objects[k]->object->input == o->object->input)
			return true;
	return false;
}

static void
find_unused(struct bind *b)
{
	const struct deps_object *top = b->search->file;

	strvec_init(&b->ret->unused, b->search->arena);
	for (size_t i = 0; i < top->img->needed.count; i++)
		if (top->deps[i] && !is_used(b, top->deps[i]) && !is_libc(top->deps[i]))
			strvec_push(&b->ret->unused, top->img->needed.items[i]);
}

static bool
is_direct(const struct deps_object *top, const struct deps_object *o)
{
	for (size_t i = 0; i < top->img->needed.count; i++)
		if (top->deps[i] == o)
			return true;
	return false;
}

static void
find_underlinked(struct bind *b)
{
	struct deps_search *s = b->search;

	strvec_init(&b->ret->underlinked, s->arena);
	for (size_t k = 0; k < s->object_count; k++)
		if (b->used[k] && s->objects[k] != s->interpreter && s->objects[k] != s->file &&
			!is_direct(s->file, s->objects[k]))
			strvec_push(&b->ret->underlinked, s->objects[k]->img->soname
								  ? s->objects[k]->img->soname
								  : path_base(s->objects[k]->name));
}

static bool
is_static(const struct image *img)
{
	return image_is_program(img) && !img->interpreter && img->needed.count == 0;
}

static struct deps_search *
new_search(struct arena *a, struct objects *store, const struct resolve_world *world,
	struct resolution *r)
{
	struct deps_search *s = ARENA_NEW(a, struct deps_search);

	s->arena = a;
	s->world = world;
	s->store = store;
	s->deps = &r->deps;
	s->trail = store->trail;
	return s;
}

/* The file's node lies inside the result, which moves now. */
static bool
give(struct deps_search *s, struct resolution *r, struct resolution *ret)
{
	r->file = s->file;
	r->objects = s->objects;
	r->object_count = s->object_count;
	*ret = *r;
	ret->file->node = &ret->deps.top;
	return true;
}

bool
resolve_load(struct arena *a, struct image *img, struct objects *store,
	const struct resolve_world *world, struct resolution *ret, struct error *err)
{
	struct resolution r = { .starts = STARTS_UNKNOWN };
	struct deps_search *s = new_search(a, store, world, &r);

	if (img->format == FORMAT_MACHO)
		return dyld_resolve(a, img, store, world, false, ret, err);
	if (!deps_load(s, img, err))
		return false;
	r.unknown = s->cut;
	return give(s, &r, ret);
}

static bool
resolve_elf(struct arena *a, struct image *img, struct objects *store,
	const struct resolve_world *world, struct resolution *ret, struct error *err)
{
	struct resolution r = { .starts = STARTS_YES };
	struct deps_search *s = new_search(a, store, world, &r);
	struct bind b = { .search = s, .ret = &r };

	if (!deps_load(s, img, err))
		return false;
	find_libc(&b);
	bind_check_interpreter(&b);
	if (s->endless) {
		bind_check_filters(&b); /* the rest is not loaded */
		r.starts = STARTS_NO;
	} else {
		bind_check_libraries(&b);
	}
	if (is_static(img)) {
		answer_static(&b);
	} else if (!s->endless) {
		if (s->dialect->libc == LIBC_GLIBC)
			bind_check_glibc(&b);
		else if (s->dialect->libc == LIBC_MUSL)
			bind_check_musl(&b);
		else if (s->dialect->libc == LIBC_NATIVE)
			bind_check_rtld(&b);
		if (s->dialect->libc == LIBC_GLIBC || s->dialect->libc == LIBC_MUSL) {
			bind_all(&b);
			if (s->dialect->libc == LIBC_GLIBC)
				bind_check_ifuncs(&b);
			find_unused(&b);
			find_underlinked(&b);
		}
		answer(&b);
	}
	sort_problems(&b);
	r.by_processor = s->by_processor;
	return give(s, &r, ret);
}

/* The answer for a processor that can use `level` and what is below it; "" for one that cannot use
 * any. What was opened is not shared: places differ. */
static enum resolve_starts
starts_on(struct arena *a, struct image *img, const struct resolve_world *world, const char *level)
{
	struct resolve_world one = *world;
	struct resolution r;
	struct objects store;
	struct error err;
	bool ok;

	one.hwcaps = level;
	error_clear(&err);
	objects_init(&store, NULL, true);
	ok = resolve_elf(a, img, &store, &one, &r, &err);
	objects_clear(&store);
	return ok ? r.starts : STARTS_UNKNOWN;
}

static const char *
level_name(const char *level)
{
	return *level ? level : "any other processor";
}

/* Libraries below glibc-hwcaps are for some processors. Where none is named, the answer is one that
 * all give, or none. */
static void
ask_processors(
	struct arena *a, struct image *img, const struct resolve_world *world, struct resolution *r)
{
	const char *const *levels = dialect_hwcaps(img);
	const char *yes = NULL, *no = NULL;
	bool unknown = false;

	for (size_t i = 0;; i++) {
		const char *level = levels[i] ? levels[i] : "";
		enum resolve_starts starts = starts_on(a, img, world, level);

		yes = starts == STARTS_YES && !yes ? level : yes;
		no = starts == STARTS_NO && !no ? level : no;
		unknown = unknown || starts == STARTS_UNKNOWN;
		if (!levels[i])
			break;
	}
	if (unknown || !(yes && no)) {
		if (r->starts != STARTS_UNKNOWN && !unknown)
			r->starts = yes ? STARTS_YES : STARTS_NO;
		return;
	}
	r->starts = STARTS_UNKNOWN;
	r->incomplete = true;
	r->unknown = arena_printf(a,
		"it depends on the processor (glibc-hwcaps): it starts on %s, and not on %s",
		level_name(yes), level_name(no));
}

bool
resolve_image(struct arena *a, struct image *img, struct objects *store,
	const struct resolve_world *world, struct resolution *ret, struct error *err)
{
	if (img->format == FORMAT_MACHO)
		return dyld_resolve(a, img, store, world, true, ret, err);
	if (img->format == FORMAT_PE)
		return nt_resolve(a, img, world, ret, err);
	if (!resolve_elf(a, img, store, world, ret, err))
		return false;
	if (ret->by_processor)
		ask_processors(a, img, world, ret);
	return true;
}

const char *
resolve_kind_name(enum resolve_kind kind)
{
	static const char *const names[RESOLVE_KINDS] = {
		[RESOLVE_LIBRARY] = "library",
		[RESOLVE_INTERPRETER] = "interpreter",
		[RESOLVE_VERSION] = "version",
		[RESOLVE_SYMBOL] = "symbol",
		[RESOLVE_RELR] = "relr",
		[RESOLVE_IRELATIVE] = "irelative",
		[RESOLVE_TEXTREL] = "textrel",
		[RESOLVE_EXEC_STACK] = "executable-stack",
		[RESOLVE_MACHINE] = "machine",
		[RESOLVE_IFUNC] = "ifunc",
		[RESOLVE_TWO_LIBCS] = "two-libcs",
		[RESOLVE_STUB] = "stub",
	};

	return names[kind];
}

const char *
resolve_when_name(enum resolve_when when)
{
	static const char *const names[] = { "start", "call", "note" };

	return names[when];
}

const char *
resolve_starts_name(enum resolve_starts s)
{
	static const char *const names[] = { "yes", "no", "unknown" };

	return names[s];
}
