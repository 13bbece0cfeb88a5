/* SPDX-License-Identifier: MIT */
/* Writing what unpack.c reads, through directory descriptors that follow no link. */
#include "sysroots/unpack_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/path.h"
#include "base/strmap.h"

struct unpack_tree {
	struct unpack_list *list;
	int top;
	int parent; /* the directory of the last path, kept because the next is often there */
	char parent_path[CAP_PATH];
	int file; /* being written, or -1 */
	time_t mtime;
	struct digest *digest;
	struct unpack_entry entry;
	struct strmap files; /* of the list, by path; made when it is first asked */
	size_t indexed;      /* entries of the list that are in it */
};

/* Is this very name in the directory, or only one that the file system takes for it? */
static bool
has_name(int dir, const char *name)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	bool found = false;

	if (stream == NULL) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (entry = readdir(stream)) != NULL)
		found = strcmp(entry->d_name, name) == 0;
	closedir(stream);
	return found;
}

static bool
is_there(const struct unpack_tree *t, const char *path, struct error *err)
{
	if (has_name(t->parent, path_base(path)))
		return error_set(err, ERROR_FORMAT,
			"%s is there already, from this or another package", path);
	error_set(err, ERROR_IO, "%s is there twice", path);
	return error_hint(err, "a sysroot has headers whose names differ only by case: set "
			       "XBUILD_CACHE_DIR to a case-sensitive file system");
}

/* Says nothing of the temporary directory, which is gone when this is read. */
static bool
tree_failed(const struct unpack_tree *t, const char *path, struct error *err)
{
	if (errno == EEXIST && t->parent >= 0)
		return is_there(t, path, err);
	if (errno == ELOOP || errno == ENOTDIR)
		return error_set(
			err, ERROR_FORMAT, "%s would be written through a link or a file", path);
	return error_set_errno(err, errno, "cannot unpack %s", path);
}

bool
unpack_tree_open(
	struct unpack_tree **ret, const char *dir, struct unpack_list *list, struct error *err)
{
	struct unpack_tree *t = ARENA_NEW(list->arena, struct unpack_tree);

	t->list = list;
	t->parent = t->file = -1;
	t->top = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->top < 0)
		return error_set_errno(err, errno, "cannot open the directory to unpack into");
	*ret = t;
	return true;
}

void
unpack_tree_close(struct unpack_tree *t)
{
	digest_drop(t->digest);
	if (t->file >= 0)
		close(t->file);
	if (t->parent >= 0)
		close(t->parent);
	close(t->top);
}

/* Opens the directory `name` in `fd`, making it if it is not there. A link there is ELOOP or
 * ENOTDIR: an archive that puts files behind its own links is not followed. */
static int
enter(int fd, const char *name)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int next = openat(fd, name, flags);

	if (next >= 0 || errno != ENOENT)
		return next;
	if (mkdirat(fd, name, 0755) != 0 && errno != EEXIST)
		return -1;
	return openat(fd, name, flags);
}

/* Makes t->parent the directory of `path`. */
static bool
enter_parent(struct unpack_tree *t, const char *path, struct error *err)
{
	size_t len = (size_t)(path_base(path) - path);
	char way[CAP_PATH];
	int fd = t->top;

	if (t->parent >= 0 && strncmp(t->parent_path, path, len) == 0 &&
		t->parent_path[len] == '\0')
		return true;
	if (t->parent >= 0)
		close(t->parent);
	t->parent = -1;
	if (len >= sizeof(way)) {
		errno = ENAMETOOLONG;
		return tree_failed(t, path, err);
	}
	memcpy(way, path, len);
	way[len] = '\0';
	for (char *name = way, *slash; (slash = strchr(name, '/')) != NULL; name = slash + 1) {
		*slash = '\0';
		int next = enter(fd, name);
		int saved = errno;
		if (fd != t->top)
			close(fd);
		errno = saved;
		if (next < 0)
			return tree_failed(t, path, err);
		fd = next;
	}
	t->parent = fd == t->top ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : fd;
	if (t->parent < 0)
		return tree_failed(t, path, err);
	memcpy(t->parent_path, path, len);
	t->parent_path[len] = '\0';
	return true;
}

/* Times before 1970 and beyond 2106 are not kept: some file systems cannot, and then two stores
 * would differ. */
static struct timespec
kept_time(time_t mtime)
{
	return (struct timespec){ .tv_sec = mtime < 0 || mtime > 0xffffffff ? 0 : mtime };
}

bool
unpack_tree_begin(struct unpack_tree *t, const char *path, const struct unpack_file_meta *meta,
	struct error *err)
{
	if (!enter_parent(t, path, err) || !digest_begin(&t->digest, err))
		return false;
	t->file = openat(t->parent, path_base(path),
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (t->file < 0)
		return tree_failed(t, path, err);
	t->mtime = meta->mtime;
	t->entry = (struct unpack_entry){
		.path = arena_strdup(t->list->arena, path),
		.executable = meta->executable,
	};
	return true;
}

bool
unpack_tree_write(struct unpack_tree *t, const void *data, size_t len, struct error *err)
{
	const char *from = data;

	digest_add(t->digest, data, len);
	t->entry.size += len;
	while (len > 0) {
		ssize_t n = write(t->file, from, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return tree_failed(t, t->entry.path, err);
		from += n;
		len -= (size_t)n;
	}
	return true;
}

uint64_t
unpack_tree_written(const struct unpack_tree *t)
{
	return t->entry.size;
}

/* The mode is set here and not at open, where the umask would have its say. */
bool
unpack_tree_end(struct unpack_tree *t, struct error *err)
{
	const struct timespec times[2] = { kept_time(t->mtime), kept_time(t->mtime) };
	bool ok = fchmod(t->file, t->entry.executable ? 0555 : 0444) == 0 &&
		  futimens(t->file, times) == 0;
	int saved = errno;

	digest_end(t->digest, t->entry.sha256);
	t->digest = NULL;
	if (close(t->file) != 0 && ok) {
		ok = false;
		saved = errno;
	}
	t->file = -1;
	errno = saved;
	if (!ok)
		return tree_failed(t, t->entry.path, err);
	unpack_list_add(t->list, &t->entry);
	return true;
}

bool
unpack_tree_symlink(struct unpack_tree *t, const char *path, const char *target, time_t mtime,
	struct error *err)
{
	const struct timespec times[2] = { kept_time(mtime), kept_time(mtime) };
	const char *base = path_base(path);

	if (!enter_parent(t, path, err))
		return false;
	if (symlinkat(target, t->parent, base) != 0 ||
		utimensat(t->parent, base, times, AT_SYMLINK_NOFOLLOW) != 0)
		return tree_failed(t, path, err);
	unpack_list_add(t->list, &(struct unpack_entry){
					 .path = arena_strdup(t->list->arena, path),
					 .link = arena_strdup(t->list->arena, target),
				 });
	return true;
}

static size_t *
new_number(struct unpack_tree *t)
{
	size_t *n = ARENA_NEW(t->list->arena, size_t);

	*n = t->indexed + 1;
	return n;
}

/* A hard link's target, as its index in the list and one; 0 when it is not there. An archive may
 * have as many links as files: no walk for each. */
static size_t
find_file(struct unpack_tree *t, const char *path)
{
	if (t->files.arena == NULL)
		strmap_init(&t->files, t->list->arena);
	for (; t->indexed < t->list->count; t->indexed++)
		if (t->list->items[t->indexed].link == NULL)
			strmap_set(&t->files, t->list->items[t->indexed].path, new_number(t));
	const size_t *found = strmap_get(&t->files, path);
	return found != NULL ? *found : 0;
}

bool
unpack_tree_has_file(struct unpack_tree *t, const char *path)
{
	return find_file(t, path) != 0;
}

/* The name was stored through real directories only, so it still leads to the same file. */
bool
unpack_tree_hardlink(struct unpack_tree *t, const char *path, const char *target, struct error *err)
{
	size_t i = find_file(t, target);

	if (i == 0) {
		error_set(err, ERROR_FORMAT, "%s is a link to a file that is not there", path);
		return error_where(err, "%s", target);
	}
	struct unpack_entry entry = t->list->items[i - 1];
	if (!enter_parent(t, path, err))
		return false;
	if (linkat(t->top, target, t->parent, path_base(path), 0) != 0)
		return tree_failed(t, path, err);
	entry.path = arena_strdup(t->list->arena, path);
	unpack_list_add(t->list, &entry);
	return true;
}
