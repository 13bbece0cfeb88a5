/* SPDX-License-Identifier: MIT */
/*
 * Exports: functions by ordinal, and names in the order of strcmp that lead to ordinals. An address
 * inside the export directory is no function but the name of another DLL's ("NTDLL.RtlAllocateHeap").
 */
#include <inttypes.h>
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/pe_file.h"

#define DIRECTORY_SIZE 40

static bool
read_tables(struct pe_file *p, struct bytes *b)
{
	uint32_t functions = bytes_u32(b, 28), names = bytes_u32(b, 32),
		 ordinals = bytes_u32(b, 36);

	if (p->function_count > CAP_PE_EXPORTS || p->name_count > CAP_PE_EXPORTS) {
		image_defect(p->img,
			"export directory: it claims %" PRIu32 " functions and %" PRIu32
			" names; an ordinal has 16 bits",
			p->function_count, p->name_count);
		return false;
	}
	if (p->function_count > 0 && !pe_mapped(p, functions, (uint64_t)4 * p->function_count,
					     "export addresses", &p->functions))
		return false;
	if (p->name_count == 0)
		return true;
	return pe_mapped(p, names, (uint64_t)4 * p->name_count, "export names", &p->names) &&
	       pe_mapped(p, ordinals, (uint64_t)2 * p->name_count, "export ordinals", &p->ordinals);
}

void
pe_read_export_directory(struct pe_file *p)
{
	const struct pe_range *dir = &p->dirs[PE_DIR_EXPORT];
	struct bytes b;
	uint32_t name;

	if (dir->rva == 0 || dir->size == 0)
		return;
	if (!pe_mapped(p, dir->rva, DIRECTORY_SIZE, "export directory", &b))
		return;
	name = bytes_u32(&b, 12);
	p->ordinal_base = bytes_u32(&b, 16);
	p->function_count = bytes_u32(&b, 20);
	p->name_count = bytes_u32(&b, 24);
	if (name != 0)
		p->img->soname = pe_string(p, name, "name in the export directory");
	if (!read_tables(p, &b))
		p->function_count = p->name_count = 0;
}

/* False when there is no function in this place of the table. */
static bool
export_of(struct pe_file *p, uint32_t index, struct image_export *ret)
{
	if (index >= p->function_count || bytes_u32(&p->functions, 4 * (uint64_t)index) == 0)
		return false;
	*ret = (struct image_export){
		.ordinal = p->ordinal_base + index,
		.forward = p->forwards[index],
	};
	return true;
}

static void
read_forwards(struct pe_file *p)
{
	const struct pe_range *dir = &p->dirs[PE_DIR_EXPORT];

	p->forwards = ARENA_ARRAY(p->arena, p->function_count, const char *);
	for (uint32_t i = 0; i < p->function_count; i++) {
		uint32_t rva = bytes_u32(&p->functions, 4 * (uint64_t)i);

		if (rva >= dir->rva && rva - dir->rva < dir->size)
			p->forwards[i] = pe_string(p, rva, "forwarded export");
	}
}

static bool
name_leads(struct pe_file *p, uint32_t i, struct image_export *ret)
{
	if (!export_of(p, bytes_u16(&p->ordinals, 2 * (uint64_t)i), ret))
		return false;
	ret->name = p->name_texts[i];
	return true;
}

static void
check_order(struct pe_file *p, const char *last, const char *name)
{
	if (!last || strcmp(last, name) < 0 || p->facts.exports_unsorted)
		return;
	p->facts.exports_unsorted = true;
	image_defect(p->img,
		"export names are not sorted (%s before %s): the loader may not find them", last,
		name);
}

/* The names in the order of the table, which lookups bisect. */
static void
read_names(struct pe_file *p)
{
	p->name_texts = ARENA_ARRAY(p->arena, p->name_count, const char *);
	for (uint32_t i = 0; i < p->name_count; i++) {
		const char *name =
			pe_string(p, bytes_u32(&p->names, 4 * (uint64_t)i), "name of an export");

		if (!name) {
			p->name_count = i;
			return;
		}
		p->name_texts[i] = name;
		check_order(p, i > 0 ? p->name_texts[i - 1] : NULL, name);
	}
}

void
pe_read_exports(struct pe_file *p)
{
	bool *named;

	if (p->exports_ready)
		return;
	p->exports_ready = true;
	read_forwards(p);
	read_names(p);
	named = ARENA_ARRAY(p->arena, p->function_count, bool);
	p->exports = ARENA_ARRAY(
		p->arena, (size_t)p->function_count + p->name_count, struct image_export);
	for (uint32_t i = 0; i < p->name_count; i++) {
		struct image_export *e = &p->exports[p->export_count];

		if (!name_leads(p, i, e)) {
			image_defect(p->img, "export %s: it has no function", p->name_texts[i]);
			continue;
		}
		named[e->ordinal - p->ordinal_base] = true;
		p->export_count++;
	}
	for (uint32_t i = 0; i < p->function_count; i++)
		if (!named[i] && export_of(p, i, &p->exports[p->export_count]))
			p->export_count++;
}

bool
pe_export_find(struct pe_file *p, const char *name, struct image_export *ret)
{
	int64_t low = 0, high;

	/* The very steps of LdrpNameToOrdinal, which matter where the names are not sorted. */
	pe_read_exports(p);
	high = (int64_t)p->name_count - 1;
	while (low <= high) {
		int64_t mid = (low + high) / 2;
		int order = strcmp(p->name_texts[mid], name);

		if (order == 0)
			return name_leads(p, (uint32_t)mid, ret);
		if (order < 0)
			low = mid + 1;
		else
			high = mid - 1;
	}
	return false;
}

bool
pe_export_at(struct image *img, uint32_t ordinal, struct image_export *ret)
{
	struct pe_file *p = img->reader;

	pe_read_exports(p);
	return export_of(p, ordinal - p->ordinal_base, ret); /* modulo 2^32, as ntdll */
}

bool
pe_export_bind(struct image *img, const struct image_import *want, struct image_export *ret)
{
	struct pe_file *p = img->reader;

	if (!want->name)
		return pe_export_at(img, want->ordinal, ret);
	pe_read_exports(p);
	if (want->hint < p->name_count && strcmp(p->name_texts[want->hint], want->name) == 0)
		return name_leads(p, want->hint, ret);
	return pe_export_find(p, want->name, ret);
}
