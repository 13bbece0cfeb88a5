/* SPDX-License-Identifier: MIT */
/* Objects that nobody linked yet: what they want of others, and what they say of the stack. */
#include "base/caps.h"
#include "linkcheck/read/elf.h"

#define SHF_EXECINSTR 4
#define MOST_NAMES 65536

/* Undefined global symbols of .symtab, which every object has. */
static void
read_wants(struct elf *e, struct image_object *ret)
{
	uint64_t off, len, names_off, names_len, size = e->word == 8 ? 24 : 16;
	struct bytes table, names;
	uint32_t link;

	if (!elf_section_by_type(e, SHT_SYMTAB, &off, &len, &link) ||
		!elf_section_by_index(e, link, &names_off, &names_len) ||
		!image_window(e->img, off, len, ".symtab", &table) ||
		!image_window(e->img, names_off, names_len, ".strtab", &names))
		return;
	for (uint64_t i = 1; i < len / size && ret->wants.count < MOST_NAMES; i++) {
		struct elf_symbol s = elf_symbol_at(e, &table, i);
		struct bytes text = names;
		struct str name;

		if (s.section != SHN_UNDEF || s.bind == STB_LOCAL || s.name == 0)
			continue;
		name = bytes_cstr(&text, s.name, CAP_NAME);
		if (!text.bad)
			strvec_push(&ret->wants, name.ptr);
	}
}

bool
elf_object(struct elf *e, struct image_object *ret)
{
	uint64_t flags;

	*ret = (struct image_object){ .has_code = elf_has_code(e) };
	strvec_init(&ret->wants, e->arena);
	if (e->img->type != IMAGE_RELOCATABLE)
		return false;
	ret->says_stack = elf_section_flags(e, ".note.GNU-stack", &flags);
	ret->stack_executable = ret->says_stack && (flags & SHF_EXECINSTR) != 0;
	read_wants(e, ret);
	return true;
}
