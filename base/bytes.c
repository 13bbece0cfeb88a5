/* SPDX-License-Identifier: MIT */
/* Checked access to bytes that we did not write. */
#include "base/bytes.h"

#include <string.h>

struct bytes
bytes_from(const void *ptr, uint64_t len, uint64_t origin, bool big_endian)
{
	return (struct bytes){
		.ptr = ptr,
		.len = ptr ? len : 0,
		.origin = origin,
		.big_endian = big_endian,
	};
}

bool
bytes_has(const struct bytes *b, uint64_t off, uint64_t len)
{
	return off <= b->len && len <= b->len - off;
}

/* The file offset of `off`; the end of the number line when there is no such place. */
static uint64_t
place(const struct bytes *b, uint64_t off)
{
	uint64_t at;

	return u64_add(b->origin, off, &at) ? at : UINT64_MAX;
}

static bool
take(struct bytes *b, uint64_t off, uint64_t len)
{
	if (bytes_has(b, off, len))
		return true;
	if (!b->bad)
		b->bad_at = place(b, off);
	b->bad = true;
	return false;
}

static uint64_t
number(struct bytes *b, uint64_t off, unsigned width)
{
	const unsigned char *p;
	uint64_t n = 0;

	if (!take(b, off, width))
		return 0;
	p = b->ptr + off;
	for (unsigned i = 0; i < width; i++)
		n = n << 8 | p[b->big_endian ? i : width - 1 - i];
	return n;
}

uint8_t
bytes_u8(struct bytes *b, uint64_t off)
{
	return (uint8_t)number(b, off, 1);
}

uint16_t
bytes_u16(struct bytes *b, uint64_t off)
{
	return (uint16_t)number(b, off, 2);
}

uint32_t
bytes_u32(struct bytes *b, uint64_t off)
{
	return (uint32_t)number(b, off, 4);
}

uint64_t
bytes_u64(struct bytes *b, uint64_t off)
{
	return number(b, off, 8);
}

uint64_t
bytes_word(struct bytes *b, uint64_t off, unsigned width)
{
	return number(b, off, width == 8 ? 8 : 4);
}

struct bytes
bytes_slice(struct bytes *b, uint64_t off, uint64_t len)
{
	if (!take(b, off, len))
		return bytes_from(NULL, 0, place(b, off), b->big_endian);
	return bytes_from(len > 0 ? b->ptr + off : NULL, len, place(b, off), b->big_endian);
}

struct str
bytes_cstr(struct bytes *b, uint64_t off, uint64_t max)
{
	struct str none = { NULL, 0 };
	const char *text, *end;
	uint64_t room;

	if (!take(b, off, 1))
		return none;
	room = b->len - off < max ? b->len - off : max;
	text = (const char *)b->ptr + off;
	end = memchr(text, '\0', (size_t)room);
	if (!end) {
		(void)take(b, off, UINT64_MAX);
		return none;
	}
	return (struct str){ text, (size_t)(end - text) };
}

bool
bytes_equal(const struct bytes *b, uint64_t off, const void *what, uint64_t len)
{
	return bytes_has(b, off, len) && (len == 0 || memcmp(b->ptr + off, what, (size_t)len) == 0);
}

bool
u64_add(uint64_t a, uint64_t b, uint64_t *ret)
{
	if (a > UINT64_MAX - b)
		return false;
	*ret = a + b;
	return true;
}

bool
u64_mul(uint64_t a, uint64_t b, uint64_t *ret)
{
	if (b != 0 && a > UINT64_MAX / b)
		return false;
	*ret = a * b;
	return true;
}
