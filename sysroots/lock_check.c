/* SPDX-License-Identifier: MIT */
/* Whether an entry of xbuild.lock is what xbuild itself would have written for its packages. */
#include <string.h>

#include "base/path.h"
#include "sysroots/added.h"
#include "sysroots/compose.h"
#include "sysroots/lock.h"

static bool
wrong(const struct lock *l, const struct lock_entry *e, const char *key, struct error *err)
{
	error_where(err, "%s: targets.%s.%s", l->path, e->target, key);
	return error_hint(err, "xbuild lock --update writes it anew");
}

static bool
has_package(const struct package_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return true;
	return false;
}

/* The first of `want` that the list does not have, or NULL. */
static const char *
find_lacking(const struct package_list *have, const struct strvec *want)
{
	for (size_t i = 0; i < want->count; i++)
		if (!has_package(have, want->items[i]))
			return want->items[i];
	return NULL;
}

/* What the source's set does not have. Beside added packages there are those that they depend on,
 * which only the index knows: the digest of each is what is held to. */
static const char *
find_surplus(const struct lock_entry *e, const struct strvec *want)
{
	for (size_t i = 0; e->added.count == 0 && i < e->packages.count; i++)
		if (!strvec_has(want, e->packages.items[i].name))
			return e->packages.items[i].name;
	return NULL;
}

static bool
check_names(
	const struct lock *l, const struct lock_entry *e, const struct target *t, struct error *err)
{
	struct strvec want;

	strvec_init(&want, l->arena);
	if (!source_packages(e->source, t, e->set, &want, err))
		return wrong(l, e, "set", err);
	for (size_t i = 0; i < e->added.count; i++)
		strvec_push(&want, e->added.items[i]);
	const char *lacks = find_lacking(&e->packages, &want);
	const char *surplus = find_surplus(e, &want);
	if (lacks == NULL && surplus == NULL)
		return true;
	error_set(err, ERROR_USAGE, "%s %s package %s, which %s of %s for %s %s",
		path_base(l->path), surplus ? "names" : "lacks", surplus ? surplus : lacks,
		package_set_name(e->set), e->source->id, e->target,
		surplus ? "does not have" : "has");
	return wrong(l, e, "packages", err);
}

static bool
check_arch(
	const struct lock *l, const struct lock_entry *e, const struct target *t, struct error *err)
{
	for (size_t i = 0; i < e->packages.count; i++) {
		const struct package *p = &e->packages.items[i];
		if (strcmp(p->arch, source_arch(e->source, t)) == 0 ||
			strcmp(p->arch, "all") == 0 || strcmp(p->arch, "noarch") == 0)
			continue;
		error_set(err, ERROR_USAGE, "%s names package %s for %s, but %s needs %s",
			path_base(l->path), p->name, p->arch, e->target, source_arch(e->source, t));
		return wrong(l, e, "packages", err);
	}
	return true;
}

static bool
check_root(
	const struct lock *l, const struct lock_entry *e, const struct target *t, struct error *err)
{
	char hex[DIGEST_HEX];

	if (!compose_digest(t, e->source, &e->packages, hex, err))
		return false;
	if (strcmp(hex, e->root) == 0)
		return true;
	error_set(err, ERROR_VERIFY, "%s says root %.12s... for %s, its packages give %.12s...",
		path_base(l->path), e->root, e->target, hex);
	return wrong(l, e, "root", err);
}

bool
lock_check(const struct lock *l, const struct lock_entry *entry, const struct target *t,
	struct error *err)
{
	if (!source_serves(entry->source, t, err))
		return wrong(l, entry, "source", err);
	return check_names(l, entry, t, err) && check_arch(l, entry, t, err) &&
	       (added_serves(entry->source, t, entry->set, &entry->added, &entry->packages, err) ||
		       wrong(l, entry, "added", err)) &&
	       check_root(l, entry, t, err);
}
