/* SPDX-License-Identifier: MIT */
/* What a policy says of one file: parts of its role and architecture, levels, suppressions. */
#include "linkcheck/judge/policy.h"

#include <string.h>

#include "base/path.h"
#include "linkcheck/judge/fingerprint.h"

/* The parts that hold for a file, the most special last. */
struct parts {
	const struct policy_part *items[3];
	size_t count;
};

static struct parts
parts_of(const struct policy *p, const struct subject *s)
{
	const char *arch = image_arch_name(s->arena, s->image);
	struct parts parts = { { &p->all }, 1 };

	for (size_t i = 0; i < p->arch_count; i++)
		if (strcmp(p->arches[i].arch, arch) == 0)
			parts.items[parts.count++] = &p->arches[i].part;
	if (image_is_loadable(s->image))
		parts.items[parts.count++] = &p->roles[s->role];
	return parts;
}

const char *
policy_floor(const struct policy *p, const struct subject *s, const char *family)
{
	struct parts parts = parts_of(p, s);
	const char *version = NULL;

	for (size_t i = 0; i < parts.count; i++)
		for (size_t k = 0; k < parts.items[i]->floor_count; k++)
			if (strcmp(parts.items[i]->floors[k].family, family) == 0)
				version = parts.items[i]->floors[k].version;
	return version;
}

void
policy_families(const struct policy *p, const struct subject *s, struct strvec *ret)
{
	struct parts parts = parts_of(p, s);

	for (size_t i = 0; i < parts.count; i++)
		for (size_t k = 0; k < parts.items[i]->floor_count; k++)
			if (!strvec_has(ret, parts.items[i]->floors[k].family))
				strvec_push(ret, parts.items[i]->floors[k].family);
}

static bool
is_listed(const struct strvec *patterns, const char *text)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (cstr_glob(patterns->items[i], text))
			return true;
	return false;
}

/* The loader is no choice of the linker's: every dynamic file has it. */
static bool
is_loader(const char *library)
{
	return cstr_starts(library, "ld-linux") || cstr_starts(library, "ld-musl-") ||
	       cstr_starts(library, "ld64.so") || cstr_starts(library, "ld.so.");
}

enum policy_answer
policy_need(const struct policy *p, const struct subject *s, const char *library)
{
	struct parts parts = parts_of(p, s);
	enum policy_answer answer = POLICY_SILENT;

	for (size_t i = 0; i < parts.count; i++) {
		if (is_listed(&parts.items[i]->forbid, library))
			return POLICY_FORBIDS;
		if (is_listed(&parts.items[i]->allow, library))
			answer = POLICY_ALLOWS;
		else if (parts.items[i]->has_allow && answer == POLICY_SILENT)
			answer = POLICY_NOT_LISTED;
	}
	return answer == POLICY_NOT_LISTED && is_loader(library) ? POLICY_ALLOWS : answer;
}

enum policy_answer
policy_rpath(const struct policy *p, const struct subject *s, const char *entry)
{
	struct parts parts = parts_of(p, s);
	enum policy_answer answer = POLICY_SILENT;

	for (size_t i = 0; i < parts.count; i++)
		if (is_listed(&parts.items[i]->rpath, entry))
			answer = POLICY_ALLOWS;
		else if (parts.items[i]->has_rpath && answer == POLICY_SILENT)
			answer = POLICY_NOT_LISTED;
	return answer;
}

static size_t
place_of(const struct rule *rule)
{
	size_t i = 0;

	while (i + 1 < rule_count() && rule_at(i) != rule)
		i++;
	return i;
}

/* A level that stands in the policy is the level here, whatever the file's own circumstances are. */
static unsigned
level_of(const struct parts *parts, const struct finding *f)
{
	unsigned level = f->level;

	for (size_t i = 0; i < parts->count; i++) {
		unsigned here = parts->items[i]->levels[place_of(f->rule)];

		level = here == LEVEL_UNSET ? level : here;
	}
	return level;
}

/* A pattern without a slash is about the file's own name, in whatever directory. */
static bool
is_about_file(const struct suppression *s, const char *label)
{
	if (!s->file || cstr_glob(s->file, label))
		return true;
	return !strchr(s->file, '/') && cstr_glob(s->file, path_base(label));
}

static bool
is_about(const struct suppression *s, const struct finding *f, const char *label)
{
	return (!s->rule || s->rule == f->rule) && is_about_file(s, label) &&
	       (!s->symbol || cstr_glob(s->symbol, f->where) || strcmp(s->symbol, f->where) == 0);
}

/* A suppression that has expired is used as well: it is not in vain, it is late. */
static void
suppress(const struct policy *p, struct finding *f, const char *label)
{
	for (size_t i = 0; i < p->suppression_count; i++) {
		struct suppression *s = &p->suppressions[i];

		if (!is_about(s, f, label))
			continue;
		atomic_store(&s->used, true);
		if (s->expired)
			continue;
		f->state = FINDING_SUPPRESSED;
		f->accepted = s->reason;
	}
}

void
policy_apply(const struct policy *p, struct audit *audit)
{
	struct findings *all = &audit->findings;
	struct parts parts = parts_of(p, &audit->subject);
	const char *label = audit_label(audit->subject.arena, audit);
	size_t kept = 0;

	for (size_t i = 0; i < all->count; i++) {
		struct finding f = all->items[i];
		unsigned level = level_of(&parts, &f);

		if (level == LEVEL_OFF)
			continue;
		f.level = (enum level)level;
		suppress(p, &f, label);
		all->items[kept++] = f;
	}
	all->count = kept;
}
