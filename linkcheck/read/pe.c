/* SPDX-License-Identifier: MIT */
/* The PE reader: what image.c dispatches to, over the parts of pe_*.c. */
#include <string.h>

#include "linkcheck/read/pe_file.h"

static bool
is_pe(const struct input *in)
{
	struct bytes head = in->head;
	uint64_t at;

	if (!bytes_equal(&head, 0, "MZ", 2))
		return false;
	/* A program of MS-DOS has anything there; one of Windows 3 has "NE". */
	at = bytes_u32(&head, 60);
	return !head.bad && (at + 4 > head.len || bytes_equal(&head, at, "PE\0", 4));
}

static enum image_type
type_of(const struct pe *f)
{
	if (f->characteristics & PE_DLL)
		return IMAGE_SHARED;
	return (f->dll_characteristics & PE_DYNAMIC_BASE) && f->relocatable ? IMAGE_PIE
									    : IMAGE_EXECUTABLE;
}

static bool
open_pe(struct image *img, struct error *err)
{
	struct pe_file *p = ARENA_NEW(img->arena, struct pe_file);

	img->reader = p;
	img->pe = &p->facts;
	p->img = img;
	p->arena = img->arena;
	strvec_init(&p->facts.assemblies, p->arena);
	strvec_init(&p->facts.supported_os, p->arena);
	if (!pe_read_headers(p, err))
		return false;
	if (p->facts.subsystem < PE_EFI_FIRST || p->facts.subsystem > PE_EFI_LAST)
		img->os = "windows";
	img->has_sections = p->facts.section_count > 0;
	pe_read_directories(p);
	pe_read_export_directory(p);
	pe_read_dlls(p);
	pe_read_manifest(p);
	img->dynamic = img->needed.count > 0 || p->facts.delay_needed.count > 0;
	img->type = type_of(&p->facts);
	return true;
}

static bool
imports(struct image *img, const struct image_import **ret, size_t *ret_count, struct error *err)
{
	struct pe_file *p = img->reader;

	(void)err;
	pe_read_imports(p);
	*ret = p->imports;
	*ret_count = p->import_count;
	return true;
}

static bool
exports(struct image *img, const struct image_export **ret, size_t *ret_count, struct error *err)
{
	struct pe_file *p = img->reader;

	(void)err;
	pe_read_exports(p);
	*ret = p->exports;
	*ret_count = p->export_count;
	return true;
}

static bool
export_find(struct image *img, const char *name, size_t i, struct image_export *ret)
{
	return i == 0 && pe_export_find(img->reader, name, ret);
}

static bool
section(struct image *img, const char *name, uint64_t *ret_off, uint64_t *ret_len)
{
	const struct pe *f = img->pe;

	for (size_t i = 0; i < f->section_count; i++) {
		const struct pe_section *s = &f->sections[i];

		if (s->file_size == 0 || strcmp(s->name, name) != 0)
			continue;
		*ret_off = s->offset;
		*ret_len = s->size < s->file_size ? s->size : s->file_size;
		return true;
	}
	return false;
}

/* Addresses in the file's data count from its preferred base. */
static bool
locate(struct image *img, uint64_t vaddr, uint64_t *ret_off, uint64_t *ret_room)
{
	const struct pe *f = img->pe;

	return vaddr >= f->base && pe_locate(img->reader, vaddr - f->base, ret_off, ret_room);
}

/* Go's linker puts it first into .data (cmd/link/internal/ld/pe.go); debug/buildinfo looks there. */
static bool
go_range(struct image *img, uint64_t *ret_off, uint64_t *ret_len)
{
	return section(img, ".go.buildinfo", ret_off, ret_len) ||
	       section(img, ".data", ret_off, ret_len);
}

/* Of all texts the one that is known for what it is: where the debug information was written. */
static void
build_paths(struct image *img, struct image_paths *ret)
{
	const char *pdb = img->pe->pdb;

	if (!pdb || !strpbrk(pdb, "/\\"))
		return;
	ret->first = pdb;
	ret->count = 1;
}

const char *
pe_subsystem_name(struct arena *a, uint16_t subsystem)
{
	static const char *const names[] = {
		[PE_NATIVE] = "native",
		[PE_GUI] = "GUI",
		[PE_CONSOLE] = "console",
		[5] = "OS/2",
		[7] = "POSIX",
		[PE_WINDOWS_CE] = "Windows CE",
		[PE_EFI_FIRST] = "EFI application",
		[11] = "EFI boot driver",
		[12] = "EFI driver",
		[PE_EFI_LAST] = "EFI ROM",
		[14] = "Xbox",
		[16] = "boot application",
	};

	if (subsystem < ARRAY_LEN(names) && names[subsystem])
		return names[subsystem];
	return arena_printf(a, "subsystem %u", subsystem);
}

const struct image_reader pe_reader = {
	.format = FORMAT_PE,
	.name = "PE",
	.is = is_pe,
	.open = open_pe,
	.imports = imports,
	.exports = exports,
	.export_find = export_find,
	.section = section,
	.locate = locate,
	.go_range = go_range,
	.build_paths = build_paths,
};
