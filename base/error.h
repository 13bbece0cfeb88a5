/* SPDX-License-Identifier: MIT */
/*
 * An error as a value: what happened (one factual line), where (a file and offset, a URL, an
 * argv, a JSON path) and a hint (what the user can do next). Fixed size, no allocation, copied
 * freely. A fallible function takes `struct error *err` last, returns bool or a pointer, and
 * leaves its outputs untouched when it fails. Only cli/ prints errors; nothing here does.
 *
 * `err` is never NULL. Texts that do not fit are cut at a character boundary and end in "...".
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

#include "base/attr.h"

/* What sort of failure this is; cli/ maps each to one exit code (see cli/exit.h). */
enum error_kind {
	ERROR_NONE,
	ERROR_USAGE,   /* the command line or a configuration file asks for something impossible */
	ERROR_MISSING, /* a tool, a sysroot or an input file is not there or cannot be read */
	ERROR_IO,      /* the operating system refused: disk full, read-only, permission */
	ERROR_FORMAT,  /* bytes that are not what they claim to be */
	ERROR_LIMIT,   /* one of base/caps.h was reached */
	ERROR_BUILD,   /* a compiler or linker that was run said no */
	ERROR_NET,     /* a transfer failed */
	ERROR_VERIFY,  /* a digest or signature does not match */
	ERROR_INTERRUPTED, /* a signal of interrupt.h arrived */
	ERROR_BUG,         /* ours */
	ERROR_KINDS
};

struct error {
	enum error_kind kind;
	int saved_errno; /* 0 when the operating system had no part in it */
	char what[384];
	char where[768];
	char hint[512];
};

/* No error: all fields empty. */
void error_clear(struct error *err);

/* Sets kind and `what`, empties the rest. Always returns false, so `return error_set(...)` reads well. */
bool error_set(struct error *err, enum error_kind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* The same with the text of `saved_errno` appended after ": ". Chooses the kind from the errno:
 * ENOENT and ENOTDIR are ERROR_MISSING, everything else ERROR_IO. */
bool error_set_errno(struct error *err, int saved_errno, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Adds where it happened, or what to do about it. Both return false. */
bool error_where(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
bool error_hint(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Puts context in front of `what`: "while unpacking X: ...". Returns false. */
bool error_wrap(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The kind's name as it stands in --format json: "usage", "missing", "io" ... */
const char *error_kind_name(enum error_kind kind);

#endif
