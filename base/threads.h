/* SPDX-License-Identifier: MIT */
/*
 * Two shapes of parallelism. One does `count` independent pieces of work on up to `jobs` threads; each
 * worker has its own arena for scratch (reset is the worker's business). The other works on pieces as
 * somebody hands them out one after the other; what its workers make stays until it is cleared.
 * Results go where the piece says, so the order of the output never depends on timing.
 */
#ifndef BASE_THREADS_H
#define BASE_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

typedef void threads_work(void *ctx, size_t index, struct arena *scratch);

/* Returns when all pieces are done, or, after an interrupt, when the running ones are. `jobs` 0
 * means the number of processors. */
void threads_for(size_t count, unsigned jobs, threads_work *work, void *ctx);
unsigned threads_processors(void);

/* Pieces that the caller makes, and threads that work on them. `own` is the thread's arena. */
struct threads_crew;
typedef void threads_piece(void *ctx, void *piece, struct arena *own);

/* At most about `room` bytes of pieces wait at a time, as their makers weigh them. */
struct threads_crew *threads_start(unsigned jobs, uint64_t room, threads_piece *work, void *ctx);
/* Waits for room. A piece that is larger than all of it waits until nothing else is there. */
void threads_give(struct threads_crew *crew, void *piece, uint64_t weight);
/* Waits until everything is done. Nothing is given afterwards. */
void threads_finish(struct threads_crew *crew);
/* Bytes that the arenas hold. */
uint64_t threads_held(struct threads_crew *crew);
/* Behind threads_finish: frees the arenas and the crew. */
void threads_clear(struct threads_crew *crew);

#endif
