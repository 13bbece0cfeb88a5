/* SPDX-License-Identifier: MIT */
/* Whether an entry of xbuild.lock is what xbuild itself would have written for its packages. */
#include <string.h>

#include "base/path.h"
#include "sysroots/compose.h"
#include "sysroots/lock.h"

static bool
wrong(const struct lock *l, const struct lock_entry *e, const char *key, struct error *err)
{
	error_where(err, "%s: targets.%s.%s", l->path, e->target, key);
	return error_hint(err, "xbuild lock --update writes it anew");
}

/* Both lists are sorted. The first name that only one of them has, and whose it is; NULL when they
 * are the same. */
static const char *
find_difference(const struct package_list *have, const struct strvec *want, bool *ret_lacks)
{
	size_t i = 0;

	while (i < have->count && i < want->count &&
		strcmp(have->items[i].name, want->items[i]) == 0)
		i++;
	if (i == have->count && i == want->count)
		return NULL;
	*ret_lacks = i == have->count ||
		     (i < want->count && strcmp(want->items[i], have->items[i].name) < 0);
	return *ret_lacks ? want->items[i] : have->items[i].name;
}

static bool
check_names(
	const struct lock *l, const struct lock_entry *e, const struct target *t, struct error *err)
{
	struct strvec want;
	bool lacks = false;

	strvec_init(&want, l->arena);
	if (!source_packages(e->source, t, e->set, &want, err))
		return wrong(l, e, "set", err);
	const char *name = find_difference(&e->packages, &want, &lacks);
	if (name == NULL)
		return true;
	error_set(err, ERROR_USAGE, "%s %s package %s, which %s of %s for %s %s",
		path_base(l->path), lacks ? "lacks" : "names", name, package_set_name(e->set),
		e->source->id, e->target, lacks ? "has" : "does not have");
	return wrong(l, e, "packages", err);
}

static bool
check_arch(
	const struct lock *l, const struct lock_entry *e, const struct target *t, struct error *err)
{
	for (size_t i = 0; i < e->packages.count; i++) {
		const struct package *p = &e->packages.items[i];
		if (strcmp(p->arch, t->row->debian) == 0 || strcmp(p->arch, "all") == 0)
			continue;
		error_set(err, ERROR_USAGE, "%s names package %s for %s, but %s needs %s",
			path_base(l->path), p->name, p->arch, e->target, t->row->debian);
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
	       check_root(l, entry, t, err);
}
