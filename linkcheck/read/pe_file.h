/* SPDX-License-Identifier: MIT */
/*
 * The PE reader's inside: what pe_*.c share. Everything is found through the section table and the
 * data directories by relative virtual address (RVA), as the loader does. Small reads go through a
 * few cached chunks whose total is capped, so that a hostile table that points all over the file
 * costs a bounded amount.
 */
#ifndef LINKCHECK_PE_FILE_H
#define LINKCHECK_PE_FILE_H

#include "linkcheck/read/pe.h"
#include "linkcheck/read/reader.h"

#define PE_CHUNKS 4

/* Data directories (PE/COFF, "Optional Header Data Directories"). */
enum pe_directory {
	PE_DIR_EXPORT,
	PE_DIR_IMPORT,
	PE_DIR_RESOURCE,
	PE_DIR_EXCEPTION,
	PE_DIR_CERTIFICATE,
	PE_DIR_RELOC,
	PE_DIR_DEBUG,
	PE_DIR_ARCHITECTURE,
	PE_DIR_GLOBAL_POINTER,
	PE_DIR_TLS,
	PE_DIR_LOAD_CONFIG,
	PE_DIR_BOUND_IMPORT,
	PE_DIR_IAT,
	PE_DIR_DELAY_IMPORT,
	PE_DIR_CLR,
	PE_DIR_RESERVED,
	PE_DIRS
};

struct pe_range {
	uint32_t rva, size;
};

/* One DLL that is imported from. */
struct pe_import_dll {
	const char *name;
	uint64_t names; /* RVA of the table of names and ordinals */
	bool delay;
};

struct pe_file {
	struct pe facts;
	struct image *img;
	struct arena *arena;
	unsigned word; /* bytes of an address: 4 or 8 */
	uint32_t headers_size;
	bool flat; /* sections closer than a page: the file is mapped as it is */
	struct pe_range dirs[PE_DIRS];

	struct bytes chunks[PE_CHUNKS];
	unsigned chunk_next;
	uint64_t chunk_bytes; /* read so far through chunks */
	uint64_t text_bytes;  /* of names copied so far */

	struct pe_import_dll *dlls;
	size_t dll_count;
	struct image_import *imports;
	size_t import_count, import_cap;
	bool imports_ready;

	/* The export directory; function_count 0: none. */
	uint32_t ordinal_base, function_count, name_count;
	struct bytes functions, names, ordinals; /* tables of 4, 4 and 2 bytes */
	const char **forwards, **name_texts;     /* valid once exports_ready */
	struct image_export *exports;
	size_t export_count;
	bool exports_ready;
};

/* pe_map.c */
/* Where an RVA lies in the file and how many bytes of it follow there. */
bool pe_locate(const struct pe_file *p, uint64_t rva, uint64_t *ret_off, uint64_t *ret_room);
/* A few bytes at an RVA; what a section has in memory only is zero. No defect is left. */
bool pe_peek(struct pe_file *p, uint64_t rva, uint64_t len, struct bytes *ret);
/* The same at an offset in the file. */
bool pe_peek_file(struct pe_file *p, uint64_t off, uint64_t len, struct bytes *ret);
/* A whole table at an RVA; false and a defect "WHAT ..." when it cannot be had. */
bool pe_mapped(struct pe_file *p, uint64_t rva, uint64_t len, const char *what, struct bytes *ret);
/* The text at an RVA, copied; NULL and a defect "WHAT ..." when it has none or is empty. */
const char *pe_string(struct pe_file *p, uint64_t rva, const char *what);

/* pe_headers.c */
bool pe_read_headers(struct pe_file *p, struct error *err) MUST_USE;
/* pe_imports.c: the DLLs when the file is opened, their functions when they are asked for. */
void pe_read_dlls(struct pe_file *p);
void pe_read_imports(struct pe_file *p);
/* pe_exports.c */
void pe_read_export_directory(struct pe_file *p);
void pe_read_exports(struct pe_file *p);
bool pe_export_find(struct pe_file *p, const char *name, struct image_export *ret);
/* pe_dirs.c: load configuration, debug directory, CLR header and the like. */
void pe_read_directories(struct pe_file *p);
/* pe_manifest.c */
void pe_read_manifest(struct pe_file *p);

#endif
