/* SPDX-License-Identifier: MIT */
/*
 * Memory that is given back all at once. A command owns one arena; a loop takes a mark and resets
 * to it. Every block is zeroed and aligned for any type. Nothing returned here is ever NULL: out
 * of memory, and a size whose multiplication overflows, end the process with exit code 70 in one
 * place, which is why sizes from outside are capped first (base/caps.h).
 *
 * The arena owns what it hands out; nobody frees single blocks. An arena belongs to one thread.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/attr.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *head; /* the chunk that is being filled */
	size_t total;             /* bytes held from malloc, for tests and diagnostics */
};

struct arena_mark {
	struct arena_chunk *chunk;
	size_t used;
};

void arena_init(struct arena *a);
/* Frees everything; the arena is then as after arena_init. */
void arena_clear(struct arena *a);

void *arena_alloc(struct arena *a, size_t size);
/* The one block that is not zeroed: for bytes that the caller fills, whole, at once. */
void *arena_bytes(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t count, size_t size);
/* Grows an array of `old_count` elements to `new_count`; the old block may be left behind. */
void *arena_grow(struct arena *a, void *old, size_t old_count, size_t new_count, size_t size);

char *arena_strdup(struct arena *a, const char *s);
/* `len` bytes of `s` with a NUL behind them. */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

/* Everything allocated after the mark is gone after the reset. Marks nest. */
struct arena_mark arena_mark(const struct arena *a);
void arena_reset(struct arena *a, struct arena_mark mark);

/* Ends the process as above: for the one other place that asks malloc for memory (json.c). */
_Noreturn void arena_no_memory(void);
/* Zeroed memory outside all arenas, for free(3); never NULL. */
void *arena_heap(size_t size);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

#endif
