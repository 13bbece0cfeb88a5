/* SPDX-License-Identifier: MIT */
/* From a PE file's addresses to its bytes. */
#include <inttypes.h>

#include "base/caps.h"
#include "linkcheck/read/pe_file.h"

#define CHUNK ((uint64_t)4096)
#define SECTOR 0x200u
#define SHORT_TEXT 64 /* most names are shorter */

static const struct pe_section *
section_of(const struct pe_file *p, uint64_t rva)
{
	size_t low = 0, high = p->facts.section_count;

	/* Sections are kept in the order of their addresses, and do not overlap. */
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct pe_section *s = &p->facts.sections[mid];

		if (rva < s->rva)
			high = mid;
		else if (rva - s->rva >= s->size)
			low = mid + 1;
		else
			return s;
	}
	return NULL;
}

/* Windows reads sections from whole sectors (MiCreateImageFileMap). */
static uint64_t
section_start(const struct pe_section *s)
{
	return s->offset & ~(uint64_t)(SECTOR - 1);
}

bool
pe_locate(const struct pe_file *p, uint64_t rva, uint64_t *ret_off, uint64_t *ret_room)
{
	const struct pe_section *s = p->flat ? NULL : section_of(p, rva);
	uint64_t size = p->img->input->size, off = rva, end = size;

	if (s) {
		off = section_start(s) + (rva - s->rva);
		end = section_start(s) + s->file_size;
		if (end - section_start(s) > s->size)
			end = section_start(s) + s->size;
	} else if (!p->flat) {
		end = p->headers_size;
	}
	if (end > size)
		end = size;
	if (off >= end)
		return false;
	*ret_off = off;
	*ret_room = end - off;
	return true;
}

static bool
in_chunk(const struct bytes *chunk, uint64_t off, uint64_t len)
{
	return chunk->ptr && off >= chunk->origin && bytes_has(chunk, off - chunk->origin, len);
}

bool
pe_peek_file(struct pe_file *p, uint64_t off, uint64_t len, struct bytes *ret)
{
	struct input *in = p->img->input;
	uint64_t want = len < CHUNK ? CHUNK : len;
	struct bytes got;
	struct error err;

	if (off > in->size || len > in->size - off)
		return false;
	for (unsigned i = 0; i <= PE_CHUNKS; i++) {
		struct bytes chunk = i < PE_CHUNKS ? p->chunks[i] : in->head;

		if (in_chunk(&chunk, off, len)) {
			*ret = bytes_slice(&chunk, off - chunk.origin, len);
			return true;
		}
	}
	if (want > in->size - off)
		want = in->size - off;
	if (p->chunk_bytes > CAP_PE_SCATTER)
		return false;
	p->chunk_bytes += want;
	error_clear(&err);
	if (!input_window(in, off, want, &got, &err))
		return false;
	p->chunks[p->chunk_next++ % PE_CHUNKS] = got;
	*ret = bytes_slice(&got, 0, len);
	return true;
}

bool
pe_peek(struct pe_file *p, uint64_t rva, uint64_t len, struct bytes *ret)
{
	static const unsigned char zeros[SHORT_TEXT];
	const struct pe_section *s;
	uint64_t off, room;

	if (pe_locate(p, rva, &off, &room))
		return len <= room && pe_peek_file(p, off, len, ret);
	s = p->flat ? NULL : section_of(p, rva);
	if (!s || len > sizeof(zeros) || len > s->size - (rva - s->rva))
		return false;
	*ret = bytes_from(zeros, len, 0, false);
	return true;
}

bool
pe_mapped(struct pe_file *p, uint64_t rva, uint64_t len, const char *what, struct bytes *ret)
{
	uint64_t off, room;

	if (!pe_locate(p, rva, &off, &room)) {
		image_defect(p->img, "%s: address 0x%" PRIx64 " is in no section", what, rva);
		return false;
	}
	if (len > room) {
		image_defect(p->img,
			"%s: %" PRIu64 " bytes at address 0x%" PRIx64 " run past their section",
			what, len, rva);
		return false;
	}
	return image_window(p->img, off, len, what, ret);
}

/* The text at an RVA, in place. */
static bool
peek_text(struct pe_file *p, uint64_t rva, struct str *ret)
{
	uint64_t off, room;

	if (!pe_locate(p, rva, &off, &room))
		return false;
	for (uint64_t len = SHORT_TEXT;; len = CAP_NAME) {
		struct bytes b;

		if (len > room)
			len = room;
		if (!pe_peek_file(p, off, len, &b))
			return false;
		*ret = bytes_cstr(&b, 0, len);
		if (!b.bad)
			return true;
		if (len == room || len == CAP_NAME)
			return false;
	}
}

const char *
pe_string(struct pe_file *p, uint64_t rva, const char *what)
{
	struct str text;

	if (!peek_text(p, rva, &text) || text.len == 0) {
		if (p->chunk_bytes > CAP_PE_SCATTER)
			image_defect(p->img, "its names lie too far apart to be read");
		else
			image_defect(p->img, "%s: no text at address 0x%" PRIx64, what, rva);
		return NULL;
	}
	p->text_bytes += text.len + 1;
	if (p->text_bytes > CAP_PE_TEXT) {
		image_defect(p->img, "its names are longer than %" PRIu64 " bytes together",
			CAP_PE_TEXT);
		return NULL;
	}
	return str_dup(p->arena, text);
}
