/* SPDX-License-Identifier: MIT */
/* The dynamic symbol table: how long it is, its entries, their names and versions. */
#include <inttypes.h>

#include "base/caps.h"
#include "linkcheck/read/elf.h"

struct elf_symbol
elf_symbol_at(const struct elf *e, struct bytes *table, uint64_t index)
{
	struct elf_symbol s;
	uint8_t info, other;

	if (e->word == 8) {
		uint64_t at = index * 24;

		s.name = bytes_u32(table, at);
		info = bytes_u8(table, at + 4);
		other = bytes_u8(table, at + 5);
		s.section = bytes_u16(table, at + 6);
		s.value = bytes_u64(table, at + 8);
		s.size = bytes_u64(table, at + 16);
	} else {
		uint64_t at = index * 16;

		s.name = bytes_u32(table, at);
		s.value = bytes_u32(table, at + 4);
		s.size = bytes_u32(table, at + 8);
		info = bytes_u8(table, at + 12);
		other = bytes_u8(table, at + 13);
		s.section = bytes_u16(table, at + 14);
	}
	s.bind = info >> 4;
	s.type = info & 15;
	s.visibility = other & 3;
	return s;
}

const char *
elf_symbol_name(struct elf *e, const struct elf_symbol *s)
{
	struct bytes names = e->dynstr;
	struct str text = bytes_cstr(&names, s->name, CAP_NAME);

	return names.bad ? NULL : text.ptr;
}

uint16_t
elf_symbol_version(struct elf *e, uint64_t index)
{
	struct bytes table = e->versym;

	return table.len > 0 ? bytes_u16(&table, index * 2) : VER_NDX_GLOBAL;
}

/* Versions by the number that DT_VERSYM entries use. */
static void
index_versions(struct elf *e)
{
	const struct image *img = e->img;
	size_t limit = 0;

	for (size_t i = 0; i < img->version_need_count; i++)
		if (img->version_needs[i].index >= limit)
			limit = (size_t)img->version_needs[i].index + 1;
	for (size_t i = 0; i < img->version_def_count; i++)
		if (img->version_defs[i].index >= limit)
			limit = (size_t)img->version_defs[i].index + 1;
	e->version_limit = limit;
	e->needs_by_index = ARENA_ARRAY(e->arena, limit, const struct image_version_need *);
	e->defs_by_index = ARENA_ARRAY(e->arena, limit, const struct image_version_def *);
	for (size_t i = 0; i < img->version_need_count; i++)
		e->needs_by_index[img->version_needs[i].index] = &img->version_needs[i];
	for (size_t i = 0; i < img->version_def_count; i++)
		e->defs_by_index[img->version_defs[i].index] = &img->version_defs[i];
}

static bool
locate_names(struct elf *e, uint64_t *ret_off, uint64_t *ret_room)
{
	if (!elf_has(e, ELF_STRTAB) || !elf_locate(e, e->tag[ELF_STRTAB], ret_off, ret_room))
		return false;
	if (elf_has(e, ELF_STRSZ) && e->tag[ELF_STRSZ] < *ret_room)
		*ret_room = e->tag[ELF_STRSZ];
	return true;
}

static uint64_t
symbol_size(const struct elf *e)
{
	return e->word == 8 ? 24 : 16;
}

/* Counts the symbols, held against the room there is for them. */
static bool
count_symbols(struct elf *e, uint64_t *ret_off)
{
	uint64_t size = symbol_size(e), room;

	if (!elf_has(e, ELF_SYMTAB))
		return false;
	if (elf_has(e, ELF_SYMENT) && e->tag[ELF_SYMENT] != size) {
		image_defect(
			e->img, "DT_SYMENT is %" PRIu64 ", not %" PRIu64, e->tag[ELF_SYMENT], size);
		return false;
	}
	if (!elf_locate(e, e->tag[ELF_SYMTAB], ret_off, &room)) {
		image_defect(e->img, "DT_SYMTAB: address 0x%" PRIx64 " is in no loaded segment",
			e->tag[ELF_SYMTAB]);
		return false;
	}
	e->symbol_count = elf_symbol_total(e);
	if (e->symbol_count > CAP_ELF_SYMBOLS || e->symbol_count > room / size) {
		image_defect(e->img,
			"%" PRIu64 " dynamic symbols are claimed; its segment has room for "
			"%" PRIu64,
			e->symbol_count, room / size);
		e->symbol_count = room / size < CAP_ELF_SYMBOLS ? room / size : CAP_ELF_SYMBOLS;
	}
	return true;
}

bool
elf_versions_ready(struct elf *e)
{
	if (e->versions_ready)
		return e->symbol_count > 0;
	e->versions_ready = true;
	if (!count_symbols(e, &e->dynsym_at)) {
		e->symbol_count = 0;
		return false;
	}
	if (elf_has(e, ELF_VERSYM) &&
		!elf_mapped(e, e->tag[ELF_VERSYM], e->symbol_count * 2, "DT_VERSYM", &e->versym))
		e->versym.len = 0;
	index_versions(e);
	return e->symbol_count > 0;
}

static bool
read_tables(struct elf *e)
{
	uint64_t off, room;

	return elf_versions_ready(e) &&
	       elf_window(e, e->dynsym_at, e->symbol_count * symbol_size(e), "dynamic symbol table",
		       &e->dynsym) &&
	       locate_names(e, &off, &room) &&
	       elf_window(e, off, room, "dynamic string table", &e->dynstr);
}

bool
elf_symbols_ready(struct elf *e)
{
	if (e->symbols_ready)
		return e->dynstr.len > 0;
	e->symbols_ready = true;
	if (!read_tables(e)) {
		e->symbol_count = 0;
		e->dynstr.len = 0;
	}
	return e->dynstr.len > 0;
}

bool
elf_symbol_peek(struct elf *e, uint64_t index, struct elf_symbol *ret, const char **ret_name)
{
	uint64_t off, room, len;
	struct bytes b;
	struct str name;

	if (!elf_peek(e, e->dynsym_at + index * symbol_size(e), symbol_size(e), &b))
		return false;
	*ret = elf_symbol_at(e, &b, 0);
	if (!locate_names(e, &off, &room) || ret->name >= room)
		return false;
	len = room - ret->name < CAP_NAME ? room - ret->name : CAP_NAME;
	if (!elf_peek(e, off + ret->name, len, &b))
		return false;
	name = bytes_cstr(&b, 0, len);
	*ret_name = name.ptr;
	return !b.bad;
}
