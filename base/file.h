/* SPDX-License-Identifier: MIT */
/*
 * Whole files and directories. Reads are capped. Writes are atomic: a temporary file beside the
 * target, fsync, rename; when anything fails or the process is interrupted the old file is intact
 * and the temporary one is gone (see base/interrupt.h). Directory lists are sorted bytewise, so no
 * result depends on the file system's order.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

/* Opens for reading what is a regular file after following links (never waits for a FIFO); -1 and
 * an error otherwise. The caller closes it. */
int file_open_regular(const char *path, struct stat *ret_st, struct error *err) MUST_USE;
/* The whole file, NUL behind its end. ERROR_LIMIT above `cap` bytes. Regular files only. */
bool file_read(struct arena *a, const char *path, uint64_t cap, struct str *ret,
	struct error *err) MUST_USE;
bool file_write(const char *path, struct str data, mode_t mode, struct error *err) MUST_USE;
/* Writes only when the content differs, so that a file's time tells when it last changed. */
bool file_update(const char *path, struct str data, mode_t mode, struct error *err) MUST_USE;

/* The same in pieces: what was added takes the target's place at the commit. A failed call has dropped
 * the draft, and whoever cannot finish drops it. */
struct file_draft {
	struct arena arena;
	const char *target; /* what the caller calls it */
	char *path;         /* what will be replaced: `target` with its links followed */
	char *temp;         /* NULL: `path` is a device or a pipe, and is written directly */
	int fd;
};
bool file_draft_open(
	struct file_draft *d, const char *target, mode_t mode, struct error *err) MUST_USE;
bool file_draft_add(struct file_draft *d, struct str data, struct error *err) MUST_USE;
bool file_draft_commit(struct file_draft *d, struct error *err) MUST_USE;
void file_draft_drop(struct file_draft *d);

bool file_exists(const char *path); /* follows links */
bool file_is_dir(const char *path); /* follows links */
bool file_is_executable(const char *path);
/* "size mtime_ns inode", a text that changes when the file does; "" when it is not there. */
char *file_stamp(struct arena *a, const char *path);

/* With all parents. An existing directory is fine. */
bool file_mkdirs(const char *path, mode_t mode, struct error *err) MUST_USE;
/* A fresh directory "<parent>/<prefix>XXXXXX" (mode 0700). */
bool file_temp_dir(struct arena *a, const char *parent, const char *prefix, char **ret,
	struct error *err) MUST_USE;
/* Removes a file or a whole tree, never following a link out of it; read-only directories inside
 * are made writable first. Absence is success. */
bool file_remove(const char *path, struct error *err) MUST_USE;
bool file_rename(const char *from, const char *to, struct error *err) MUST_USE;

/* Names in a directory without "." and "..", sorted. */
bool file_list(struct arena *a, const char *dir, struct strvec *ret, struct error *err) MUST_USE;

/* What a walk says of one entry. `rel` is relative to the root of the walk; links are not followed. */
struct file_entry {
	const char *path;
	const char *rel;
	struct stat st;
};
/* Visits every entry below `root` (not root itself), sorted, directories before their content.
 * The callback's false ends the walk with its error. Nesting beyond 128 is ERROR_LIMIT. */
typedef bool file_visit(void *ctx, const struct file_entry *entry, struct error *err);
bool file_walk(struct arena *a, const char *root, file_visit *visit, void *ctx,
	struct error *err) MUST_USE;

/* An advisory lock on `path` (created when missing), held until file_unlock or the end of the
 * process. A dead holder is no obstacle. Without `wait` a held lock gives *ret_fd = -1 and true. */
bool file_lock(
	const char *path, bool exclusive, bool wait, int *ret_fd, struct error *err) MUST_USE;
void file_unlock(int fd);

#endif
