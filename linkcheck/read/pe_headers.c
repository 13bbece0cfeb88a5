/* SPDX-License-Identifier: MIT */
/*
 * The headers of a PE file: MS-DOS stub, COFF header, optional header, data directories, sections
 * ("PE Format", learn.microsoft.com/windows/win32/debug/pe-format).
 */
#include <inttypes.h>
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/pe_file.h"

#define DOS_SIZE 64
#define NEW_HEADER_AT 60 /* e_lfanew */
#define COFF_SIZE 20
#define SECTION_SIZE 40
#define MAGIC_PE32 0x10b
#define MAGIC_PE32_PLUS 0x20b
#define PAGE 0x1000u

/* The optional header up to the data directories. */
#define OPTIONAL_32 96
#define OPTIONAL_64 112

static const struct {
	const char *arch;
	uint16_t machine;
	uint8_t bits;
} machines[] = {
	{ "386", PE_MACHINE_386, 32 },
	{ "amd64", PE_MACHINE_AMD64, 64 },
	{ "arm64", PE_MACHINE_ARM64, 64 },
	{ "arm", PE_MACHINE_ARMNT, 32 },
	{ "arm", PE_MACHINE_ARM, 32 },
	{ "arm", 0x01c2, 32 }, /* Thumb */
	{ "ia64", 0x0200, 64 },
	{ "ebc", 0x0ebc, 64 },
	{ "riscv32", 0x5032, 32 },
	{ "riscv64", 0x5064, 64 },
	{ "loong32", 0x6232, 32 },
	{ "loong64", 0x6264, 64 },
};

static void
read_machine(struct pe_file *p)
{
	struct image *img = p->img;

	img->bits = p->facts.plus ? 64 : 32;
	for (size_t i = 0; i < ARRAY_LEN(machines); i++) {
		if (machines[i].machine != img->machine)
			continue;
		img->arch = machines[i].arch;
		if (machines[i].bits != img->bits && img->machine != 0x0ebc)
			image_defect(img,
				"its optional header is that of %u bits, its machine is %s",
				img->bits, img->arch);
		return;
	}
	img->arch = arena_printf(img->arena, "machine 0x%04x", img->machine);
}

static struct pe_version
version_at(struct bytes *b, uint64_t off)
{
	return (struct pe_version){ bytes_u16(b, off), bytes_u16(b, off + 2) };
}

static void
read_optional(struct pe_file *p, struct bytes *b)
{
	struct pe *f = &p->facts;
	uint32_t align = bytes_u32(b, 32), count;
	unsigned fixed = f->plus ? OPTIONAL_64 : OPTIONAL_32;

	f->linker = (struct pe_version){ bytes_u8(b, 2), bytes_u8(b, 3) };
	p->img->entry = bytes_u32(b, 16);
	f->base = f->plus ? bytes_u64(b, 24) : bytes_u32(b, 28);
	p->flat = align < PAGE;
	f->os_version = version_at(b, 40);
	f->subsystem_version = version_at(b, 48);
	f->image_size = bytes_u32(b, 56);
	p->headers_size = bytes_u32(b, 60);
	f->subsystem = bytes_u16(b, 68);
	f->dll_characteristics = bytes_u16(b, 70);
	count = bytes_u32(b, fixed - 4);
	if (count > PE_DIRS)
		count = PE_DIRS; /* so does the loader */
	for (uint32_t i = 0; i < count && bytes_has(b, fixed + i * 8, 8); i++)
		p->dirs[i] = (struct pe_range){ bytes_u32(b, fixed + i * 8),
			bytes_u32(b, fixed + i * 8 + 4) };
}

/* "/123" is an offset in the string table behind the COFF symbols: GNU ld's debugging sections. */
static const char *
section_name(struct pe_file *p, struct bytes *b, uint64_t at, uint64_t strings)
{
	struct bytes field = bytes_slice(b, at, 8), text;
	size_t n = strnlen((const char *)field.ptr, 8);
	struct str name = { (const char *)field.ptr, n }, full;
	uint64_t off, len = 64;

	if (n > 1 && name.ptr[0] == '/' && strings != 0 &&
		str_to_u64(str_drop(name, 1), UINT32_MAX, &off) && off < p->img->input->size &&
		strings + off < p->img->input->size) {
		if (len > p->img->input->size - strings - off)
			len = p->img->input->size - strings - off;
		if (pe_peek_file(p, strings + off, len, &text)) {
			full = bytes_cstr(&text, 0, len);
			if (!text.bad)
				return str_dup(p->arena, full);
		}
	}
	return str_dup(p->arena, name);
}

static void
check_section(struct pe_file *p, const struct pe_section *s)
{
	uint64_t size = p->img->input->size;

	if (s->file_size != 0 && (s->offset > size || s->file_size > size - s->offset))
		image_defect(p->img,
			"section %s: its content at offset 0x%" PRIx32 " (%" PRIu32
			" bytes) lies outside the file of %" PRIu64 " bytes",
			s->name, s->offset, s->file_size, size);
}

static void
read_sections(struct pe_file *p, uint64_t at, uint32_t count, uint64_t strings)
{
	struct pe *f = &p->facts;
	uint64_t next = 0;
	struct bytes b;

	if (count > CAP_PE_SECTIONS) {
		image_defect(p->img, "it claims %" PRIu32 " sections", count);
		count = CAP_PE_SECTIONS;
	}
	if (!image_window(p->img, at, (uint64_t)count * SECTION_SIZE, "section table", &b))
		return;
	f->sections = ARENA_ARRAY(p->arena, count, struct pe_section);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t off = (uint64_t)i * SECTION_SIZE;
		struct pe_section s = {
			.name = section_name(p, &b, off, strings),
			.size = bytes_u32(&b, off + 8),
			.rva = bytes_u32(&b, off + 12),
			.file_size = bytes_u32(&b, off + 16),
			.offset = bytes_u32(&b, off + 20),
			.flags = bytes_u32(&b, off + 36),
		};

		if (s.size == 0)
			s.size = s.file_size;
		/* Windows refuses sections that do not follow each other (MiCreateImageFileMap). */
		if (s.rva < next && !p->flat) {
			image_defect(p->img, "section %s: it does not lie behind the one before",
				s.name);
			return;
		}
		next = (uint64_t)s.rva + s.size;
		check_section(p, &s);
		f->sections[f->section_count++] = s;
	}
}

/* Offset of the string table: behind the symbols (COFF symbol records have 18 bytes). */
static uint64_t
strings_at(const struct pe_file *p, uint32_t symbols, uint32_t count)
{
	uint64_t at = symbols + (uint64_t)count * 18;

	return symbols != 0 && at < p->img->input->size ? at : 0;
}

static bool
not_pe(struct pe_file *p, struct error *err, const char *what, uint64_t off)
{
	error_set(err, ERROR_FORMAT, "%s is no PE file: %s", p->img->path, what);
	return error_where(err, "%s, offset %" PRIu64, p->img->path, off);
}

/* Microsoft's linker puts a block that ends in "Rich" between the stub and the header. */
static bool
has_rich(struct pe_file *p, uint64_t until)
{
	struct bytes *head = &p->img->input->head;

	for (uint64_t at = DOS_SIZE; at + 4 <= until && at + 4 <= head->len; at += 4)
		if (bytes_equal(head, at, "Rich", 4))
			return true;
	return false;
}

bool
pe_read_headers(struct pe_file *p, struct error *err)
{
	struct pe *f = &p->facts;
	struct bytes dos = p->img->input->head, coff, optional;
	uint64_t at = bytes_u32(&dos, NEW_HEADER_AT);
	uint32_t sections, symbols, symbol_count;
	uint16_t optional_size, magic;

	if (dos.bad)
		return not_pe(p, err, "it ends inside its MS-DOS header", dos.bad_at);
	if (!pe_peek_file(p, at, 4 + COFF_SIZE, &coff) || !bytes_equal(&coff, 0, "PE\0", 4))
		return not_pe(p, err, "its MS-DOS header names no PE header", NEW_HEADER_AT);
	p->img->machine = bytes_u16(&coff, 4);
	sections = bytes_u16(&coff, 6);
	f->timestamp = bytes_u32(&coff, 8);
	symbols = bytes_u32(&coff, 12);
	symbol_count = bytes_u32(&coff, 16);
	optional_size = bytes_u16(&coff, 20);
	f->characteristics = bytes_u16(&coff, 22);
	p->img->has_symtab = symbols != 0 && symbol_count != 0;
	at += 4 + COFF_SIZE;
	if (optional_size < OPTIONAL_32 || !pe_peek_file(p, at, optional_size, &optional))
		return not_pe(p, err, "its optional header is cut short", at);
	magic = bytes_u16(&optional, 0);
	f->plus = magic == MAGIC_PE32_PLUS;
	if ((magic != MAGIC_PE32 && !f->plus) || (f->plus && optional_size < OPTIONAL_64))
		return not_pe(p, err, "its optional header is of no known kind", at);
	p->word = f->plus ? 8 : 4;
	read_optional(p, &optional);
	read_machine(p);
	f->rich = has_rich(p, at);
	read_sections(p, at + optional_size, sections, strings_at(p, symbols, symbol_count));
	return true;
}
