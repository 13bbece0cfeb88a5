/* SPDX-License-Identifier: MIT */
/*
 * The only way to bytes that we did not write. `struct bytes` is a window: pointer, length, byte
 * order, and where it lies in its file (for messages). Every getter asks first; one that would
 * read past the end returns 0 (or an empty window), sets `bad` and remembers the first offset that
 * failed. So a decoder reads a whole record and looks at `bad` once. A slice cannot see past
 * itself and has its own `bad`.
 *
 * Offsets are relative to the window and 64 bits wide; no sum or product here overflows silently.
 * No caller casts `ptr` to a struct.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

struct bytes {
	const unsigned char *ptr; /* not owned */
	uint64_t len;
	uint64_t origin; /* file offset of ptr[0] */
	bool big_endian;
	bool bad;
	uint64_t bad_at; /* file offset of the first failed access */
};

struct bytes bytes_from(const void *ptr, uint64_t len, uint64_t origin, bool big_endian);

/* True when [off, off+len) lies inside the window. Never sets `bad`. */
bool bytes_has(const struct bytes *b, uint64_t off, uint64_t len);

uint8_t bytes_u8(struct bytes *b, uint64_t off);
uint16_t bytes_u16(struct bytes *b, uint64_t off);
uint32_t bytes_u32(struct bytes *b, uint64_t off);
uint64_t bytes_u64(struct bytes *b, uint64_t off);
/* A value of `width` 4 or 8 bytes, widened: an ELF address, offset or xword of either class. */
uint64_t bytes_word(struct bytes *b, uint64_t off, unsigned width);

struct bytes bytes_slice(struct bytes *b, uint64_t off, uint64_t len);
/* The NUL-terminated text at `off`, without its NUL. No NUL within the window, or within `max`
 * bytes, is a failure. */
struct str bytes_cstr(struct bytes *b, uint64_t off, uint64_t max);
bool bytes_equal(const struct bytes *b, uint64_t off, const void *what, uint64_t len);

/* False, with *ret untouched, when the result does not fit. */
bool u64_add(uint64_t a, uint64_t b, uint64_t *ret) MUST_USE;
bool u64_mul(uint64_t a, uint64_t b, uint64_t *ret) MUST_USE;

#endif
