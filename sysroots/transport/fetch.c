/* SPDX-License-Identifier: MIT */
/* Many files at once: mirrors in turn, tries, pauses, progress. */
#include "sysroots/transport/fetch.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/str.h"
#include "sysroots/transport/fetch_transfer.h"

#define RUNNING_MOST 12
#define WAIT_MS 100u
/* Rounds through the mirrors that a file gets, and those in which nobody could be reached. */
#define ROUNDS_MOST 6
#define ROUNDS_NO_CONTACT 2
/* What one mirror may send that is not the file; the second time nothing broke on the way. */
#define WRONG_MOST 2
/* A server that asks for a longer pause than this is as good as one that says no. */
#define RETRY_AFTER_MOST 30

struct fetcher {
	const struct context *ctx;
	const char *what;
	struct wire_door *door;
	struct transfer *all;
	size_t count, running;
};

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Not for secrets: so that a crowd of processes does not come back in the same moment. */
static uint64_t
chance(const struct transfer *t)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ((uint64_t)ts.tv_nsec ^ (uint64_t)getpid() * 2654435761u) + (uintptr_t)t / 64;
}

static bool
start(struct fetcher *f, struct transfer *t, struct error *err)
{
	const struct wire_request request = {
		.url = t->url,
		.from = transfer_may_resume(t) ? t->have : 0,
		.validator =
			t->have_from == t->mirror && t->validator[0] != '\0' ? t->validator : NULL,
		.head = t->item->path == NULL,
		.ctx = t,
		.body = transfer_body,
	};

	t->begun = false;
	t->stopped = FETCH_GOOD;
	t->state = RUNNING;
	f->running++;
	return wire_start(f->door, &request, err);
}

/* The next mirror that is left; a round is over when the first comes again. */
static bool
turn_to_next(struct transfer *t)
{
	for (size_t i = 0; i < t->mirror_count; i++) {
		t->mirror = (t->mirror + 1) % t->mirror_count;
		if (t->mirror == 0)
			t->round++;
		if (!t->mirrors[t->mirror].dropped)
			return t->round < (t->in_contact ? ROUNDS_MOST : ROUNDS_NO_CONTACT);
	}
	return false;
}

static void
give_up(struct transfer *t)
{
	t->item->absent = t->item->optional && t->absent && !t->fatal;
	t->state = t->item->absent ? DONE : FAILED;
}

/* One mirror has been asked; what now? */
static void
go_on(struct transfer *t, enum fetch_verdict verdict, const struct wire_result *r)
{
	struct transfer_mirror *m = &t->mirrors[t->mirror];
	unsigned round = t->round;

	t->in_contact = t->in_contact || verdict != FETCH_NO_CONTACT;
	if (verdict != FETCH_ABSENT)
		t->absent = false;
	if (verdict == FETCH_WRONG) {
		t->have = 0;
		m->wrong++;
	}
	m->dropped = verdict == FETCH_ABSENT || verdict == FETCH_REFUSED ||
		     m->wrong >= WRONG_MOST || r->retry_after > RETRY_AFTER_MOST;
	m->not_before = now_ms() + r->retry_after * 1000;
	if (t->fatal || !turn_to_next(t)) {
		give_up(t);
		return;
	}
	t->state = WAITING;
	t->wake = round == t->round ? 0 : now_ms() + fetch_pause_ms(t->round, chance(t));
	m = &t->mirrors[t->mirror];
	t->wake = t->wake > m->not_before ? t->wake : m->not_before;
	t->url = m->url;
	t->redirects = 0;
}

static void
take(struct fetcher *f, const struct wire_result *r)
{
	struct transfer *t = r->ctx;
	enum fetch_verdict verdict;

	f->running--;
	verdict = transfer_judge(t, r);
	if (verdict == FETCH_REDIRECTED) {
		t->state = WAITING;
		t->wake = 0;
	} else if (verdict != FETCH_GOOD) {
		go_on(t, verdict, r);
	}
}

static void
tell(const struct fetcher *f)
{
	uint64_t done = 0, total = 0;
	bool known = true;

	for (size_t i = 0; i < f->count; i++) {
		done += f->all[i].have;
		total += f->all[i].item->size;
		known = known && f->all[i].item->size > 0;
	}
	context_progress(f->ctx, f->what, done, known ? total : 0);
}

static bool
start_ready(struct fetcher *f, struct error *err)
{
	uint64_t now = now_ms();

	for (size_t i = 0; i < f->count && f->running < RUNNING_MOST; i++) {
		struct transfer *t = &f->all[i];
		if (t->state == WAITING && t->wake <= now && !start(f, t, err))
			return false;
	}
	return true;
}

/* The first that failed for good ends all. */
static bool
look_over(const struct fetcher *f, bool *ret_done, struct error *err)
{
	*ret_done = true;
	for (size_t i = 0; i < f->count; i++) {
		if (f->all[i].state == FAILED) {
			*err = f->all[i].err;
			return false;
		}
		*ret_done = *ret_done && f->all[i].state == DONE;
	}
	return true;
}

static bool
run(struct fetcher *f, struct error *err)
{
	struct wire_result result;
	bool done = false;

	for (;;) {
		if (!interrupt_check(err) || !look_over(f, &done, err))
			return false;
		if (done)
			return true;
		if (!start_ready(f, err) || !wire_wait(f->door, WAIT_MS, err))
			return false;
		while (wire_take(f->door, &result))
			take(f, &result);
		tell(f);
	}
}

static bool
no_mirror(const struct fetcher *f, const struct fetch_item *item, struct error *err)
{
	if (f->ctx->offline) {
		error_set(err, ERROR_MISSING, "offline, and %s is not in the store", item->label);
		return error_hint(err, "run once without --offline");
	}
	error_set(err, ERROR_USAGE, "cannot fetch %s: no mirror has a URL that is understood",
		item->label);
	if (item->urls[0] != NULL)
		error_where(err, "%s", fetch_url_shown(f->ctx->arena, item->urls[0]));
	return error_hint(err, "a mirror is an URL with http, https or file");
}

static bool
prepare(struct fetcher *f, struct transfer *t, struct fetch_item *item, struct error *err)
{
	size_t count = 0;

	*t = (struct transfer){ .ctx = f->ctx, .item = item, .fd = -1, .absent = true };
	error_clear(&t->err);
	while (item->urls[count] != NULL)
		count++;
	t->mirrors = ARENA_ARRAY(f->ctx->arena, count, struct transfer_mirror);
	t->mirror_count = count;
	for (size_t i = count; i-- > 0;) {
		enum fetch_scheme scheme = fetch_scheme_of(item->urls[i]);
		t->mirrors[i].url = item->urls[i];
		t->mirrors[i].dropped =
			scheme == SCHEME_OTHER || (f->ctx->offline && scheme != SCHEME_FILE);
		if (!t->mirrors[i].dropped)
			t->mirror = i;
	}
	if (count == 0 || t->mirrors[t->mirror].dropped)
		return no_mirror(f, item, err);
	t->url = t->mirrors[t->mirror].url;
	return true;
}

static void
clear(struct fetcher *f)
{
	wire_close(f->door);
	for (size_t i = 0; i < f->count; i++)
		transfer_clear(&f->all[i]);
}

bool
fetch_all(const struct context *ctx, const char *what, struct fetch_item *items, size_t count,
	struct error *err)
{
	struct fetcher f = { .ctx = ctx, .what = what };

	f.all = ARENA_ARRAY(ctx->arena, count, struct transfer);
	for (size_t i = 0; i < count; i++)
		if (!prepare(&f, &f.all[i], &items[i], err))
			return false;
	if (!wire_open(ctx, &f.door, err))
		return false;
	f.count = count;
	bool ok = run(&f, err);
	clear(&f);
	return ok;
}
