/* SPDX-License-Identifier: MIT */
/* Copying a directory of this machine into a tree, by the rules that archives are unpacked by. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "sysroots/unpack_tree.h"

/* As deep as file_walk goes. */
#define MOST_LEVELS 128
#define COPY_BLOCK ((size_t)64 << 10)

struct copying {
	const struct unpack_sink *sink;
	const char *dir;
	struct unpack_tree *tree;
	struct arena scratch;
	unsigned level;
	char block[COPY_BLOCK];
};

static bool copy_below(struct copying *c, int fd, const char *path, struct error *err);

static bool
cannot_read(const struct copying *c, const char *path, struct error *err)
{
	error_set_errno(err, errno, "cannot read %s", path[0] != '\0' ? path : c->dir);
	return error_where(err, "%s/%s", c->dir, path);
}

static bool
within_caps(struct copying *c, const char *path, uint64_t bytes, struct error *err)
{
	struct unpack_totals *totals = c->sink->totals;

	if (atomic_fetch_add(&totals->entries, 1) < CAP_UNPACK_ENTRIES &&
		bytes <= CAP_UNPACK_BYTES &&
		atomic_fetch_add(&totals->bytes, bytes) + bytes <= CAP_UNPACK_BYTES)
		return interrupt_check(err);
	error_set(err, ERROR_LIMIT, "the directory has too much in it");
	error_where(err, "%s/%s", c->dir, path);
	return error_hint(err, "import the directory that has usr/include in it, and no more");
}

/* No more than it had when it was looked at: a file may grow while it is read. */
static bool
copy_bytes(struct copying *c, int fd, const char *path, uint64_t left, struct error *err)
{
	while (left > 0) {
		size_t want = left < sizeof(c->block) ? (size_t)left : sizeof(c->block);
		ssize_t n = read(fd, c->block, want);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return cannot_read(c, path, err);
		if (n == 0)
			return true;
		if (!interrupt_check(err) || !unpack_tree_write(c->tree, c->block, (size_t)n, err))
			return false;
		left -= (size_t)n;
	}
	return true;
}

static bool
copy_file(struct copying *c, int dir, const char *name, const char *path, const char *stored,
	struct error *err)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return cannot_read(c, path, err);
	}
	const struct unpack_file_meta meta = {
		.executable = (st.st_mode & 0111) != 0,
		.mtime = st.st_mtime,
	};
	bool ok = within_caps(c, path, (uint64_t)st.st_size, err) &&
		  unpack_tree_begin(c->tree, stored, &meta, err) &&
		  copy_bytes(c, fd, path, (uint64_t)st.st_size, err) &&
		  unpack_tree_end(c->tree, err);
	close(fd);
	return ok;
}

static bool
copy_link(struct copying *c, int dir, const char *name, const char *path, const char *stored,
	const struct stat *st, struct error *err)
{
	char target[CAP_PATH];
	ssize_t n = readlinkat(dir, name, target, sizeof(target) - 1);

	if (n < 0)
		return cannot_read(c, path, err);
	target[n] = '\0';
	if (n == 0 || !unpack_name_is_plain(target) || !within_caps(c, path, 0, err))
		return n == 0 || !unpack_name_is_plain(target);
	const char *text = unpack_link_text(c->sink, &c->scratch, path, stored, target);
	return text == NULL || unpack_tree_symlink(c->tree, stored, text, st->st_mtime, err);
}

static bool
copy_directory(struct copying *c, int dir, const char *name, const char *path, struct error *err)
{
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return cannot_read(c, path, err);
	if (++c->level > MOST_LEVELS) {
		close(fd);
		error_set(err, ERROR_LIMIT, "the directory is nested too deep");
		return error_where(err, "%s/%s", c->dir, path);
	}
	bool ok = copy_below(c, fd, path, err); /* closes it */
	c->level--;
	return ok;
}

static const char *
wanted(struct copying *c, const char *path)
{
	return c->sink->want(c->sink->want_ctx, &c->scratch, path);
}

static bool
copy_entry(struct copying *c, int dir, const char *name, const char *path, struct error *err)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return cannot_read(c, path, err);
	if (S_ISDIR(st.st_mode))
		return wanted(c, arena_printf(&c->scratch, "%s/", path)) == NULL ||
		       copy_directory(c, dir, name, path, err);
	const char *stored = wanted(c, path);
	if (stored == NULL)
		return true;
	if (S_ISLNK(st.st_mode))
		return copy_link(c, dir, name, path, stored, &st, err);
	return !S_ISREG(st.st_mode) || copy_file(c, dir, name, path, stored, err);
}

static bool
copy_below(struct copying *c, int fd, const char *path, struct error *err)
{
	DIR *stream = fdopendir(fd);
	const struct dirent *entry;
	bool ok = true;

	if (stream == NULL) {
		close(fd);
		return cannot_read(c, path, err);
	}
	while (ok && (errno = 0, entry = readdir(stream)) != NULL) {
		struct arena_mark mark = arena_mark(&c->scratch);
		const char *name = entry->d_name;
		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
			!unpack_name_is_plain(name))
			continue;
		const char *below = path[0] != '\0' ? arena_printf(&c->scratch, "%s/%s", path, name)
						    : arena_strdup(&c->scratch, name);
		ok = copy_entry(c, dirfd(stream), name, below, err);
		arena_reset(&c->scratch, mark);
	}
	if (ok && errno != 0)
		ok = cannot_read(c, path, err);
	closedir(stream);
	return ok;
}

bool
unpack_directory(const char *dir, const struct unpack_sink *sink, struct error *err)
{
	struct arena own;
	bool ok = false;
	int fd;

	arena_init(&own);
	struct copying *c = ARENA_NEW(&own, struct copying);
	c->sink = sink;
	c->dir = dir;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		cannot_read(c, "", err);
	} else {
		arena_init(&c->scratch);
		if (unpack_tree_open(&c->tree, sink->dir, sink->ret, err)) {
			ok = copy_below(c, fd, "", err);
			unpack_tree_close(c->tree);
		} else {
			close(fd);
		}
		arena_clear(&c->scratch);
	}
	arena_clear(&own);
	return ok;
}
