/* SPDX-License-Identifier: MIT */
/* What only Mach-O files can get wrong: dyld's search, versions of the system, signature, slices. */
#include <string.h>

#include "base/path.h"
#include "base/proc.h"
#include "base/strmap.h"
#include "linkcheck/judge/floors.h"
#include "linkcheck/judge/rules.h"
#include "linkcheck/read/macho.h"
#include "linkcheck/resolve/dyld.h"

/* Names of frameworks have blanks in them, and hostile ones worse. */
const char *
rules_word(const struct subject *s, const char *text)
{
	return proc_quote(s->arena, (const char *const[]){ text, NULL });
}

/* Not the image's name, which begins with that of its package. */
const char *
rules_file_word(const struct subject *s)
{
	const char *name = path_base(s->place);
	const char *suffix = arena_printf(s->arena, " (%s)", s->image->arch);

	if (cstr_ends(name, suffix))
		name = arena_strndup(s->arena, name, strlen(name) - strlen(suffix));
	return rules_word(s, name);
}

/* Where the library lies in the set, seen from this file; or NULL. */
static const char *
shipped_dir(const struct subject *s, const char *name)
{
	const struct shipped_file *there = shipped_named(s->contract->shipped, path_base(name));
	const char *dir;

	if (!there || s->place[0] != '/')
		return NULL;
	dir = path_relative(
		s->arena, path_dir(s->arena, s->place), path_dir(s->arena, there->path));
	return strcmp(dir, ".") == 0 ? "@loader_path"
				     : arena_printf(s->arena, "@loader_path/%s", dir);
}

static const char *
change_fix(const struct subject *s, const char *name)
{
	return arena_printf(s->arena, "ship it, and install_name_tool -change %s %s %s",
		rules_word(s, name),
		rules_word(s, arena_printf(s->arena, "@rpath/%s", path_base(name))),
		rules_file_word(s));
}

static const char *
missing_fix(const struct subject *s, const char *name)
{
	const char *dir = shipped_dir(s, name);

	if (!dir)
		dir = image_is_program(s->image) ? "@executable_path/../lib" : "@loader_path";
	if (cstr_starts(name, "@rpath/"))
		return arena_printf(s->arena,
			"ship it and link with -Wl,-rpath,%s (or: install_name_tool -add_rpath %s "
			"%s)",
			rules_word(s, dir), rules_word(s, dir), rules_file_word(s));
	return change_fix(s, name);
}

/* A library's program may have the search path; what is named from the file itself it cannot. */
static enum level
missing_level(const struct subject *s, const struct resolve_problem *p)
{
	bool program = image_is_program(s->image);

	return program || !p->own || !cstr_starts(p->library, "@rpath/") ? s->rule->level
									 : LEVEL_WARNING;
}

enum verdict
check_dylib_missing(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 0; s->resolution && i < s->resolution->problem_count; i++) {
		const struct resolve_problem *p = &s->resolution->problems[i];

		if (p->kind != RESOLVE_LIBRARY)
			continue;
		finding_add_level(out, s->rule, missing_level(s, p), p->library,
			missing_fix(s, p->library), "dyld does not find %s%s%s%s", p->library,
			p->own ? "" : ", which ", p->own ? "" : path_base(p->wanted_by),
			p->own ? "" : " needs");
	}
	return rules_verdict(out, before);
}

enum verdict
check_duplicate_load(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct macho *facts = s->image->macho;
	size_t before = out->count;
	struct strmap seen;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	strmap_init(&seen, s->arena);
	for (size_t i = 0; i < facts->rpaths.count; i++) {
		const char *text = facts->rpaths.items[i];

		if (strmap_get(&seen, text))
			finding_add(out, s->rule, text,
				arena_printf(s->arena,
					"install_name_tool -delete_rpath %s %s (once: one stays)",
					rules_word(s, text), rules_file_word(s)),
				"LC_RPATH \"%s\" is there twice: dyld refuses the file", text);
		strmap_set(&seen, text, s);
	}
	strmap_init(&seen, s->arena);
	for (size_t i = 0; i < facts->dylib_count; i++) {
		const char *name = facts->dylibs[i].name;

		if (strmap_get(&seen, name))
			finding_add(out, s->rule, name, "name the library once when linking",
				"%s is needed twice: dyld refuses the file", name);
		strmap_set(&seen, name, s);
	}
	return rules_verdict(out, before);
}

/* The oldest system that was promised; NULL when none was. */
static const char *
promised_minos(const struct subject *s)
{
	const struct target *t = s->contract->target;

	if (!t || t->row->format != FORMAT_MACHO)
		return NULL;
	return t->version[0] != '\0' ? t->version : *t->row->os_minimum ? t->row->os_minimum : NULL;
}

/* "11" and "11.0" are one version. */
static int
version_cmp(const char *a, const char *b)
{
	if (cstr_starts(a, b) && strspn(a + strlen(b), ".0") == strlen(a + strlen(b)))
		return 0;
	if (cstr_starts(b, a) && strspn(b + strlen(a), ".0") == strlen(b + strlen(a)))
		return 0;
	return cstr_version_cmp(a, b);
}

static void
check_libraries_minos(struct subject *s, struct findings *out)
{
	const struct resolution *r = s->resolution;
	const char *ours = s->image->macho->minos;

	for (size_t i = 0; r && ours && i < r->object_count; i++) {
		const struct macho *facts = r->objects[i]->img->macho;
		const char *name = r->objects[i]->name;

		if (r->objects[i] == r->file || !facts->minos ||
			version_cmp(facts->minos, ours) <= 0)
			continue;
		finding_add_level(out, s->rule, LEVEL_WARNING, path_base(name),
			arena_printf(s->arena, "build it with -mmacosx-version-min=%s", ours),
			"%s is made for %s %s and later, the file itself for %s", path_base(name),
			macho_platform_label(facts->platform), facts->minos, ours);
	}
}

enum verdict
check_minos(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct macho *facts = s->image->macho;
	const char *promised = promised_minos(s);
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (promised && !facts->minos) {
		*ret_reason = "the file does not say which system it is made for";
		return VERDICT_UNKNOWN;
	}
	if (promised && version_cmp(facts->minos, promised) > 0)
		finding_add(out, s->rule, facts->minos,
			arena_printf(s->arena,
				"compile and link with -mmacosx-version-min=%s "
				"(MACOSX_DEPLOYMENT_TARGET=%s)",
				promised, promised),
			"it is made for %s %s and later, %s was promised",
			macho_platform_label(facts->platform), facts->minos, promised);
	check_libraries_minos(s, out);
	return rules_verdict(out, before);
}

/* All symbols that one library of the system lacks are one finding. */
enum verdict
check_sdk_symbol(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct resolution *r = s->resolution;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (!s->contract->sdk) {
		*ret_reason = "no SDK is named (--sdk)";
		return VERDICT_SKIP;
	}
	for (size_t i = 0; r && i < r->problem_count; i++) {
		const struct resolve_problem *p = &r->problems[i];
		struct strvec names;
		bool first = true;

		for (size_t k = 0; k < i; k++)
			first = first && !(r->problems[k].kind == RESOLVE_STUB &&
						 r->problems[k].library == p->library);
		if (p->kind != RESOLVE_STUB || !first)
			continue;
		strvec_init(&names, s->arena);
		for (size_t k = i; k < r->problem_count; k++)
			if (r->problems[k].kind == RESOLVE_STUB &&
				r->problems[k].library == p->library)
				strvec_push(&names, r->problems[k].symbol);
		finding_add(out, s->rule, p->symbol, NULL, "%s of the SDK lacks %s%s%s", p->library,
			floors_symbols_text(s->arena, &names),
			s->image->macho->minos ? " for macOS " : "",
			s->image->macho->minos ? s->image->macho->minos : "");
	}
	return rules_verdict(out, before);
}

static bool
is_relative_to_load(const char *path)
{
	return cstr_starts(path, "@rpath/") || cstr_starts(path, "@loader_path/") ||
	       cstr_starts(path, "@executable_path/");
}

/* A path that is the same on every machine. */
static bool
is_portable(const struct subject *s, const char *path)
{
	return is_relative_to_load(path) || dyld_is_system(path) ||
	       shipped_at(s->contract->shipped, path) != NULL;
}

static const char *
path_fault(const char *path)
{
	if (path[0] != '/')
		return "is relative: what links against it looks from the current directory";
	return rpath_is_build_dir(path)
		       ? "is a path of the machine that built it"
		       : "is outside the system: it must be there on every machine";
}

enum verdict
check_install_name(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image *img = s->image;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (img->soname && !is_portable(s, img->soname)) {
		const char *id =
			rules_word(s, arena_printf(s->arena, "@rpath/%s", path_base(img->soname)));

		finding_add(out, s->rule, img->soname,
			arena_printf(s->arena,
				"link with -Wl,-install_name,%s (or: install_name_tool -id %s %s)",
				id, id, rules_file_word(s)),
			"its install name %s %s", img->soname, path_fault(img->soname));
	}
	for (size_t i = 0; i < img->needed.count; i++) {
		const char *name = img->needed.items[i];

		if (*name == '\0' || is_portable(s, name))
			continue;
		finding_add(out, s->rule, name, change_fix(s, name), "it needs %s, which %s", name,
			path_fault(name));
	}
	return rules_verdict(out, before);
}

/* xnu kills code of arm64 that is not signed; x86-64 may be unsigned. */
enum verdict
check_unsigned(struct subject *s, struct findings *out, const char **ret_reason)
{
	static const char *const faults[] = {
		[MACHO_UNSIGNED] = "it is not signed, not even ad hoc: macOS kills it",
		[MACHO_AD_HOC] = NULL,
		[MACHO_SIGNED] = NULL,
		[MACHO_SIGNATURE_STALE] = "it was changed after it was signed: macOS kills it",
		[MACHO_SIGNATURE_BROKEN] = "its signature cannot be read: macOS kills it",
	};
	const char *fault = faults[s->image->macho->signature];

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (!cstr_starts(s->image->arch, "arm64")) {
		*ret_reason = "its architecture starts without a signature";
		return VERDICT_SKIP;
	}
	if (!fault)
		return VERDICT_PASS;
	finding_add(out, s->rule, NULL,
		arena_printf(s->arena,
			"sign it last of all: codesign -f -s - %s (elsewhere: rcodesign sign %s)",
			rules_file_word(s), rules_file_word(s)),
		"%s", fault);
	return VERDICT_FAIL;
}

/* What is in one list and not in the other. */
static void
subtract(struct strvec *ret, struct arena *a, const char *const *left, size_t left_count,
	const char *const *right, size_t right_count)
{
	struct strmap map;

	strvec_init(ret, a);
	strmap_init(&map, a);
	for (size_t i = 0; i < right_count; i++)
		strmap_set(&map, right[i], ret);
	for (size_t i = 0; i < left_count; i++)
		if (!strmap_get(&map, left[i]))
			strvec_push(ret, left[i]);
}

static const char *const *
export_names(struct arena *a, struct image *img, size_t *ret_count)
{
	const struct image_export *exports;
	const char **names;
	struct error err;

	*ret_count = 0;
	if (!image_exports(img, &exports, ret_count, &err))
		return NULL;
	names = ARENA_ARRAY(a, *ret_count, const char *);
	for (size_t i = 0; i < *ret_count; i++)
		names[i] = exports[i].name;
	return names;
}

static void
compare_lists(struct subject *s, struct findings *out, const struct image *other, const char *what,
	const char *const *ours, size_t our_count, const char *const *theirs, size_t their_count)
{
	struct strvec more, less;

	subtract(&more, s->arena, ours, our_count, theirs, their_count);
	subtract(&less, s->arena, theirs, their_count, ours, our_count);
	if (more.count > 0)
		finding_add(out, s->rule, more.items[0], NULL, "it %s %s, %s does not", what,
			floors_symbols_text(s->arena, &more), other->arch);
	if (less.count > 0)
		finding_add(out, s->rule, less.items[0], NULL, "%s %s %s, it does not", other->arch,
			what, floors_symbols_text(s->arena, &less));
}

/* There is no macOS 10 for arm64. */
static const char *
comparable_minos(const struct image *img)
{
	const char *minos = img->macho->minos;

	return minos && version_cmp(minos, "11.0") < 0 ? "11.0" : minos;
}

static void
compare_slices(struct subject *s, struct findings *out, struct image *other)
{
	struct image *img = s->image;
	const char *ours = comparable_minos(img), *theirs = comparable_minos(other);
	const char *const *our_names, *const *their_names;
	size_t our_count, their_count;

	compare_lists(s, out, other, "needs", (const char *const *)img->needed.items,
		img->needed.count, (const char *const *)other->needed.items, other->needed.count);
	compare_lists(s, out, other, "has the search path",
		(const char *const *)img->macho->rpaths.items, img->macho->rpaths.count,
		(const char *const *)other->macho->rpaths.items, other->macho->rpaths.count);
	if (ours && theirs && version_cmp(ours, theirs) != 0)
		finding_add(out, s->rule, img->macho->minos, NULL,
			"it is made for macOS %s and later, %s for %s", img->macho->minos,
			other->arch, other->macho->minos);
	if (img->soname && other->soname && strcmp(img->soname, other->soname) != 0)
		finding_add(out, s->rule, img->soname, NULL, "it is named %s, %s is named %s",
			img->soname, other->arch, other->soname);
	our_names = export_names(s->arena, img, &our_count);
	their_names = export_names(s->arena, other, &their_count);
	compare_lists(s, out, other, "exports", our_names, our_count, their_names, their_count);
}

enum verdict
check_slices(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count;

	if (!s->slices || !s->slices[0]->macho || strcmp(s->slices[0]->arch, s->image->arch) == 0) {
		*ret_reason = s->slices ? "the others are compared with it"
					: "it is no part of a fat file";
		return VERDICT_SKIP;
	}
	compare_slices(s, out, s->slices[0]);
	return rules_verdict(out, before);
}
