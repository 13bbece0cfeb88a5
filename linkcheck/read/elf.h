/* SPDX-License-Identifier: MIT */
/*
 * The ELF reader's inside: what elf_*.c share and image.c dispatches to. Both classes and both
 * byte orders are widened here and never seen above. Everything is found through program headers
 * and the dynamic section, as the loaders do; section headers serve only what has no segment.
 *
 * The reader's state lives in the image's arena. Small reads go through a few cached chunks, whose
 * total is capped, so that a hostile table that points all over the file costs a bounded amount.
 */
#ifndef LINKCHECK_ELF_H
#define LINKCHECK_ELF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/input.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/read/reader.h"

#define ELF_CHUNKS 4

/* One dynamic tag that has a single value. */
enum elf_tag {
	ELF_STRTAB,
	ELF_STRSZ,
	ELF_SYMTAB,
	ELF_SYMENT,
	ELF_HASH,
	ELF_GNU_HASH,
	ELF_REL,
	ELF_RELSZ,
	ELF_RELA,
	ELF_RELASZ,
	ELF_JMPREL,
	ELF_PLTRELSZ,
	ELF_PLTREL,
	ELF_RELR,
	ELF_RELRSZ,
	ELF_VERSYM,
	ELF_VERDEF,
	ELF_VERDEFNUM,
	ELF_VERNEED,
	ELF_VERNEEDNUM,
	ELF_DEBUG,
	ELF_MIPS_SYMTABNO,
	ELF_MIPS_GOTSYM,
	ELF_TAGS
};

struct elf {
	struct image *img;
	struct input *in;
	struct arena *arena;
	unsigned word; /* bytes of an address: 4 or 8 */
	uint16_t type; /* e_type */
	uint64_t phoff, shoff;
	uint32_t phnum, shnum, shstrndx;
	uint16_t phentsize, shentsize;

	struct bytes chunks[ELF_CHUNKS];
	unsigned chunk_next;
	uint64_t chunk_bytes; /* read so far through chunks */
	uint64_t text_bytes;  /* of names copied so far */
	bool strings_found;   /* DT_STRTAB was looked for */
	uint64_t strings_at, strings_room;

	uint64_t tag[ELF_TAGS];
	uint32_t tags_seen; /* bit n: tag[n] is set */

	struct bytes sections; /* the section header table, or empty */

	bool versions_ready, symbols_ready;
	struct bytes dynsym, dynstr, versym; /* valid once symbols_ready; versym may be empty */
	struct bytes gnu_hash, sysv_hash;    /* whole tables, or empty */
	uint64_t symbol_count;
	unsigned sysv_word; /* bytes of a word of sysv_hash, once that was read */
	uint8_t *relocs;    /* ELF_REF_* of each symbol, once they were read */
	uint64_t dynsym_at; /* file offset of the symbol table */
	const struct image_version_need **needs_by_index; /* of DT_VERSYM; NULL where none */
	const struct image_version_def **defs_by_index;
	size_t version_limit;

	struct image_import *imports;
	size_t import_count;
	bool imports_ready;
	struct image_export *exports;
	size_t export_count;
	bool exports_ready;
};

/* One dynamic or static symbol, widened. */
struct elf_symbol {
	uint32_t name;
	uint8_t bind, type, visibility;
	uint16_t section;
	uint64_t value, size;
};

/* elf.c: headers. */
bool elf_is(const struct input *in);
bool elf_open(struct image *img, struct error *err) MUST_USE;
/* [off, off+len) in the file's byte order; false and a defect "WHAT ..." when it cannot be had. */
bool elf_window(struct elf *e, uint64_t off, uint64_t len, const char *what, struct bytes *ret);
/* The same for a few bytes, through the cached chunks, without a defect. */
bool elf_peek(struct elf *e, uint64_t off, uint64_t len, struct bytes *ret);
/* Where an address lies in the file and how many bytes of its segment follow. */
bool elf_locate(const struct elf *e, uint64_t vaddr, uint64_t *ret_off, uint64_t *ret_room);
/* The window at an address. */
bool elf_mapped(struct elf *e, uint64_t vaddr, uint64_t len, const char *what, struct bytes *ret);
bool elf_has(const struct elf *e, enum elf_tag tag);

/* elf_dynamic.c */
void elf_read_dynamic(struct elf *e);
/* The string at `off` of DT_STRTAB, copied; NULL and a defect "WHAT ..." when it has none. */
const char *elf_string(struct elf *e, uint64_t off, const char *what);

/* elf_versions.c */
void elf_read_versions(struct elf *e);

/* elf_symtab.c: the dynamic symbol table and its companions. */
bool elf_symbols_ready(struct elf *e); /* reads them once; false when there are none */
/* Only counts the symbols and reads DT_VERSYM; one symbol at a time is then had by elf_symbol_peek,
 * which is the cheaper way to a few of many. */
bool elf_versions_ready(struct elf *e);
bool elf_symbol_peek(struct elf *e, uint64_t index, struct elf_symbol *ret, const char **ret_name);
struct elf_symbol elf_symbol_at(const struct elf *e, struct bytes *table, uint64_t index);
/* A name in DT_STRTAB, in place; NULL when it has none. */
const char *elf_symbol_name(struct elf *e, const struct elf_symbol *s);
uint16_t elf_symbol_version(struct elf *e, uint64_t index); /* with VERSYM_HIDDEN */

/* elf_symbols.c: imports and exports. */
bool elf_imports(struct elf *e, struct error *err) MUST_USE;
bool elf_exports(struct elf *e, struct error *err) MUST_USE;
bool elf_export_find(struct elf *e, const char *name, size_t i, struct image_export *ret);
bool elf_version_users(struct elf *e, const bool *wanted, size_t limit, image_user *visit,
	void *ctx, struct error *err) MUST_USE;

/* elf_hash.c: the number of dynamic symbols, as the tables tell it. */
uint64_t elf_symbol_total(struct elf *e);
/* Reads the hash table that counts (elf.gnu_hash, else elf.sysv_hash); false when there is none. */
bool elf_hash_ready(struct elf *e);
/* Calls `visit` for each index a loader would look at for `name`, until it returns false. */
typedef bool elf_candidate(void *ctx, uint64_t index);
void elf_hash_walk(struct elf *e, const char *name, elf_candidate *visit, void *ctx);

/* elf_relocs.c: what the relocations say of each dynamic symbol. */
#define ELF_REF_DATA 1 /* something other than a lazy PLT slot */
#define ELF_REF_LAZY 2
#define ELF_REF_COPY 4
uint8_t *elf_read_relocs(struct elf *e); /* one byte for each symbol; read once, kept */
/* The numbers of a machine's relocations; false, and 0 each, when they are not known. */
bool elf_reloc_types(
	uint16_t machine, uint32_t *ret_copy, uint32_t *ret_jump_slot, uint32_t *ret_irelative);

/* elf_notes.c */
void elf_read_notes(struct elf *e);
/* elf_float.c */
void elf_read_float_abi(struct elf *e);

/* elf_entry.c: is the code at the entry point that of musl's crt1.o? */
bool elf_entry_is_musl(struct elf *e);

/* elf_object.c, elf_guards.c, elf_paths.c: image.h says what they give. */
bool elf_object(struct elf *e, struct image_object *ret);
bool elf_guards(struct elf *e, unsigned *ret_seen, unsigned *ret_guarded);
void elf_paths(struct elf *e, struct image_paths *ret);

/* elf_static.c */
bool elf_static_libc(struct elf *e, struct image_static_libc *ret, struct error *err) MUST_USE;

/* elf_sections.c */
void elf_read_sections(struct elf *e);
bool elf_section(struct elf *e, const char *name, uint64_t *ret_off, uint64_t *ret_len);
/* A section of an object, empty or not: its flags. */
bool elf_section_flags(struct elf *e, const char *name, uint64_t *ret);
bool elf_has_code(struct elf *e); /* a section with instructions that is not empty */
bool elf_section_by_type(
	struct elf *e, uint32_t type, uint64_t *ret_off, uint64_t *ret_len, uint32_t *ret_link);
bool elf_section_by_index(struct elf *e, uint32_t i, uint64_t *ret_off, uint64_t *ret_len);

#endif
