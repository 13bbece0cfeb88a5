/* SPDX-License-Identifier: MIT */
/* Finds one member of a package, with everything that ships with it. */
#include "cli/deps_package.h"

#include <string.h>

#include "base/file.h"

bool
deps_is_member(struct arena *a, const char *name, const char **ret_package)
{
	if (file_exists(name))
		return false;
	for (const char *mark = strchr(name, '!'); mark; mark = strchr(mark + 1, '!')) {
		*ret_package = arena_strndup(a, name, (size_t)(mark - name));
		if (mark > name && file_exists(*ret_package))
			return true;
	}
	return false;
}

static bool
find(struct session *s, const char *member, struct deps_member *m, struct error *err)
{
	for (size_t i = 0; i < package_count(m->package); i++) {
		const char *name = package_member(m->package, i);

		if (!name || strcmp(name, member) != 0)
			continue;
		m->image = package_image(m->package, i, &s->arena, err);
		m->shipped = package_contract(m->package, i)->shipped;
		return m->image != NULL;
	}
	error_set(err, ERROR_MISSING, "there is no binary %s in it", member);
	return error_hint(err, "xbuild audit tells the members of a package");
}

bool
deps_member_open(struct session *s, const char *package, const char *name, struct deps_member *ret,
	struct error *err)
{
	struct contract *contract = ARENA_NEW(&s->arena, struct contract);
	struct deps_member m = { .image = NULL };
	const struct archives *lib;

	contract->cwd = s->context.cwd;
	if (!archives_open(&s->arena, &lib, err) ||
		!package_read(&m.package, lib, package, contract, NULL, NULL, err))
		return false;
	if (!find(s, name + strlen(package) + 1, &m, err)) {
		error_where(err, "%s", package);
		package_close(m.package);
		return false;
	}
	*ret = m;
	return true;
}
