/* SPDX-License-Identifier: MIT */
/*
 * The Mach-O reader's inside: what macho*.c share. Both classes and both byte orders are widened
 * here and never seen above. Its state lives in the image's arena.
 */
#ifndef LINKCHECK_MACHO_FILE_H
#define LINKCHECK_MACHO_FILE_H

#include "base/bytes.h"
#include "base/strmap.h"
#include "linkcheck/read/macho.h"
#include "linkcheck/read/reader.h"

/* A part of __LINKEDIT that a load command points at; `len` 0: not there. */
struct macho_part {
	uint64_t off, len;
};

struct macho_section {
	char name[17], segment[17];
	uint64_t addr, size, off;
	bool zero_fill;
};

struct macho_file {
	struct image *img;
	struct arena *arena;
	struct macho facts;
	unsigned word; /* bytes of an address: 4 or 8 */

	struct macho_section *sections;
	size_t section_count;

	struct macho_part bind, weak_bind, lazy_bind; /* LC_DYLD_INFO */
	struct macho_part trie, chained, signature;
	bool has_dyld_info;
	uint32_t symoff, nsyms, stroff, strsize; /* LC_SYMTAB */

	struct bytes symbols, strings; /* valid once symtab_ready */
	bool symtab_read, symtab_ready;

	struct image_import *imports;
	size_t import_count, import_cap;
	struct strmap import_index; /* "ordinal name" to its index */
	bool imports_ready;

	struct image_export *exports;
	struct macho_target *targets; /* of re-exports, one for each export */
	size_t export_count, export_cap;
	struct strmap export_index;
	bool exports_ready;
	uint64_t text_bytes; /* of names copied so far */
};

/* Whom a re-export leads to; ordinal 0: it is defined here. */
struct macho_target {
	uint32_t ordinal;
	const char *name;
};

/* One entry of LC_SYMTAB, widened. */
struct macho_symbol {
	const char *name;
	uint8_t type, section;
	uint16_t desc;
	uint64_t value;
};

/* macho.c: does the part lie in the file? A defect "WHAT ..." when it does not. */
bool macho_inside(struct macho_file *m, struct macho_part part, const char *what);

/* macho_commands.c */
void macho_read_commands(struct macho_file *m, uint32_t count, struct bytes *commands);

/* macho_signature.c */
void macho_read_signature(struct macho_file *m);

/* macho_symtab.c */
bool macho_symtab_ready(struct macho_file *m); /* reads it once; false when there is none */
/* False for debugging entries and for names that are outside the string table (a defect). */
bool macho_symbol_at(struct macho_file *m, uint64_t index, struct macho_symbol *ret);
void macho_symtab_imports(struct macho_file *m);
void macho_symtab_exports(struct macho_file *m);

/* macho_binds.c: what dyld is told to bind, by opcodes or by chained fixups. */
void macho_bind_imports(struct macho_file *m);
/* LEB128; a failure of the window when it does not end or does not fit into 64 bits. */
uint64_t macho_uleb(struct bytes *b, uint64_t *at);

/* macho_trie.c */
void macho_trie_exports(struct macho_file *m);

/* macho_names.c: the lists that the above fill, and questions to them. */
void macho_add_import(struct macho_file *m, const char *name, int64_t ordinal, bool weak,
	enum image_binding_time when);
void macho_add_export(
	struct macho_file *m, const struct image_export *e, uint32_t ordinal, const char *name);
bool macho_imports(struct image *img, const struct image_import **ret, size_t *ret_count,
	struct error *err) MUST_USE;
bool macho_exports(struct image *img, const struct image_export **ret, size_t *ret_count,
	struct error *err) MUST_USE;
bool macho_export_find(struct image *img, const char *name, size_t i, struct image_export *ret);

#endif
