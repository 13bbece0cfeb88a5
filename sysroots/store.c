/* SPDX-License-Identifier: MIT */
/* The store's directories, blobs, temporary trees, locks and promotion. */
#define _GNU_SOURCE /* syncfs */

#include "sysroots/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"

#define USE_STAMP_SECONDS (24L * 60 * 60)

static const char *const store_dirs[] = { "blobs/sha256", "roots", "refs", "added", "imported",
	"cache", "apt", "tmp", "locks", "quarantine" };

void
store_init(struct store *s, const char *dir)
{
	s->dir = dir;
}

bool
store_blame(const struct store *s, struct error *err)
{
	if (err->kind != ERROR_IO)
		return false;
	if (err->where[0] == '\0')
		error_where(err, "%s", s->dir);
	if (err->hint[0] != '\0')
		return false;
	switch (err->saved_errno) {
	case ENOSPC:
	case EDQUOT:
		return error_hint(err,
			"make room below %s, or set XBUILD_CACHE_DIR to a "
			"directory on another file system",
			s->dir);
	case EACCES:
	case EPERM:
	case EROFS:
		return error_hint(err,
			"the store is %s: make it writable, or set XBUILD_CACHE_DIR to a "
			"directory that is",
			s->dir);
	default:
		return false;
	}
}

void
store_used(const char *path)
{
	struct stat st;

	/* Once a day: a build is not to write into the store each time. */
	if (stat(path, &st) == 0 && time(NULL) - st.st_mtime > USE_STAMP_SECONDS &&
		utimensat(AT_FDCWD, path, NULL, 0) != 0) {
		/* a store that cannot be written is not collected either */
	}
}

bool
store_prepare(const struct store *s, struct error *err)
{
	char path[CAP_PATH];

	for (size_t i = 0; i < ARRAY_LEN(store_dirs); i++) {
		int n = snprintf(path, sizeof(path), "%s/%s", s->dir, store_dirs[i]);
		if (n < 0 || (size_t)n >= sizeof(path))
			return error_set(err, ERROR_USAGE, "the store's path is too long");
		if (!file_mkdirs(path, 0755, err)) {
			store_blame(s, err);
			return err->hint[0] != '\0'
				       ? false
				       : error_hint(err, "set XBUILD_CACHE_DIR to a directory "
							 "that can be made");
		}
	}
	return true;
}

char *
store_path(const struct store *s, struct arena *a, const char *rel)
{
	return path_join(a, s->dir, rel);
}

char *
store_blob(const struct store *s, struct arena *a, const char *sha256)
{
	return arena_printf(a, "%s/blobs/sha256/%s", s->dir, sha256);
}

char *
store_root(const struct store *s, struct arena *a, const char *digest)
{
	return arena_printf(a, "%s/roots/%s", s->dir, digest);
}

bool
store_has_blob(const struct store *s, const char *sha256, uint64_t size)
{
	char path[CAP_PATH];
	struct stat st;
	int n = snprintf(path, sizeof(path), "%s/blobs/sha256/%s", s->dir, sha256);

	return n > 0 && (size_t)n < sizeof(path) && stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	       (uint64_t)st.st_size == size;
}

/* A blob that is named after its content must have reached the disk before it gets the name. */
static bool
settle_file(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 || fchmod(fd, 0444) != 0 || fsync(fd) != 0) {
		error_set_errno(err, errno, "cannot write %s", path_base(path));
		error_where(err, "%s", path);
		if (fd >= 0)
			close(fd);
		return false;
	}
	close(fd);
	return true;
}

bool
store_take_blob(const struct store *s, struct arena *a, const char *file, const char *sha256,
	uint64_t size, struct error *err)
{
	char hex[DIGEST_HEX];
	uint64_t got = 0;

	if (!digest_is_hex(sha256))
		return error_set(err, ERROR_BUG, "not a SHA-256: \"%.80s\"", sha256);
	if (!digest_file(file, hex, &got, err))
		return false;
	if (got != size || strcmp(hex, sha256) != 0) {
		error_set(
			err, ERROR_VERIFY, "%s is not the file that was promised", path_base(file));
		return error_where(err,
			"got %" PRIu64 " bytes, sha256 %s; wanted %" PRIu64 " bytes, sha256 %s",
			got, hex, size, sha256);
	}
	if (!settle_file(file, err) || !file_rename(file, store_blob(s, a, sha256), err))
		return store_blame(s, err);
	return true;
}

/* Held shared while a temporary directory is being made, exclusively while the dead ones are
 * looked for: so a sweeper never sees a directory whose maker has not locked it yet. */
static bool
lock_temps(const struct store *s, struct arena *a, bool exclusive, int *ret_fd, struct error *err)
{
	return file_lock(store_path(s, a, "locks/tmp"), exclusive, true, ret_fd, err);
}

static char *
temp_lock_path(struct arena *a, const char *temp)
{
	return path_join(a, temp, ".lock");
}

bool
store_temp(const struct store *s, struct arena *a, struct store_temp *ret, struct error *err)
{
	struct store_temp t = { .fd = -1 };
	int gate;

	if (!lock_temps(s, a, false, &gate, err))
		return store_blame(s, err);
	bool ok = file_temp_dir(a, store_path(s, a, "tmp"), "", &t.path, err) &&
		  file_lock(temp_lock_path(a, t.path), true, true, &t.fd, err);
	file_unlock(gate);
	if (!ok) {
		if (t.path != NULL)
			store_temp_drop(&t);
		return store_blame(s, err);
	}
	*ret = t;
	return true;
}

void
store_temp_drop(struct store_temp *t)
{
	struct error ignored;

	if (t->path != NULL && !file_remove(t->path, &ignored)) {
		/* what stays is swept by a later run */
	}
	if (t->fd >= 0)
		file_unlock(t->fd);
	*t = (struct store_temp){ .fd = -1 };
}

bool
store_lock(const struct context *ctx, const struct store *s, const char *name, bool exclusive,
	int *ret_fd, struct error *err)
{
	char *path = arena_printf(ctx->arena, "%s/locks/%s", s->dir, name);
	int fd;

	if (!file_lock(path, exclusive, false, &fd, err))
		return store_blame(s, err);
	if (fd < 0) {
		context_step(ctx, "waiting", "another xbuild is working on %s", name);
		if (!file_lock(path, exclusive, true, &fd, err))
			return store_blame(s, err);
	}
	*ret_fd = fd;
	return true;
}

/* So that two stores hold identical trees, whatever the umask was. */
static bool
seal_directory(void *unused, const struct file_entry *entry, struct error *err)
{
	const struct timespec never[2] = { { 0 }, { 0 } };

	(void)unused;
	if (!S_ISDIR(entry->st.st_mode))
		return true;
	if (chmod(entry->path, 0755) == 0 && utimensat(AT_FDCWD, entry->path, never, 0) == 0)
		return true;
	error_set_errno(err, errno, "cannot set the mode and time of %s", entry->rel);
	return error_where(err, "%s", entry->path);
}

/* One call for the whole file system: a sync of each of two thousand files costs seconds. */
static bool
sync_tree(const char *tree, struct error *err)
{
	int fd = open(tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fd >= 0;

#ifdef __linux__
	ok = ok && syncfs(fd) == 0;
#else
	sync();
#endif
	if (!ok) {
		error_set_errno(err, errno, "cannot write the sysroot");
		error_where(err, "%s", tree);
	}
	if (fd >= 0)
		close(fd);
	return ok;
}

bool
store_promote_root(const struct store *s, struct arena *a, const char *tree, const char *digest,
	struct error *err)
{
	const char *root = store_root(s, a, digest);
	const struct file_entry top = { .path = tree, .rel = digest, .st = { .st_mode = S_IFDIR } };
	struct stat st;

	if (!file_walk(a, tree, seal_directory, NULL, err) || !seal_directory(NULL, &top, err) ||
		!sync_tree(tree, err))
		return store_blame(s, err);
	if (lstat(root, &st) == 0 && !store_quarantine(s, a, root, err))
		return false;
	if (rename(tree, root) == 0)
		return true;
	error_set_errno(err, errno, "cannot put the sysroot into the store");
	error_where(err, "%s", root);
	return store_blame(s, err);
}

/* A directory can only be moved elsewhere by who may write it; those of older stores are sealed. */
static bool
make_movable(const char *path, struct error *err)
{
	struct stat st;

	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) || chmod(path, 0755) == 0)
		return true;
	return error_set_errno(err, errno, "cannot move %s out of the way", path_base(path));
}

bool
store_discard(const struct store *s, struct arena *a, const char *path, struct error *err)
{
	struct store_temp temp = { .fd = -1 };
	struct stat st;

	if (lstat(path, &st) != 0)
		return true;
	if (!store_temp(s, a, &temp, err))
		return false;
	bool ok = make_movable(path, err) &&
		  file_rename(path, path_join(a, temp.path, path_base(path)), err);
	store_temp_drop(&temp);
	return ok || store_blame(s, err);
}

bool
store_quarantine(const struct store *s, struct arena *a, const char *path, struct error *err)
{
	if (!file_mkdirs(store_path(s, a, "quarantine"), 0755, err) || !make_movable(path, err))
		return store_blame(s, err);
	for (unsigned i = 0; i < 1000; i++) {
		char *to = arena_printf(a, "%s/quarantine/%s.%u", s->dir, path_base(path), i);
		struct stat st;
		if (lstat(to, &st) == 0)
			continue;
		return file_rename(path, to, err) || store_blame(s, err);
	}
	error_set(err, ERROR_IO, "the quarantine is full");
	error_where(err, "%s/quarantine", s->dir);
	return error_hint(err, "xbuild sysroot gc empties it");
}

static bool
count_bytes(void *ctx, const struct file_entry *entry, struct error *err)
{
	uint64_t *bytes = ctx;

	(void)err;
	if (S_ISREG(entry->st.st_mode))
		*bytes += (uint64_t)entry->st.st_size;
	return true;
}

bool
store_bytes(struct arena *a, const char *path, uint64_t *bytes, struct error *err)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return true;
	if (S_ISREG(st.st_mode))
		*bytes += (uint64_t)st.st_size;
	return !S_ISDIR(st.st_mode) || file_walk(a, path, count_bytes, bytes, err);
}

/* A temporary directory whose lock nobody holds has lost its owner. */
static bool
sweep_one(struct arena *a, const char *temp, uint64_t *bytes, struct error *err)
{
	int fd;

	if (!file_is_dir(temp))
		return file_remove(temp, err);
	if (!file_lock(temp_lock_path(a, temp), true, false, &fd, err))
		return false;
	if (fd < 0)
		return true;
	bool ok = store_bytes(a, temp, bytes, err) && file_remove(temp, err);
	file_unlock(fd);
	return ok;
}

bool
store_sweep(
	const struct context *ctx, const struct store *s, uint64_t *ret_bytes, struct error *err)
{
	struct arena_mark mark = arena_mark(ctx->arena);
	struct strvec names;
	uint64_t bytes = 0;
	int gate;

	strvec_init(&names, ctx->arena);
	if (!lock_temps(s, ctx->arena, true, &gate, err))
		return store_blame(s, err);
	bool ok = file_list(ctx->arena, store_path(s, ctx->arena, "tmp"), &names, err);
	for (size_t i = 0; ok && i < names.count; i++)
		ok = sweep_one(ctx->arena,
			arena_printf(ctx->arena, "%s/tmp/%s", s->dir, names.items[i]), &bytes, err);
	file_unlock(gate);
	arena_reset(ctx->arena, mark);
	if (!ok)
		return store_blame(s, err);
	*ret_bytes = bytes;
	return true;
}
