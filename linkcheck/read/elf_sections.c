/* SPDX-License-Identifier: MIT */
/*
 * Section headers: only for what no segment tells (a symbol table, ARM attributes, a section by
 * name). A file without them is a complete file to every loader.
 */
#include <inttypes.h>

#include "base/caps.h"
#include "linkcheck/read/elf.h"

#define SHF_EXECINSTR 4
#define SHT_DYNSYM 11

struct section {
	uint32_t name, type, link;
	uint64_t flags, offset, size;
};

static struct section
section_at(const struct elf *e, struct bytes *table, uint64_t i)
{
	unsigned w = e->word;
	uint64_t at = i * e->shentsize;

	return (struct section){
		.name = bytes_u32(table, at),
		.type = bytes_u32(table, at + 4),
		.flags = bytes_word(table, at + 8, w),
		.offset = bytes_word(table, at + 8 + (uint64_t)2 * w, w),
		.size = bytes_word(table, at + 8 + (uint64_t)3 * w, w),
		.link = bytes_u32(table, at + 8 + (uint64_t)4 * w),
	};
}

static uint64_t
section_count(const struct elf *e)
{
	return e->sections.len / (e->shentsize > 0 ? e->shentsize : 1);
}

/* A companion made by `objcopy --only-keep-debug` has its code as an empty NOBITS section; its
 * segments describe another file. */
static void
note_section(struct elf *e, const struct section *s)
{
	if (s->type == SHT_SYMTAB)
		e->img->has_symtab = true;
	if (s->type == SHT_NOBITS && (s->flags & SHF_EXECINSTR) && s->size > 0)
		e->img->debug_only = true;
}

void
elf_read_sections(struct elf *e)
{
	uint16_t size = e->word == 8 ? 64 : 40;

	if (e->shoff == 0 || e->shnum == 0)
		return;
	if (e->shentsize != size) {
		image_defect(e->img, "e_shentsize is %u, not %u", e->shentsize, size);
		return;
	}
	/* Object files of -ffunction-sections may have more; their table is not needed whole. */
	if (e->shnum > CAP_ELF_HEADERS)
		e->shnum = CAP_ELF_HEADERS;
	if (!elf_window(e, e->shoff, (uint64_t)e->shnum * size, "section headers", &e->sections))
		return;
	e->img->has_sections = true;
	for (uint64_t i = 1; i < section_count(e); i++) {
		struct section s = section_at(e, &e->sections, i);

		note_section(e, &s);
	}
}

bool
elf_section_by_type(
	struct elf *e, uint32_t type, uint64_t *ret_off, uint64_t *ret_len, uint32_t *ret_link)
{
	for (uint64_t i = 1; i < section_count(e); i++) {
		struct section s = section_at(e, &e->sections, i);

		if (s.type != type)
			continue;
		*ret_off = s.offset;
		*ret_len = s.size;
		if (ret_link)
			*ret_link = s.link;
		return true;
	}
	return false;
}

bool
elf_section_by_index(struct elf *e, uint32_t i, uint64_t *ret_off, uint64_t *ret_len)
{
	struct section s;

	if (i == 0 || i >= section_count(e))
		return false;
	s = section_at(e, &e->sections, i);
	*ret_off = s.offset;
	*ret_len = s.size;
	return s.type != SHT_NOBITS;
}

/* The first section of this name; false when there is none. */
static bool
find_named(struct elf *e, const char *name, struct section *ret)
{
	uint64_t names, names_len;

	if (!elf_section_by_index(e, e->shstrndx, &names, &names_len) || names > e->in->size)
		return false;
	for (uint64_t i = 1; i < section_count(e); i++) {
		struct section s = section_at(e, &e->sections, i);
		struct bytes b;
		uint64_t room = names_len > s.name ? names_len - s.name : 0;
		struct str text;

		if (room == 0)
			continue;
		if (room > 64)
			room = 64;
		if (!elf_peek(e, names + s.name, room, &b))
			continue;
		text = bytes_cstr(&b, 0, room);
		if (b.bad || !str_is(text, name))
			continue;
		*ret = s;
		return true;
	}
	return false;
}

bool
elf_section(struct elf *e, const char *name, uint64_t *ret_off, uint64_t *ret_len)
{
	struct section s;

	if (!find_named(e, name, &s) || s.type == SHT_NOBITS)
		return false;
	*ret_off = s.offset;
	*ret_len = s.size;
	return true;
}

bool
elf_section_flags(struct elf *e, const char *name, uint64_t *ret)
{
	struct section s;

	if (!find_named(e, name, &s))
		return false;
	*ret = s.flags;
	return true;
}

bool
elf_has_code(struct elf *e)
{
	for (uint64_t i = 1; i < section_count(e); i++) {
		struct section s = section_at(e, &e->sections, i);

		if ((s.flags & SHF_EXECINSTR) && s.size > 0)
			return true;
	}
	return false;
}
