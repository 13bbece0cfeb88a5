/* SPDX-License-Identifier: MIT */
/*
 * Small ELF files made byte by byte, of either class and byte order, for the tests of linkcheck/.
 * Fill a struct elf_make (zero it first; the NULL-terminated lists end by themselves) and call
 * elf_make. One PT_LOAD maps the whole file at MAKE_BASE.
 */
#ifndef TESTS_UNIT_ELF_MAKE_H
#define TESTS_UNIT_ELF_MAKE_H

#include "tests/unit/unit.h"

#include "linkcheck/read/elf_const.h"

#define MAKE_BASE 0x10000u
#define MAKE_MAX 16384
#define MAKE_HEADERS 8

struct make_symbol {
	const char *name;
	uint16_t version; /* 0: unversioned (DT_VERSYM says 1) */
	bool weak, defined, hidden_version;
	char reloc;   /* 0 none, 'd' data, 'p' PLT slot, 'c' copy */
	uint8_t type; /* 0: STT_FUNC */
};

struct make_need {
	const char *file, *version;
	uint16_t index;
};

enum make_hash { MAKE_SYSV, MAKE_GNU, MAKE_NO_HASH };

struct elf_make {
	unsigned bits;
	bool big;
	uint16_t machine, type;
	uint32_t flags;
	uint8_t osabi;
	const char *interp, *soname, *rpath, *runpath;
	const char *needed[8];
	const char *filters[2], *auxiliaries[2]; /* behind what is needed */
	struct make_symbol symbols[8];           /* undefined ones first */
	struct make_need needs[8];               /* of one file stand together */
	const char *defs[4]; /* versions defined, numbered from 2; 1 is the base */
	enum make_hash hash;
	uint64_t dt_flags, dt_flags_1;
	bool textrel, relr, static_only; /* static_only: no dynamic section */
	uint32_t stack_flags;            /* 0: no PT_GNU_STACK */
	uint32_t load_flags;             /* 0: PF_R | PF_X */
	uint64_t align;                  /* 0: 0x10000 */
	bool empty_load;                 /* one more PT_LOAD, behind, without memory */
	bool tls;                        /* a PT_TLS of 8 bytes */
	bool relro;
	uint8_t mips_fp;        /* fp_abi of a PT_MIPS_ABIFLAGS; 0: none */
	const char *note_owner; /* with note_type and the words of note_desc */
	uint32_t note_type, note_desc[8], note_words;
	const char *code; /* bytes at the entry point */
	size_t code_len;
	const char *text; /* somewhere in the file */

	/* results */
	unsigned char out[MAKE_MAX];
	size_t len;
	/* inside */
	char strings[2048];
	size_t strings_len;
	size_t phnum;
	uint64_t dynamic[128];
	size_t dynamic_len;
};

static inline void
make_put(struct elf_make *m, size_t at, uint64_t value, unsigned width)
{
	assert_true(at + width <= MAKE_MAX);
	for (unsigned i = 0; i < width; i++)
		m->out[at + (m->big ? width - 1 - i : i)] = (unsigned char)(value >> (8 * i));
	if (at + width > m->len)
		m->len = at + width;
}

static inline unsigned
make_word(const struct elf_make *m)
{
	return m->bits / 8;
}

static inline size_t
make_align(struct elf_make *m)
{
	m->len = (m->len + 15) & ~(size_t)15;
	return m->len;
}

static inline uint32_t
make_string(struct elf_make *m, const char *s)
{
	size_t at = m->strings_len;

	assert_true(at + strlen(s) + 1 <= sizeof(m->strings));
	memcpy(m->strings + at, s, strlen(s) + 1);
	m->strings_len += strlen(s) + 1;
	return (uint32_t)at;
}

static inline void
make_tag(struct elf_make *m, uint64_t tag, uint64_t value)
{
	m->dynamic[m->dynamic_len++] = tag;
	m->dynamic[m->dynamic_len++] = value;
}

static inline void
make_segment(struct elf_make *m, uint32_t type, uint32_t flags, uint64_t off, uint64_t size,
	uint64_t align)
{
	unsigned w = make_word(m);
	size_t at = (w == 8 ? 64 : 52) + m->phnum++ * (w == 8 ? 56 : 32), len = m->len;

	assert_true(m->phnum <= MAKE_HEADERS);
	make_put(m, at, type, 4);
	if (w == 8)
		make_put(m, at + 4, flags, 4);
	else
		make_put(m, at + 24, flags, 4);
	at += w;
	make_put(m, at, off, w);
	make_put(m, at + w, MAKE_BASE + off, w);
	make_put(m, at + 2 * w, MAKE_BASE + off, w);
	make_put(m, at + 3 * w, size, w);
	make_put(m, at + 4 * w, size, w);
	make_put(m, at + (w == 8 ? 5 * w : 6 * w), align, w);
	m->len = len;
}

static inline size_t
make_bytes(struct elf_make *m, const void *data, size_t n)
{
	size_t at = make_align(m);

	assert_true(at + n <= MAKE_MAX);
	memcpy(m->out + at, data, n);
	m->len = at + n;
	return at;
}

static inline size_t
make_symbol_count(const struct elf_make *m)
{
	size_t n = 0;

	while (n < ARRAY_LEN(m->symbols) && m->symbols[n].name)
		n++;
	return n;
}

static inline void
make_symtab(struct elf_make *m)
{
	unsigned w = make_word(m), size = w == 8 ? 24 : 16;
	size_t at = make_align(m), n = make_symbol_count(m), versym;

	m->len = at + size;
	for (size_t i = 0; i < n; i++) {
		const struct make_symbol *s = &m->symbols[i];
		size_t to = at + (i + 1) * size;
		uint8_t info = (uint8_t)((s->weak ? STB_WEAK : STB_GLOBAL) << 4 |
					 (s->type ? s->type : STT_FUNC));
		bool here = s->defined || s->reloc == 'c';

		make_put(m, to, make_string(m, s->name), 4);
		make_put(m, to + (w == 8 ? 4 : 12), info, 1);
		make_put(m, to + (w == 8 ? 5 : 13), 0, 1);
		make_put(m, to + (w == 8 ? 6 : 14), here ? 1 : 0, 2);
		make_put(m, to + (w == 8 ? 8 : 4), here ? MAKE_BASE + 16 * (i + 1) : 0, w);
		make_put(m, to + (w == 8 ? 16 : 8), 8, w);
	}
	make_tag(m, DT_SYMTAB, MAKE_BASE + at);
	make_tag(m, DT_SYMENT, size);
	if (!m->needs[0].file && !m->defs[0])
		return;
	versym = m->len; /* as linkers do: the symbol table ends where the next one begins */
	make_put(m, versym, 0, 2);
	for (size_t i = 0; i < n; i++)
		make_put(m, versym + (i + 1) * 2,
			(m->symbols[i].version ? m->symbols[i].version : 1u) |
				(m->symbols[i].hidden_version ? VERSYM_HIDDEN : 0u),
			2);
	make_tag(m, DT_VERSYM, MAKE_BASE + versym);
}

static inline uint32_t
make_elf_hash(const char *s)
{
	uint32_t h = 0, g;

	for (; *s; s++) {
		h = (h << 4) + (unsigned char)*s;
		g = h & 0xf0000000;
		h = (h ^ g >> 24) & ~g;
	}
	return h;
}

static inline void
make_verneed(struct elf_make *m)
{
	size_t at = make_align(m), i = 0, files = 0;

	if (!m->needs[0].file)
		return;
	make_tag(m, DT_VERNEED, MAKE_BASE + at);
	while (i < ARRAY_LEN(m->needs) && m->needs[i].file) {
		size_t n = 1, next;

		while (i + n < ARRAY_LEN(m->needs) && m->needs[i + n].file &&
			strcmp(m->needs[i + n].file, m->needs[i].file) == 0)
			n++;
		next = i + n < ARRAY_LEN(m->needs) && m->needs[i + n].file ? 16 + 16 * n : 0;
		make_put(m, at, 1, 2);
		make_put(m, at + 2, n, 2);
		make_put(m, at + 4, make_string(m, m->needs[i].file), 4);
		make_put(m, at + 8, 16, 4);
		make_put(m, at + 12, next, 4);
		for (size_t k = 0; k < n; k++) {
			size_t aux = at + 16 + 16 * k;

			make_put(m, aux, make_elf_hash(m->needs[i + k].version), 4);
			make_put(m, aux + 4, 0, 2);
			make_put(m, aux + 6, m->needs[i + k].index, 2);
			make_put(m, aux + 8, make_string(m, m->needs[i + k].version), 4);
			make_put(m, aux + 12, k + 1 < n ? 16 : 0, 4);
		}
		at += 16 + 16 * n;
		i += n;
		files++;
	}
	make_tag(m, DT_VERNEEDNUM, files);
}

static inline void
make_verdef(struct elf_make *m)
{
	size_t at = make_align(m), n = 0;

	if (!m->defs[0])
		return;
	while (n < ARRAY_LEN(m->defs) && m->defs[n])
		n++;
	make_tag(m, DT_VERDEF, MAKE_BASE + at);
	make_tag(m, DT_VERDEFNUM, n + 1);
	for (size_t i = 0; i <= n; i++) {
		const char *name = i == 0 ? "base" : m->defs[i - 1];
		size_t to = at + i * 28;

		make_put(m, to, 1, 2);
		make_put(m, to + 2, i == 0 ? VER_FLG_BASE : 0, 2);
		make_put(m, to + 4, i + 1, 2);
		make_put(m, to + 6, 1, 2);
		make_put(m, to + 8, make_elf_hash(name), 4);
		make_put(m, to + 12, 20, 4);
		make_put(m, to + 16, i < n ? 28 : 0, 4);
		make_put(m, to + 20, make_string(m, name), 4);
		make_put(m, to + 24, 0, 4);
	}
}

/* One bucket, one bloom word full of ones: every lookup walks the chain. */
static inline void
make_hash_table(struct elf_make *m)
{
	size_t at = make_align(m), n = make_symbol_count(m), first = 1;
	unsigned w = make_word(m);

	if (m->hash == MAKE_NO_HASH)
		return;
	make_tag(m, m->hash == MAKE_GNU ? (uint64_t)DT_GNU_HASH : DT_HASH, MAKE_BASE + at);
	if (m->hash == MAKE_SYSV) {
		unsigned h = m->machine == EM_S390 && w == 8 ? 8 : 4; /* s390x psABI */

		make_put(m, at, 1, h);
		make_put(m, at + h, n + 1, h);
		make_put(m, at + 2 * h, n > 0 ? 1 : 0, h);
		make_put(m, at + 3 * h, 0, h);
		for (size_t i = 1; i <= n; i++)
			make_put(m, at + (3 + i) * h, i < n ? i + 1 : 0, h);
		return;
	}
	while (first <= n && !m->symbols[first - 1].defined)
		first++;
	make_put(m, at, 1, 4);
	make_put(m, at + 4, first, 4);
	make_put(m, at + 8, 1, 4);
	make_put(m, at + 12, 6, 4);
	make_put(m, at + 16, UINT64_MAX, w);
	make_put(m, at + 16 + w, first <= n ? first : 0, 4);
	for (size_t i = first; i <= n; i++) {
		uint32_t h = 5381;

		for (const char *s = m->symbols[i - 1].name; *s; s++)
			h = h * 33 + (unsigned char)*s;
		make_put(m, at + 20 + w + 4 * (i - first), (h & ~1u) | (i == n), 4);
	}
}

static inline uint32_t
make_reloc_type(const struct elf_make *m, char kind)
{
	static const struct {
		uint16_t machine;
		uint32_t data, plt, copy;
	} types[] = { { EM_X86_64, 6, 7, 5 }, { EM_386, 6, 7, 5 }, { EM_AARCH64, 1025, 1026, 1024 },
		{ EM_ARM, 21, 22, 20 }, { EM_PPC64, 20, 21, 19 }, { EM_PPC, 20, 21, 19 },
		{ EM_S390, 10, 11, 9 }, { EM_RISCV, 2, 5, 4 } };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (types[i].machine == m->machine)
			return kind == 'd'   ? types[i].data
			       : kind == 'p' ? types[i].plt
					     : types[i].copy;
	return 1;
}

static inline void
make_relocs(struct elf_make *m, bool plt)
{
	unsigned w = make_word(m), size = w == 8 ? 24 : 8;
	size_t at = make_align(m), n = 0;

	for (size_t i = 0; i < make_symbol_count(m); i++) {
		char kind = m->symbols[i].reloc;
		uint32_t type = make_reloc_type(m, kind);

		if (!kind || (kind == 'p') != plt)
			continue;
		make_put(m, at + n * size, MAKE_BASE + 8 * i, w);
		make_put(m, at + n * size + w,
			w == 8 ? (uint64_t)(i + 1) << 32 | type : (i + 1) << 8 | type, w);
		if (w == 8)
			make_put(m, at + n * size + 16, 0, 8);
		n++;
	}
	if (n == 0)
		return;
	if (plt) {
		make_tag(m, DT_JMPREL, MAKE_BASE + at);
		make_tag(m, DT_PLTRELSZ, n * size);
		make_tag(m, DT_PLTREL, w == 8 ? DT_RELA : DT_REL);
	} else {
		make_tag(m, w == 8 ? DT_RELA : DT_REL, MAKE_BASE + at);
		make_tag(m, w == 8 ? DT_RELASZ : DT_RELSZ, n * size);
	}
}

static inline void
make_dynamic(struct elf_make *m)
{
	unsigned w = make_word(m);
	size_t at;

	if (m->static_only)
		return;
	m->strings_len = 1;
	for (size_t i = 0; i < ARRAY_LEN(m->needed) && m->needed[i]; i++)
		make_tag(m, DT_NEEDED, make_string(m, m->needed[i]));
	for (size_t i = 0; i < ARRAY_LEN(m->filters) && m->filters[i]; i++)
		make_tag(m, DT_FILTER, make_string(m, m->filters[i]));
	for (size_t i = 0; i < ARRAY_LEN(m->auxiliaries) && m->auxiliaries[i]; i++)
		make_tag(m, DT_AUXILIARY, make_string(m, m->auxiliaries[i]));
	if (m->soname)
		make_tag(m, DT_SONAME, make_string(m, m->soname));
	if (m->rpath)
		make_tag(m, DT_RPATH, make_string(m, m->rpath));
	if (m->runpath)
		make_tag(m, DT_RUNPATH, make_string(m, m->runpath));
	make_hash_table(m);
	make_symtab(m);
	make_verneed(m);
	make_verdef(m);
	make_relocs(m, false);
	make_relocs(m, true);
	if (m->dt_flags)
		make_tag(m, DT_FLAGS, m->dt_flags);
	if (m->dt_flags_1)
		make_tag(m, DT_FLAGS_1, m->dt_flags_1);
	if (m->textrel)
		make_tag(m, DT_TEXTREL, 0);
	if (m->relr)
		make_tag(m, DT_RELR, MAKE_BASE);
	at = make_bytes(m, m->strings, m->strings_len);
	make_tag(m, DT_STRTAB, MAKE_BASE + at);
	make_tag(m, DT_STRSZ, m->strings_len);
	make_tag(m, DT_NULL, 0);
	at = make_align(m);
	for (size_t i = 0; i < m->dynamic_len; i++)
		make_put(m, at + i * w, m->dynamic[i], w);
	make_segment(m, PT_DYNAMIC, PF_R | PF_W, at, m->dynamic_len * w, w);
}

static inline void
make_note(struct elf_make *m)
{
	size_t at = make_align(m), n, desc;

	if (!m->note_owner)
		return;
	n = strlen(m->note_owner) + 1;
	desc = at + 12 + ((n + 3) & ~(size_t)3);
	make_put(m, at, n, 4);
	make_put(m, at + 4, m->note_words * 4, 4);
	make_put(m, at + 8, m->note_type, 4);
	memcpy(m->out + at + 12, m->note_owner, n);
	for (size_t i = 0; i < m->note_words; i++)
		make_put(m, desc + 4 * i, m->note_desc[i], 4);
	make_segment(m, PT_NOTE, PF_R, at, m->len - at, 4);
}

static inline void
make_header(struct elf_make *m, uint64_t entry)
{
	unsigned w = make_word(m);
	size_t at = 24;

	memcpy(m->out, "\177ELF", 4);
	m->out[EI_CLASS] = m->bits == 64 ? 2 : 1;
	m->out[EI_DATA] = m->big ? 2 : 1;
	m->out[EI_VERSION] = 1;
	m->out[EI_OSABI] = m->osabi;
	make_put(m, 16, m->type, 2);
	make_put(m, 18, m->machine, 2);
	make_put(m, 20, 1, 4);
	make_put(m, at, entry, w);
	make_put(m, at + w, w == 8 ? 64 : 52, w);
	make_put(m, at + 2 * w, 0, w);
	at += 3 * w;
	make_put(m, at, m->flags, 4);
	make_put(m, at + 4, w == 8 ? 64 : 52, 2);
	make_put(m, at + 6, w == 8 ? 56 : 32, 2);
	make_put(m, at + 8, m->phnum, 2);
}

static inline void
elf_make(struct elf_make *m)
{
	unsigned w = make_word(m);
	uint64_t entry = MAKE_BASE;
	size_t at;

	m->len = w == 8 ? 64 + MAKE_HEADERS * 56 : 52 + MAKE_HEADERS * 32;
	if (m->interp) {
		at = make_bytes(m, m->interp, strlen(m->interp) + 1);
		make_segment(m, PT_INTERP, PF_R, at, strlen(m->interp) + 1, 1);
	}
	make_dynamic(m);
	make_note(m);
	if (m->code)
		entry = MAKE_BASE + make_bytes(m, m->code, m->code_len);
	if (m->text)
		make_bytes(m, m->text, strlen(m->text) + 1);
	if (m->stack_flags)
		make_segment(m, PT_GNU_STACK, m->stack_flags, 0, 0, 16);
	if (m->mips_fp) {
		unsigned char flags[24] = { 0, 0, 32, 2, 1, 1, 0, m->mips_fp };

		at = make_bytes(m, flags, sizeof(flags));
		make_segment(m, PT_MIPS_ABIFLAGS, PF_R, at, sizeof(flags), 8);
	}
	if (m->relro)
		make_segment(m, PT_GNU_RELRO, PF_R, 0, 64, 1);
	make_align(m);
	make_segment(m, PT_LOAD, m->load_flags ? m->load_flags : PF_R | PF_X, 0, m->len,
		m->align ? m->align : 0x10000);
	if (m->tls)
		make_segment(m, PT_TLS, PF_R, 64, 8, 8);
	if (m->empty_load) {
		at = m->len;
		make_segment(m, PT_LOAD, PF_R, (at + 0xffff) & ~(size_t)0xffff, 0, 0x10000);
		make_put(m, (w == 8 ? 64 + 8 : 52 + 4) + (m->phnum - 1) * (w == 8 ? 56 : 32), 0, w);
		m->len = at;
	}
	make_header(m, entry);
}

/* A zeroed one with what every file has. */
static inline struct elf_make *
elf_make_new(struct arena *a, unsigned bits, bool big, uint16_t machine, uint16_t type)
{
	struct elf_make *m = ARENA_NEW(a, struct elf_make);

	m->bits = bits;
	m->big = big;
	m->machine = machine;
	m->type = type;
	m->stack_flags = PF_R | PF_W;
	m->relro = true;
	return m;
}

#endif
