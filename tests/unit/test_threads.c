/* SPDX-License-Identifier: MIT */
/* Pieces of work: each done once, where it belongs, on any number of threads. */
#include "tests/unit/unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "base/interrupt.h"
#include "base/threads.h"

#define PIECES 5000

struct tally {
	atomic_int done[PIECES];
	atomic_int running, most, stop_at;
	pthread_t first;
	atomic_int elsewhere;
};

static void
count_piece(void *ctx, size_t i, struct arena *scratch)
{
	struct tally *t = ctx;
	struct arena_mark mark = arena_mark(scratch);

	memset(arena_alloc(scratch, 100), 1, 100);
	arena_reset(scratch, mark);
	atomic_fetch_add(&t->done[i], 1);
	if (!pthread_equal(pthread_self(), t->first))
		atomic_store(&t->elsewhere, 1);
}

static void
each_piece_once(void **state)
{
	static const unsigned jobs[] = { 0, 1, 2, 3, 16, 1000 };
	static const size_t counts[] = { 0, 1, 2, 7, PIECES };
	struct tally *t = malloc(sizeof(*t));

	(void)state;
	assert_non_null(t);
	for (size_t j = 0; j < ARRAY_LEN(jobs); j++) {
		for (size_t c = 0; c < ARRAY_LEN(counts); c++) {
			memset(t, 0, sizeof(*t));
			t->first = pthread_self();
			threads_for(counts[c], jobs[j], count_piece, t);
			for (size_t i = 0; i < PIECES; i++)
				assert_int_equal(t->done[i], i < counts[c]);
			if (jobs[j] == 1 || counts[c] <= 1)
				assert_int_equal(t->elsewhere, 0);
		}
	}
	free(t);
}

static void
nap(void *ctx, size_t i, struct arena *scratch)
{
	struct tally *t = ctx;
	int now = atomic_fetch_add(&t->running, 1) + 1, most = atomic_load(&t->most);

	(void)i;
	(void)scratch;
	while (now > most && !atomic_compare_exchange_weak(&t->most, &most, now))
		continue;
	nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
	atomic_fetch_sub(&t->running, 1);
}

static void
really_at_once(void **state)
{
	struct tally *t = calloc(1, sizeof(*t));

	(void)state;
	assert_non_null(t);
	threads_for(12, 4, nap, t);
	assert_true(t->most > 1);
	assert_true(t->most <= 4);
	free(t);
}

static void
interrupt_at_ten(void *ctx, size_t i, struct arena *scratch)
{
	struct tally *t = ctx;

	(void)scratch;
	atomic_fetch_add(&t->done[i], 1);
	if (i == 10)
		raise(SIGTERM);
}

static void
stops_at_an_interrupt(void **state)
{
	struct tally *t = calloc(1, sizeof(*t));

	(void)state;
	assert_non_null(t);
	interrupt_install();
	threads_for(PIECES, 1, interrupt_at_ten, t);
	assert_int_equal(t->done[10], 1);
	assert_int_equal(t->done[11], 0);
	interrupt_install(); /* takes the flag back */
	threads_for(PIECES, 1, count_piece, t);
	assert_int_equal(t->done[PIECES - 1], 1);
	interrupt_restore();
	free(t);
}

static void
processors(void **state)
{
	(void)state;
	assert_true(threads_processors() >= 1);
	assert_true(threads_processors() <= 256);
}

struct heap {
	atomic_uint_fast64_t now, most;
	atomic_int done;
};

struct weight {
	struct heap *heap;
	uint64_t bytes;
	char *made; /* in the worker's arena */
};

static void
eat(void *ctx, void *piece, struct arena *own)
{
	struct weight *w = piece;

	assert_ptr_equal(ctx, w->heap);
	w->made = arena_printf(own, "%llu", (unsigned long long)w->bytes);
	atomic_fetch_sub(&w->heap->now, w->bytes);
	atomic_fetch_add(&w->heap->done, 1);
}

/* All are worked on, what they made stays, and little waits at a time, whatever each weighs. */
static void
given_pieces(void **state)
{
	static const unsigned jobs[] = { 0, 1, 2, 7 };
	static struct weight weights[3000];

	(void)state;
	for (size_t j = 0; j < ARRAY_LEN(jobs); j++) {
		struct heap heap = { 0 };
		struct threads_crew *crew = threads_start(jobs[j], 1000, eat, &heap);

		for (size_t i = 0; i < ARRAY_LEN(weights); i++) {
			uint64_t now;

			weights[i] = (struct weight){ &heap, i % 100 == 0 ? 5000 : i % 37, NULL };
			now = atomic_fetch_add(&heap.now, weights[i].bytes) + weights[i].bytes;
			if (now > atomic_load(&heap.most))
				atomic_store(&heap.most, now);
			threads_give(crew, &weights[i], weights[i].bytes);
		}
		threads_finish(crew);
		assert_int_equal(atomic_load(&heap.done), ARRAY_LEN(weights));
		assert_true(atomic_load(&heap.most) <= 5000 + 5000);
		assert_true(threads_held(crew) > 0);
		for (size_t i = 0; i < ARRAY_LEN(weights); i++)
			assert_int_equal(strtoull(weights[i].made, NULL, 10), weights[i].bytes);
		threads_clear(crew);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_piece_once),
		cmocka_unit_test(really_at_once),
		cmocka_unit_test(stops_at_an_interrupt),
		cmocka_unit_test(processors),
		cmocka_unit_test(given_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
