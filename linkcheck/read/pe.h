/* SPDX-License-Identifier: MIT */
/*
 * What only a PE file (.exe, .dll, .node, .sys, .efi) has: image.pe. PE32 and PE32+ are widened alike. It is filled in
 * when the image is opened, lives in its arena, and is never changed by those who read it.
 *
 * The image says the rest: `needed` are the DLLs that are loaded at start, in the order of the file
 * and each once; `soname` is the name the export table gives itself; imports of delay-loaded DLLs
 * are BIND_LAZY; an export by ordinal alone has no name.
 */
#ifndef LINKCHECK_PE_H
#define LINKCHECK_PE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "linkcheck/read/image.h"

#define PE_MACHINE_386 0x014c
#define PE_MACHINE_ARM 0x01c0
#define PE_MACHINE_ARMNT 0x01c4
#define PE_MACHINE_AMD64 0x8664
#define PE_MACHINE_ARM64 0xaa64

/* Characteristics */
#define PE_RELOCS_STRIPPED 0x0001
#define PE_LARGE_ADDRESS_AWARE 0x0020
#define PE_DLL 0x2000

/* DllCharacteristics */
#define PE_HIGH_ENTROPY_VA 0x0020
#define PE_DYNAMIC_BASE 0x0040
#define PE_FORCE_INTEGRITY 0x0080
#define PE_NX_COMPAT 0x0100
#define PE_APPCONTAINER 0x1000
#define PE_GUARD_CF 0x4000

/* Subsystem */
#define PE_NATIVE 1
#define PE_GUI 2
#define PE_CONSOLE 3
#define PE_WINDOWS_CE 9
#define PE_EFI_FIRST 10
#define PE_EFI_LAST 13

/* GuardFlags of the load configuration */
#define PE_GUARD_CF_INSTRUMENTED 0x100

struct pe_section {
	const char *name;
	uint32_t rva, size;         /* in memory */
	uint32_t offset, file_size; /* in the file */
	uint32_t flags;
};

struct pe_version {
	uint16_t major, minor;
};

struct pe {
	bool plus; /* PE32+ */
	uint16_t characteristics, dll_characteristics, subsystem;
	struct pe_version linker, os_version, subsystem_version;
	uint32_t timestamp;
	uint64_t base;       /* preferred address */
	uint32_t image_size; /* in memory */
	struct pe_section *sections;
	size_t section_count;
	struct image_list delay_needed;
	bool bound; /* bound imports: addresses of other files' functions, as they were once */
	bool relocatable; /* its base relocations are all there, were there any */
	bool tls;
	bool rich;    /* Microsoft's linker left its mark */
	bool managed; /* a .NET assembly */
	bool il_only; /* ... without machine code of its own */
	bool has_certificate;
	bool has_load_config, has_cookie, safe_seh, hybrid; /* hybrid: ARM64EC or ARM64X */
	uint32_t guard_flags;
	const char *pdb;            /* the path of its debug information on the building machine */
	const char *debug_id;       /* GUID and age, as symbol servers name them; or NULL */
	struct strvec assemblies;   /* side-by-side assemblies its manifest depends on */
	struct strvec supported_os; /* GUIDs of the manifest's supportedOS */
	bool exports_unsorted;      /* valid after image_exports: the loader may miss names */
};

/* The export with this ordinal; false when there is none. */
bool pe_export_at(struct image *img, uint32_t ordinal, struct image_export *ret);
/* The export that the loader binds an import to: the hint first, then by bisection. */
bool pe_export_bind(struct image *img, const struct image_import *want, struct image_export *ret);
/* "console", "GUI", "native" ...; "subsystem 77" */
const char *pe_subsystem_name(struct arena *a, uint16_t subsystem);

#endif
