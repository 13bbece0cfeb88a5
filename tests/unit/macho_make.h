/* SPDX-License-Identifier: MIT */
/*
 * Small Mach-O files made byte by byte, of either class and byte order, for the tests of
 * linkcheck/. mach_begin, then load commands in their order, then mach_end, which puts what the
 * commands point at behind them.
 */
#ifndef TESTS_UNIT_MACHO_MAKE_H
#define TESTS_UNIT_MACHO_MAKE_H

#include "tests/unit/unit.h"

#include "linkcheck/read/macho.h"

#define MACH_MAX 16384
#define MACH_ARM64 0x0100000cu
#define MACH_AMD64 0x01000007u
#define MACH_PARTS 8

#define LC_SYMTAB 0x2u
#define LC_LOAD_DYLIB 0xcu
#define LC_ID_DYLIB 0xdu
#define LC_LOAD_DYLINKER 0xeu
#define LC_LOAD_WEAK_DYLIB 0x80000018u
#define LC_UUID 0x1bu
#define LC_RPATH 0x8000001cu
#define LC_CODE_SIGNATURE 0x1du
#define LC_REEXPORT_DYLIB 0x8000001fu
#define LC_DYLD_INFO_ONLY 0x80000022u
#define LC_LOAD_UPWARD_DYLIB 0x80000023u
#define LC_VERSION_MIN_MACOSX 0x24u
#define LC_MAIN 0x80000028u
#define LC_BUILD_VERSION 0x32u
#define LC_DYLD_EXPORTS_TRIE 0x80000033u
#define LC_DYLD_CHAINED_FIXUPS 0x80000034u

/* Bytes behind the commands, and where a command says (offset, size) of them. */
struct mach_part {
	const void *data;
	size_t len, at, size_at;
};

struct mach_make {
	unsigned bits;
	bool big;
	unsigned char out[MACH_MAX];
	size_t len;
	size_t first; /* of the commands */
	uint32_t count;
	size_t command; /* the one that is being written */
	struct mach_part parts[MACH_PARTS];
	size_t part_count;
};

static inline void
mach_set(struct mach_make *m, size_t at, uint64_t value, unsigned width)
{
	assert_true(at + width <= MACH_MAX);
	for (unsigned i = 0; i < width; i++) /* wider than a number: zeros */
		m->out[at + (m->big ? width - 1 - i : i)] =
			(unsigned char)(i < 8 ? value >> (8 * i) : 0);
	if (at + width > m->len)
		m->len = at + width;
}

static inline void
mach_put(struct mach_make *m, uint64_t value, unsigned width)
{
	mach_set(m, m->len, value, width);
}

static inline void
mach_begin(
	struct mach_make *m, unsigned bits, bool big, uint32_t cpu, uint32_t type, uint32_t flags)
{
	*m = (struct mach_make){ .bits = bits, .big = big };
	mach_put(m, bits == 64 ? 0xfeedfacf : 0xfeedface, 4);
	mach_put(m, cpu, 4);
	mach_put(m, 0, 4);
	mach_put(m, type, 4);
	mach_put(m, 0, 8); /* count and size, by mach_end */
	mach_put(m, flags, 4);
	if (bits == 64)
		mach_put(m, 0, 4);
	m->first = m->len;
}

static inline void
mach_command(struct mach_make *m, uint32_t cmd)
{
	m->command = m->len;
	m->count++;
	mach_put(m, cmd, 4);
	mach_put(m, 0, 4);
}

static inline void
mach_command_end(struct mach_make *m)
{
	m->len = (m->len + 7) & ~(size_t)7;
	mach_set(m, m->command + 4, m->len - m->command, 4);
}

static inline void
mach_text(struct mach_make *m, const char *s)
{
	size_t n = strlen(s) + 1;

	assert_true(m->len + n <= MACH_MAX);
	memcpy(m->out + m->len, s, n);
	m->len += n;
}

static inline void
mach_dylib(struct mach_make *m, uint32_t cmd, const char *name)
{
	mach_command(m, cmd);
	mach_put(m, 24, 4);
	mach_put(m, 2, 4);
	mach_put(m, 0x010203, 4);
	mach_put(m, 0x010000, 4);
	mach_text(m, name);
	mach_command_end(m);
}

/* A command with one text: LC_RPATH, LC_LOAD_DYLINKER. */
static inline void
mach_path(struct mach_make *m, uint32_t cmd, const char *path)
{
	mach_command(m, cmd);
	mach_put(m, 12, 4);
	mach_text(m, path);
	mach_command_end(m);
}

static inline void
mach_build(struct mach_make *m, uint32_t platform, uint32_t minos, uint32_t sdk)
{
	mach_command(m, LC_BUILD_VERSION);
	mach_put(m, platform, 4);
	mach_put(m, minos, 4);
	mach_put(m, sdk, 4);
	mach_put(m, 0, 4);
	mach_command_end(m);
}

static inline void
mach_segment(struct mach_make *m, const char *name, uint64_t addr, uint64_t off, uint64_t size,
	uint32_t prot, const char *section)
{
	unsigned w = m->bits / 8;
	char text[16] = { 0 };

	mach_command(m, w == 8 ? 0x19 : 0x1);
	memcpy(text, name, strlen(name));
	memcpy(m->out + m->len, text, 16);
	m->len += 16;
	mach_put(m, addr, w);
	mach_put(m, size, w);
	mach_put(m, off, w);
	mach_put(m, size, w);
	mach_put(m, 7, 4);
	mach_put(m, prot, 4);
	mach_put(m, section ? 1 : 0, 4);
	mach_put(m, 0, 4);
	if (section) {
		memset(text, 0, 16);
		memcpy(text, section, strlen(section));
		memcpy(m->out + m->len, text, 16);
		memset(m->out + m->len + 16, 'S', 16);
		m->len += 32;
		mach_put(m, addr, w);
		mach_put(m, size, w);
		mach_put(m, off, 4);
		mach_put(m, 0, 4 * (w == 8 ? 4 : 3));
		mach_put(m, 0, 4);
		m->len = m->command + (w == 8 ? 72 + 80 : 56 + 68);
	}
	mach_command_end(m);
}

/* The command's next two words are offset and size of these bytes. */
static inline void
mach_point(struct mach_make *m, const void *data, size_t len)
{
	assert_true(m->part_count < MACH_PARTS);
	m->parts[m->part_count++] =
		(struct mach_part){ data, len, len ? m->len : 0, len ? m->len + 4 : 0 };
	mach_put(m, 0, 8);
}

/* LC_DYLD_EXPORTS_TRIE, LC_CODE_SIGNATURE ... */
static inline void
mach_data(struct mach_make *m, uint32_t cmd, const void *data, size_t len)
{
	mach_command(m, cmd);
	mach_point(m, data, len);
	mach_command_end(m);
}

static inline void
mach_end(struct mach_make *m)
{
	mach_set(m, 16, m->count, 4);
	mach_set(m, 20, m->len - m->first, 4);
	for (size_t i = 0; i < m->part_count; i++) {
		const struct mach_part *p = &m->parts[i];

		if (!p->len)
			continue;
		m->len = (m->len + 15) & ~(size_t)15;
		assert_true(m->len + p->len <= MACH_MAX);
		mach_set(m, p->at, m->len, 4);
		mach_set(m, p->size_at, p->len, 4);
		memcpy(m->out + m->len, p->data, p->len);
		m->len += p->len;
	}
}

#endif
