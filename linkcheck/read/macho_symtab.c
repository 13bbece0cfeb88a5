/* SPDX-License-Identifier: MIT */
/* LC_SYMTAB: the names of object files, and of old programs that have nothing newer. */
#include <inttypes.h>

#include "base/caps.h"
#include "linkcheck/read/macho_file.h"

/* mach-o/nlist.h */
#define N_STAB 0xe0
#define N_PEXT 0x10
#define N_EXT 0x01
#define N_TYPE 0x0e
#define N_UNDF 0x0
#define N_INDR 0xa
#define N_WEAK_REF 0x40
#define N_WEAK_DEF 0x80
#define REFERENCE_TYPE 7
#define REFERENCE_LAZY 1 /* REFERENCE_FLAG_UNDEFINED_LAZY */
#define ORDINAL_DYNAMIC 0xfe
#define ORDINAL_EXECUTABLE 0xff

static uint64_t
entry_size(const struct macho_file *m)
{
	return m->word == 8 ? 16 : 12;
}

bool
macho_symtab_ready(struct macho_file *m)
{
	uint64_t size;

	if (m->symtab_read)
		return m->symtab_ready;
	m->symtab_read = true;
	if (m->nsyms == 0 || !u64_mul(m->nsyms, entry_size(m), &size))
		return false;
	m->symtab_ready = image_window(m->img, m->symoff, size, "symbol table", &m->symbols) &&
			  image_window(m->img, m->stroff, m->strsize, "string table", &m->strings);
	return m->symtab_ready;
}

bool
macho_symbol_at(struct macho_file *m, uint64_t index, struct macho_symbol *ret)
{
	uint64_t at = index * entry_size(m);
	struct bytes strings = m->strings;
	struct macho_symbol s = {
		.type = bytes_u8(&m->symbols, at + 4),
		.section = bytes_u8(&m->symbols, at + 5),
		.desc = bytes_u16(&m->symbols, at + 6),
		.value = bytes_word(&m->symbols, at + 8, m->word),
	};

	if (s.type & N_STAB)
		return false;
	s.name = bytes_cstr(&strings, bytes_u32(&m->symbols, at), CAP_NAME).ptr;
	if (strings.bad || m->symbols.bad) {
		image_defect(m->img, "the name of a symbol is outside the string table");
		return false;
	}
	*ret = s;
	return true;
}

static bool
is_external(const struct macho_symbol *s)
{
	return (s->type & N_EXT) && !(s->type & N_PEXT);
}

/* nlist.h: GET_LIBRARY_ORDINAL. Without two-level names every library is searched. */
static int64_t
ordinal_of(const struct macho_file *m, const struct macho_symbol *s)
{
	uint8_t ordinal = (uint8_t)(s->desc >> 8);

	if (!(m->facts.flags & MH_TWOLEVEL) || ordinal == ORDINAL_DYNAMIC)
		return MACHO_FLAT;
	return ordinal == ORDINAL_EXECUTABLE ? MACHO_MAIN : ordinal;
}

void
macho_symtab_imports(struct macho_file *m)
{
	bool now = (m->facts.flags & MH_BINDATLOAD) != 0;

	for (uint64_t i = 0; macho_symtab_ready(m) && i < m->nsyms; i++) {
		struct macho_symbol s;

		/* A value makes it a common symbol, which an object file defines. */
		if (!macho_symbol_at(m, i, &s) || !(s.type & N_EXT) ||
			(s.type & N_TYPE) != N_UNDF || s.value != 0)
			continue;
		macho_add_import(m, s.name, ordinal_of(m, &s), (s.desc & N_WEAK_REF) != 0,
			!now && (s.desc & REFERENCE_TYPE) == REFERENCE_LAZY ? BIND_LAZY
									    : BIND_START);
	}
}

void
macho_symtab_exports(struct macho_file *m)
{
	for (uint64_t i = 0; macho_symtab_ready(m) && i < m->nsyms; i++) {
		struct image_export e = { 0 };
		struct macho_symbol s;

		if (!macho_symbol_at(m, i, &s) || !is_external(&s) ||
			((s.type & N_TYPE) == N_UNDF && s.value == 0))
			continue;
		e.name = s.name;
		e.weak = (s.desc & N_WEAK_DEF) != 0;
		macho_add_export(m, &e, 0, NULL);
	}
}
