/* SPDX-License-Identifier: MIT */
/*
 * Small PE files made byte by byte, PE32 and PE32+, for the tests of linkcheck/. Fill a struct
 * pe_make (zero it first; the NULL-terminated lists end by themselves) and call pe_make. One section
 * holds everything, at the address MAKE_RVA and the file offset MAKE_AT.
 */
#ifndef TESTS_UNIT_PE_MAKE_H
#define TESTS_UNIT_PE_MAKE_H

#include "tests/unit/unit.h"

#include "linkcheck/read/pe.h"

#define MAKE_MAX 16384
#define MAKE_AT 0x400u
#define MAKE_RVA 0x1000u
#define MAKE_COFF 0x84u     /* behind "PE\0\0" */
#define MAKE_OPTIONAL 0x98u /* offset of the optional header */

struct make_import {
	const char *dll, *name; /* those of one DLL stand together */
	uint16_t ordinal;       /* when name is NULL */
	uint16_t hint;
	bool delay;
	bool delay_va; /* the old form, with addresses */
};

struct make_export {
	const char *name; /* NULL: by ordinal alone; in the order of the table */
	const char *forward;
	bool hole; /* no function at this ordinal */
};

struct pe_make {
	uint16_t machine;
	bool plus;
	uint16_t characteristics, dll_characteristics, subsystem;
	uint16_t os_version[2]; /* 0: 6.1 */
	struct make_import imports[16];
	const char *export_name;
	uint32_t ordinal_base; /* 0: 1 */
	struct make_export exports[16];
	bool relocs, tls, clr, bound, certificate;
	uint32_t guard_flags; /* not 0: a load configuration */
	const char *pdb;
	const char *manifest;

	/* results */
	unsigned char out[MAKE_MAX];
	size_t len;
	/* where things are, as offsets in the file */
	size_t import_at, delay_at, export_at, resource_at;
};

static inline void
pe_put(struct pe_make *m, size_t at, uint64_t value, unsigned width)
{
	assert_true(at + width <= MAKE_MAX);
	for (unsigned i = 0; i < width; i++)
		m->out[at + i] = (unsigned char)(value >> (8 * i));
	if (at + width > m->len)
		m->len = at + width;
}

static inline uint32_t
pe_rva(size_t at)
{
	return (uint32_t)at - MAKE_AT + MAKE_RVA;
}

/* Room for `size` bytes; its offset. */
static inline size_t
pe_room(struct pe_make *m, size_t size)
{
	size_t at = (m->len + 7) & ~(size_t)7;

	pe_put(m, at + size - 1, 0, 1);
	return at;
}

static inline size_t
pe_text(struct pe_make *m, const char *s)
{
	size_t at = m->len;

	for (size_t i = 0; i <= strlen(s); i++)
		pe_put(m, at + i, (unsigned char)s[i], 1);
	return at;
}

static inline void
pe_dir(struct pe_make *m, unsigned index, uint32_t rva, uint32_t size)
{
	size_t at = MAKE_OPTIONAL + (m->plus ? 112 : 96) + index * 8;

	pe_put(m, at, rva, 4);
	pe_put(m, at + 4, size, 4);
}

static inline uint64_t
pe_base(const struct pe_make *m)
{
	return m->plus ? 0x140000000 : 0x400000;
}

static inline bool
pe_same_dll(const struct make_import *a, const struct make_import *b)
{
	return b->dll && a->delay == b->delay && strcmp(a->dll, b->dll) == 0;
}

/* The functions of one DLL: a table of words; its offset. */
static inline size_t
pe_functions(struct pe_make *m, const struct make_import *first, size_t n)
{
	unsigned word = m->plus ? 8 : 4;
	size_t table = pe_room(m, (n + 1) * word);

	for (size_t i = 0; i < n; i++) {
		uint64_t entry = (uint64_t)1 << (8 * word - 1) | first[i].ordinal;

		if (first[i].name) {
			size_t at = pe_room(m, 2);

			pe_put(m, at, first[i].hint, 2);
			pe_text(m, first[i].name);
			entry = pe_rva(at);
		}
		pe_put(m, table + i * word, entry, word);
	}
	return table;
}

static inline void
pe_imports(struct pe_make *m, bool delay)
{
	size_t size = delay ? 32 : 20, at = pe_room(m, 17 * size), n, count = 0;

	for (size_t i = 0; i < ARRAY_LEN(m->imports) && m->imports[i].dll; i += n) {
		const struct make_import *first = &m->imports[i];
		uint64_t add = first->delay_va ? pe_base(m) : 0;
		size_t name, table, d = at + count * size;

		for (n = 1; i + n < ARRAY_LEN(m->imports) && pe_same_dll(first, first + n); n++)
			;
		if (first->delay != delay)
			continue;
		name = pe_text(m, first->dll);
		table = pe_functions(m, first, n);
		if (delay) {
			pe_put(m, d, !first->delay_va, 4);
			pe_put(m, d + 4, pe_rva(name) + add, 4);
			pe_put(m, d + 16, pe_rva(table) + add, 4);
		} else {
			pe_put(m, d, pe_rva(table), 4);
			pe_put(m, d + 12, pe_rva(name), 4);
			pe_put(m, d + 16, pe_rva(table), 4);
		}
		count++;
	}
	if (count == 0)
		return;
	*(delay ? &m->delay_at : &m->import_at) = at;
	pe_dir(m, delay ? 13 : 1, pe_rva(at), (uint32_t)((count + 1) * size));
}

static inline void
pe_exports(struct pe_make *m)
{
	size_t n = 0, named = 0, at, functions, names, ordinals, i = 0;

	while (n < ARRAY_LEN(m->exports) &&
		(m->exports[n].name || m->exports[n].forward || m->exports[n].hole))
		named += m->exports[n++].name != NULL;
	if (n == 0)
		return;
	at = m->export_at = pe_room(m, 40);
	functions = pe_room(m, 4 * n);
	names = pe_room(m, 4 * named + 1);
	ordinals = pe_room(m, 2 * named + 1);
	if (m->export_name)
		pe_put(m, at + 12, pe_rva(pe_text(m, m->export_name)), 4);
	pe_put(m, at + 16, m->ordinal_base ? m->ordinal_base : 1, 4);
	pe_put(m, at + 20, n, 4);
	pe_put(m, at + 24, named, 4);
	pe_put(m, at + 28, pe_rva(functions), 4);
	pe_put(m, at + 32, pe_rva(names), 4);
	pe_put(m, at + 36, pe_rva(ordinals), 4);
	for (size_t k = 0; k < n; k++) {
		const struct make_export *e = &m->exports[k];
		uint32_t rva = e->hole ? 0 : MAKE_RVA;

		if (e->forward && strcmp(e->forward, "-") != 0)
			rva = pe_rva(pe_text(m, e->forward));
		pe_put(m, functions + 4 * k, rva, 4);
		if (!e->name)
			continue;
		pe_put(m, names + 4 * i, pe_rva(pe_text(m, e->name)), 4);
		pe_put(m, ordinals + 2 * i++, k, 2);
	}
	pe_dir(m, 0, pe_rva(at), (uint32_t)(m->len - at));
}

static inline void
pe_manifest(struct pe_make *m)
{
	size_t at = m->resource_at = pe_room(m, 3 * 24 + 16), text;
	static const uint32_t ids[] = { 24, 1, 1033 };

	for (unsigned i = 0; i < 3; i++) {
		size_t dir = at + i * 24;

		pe_put(m, dir + 14, 1, 2);
		pe_put(m, dir + 16, ids[i], 4);
		pe_put(m, dir + 20, (i + 1) * 24 | (i < 2 ? 0x80000000u : 0), 4);
	}
	text = pe_text(m, m->manifest);
	pe_put(m, at + 72, pe_rva(text), 4);
	pe_put(m, at + 76, strlen(m->manifest), 4);
	pe_dir(m, 2, pe_rva(at), (uint32_t)(m->len - at));
}

static inline void
pe_debug(struct pe_make *m)
{
	size_t at = pe_room(m, 28), data = pe_room(m, 24);

	memcpy(m->out + data, "RSDS", 4);
	for (unsigned i = 0; i < 16; i++)
		pe_put(m, data + 4 + i, i + 1, 1);
	pe_put(m, data + 20, 3, 4);
	pe_text(m, m->pdb);
	pe_put(m, at + 12, 2, 4);
	pe_put(m, at + 16, m->len - data, 4);
	pe_put(m, at + 20, pe_rva(data), 4);
	pe_put(m, at + 24, data, 4);
	pe_dir(m, 6, pe_rva(at), 28);
}

static inline void
pe_small(struct pe_make *m)
{
	size_t at;

	if (m->relocs)
		pe_dir(m, 5, pe_rva(pe_room(m, 12)), 12);
	if (m->tls)
		pe_dir(m, 9, pe_rva(pe_room(m, 40)), 40);
	if (m->bound)
		pe_dir(m, 11, 0x300, 16);
	if (m->clr) {
		at = pe_room(m, 72);
		pe_put(m, at + 16, 1, 4);
		pe_dir(m, 14, pe_rva(at), 72);
	}
	if (m->guard_flags) {
		at = pe_room(m, 256);
		pe_put(m, at, 256, 4);
		pe_put(m, at + (m->plus ? 88 : 60), 0x1234, 4);
		pe_put(m, at + (m->plus ? 144 : 88), m->guard_flags, 4);
		pe_dir(m, 10, pe_rva(at), 64);
	}
}

static inline void
pe_headers(struct pe_make *m)
{
	size_t o = MAKE_OPTIONAL;
	unsigned fixed = m->plus ? 112 : 96;

	memcpy(m->out, "MZ", 2);
	pe_put(m, 60, 0x80, 4);
	memcpy(m->out + 0x80, "PE\0", 4);
	pe_put(m, MAKE_COFF, m->machine, 2);
	pe_put(m, MAKE_COFF + 2, 1, 2);
	pe_put(m, MAKE_COFF + 16, fixed + 128, 2);
	pe_put(m, MAKE_COFF + 18, m->characteristics, 2);
	pe_put(m, o, m->plus ? 0x20b : 0x10b, 2);
	pe_put(m, o + 2, 14, 1);
	pe_put(m, o + 3, 30, 1);
	pe_put(m, o + 16, MAKE_RVA, 4);
	pe_put(m, o + (m->plus ? 24 : 28), pe_base(m), m->plus ? 8 : 4);
	pe_put(m, o + 32, 0x1000, 4);
	pe_put(m, o + 36, 0x200, 4);
	pe_put(m, o + 40, m->os_version[0] ? m->os_version[0] : 6, 2);
	pe_put(m, o + 42, m->os_version[0] ? m->os_version[1] : 1, 2);
	pe_put(m, o + 48, m->os_version[0] ? m->os_version[0] : 6, 2);
	pe_put(m, o + 50, m->os_version[0] ? m->os_version[1] : 1, 2);
	pe_put(m, o + 56, 0x10000, 4);
	pe_put(m, o + 60, MAKE_AT, 4);
	pe_put(m, o + 68, m->subsystem ? m->subsystem : PE_CONSOLE, 2);
	pe_put(m, o + 70, m->dll_characteristics, 2);
	pe_put(m, o + fixed - 4, 16, 4);
}

static inline void
pe_section(struct pe_make *m)
{
	size_t at = MAKE_OPTIONAL + (m->plus ? 112 : 96) + 128;
	size_t size = m->len - MAKE_AT;

	memcpy(m->out + at, ".all", 4);
	pe_put(m, at + 8, size + 64, 4); /* some zeros that are not in the file */
	pe_put(m, at + 12, MAKE_RVA, 4);
	pe_put(m, at + 16, size, 4);
	pe_put(m, at + 20, MAKE_AT, 4);
	pe_put(m, at + 36, 0xe0000020, 4);
}

static inline void
pe_make(struct pe_make *m)
{
	memset(m->out, 0, sizeof(m->out));
	m->len = MAKE_AT;
	pe_headers(m);
	pe_put(m, MAKE_AT + 15, 0xcc, 1);
	pe_imports(m, false);
	pe_imports(m, true);
	pe_exports(m);
	if (m->manifest)
		pe_manifest(m);
	if (m->pdb)
		pe_debug(m);
	pe_small(m);
	pe_section(m);
	if (m->certificate) {
		size_t at = pe_room(m, 16);

		pe_put(m, at, 16, 4);
		pe_dir(m, 4, (uint32_t)at, 16);
	}
}

static inline struct pe_make *
pe_make_new(struct arena *a, uint16_t machine)
{
	struct pe_make *m = ARENA_NEW(a, struct pe_make);

	m->machine = machine;
	m->plus = machine != PE_MACHINE_386 && machine != PE_MACHINE_ARMNT;
	m->characteristics = 0x0022;
	m->dll_characteristics =
		PE_DYNAMIC_BASE | PE_NX_COMPAT | (m->plus ? PE_HIGH_ENTROPY_VA : 0);
	m->relocs = true;
	return m;
}

#endif
