/* SPDX-License-Identifier: MIT */
/* Would it start: loading, the conditions at start-up, binding; then the answer. */
#include "linkcheck/resolve.h"

#include <string.h>

#include "base/path.h"
#include "linkcheck/bind.h"
#include "linkcheck/elf.h"
#include "linkcheck/libc.h"

static bool
is_program(const struct bind *b)
{
	return image_is_program(b->search->top);
}

static void
add(struct bind *b, enum resolve_kind kind, enum resolve_when when, const struct deps_object *o,
	const char *library, const char *text)
{
	bind_problem(b, (struct resolve_problem){
		.kind = kind,
		.when = when,
		.library = library,
		.wanted_by = o->name,
		.own = o == b->search->objects[0],
		.text = text,
	});
}

/* Why the last place where the loader looked ended the search, or that there was none. */
static const char *
missing_text(struct bind *b, const struct deps_node *node, const struct deps_object *by)
{
	const struct deps_try *last =
		node->try_count > 0 ? &node->tries[node->try_count - 1] : NULL;
	size_t foreign = 0;

	for (size_t i = 0; i < node->try_count; i++)
		foreign += node->tries[i].reason && cstr_starts(node->tries[i].reason, "other machine");
	if (last && last->reason && strcmp(last->reason, "not there") != 0)
		return arena_printf(b->search->arena, "%s: %s: %s (needed by %s)", node->name,
			last->path, last->reason, by->name);
	return arena_printf(b->search->arena, "%s is not found%s (needed by %s)", node->name,
		foreign ? " for this machine" : "", by->name);
}

static void
check_libraries(struct bind *b)
{
	struct deps_search *s = b->search;

	for (size_t i = 0; i < s->object_count; i++) {
		const struct deps_object *o = s->objects[i];
		const struct deps_node *n = o->node;
		size_t skip = n->child_count - o->img->needed.count; /* the interpreter */

		for (size_t k = 0; k < o->img->needed.count; k++)
			if (n->children[k + skip].how == DEPS_MISSING)
				add(b, RESOLVE_LIBRARY, RESOLVE_AT_START, o, o->img->needed.items[k],
					missing_text(b, &n->children[k + skip], o));
	}
}

static void
check_interpreter(struct bind *b)
{
	struct deps_search *s = b->search;
	const struct deps_object *top = s->objects[0];
	const char *interp = s->top->interpreter;

	if (!is_program(b))
		return;
	if (!interp && s->top->needed.count > 0)
		add(b, RESOLVE_INTERPRETER, RESOLVE_AT_START, top, NULL,
			"it needs libraries but names no loader");
	if (interp && !s->interpreter)
		add(b, RESOLVE_INTERPRETER, RESOLVE_AT_START, top, interp,
			arena_printf(s->arena, "its loader %s is not there", interp));
}

struct version_users {
	bool any, strong;
};

static void
visit_user(void *ctx, const char *name, uint16_t index, bool weak)
{
	struct version_users *u = ctx;

	(void)name;
	(void)index;
	u->any = true;
	u->strong = u->strong || !weak;
}

static bool
only_weak(struct deps_object *o, uint16_t index)
{
	struct version_users users = { false, false };

	for (size_t i = 0; i < o->object->ref_count; i++)
		if (o->object->refs[i].version == index)
			visit_user(&users, NULL, index, o->object->refs[i].weak);
	return users.any && !users.strong;
}

static bool
defines(const struct image *img, const struct image_version_need *need)
{
	for (size_t i = 0; i < img->version_def_count; i++)
		if (img->version_defs[i].hash == need->hash &&
			strcmp(img->version_defs[i].version, need->version) == 0)
			return true;
	return false;
}

/* elf/dl-version.c match_symbol: a library without DT_VERDEF satisfies everything, a weak version
 * need not be there. A file that no loaded object answers to fails an assertion. */
static void
check_version(struct bind *b, struct deps_object *o, const struct image_version_need *need)
{
	struct deps_search *s = b->search;
	const struct deps_object *provider = strmap_get(&s->exact, need->file);
	struct resolve_problem p = {
		.kind = RESOLVE_VERSION,
		.version = need->version,
		.library = need->file,
		.wanted_by = o->name,
		.own = o == s->objects[0],
	};

	if (provider && (provider->img->version_def_count == 0 || need->weak ||
				defines(provider->img, need)))
		return;
	p.weak = only_weak(o, need->index);
	p.text = provider ? arena_printf(s->arena, "version %s is not in %s (required by %s)",
				    need->version, provider->name, o->name)
			  : arena_printf(s->arena,
				    "version %s is asked of %s, which is not loaded (by %s)",
				    need->version, need->file, o->name);
	bind_problem(b, p);
}

static bool
lacks_library(const struct deps_object *o, const char *file)
{
	for (size_t i = 0; i < o->img->needed.count; i++)
		if (!o->deps[i] && strcmp(o->img->needed.items[i], file) == 0)
			return true;
	return false;
}

static void
check_versions(struct bind *b, struct deps_object *o)
{
	for (size_t i = 0; i < o->img->version_need_count; i++)
		if (!lacks_library(o, o->img->version_needs[i].file))
			check_version(b, o, &o->img->version_needs[i]);
}

static bool
asks_for_relr(const struct image *img)
{
	for (size_t i = 0; i < img->version_need_count; i++)
		if (strcmp(img->version_needs[i].version, "GLIBC_ABI_DT_RELR") == 0)
			return true;
	return false;
}

static bool
needs_libc_so(const struct image *img)
{
	for (size_t i = 0; i < img->needed.count; i++)
		if (cstr_starts(img->needed.items[i], "libc.so."))
			return true;
	return false;
}

/* elf/dl-version.c, since 2.36; an older loader does not relocate it. */
static void
check_relr_glibc(struct bind *b, const struct deps_object *o)
{
	const char *libc = b->ret->libc_version;

	if (!o->img->has_relr || o == b->search->interpreter)
		return;
	if (libc && cstr_version_cmp(libc, "2.36") < 0)
		add(b, RESOLVE_RELR, RESOLVE_AT_START, o, NULL,
			arena_printf(b->search->arena,
				"%s has DT_RELR, which glibc %s does not know (2.36 does)", o->name,
				libc));
	else if (o->img->version_need_count > 0 && needs_libc_so(o->img) &&
		 !asks_for_relr(o->img))
		add(b, RESOLVE_RELR, RESOLVE_AT_START, o, NULL,
			arena_printf(b->search->arena,
				"%s has DT_RELR without asking for GLIBC_ABI_DT_RELR", o->name));
}

/* Since 2.41 dlopen does not make stacks executable; programs and their needs still may. */
static void
check_stack(struct bind *b, const struct deps_object *o)
{
	const char *libc = b->ret->libc_version;

	if (is_program(b) || !o->img->has_stack_segment || !o->img->stack_executable)
		return;
	if (!libc || cstr_version_cmp(libc, "2.41") >= 0)
		add(b, RESOLVE_EXEC_STACK, RESOLVE_NOTE, o, NULL,
			arena_printf(b->search->arena,
				"%s wants an executable stack: dlopen of glibc 2.41 refuses that",
				o->name));
}

static void
check_glibc(struct bind *b)
{
	struct deps_search *s = b->search;

	for (size_t i = 0; i < s->object_count; i++) {
		struct deps_object *o = s->objects[i];

		check_versions(b, o);
		check_relr_glibc(b, o);
		check_stack(b, o);
	}
}

/* ldso/dynlink.c: do_relocs knows no IRELATIVE; only map_library makes text writable, and the
 * kernel maps the program; RELR came with 1.2.4. */
static void
check_musl_object(struct bind *b, struct deps_object *o)
{
	struct arena *a = b->search->arena;
	const char *libc = b->ret->libc_version;

	if (!object_relocs(o->object))
		return;
	if (o->img->has_irelative)
		add(b, RESOLVE_IRELATIVE, RESOLVE_AT_START, o, NULL,
			arena_printf(a, "%s has IRELATIVE relocations (IFUNC), which musl has not",
				o->name));
	if (o->img->has_textrel && o == b->search->objects[0] && is_program(b))
		add(b, RESOLVE_TEXTREL, RESOLVE_AT_START, o, NULL,
			arena_printf(a,
				"%s has text relocations, which musl does in libraries only",
				o->name));
	if (o->img->has_relr && libc && cstr_version_cmp(libc, "1.2.4") < 0)
		add(b, RESOLVE_RELR, RESOLVE_AT_START, o, NULL,
			arena_printf(a, "%s has DT_RELR, which this musl does not know (1.2.4 does)",
				o->name));
}

static void
check_musl(struct bind *b)
{
	struct deps_search *s = b->search;

	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i] != s->interpreter)
			check_musl_object(b, s->objects[i]);
	if (s->second_libc)
		add(b, RESOLVE_TWO_LIBCS, RESOLVE_NOTE, s->objects[0], s->second_libc,
			arena_printf(s->arena,
				"%s is a libc: musl's loader takes itself instead",
				s->second_libc));
}

/* The highest numbered GLIBC_ version that libc.so.6 defines is its release. */
static const char *
glibc_version(struct deps_search *s)
{
	const char *best = NULL;

	for (size_t i = 0; i < s->object_count; i++) {
		const struct image *img = s->objects[i]->img;

		if (!img->soname || !libc_is_libc_name(img->soname))
			continue;
		for (size_t k = 0; k < img->version_def_count; k++) {
			const char *v = img->version_defs[k].version;

			if (!cstr_starts(v, "GLIBC_2."))
				continue;
			v += strlen("GLIBC_");
			if (!best || cstr_version_cmp(v, best) > 0)
				best = v;
		}
	}
	return best;
}

/* musl defines no versions; what tells releases apart for us is that 1.2.4 dropped the LFS64 names
 * and brought RELR. */
static const char *
musl_version(struct deps_search *s)
{
	if (!s->interpreter || !s->store->symbols)
		return NULL;
	return object_names(s->interpreter->object, "open64") ? "1.2.3" : "1.2.4";
}

static void
find_libc(struct bind *b)
{
	struct deps_search *s = b->search;
	enum target_libc libc = s->dialect->libc;

	b->ret->libc_version = s->world->libc_version;
	if (!b->ret->libc_version)
		b->ret->libc_version = libc == LIBC_GLIBC  ? glibc_version(s)
				       : libc == LIBC_MUSL ? musl_version(s)
							   : NULL;
	b->find = libc == LIBC_MUSL ? object_find_musl : object_find_glibc;
	b->strict_files = libc == LIBC_GLIBC && b->ret->libc_version &&
			  cstr_version_cmp(b->ret->libc_version, "2.30") < 0;
	b->lfs64 = libc == LIBC_MUSL && b->ret->libc_version &&
		   cstr_version_cmp(b->ret->libc_version, "1.2.4") >= 0;
}

/* What is not simulated, or cannot be known; NULL when all is. */
static const char *
gap(const struct bind *b)
{
	struct deps_search *s = b->search;
	enum target_libc libc = s->dialect->libc;

	if (libc != LIBC_GLIBC && libc != LIBC_MUSL)
		return arena_printf(s->arena,
			"the symbols of %s's loader are not bound here, only its search is",
			s->dialect->name);
	for (size_t i = 0; i < s->object_count; i++) {
		const struct image *img = s->objects[i]->img;

		if (img->defects.count > 0)
			return arena_printf(s->arena, "%s is damaged: %s", s->objects[i]->name,
				img->defects.items[0]);
		if (img->unsimulated.count > 0)
			return arena_printf(s->arena, "%s: %s", s->objects[i]->name,
				img->unsimulated.items[0]);
		if (img->filters.count > 0)
			return arena_printf(s->arena,
				"%s is a filter (DT_FILTER or DT_AUXILIARY), which is not simulated",
				s->objects[i]->name);
		if (s->objects[i]->object->relocs_unknown)
			return arena_printf(s->arena, "%s changed while it was read",
				s->objects[i]->name);
	}
	return NULL;
}

/* Symbols that a library wants of the program that will load it are no failure of its own. */
static const char *
left_to_program(const struct bind *b)
{
	const struct resolution *r = b->ret;
	const char *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->problem_count; i++) {
		if (r->problems[i].kind != RESOLVE_SYMBOL || r->problems[i].when != RESOLVE_AT_START)
			continue;
		if (n++ == 0)
			first = r->problems[i].symbol;
	}
	if (n == 0)
		return NULL;
	return n == 1 ? arena_printf(b->search->arena,
				"%s has to come from the program that loads it", first)
		      : arena_printf(b->search->arena,
				"%s and %zu more symbols have to come from the program that loads it",
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

static void
find_unused(struct bind *b)
{
	struct deps_search *s = b->search;
	const struct deps_object *top = s->objects[0];

	strvec_init(&b->ret->unused, s->arena);
	for (size_t i = 0; i < top->img->needed.count; i++) {
		for (size_t k = 1; top->deps[i] && k < s->object_count; k++)
			if (s->objects[k] == top->deps[i] && !b->used[k])
				strvec_push(&b->ret->unused, top->img->needed.items[i]);
	}
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
	for (size_t k = 1; k < s->object_count; k++)
		if (b->used[k] && s->objects[k] != s->interpreter &&
			!is_direct(s->objects[0], s->objects[k]))
			strvec_push(&b->ret->underlinked,
				s->objects[k]->img->soname ? s->objects[k]->img->soname
							   : path_base(s->objects[k]->name));
}

static bool
is_static(const struct image *img)
{
	return image_is_program(img) && !img->interpreter && img->needed.count == 0;
}

bool
resolve_image(struct arena *a, struct image *img, struct objects *store,
	const struct resolve_world *world, struct resolution *ret, struct error *err)
{
	struct resolution r = { .starts = STARTS_YES };
	struct deps_search *s = ARENA_NEW(a, struct deps_search);
	struct bind b = { .search = s, .ret = &r };

	s->arena = a;
	s->world = world;
	s->store = store;
	s->deps = &r.deps;
	s->trail = store->trail;
	if (!deps_load(s, img, err))
		return false;
	find_libc(&b);
	check_interpreter(&b);
	check_libraries(&b);
	if (!is_static(img)) {
		if (s->dialect->libc == LIBC_GLIBC)
			check_glibc(&b);
		else if (s->dialect->libc == LIBC_MUSL)
			check_musl(&b);
		if (s->dialect->libc == LIBC_GLIBC || s->dialect->libc == LIBC_MUSL) {
			bind_all(&b);
			find_unused(&b);
			find_underlinked(&b);
		}
		answer(&b);
	}
	sort_problems(&b);
	r.objects = s->objects;
	r.object_count = s->object_count;
	*ret = r;
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
		[RESOLVE_TWO_LIBCS] = "two-libcs",
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
