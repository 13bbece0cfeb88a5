/* SPDX-License-Identifier: MIT */
/*
 * Files from web servers, many at once: the only way from this program to a socket of its own.
 * Each file may be had from several mirrors; what one does not have, or has with another size or
 * digest, is asked of the next. What may pass (408, 429, 5xx, a reset, a stall) is tried again after
 * a growing pause, from where it broke off. http, https and file only; certificates are always
 * checked; a redirection never leads from https to http.
 *
 * Nothing is believed because a server said it: with a digest the file is that very file, without
 * one the caller checks a signature. `path` is written in place, so it lies in a directory of the
 * caller's own (store_temp), which is dropped when anything fails.
 */
#ifndef SYSROOTS_FETCH_H
#define SYSROOTS_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/digest.h"
#include "base/error.h"

struct fetch_item {
	const char *label;       /* "package musl-dev", for messages */
	const char *const *urls; /* in the order of preference, NULL-terminated */
	const char *path;        /* where it goes; NULL: only its size is asked for */
	uint64_t size;           /* 0: not known */
	uint64_t cap;            /* most bytes when the size is not known */
	const char *sha256;      /* or NULL */
	bool optional;           /* that no mirror has it is no failure */

	/* Filled in. */
	bool absent;
	uint64_t got_size;
	char got_sha256[DIGEST_HEX];
	size_t from; /* which of `urls` it came from */
};

/* All or nothing. ERROR_NET, or ERROR_VERIFY when what came is not what was promised, names label,
 * URL (without a password) and reason. Offline only file: is asked. `what` is the work's name for
 * progress. */
bool fetch_all(const struct context *ctx, const char *what, struct fetch_item *items, size_t count,
	struct error *err) MUST_USE;

#endif
