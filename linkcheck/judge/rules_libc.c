/* SPDX-License-Identifier: MIT */
/* The C library: the promised one, only one, and none that breaks when it is static. */
#include <string.h>

#include "linkcheck/judge/floors.h"
#include "linkcheck/judge/rules.h"
#include "linkcheck/platform/abi.h"
#include "linkcheck/read/libc.h"

enum target_libc
rules_libc(const struct subject *s)
{
	const struct target *t = s->contract->target;

	return t && t->abi ? t->abi->libc : s->libc.kind;
}

/* The versions of glibc it asks for, newest first, and the symbols that do. */
static bool
glibc_versions(struct subject *s, struct strvec *ret_versions, struct strvec *ret_symbols)
{
	struct floor *floors;
	struct error err;
	size_t count;

	strvec_init(ret_versions, s->arena);
	strvec_init(ret_symbols, s->arena);
	error_clear(&err);
	if (!floors_above(s->image, "glibc", "0", &floors, &count, &err))
		count = 0;
	for (size_t i = 0; i < count; i++) {
		strvec_push(ret_versions, floors[i].version);
		for (size_t k = 0; k < floors[i].symbols.count; k++)
			strvec_push(ret_symbols, floors[i].symbols.items[k]);
	}
	for (size_t i = 0; count == 0 && i < s->image->version_need_count; i++)
		if (cstr_starts(s->image->version_needs[i].version, "GLIBC_"))
			strvec_push(ret_versions,
				s->image->version_needs[i].version + strlen("GLIBC_"));
	return ret_versions->count > 0;
}

/* One finding for all of it: what mends one reference mends the others. */
static void
add_glibc_needs(struct subject *s, struct findings *out, const char *fix)
{
	const struct image *img = s->image;
	struct strvec libraries, versions, symbols;
	const char *needs, *who;
	bool versioned = glibc_versions(s, &versions, &symbols);

	strvec_init(&libraries, s->arena);
	for (size_t i = 0; i < img->needed.count; i++)
		if (libc_of_soname(img->needed.items[i]) == LIBC_GLIBC)
			strvec_push(&libraries, img->needed.items[i]);
	needs = floors_symbols_text(s->arena, &libraries);
	who = floors_symbols_text(s->arena, &symbols);
	if (libraries.count > 0 && !versioned)
		finding_add(out, s->rule, needs, fix, "it needs glibc's %s", needs);
	else if (versioned)
		finding_add(out, s->rule, libraries.count > 0 ? needs : who, fix,
			"it needs %s%s%ssymbols of glibc %s%s%s",
			libraries.count > 0 ? "glibc's " : "", needs,
			libraries.count > 0 ? " and " : "",
			floors_symbols_text(s->arena, &versions), *who ? ": " : "", who);
}

/* What musl does not have of the symbols that it has to bind. */
static void
add_lacking(struct subject *s, struct findings *out, const char *fix)
{
	const struct verdict_row *row = s->promise;
	struct strvec names;

	if (!row || row->on != ON_FAILS)
		return;
	strvec_init(&names, s->arena);
	for (size_t i = 0; i < row->reason_count; i++)
		if (row->reasons[i].symbol && !row->reasons[i].version)
			strvec_push(&names, row->reasons[i].symbol);
	if (names.count > 0)
		finding_add(out, s->rule, names.items[0], fix, "musl %s lacks %s%s",
			row->platform->libc_version, floors_symbols_text(s->arena, &names),
			row->reason_count == VERDICT_REASONS ? " and others" : "");
}

/* Of an object: what some glibc has and no musl. */
static void
add_object_lacking(struct subject *s, struct findings *out, const char *fix)
{
	const char *arch = image_arch_name(s->arena, s->image);
	struct strvec names;

	strvec_init(&names, s->arena);
	for (size_t i = 0; i < s->parts.wants.count; i++) {
		const char *name = s->parts.wants.items[i];

		if (abi_ever(LIBC_GLIBC, arch, name) && !abi_ever(LIBC_MUSL, arch, name))
			strvec_push(&names, name);
	}
	strvec_sort(&names);
	if (names.count > 0)
		finding_add(out, s->rule, names.items[0], fix,
			"it was compiled for glibc: no musl has %s",
			floors_symbols_text(s->arena, &names));
}

/* musl ignores versions and answers to glibc's library names itself (ldso/dynlink.c), so such a file
 * starts loading and dies at the first symbol that musl does not have. */
enum verdict
check_glibc_in_musl(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct target *t = s->contract->target;
	size_t before = out->count;
	const char *fix;

	if (!t || !t->abi || t->abi->libc != LIBC_MUSL) {
		*ret_reason = "no musl target is promised";
		return VERDICT_SKIP;
	}
	fix = arena_printf(s->arena, "compile and link it for musl: xbuild cc -t %s", t->name);
	if (s->image->type == IMAGE_RELOCATABLE)
		add_object_lacking(s, out, fix);
	add_glibc_needs(s, out, fix);
	add_lacking(s, out, fix);
	if (s->libc.linked == LIBC_LINKED_STATIC && s->libc.kind == LIBC_GLIBC)
		finding_add(out, s->rule, NULL, fix, "a static glibc is inside, not musl (%s)",
			s->libc.evidence);
	return rules_verdict(out, before);
}

/* A library bound to another libc than the promised one drags it into the process. A program's loader is
 * LC036's, glibc in a musl target is LC030's. */
static void
check_promised_libc(struct subject *s, struct findings *out)
{
	const struct target *t = s->contract->target;
	const struct libc_use *use = &s->libc;

	if (!t || !t->abi || s->image->interpreter || use->linked != LIBC_LINKED_DYNAMIC ||
		use->kind == LIBC_UNKNOWN || use->kind == t->abi->libc ||
		(use->kind == LIBC_GLIBC && t->abi->libc == LIBC_MUSL))
		return;
	finding_add(out, s->rule, NULL,
		arena_printf(s->arena, "build it for %s: xbuild cc -t %s", t->name, t->name),
		"it is bound to %s (%s), but %s was promised", target_libc_name(use->kind),
		use->evidence, target_libc_name(t->abi->libc));
}

enum verdict
check_two_libcs(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image *img = s->image;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (rules_damaged(s, ret_reason))
		return VERDICT_UNKNOWN;
	check_promised_libc(s, out);
	for (size_t i = 0; i < img->needed.count; i++) {
		const char *name = img->needed.items[i];
		enum target_libc libc = libc_of_soname(name);

		if (libc != LIBC_UNKNOWN && s->libc.kind != LIBC_UNKNOWN && libc != s->libc.kind)
			finding_add(out, s->rule, name, NULL,
				"it is bound to %s (%s) but needs %s's %s",
				target_libc_name(s->libc.kind), s->libc.evidence,
				target_libc_name(libc), name);
	}
	for (size_t i = 0; s->resolution && i < s->resolution->problem_count; i++)
		if (s->resolution->problems[i].kind == RESOLVE_TWO_LIBCS)
			finding_add(out, s->rule, s->resolution->problems[i].library, NULL, "%s",
				s->resolution->problems[i].text);
	if (s->libc.inside != LIBC_UNKNOWN)
		finding_add(out, s->rule, img->interpreter,
			"link with the shared libc, or with -static",
			"%s starts it, but %s is linked into it: two libcs in one process",
			img->interpreter, target_libc_name(s->libc.inside));
	return rules_verdict(out, before);
}

static bool
skip_not_static_glibc(const struct subject *s, const char **ret_reason)
{
	*ret_reason = "it is no static glibc program";
	return s->libc.linked != LIBC_LINKED_STATIC || s->libc.kind != LIBC_GLIBC;
}

/* The NSS functions that were found, which are all but iconv_open. */
static const char *
nss_functions(struct subject *s)
{
	const struct strvec *all = &s->libc.embedded.functions;
	struct strvec names;

	strvec_init(&names, s->arena);
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->items[i], "iconv_open") != 0)
			strvec_push(&names, all->items[i]);
	return floors_symbols_text(s->arena, &names);
}

enum verdict
check_static_nss(struct subject *s, struct findings *out, const char **ret_reason)
{
	const char *who;

	if (rules_damaged(s, ret_reason))
		return VERDICT_UNKNOWN;
	if (skip_not_static_glibc(s, ret_reason))
		return VERDICT_SKIP;
	if (!s->libc.embedded.uses_nss)
		return VERDICT_PASS;
	who = nss_functions(s);
	finding_add(out, s->rule, who, NULL,
		"its static glibc loads NSS modules of the same glibc at run time%s%s",
		*who ? ": " : "", who);
	return VERDICT_FAIL;
}

enum verdict
check_static_modules(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image_static_libc *libc = &s->libc.embedded;

	if (rules_damaged(s, ret_reason))
		return VERDICT_UNKNOWN;
	if (skip_not_static_glibc(s, ret_reason))
		return VERDICT_SKIP;
	if (!libc->has_functions) {
		*ret_reason = "it is stripped: use of iconv and dlopen leaves no other trace";
		return VERDICT_UNKNOWN;
	}
	if (!strvec_has(&libc->functions, "iconv_open")) {
		*ret_reason =
			"every static glibc has dlopen inside: whether it is called is not told";
		return VERDICT_UNKNOWN;
	}
	finding_add(out, s->rule, "iconv_open", NULL,
		"its static glibc loads converters of the same glibc at run time: iconv_open");
	return VERDICT_FAIL;
}
