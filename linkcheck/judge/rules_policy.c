/* SPDX-License-Identifier: MIT */
/* What the policy allows: highest versions, needed libraries, search paths. */
#include <string.h>

#include "linkcheck/judge/floors.h"
#include "linkcheck/judge/policy.h"
#include "linkcheck/judge/rules.h"

static bool
has_policy(const struct subject *s, const char **ret_reason)
{
	*ret_reason = "no policy says anything of it";
	return s->contract->policy && image_is_loadable(s->image);
}

/* The newest version above `limit` of a family that floors.c does not know: "ZLIB_1.2.9". */
static const char *
newest_above(const struct image *img, const char *family, const char *limit, const char **ret_file)
{
	const char *best = limit;
	size_t n = strlen(family);

	*ret_file = NULL;
	for (size_t i = 0; i < img->version_need_count; i++) {
		const char *v = img->version_needs[i].version;

		if (strncmp(v, family, n) != 0 || v[n] != '_' || v[n + 1] < '0' || v[n + 1] > '9' ||
			cstr_version_cmp(v + n + 1, best) <= 0)
			continue;
		best = v + n + 1;
		*ret_file = img->version_needs[i].file;
	}
	return best;
}

static const struct floor *
known_floor(const struct subject *s, const char *family)
{
	for (size_t i = 0; i < s->floor_count; i++)
		if (strcmp(s->floors[i].family, family) == 0)
			return &s->floors[i];
	return NULL;
}

static void
check_family(struct subject *s, struct findings *out, const char *family)
{
	const struct policy *p = s->contract->policy;
	const char *limit = policy_floor(p, s, family), *who = "", *version, *library;
	const struct floor *floor = known_floor(s, family);

	if (floor) {
		version = cstr_version_cmp(floor->version, limit) > 0 ? floor->version : limit;
		library = version == limit ? NULL : floor->library;
		who = floors_symbols_text(s->arena, &floor->symbols);
	} else {
		version = newest_above(s->image, family, limit, &library);
	}
	if (library)
		finding_add(out, s->rule, *who ? who : family,
			arena_printf(s->arena,
				"build against %s %s or older, or raise the policy's floor", family,
				limit),
			"needs %s %s of %s, policy %s allows %s%s%s", family, version, library,
			p->name, limit, *who ? ": " : "", who);
}

bool
rules_policy_floors(struct subject *s, struct findings *out)
{
	struct strvec families;
	const char *ignored;

	strvec_init(&families, s->arena);
	if (!has_policy(s, &ignored))
		return false;
	policy_families(s->contract->policy, s, &families);
	for (size_t i = 0; i < families.count; i++)
		check_family(s, out, families.items[i]);
	return families.count > 0;
}

enum verdict
check_needs(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct policy *p = s->contract->policy;
	size_t before = out->count;

	if (!has_policy(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 0; i < s->image->needed.count; i++) {
		const char *library = s->image->needed.items[i];
		enum policy_answer answer = policy_need(p, s, library);

		if (answer == POLICY_FORBIDS)
			finding_add(out, s->rule, library, NULL, "policy %s forbids %s", p->name,
				library);
		if (answer == POLICY_NOT_LISTED &&
			!(s->contract->shipped && shipped_named(s->contract->shipped, library)))
			finding_add(out, s->rule, library, NULL,
				"policy %s does not list %s, and it is not shipped", p->name,
				library);
	}
	return rules_verdict(out, before);
}

enum verdict
check_rpath_allowed(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct policy *p = s->contract->policy;
	size_t before = out->count;

	if (!has_policy(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 0; i < s->rpath.count; i++) {
		const char *entry = s->rpath.items[i].text;

		if (policy_rpath(p, s, entry) == POLICY_NOT_LISTED)
			finding_add(out, s->rule, entry, NULL,
				"policy %s does not allow the search path \"%s\"", p->name, entry);
	}
	return rules_verdict(out, before);
}
