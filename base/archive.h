/* SPDX-License-Identifier: MIT */
/*
 * Archives and compressed files, entry by entry in the order they are stored: the one door to
 * libarchive, which is loaded when it is first needed. Nothing is unpacked to disk here, no path is
 * judged, and no program is ever run for a compression that the library lacks.
 *
 * A walk reads a file, a buffer, or the present entry of another walk, which then must not move on
 * before the inner walk is closed. An entry's data come as blocks that live until the next call. A walk
 * belongs to one thread; the library may serve many at once.
 *
 * Nothing here bounds what comes out of an archive: whoever reads counts (archive_in tells the
 * bytes that went in), because only he knows what he wants to keep. See base/caps.h.
 */
#ifndef BASE_ARCHIVE_H
#define BASE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"

/* libarchive, loaded; lives as long as the arena. */
struct archives;
bool archives_open(struct arena *a, const struct archives **ret, struct error *err) MUST_USE;

/* Which formats are understood, whatever they are compressed with. */
#define ARCHIVES_TAR 1u
#define ARCHIVES_AR 2u
#define ARCHIVES_ZIP 4u
#define ARCHIVES_CPIO 8u /* rpm too */
#define ARCHIVES_RAW 16u /* anything that is compressed: one entry, or none where it is empty */
#define ARCHIVES_ALL 31u

struct archive_walk;

/* One of `file`, `data` and `outer`. */
struct archive_source {
	const char *name; /* for messages */
	const char *file; /* a path */
	const void *data;
	size_t len;
	struct archive_walk *outer; /* its present entry */
	unsigned formats;           /* ARCHIVES_* */
};

enum archive_kind {
	ARCHIVES_FILE,
	ARCHIVES_DIR,
	ARCHIVES_SYMLINK,
	ARCHIVES_HARDLINK,
	ARCHIVES_OTHER
};

/* Texts live until the next entry. */
struct archive_item {
	const char *path; /* as it is stored; NULL when it has none */
	const char *link; /* of links: where to, as it is stored; may be NULL in a broken archive */
	enum archive_kind kind;
	bool has_size; /* not of a stream whose end tells the size */
	bool sparse;   /* most of it may be holes */
	bool encrypted;
	uint64_t size;
	mode_t mode; /* permissions */
	int64_t mtime;
};

bool archive_open(struct arena *a, const struct archives *lib, const struct archive_source *source,
	struct archive_walk **ret, struct error *err) MUST_USE;
void archive_close(struct archive_walk *w);

enum archive_step { ARCHIVES_NEXT, ARCHIVES_END, ARCHIVES_FAILED };

/* ERROR_FORMAT when the bytes are wrong or end too early. */
enum archive_step archive_next(
	struct archive_walk *w, struct archive_item *ret, struct error *err) MUST_USE;
/* The next block of the entry; between two blocks there may be a hole, which stands for zeros. */
enum archive_step archive_block(struct archive_walk *w, const void **ret, size_t *ret_len,
	uint64_t *ret_offset, struct error *err) MUST_USE;

/* The first bytes of the entry (as many as there are, up to ARCHIVES_HEAD); its blocks still start
 * at the beginning. */
#define ARCHIVES_HEAD 4096
bool archive_head(struct archive_walk *w, const unsigned char **ret, size_t *ret_len,
	struct error *err) MUST_USE;

/* Only valid behind archive_next: what is read is no archive, just a compressed file. */
bool archive_is_raw(const struct archive_walk *w);
/* Bytes read of the source, and bytes that came out of its compression, so far. */
uint64_t archive_in(const struct archive_walk *w);
uint64_t archive_out(const struct archive_walk *w);

#endif
