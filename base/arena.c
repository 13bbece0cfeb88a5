/* SPDX-License-Identifier: MIT */
/* Chunked memory that is given back all at once, and the one place where memory runs out. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Under AddressSanitizer every block is a chunk of its own, so that it sees each overrun of a
 * block and each use after a reset. */
#if defined(__SANITIZE_ADDRESS__)
#define BLOCK_IS_CHUNK
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BLOCK_IS_CHUNK
#endif
#endif
#ifdef BLOCK_IS_CHUNK
#define CHUNK_FIRST ((size_t)1)
#define CHUNK_LARGEST ((size_t)1)
#else
#define CHUNK_FIRST ((size_t)16 << 10)
#define CHUNK_LARGEST ((size_t)1 << 20)
#endif

#define EXIT_NO_MEMORY 70 /* EX_SOFTWARE of sysexits.h */

struct arena_chunk {
	struct arena_chunk *before;
	size_t size; /* bytes of data */
	size_t used;
	size_t dirty; /* bytes from here on are still zero from calloc */
	alignas(max_align_t) unsigned char data[];
};

void
arena_no_memory(void)
{
	static const char text[] = "xbuild: out of memory\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)n;
	_Exit(EXIT_NO_MEMORY);
}

void *
arena_heap(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		arena_no_memory();
	return p;
}

void
arena_init(struct arena *a)
{
	a->head = NULL;
	a->total = 0;
}

static void
drop_head(struct arena *a)
{
	struct arena_chunk *c = a->head;

	a->head = c->before;
	a->total -= sizeof(*c) + c->size;
	free(c);
}

void
arena_clear(struct arena *a)
{
	while (a->head)
		drop_head(a);
}

/* Chunks double up to a limit, so that a small command stays small. */
static void
add_chunk(struct arena *a, size_t least)
{
	size_t size = a->head ? a->head->size * 2 : CHUNK_FIRST;
	struct arena_chunk *c;

	if (size > CHUNK_LARGEST)
		size = CHUNK_LARGEST;
	if (size < CHUNK_FIRST)
		size = CHUNK_FIRST;
	if (size < least)
		size = least;
	if (size > SIZE_MAX - sizeof(*c))
		arena_no_memory();
	c = calloc(1, sizeof(*c) + size);
	if (!c)
		arena_no_memory();
	c->size = size;
	c->before = a->head;
	a->head = c;
	a->total += sizeof(*c) + size;
}

/* Gives out [at, at+size) of a chunk with that room; all behind the first `keep` bytes is zero. */
static void *
claim(struct arena_chunk *c, size_t at, size_t keep, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t end = at + size, dirty = c->dirty < end ? c->dirty : end;
	size_t pad = (align - end % align) % align;

	if (at + keep < dirty)
		memset(c->data + at + keep, 0, dirty - at - keep);
	c->used = pad < c->size - end ? end + pad : c->size;
	if (c->dirty < c->used)
		c->dirty = c->used;
	return c->data + at;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	if (size == 0)
		size = 1; /* so that no two blocks share an address */
	if (!a->head || a->head->size - a->head->used < size)
		add_chunk(a, size);
	return claim(a->head, a->head->used, 0, size);
}

void *
arena_bytes(struct arena *a, size_t size)
{
	if (size == 0)
		size = 1;
	if (!a->head || a->head->size - a->head->used < size)
		add_chunk(a, size);
	return claim(a->head, a->head->used, size, size);
}

/* True when `old` was the last block given out and could be made longer where it is. */
static bool
extend(struct arena *a, void *old, size_t old_size, size_t size)
{
	struct arena_chunk *c = a->head;
	uintptr_t block = (uintptr_t)old, data = c ? (uintptr_t)c->data : 0;
	size_t at = (size_t)(block - data);

	if (!c || block < data || at >= c->used || old_size == 0)
		return false;
	if (c->used - at - old_size >= alignof(max_align_t) || size > c->size - at)
		return false;
	claim(c, at, old_size, size);
	return true;
}

static size_t
product(size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		arena_no_memory();
	return count * size;
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	return arena_alloc(a, product(count, size));
}

void *
arena_grow(struct arena *a, void *old, size_t old_count, size_t new_count, size_t size)
{
	size_t keep = product(old_count < new_count ? old_count : new_count, size);
	void *block;

	if (old && new_count <= old_count)
		return old;
	if (old && extend(a, old, keep, product(new_count, size)))
		return old;
	block = arena_alloc(a, product(new_count, size));
	if (old && keep > 0)
		memcpy(block, old, keep);
	return block;
}

char *
arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		arena_no_memory();
	copy = arena_bytes(a, len + 1);
	if (len > 0)
		memcpy(copy, s, len);
	copy[len] = '\0';
	return copy;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0) /* longer than INT_MAX */
		arena_no_memory();
	text = arena_alloc(a, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	return text;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return text;
}

struct arena_mark
arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->head, a->head ? a->head->used : 0 };
}

void
arena_reset(struct arena *a, struct arena_mark mark)
{
	while (a->head && a->head != mark.chunk)
		drop_head(a);
	if (a->head)
		a->head->used = mark.used;
}
