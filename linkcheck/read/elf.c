/* SPDX-License-Identifier: MIT */
/* ELF identification, file header and program headers, widened into the image. */
#include "linkcheck/read/elf.h"

#include <inttypes.h>
#include <string.h>

#include "base/caps.h"

#define CHUNK ((uint64_t)4096)

bool
elf_is(const struct input *in)
{
	return bytes_equal(&in->head, 0, "\177ELF", 4);
}

bool
elf_window(struct elf *e, uint64_t off, uint64_t len, const char *what, struct bytes *ret)
{
	return image_window(e->img, off, len, what, ret);
}

static bool
in_chunk(const struct bytes *chunk, uint64_t off, uint64_t len)
{
	return chunk->ptr && off >= chunk->origin && bytes_has(chunk, off - chunk->origin, len);
}

static struct bytes
cut(struct elf *e, struct bytes chunk, uint64_t off, uint64_t len)
{
	struct bytes part = bytes_slice(&chunk, off - chunk.origin, len);

	part.big_endian = e->img->big_endian;
	return part;
}

bool
elf_peek(struct elf *e, uint64_t off, uint64_t len, struct bytes *ret)
{
	uint64_t want = len < CHUNK ? CHUNK : len;
	struct bytes got;
	struct error err;

	if (off > e->in->size || len > e->in->size - off)
		return false;
	if (in_chunk(&e->in->head, off, len)) {
		*ret = cut(e, e->in->head, off, len);
		return true;
	}
	for (unsigned i = 0; i < ELF_CHUNKS; i++)
		if (in_chunk(&e->chunks[i], off, len)) {
			*ret = cut(e, e->chunks[i], off, len);
			return true;
		}
	if (want > e->in->size - off)
		want = e->in->size - off;
	if (e->chunk_bytes > CAP_ELF_SCATTER)
		return false;
	e->chunk_bytes += want;
	error_clear(&err);
	if (!input_window(e->in, off, want, &got, &err))
		return false;
	e->chunks[e->chunk_next++ % ELF_CHUNKS] = got;
	*ret = cut(e, got, off, len);
	return true;
}

bool
elf_locate(const struct elf *e, uint64_t vaddr, uint64_t *ret_off, uint64_t *ret_room)
{
	for (size_t i = 0; i < e->img->segment_count; i++) {
		const struct image_segment *s = &e->img->segments[i];
		uint64_t delta = vaddr - s->vaddr, off;

		if (s->type != PT_LOAD || vaddr < s->vaddr || delta >= s->filesz)
			continue;
		if (!u64_add(s->offset, delta, &off) || off >= e->in->size)
			return false;
		*ret_off = off;
		*ret_room = s->filesz - delta;
		if (*ret_room > e->in->size - off)
			*ret_room = e->in->size - off;
		return true;
	}
	return false;
}

bool
elf_mapped(struct elf *e, uint64_t vaddr, uint64_t len, const char *what, struct bytes *ret)
{
	uint64_t off, room;

	if (!elf_locate(e, vaddr, &off, &room)) {
		image_defect(
			e->img, "%s: address 0x%" PRIx64 " is in no loaded segment", what, vaddr);
		return false;
	}
	if (len > room) {
		image_defect(e->img,
			"%s: %" PRIu64 " bytes at address 0x%" PRIx64 " run past its segment", what,
			len, vaddr);
		return false;
	}
	return elf_window(e, off, len, what, ret);
}

bool
elf_has(const struct elf *e, enum elf_tag tag)
{
	return (e->tags_seen >> tag & 1) != 0;
}

static void
read_header_fields(struct elf *e, struct bytes *h)
{
	struct image *img = e->img;
	unsigned w = e->word;
	uint64_t at = 24;

	e->type = bytes_u16(h, 16);
	img->machine = bytes_u16(h, 18);
	if (bytes_u32(h, 20) != 1)
		image_defect(e->img, "e_version is %" PRIu32 ", not 1", bytes_u32(h, 20));
	img->entry = bytes_word(h, at, w);
	e->phoff = bytes_word(h, at + w, w);
	e->shoff = bytes_word(h, at + (uint64_t)2 * w, w);
	at += (uint64_t)3 * w;
	img->flags = bytes_u32(h, at);
	e->phentsize = bytes_u16(h, at + 6);
	e->phnum = bytes_u16(h, at + 8);
	e->shentsize = bytes_u16(h, at + 10);
	e->shnum = bytes_u16(h, at + 12);
	e->shstrndx = bytes_u16(h, at + 14);
}

/* gABI ch. 4: counts that do not fit stand in the first section header. */
static void
read_extended_counts(struct elf *e)
{
	struct bytes s;
	unsigned w = e->word;

	if (e->shoff == 0 || (e->shnum != 0 && e->phnum != PN_XNUM && e->shstrndx != SHN_XINDEX))
		return;
	if (!elf_peek(e, e->shoff, w == 8 ? 64 : 40, &s))
		return;
	if (e->shnum == 0) {
		uint64_t n = bytes_word(&s, 8 + 3 * w, w);

		e->shnum = n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
	}
	if (e->shstrndx == SHN_XINDEX)
		e->shstrndx = bytes_u32(&s, 8 + 4 * w);
	if (e->phnum == PN_XNUM)
		e->phnum = bytes_u32(&s, 12 + 4 * w);
}

static struct image_segment
segment_at(const struct elf *e, struct bytes *table, uint64_t i)
{
	uint64_t at = i * e->phentsize;
	struct image_segment s = { .type = bytes_u32(table, at) };

	if (e->word == 8) {
		s.flags = bytes_u32(table, at + 4);
		s.offset = bytes_u64(table, at + 8);
		s.vaddr = bytes_u64(table, at + 16);
		s.filesz = bytes_u64(table, at + 32);
		s.memsz = bytes_u64(table, at + 40);
		s.align = bytes_u64(table, at + 48);
	} else {
		s.offset = bytes_u32(table, at + 4);
		s.vaddr = bytes_u32(table, at + 8);
		s.filesz = bytes_u32(table, at + 16);
		s.memsz = bytes_u32(table, at + 20);
		s.flags = bytes_u32(table, at + 24);
		s.align = bytes_u32(table, at + 28);
	}
	return s;
}

/* What the kernel or a loader refuses in a segment; alignment is a rule's business (LC066). */
static void
check_segment(struct elf *e, size_t i, const struct image_segment *s)
{
	uint64_t end;

	if (s->type != PT_LOAD && s->type != PT_INTERP && s->type != PT_DYNAMIC)
		return;
	if (!u64_add(s->offset, s->filesz, &end) || end > e->in->size)
		image_defect(e->img,
			"segment %zu: its content at offset 0x%" PRIx64 " (%" PRIu64
			" bytes) lies outside the file of %" PRIu64 " bytes",
			i, s->offset, s->filesz, e->in->size);
	if (s->type == PT_LOAD && s->filesz > s->memsz)
		image_defect(e->img, "segment %zu: larger in the file than in memory", i);
	if (s->type == PT_LOAD && !u64_add(s->vaddr, s->memsz, &end))
		image_defect(e->img, "segment %zu: its addresses wrap around", i);
}

static void
read_segments(struct elf *e)
{
	struct image *img = e->img;
	uint16_t size = e->word == 8 ? 56 : 32;
	struct bytes table;

	if (e->phnum == 0)
		return;
	if (e->phnum > CAP_ELF_HEADERS) {
		image_defect(e->img, "it claims %" PRIu32 " program headers", e->phnum);
		return;
	}
	/* glibc and musl require the exact size; so does Linux. */
	if (e->phentsize != size) {
		image_defect(e->img, "e_phentsize is %u, not %u", e->phentsize, size);
		return;
	}
	if (!elf_window(e, e->phoff, (uint64_t)e->phnum * size, "program headers", &table))
		return;
	img->segments = ARENA_ARRAY(e->arena, e->phnum, struct image_segment);
	img->segment_count = e->phnum;
	for (size_t i = 0; i < e->phnum; i++)
		img->segments[i] = segment_at(e, &table, i);
}

static void
read_interpreter(struct elf *e, const struct image_segment *s)
{
	struct bytes b;
	struct str text;

	if (s->filesz > CAP_PATH) {
		image_defect(e->img, "PT_INTERP is %" PRIu64 " bytes long", s->filesz);
		return;
	}
	if (!elf_window(e, s->offset, s->filesz, "PT_INTERP", &b))
		return;
	text = bytes_cstr(&b, 0, CAP_PATH);
	if (b.bad)
		image_defect(e->img, "PT_INTERP has no end");
	else
		e->img->interpreter = str_dup(e->arena, text);
}

/*
 * glibc's DEFAULT_STACK_PERMS (sysdeps/.../stackinfo.h): without PT_GNU_STACK the stack is executable on
 * all but these.
 */
static bool
stack_default_executable(uint16_t machine)
{
	return machine != EM_PPC64 && machine != EM_IA_64 && machine != EM_LOONGARCH;
}

static void
read_segment_facts(struct elf *e)
{
	struct image *img = e->img;

	img->stack_executable = stack_default_executable(img->machine);
	for (size_t i = 0; i < img->segment_count; i++) {
		const struct image_segment *s = &img->segments[i];

		check_segment(e, i, s);
		if (s->type == PT_INTERP) {
			read_interpreter(e, s);
		} else if (s->type == PT_GNU_STACK) {
			img->has_stack_segment = true;
			img->stack_executable = (s->flags & PF_X) != 0;
		} else if (s->type == PT_GNU_RELRO && s->memsz > 0) {
			img->has_relro = true;
		}
	}
}

/*
 * ET_DYN is a program when it says so (DF_1_PIE), names an interpreter or has DT_DEBUG, which linkers give to
 * programs only. glibc's own libraries have an interpreter, so that they can print their version; they
 * have a soname too, which no program has.
 */
static enum image_type
type_of(const struct elf *e)
{
	const struct image *img = e->img;

	switch (e->type) {
	case ET_REL:
		return IMAGE_RELOCATABLE;
	case ET_EXEC:
		return IMAGE_EXECUTABLE;
	case ET_DYN:
		if (img->dt_flags_1 & DF_1_PIE)
			return IMAGE_PIE;
		if (!img->soname && (img->interpreter || elf_has(e, ELF_DEBUG)))
			return IMAGE_PIE;
		return IMAGE_SHARED;
	case ET_CORE:
		return IMAGE_CORE;
	default:
		return IMAGE_OTHER;
	}
}

static bool
read_ident(struct elf *e, struct error *err)
{
	struct image *img = e->img;
	struct bytes *head = &e->in->head;
	uint8_t class = bytes_u8(head, EI_CLASS), data = bytes_u8(head, EI_DATA);

	if (class < 1 || class > 2 || data < 1 || data > 2) {
		error_set(err, ERROR_FORMAT, "%s has an ELF header of no known class or byte order",
			e->in->name);
		return error_where(err, "%s: EI_CLASS %u, EI_DATA %u", e->in->name, class, data);
	}
	e->word = class == 2 ? 8 : 4;
	img->bits = class == 2 ? 64 : 32;
	img->big_endian = data == 2;
	img->osabi = bytes_u8(head, EI_OSABI);
	img->abi_version = bytes_u8(head, EI_ABIVERSION);
	if (bytes_u8(head, EI_VERSION) != 1)
		image_defect(e->img, "EI_VERSION is %u, not 1", bytes_u8(head, EI_VERSION));
	if (head->len < (e->word == 8 ? 64 : 52)) {
		error_set(err, ERROR_FORMAT, "%s ends inside its ELF header", e->in->name);
		return error_where(err, "%s, offset %" PRIu64, e->in->name, head->len);
	}
	return true;
}

bool
elf_open(struct image *img, struct error *err)
{
	struct elf *e = ARENA_NEW(img->arena, struct elf);
	struct bytes head = img->input->head;

	img->reader = e;
	img->format = FORMAT_ELF;
	e->img = img;
	e->in = img->input;
	e->arena = img->arena;
	if (!read_ident(e, err))
		return false;
	head.big_endian = img->big_endian;
	read_header_fields(e, &head);
	read_extended_counts(e);
	elf_read_sections(e);
	if (img->debug_only) {
		img->type = IMAGE_OTHER;
		return true;
	}
	read_segments(e);
	read_segment_facts(e);
	elf_read_dynamic(e);
	elf_read_versions(e);
	elf_read_notes(e);
	elf_read_float_abi(e);
	img->type = type_of(e);
	return true;
}

static bool
imports(struct image *img, const struct image_import **ret, size_t *ret_count, struct error *err)
{
	struct elf *e = img->reader;

	if (!elf_imports(e, err))
		return false;
	*ret = e->imports;
	*ret_count = e->import_count;
	return true;
}

static bool
exports(struct image *img, const struct image_export **ret, size_t *ret_count, struct error *err)
{
	struct elf *e = img->reader;

	if (!elf_exports(e, err))
		return false;
	*ret = e->exports;
	*ret_count = e->export_count;
	return true;
}

static bool
export_find(struct image *img, const char *name, size_t i, struct image_export *ret)
{
	return elf_export_find(img->reader, name, i, ret);
}

static bool
section(struct image *img, const char *name, uint64_t *ret_off, uint64_t *ret_len)
{
	return elf_section(img->reader, name, ret_off, ret_len);
}

static bool
locate(struct image *img, uint64_t vaddr, uint64_t *ret_off, uint64_t *ret_room)
{
	return elf_locate(img->reader, vaddr, ret_off, ret_room);
}

static bool
version_users(struct image *img, const bool *wanted, size_t limit, image_user *visit, void *ctx,
	struct error *err)
{
	return elf_version_users(img->reader, wanted, limit, visit, ctx, err);
}

static bool
static_libc(struct image *img, struct image_static_libc *ret, struct error *err)
{
	return elf_static_libc(img->reader, ret, err);
}

static bool
object_parts(struct image *img, struct image_object *ret)
{
	return elf_object(img->reader, ret);
}

static bool
guards(struct image *img, unsigned *ret_seen, unsigned *ret_guarded)
{
	return elf_guards(img->reader, ret_seen, ret_guarded);
}

static void
build_paths(struct image *img, struct image_paths *ret)
{
	elf_paths(img->reader, ret);
}

/* The section, or where there are none the first writable segment. */
static bool
go_range(struct image *img, uint64_t *ret_off, uint64_t *ret_len)
{
	if (elf_section(img->reader, ".go.buildinfo", ret_off, ret_len))
		return true;
	if (img->has_sections && !img->notes.go)
		return false;
	for (size_t i = 0; i < img->segment_count; i++) {
		const struct image_segment *s = &img->segments[i];

		if (s->type != PT_LOAD || (s->flags & (PF_W | PF_X)) != PF_W)
			continue;
		*ret_off = s->offset;
		*ret_len = s->filesz;
		return true;
	}
	return false;
}

static bool
settle(struct image *img, struct error *err)
{
	(void)err; /* what cannot be read is a defect of the image */
	(void)elf_symbols_ready(img->reader);
	(void)elf_hash_ready(img->reader);
	(void)elf_read_relocs(img->reader);
	return true;
}

static void *
share(struct image *copy)
{
	struct elf *e = ARENA_NEW(copy->arena, struct elf);

	*e = *(const struct elf *)copy->reader;
	e->img = copy;
	e->in = copy->input;
	e->arena = copy->arena;
	return e;
}

const struct image_reader elf_reader = {
	.format = FORMAT_ELF,
	.name = "ELF",
	.is = elf_is,
	.open = elf_open,
	.imports = imports,
	.exports = exports,
	.export_find = export_find,
	.section = section,
	.locate = locate,
	.go_range = go_range,
	.version_users = version_users,
	.static_libc = static_libc,
	.object_parts = object_parts,
	.guards = guards,
	.build_paths = build_paths,
	.settle = settle,
	.share = share,
};
