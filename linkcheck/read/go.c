/* SPDX-License-Identifier: MIT */
/*
 * Go's build information, as `go version -m` reads it (go/src/debug/buildinfo/buildinfo.go): a
 * magic on a 16-byte boundary of the section .go.buildinfo or of the first writable segment. Since
 * Go 1.18 two strings with a varint length follow; before, pointers to Go string headers.
 */
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/elf.h"

#define MAGIC "\xff Go buildinf:"
#define MAGIC_SIZE 14
#define HEADER_SIZE 32
#define MAX_SEARCH ((uint64_t)1 << 20)
#define MAX_TEXT ((uint64_t)1 << 20)
#define MAX_SETTINGS 4096
#define SENTINEL 16 /* the module text is wrapped in two markers of this size */

static bool
find_range(struct elf *e, uint64_t *ret_off, uint64_t *ret_len)
{
	if (elf_section(e, ".go.buildinfo", ret_off, ret_len))
		return true;
	if (e->img->has_sections && !e->img->notes.go)
		return false;
	for (size_t i = 0; i < e->img->segment_count; i++) {
		const struct image_segment *s = &e->img->segments[i];

		if (s->type != PT_LOAD || (s->flags & (PF_W | PF_X)) != PF_W)
			continue;
		*ret_off = s->offset;
		*ret_len = s->filesz;
		return true;
	}
	return false;
}

static bool
find_magic(struct elf *e, uint64_t *ret_off)
{
	uint64_t off, len;
	struct bytes b;

	if (!find_range(e, &off, &len) || off >= e->in->size)
		return false;
	if (len > MAX_SEARCH)
		len = MAX_SEARCH;
	if (len > e->in->size - off)
		len = e->in->size - off;
	if (!elf_window(e, off, len, "Go build information", &b))
		return false;
	for (uint64_t at = 0; at + HEADER_SIZE <= len; at += 16)
		if (bytes_equal(&b, at, MAGIC, MAGIC_SIZE)) {
			*ret_off = off + at;
			return true;
		}
	return false;
}

static bool
read_varint(struct elf *e, uint64_t *off, uint64_t *ret)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		struct bytes b;
		uint8_t byte;

		if (!elf_peek(e, (*off)++, 1, &b))
			return false;
		byte = bytes_u8(&b, 0);
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			*ret = value;
			return true;
		}
	}
	return false;
}

static bool
take_text(struct elf *e, uint64_t off, uint64_t len, struct str *ret)
{
	struct bytes b;

	if (len > MAX_TEXT || !elf_peek(e, off, len, &b))
		return false;
	*ret = (struct str){ (const char *)b.ptr, (size_t)b.len };
	return true;
}

static bool
inline_text(struct elf *e, uint64_t *off, struct str *ret)
{
	uint64_t len;

	if (!read_varint(e, off, &len) || !take_text(e, *off, len, ret))
		return false;
	*off += len;
	return true;
}

/* Before Go 1.18: the address of a Go string header (address, length). */
static bool
pointed_text(struct elf *e, uint64_t off, unsigned word, bool big, struct str *ret)
{
	struct bytes b;
	uint64_t at, room;

	if (!elf_peek(e, off, word, &b))
		return false;
	b.big_endian = big;
	if (!elf_locate(e, bytes_word(&b, 0, word), &at, &room) || room < (uint64_t)2 * word ||
		!elf_peek(e, at, (uint64_t)2 * word, &b))
		return false;
	b.big_endian = big;
	if (!elf_locate(e, bytes_word(&b, 0, word), &at, &room) ||
		bytes_word(&b, word, word) > room)
		return false;
	return take_text(e, at, bytes_word(&b, word, word), ret);
}

/* Lines of "path\tX", "mod\t...", "build\tKEY=VALUE". */
static void
read_module(struct elf *e, struct str text, struct image_go *ret)
{
	if (text.len < 2 * SENTINEL + 1)
		return;
	text = str_drop(text, SENTINEL);
	text.len -= SENTINEL;
	while (text.len > 0 && ret->settings.count < MAX_SETTINGS) {
		struct str line = str_cut(&text, '\n');

		if (str_starts(line, "path\t"))
			ret->path = str_dup(e->arena, str_drop(line, 5));
		else if (str_starts(line, "build\t"))
			strvec_push(&ret->settings, str_dup(e->arena, str_drop(line, 6)));
	}
}

bool
go_build_info(struct elf *e, struct image_go *ret, struct error *err)
{
	struct str version = { NULL, 0 }, module = { NULL, 0 };
	struct bytes head;
	uint64_t off;
	bool ok;

	(void)err; /* what cannot be read leaves the facts out */
	*ret = (struct image_go){ .present = false };
	strvec_init(&ret->settings, e->arena);
	if (!find_magic(e, &off) || !elf_peek(e, off, HEADER_SIZE, &head))
		return true;
	ret->present = true;
	if (bytes_u8(&head, 15) & 2) {
		off += HEADER_SIZE;
		ok = inline_text(e, &off, &version) && inline_text(e, &off, &module);
	} else {
		unsigned word = bytes_u8(&head, 14) == 8 ? 8 : 4;
		bool big = (bytes_u8(&head, 15) & 1) != 0;

		ok = pointed_text(e, off + 16, word, big, &version) &&
		     pointed_text(e, off + 16 + word, word, big, &module);
	}
	ret->version = version.ptr ? str_dup(e->arena, version) : NULL;
	if (ok)
		read_module(e, module, ret);
	return true;
}
