/* SPDX-License-Identifier: MIT */
/*
 * One shape of parallelism: do `count` independent pieces of work on up to `jobs` threads. Each
 * worker has its own arena for scratch (reset is the worker's business). Results go where the
 * piece's index says, so the order of the output never depends on timing.
 */
#ifndef BASE_THREADS_H
#define BASE_THREADS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef void threads_work(void *ctx, size_t index, struct arena *scratch);

/* Returns when all pieces are done, or, after an interrupt, when the running ones are. `jobs` 0
 * means the number of processors. */
void threads_for(size_t count, unsigned jobs, threads_work *work, void *ctx);
unsigned threads_processors(void);

#endif
