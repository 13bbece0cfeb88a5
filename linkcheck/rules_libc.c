/* SPDX-License-Identifier: MIT */
/* The C library: the promised one, only one, and none that breaks when it is static. */
#include <string.h>

#include "linkcheck/floors.h"
#include "linkcheck/libc.h"
#include "linkcheck/rules.h"

enum target_libc
rules_libc(const struct subject *s)
{
	const struct target *t = s->contract->target;

	return t && t->abi ? t->abi->libc : s->libc.kind;
}

static const char *
first_glibc_version(const struct image *img, const char **ret_file)
{
	for (size_t i = 0; i < img->version_need_count; i++)
		if (cstr_starts(img->version_needs[i].version, "GLIBC_")) {
			*ret_file = img->version_needs[i].file;
			return img->version_needs[i].version;
		}
	return NULL;
}

/* musl ignores versions and answers to glibc's library names itself (ldso/dynlink.c), so such a file starts loading and dies
 * at the first symbol that musl does not have. */
enum verdict
check_glibc_in_musl(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct target *t = s->contract->target;
	const struct image *img = s->image;
	const char *version, *file = NULL;
	size_t before = out->count;

	if (!t || !t->abi || t->abi->libc != LIBC_MUSL) {
		*ret_reason = "no musl target is promised";
		return VERDICT_SKIP;
	}
	for (size_t i = 0; i < img->needed.count; i++)
		if (libc_of_soname(img->needed.items[i]) == LIBC_GLIBC)
			finding_add(out, s->rule, img->needed.items[i], NULL, "it needs glibc's %s",
				img->needed.items[i]);
	version = first_glibc_version(img, &file);
	if (version) {
		struct floor *f;
		size_t count;
		struct error err;

		error_clear(&err);
		if (!floors_above(s->image, "glibc", "0", &f, &count, &err))
			count = 0;
		for (size_t i = 0; i < count; i++) {
			const char *who = floors_symbols_text(s->arena, &f[i].symbols);

			finding_add(out, s->rule, who, NULL, "it asks for symbols of glibc %s%s%s",
				f[i].version, *who ? ": " : "", who);
		}
		if (count == 0)
			finding_add(
				out, s->rule, version, NULL, "it asks for %s of %s", version, file);
	}
	for (size_t i = 0; s->promise && s->promise->on == ON_FAILS && i < s->promise->reason_count;
		i++) {
		const struct verdict_reason *r = &s->promise->reasons[i];

		if (r->symbol && !r->version)
			finding_add(out, s->rule, r->symbol, NULL, "musl %s %s",
				s->promise->platform->libc_version, r->text);
	}
	if (s->libc.linked == LIBC_LINKED_STATIC && s->libc.kind == LIBC_GLIBC)
		finding_add(out, s->rule, NULL, NULL, "a static glibc is inside, not musl (%s)",
			s->libc.evidence);
	return rules_verdict(out, before);
}

enum verdict
check_two_libcs(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image *img = s->image;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
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
