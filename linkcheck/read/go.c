/* SPDX-License-Identifier: MIT */
/*
 * Go's build information, as `go version -m` reads it (go/src/debug/buildinfo/buildinfo.go): a
 * magic on a 16-byte boundary of the section .go.buildinfo or of the first writable segment. Since
 * Go 1.18 two strings with a varint length follow; before, pointers to Go string headers.
 */
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/reader.h"

/* go_range of the readers says where. */
#define MAGIC "\xff Go buildinf:"
#define MAGIC_SIZE 14
#define HEADER_SIZE 32
#define MAX_SEARCH ((uint64_t)1 << 20)
#define MAX_TEXT ((uint64_t)1 << 20)
#define MAX_SETTINGS 4096
#define SENTINEL 16 /* the module text is wrapped in two markers of this size */

static bool
peek(struct image *img, uint64_t off, uint64_t len, struct bytes *ret)
{
	struct error err;

	return input_window(img->input, off, len, ret, &err);
}

static bool
find_magic(struct image *img, uint64_t *ret_off)
{
	uint64_t off, len;
	struct bytes b;

	if (!img->ops->go_range(img, &off, &len) || off >= img->input->size)
		return false;
	if (len > MAX_SEARCH)
		len = MAX_SEARCH;
	if (len > img->input->size - off)
		len = img->input->size - off;
	if (!peek(img, off, len, &b))
		return false;
	for (uint64_t at = 0; at + HEADER_SIZE <= len; at += 16)
		if (bytes_equal(&b, at, MAGIC, MAGIC_SIZE)) {
			*ret_off = off + at;
			return true;
		}
	return false;
}

static bool
read_varint(struct image *img, uint64_t *off, uint64_t *ret)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 63; shift += 7) {
		struct bytes b;
		uint8_t byte;

		if (!peek(img, (*off)++, 1, &b))
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
take_text(struct image *img, uint64_t off, uint64_t len, struct str *ret)
{
	struct bytes b;

	if (len > MAX_TEXT || !peek(img, off, len, &b))
		return false;
	*ret = (struct str){ (const char *)b.ptr, (size_t)b.len };
	return true;
}

static bool
inline_text(struct image *img, uint64_t *off, struct str *ret)
{
	uint64_t len;

	if (!read_varint(img, off, &len) || !take_text(img, *off, len, ret))
		return false;
	*off += len;
	return true;
}

/* Before Go 1.18: the address of a Go string header (address, length). */
static bool
pointed_text(struct image *img, uint64_t off, unsigned word, bool big, struct str *ret)
{
	struct bytes b;
	uint64_t at, room;

	if (!peek(img, off, word, &b))
		return false;
	b.big_endian = big;
	if (!img->ops->locate(img, bytes_word(&b, 0, word), &at, &room) ||
		room < (uint64_t)2 * word || !peek(img, at, (uint64_t)2 * word, &b))
		return false;
	b.big_endian = big;
	if (!img->ops->locate(img, bytes_word(&b, 0, word), &at, &room) ||
		bytes_word(&b, word, word) > room)
		return false;
	return take_text(img, at, bytes_word(&b, word, word), ret);
}

/* Lines of "path\tX", "mod\t...", "build\tKEY=VALUE". */
static void
read_module(struct image *img, struct str text, struct image_go *ret)
{
	if (text.len < 2 * SENTINEL + 1)
		return;
	text = str_drop(text, SENTINEL);
	text.len -= SENTINEL;
	while (text.len > 0 && ret->settings.count < MAX_SETTINGS) {
		struct str line = str_cut(&text, '\n');

		if (str_starts(line, "path\t"))
			ret->path = str_dup(img->arena, str_drop(line, 5));
		else if (str_starts(line, "build\t"))
			strvec_push(&ret->settings, str_dup(img->arena, str_drop(line, 6)));
	}
}

bool
go_build_info(struct image *img, struct image_go *ret, struct error *err)
{
	struct str version = { NULL, 0 }, module = { NULL, 0 };
	struct bytes head;
	uint64_t off;
	bool ok;

	(void)err; /* what cannot be read leaves the facts out */
	*ret = (struct image_go){ .present = false };
	strvec_init(&ret->settings, img->arena);
	if (!find_magic(img, &off) || !peek(img, off, HEADER_SIZE, &head))
		return true;
	ret->present = true;
	if (bytes_u8(&head, 15) & 2) {
		off += HEADER_SIZE;
		ok = inline_text(img, &off, &version) && inline_text(img, &off, &module);
	} else {
		unsigned word = bytes_u8(&head, 14) == 8 ? 8 : 4;
		bool big = (bytes_u8(&head, 15) & 1) != 0;

		ok = pointed_text(img, off + 16, word, big, &version) &&
		     pointed_text(img, off + 16 + word, word, big, &module);
	}
	ret->version = version.ptr ? str_dup(img->arena, version) : NULL;
	if (ok)
		read_module(img, module, ret);
	return true;
}
