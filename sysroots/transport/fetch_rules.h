/* SPDX-License-Identifier: MIT */
/*
 * What fetching does about URLs and failures, as plain functions: nothing here opens a socket.
 */
#ifndef SYSROOTS_FETCH_RULES_H
#define SYSROOTS_FETCH_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum fetch_scheme { SCHEME_OTHER, SCHEME_HTTP, SCHEME_HTTPS, SCHEME_FILE };

/* What an answer means for the attempt that got it. */
enum fetch_verdict {
	FETCH_GOOD,
	FETCH_REDIRECTED,
	FETCH_AGAIN,      /* may pass: try again soon */
	FETCH_NO_CONTACT, /* may pass, but mostly does not: fewer tries */
	FETCH_ABSENT,     /* this mirror does not have it */
	FETCH_WRONG,      /* this mirror has something else */
	FETCH_REFUSED     /* this mirror will not give it, whatever we do */
};

enum fetch_scheme fetch_scheme_of(const char *url);
/* The verdict of an HTTP status. */
enum fetch_verdict fetch_judge_status(long status);
/* May a redirection lead from one to the other? */
bool fetch_may_redirect(const char *from, const char *to);
/* The URL without user and password. */
char *fetch_url_shown(struct arena *a, const char *url);
/* The proxy that the environment names for a URL, "" when none; no_proxy is the library's to obey. */
const char *fetch_proxy(const char *const *env, const char *url);
/* Milliseconds to wait before round `round` (the first is 0); `chance` is any number. */
uint64_t fetch_pause_ms(unsigned round, uint64_t chance);
/* Where a 206 begins, from "bytes 5-9/10"; false when it is no such text. */
bool fetch_range_start(const char *content_range, uint64_t *ret) MUST_USE;
/* Every character but what RFC 3986 calls unreserved is encoded, as apt does: '+' too, which some
 * servers read as a blank. Slashes stay. */
char *fetch_encode(struct arena *a, const char *path);

#endif
