/* SPDX-License-Identifier: MIT */
/*
 * A file that is read in windows, or a buffer that stands for one (an archive member). A window is
 * fetched with pread when it is asked for: a 90 MB binary is looked at by reading some hundred KB.
 * Nothing is mapped, because a file that shrinks under a mapping kills the reader.
 *
 * The input owns its file descriptor and every window it handed out; input_close ends both. Only
 * regular files are opened (never a FIFO or a device, which could block for ever).
 */
#ifndef BASE_INPUT_H
#define BASE_INPUT_H

#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/bytes.h"
#include "base/error.h"

struct input {
	const char *name; /* for messages; owned by the caller */
	uint64_t size;
	uint64_t base;             /* where a slice begins in its file */
	int fd;                    /* -1 for a buffer */
	bool borrowed;             /* the file descriptor is another input's */
	bool lent;                 /* the buffer goes away: windows are copies */
	bool missed;               /* a window was asked for after input_settle */
	const unsigned char *data; /* the buffer, or NULL */
	dev_t dev;                 /* identity of the file, 0 for a buffer */
	ino_t ino;
	mode_t mode;
	struct arena *arena; /* windows live here */
	struct bytes head;   /* the first bytes, read at open time */
};

/* Opens a regular file. Windows are allocated from `arena`. */
bool input_open(
	struct input *in, struct arena *arena, const char *path, struct error *err) MUST_USE;
/* Wraps `len` bytes that outlive the input. */
void input_from_buffer(
	struct input *in, struct arena *arena, const char *name, const void *data, uint64_t len);
/* The same for a buffer that is only there until input_settle: every window is a copy in `arena`, so
 * whoever has what he needs can let a whole file go and keep some tables of it. After input_settle
 * a new window is ERROR_BUG, and sets `missed`. */
void input_lend_buffer(
	struct input *in, struct arena *arena, const char *name, const void *data, uint64_t len);
void input_settle(struct input *in);
/* A part of another input that is a file of its own (one architecture of a fat file). `parent` outlives it;
 * offsets count from the part's beginning. ERROR_FORMAT when the part is not inside. */
bool input_slice(struct input *in, struct input *parent, const char *name, uint64_t off,
	uint64_t len, struct error *err) MUST_USE;
void input_close(struct input *in);

/* The bytes [off, off+len) of the file, in little-endian order until the caller says otherwise.
 * ERROR_FORMAT when the file ends before, ERROR_LIMIT above CAP_WINDOW, ERROR_IO from pread. */
bool input_window(struct input *in, uint64_t off, uint64_t len, struct bytes *ret,
	struct error *err) MUST_USE;

#endif
