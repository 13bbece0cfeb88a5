/* SPDX-License-Identifier: MIT */
/*
 * The form of the compiled facts of linkcheck/platform/data/windows.tsv: written by gen_windows.c beside it at build time,
 * read by nt_system.c and nobody else. Constant and without pointers, as those of abi_table.h.
 */
#ifndef LINKCHECK_NT_TABLE_H
#define LINKCHECK_NT_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define NT_ARCH_386 1
#define NT_ARCH_AMD64 2

/* One DLL; sorted by name (strcmp), which is in lower case. */
struct nt_dll_row {
	uint32_t name;  /* offset in nt_text */
	uint32_t first; /* of its exports */
	uint16_t count;
	uint8_t redist;
};

/* One export; those of a DLL are sorted by name. */
struct nt_export_row {
	uint32_t name;  /* offset in nt_text; "#7": by ordinal alone */
	uint8_t arches; /* NT_ARCH_* */
	uint8_t since;  /* in nt_versions; 0: no version is recorded */
};

extern const struct nt_dll_row nt_dlls[];
extern const size_t nt_dll_count;
extern const struct nt_export_row nt_exports[];
extern const char nt_text[];
extern const char nt_versions[][8];

#endif
