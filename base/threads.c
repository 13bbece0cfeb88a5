/* SPDX-License-Identifier: MIT */
/* Independent pieces of work on several threads. */
#include "base/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/interrupt.h"

#define MOST_THREADS 256
/* musl gives a thread 128 KiB, which is little for nested readers with errors on the stack. */
#define STACK_BYTES ((size_t)2 << 20)

struct crew {
	atomic_size_t next;
	size_t count;
	threads_work *work;
	void *ctx;
};

static void *
run_worker(void *arg)
{
	struct crew *crew = arg;
	struct arena scratch;
	size_t i;

	arena_init(&scratch);
	while (!interrupt_signal() && (i = atomic_fetch_add(&crew->next, 1)) < crew->count)
		crew->work(crew->ctx, i, &scratch);
	arena_clear(&scratch);
	return NULL;
}

/* The caller's thread works too; so fewer threads than asked for are slower, not wrong. */
void
threads_for(size_t count, unsigned jobs, threads_work *work, void *ctx)
{
	struct crew crew = { .count = count, .work = work, .ctx = ctx };
	pthread_t helpers[MOST_THREADS];
	pthread_attr_t attr;
	size_t wanted = jobs ? jobs : threads_processors(), started = 0;

	if (wanted > count)
		wanted = count;
	if (wanted > MOST_THREADS)
		wanted = MOST_THREADS;
	if (wanted > 1 && pthread_attr_init(&attr) == 0) {
		pthread_attr_setstacksize(&attr, STACK_BYTES);
		while (started + 1 < wanted &&
			pthread_create(&helpers[started], &attr, run_worker, &crew) == 0)
			started++;
		pthread_attr_destroy(&attr);
	}
	run_worker(&crew);
	while (started > 0)
		pthread_join(helpers[--started], NULL);
}

unsigned
threads_processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (unsigned)n;
}
