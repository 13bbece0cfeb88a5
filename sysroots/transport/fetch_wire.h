/* SPDX-License-Identifier: MIT */
/*
 * libcurl, shrunk to what fetch.c needs: start a request, wait, take finished ones. It keeps no
 * list of files and decides nothing about retries. For fetch.c alone.
 */
#ifndef SYSROOTS_FETCH_WIRE_H
#define SYSROOTS_FETCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/context.h"
#include "base/error.h"
#include "sysroots/transport/fetch_rules.h"

/* What a server said about the body that follows. */
struct wire_reply {
	long status;
	uint64_t start; /* of what it sends, in the file */
	char etag[256]; /* strong ones only; "" when there is none */
};

struct wire_request {
	const char *url;
	uint64_t from;         /* the first byte wanted */
	const char *validator; /* only if the file is still the one with this ETag; or NULL */
	bool head;             /* no body */
	void *ctx;
	/* For a body that was asked for; false ends the request with WIRE_STOPPED. */
	bool (*body)(void *ctx, const struct wire_reply *reply, const void *data, size_t len);
};

enum wire_end {
	WIRE_FINISHED, /* with a status */
	WIRE_STOPPED,  /* `body` said so */
	WIRE_BROKEN    /* `verdict` and `why` say how */
};

struct wire_result {
	void *ctx; /* the request's */
	enum wire_end end;
	struct wire_reply reply;
	uint64_t length;            /* as the server says, 0 when it does not */
	uint64_t retry_after;       /* seconds, 0 when it does not say */
	char *redirect;             /* absolute; or NULL */
	enum fetch_verdict verdict; /* of WIRE_BROKEN */
	const char *why;            /* "connection reset": one line */
};

struct wire_door;

/* Loads libcurl. Everything lives in the context's arena, and until wire_close. */
bool wire_open(const struct context *ctx, struct wire_door **ret, struct error *err) MUST_USE;
void wire_close(struct wire_door *door); /* ends what runs; NULL-tolerant */
bool wire_start(
	struct wire_door *door, const struct wire_request *request, struct error *err) MUST_USE;
/* Moves data for at most `ms`. */
bool wire_wait(struct wire_door *door, unsigned ms, struct error *err) MUST_USE;
/* A request that has ended; false when there is none. Texts live in the context's arena. */
bool wire_take(struct wire_door *door, struct wire_result *ret) MUST_USE;

#endif
