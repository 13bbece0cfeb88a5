/* SPDX-License-Identifier: MIT */
/* Directories and trees: making, listing, walking and removing them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"

#define WALK_DEPTH 128
/* Directories that file_remove holds open at once; 1024 descriptors is a usual limit. */
#define REMOVE_DEPTH 64

static bool
fail(struct error *err, const char *verb, const char *path)
{
	error_set_errno(err, errno, "cannot %s %s", verb, path_base(path));
	return error_where(err, "%s", path);
}

/* mkdir may say EROFS or EACCES of a directory that is there; so the answer is looked at. */
static bool
make_one(const char *path, mode_t mode)
{
	int saved;

	if (mkdir(path, mode) == 0)
		return true;
	saved = errno;
	if (file_is_dir(path))
		return true;
	errno = saved;
	return false;
}

bool
file_mkdirs(const char *path, mode_t mode, struct error *err)
{
	struct arena scratch;
	char *part;
	bool ok = true;

	if (file_is_dir(path))
		return true;
	arena_init(&scratch);
	part = arena_strdup(&scratch, path);
	for (size_t i = 1; ok && path[0] && path[i]; i++) {
		if (path[i] != '/' || path[i - 1] == '/')
			continue;
		part[i] = '\0';
		ok = make_one(part, mode | S_IWUSR | S_IXUSR);
		part[i] = '/';
	}
	ok = ok && make_one(path, mode);
	if (!ok)
		fail(err, "create directory", path);
	arena_clear(&scratch);
	return ok;
}

bool
file_temp_dir(
	struct arena *a, const char *parent, const char *prefix, char **ret, struct error *err)
{
	char *path = arena_printf(a, "%s/%sXXXXXX", parent, prefix);

	if (!mkdtemp(path))
		return fail(err, "create a temporary directory in", parent);
	*ret = path;
	return true;
}

static bool
is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

bool
file_list(struct arena *a, const char *dir, struct strvec *ret, struct error *err)
{
	DIR *stream = opendir(dir);
	struct strvec names;
	struct dirent *entry;
	int saved;

	if (!stream)
		return fail(err, "list", dir);
	strvec_init(&names, a);
	for (errno = 0; (entry = readdir(stream)) != NULL; errno = 0)
		if (!is_dot(entry->d_name))
			strvec_push_dup(&names, entry->d_name);
	saved = errno;
	closedir(stream);
	if (saved != 0) {
		errno = saved;
		return fail(err, "list", dir);
	}
	strvec_sort(&names);
	*ret = names;
	return true;
}

struct walk {
	struct arena *arena;
	file_visit *visit;
	void *ctx;
};

static bool
walk_dir(const struct walk *w, const char *dir, const char *rel, int depth, struct error *err)
{
	struct strvec names;

	if (depth > WALK_DEPTH) {
		error_set(err, ERROR_LIMIT, "directories are nested deeper than %d", WALK_DEPTH);
		return error_where(err, "%s", dir);
	}
	if (!interrupt_check(err) || !file_list(w->arena, dir, &names, err))
		return false;
	/* error_set is always false, which the analyzer cannot see.
	 * NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
	for (size_t i = 0; i < names.count; i++) {
		struct file_entry e = {
			.path = path_join(w->arena, dir, names.items[i]),
			.rel = path_join(w->arena, rel, names.items[i]),
		};

		if (lstat(e.path, &e.st) != 0)
			return fail(err, "look at", e.path);
		if (!w->visit(w->ctx, &e, err))
			return false;
		if (S_ISDIR(e.st.st_mode) && !walk_dir(w, e.path, e.rel, depth + 1, err))
			return false;
	}
	return true;
}

bool
file_walk(struct arena *a, const char *root, file_visit *visit, void *ctx, struct error *err)
{
	struct walk w = { a, visit, ctx };

	return walk_dir(&w, root, "", 1, err);
}

struct removal {
	const char *path; /* for messages */
	struct error *err;
	int top;        /* the tree's own directory, or -1 */
	unsigned moved; /* directories that lay too deep, moved up to `top` */
	bool again;
};

/* Enters a directory without following a link, and makes it ours to change. */
static int
enter(int dir, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dir, name, flags);
	struct stat st;

	if (fd < 0 && errno == EACCES && fchmodat(dir, name, S_IRWXU, AT_SYMLINK_NOFOLLOW) == 0)
		fd = openat(dir, name, flags);
	if (fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & S_IRWXU) != S_IRWXU)
		(void)fchmod(fd, S_IRWXU);
	return fd;
}

/* An unpacked tree may be deeper than we may hold directories open; its deep parts are moved up. */
static bool
move_up(struct removal *r, int dir, const char *name)
{
	char moved[32];

	do {
		snprintf(moved, sizeof(moved), ".xbuild-deep-%u", r->moved++);
		if (renameat(dir, name, r->top, moved) == 0)
			return r->again = true;
	} while (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR);
	return fail(r->err, "remove", r->path);
}

static bool remove_content(struct removal *r, int fd, int depth);

static bool
remove_at(struct removal *r, int dir, const char *name, int depth)
{
	struct stat st;
	int fd;
	bool ok;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT || fail(r->err, "remove", r->path);
	if (!S_ISDIR(st.st_mode))
		return unlinkat(dir, name, 0) == 0 || errno == ENOENT ||
		       fail(r->err, "remove", r->path);
	if (depth > REMOVE_DEPTH)
		return move_up(r, dir, name);
	fd = enter(dir, name);
	if (fd < 0)
		return fail(r->err, "remove", r->path);
	if (depth == 0)
		r->top = fd;
	do {
		r->again = depth == 0 ? false : r->again;
		ok = remove_content(r, fd, depth);
	} while (ok && depth == 0 && r->again);
	close(fd);
	if (!ok)
		return false;
	return unlinkat(dir, name, AT_REMOVEDIR) == 0 || errno == ENOENT ||
	       fail(r->err, "remove", r->path);
}

static bool
remove_content(struct removal *r, int fd, int depth)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = again >= 0 ? fdopendir(again) : NULL;
	struct dirent *entry;
	bool ok = true;

	if (!stream) {
		fail(r->err, "remove", r->path);
		if (again >= 0)
			close(again);
		return false;
	}
	while (ok && (entry = readdir(stream)) != NULL)
		if (!is_dot(entry->d_name))
			ok = remove_at(r, fd, entry->d_name, depth + 1);
	closedir(stream);
	return ok;
}

bool
file_remove(const char *path, struct error *err)
{
	struct removal r = { .path = path, .err = err, .top = -1 };

	return remove_at(&r, AT_FDCWD, path, 0);
}
