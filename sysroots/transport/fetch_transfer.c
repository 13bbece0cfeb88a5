/* SPDX-License-Identifier: MIT */
/* One file on its way: writing, digest, resuming, and the meaning of answers. */
#include "sysroots/transport/fetch_transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/str.h"

#define REDIRECTS_MOST 5

/* What came and was wrong says more than what did not come. */
static bool
says(struct transfer *t, enum error_kind kind, const char *why, const char *hint)
{
	if (t->err.kind == ERROR_VERIFY && kind != ERROR_VERIFY)
		return false;
	error_set(&t->err, kind, "cannot fetch %s: %s", t->item->label, why);
	error_where(&t->err, "%s", fetch_url_shown(t->ctx->arena, t->url));
	if (hint[0] != '\0')
		error_hint(&t->err, "%s", hint);
	return false;
}

/* A failure that no other mirror can mend. */
static bool
is_fatal(struct transfer *t)
{
	t->fatal = true;
	return false;
}

/* From the first byte: what we have is dropped. */
static bool
restart(struct transfer *t)
{
	digest_drop(t->digest);
	t->digest = NULL;
	t->have = 0;
	t->validator[0] = '\0';
	if (!digest_begin(&t->digest, &t->err))
		return is_fatal(t);
	if (t->fd < 0)
		t->fd = open(
			t->item->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (t->fd >= 0 && lseek(t->fd, 0, SEEK_SET) == 0 && ftruncate(t->fd, 0) == 0)
		return true;
	error_set_errno(&t->err, errno, "cannot write %s", t->item->label);
	error_where(&t->err, "%s", t->item->path);
	return is_fatal(t);
}

static bool
write_all(struct transfer *t, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(t->fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			error_set_errno(&t->err, errno, "cannot write %s", t->item->label);
			error_where(&t->err, "%s", t->item->path);
			return is_fatal(t);
		}
		data += n;
		len -= (size_t)n;
	}
	return true;
}

static uint64_t
most_bytes(const struct fetch_item *item)
{
	return item->size > 0 ? item->size : item->cap;
}

/* What is here of the file can be gone on with: its digest will tell, or it is the very same file of
 * the very same server. */
bool
transfer_may_resume(const struct transfer *t)
{
	if (t->have == 0 || t->fd < 0)
		return false;
	return t->item->sha256 != NULL || (t->have_from == t->mirror && t->validator[0] != '\0');
}

static bool
begin_body(struct transfer *t, const struct wire_reply *reply)
{
	t->begun = true;
	if (reply->status == 206 && reply->start == t->have && t->have > 0)
		return true;
	if (reply->status == 206) {
		t->have = 0;
		t->stopped = FETCH_AGAIN;
		return says(t, ERROR_NET, "the server sends another part than was asked for", "");
	}
	if (!restart(t))
		return false;
	t->have_from = t->mirror;
	snprintf(t->validator, sizeof(t->validator), "%s", reply->etag);
	return true;
}

bool
transfer_body(void *ctx, const struct wire_reply *reply, const void *data, size_t len)
{
	struct transfer *t = ctx;

	if (!interrupt_check(&t->err))
		return is_fatal(t);
	if (!t->begun && !begin_body(t, reply))
		return false;
	if (len > most_bytes(t->item) || t->have > most_bytes(t->item) - len) {
		t->stopped = FETCH_WRONG;
		return says(t, ERROR_VERIFY, "it is larger than promised", "");
	}
	if (!write_all(t, data, len))
		return false;
	digest_add(t->digest, data, len);
	t->have += len;
	return true;
}

static void
finish(struct transfer *t)
{
	t->item->got_size = t->have;
	t->item->from = t->mirror;
	t->state = DONE;
}

/* The whole file is said to be here. */
static enum fetch_verdict
check(struct transfer *t)
{
	struct fetch_item *item = t->item;

	if (!t->begun && !restart(t)) /* an empty file */
		return FETCH_REFUSED;
	if (item->size > 0 && t->have != item->size) {
		says(t, ERROR_VERIFY, "it has another size than promised", "");
		return FETCH_WRONG;
	}
	digest_end(t->digest, item->got_sha256);
	t->digest = NULL;
	if (item->sha256 != NULL && strcmp(item->got_sha256, item->sha256) != 0) {
		says(t, ERROR_VERIFY, "it is not the file that was promised",
			"the mirror, or something on the way to it, changes files: try another "
			"mirror");
		return FETCH_WRONG;
	}
	finish(t);
	return FETCH_GOOD;
}

static enum fetch_verdict
check_head(struct transfer *t, const struct wire_result *r)
{
	if (r->length == 0 || r->length > most_bytes(t->item)) {
		says(t, ERROR_NET, "the server does not say how large it is", "");
		return FETCH_REFUSED;
	}
	t->have = r->length;
	finish(t);
	return FETCH_GOOD;
}

static enum fetch_verdict
follow(struct transfer *t, const struct wire_result *r)
{
	if (r->redirect == NULL || !fetch_may_redirect(t->url, r->redirect)) {
		says(t, ERROR_VERIFY, "the server leads from https to something less safe", "");
		return FETCH_REFUSED;
	}
	if (t->redirects++ == REDIRECTS_MOST) {
		says(t, ERROR_NET, "the server leads from one place to the next without end", "");
		return FETCH_REFUSED;
	}
	t->url = r->redirect;
	return FETCH_REDIRECTED;
}

static enum fetch_verdict
judge_status(struct transfer *t, const struct wire_result *r)
{
	struct arena *a = t->ctx->arena;
	enum fetch_verdict verdict = fetch_judge_status(r->reply.status);

	if (r->reply.status == 416)
		t->have = 0;
	switch (verdict) {
	case FETCH_GOOD:
		return t->item->path == NULL ? check_head(t, r) : check(t);
	case FETCH_REDIRECTED:
		return follow(t, r);
	case FETCH_ABSENT:
		says(t, ERROR_NET, "the mirror does not have it (any more)", "");
		break;
	default:
		says(t, ERROR_NET,
			arena_printf(a, "the server answers with status %ld", r->reply.status),
			r->reply.status == 407 ? "the proxy wants a password: put it into its URL"
					       : "");
	}
	return verdict;
}

enum fetch_verdict
transfer_judge(struct transfer *t, const struct wire_result *r)
{
	if (t->fatal)
		return FETCH_REFUSED;
	switch (r->end) {
	case WIRE_FINISHED:
		return judge_status(t, r);
	case WIRE_STOPPED:
		return t->stopped;
	default:
		break;
	}
	/* It broke behind the last byte. */
	if (t->begun && t->item->sha256 != NULL && t->have == t->item->size)
		return check(t);
	if (r->verdict == FETCH_REFUSED)
		says(t, ERROR_VERIFY, r->why,
			"if a certificate of your own is in use, SSL_CERT_FILE names its "
			"authority");
	else
		says(t, ERROR_NET, r->why,
			r->verdict == FETCH_NO_CONTACT
				? "check the network and https_proxy; --offline uses what is there"
				: "");
	return r->verdict;
}

void
transfer_clear(struct transfer *t)
{
	digest_drop(t->digest);
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	t->digest = NULL;
}
