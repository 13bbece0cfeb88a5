/* SPDX-License-Identifier: MIT */
/*
 * Imports: a descriptor for each DLL, and for each function a hint and name, or an ordinal. Delay
 * imports have descriptors of their own; those of old linkers hold addresses instead of RVAs.
 */
#include <inttypes.h>
#include <strings.h>

#include "base/caps.h"
#include "linkcheck/read/pe_file.h"

#define DESCRIPTOR_SIZE 20
#define DELAY_SIZE 32
#define DELAY_RVA 1 /* dlattrRva: the descriptor holds RVAs */

static bool
has_dll(const struct pe_file *p, const char *name, bool delay)
{
	for (size_t i = 0; i < p->dll_count; i++)
		if (p->dlls[i].delay == delay && strcasecmp(p->dlls[i].name, name) == 0)
			return true;
	return false;
}

static void
add_name(struct pe_file *p, struct image_list *list, const char *name)
{
	list->items = arena_grow(
		p->arena, list->items, list->count, list->count + 1, sizeof(list->items[0]));
	list->items[list->count++] = name;
}

static bool
add_dll(struct pe_file *p, uint64_t name_rva, uint64_t names, bool delay)
{
	const char *name = pe_string(p, name_rva, "name of an imported DLL");

	if (!name)
		return false;
	if (p->dll_count >= CAP_PE_DLLS) {
		image_defect(p->img, "it imports from more than %d DLLs", CAP_PE_DLLS);
		return false;
	}
	if (p->dll_count % 64 == 0)
		p->dlls = arena_grow(
			p->arena, p->dlls, p->dll_count, p->dll_count + 64, sizeof(p->dlls[0]));
	if (!has_dll(p, name, delay))
		add_name(p, delay ? &p->facts.delay_needed : &p->img->needed, name);
	p->dlls[p->dll_count++] = (struct pe_import_dll){ name, names, delay };
	return true;
}

/* The loader stops at the first descriptor without a name or without an address table, and does not look at
 * the directory's size (ntdll, LdrpWalkImportDescriptor). */
static void
read_descriptors(struct pe_file *p)
{
	uint64_t rva = p->dirs[PE_DIR_IMPORT].rva;
	struct bytes b;

	for (; rva != 0; rva += DESCRIPTOR_SIZE) {
		uint32_t names, name, addresses;

		if (!pe_peek(p, rva, DESCRIPTOR_SIZE, &b)) {
			image_defect(p->img,
				"import directory: no descriptor at address 0x%" PRIx64, rva);
			return;
		}
		names = bytes_u32(&b, 0);
		name = bytes_u32(&b, 12);
		addresses = bytes_u32(&b, 16);
		if (name == 0 || addresses == 0)
			return;
		/* Borland's linker leaves out the first table: the second one still has names. */
		if (!add_dll(p, name, names ? names : addresses, false))
			return;
	}
}

static uint64_t
delay_rva(const struct pe_file *p, uint32_t value, bool is_rva)
{
	if (is_rva || value == 0)
		return value;
	return value >= p->facts.base ? value - p->facts.base : UINT64_MAX;
}

static void
read_delay_descriptors(struct pe_file *p)
{
	uint64_t rva = p->dirs[PE_DIR_DELAY_IMPORT].rva;
	struct bytes b;

	for (; rva != 0; rva += DELAY_SIZE) {
		uint64_t name, names;
		bool is_rva;

		if (!pe_peek(p, rva, DELAY_SIZE, &b)) {
			image_defect(p->img,
				"delay import directory: no descriptor at address 0x%" PRIx64, rva);
			return;
		}
		is_rva = (bytes_u32(&b, 0) & DELAY_RVA) != 0;
		name = delay_rva(p, bytes_u32(&b, 4), is_rva);
		names = delay_rva(p, bytes_u32(&b, 16), is_rva);
		if (name == 0 || names == 0)
			return;
		if (!add_dll(p, name, names, true))
			return;
	}
}

void
pe_read_dlls(struct pe_file *p)
{
	read_descriptors(p);
	read_delay_descriptors(p);
	p->facts.bound = p->dirs[PE_DIR_BOUND_IMPORT].size != 0;
}

static bool
add_import(struct pe_file *p, const struct pe_import_dll *dll, uint64_t entry)
{
	struct image_import *i;
	struct bytes b;

	if (p->import_count >= CAP_PE_IMPORTS) {
		image_defect(p->img, "it has more than %" PRIu64 " imports", CAP_PE_IMPORTS);
		return false;
	}
	if (p->import_count == p->import_cap) {
		size_t grown = p->import_cap ? p->import_cap * 2 : 64;

		p->imports = arena_grow(
			p->arena, p->imports, p->import_cap, grown, sizeof(p->imports[0]));
		p->import_cap = grown;
	}
	i = &p->imports[p->import_count];
	*i = (struct image_import){
		.library = dll->name,
		.function_type = true,
		.when = dll->delay ? BIND_LAZY : BIND_START,
	};
	if (entry >> (8 * p->word - 1)) {
		i->ordinal = (uint32_t)(entry & 0xffff);
	} else {
		uint64_t rva = entry & 0x7fffffff;

		i->name = pe_string(p, rva + 2, "name of an import");
		if (!i->name)
			return false;
		if (pe_peek(p, rva, 2, &b))
			i->hint = bytes_u16(&b, 0);
	}
	p->import_count++;
	return true;
}

static bool
read_functions(struct pe_file *p, const struct pe_import_dll *dll)
{
	for (uint64_t rva = dll->names;; rva += p->word) {
		struct bytes b;
		uint64_t entry;

		if (!pe_peek(p, rva, p->word, &b)) {
			image_defect(p->img, "imports from %s: no entry at address 0x%" PRIx64,
				dll->name, rva);
			return true;
		}
		entry = bytes_word(&b, 0, p->word);
		if (entry == 0)
			return true;
		if (!dll->delay && p->word == 4 && p->facts.bound && entry >= p->facts.base &&
			!(entry >> 31)) {
			image_unsimulated(p->img,
				"its imports from %s are bound to addresses, without names",
				dll->name);
			return true;
		}
		if (!add_import(p, dll, entry))
			return false;
	}
}

void
pe_read_imports(struct pe_file *p)
{
	if (p->imports_ready)
		return;
	p->imports_ready = true;
	for (size_t i = 0; i < p->dll_count; i++)
		if (!read_functions(p, &p->dlls[i]))
			return;
}
