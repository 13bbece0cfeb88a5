/* SPDX-License-Identifier: MIT */
/* Whole files: capped reads, atomic writes, copies, stamps and locks. */
#define _XOPEN_SOURCE 700 /* realpath */

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/path.h"

#define TEMP_TRIES 1000
/* How much of a name is repeated in its temporary name: NAME_MAX is 255 on the usual systems. */
#define TEMP_NAME 180

static bool
fail(struct error *err, const char *verb, const char *path)
{
	error_set_errno(err, errno, "cannot %s %s", verb, path_base(path));
	return error_where(err, "%s", path);
}

/* O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever. */
int
file_open_regular(const char *path, struct stat *ret_st, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		fail(err, "open", path);
	} else if (S_ISREG(st.st_mode)) {
		*ret_st = st;
		return fd;
	} else {
		error_set(err, ERROR_MISSING, "%s is not a regular file", path_base(path));
		error_where(err, "%s", path);
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Reads until `size` bytes or the end; -1 with errno. */
static ssize_t
read_some(int fd, char *to, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = read(fd, to + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static bool
write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		len -= (size_t)n;
	}
	return true;
}

/* The size is a hint only: files in /proc say 0, and a file may grow while it is read. */
bool
file_read(struct arena *a, const char *path, uint64_t cap, struct str *ret, struct error *err)
{
	struct stat st;
	int fd = file_open_regular(path, &st, err);
	size_t room, len = 0;
	char *text = NULL;
	ssize_t n = 0;

	if (fd < 0)
		return false;
	room = (uint64_t)st.st_size < cap ? (size_t)st.st_size + 1 : (size_t)cap + 1;
	while ((uint64_t)st.st_size <= cap) {
		size_t old = len;

		text = arena_grow(a, text, text ? old + 1 : 0, len + room + 1, 1);
		n = read_some(fd, text + len, room);
		if (n < 0)
			break;
		len += (size_t)n;
		if ((size_t)n < room || len > cap)
			break;
		room = len < cap + 1 - len ? len : (size_t)cap + 1 - len;
	}
	if (n < 0)
		fail(err, "read", path);
	close(fd);
	if (n < 0)
		return false;
	if ((uint64_t)st.st_size > cap || len > cap) {
		error_set(err, ERROR_LIMIT, "%s has more than %" PRIu64 " bytes", path_base(path),
			cap);
		return error_where(err, "%s", path);
	}
	text[len] = '\0';
	*ret = (struct str){ text, len };
	return true;
}

/* Renaming over a link would replace the link, and over /dev/null the device; so links are
 * followed, and what is no regular file is written as it stands. */
static bool
draft_resolve(struct file_draft *d, struct error *err)
{
	struct stat st;
	char *real;

	d->path = arena_strdup(&d->arena, d->target);
	if (lstat(d->target, &st) == 0 && S_ISLNK(st.st_mode)) {
		real = realpath(d->target, NULL);
		if (real)
			d->path = arena_strdup(&d->arena, real);
		free(real);
	}
	if (stat(d->target, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return fail(err, "write", d->target);
	}
	return true;
}

static bool
draft_is_direct(const struct file_draft *d)
{
	struct stat st;

	return stat(d->target, &st) == 0 && !S_ISREG(st.st_mode);
}

bool
file_draft_open(struct file_draft *d, const char *target, mode_t mode, struct error *err)
{
	char *dir;

	*d = (struct file_draft){ .target = target, .fd = -1 };
	arena_init(&d->arena);
	if (!draft_resolve(d, err))
		goto failed;
	if (draft_is_direct(d)) {
		d->fd = open(d->target, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	} else {
		dir = path_dir(&d->arena, d->path);
		for (unsigned i = 0; d->fd < 0 && i < TEMP_TRIES; i++) {
			char *name = arena_printf(&d->arena, ".%.*s.xbuild-tmp.%ld.%u", TEMP_NAME,
				path_base(d->path), (long)getpid(), i);

			d->temp = path_join(&d->arena, dir, name);
			d->fd = open(d->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
			if (d->fd < 0 && errno != EEXIST)
				break;
		}
	}
	if (d->fd >= 0)
		return true;
	fail(err, "write", target);
failed:
	arena_clear(&d->arena);
	return false;
}

void
file_draft_drop(struct file_draft *d)
{
	if (d->fd >= 0)
		close(d->fd);
	if (d->temp)
		unlink(d->temp);
	d->fd = -1;
	d->temp = NULL;
	arena_clear(&d->arena);
}

static bool
draft_failed(struct file_draft *d, struct error *err)
{
	fail(err, "write", d->target);
	if (err->saved_errno == ENOSPC || err->saved_errno == EDQUOT)
		error_hint(err, "make room on that file system, or write to another one");
	file_draft_drop(d);
	return false;
}

bool
file_draft_add(struct file_draft *d, struct str data, struct error *err)
{
	return write_all(d->fd, data.ptr, data.len) || draft_failed(d, err);
}

bool
file_draft_commit(struct file_draft *d, struct error *err)
{
	int fd = d->fd;

	/* EINVAL: this file system cannot synchronise (POSIX, fsync), which is no fault of ours. */
	if (d->temp && fsync(fd) != 0 && errno != EINVAL)
		return draft_failed(d, err);
	d->fd = -1;
	if (close(fd) != 0 && errno != EINTR)
		return draft_failed(d, err);
	if (d->temp && rename(d->temp, d->path) != 0)
		return draft_failed(d, err);
	arena_clear(&d->arena);
	return true;
}

bool
file_write(const char *path, struct str data, mode_t mode, struct error *err)
{
	struct file_draft d;

	if (!file_draft_open(&d, path, mode, err))
		return false;
	return file_draft_add(&d, data, err) && file_draft_commit(&d, err);
}

/* Compares in blocks, so that an old file of any size is no reason to hold it in memory. */
static bool
has_content(const char *path, struct str data)
{
	struct error ignored;
	struct stat st;
	char block[4096];
	size_t at = 0;
	int fd = file_open_regular(path, &st, &ignored);

	if (fd < 0)
		return false;
	while ((uint64_t)st.st_size == data.len) {
		ssize_t n = read_some(fd, block, sizeof(block));

		if (n < 0 || (size_t)n > data.len - at)
			break;
		if (n == 0) {
			close(fd);
			return at == data.len;
		}
		if (memcmp(block, data.ptr + at, (size_t)n) != 0)
			break;
		at += (size_t)n;
	}
	close(fd);
	return false;
}

bool
file_update(const char *path, struct str data, mode_t mode, struct error *err)
{
	return has_content(path, data) || file_write(path, data, mode, err);
}

bool
file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool
file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The mode is looked at too: for the superuser access() says yes whenever any x bit is set, but on
 * some systems also when none is. */
bool
file_is_executable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111) != 0 &&
	       access(path, X_OK) == 0;
}

char *
file_stamp(struct arena *a, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return arena_strdup(a, "");
	return arena_printf(a, "%" PRIdMAX " %" PRIdMAX "%09ld %" PRIuMAX, (intmax_t)st.st_size,
		(intmax_t)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec, (uintmax_t)st.st_ino);
}

bool
file_rename(const char *from, const char *to, struct error *err)
{
	if (rename(from, to) == 0)
		return true;
	error_set_errno(err, errno, "cannot rename %s to %s", path_base(from), path_base(to));
	return error_where(err, "%s -> %s", from, to);
}

static const struct timespec lock_slice = { 0, 20000000L };

/* A blocking flock could sleep through a signal that came just before it; hence slices. */
static bool
wait_for_lock(int fd, const char *path, int how, bool wait, bool *ret_held, struct error *err)
{
	while (flock(fd, how | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return fail(err, "lock", path);
		*ret_held = false;
		if (!wait)
			return true;
		if (!interrupt_check(err))
			return false;
		nanosleep(&lock_slice, NULL);
	}
	*ret_held = true;
	return true;
}

/* Somebody may have removed or replaced the file between our open and our lock. */
static bool
is_still_at(int fd, const char *path)
{
	struct stat locked, now;

	return fstat(fd, &locked) == 0 && stat(path, &now) == 0 && locked.st_dev == now.st_dev &&
	       locked.st_ino == now.st_ino;
}

bool
file_lock(const char *path, bool exclusive, bool wait, int *ret_fd, struct error *err)
{
	for (;;) {
		int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0666);
		bool held = false;

		if (fd < 0)
			return fail(err, "lock", path);
		if (!wait_for_lock(fd, path, exclusive ? LOCK_EX : LOCK_SH, wait, &held, err)) {
			close(fd);
			return false;
		}
		if (held && is_still_at(fd, path)) {
			*ret_fd = fd;
			return true;
		}
		close(fd);
		if (!held) {
			*ret_fd = -1;
			return true;
		}
	}
}

void
file_unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}
