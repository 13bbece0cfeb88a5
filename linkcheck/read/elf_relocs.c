/* SPDX-License-Identifier: MIT */
/*
 * What relocations say of each dynamic symbol: bound at start (data, GOT), at the first call (PLT
 * slots) or copied. Numbers are from the processor supplements; a machine that is not in the table
 * is read by the place of its relocations alone (DT_JMPREL is lazy).
 */
#include <inttypes.h>

#include "base/caps.h"
#include "linkcheck/read/elf.h"

#define SLICE ((uint64_t)256 << 10)

struct machine {
	uint16_t machine;
	uint32_t copy, jump_slot, irelative; /* 0: it has none */
};

static const struct machine machines[] = {
	{ EM_SPARC, 19, 21, 249 },
	{ EM_386, 5, 7, 42 },
	{ EM_68K, 19, 21, 0 },
	{ EM_MIPS, 126, 127, 0 },
	{ EM_PARISC, 128, 129, 0 },
	{ EM_SPARC32PLUS, 19, 21, 249 },
	{ EM_PPC, 19, 21, 248 },
	{ EM_PPC64, 19, 21, 248 },
	{ EM_S390, 9, 11, 61 },
	{ EM_ARM, 20, 22, 160 },
	{ EM_SH, 162, 164, 0 },
	{ EM_SPARCV9, 19, 21, 249 },
	{ EM_X86_64, 5, 7, 37 },
	{ EM_AARCH64, 1024, 1026, 1032 },
	{ EM_RISCV, 4, 5, 58 },
	{ EM_LOONGARCH, 4, 5, 12 },
	{ EM_ALPHA, 24, 26, 0 },
};

struct walk {
	struct elf *elf;
	const struct machine *machine; /* or NULL */
	uint8_t *refs;
	uint64_t budget; /* relocations that may still be looked at */
	bool wild;       /* a symbol number outside the table was seen */
};

struct reloc_table {
	enum elf_tag start, size;
	bool addend, plt;
};

static const struct machine *
machine_of(uint16_t number)
{
	for (size_t i = 0; i < ARRAY_LEN(machines); i++)
		if (machines[i].machine == number)
			return &machines[i];
	return NULL;
}

bool
elf_reloc_types(
	uint16_t machine, uint32_t *ret_copy, uint32_t *ret_jump_slot, uint32_t *ret_irelative)
{
	const struct machine *m = machine_of(machine);

	*ret_copy = m ? m->copy : 0;
	*ret_jump_slot = m ? m->jump_slot : 0;
	*ret_irelative = m ? m->irelative : 0;
	return m != NULL;
}

/* r_info: ELF32 has an 8-bit type, ELF64 a 32-bit one; 64-bit MIPS has its own record, whose type
 * is the last byte in either order; SPARC V9 keeps data in the upper 24 bits of the type. */
static void
split_info(const struct elf *e, struct bytes *b, uint64_t at, uint64_t *ret_sym, uint32_t *ret_type)
{
	uint64_t info = bytes_word(b, at + e->word, e->word);

	if (e->word == 4) {
		*ret_sym = info >> 8;
		*ret_type = info & 0xff;
	} else if (e->img->machine == EM_MIPS) {
		*ret_sym = bytes_u32(b, at + 8);
		*ret_type = bytes_u8(b, at + 15);
	} else {
		*ret_sym = info >> 32;
		*ret_type = (uint32_t)info;
		if (e->img->machine == EM_SPARCV9)
			*ret_type &= 0xff;
	}
}

static void
note_reloc(struct walk *w, uint64_t sym, uint32_t type, bool plt)
{
	const struct machine *m = w->machine;

	if (m && m->irelative != 0 && type == m->irelative)
		w->elf->img->has_irelative = true;
	if (sym == 0 || type == 0) /* R_*_NONE of every machine: loaders pass it over */
		return;
	if (sym >= w->elf->symbol_count) {
		w->wild = true;
		return;
	}
	if (m && type == m->copy)
		w->refs[sym] |= ELF_REF_COPY;
	else if (plt && (!m || type == m->jump_slot))
		w->refs[sym] |= ELF_REF_LAZY;
	else
		w->refs[sym] |= ELF_REF_DATA;
}

static void
walk_slice(struct walk *w, struct bytes *b, uint64_t size, bool plt)
{
	for (uint64_t at = 0; at + size <= b->len; at += size) {
		uint64_t sym;
		uint32_t type;

		split_info(w->elf, b, at, &sym, &type);
		note_reloc(w, sym, type, plt);
	}
}

static void
walk_table(struct walk *w, const struct reloc_table *t)
{
	struct elf *e = w->elf;
	uint64_t size = (t->addend ? (uint64_t)3 : 2) * e->word, len, off, room;

	if (!elf_has(e, t->start) || !elf_has(e, t->size) || e->tag[t->size] == 0)
		return;
	len = e->tag[t->size];
	if (!elf_locate(e, e->tag[t->start], &off, &room) || len > room) {
		image_defect(e->img,
			"relocations: %" PRIu64 " bytes at address 0x%" PRIx64
			" are not in one loaded segment",
			len, e->tag[t->start]);
		return;
	}
	if (len / size > w->budget) {
		image_defect(e->img, "more than %" PRIu64 " relocations", CAP_ELF_RELOCS);
		return;
	}
	w->budget -= len / size;
	for (uint64_t at = 0; at < len; at += SLICE / size * size) {
		uint64_t n = len - at < SLICE / size * size ? len - at : SLICE / size * size;
		struct arena_mark mark = arena_mark(e->in->arena);
		struct bytes b;

		if (!elf_window(e, off + at, n, "relocations", &b))
			return;
		walk_slice(w, &b, size, t->plt);
		arena_reset(e->in->arena, mark);
	}
}

/* MIPS psABI ch. 5: global GOT entries are bound without relocations; an undefined function with a
 * value has a lazy stub. */
static void
walk_mips_got(struct walk *w)
{
	struct elf *e = w->elf;

	if (!elf_has(e, ELF_MIPS_GOTSYM))
		return;
	for (uint64_t i = e->tag[ELF_MIPS_GOTSYM]; i < e->symbol_count; i++) {
		struct elf_symbol s = elf_symbol_at(e, &e->dynsym, i);

		w->refs[i] |= s.type == STT_FUNC && s.value != 0 ? ELF_REF_LAZY : ELF_REF_DATA;
	}
}

uint8_t *
elf_read_relocs(struct elf *e)
{
	const struct reloc_table tables[] = {
		{ ELF_REL, ELF_RELSZ, false, false },
		{ ELF_RELA, ELF_RELASZ, true, false },
		{ ELF_JMPREL, ELF_PLTRELSZ, e->tag[ELF_PLTREL] == DT_RELA, true },
	};
	struct walk w = {
		.elf = e,
		.machine = machine_of(e->img->machine),
		.budget = CAP_ELF_RELOCS,
	};

	if (e->relocs)
		return e->relocs;
	(void)elf_symbols_ready(e); /* counts them */
	w.refs = ARENA_ARRAY(e->arena, e->symbol_count + 1, uint8_t);
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		walk_table(&w, &tables[i]);
	walk_mips_got(&w);
	if (w.wild)
		image_defect(
			e->img, "a relocation names a symbol outside the dynamic symbol table");
	e->relocs = w.refs;
	return w.refs;
}
