/* SPDX-License-Identifier: MIT */
/* Path resolution inside a directory that stands for a file system. */
#include "linkcheck/resolve/rootfs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "base/str.h"
#include "linkcheck/resolve/shipped.h"

#define MAX_LINKS 40 /* as Linux: more is ELOOP */

bool
rootfs_is_host(const char *root)
{
	return root[0] == '\0' || strcmp(root, "/") == 0;
}

/* What the link at `host` says, or NULL when it is none. */
static char *
read_link(struct arena *a, const char *host)
{
	char *target = arena_alloc(a, CAP_PATH);
	ssize_t n = readlink(host, target, CAP_PATH - 1);

	if (n <= 0)
		return NULL;
	target[n] = '\0';
	return target;
}

/* `done` is resolved, absolute and without links; returns the inner path, or NULL with errno. */
static char *
walk(struct arena *a, const char *root, const char *path)
{
	struct str rest = str_from(path);
	char *done = arena_strdup(a, "/");
	unsigned links = 0;

	while (rest.len > 0) {
		struct str part = str_cut(&rest, '/');
		struct stat st;
		char *next, *host, *target;

		if (part.len == 0 || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			done = path_dir(a, done);
			continue;
		}
		next = path_join(a, done, str_dup(a, part));
		host = arena_printf(a, "%s%s", root, next);
		if (strlen(host) >= CAP_PATH) {
			errno = ENAMETOOLONG;
			return NULL;
		}
		if (lstat(host, &st) != 0)
			return NULL;
		if (!S_ISLNK(st.st_mode)) {
			done = next;
			continue;
		}
		target = read_link(a, host);
		if (!target || ++links > MAX_LINKS) {
			errno = target ? ELOOP : ENOENT;
			return NULL;
		}
		if (target[0] == '/')
			done = arena_strdup(a, "/");
		rest = str_from(arena_printf(
			a, "%s/%.*s", target, (int)rest.len, rest.ptr ? rest.ptr : ""));
		if (rest.len >= CAP_PATH) {
			errno = ENAMETOOLONG;
			return NULL;
		}
	}
	return done;
}

char *
rootfs_resolve(struct arena *a, const char *root, const char *path)
{
	char *inner;
	size_t n = strlen(root);

	if (rootfs_is_host(root))
		return file_exists(path) ? arena_strdup(a, path) : NULL;
	while (n > 1 && root[n - 1] == '/')
		n--;
	root = arena_strndup(a, root, n);
	inner = walk(a, root, path);
	return inner ? arena_printf(a, "%s%s", root, inner) : NULL;
}

bool
rootfs_is_dir(struct arena *a, const char *root, const char *path)
{
	const char *host = rootfs_resolve(a, root, path);

	return host && file_is_dir(host);
}

bool
rootfs_read(struct arena *a, const struct rootfs_source *from, const char *path, uint64_t cap,
	struct str *ret)
{
	const struct shipped_text *text;
	const char *host;
	struct error err;

	error_clear(&err);
	if (from->image) {
		text = shipped_text_at(from->image, path);
		if (!text || text->text.len > cap)
			return false;
		*ret = text->text;
		return true;
	}
	host = rootfs_resolve(a, from->root, path);
	return host && file_read(a, host, cap, ret, &err);
}

bool
rootfs_list(struct arena *a, const struct rootfs_source *from, const char *dir, struct strvec *ret)
{
	const char *host;
	struct error err;

	error_clear(&err);
	if (from->image) {
		shipped_list(from->image, dir, ret);
		return true;
	}
	host = rootfs_resolve(a, from->root, dir);
	return host && file_list(a, host, ret, &err);
}

char *
rootfs_real(struct arena *a, const char *path)
{
	char *cwd;

	if (path[0] != '/') {
		cwd = arena_alloc(a, CAP_PATH);
		if (!getcwd(cwd, CAP_PATH))
			return NULL;
		path = path_join(a, cwd, path);
	}
	return walk(a, "", path);
}

char *
rootfs_real_in(struct arena *a, const char *real_dir, const char *path)
{
	char *real = path_join(a, real_dir, path_base(path));
	struct stat st;

	if (lstat(real, &st) != 0)
		return NULL;
	return S_ISLNK(st.st_mode) ? rootfs_real(a, path) : real;
}
