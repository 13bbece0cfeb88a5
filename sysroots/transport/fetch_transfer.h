/* SPDX-License-Identifier: MIT */
/*
 * One file on its way, for fetch.c alone: what has come of it, and what an answer means for it.
 */
#ifndef SYSROOTS_FETCH_TRANSFER_H
#define SYSROOTS_FETCH_TRANSFER_H

#include "base/context.h"
#include "sysroots/transport/fetch.h"
#include "sysroots/transport/fetch_wire.h"

enum transfer_state { WAITING, RUNNING, DONE, FAILED };

struct transfer_mirror {
	const char *url;
	uint64_t not_before; /* ms: as it asked */
	unsigned wrong;
	bool dropped;
};

struct transfer {
	const struct context *ctx;
	struct fetch_item *item;
	enum transfer_state state;
	struct transfer_mirror *mirrors;
	size_t mirror_count, mirror; /* the one in turn */
	unsigned round;
	uint64_t wake;   /* ms */
	const char *url; /* the mirror's, or where it sent us */
	unsigned redirects;
	int fd;
	uint64_t have;
	struct digest *digest;
	size_t have_from;    /* the mirror that sent what we have */
	char validator[256]; /* its ETag, or "" */
	bool begun;          /* this try has got a body */
	bool fatal;          /* ours, not the server's: the disk, an interrupt */
	bool in_contact;     /* some server answered */
	bool absent;         /* all that were asked said that they do not have it */
	enum fetch_verdict stopped;
	struct error err; /* the most telling of all tries */
};

/* A body that arrives: a struct wire_request's. */
bool transfer_body(void *transfer, const struct wire_reply *reply, const void *data, size_t len);
/* What is here of the file can be gone on with. */
bool transfer_may_resume(const struct transfer *t);
/* A request has ended. FETCH_GOOD: the whole file is here, and it is the right one. */
enum fetch_verdict transfer_judge(struct transfer *t, const struct wire_result *r);
void transfer_clear(struct transfer *t);

#endif
