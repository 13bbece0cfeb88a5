/* SPDX-License-Identifier: MIT */
/* The dynamic section: what the loader is told, in the words of gABI ch. 5. */
#include <inttypes.h>
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/elf.h"

#define MAX_STRING (64 << 10) /* search paths of some packagers are longer than any name */

static const struct {
	uint64_t tag;
	enum elf_tag slot;
	bool mips; /* a processor-specific number */
} slots[] = {
	{ DT_STRTAB, ELF_STRTAB, false },
	{ DT_STRSZ, ELF_STRSZ, false },
	{ DT_SYMTAB, ELF_SYMTAB, false },
	{ DT_SYMENT, ELF_SYMENT, false },
	{ DT_HASH, ELF_HASH, false },
	{ DT_GNU_HASH, ELF_GNU_HASH, false },
	{ DT_REL, ELF_REL, false },
	{ DT_RELSZ, ELF_RELSZ, false },
	{ DT_RELA, ELF_RELA, false },
	{ DT_RELASZ, ELF_RELASZ, false },
	{ DT_JMPREL, ELF_JMPREL, false },
	{ DT_PLTRELSZ, ELF_PLTRELSZ, false },
	{ DT_PLTREL, ELF_PLTREL, false },
	{ DT_RELR, ELF_RELR, false },
	{ DT_RELRSZ, ELF_RELRSZ, false },
	{ DT_VERSYM, ELF_VERSYM, false },
	{ DT_VERDEF, ELF_VERDEF, false },
	{ DT_VERDEFNUM, ELF_VERDEFNUM, false },
	{ DT_VERNEED, ELF_VERNEED, false },
	{ DT_VERNEEDNUM, ELF_VERNEEDNUM, false },
	{ DT_DEBUG, ELF_DEBUG, false },
	{ DT_MIPS_SYMTABNO, ELF_MIPS_SYMTABNO, true },
	{ DT_MIPS_GOTSYM, ELF_MIPS_GOTSYM, true },
};

static void
keep_slot(struct elf *e, uint64_t tag, uint64_t value)
{
	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		if (slots[i].tag != tag || (slots[i].mips && e->img->machine != EM_MIPS))
			continue;
		e->tag[slots[i].slot] = value;
		e->tags_seen |= (uint32_t)1 << slots[i].slot;
		return;
	}
}

/* Said once, however often the tag is there. */
static void
not_simulated(struct image *img, const char *text)
{
	if (!strvec_has(&img->unsimulated, text))
		strvec_push(&img->unsimulated, text);
}

/* Tags that are facts by themselves. */
static void
keep_fact(struct elf *e, uint64_t tag, uint64_t value)
{
	struct image *img = e->img;

	switch (tag) {
	case DT_SYMBOLIC:
		img->dt_flags |= DF_SYMBOLIC;
		break;
	case DT_TEXTREL:
		img->dt_flags |= DF_TEXTREL;
		img->has_textrel_tag = true;
		break;
	case DT_BIND_NOW:
		img->dt_flags |= DF_BIND_NOW;
		break;
	case DT_FLAGS:
		img->dt_flags |= value;
		break;
	case DT_FLAGS_1:
		img->dt_flags_1 |= value;
		break;
	case DT_RELR:
		img->has_relr = true;
		break;
	case DT_ANDROID_REL:
	case DT_ANDROID_RELA:
		not_simulated(img, "Android's packed relocations are not read: when a symbol is "
				   "bound is not known");
		break;
	case DT_MIPS_XHASH:
		if (img->machine == EM_MIPS)
			not_simulated(img, "the MIPS xhash symbol table is not read");
		break;
	default:
		break;
	}
}

/* Looked up once: a file may have many thousands of segments and of names. */
static bool
find_strings(struct elf *e)
{
	if (e->strings_found)
		return e->strings_room > 0;
	e->strings_found = true;
	if (!elf_has(e, ELF_STRTAB) ||
		!elf_locate(e, e->tag[ELF_STRTAB], &e->strings_at, &e->strings_room))
		e->strings_room = 0;
	else if (elf_has(e, ELF_STRSZ) && e->tag[ELF_STRSZ] < e->strings_room)
		e->strings_room = e->tag[ELF_STRSZ];
	return e->strings_room > 0;
}

const char *
elf_string(struct elf *e, uint64_t off, const char *what)
{
	static const uint64_t tries[] = { 256, CAP_NAME, MAX_STRING };
	struct bytes b;

	if (!find_strings(e)) {
		image_defect(e->img, "%s: there is no dynamic string table", what);
		return NULL;
	}
	if (off >= e->strings_room) {
		image_defect(e->img,
			"%s: offset %" PRIu64 " is outside the string table of %" PRIu64 " bytes",
			what, off, e->strings_room);
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(tries) && e->text_bytes < CAP_ELF_TEXT; i++) {
		uint64_t room = e->strings_room - off, len = room < tries[i] ? room : tries[i];
		struct str text;

		if (!elf_peek(e, e->strings_at + off, len, &b))
			break;
		text = bytes_cstr(&b, 0, len);
		e->text_bytes += text.len;
		if (!b.bad)
			return str_dup(e->arena, text);
	}
	image_defect(e->img, "%s: the string at offset %" PRIu64 " has no end within %d bytes",
		what, off, MAX_STRING);
	return NULL;
}

/* The name of a library, one of `count` so far; NULL when it is none, or one too many. */
static const char *
library_name(struct elf *e, size_t count, uint64_t off, const char *what)
{
	const char *s;

	if (count >= CAP_ELF_NEEDED) {
		if (count == CAP_ELF_NEEDED)
			image_defect(e->img, "more than %d %s entries", CAP_ELF_NEEDED, what);
		return NULL;
	}
	s = elf_string(e, off, what);
	if (s && strlen(s) >= CAP_NAME)
		image_defect(e->img, "%s: a name of %zu bytes, which no system can open", what,
			strlen(s));
	return s;
}

static void
add_needed(struct elf *e, size_t *cap, uint64_t off)
{
	struct image_list *list = &e->img->needed;
	const char *s = library_name(e, list->count, off, "DT_NEEDED");

	if (!s)
		return;
	if (list->count == *cap) {
		size_t grown = *cap ? *cap * 2 : 8;

		list->items =
			arena_grow(e->arena, list->items, *cap, grown, sizeof(list->items[0]));
		*cap = grown;
	}
	list->items[list->count++] = s;
}

static void
add_filter(struct elf *e, size_t *cap, uint64_t off, bool auxiliary)
{
	struct image *img = e->img;
	const char *s =
		library_name(e, img->filter_count, off, auxiliary ? "DT_AUXILIARY" : "DT_FILTER");

	if (!s)
		return;
	if (img->filter_count == *cap) {
		size_t grown = *cap ? *cap * 2 : 4;

		img->filters =
			arena_grow(e->arena, img->filters, *cap, grown, sizeof(img->filters[0]));
		*cap = grown;
	}
	img->filters[img->filter_count++] =
		(struct image_filter){ s, auxiliary, img->needed.count };
}

/* Strings come second: DT_STRTAB may stand behind the tags that point into it. A tag that is there twice counts as the
 * loaders count it: the last one. */
static void
read_strings(struct elf *e, struct bytes *dyn, uint64_t entries)
{
	struct image *img = e->img;
	size_t needed_cap = 0, filter_cap = 0;
	unsigned w = e->word;

	for (uint64_t i = 0; i < entries; i++) {
		uint64_t tag = bytes_word(dyn, i * 2 * w, w);
		uint64_t value = bytes_word(dyn, i * 2 * w + w, w);

		if (tag == DT_NEEDED)
			add_needed(e, &needed_cap, value);
		else if (tag == DT_FILTER || tag == DT_AUXILIARY)
			add_filter(e, &filter_cap, value, tag == DT_AUXILIARY);
		else if (tag == DT_SONAME)
			img->soname = elf_string(e, value, "DT_SONAME");
		else if (tag == DT_RPATH)
			img->rpath = elf_string(e, value, "DT_RPATH");
		else if (tag == DT_RUNPATH)
			img->runpath = elf_string(e, value, "DT_RUNPATH");
	}
}

static uint64_t
read_tags(struct elf *e, struct bytes *dyn)
{
	unsigned w = e->word;
	uint64_t entries = dyn->len / ((uint64_t)2 * w);

	if (entries > CAP_ELF_DYNAMIC)
		entries = CAP_ELF_DYNAMIC;
	for (uint64_t i = 0; i < entries; i++) {
		uint64_t tag = bytes_word(dyn, i * 2 * w, w);
		uint64_t value = bytes_word(dyn, i * 2 * w + w, w);

		if (tag == DT_NULL)
			return i;
		keep_slot(e, tag, value);
		keep_fact(e, tag, value);
	}
	if (entries == CAP_ELF_DYNAMIC)
		image_defect(
			e->img, "the dynamic section has more than %d entries", CAP_ELF_DYNAMIC);
	else
		image_defect(e->img, "the dynamic section has no end (DT_NULL)");
	return entries;
}

/* The loaders use the segment's address; the offset serves when nothing is mapped there. */
static bool
find_dynamic(struct elf *e, struct bytes *ret)
{
	for (size_t i = 0; i < e->img->segment_count; i++) {
		const struct image_segment *s = &e->img->segments[i];
		uint64_t off, room, cap = (uint64_t)CAP_ELF_DYNAMIC * 2 * e->word;

		if (s->type != PT_DYNAMIC)
			continue;
		if (!elf_locate(e, s->vaddr, &off, &room)) {
			off = s->offset;
			room = s->filesz;
		}
		if (s->filesz < room)
			room = s->filesz;
		return elf_window(e, off, room < cap ? room : cap, "dynamic section", ret);
	}
	return false;
}

void
elf_read_dynamic(struct elf *e)
{
	struct image *img = e->img;
	struct bytes dyn;
	uint64_t entries;

	if (!find_dynamic(e, &dyn))
		return;
	img->dynamic = true;
	entries = read_tags(e, &dyn);
	read_strings(e, &dyn, entries);
	img->has_textrel = (img->dt_flags & DF_TEXTREL) != 0;
}
