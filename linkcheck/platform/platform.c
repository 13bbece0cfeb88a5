/* SPDX-License-Identifier: MIT */
/* Finds a platform by its id, listed or made of a bare libc release. */
#include "linkcheck/platform/platform.h"

#include <string.h>

static const struct platform *
find_listed(const char *id)
{
	const struct platform *p;

	for (size_t i = 0; (p = platform_at(i)); i++)
		if (strcmp(p->id, id) == 0)
			return p;
	return NULL;
}

/* What stands behind "glibc" or "musl" when it is a version: the name of an unlisted platform. */
static const char *
bare_version(const char *id, enum target_libc *ret_libc)
{
	static const enum target_libc libcs[] = { LIBC_GLIBC, LIBC_MUSL };

	for (size_t i = 0; i < ARRAY_LEN(libcs); i++) {
		const char *name = target_libc_name(libcs[i]);
		size_t len = strlen(name);

		if (cstr_starts(id, name) && id[len] >= '0' && id[len] <= '9') {
			*ret_libc = libcs[i];
			return id + len;
		}
	}
	return NULL;
}

static const struct platform *
unlisted(struct arena *a, const char *id, enum target_libc libc, const char *version,
	struct error *err)
{
	const char *name = target_libc_name(libc), *newest = "";
	struct platform *p;

	for (size_t i = 0; abi_release_at(libc, i); i++)
		newest = abi_release_at(libc, i);
	if (!abi_is_release(libc, version)) {
		error_set(err, ERROR_USAGE, "nothing is known of %s %s", name, version);
		error_hint(err, "%s %s to %s are known", name, abi_release_at(libc, 0), newest);
		return NULL;
	}
	p = ARENA_NEW(a, struct platform);
	p->id = arena_strdup(a, id);
	p->label = arena_printf(a, "%s %s", name, version);
	p->libc = libc;
	p->libc_version = arena_strdup(a, version);
	p->glibcxx = "";
	return p;
}

/* The releases of the family when it is one we list, otherwise the id that looks most alike. */
static void
unknown(struct arena *a, const char *id, struct error *err)
{
	struct strvec ids, relatives;
	struct str rest = str_from(id), family = str_cut(&rest, ':');
	const struct platform *p;
	const char *nearest;

	strvec_init(&ids, a);
	strvec_init(&relatives, a);
	for (size_t i = 0; (p = platform_at(i)); i++) {
		strvec_push(&ids, p->id);
		if (str_eq(platform_family(p), family))
			strvec_push(&relatives, p->id);
	}
	nearest = cstr_nearest(id, ids.items, ids.count);
	error_set(err, ERROR_USAGE, "unknown platform '%s'", id);
	if (relatives.count > 0)
		error_hint(err, "known: %s to %s", relatives.items[0],
			relatives.items[relatives.count - 1]);
	else if (nearest)
		error_hint(err, "did you mean %s?", nearest);
	else
		error_hint(err, "name a distribution (debian:12), a libc (glibc2.31) or a snapshot "
				"(./FILE)");
}

const struct platform *
platform_get(struct arena *a, const char *id, struct error *err)
{
	const struct platform *p = find_listed(id);
	enum target_libc libc = LIBC_UNKNOWN;
	const char *version = bare_version(id, &libc);

	if (p)
		return p;
	if (version)
		return unlisted(a, id, libc, version, err);
	unknown(a, id, err);
	return NULL;
}

struct str
platform_family(const struct platform *p)
{
	return (struct str){ p->id, strcspn(p->id, ":_0123456789") };
}
