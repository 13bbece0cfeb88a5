/* SPDX-License-Identifier: MIT */
/* Independent pieces of work on several threads. */
#include "base/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
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

#define QUEUE 64

struct piece {
	void *what;
	uint64_t weight;
};

struct worker {
	struct threads_crew *crew;
	pthread_t thread;
	struct arena arena;
};

struct threads_crew {
	threads_piece *work;
	void *ctx;
	uint64_t room;
	pthread_mutex_t lock;
	pthread_cond_t given, taken;
	struct piece queue[QUEUE]; /* a ring */
	size_t first, waiting;
	uint64_t weight; /* of what waits or is worked on */
	bool done;
	atomic_uint_fast64_t held;
	size_t started;
	struct worker workers[MOST_THREADS]; /* number 0 is the caller's, when it has no help */
};

static void
work_on(struct worker *w, const struct piece *p)
{
	size_t before = w->arena.total;

	w->crew->work(w->crew->ctx, p->what, &w->arena);
	atomic_fetch_add(&w->crew->held, w->arena.total - before);
}

static void *
run_piece_worker(void *arg)
{
	struct worker *w = arg;
	struct threads_crew *c = w->crew;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		struct piece p;

		while (c->waiting == 0 && !c->done)
			pthread_cond_wait(&c->given, &c->lock);
		if (c->waiting == 0)
			break;
		p = c->queue[c->first];
		c->first = (c->first + 1) % QUEUE;
		c->waiting--;
		pthread_mutex_unlock(&c->lock);
		work_on(w, &p);
		pthread_mutex_lock(&c->lock);
		c->weight -= p.weight;
		pthread_cond_signal(&c->taken);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* The caller makes the pieces and is busy with that; with one processor it does the work too. */
struct threads_crew *
threads_start(unsigned jobs, uint64_t room, threads_piece *work, void *ctx)
{
	struct threads_crew *c = arena_heap(sizeof(*c));
	size_t wanted = jobs ? jobs : threads_processors();
	pthread_attr_t attr;

	if (pthread_mutex_init(&c->lock, NULL) != 0 || pthread_cond_init(&c->given, NULL) != 0 ||
		pthread_cond_init(&c->taken, NULL) != 0)
		arena_no_memory();
	c->work = work;
	c->ctx = ctx;
	c->room = room;
	c->workers[0].crew = c;
	arena_init(&c->workers[0].arena);
	if (wanted < 2 || pthread_attr_init(&attr) != 0)
		return c;
	if (wanted > MOST_THREADS)
		wanted = MOST_THREADS;
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	while (c->started < wanted) {
		struct worker *w = &c->workers[c->started];

		w->crew = c;
		arena_init(&w->arena);
		if (pthread_create(&w->thread, &attr, run_piece_worker, w) != 0)
			break;
		c->started++;
	}
	pthread_attr_destroy(&attr);
	return c;
}

void
threads_give(struct threads_crew *c, void *what, uint64_t weight)
{
	struct piece p = { what, weight };

	if (c->started == 0) {
		work_on(&c->workers[0], &p);
		return;
	}
	pthread_mutex_lock(&c->lock);
	while (c->waiting == QUEUE || (c->weight > 0 && c->weight + weight > c->room))
		pthread_cond_wait(&c->taken, &c->lock);
	c->queue[(c->first + c->waiting++) % QUEUE] = p;
	c->weight += weight;
	pthread_cond_signal(&c->given);
	pthread_mutex_unlock(&c->lock);
}

void
threads_finish(struct threads_crew *c)
{
	pthread_mutex_lock(&c->lock);
	c->done = true;
	pthread_cond_broadcast(&c->given);
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < c->started; i++)
		pthread_join(c->workers[i].thread, NULL);
}

uint64_t
threads_held(struct threads_crew *c)
{
	return atomic_load(&c->held);
}

void
threads_clear(struct threads_crew *c)
{
	for (size_t i = 0; i < MOST_THREADS; i++)
		arena_clear(&c->workers[i].arena);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->given);
	pthread_cond_destroy(&c->taken);
	free(c);
}
