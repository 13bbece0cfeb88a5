/* SPDX-License-Identifier: MIT */
/*
 * Symbol versions: what is needed of which library (DT_VERNEED) and what is defined (DT_VERDEF).
 * The records are linked by relative offsets (LSB, "Symbol Versioning"); offsets only grow here,
 * and every list is capped, so that no loop in the file loops us.
 */
#include <inttypes.h>

#include "base/caps.h"
#include "linkcheck/read/elf.h"

#define NEED_SIZE 16
#define AUX_SIZE 16
#define DEF_SIZE 20
#define DEF_AUX_SIZE 8

static void
add_need(struct elf *e, size_t *cap, struct image_version_need need)
{
	struct image *img = e->img;

	if (img->version_need_count == *cap) {
		size_t grown = *cap ? *cap * 2 : 16;

		img->version_needs = arena_grow(
			e->arena, img->version_needs, *cap, grown, sizeof(img->version_needs[0]));
		*cap = grown;
	}
	img->version_needs[img->version_need_count++] = need;
}

/* One library's list of versions; false when the table is broken from here on. */
static bool
read_need_list(struct elf *e, uint64_t at, uint32_t count, const char *file, size_t *cap)
{
	for (uint32_t i = 0; i < count; i++) {
		struct image_version_need need = { .file = file };
		struct bytes b;
		uint32_t next;

		if (e->img->version_need_count >= CAP_ELF_VERSIONS ||
			!elf_peek(e, at, AUX_SIZE, &b)) {
			image_defect(e->img,
				"DT_VERNEED: a version record at offset 0x%" PRIx64
				" cannot be read",
				at);
			return false;
		}
		need.hash = bytes_u32(&b, 0);
		need.weak = (bytes_u16(&b, 4) & VER_FLG_WEAK) != 0;
		need.index = bytes_u16(&b, 6) & (VERSYM_HIDDEN - 1);
		need.hidden = (bytes_u16(&b, 6) & VERSYM_HIDDEN) != 0;
		need.version = elf_string(e, bytes_u32(&b, 8), "DT_VERNEED");
		next = bytes_u32(&b, 12);
		if (!need.version)
			return false;
		add_need(e, cap, need);
		if (next == 0)
			break;
		at += next;
	}
	return true;
}

static void
read_needs(struct elf *e)
{
	uint64_t at, room, count = e->tag[ELF_VERNEEDNUM];
	size_t cap = 0;

	if (!elf_has(e, ELF_VERNEED))
		return;
	if (!elf_locate(e, e->tag[ELF_VERNEED], &at, &room)) {
		image_defect(e->img, "DT_VERNEED: address 0x%" PRIx64 " is in no loaded segment",
			e->tag[ELF_VERNEED]);
		return;
	}
	/* glibc follows vn_next and never looks at DT_VERNEEDNUM; a table without it has one end too. */
	if (!elf_has(e, ELF_VERNEEDNUM) || count > CAP_ELF_VERSIONS)
		count = CAP_ELF_VERSIONS;
	for (uint64_t i = 0; i < count; i++) {
		struct bytes b;
		const char *file;
		uint32_t next;

		if (!elf_peek(e, at, NEED_SIZE, &b)) {
			image_defect(e->img,
				"DT_VERNEED: a record at offset 0x%" PRIx64 " cannot be read", at);
			return;
		}
		file = elf_string(e, bytes_u32(&b, 4), "DT_VERNEED");
		next = bytes_u32(&b, 12);
		if (!file ||
			!read_need_list(e, at + bytes_u32(&b, 8), bytes_u16(&b, 2), file, &cap))
			return;
		if (next == 0)
			return;
		at += next;
	}
}

static bool
read_def(struct elf *e, uint64_t at, struct image_version_def *ret, uint32_t *ret_next)
{
	struct bytes b, aux;

	if (!elf_peek(e, at, DEF_SIZE, &b) ||
		!elf_peek(e, at + bytes_u32(&b, 12), DEF_AUX_SIZE, &aux)) {
		image_defect(
			e->img, "DT_VERDEF: a record at offset 0x%" PRIx64 " cannot be read", at);
		return false;
	}
	ret->base = (bytes_u16(&b, 2) & VER_FLG_BASE) != 0;
	ret->index = bytes_u16(&b, 4) & (VERSYM_HIDDEN - 1);
	ret->hash = bytes_u32(&b, 8);
	ret->version = elf_string(e, bytes_u32(&aux, 0), "DT_VERDEF");
	*ret_next = bytes_u32(&b, 16);
	return ret->version != NULL;
}

static void
read_defs(struct elf *e)
{
	struct image *img = e->img;
	uint64_t at, room, count = e->tag[ELF_VERDEFNUM];
	size_t cap = 0;

	if (!elf_has(e, ELF_VERDEF))
		return;
	if (!elf_locate(e, e->tag[ELF_VERDEF], &at, &room)) {
		image_defect(e->img, "DT_VERDEF: address 0x%" PRIx64 " is in no loaded segment",
			e->tag[ELF_VERDEF]);
		return;
	}
	if (!elf_has(e, ELF_VERDEFNUM) || count > CAP_ELF_VERSIONS)
		count = CAP_ELF_VERSIONS;
	for (uint64_t i = 0; i < count; i++) {
		struct image_version_def def = { .version = NULL };
		uint32_t next;

		if (!read_def(e, at, &def, &next))
			return;
		if (img->version_def_count == cap) {
			size_t grown = cap ? cap * 2 : 16;

			img->version_defs = arena_grow(e->arena, img->version_defs, cap, grown,
				sizeof(img->version_defs[0]));
			cap = grown;
		}
		img->version_defs[img->version_def_count++] = def;
		if (next == 0)
			return;
		at += next;
	}
}

void
elf_read_versions(struct elf *e)
{
	read_needs(e);
	read_defs(e);
}
