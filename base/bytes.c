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

/* Written out, because every reader spends its time here: a compiler makes one load of each. */
static uint16_t
half(const unsigned char *p, bool big)
{
	unsigned a = p[0], b = p[1];

	return (uint16_t)(big ? a << 8 | b : b << 8 | a);
}

static uint32_t
word(const unsigned char *p, bool big)
{
	uint32_t a = p[0], b = p[1], c = p[2], d = p[3];

	return big ? a << 24 | b << 16 | c << 8 | d : d << 24 | c << 16 | b << 8 | a;
}

static uint64_t
wide(const unsigned char *p, bool big)
{
	uint64_t first = word(p, big), second = word(p + 4, big);

	return big ? first << 32 | second : second << 32 | first;
}

uint8_t
bytes_u8(struct bytes *b, uint64_t off)
{
	return take(b, off, 1) ? b->ptr[off] : 0;
}

uint16_t
bytes_u16(struct bytes *b, uint64_t off)
{
	return take(b, off, 2) ? half(b->ptr + off, b->big_endian) : 0;
}

uint32_t
bytes_u32(struct bytes *b, uint64_t off)
{
	return take(b, off, 4) ? word(b->ptr + off, b->big_endian) : 0;
}

uint64_t
bytes_u64(struct bytes *b, uint64_t off)
{
	return take(b, off, 8) ? wide(b->ptr + off, b->big_endian) : 0;
}

uint64_t
bytes_word(struct bytes *b, uint64_t off, unsigned width)
{
	return width == 8 ? bytes_u64(b, off) : bytes_u32(b, off);
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
