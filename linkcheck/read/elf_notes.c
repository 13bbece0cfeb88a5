/* SPDX-License-Identifier: MIT */
/*
 * Notes: build id, the systems' ABI tags, GNU properties and dlopen metadata. They are found
 * through PT_NOTE and PT_GNU_PROPERTY; their words follow the file's byte order, their alignment
 * the segment's (4, or 8 for GNU properties of 64-bit files).
 */
#include <inttypes.h>

#include "base/caps.h"
#include "base/json.h"
#include "linkcheck/read/elf.h"

#define MAX_NOTES_SIZE ((uint64_t)256 << 10)
#define MAX_BUILD_ID 64
#define MAX_SEGMENTS 64
#define MAX_DLOPEN 256

struct note {
	struct str owner;
	uint32_t type;
	struct bytes desc;
};

static void
read_build_id(struct elf *e, struct bytes *desc)
{
	static const char digits[] = "0123456789abcdef";
	char *hex;

	if (e->img->notes.build_id || desc->len == 0 || desc->len > MAX_BUILD_ID)
		return;
	hex = arena_alloc(e->arena, (size_t)desc->len * 2 + 1);
	for (uint64_t i = 0; i < desc->len; i++) {
		hex[i * 2] = digits[bytes_u8(desc, i) >> 4];
		hex[i * 2 + 1] = digits[bytes_u8(desc, i) & 15];
	}
	e->img->notes.build_id = hex;
}

static void
read_abi_tag(struct elf *e, struct bytes *desc)
{
	struct image_notes *n = &e->img->notes;

	if (desc->len < 16)
		return;
	n->gnu_abi = true;
	n->gnu_abi_os = bytes_u32(desc, 0);
	for (unsigned i = 0; i < 3; i++)
		n->gnu_abi_version[i] = bytes_u32(desc, 4 + i * 4);
}

/* Linux gABI supplement, "Program properties": type, size, data padded to a word. */
static void
read_properties(struct elf *e, struct bytes *desc)
{
	struct image_notes *n = &e->img->notes;
	uint64_t at = 0;

	while (bytes_has(desc, at, 8)) {
		uint32_t type = bytes_u32(desc, at), size = bytes_u32(desc, at + 4);
		uint32_t value = size == 4 ? bytes_u32(desc, at + 8) : 0;

		if (type == GNU_PROPERTY_X86_FEATURE_1_AND)
			n->x86_feature_1 = value;
		else if (type == GNU_PROPERTY_X86_ISA_1_NEEDED)
			n->x86_isa_needed = value;
		else if (type == GNU_PROPERTY_AARCH64_FEATURE_1_AND)
			n->aarch64_feature_1 = value;
		at += 8 + (((uint64_t)size + e->word - 1) & ~(uint64_t)(e->word - 1));
	}
}

/* uapi-group.org, "ELF dlopen metadata": a JSON array of objects with a list of sonames each. */
static void
read_dlopen(struct elf *e, struct bytes *desc)
{
	struct strvec *names = &e->img->notes.dlopen;
	struct str text = bytes_cstr(desc, 0, desc->len);
	struct error err;
	struct json doc;

	e->img->notes.dlopen_metadata = true;
	if (desc->bad || !json_parse(&doc, ".note.dlopen", text, &err)) {
		image_defect(e->img, ".note.dlopen is not JSON text");
		return;
	}
	for (size_t i = 0; i < json_count(doc.root) && json_is_array(doc.root); i++) {
		const struct json_value *item = json_at(doc.root, i), *list = NULL;

		if (json_is_object(item))
			list = json_find(item, "soname");
		if (!list || !json_is_array(list))
			continue;
		for (size_t k = 0; k < json_count(list) && names->count < MAX_DLOPEN; k++) {
			const char *name = json_text_of(json_at(list, k));

			if (name)
				strvec_push_dup(names, name);
		}
	}
	json_clear(&doc);
}

static void
read_gnu_note(struct elf *e, struct note *n)
{
	switch (n->type) {
	case NT_GNU_ABI_TAG:
		read_abi_tag(e, &n->desc);
		break;
	case NT_GNU_BUILD_ID:
		read_build_id(e, &n->desc);
		break;
	case NT_GNU_PROPERTY_TYPE_0:
		read_properties(e, &n->desc);
		break;
	default:
		break;
	}
}

static void
read_note(struct elf *e, struct note *n)
{
	struct image_notes *facts = &e->img->notes;
	uint32_t word = n->desc.len >= 4 ? bytes_u32(&n->desc, 0) : 0;

	if (str_is(n->owner, "GNU"))
		read_gnu_note(e, n);
	else if (str_is(n->owner, "FDO") && n->type == NT_FDO_DLOPEN_METADATA)
		read_dlopen(e, &n->desc);
	else if (str_is(n->owner, "Go"))
		facts->go = true;
	else if (n->type != NT_BSD_IDENT)
		return;
	else if (str_is(n->owner, "FreeBSD"))
		facts->freebsd_version = word;
	else if (str_is(n->owner, "NetBSD"))
		facts->netbsd_version = word;
	else if (str_is(n->owner, "OpenBSD"))
		facts->openbsd_version = word > 0 ? word : 1; /* the note's content is 0 */
	else if (str_is(n->owner, "Android"))
		facts->android_api = word;
}

static uint64_t
padded(uint64_t n, uint64_t align)
{
	return (n + align - 1) & ~(align - 1);
}

static void
walk_notes(struct elf *e, struct bytes *b, uint64_t align)
{
	uint64_t at = 0;

	while (bytes_has(b, at, 12)) {
		uint64_t name_len = bytes_u32(b, at), desc_len = bytes_u32(b, at + 4);
		struct note n = { .type = bytes_u32(b, at + 8) };
		uint64_t desc_at = at + padded(12 + name_len, align);
		struct bytes name;

		if (!bytes_has(b, at + 12, name_len) || !bytes_has(b, desc_at, desc_len)) {
			image_defect(e->img,
				"a note at offset 0x%" PRIx64 " runs past the end of its segment",
				b->origin + at);
			return;
		}
		name = bytes_slice(b, at + 12, name_len);
		n.owner = bytes_cstr(&name, 0, name_len);
		n.desc = bytes_slice(b, desc_at, desc_len);
		read_note(e, &n);
		at = padded(desc_at + desc_len, align);
	}
}

void
elf_read_notes(struct elf *e)
{
	size_t seen = 0;

	strvec_init(&e->img->notes.dlopen, e->arena);
	for (size_t i = 0; i < e->img->segment_count && seen < MAX_SEGMENTS; i++) {
		const struct image_segment *s = &e->img->segments[i];
		struct bytes b;

		if (s->type != PT_NOTE || s->filesz == 0)
			continue;
		seen++;
		if (s->filesz > MAX_NOTES_SIZE || !elf_peek(e, s->offset, s->filesz, &b)) {
			image_defect(e->img,
				"notes: %" PRIu64 " bytes at offset 0x%" PRIx64 " cannot be read",
				s->filesz, s->offset);
			continue;
		}
		walk_notes(e, &b, s->align == 8 ? 8 : 4);
	}
}
