/* SPDX-License-Identifier: MIT */
/* The search path inside the file: every finding prints the path as it should be. */
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "linkcheck/judge/rules.h"
#include "linkcheck/resolve/deps_search.h"

#define LONG_PATH 2000 /* bytes of a search path that nobody reads */

/* The option or command that gives the file the corrected path. */
static const char *
corrected_fix(struct subject *s)
{
	if (*s->rpath.corrected == '\0')
		return "link without -rpath (or: patchelf --remove-rpath)";
	/* A finding for each of a thousand entries, each with a path of a thousand, is for nobody. */
	if (strlen(s->rpath.corrected) > LONG_PATH)
		return arena_printf(s->arena,
			"leave out or correct the entries named here, of %zu in all",
			s->rpath.count);
	return arena_printf(s->arena, "link with -Wl,-rpath,%s", rules_word(s, s->rpath.corrected));
}

/* Of LC_RPATH each entry is a load command of its own. */
static const char *
entry_fix(struct subject *s, const struct rpath_entry *e)
{
	const char *file, *old, *new;

	if (s->image->format != FORMAT_MACHO)
		return corrected_fix(s);
	file = rules_file_word(s);
	old = rules_word(s, e->text);
	if (!e->corrected)
		return arena_printf(s->arena,
			"link without it (or: install_name_tool -delete_rpath %s %s)", old, file);
	new = rules_word(s, e->corrected);
	return arena_printf(s->arena,
		"link with -Wl,-rpath,%s (or: install_name_tool -rpath %s %s %s)", new, old, new,
		file);
}

static bool
skip_no_path(const struct subject *s, const char **ret_reason)
{
	*ret_reason = "it has no search path of its own";
	return s->rpath.count == 0;
}

static const char *
tag_name(const struct subject *s)
{
	if (s->image->format == FORMAT_MACHO)
		return "LC_RPATH";
	return s->rpath.is_rpath ? "RPATH" : "RUNPATH";
}

/* A fault of an entry, and what completes: RUNPATH entry "X" ... */
struct fault_text {
	enum rpath_fault fault;
	const char *text;
};

static void
report(struct subject *s, struct findings *out, const struct fault_text *what)
{
	for (size_t i = 0; i < s->rpath.count; i++) {
		const struct rpath_entry *e = &s->rpath.items[i];

		if (e->fault == what->fault)
			finding_add(out, s->rule, e->text, entry_fix(s, e), "%s entry \"%s\" %s",
				tag_name(s), e->text, what->text);
	}
}

/* One finding for each entry with one of these faults. */
static enum verdict
judge_entries(struct subject *s, struct findings *out, const char **ret_reason,
	const struct fault_text *faults, size_t count)
{
	size_t before = out->count;

	if (skip_no_path(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 0; i < count; i++)
		report(s, out, &faults[i]);
	return rules_verdict(out, before);
}

enum verdict
check_rpath_build(struct subject *s, struct findings *out, const char **ret_reason)
{
	static const struct fault_text faults[] = {
		{ RPATH_BUILD_DIR, "is a directory of the machine that built it, or one that "
				   "others can write" },
	};

	return judge_entries(s, out, ret_reason, faults, ARRAY_LEN(faults));
}

enum verdict
check_rpath_relative(struct subject *s, struct findings *out, const char **ret_reason)
{
	bool macho = s->image->format == FORMAT_MACHO;
	const struct fault_text faults[] = {
		{ RPATH_RELATIVE,
			macho ? "is relative: dyld ignores it, or looks from the current "
				"directory"
			      : "is relative: it is looked up from the current directory" },
		{ RPATH_EMPTY, "is empty: the loader takes it as the current directory" },
	};

	return judge_entries(s, out, ret_reason, faults, ARRAY_LEN(faults));
}

enum verdict
check_rpath_mangled(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct fault_text faults[] = {
		{ RPATH_MANGLED, "was mangled on its way to the linker" },
		{ RPATH_TOKEN,
			rules_libc(s) == LIBC_MUSL
				? "has a token that musl does not know: musl ignores the whole path"
				: "has a token that the loader does not know" },
	};

	return judge_entries(s, out, ret_reason, faults, ARRAY_LEN(faults));
}

enum verdict
check_rpath_absolute(struct subject *s, struct findings *out, const char **ret_reason)
{
	static const struct fault_text faults[] = {
		{ RPATH_ABSOLUTE, "is no system directory: it must be there on every machine" },
	};

	return judge_entries(s, out, ret_reason, faults, ARRAY_LEN(faults));
}

/* An npm package finds its siblings so, and a wheel what is in site-packages. */
static enum verdict
add_leaving(struct subject *s, struct findings *out, const struct rpath_entry *e)
{
	finding_add_level(out, s->rule, LEVEL_NOTE, e->text,
		arena_printf(s->arena,
			"nothing, if its libraries are installed there with it; else ship them in "
			"the package, and link with -Wl,-rpath,'%s'",
			image_is_program(s->image) ? "$ORIGIN/../lib" : "$ORIGIN"),
		"%s entry \"%s\" leaves the package: what is looked up there depends on where it "
		"is installed",
		tag_name(s), e->text);
	return VERDICT_FAIL;
}

enum verdict
check_rpath_escapes(struct subject *s, struct findings *out, const char **ret_reason)
{
	static const struct fault_text faults[] = {
		{ RPATH_ESCAPES, "climbs above the root of the file system" },
	};
	enum verdict verdict = judge_entries(s, out, ret_reason, faults, ARRAY_LEN(faults));

	for (size_t i = 0; i < s->rpath.count; i++)
		if (s->rpath.items[i].fault == RPATH_LEAVES)
			verdict = add_leaving(s, out, &s->rpath.items[i]);
	return verdict;
}

enum verdict
check_rpath_setuid(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image *img = s->image;
	size_t before = out->count;

	if (skip_no_path(s, ret_reason))
		return VERDICT_SKIP;
	if (!(img->input->mode & (S_ISUID | S_ISGID)) || !image_is_program(img)) {
		*ret_reason = "it is not set-user-id or set-group-id";
		return VERDICT_SKIP;
	}
	for (size_t i = 0; i < s->rpath.count; i++)
		if (strstr(s->rpath.items[i].text, "ORIGIN"))
			finding_add(out, s->rule, s->rpath.items[i].text,
				"link without -rpath and install the libraries where the system "
				"looks",
				"%s entry \"%s\" in a set-id program: the loader ignores it, or a "
				"hard link decides what is loaded",
				tag_name(s), s->rpath.items[i].text);
	return rules_verdict(out, before);
}

enum verdict
check_rpath_dir(struct subject *s, struct findings *out, const char **ret_reason)
{
	static const char *const texts[] = {
		[RPATH_DIR_MISSING] = "is not there",
		[RPATH_DIR_WRITABLE] = "can be written by anybody, who then decides what is loaded",
		[RPATH_DIR_CREATABLE] =
			"is not there, and anybody can make it and put libraries into it",
	};
	size_t before = out->count;

	if (skip_no_path(s, ret_reason))
		return VERDICT_SKIP;
	if (!s->rpath_dirs) {
		*ret_reason = "no file system to look into is named (--root)";
		return VERDICT_SKIP;
	}
	for (size_t i = 0; i < s->rpath.count; i++) {
		enum rpath_dir how = s->rpath_dirs[i];

		if (how != RPATH_DIR_FINE)
			finding_add_level(out, s->rule,
				how == RPATH_DIR_MISSING ? LEVEL_NOTE : s->rule->level,
				s->rpath.items[i].text,
				how == RPATH_DIR_MISSING ? "install the directory with the file, "
							   "or link without the entry"
							 : "chmod o-w, or link with an rpath that "
							   "only the owner can write",
				"%s entry \"%s\" %s in %s", tag_name(s), s->rpath.items[i].text,
				texts[how], s->contract->world->root);
	}
	return rules_verdict(out, before);
}

enum verdict
check_rpath_useless(struct subject *s, struct findings *out, const char **ret_reason)
{
	static const struct fault_text faults[] = {
		{ RPATH_DUPLICATE, "is there twice" },
		{ RPATH_DEFAULT, "is searched anyway" },
	};

	return judge_entries(s, out, ret_reason, faults, ARRAY_LEN(faults));
}

/* A library that is found only because RPATH, unlike RUNPATH, is inherited. */
static const struct deps_object *
inherited(const struct subject *s)
{
	const struct resolution *r = s->resolution ? s->resolution : s->closure;

	for (size_t i = 0; r && i < r->object_count; i++) {
		const struct deps_object *o = r->objects[i];

		if (o->node->how == DEPS_RPATH && o->loader && o->loader != r->file &&
			!o->loader->img->rpath)
			return o;
	}
	return NULL;
}

static const char *
kind_fix(struct subject *s)
{
	const struct deps_object *o = inherited(s);
	const char *corrected = s->rpath.corrected, *fix;

	if (*corrected == '\0' || strlen(corrected) > LONG_PATH)
		return corrected_fix(s);
	fix = arena_printf(
		s->arena, "link with -Wl,--enable-new-dtags,-rpath,%s", rules_word(s, corrected));
	return o ? arena_printf(s->arena,
			   "give %s a RUNPATH of its own, by which it finds %s; then %s",
			   path_base(o->loader->name), path_base(o->name), fix)
		 : fix;
}

enum verdict
check_rpath_kind(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image *img = s->image;
	enum level level = rules_has_promise(s) ? s->rule->level : LEVEL_NOTE;
	size_t before = out->count;

	if (!img->rpath && !img->runpath) {
		*ret_reason = "it has no search path of its own";
		return VERDICT_SKIP;
	}
	/* musl and bionic treat both alike (ldso/dynlink.c: one field). */
	if (rules_libc(s) == LIBC_MUSL) {
		*ret_reason = "musl makes no difference between RPATH and RUNPATH";
		return VERDICT_SKIP;
	}
	if (img->rpath && img->runpath)
		finding_add_level(out, s->rule, level, img->rpath, corrected_fix(s),
			"it has both: RPATH \"%s\" is ignored, RUNPATH \"%s\" counts", img->rpath,
			img->runpath);
	else if (img->rpath && *img->rpath)
		finding_add_level(out, s->rule, level, img->rpath, kind_fix(s),
			"it has RPATH \"%s\", which LD_LIBRARY_PATH cannot override", img->rpath);
	return rules_verdict(out, before);
}
