/* SPDX-License-Identifier: MIT */
/*
 * Writes tar archives that say nothing of the time or the user: the same members in the same order
 * give the same bytes. Compressed as the name's end says (.zst, .xz, .gz, or not at all).
 */
#ifndef BASE_ARCHIVE_WRITE_H
#define BASE_ARCHIVE_WRITE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

struct archive_writer;

/* `path` is written in place: give a temporary one. `name` is what it will be called in the end. */
bool archive_write_start(struct arena *a, const char *path, const char *name,
	struct archive_writer **ret, struct error *err) MUST_USE;
bool archive_write_text(
	struct archive_writer *w, const char *name, struct str text, struct error *err) MUST_USE;
/* A regular file on disk. */
bool archive_write_file(
	struct archive_writer *w, const char *name, const char *path, struct error *err) MUST_USE;
/* Writes what is left and frees the writer. False as well when any of the above failed: the file is
 * of no use then. */
bool archive_write_end(struct archive_writer *w, struct error *err) MUST_USE;

#endif
