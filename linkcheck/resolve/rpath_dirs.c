/* SPDX-License-Identifier: MIT */
/* Directories of search paths, seen in a root. */
#include "linkcheck/resolve/rpath_dirs.h"

#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "linkcheck/resolve/rootfs.h"

/* The file's own directory as the loader in the root calls it; NULL when it lies outside. */
static const char *
origin_of(struct arena *a, const char *root, const char *place)
{
	const char *real = rootfs_real(a, place), *top;

	if (!real)
		return NULL;
	if (rootfs_is_host(root))
		return path_dir(a, real);
	top = rootfs_real(a, root);
	if (!top || !path_inside(top, real) || strcmp(top, "/") == 0)
		return NULL;
	return path_dir(a, real + strlen(top));
}

/* An absolute path, or NULL where a token's value is not known. */
static const char *
expand(struct arena *a, const char *entry, const char *origin)
{
	static const char *const tokens[] = { "ORIGIN", NULL };
	size_t which, n = rpath_token_at(entry, tokens, &which);

	if (n > 0) {
		if (!origin || strchr(entry + n, '$'))
			return NULL;
		return path_normal(a, arena_printf(a, "%s%s", origin, entry + n));
	}
	return entry[0] == '/' && !strchr(entry, '$') ? entry : NULL;
}

static bool
is_writable(const char *host)
{
	struct stat st;

	return stat(host, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & S_IWOTH);
}

/* The nearest directory above that is there decides who can make it. */
static enum rpath_dir
look_above(struct arena *a, const char *root, const char *dir)
{
	while (strcmp(dir, "/") != 0) {
		const char *host;

		dir = path_dir(a, dir);
		host = rootfs_resolve(a, root, dir);
		if (host)
			return is_writable(host) ? RPATH_DIR_CREATABLE : RPATH_DIR_MISSING;
	}
	return RPATH_DIR_MISSING;
}

enum rpath_dir *
rpath_dirs(struct arena *a, const struct rpath_list *list, const char *root, const char *place)
{
	enum rpath_dir *ret = ARENA_ARRAY(a, list->count, enum rpath_dir);
	const char *origin = list->count > 0 ? origin_of(a, root, place) : NULL;

	for (size_t i = 0; i < list->count; i++) {
		const char *dir = expand(a, list->items[i].text, origin), *host;

		if (!dir)
			continue;
		host = rootfs_resolve(a, root, dir);
		if (!host)
			ret[i] = look_above(a, root, dir);
		else if (is_writable(host))
			ret[i] = RPATH_DIR_WRITABLE;
	}
	return ret;
}
