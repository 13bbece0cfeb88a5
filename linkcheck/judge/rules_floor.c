/* SPDX-License-Identifier: MIT */
/* Symbol versions: above the promised floor, set by weak references, private. */
#include <string.h>

#include "linkcheck/judge/floors.h"
#include "linkcheck/judge/rules.h"
#include "linkcheck/read/elf_const.h"

/* The highest glibc version promised, or NULL with the reason why there is nothing to check. */
static const char *
promised_floor(const struct subject *s, const char **ret_reason)
{
	const struct contract *c = s->contract;

	if (s->libc.kind == LIBC_MUSL ||
		(c->target && c->target->abi && c->target->abi->libc != LIBC_GLIBC)) {
		*ret_reason = "only glibc has versions with a floor";
		return NULL;
	}
	if (c->floor)
		return c->floor;
	if (c->target && c->target->abi && c->target->version[0] != '\0')
		return c->target->version;
	*ret_reason = "no floor is promised";
	return NULL;
}

/* The floors above what was promised; PASS when that could be found out at all. */
static enum verdict
above_promise(struct subject *s, const char **ret_limit, struct floor **ret, size_t *ret_count,
	const char **ret_reason)
{
	struct error err;

	error_clear(&err);
	*ret_limit = promised_floor(s, ret_reason);
	if (!*ret_limit)
		return VERDICT_SKIP;
	if (floors_above(s->image, "glibc", *ret_limit, ret, ret_count, &err))
		return VERDICT_PASS;
	*ret_reason = "its symbols could not be read";
	return VERDICT_UNKNOWN;
}

enum verdict
check_floor(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count, count;
	struct floor *floors;
	const char *limit;
	enum verdict known = above_promise(s, &limit, &floors, &count, ret_reason);
	bool policy = rules_policy_floors(s, out);

	if (known == VERDICT_UNKNOWN || (known == VERDICT_SKIP && !policy))
		return known;
	for (size_t i = 0; known == VERDICT_PASS && i < count; i++) {
		const char *who = floors_symbols_text(s->arena, &floors[i].symbols);
		const char *fix = arena_printf(s->arena,
			"build against glibc %s (-t with glibc%s), or promise %s", limit, limit,
			floors[i].version);

		finding_add(out, s->rule, who, fix, "needs glibc %s of %s, above %s%s%s",
			floors[i].version, floors[i].library, limit, *who ? ": " : "", who);
	}
	return rules_verdict(out, before);
}

enum verdict
check_weak_floor(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count, count;
	struct floor *floors;
	const char *limit;
	enum verdict known = above_promise(s, &limit, &floors, &count, ret_reason);

	if (known != VERDICT_PASS)
		return known;
	for (size_t i = 0; i < count; i++) {
		const char *who = floors_symbols_text(s->arena, &floors[i].symbols);

		if (floors[i].weak_only)
			finding_add(out, s->rule, who, NULL,
				"glibc %s is asked for by weak references only: %s",
				floors[i].version, who);
	}
	return rules_verdict(out, before);
}

/* Parts of glibc itself use its private symbols: they define or are built with that very version. */
static bool
is_part_of_glibc(struct image *img)
{
	struct image_export gconv;

	for (size_t i = 0; i < img->version_def_count; i++)
		if (cstr_starts(img->version_defs[i].version, "GLIBC_"))
			return true;
	if (image_export_find(img, "gconv_init", 0, &gconv))
		return true;
	return img->soname &&
	       (cstr_starts(img->soname, "libnss_") || cstr_starts(img->soname, "libthread_db."));
}

/*
 * glibc's elf/dl-version.c refuses a file with DT_RELR that needs versions of libc.so but not
 * GLIBC_ABI_DT_RELR; older loaders ignore DT_RELR and crash, which that version prevents.
 */
static bool
lacks_relr_marker(const struct image *img)
{
	bool libc = false;

	if (!img->has_relr)
		return false;
	for (size_t i = 0; i < img->version_need_count; i++) {
		if (strcmp(img->version_needs[i].version, "GLIBC_ABI_DT_RELR") == 0)
			return false;
		libc = libc || cstr_starts(img->version_needs[i].file, "libc.so.");
	}
	return libc;
}

struct private_use {
	struct arena *arena;
	struct strvec names;
};

static void
visit_private(void *ctx, const char *name, uint16_t index, bool weak)
{
	struct private_use *use = ctx;

	(void)index;
	(void)weak;
	strvec_push_dup(&use->names, name);
}

static const char *
private_symbols(struct subject *s)
{
	struct private_use use = { .arena = s->arena };
	struct image *img = s->image;
	struct error err;
	bool *wanted = ARENA_ARRAY(s->arena, VERSYM_HIDDEN, bool);

	strvec_init(&use.names, s->arena);
	error_clear(&err);
	for (size_t i = 0; i < img->version_need_count; i++)
		if (strcmp(img->version_needs[i].version, "GLIBC_PRIVATE") == 0)
			wanted[img->version_needs[i].index] = true;
	if (!image_version_users(img, wanted, VERSYM_HIDDEN, visit_private, &use, &err))
		return "";
	strvec_sort(&use.names);
	return floors_symbols_text(s->arena, &use.names);
}

enum verdict
check_private(struct subject *s, struct findings *out, const char **ret_reason)
{
	struct image *img = s->image;
	size_t before = out->count;
	bool uses = false;

	(void)ret_reason;
	for (size_t i = 0; i < img->version_need_count; i++)
		uses = uses || strcmp(img->version_needs[i].version, "GLIBC_PRIVATE") == 0;
	if (uses && !is_part_of_glibc(img)) {
		const char *who = private_symbols(s);

		finding_add_level(out, s->rule, rules_has_promise(s) ? s->rule->level : LEVEL_NOTE,
			who, NULL, "it uses private symbols of glibc%s%s", *who ? ": " : "", who);
	}
	if (lacks_relr_marker(img))
		finding_add(out, s->rule, "GLIBC_ABI_DT_RELR",
			"link with -Wl,-z,pack-relative-relocs, or without --pack-dyn-relocs",
			"it has DT_RELR but does not ask for GLIBC_ABI_DT_RELR: glibc refuses it");
	for (size_t i = 0; s->resolution && i < s->resolution->problem_count; i++)
		if (s->resolution->problems[i].kind == RESOLVE_RELR &&
			(!s->resolution->problems[i].own || !lacks_relr_marker(img)))
			finding_add(out, s->rule, "DT_RELR",
				"link with -Wl,-z,nopack-relative-relocs", "%s",
				s->resolution->problems[i].text);
	return rules_verdict(out, before);
}
