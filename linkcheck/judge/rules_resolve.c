/* SPDX-License-Identifier: MIT */
/*
 * What loading and binding say: in the file system of --root, on the platforms of --on, and on what
 * the target promises. Without any of them there is nothing to judge against, and the rules skip.
 */
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "linkcheck/judge/floors.h"
#include "linkcheck/judge/rules.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/read/libc.h"
#include "linkcheck/resolve/deps_search.h"

static bool
skip_without_root(const struct subject *s, const char **ret_reason)
{
	*ret_reason = "no file system to start in is named (--root)";
	return s->resolution == NULL;
}

/* The rules that count on a whole simulation. */
static bool
is_unknown(const struct subject *s, const char **ret_reason)
{
	if (!s->resolution || !s->resolution->incomplete)
		return false;
	*ret_reason = s->resolution->unknown;
	return true;
}

static bool
is_foreign(const struct resolve_problem *p)
{
	return p->text && strstr(p->text, "other machine") != NULL;
}

static bool
is_kind(const struct resolve_problem *p, enum resolve_kind kind, enum resolve_when when)
{
	return p->kind == kind && p->when == when;
}

static void
add_problems(struct subject *s, struct findings *out, enum resolve_kind kind)
{
	const struct resolution *r = s->resolution;

	for (size_t i = 0; i < r->problem_count; i++) {
		const struct resolve_problem *p = &r->problems[i];

		if (is_kind(p, kind, RESOLVE_AT_START))
			finding_add(out, s->rule, p->version, NULL, "%s", p->text);
	}
}

/* All symbols that one object misses are one finding. A library's are a note: the program that
 * loads it may bring them. */
static void
add_symbols(struct subject *s, struct findings *out, enum resolve_when when)
{
	const struct resolution *r = s->resolution;
	bool program = image_is_program(s->image);

	for (size_t i = 0; i < r->problem_count; i++) {
		const struct resolve_problem *p = &r->problems[i];
		struct strvec names;
		const char *who;
		bool first = true;

		for (size_t k = 0; k < i; k++)
			first = first && !(is_kind(&r->problems[k], RESOLVE_SYMBOL, when) &&
						 r->problems[k].wanted_by == p->wanted_by);
		if (!is_kind(p, RESOLVE_SYMBOL, when) || !first)
			continue;
		strvec_init(&names, s->arena);
		for (size_t k = i; k < r->problem_count; k++)
			if (is_kind(&r->problems[k], RESOLVE_SYMBOL, when) &&
				r->problems[k].wanted_by == p->wanted_by)
				strvec_push(&names, r->problems[k].symbol);
		who = floors_symbols_text(s->arena, &names);
		finding_add(out, s->rule, who,
			program ? NULL : "nothing, if the program that loads it defines them",
			"%s wants %s, which nothing defines", p->own ? "it" : p->wanted_by, who);
	}
}

/* `from` and `to` are absolute. */
static const char *
runpath_fix(struct arena *a, const char *from, const char *to)
{
	const char *dir = path_relative(a, path_dir(a, from), path_dir(a, to));

	return strcmp(dir, ".") == 0 ? "link with -Wl,-rpath,'$ORIGIN'"
				     : arena_printf(a, "link with -Wl,-rpath,'$ORIGIN/%s'", dir);
}

static bool
is_for(struct objects *store, const struct shipped_file *file, const struct image *img)
{
	enum object_state state;
	const struct object *o = objects_shipped(store, file, &state);

	return o && o->img->machine == img->machine;
}

/* A gate must not let it pass because the platform might have such a library too. */
static enum level
reach_level(const struct subject *s)
{
	return s->contract->on && s->contract->on[0] ? LEVEL_ERROR : LEVEL_WARNING;
}

/* The library is there, the link by its soname is not: ldconfig, or a careful copy, makes it. */
static void
add_without_link(struct subject *s, struct findings *out, const char *name)
{
	const struct shipped_file *there = shipped_numbered(s->contract->shipped, name);
	enum object_state state;
	const struct object *o = there ? objects_shipped(s->store, there, &state) : NULL;

	if (!o || o->img->machine != s->image->machine || !o->img->soname ||
		strcmp(o->img->soname, name) != 0)
		return;
	/* Files that are named one by one leave their links unnamed. */
	if (there->host && file_exists(path_join(s->arena, path_dir(s->arena, there->host), name)))
		return;
	finding_add_level(out, s->rule, reach_level(s), name,
		arena_printf(s->arena, "beside it: ln -s %s %s", path_base(there->path), name),
		"%s comes with it as %s, without a link by that name", name, there->path);
}

/* It is in the package, but not where the loader looks. */
static void
add_out_of_reach(struct subject *s, struct findings *out, const struct deps_object *o)
{
	bool own = o == s->closure->file;

	for (size_t i = 0; i < o->img->needed.count; i++) {
		const char *name = o->img->needed.items[i];
		const struct shipped_file *there = shipped_named(s->contract->shipped, name);

		if (o->needed[i].how != DEPS_MISSING || libc_of_soname(name) != LIBC_UNKNOWN)
			continue;
		if (o->needed[i].stop)
			finding_add_level(out, s->rule, reach_level(s), name,
				"ship a library of this architecture there, or nothing",
				"%s: %s: %s", name, o->needed[i].stop->path,
				o->needed[i].stop->reason);
		else if (!there)
			add_without_link(s, out, name);
		else if (is_for(s->store, there, s->image))
			finding_add_level(out, s->rule, reach_level(s), name,
				runpath_fix(s->arena, own ? s->place : o->name, there->path),
				"%s%s%s comes with it as %s, where its loader does not look", name,
				own ? "" : ", which is needed by ", own ? "" : o->name,
				there->path);
	}
}

enum verdict
check_library_missing(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (!s->resolution && s->closure) {
		for (size_t i = 0; i < s->closure->object_count; i++)
			add_out_of_reach(s, out, s->closure->objects[i]);
		return rules_verdict(out, before);
	}
	if (skip_without_root(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 0; i < s->resolution->problem_count; i++) {
		const struct resolve_problem *p = &s->resolution->problems[i];

		if ((p->kind == RESOLVE_LIBRARY || p->kind == RESOLVE_INTERPRETER) &&
			!is_foreign(p))
			finding_add(out, s->rule, p->library, NULL, "%s", p->text);
	}
	return rules_verdict(out, before);
}

/* Symbols that only the promised platform's facts can miss, when there is no root. */
static const struct verdict_reason *
promised_symbol(const struct subject *s, bool at_call)
{
	const struct verdict_row *row = s->promise;

	for (size_t i = 0; row && row->on == ON_FAILS && i < row->reason_count; i++)
		if (row->reasons[i].symbol && !row->reasons[i].version &&
			row->reasons[i].at_call == at_call)
			return &row->reasons[i];
	return NULL;
}

enum verdict
check_symbol_missing(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason) || skip_without_root(s, ret_reason))
		return VERDICT_SKIP;
	add_symbols(s, out, RESOLVE_AT_START);
	add_problems(s, out, RESOLVE_IFUNC);
	if (out->count == before && is_unknown(s, ret_reason))
		return VERDICT_UNKNOWN;
	return rules_verdict(out, before);
}

enum verdict
check_symbol_lazy(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct verdict_reason *r = promised_symbol(s, true);
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (!s->resolution && !s->promise) {
		*ret_reason = "neither a file system (--root) nor a target is named";
		return VERDICT_SKIP;
	}
	if (s->resolution)
		add_symbols(s, out, RESOLVE_AT_CALL);
	else if (r)
		finding_add(out, s->rule, r->symbol, NULL, "%s: %s", s->promise->platform->label,
			r->text);
	if (out->count == before && is_unknown(s, ret_reason))
		return VERDICT_UNKNOWN;
	return rules_verdict(out, before);
}

enum verdict
check_version_missing(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason) || skip_without_root(s, ret_reason))
		return VERDICT_SKIP;
	add_problems(s, out, RESOLVE_VERSION);
	return rules_verdict(out, before);
}

enum verdict
check_underlinked(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct strvec *libraries;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason) || skip_without_root(s, ret_reason))
		return VERDICT_SKIP;
	libraries = &s->resolution->underlinked;
	for (size_t i = 0; i < libraries->count; i++)
		finding_add_level(out, s->rule, rules_has_promise(s) ? s->rule->level : LEVEL_NOTE,
			libraries->items[i], NULL,
			"it uses symbols of %s, which only another library brings along",
			libraries->items[i]);
	return rules_verdict(out, before);
}

enum verdict
check_overlinked(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct strvec *libraries;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason) || skip_without_root(s, ret_reason))
		return VERDICT_SKIP;
	libraries = &s->resolution->unused;
	for (size_t i = 0; i < libraries->count; i++)
		finding_add(out, s->rule, libraries->items[i], NULL,
			"it needs %s but binds no symbol to it", libraries->items[i]);
	return rules_verdict(out, before);
}

enum verdict
check_duplicate_soname(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct resolution *r = s->resolution;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason) || skip_without_root(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 1; i < r->object_count; i++)
		for (size_t k = 0; k < i; k++) {
			const char *a = r->objects[i]->img->soname, *b = r->objects[k]->img->soname;

			if (a && b && strcmp(a, b) == 0)
				finding_add(out, s->rule, a, NULL,
					"%s and %s are both loaded, and both are %s",
					r->objects[k]->name, r->objects[i]->name, a);
		}
	return rules_verdict(out, before);
}

static bool
is_asked(const struct platform *const *on, const struct platform *p)
{
	for (size_t i = 0; on && on[i]; i++)
		if (strcmp(on[i]->id, p->id) == 0)
			return true;
	return false;
}

static bool
is_snapshot(const struct contract *c, const struct platform *p)
{
	for (size_t i = 0; c->snapshots && c->snapshots[i]; i++)
		if (&c->snapshots[i]->platform == p)
			return true;
	return false;
}

/* What to type, where the rule's remedy can only say ARCH and a version. */
static const char *
platform_fix(struct subject *s, const struct verdict_row *row)
{
	const struct target_row *t = image_row(s->image);
	const struct platform *p = row->platform;
	const char *name;

	if (is_snapshot(s->contract, p))
		return row->reason_count > 0 && row->reasons[0].version
			       ? "build against the libraries of that system, or ship the newer "
				 "ones "
				 "with the file"
			       : "install what is missing in that system, or ship it beside the "
				 "file and "
				 "link with -Wl,-rpath,'$ORIGIN'";
	if (row->reason_count > 0 && row->reasons[0].fix)
		return row->reasons[0].fix;
	if (!t || row->on != ON_FAILS || !target_row_abi(t, p->libc))
		return NULL;
	name = *t->variant ? arena_printf(s->arena, "%s/%s", t->arch, t->variant) : t->arch;
	if (p->libc == LIBC_MUSL)
		return arena_printf(s->arena, "build it for musl: -t linux/%s/musl", name);
	if (!image_is_program(s->image))
		return arena_printf(s->arena, "build against its glibc: -t linux/%s/glibc%s", name,
			p->libc_version);
	return arena_printf(s->arena,
		"build against its glibc: -t linux/%s/glibc%s; or for any Linux: -t linux/%s/musl "
		"--static",
		name, p->libc_version, name);
}

void
rules_add_platform(struct subject *s, struct findings *out, const struct verdict_row *row)
{
	const char *text = row->reason_count > 0 ? row->reasons[0].text : "";
	const char *more = row->reason_count > 1
				   ? arena_printf(s->arena, "; and %zu more", row->reason_count - 1)
				   : "";

	finding_add(out, s->rule, row->platform->id, platform_fix(s, row), "%s %s: %s%s",
		row->on == ON_FAILS ? "it does not start on" : "it is not known to start on",
		row->platform->label, text, more);
}

/* A snapshot has all libraries of its system; what is compiled in has the C library's. */
static bool
asks_recorded(const struct contract *c)
{
	for (size_t i = 0; c->on && c->on[i]; i++)
		if (!is_snapshot(c, c->on[i]))
			return true;
	return false;
}

/* What is not known to start was not proved to: a gate that let it pass would be none. */
enum verdict
check_platform(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct contract *c = s->contract;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if ((!c->on || !c->on[0]) && !c->on_root) {
		*ret_reason = "no platform is asked for (--on)";
		return VERDICT_SKIP;
	}
	for (size_t i = 0; i < s->verdicts.count; i++)
		if (s->verdicts.rows[i].on != ON_RUNS &&
			is_asked(c->on, s->verdicts.rows[i].platform))
			rules_add_platform(s, out, &s->verdicts.rows[i]);
	if (c->on_root && s->resolution && s->resolution->starts != STARTS_YES)
		finding_add(out, s->rule, "root", NULL, "%s %s%s%s",
			s->resolution->starts == STARTS_NO ? "it does not start in"
							   : "it is not known to start in",
			c->world->root, s->resolution->unknown ? ": " : "",
			s->resolution->unknown ? s->resolution->unknown : "");
	if (out->count == before && s->verdicts.given.count > 0 && asks_recorded(c)) {
		*ret_reason = arena_printf(s->arena,
			"%s is taken as given: it is not recorded which platforms have it",
			s->verdicts.given.items[0]);
		return VERDICT_UNKNOWN;
	}
	return rules_verdict(out, before);
}

enum verdict
check_unversioned(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct verdict_reason *r = promised_symbol(s, false);

	if (!s->promise || s->promise->platform->libc != LIBC_GLIBC) {
		*ret_reason = "no glibc is promised";
		return VERDICT_SKIP;
	}
	if (!r)
		return VERDICT_PASS;
	finding_add(out, s->rule, r->symbol, NULL, "glibc %s %s",
		s->promise->platform->libc_version, r->text);
	return VERDICT_FAIL;
}

/* Names that no library takes from a libc on purpose: they come along when a libc.a is linked into
 * it (a static musl leaves these global, a static glibc the second group). */
static const char *const leaked_names[] = { "__libc_start_main", "__stack_chk_fail", "__progname",
	"__libc_malloc", "__libc_free", "__libc_memalign", "__environ", "_environ",
	"__errno_location", "__libc_start_call_main", "_IO_2_1_stdout_", "__libc_init_first" };

static bool
is_libc_part(const struct image *img)
{
	const char *name = img->soname;

	for (size_t i = 0; i < img->version_def_count; i++)
		if (cstr_starts(img->version_defs[i].version, "GLIBC_"))
			return true;
	return name && (cstr_starts(name, "libc.") || cstr_starts(name, "ld-") ||
			       cstr_starts(name, "ld64.") || cstr_starts(name, "ld.so"));
}

static bool
exports(struct subject *s, const char *name)
{
	struct object_query q = { .name = name, .hash = object_hash(name), .definition = true };
	struct image_export e;

	if (s->object)
		return object_find_glibc(s->object, &q);
	return image_export_find(s->image, name, 0, &e);
}

static size_t
find_leaks(struct subject *s, struct strvec *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(leaked_names); i++)
		if (exports(s, leaked_names[i]))
			strvec_push(ret, leaked_names[i]);
	return ret->count;
}

enum verdict
check_leaks(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image *img = s->image;
	struct strvec names;

	if (img->type != IMAGE_SHARED || is_libc_part(img)) {
		*ret_reason = "it is no library, or the C library itself";
		return VERDICT_SKIP;
	}
	strvec_init(&names, s->arena);
	if (find_leaks(s, &names) == 0)
		return VERDICT_PASS;
	/* One alone may be meant (libssp, a wrapper); with the allocator beside it, it is a libc. */
	if (names.count < 2 && !exports(s, "malloc"))
		return VERDICT_PASS;
	if (exports(s, "malloc"))
		strvec_push(&names, "malloc");
	if (s->libc.linked == LIBC_LINKED_DYNAMIC && names.count < 3)
		return VERDICT_PASS;
	finding_add(out, s->rule, names.items[0], NULL,
		"it exports parts of a C library that is linked into it: %s",
		floors_symbols_text(s->arena, &names));
	return VERDICT_FAIL;
}

/* The version musl is promised in, or NULL. */
static const char *
musl_version(const struct subject *s)
{
	if (s->resolution)
		return s->resolution->libc_version;
	return s->promise ? s->promise->platform->libc_version : NULL;
}

enum verdict
check_musl_relocs(struct subject *s, struct findings *out, const char **ret_reason)
{
	struct image *img = s->image;
	const char *version = musl_version(s);
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (rules_libc(s) != LIBC_MUSL || (!img->interpreter && img->needed.count == 0)) {
		*ret_reason = "musl's loader does not load it";
		return VERDICT_SKIP;
	}
	if (!s->object || !object_relocs(s->object)) {
		*ret_reason = "neither a file system (--root) nor a target is named";
		return VERDICT_SKIP;
	}
	if (img->has_irelative)
		finding_add(out, s->rule, "IRELATIVE", NULL,
			"it has IRELATIVE relocations (IFUNC): musl's loader stops there");
	if (img->has_textrel && image_is_program(img))
		finding_add(out, s->rule, "DT_TEXTREL", NULL,
			"it has text relocations: musl's loader makes them in libraries only");
	if (img->has_relr && version && cstr_version_cmp(version, "1.2.4") < 0)
		finding_add(out, s->rule, "DT_RELR", "link with -Wl,-z,nopack-relative-relocs",
			"it has DT_RELR, which musl knows since 1.2.4 and not in %s", version);
	return rules_verdict(out, before);
}
