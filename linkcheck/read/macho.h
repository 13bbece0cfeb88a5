/* SPDX-License-Identifier: MIT */
/*
 * What only a Mach-O file has: its load commands as facts, reached by image.macho. Everything that
 * other formats have too stands in struct image. Lists and texts live in the image's arena.
 *
 * Source of the layouts: mach-o/loader.h, mach-o/nlist.h, mach-o/fixup-chains.h and kern/cs_blobs.h of Apple's
 * xnu and dyld.
 */
#ifndef LINKCHECK_MACHO_H
#define LINKCHECK_MACHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "linkcheck/read/image.h"

/* Values of mach_header.filetype and .flags that rules ask for. */
#define MH_OBJECT 1
#define MH_EXECUTE 2
#define MH_CORE 4
#define MH_DYLIB 6
#define MH_DYLINKER 7
#define MH_BUNDLE 8
#define MH_DYLIB_STUB 9
#define MH_DSYM 10
#define MH_FILESET 12

#define MH_BINDATLOAD 0x8u
#define MH_TWOLEVEL 0x80u
#define MH_FORCE_FLAT 0x100u
#define MH_ALLOW_STACK_EXECUTION 0x20000u
#define MH_PIE 0x200000u

/* Ordinals that stand for no library (nlist.h, loader.h BIND_SPECIAL_DYLIB_*). */
#define MACHO_SELF 0
#define MACHO_MAIN (-1)
#define MACHO_FLAT (-2)
#define MACHO_WEAK_LOOKUP (-3)

/* One library that is asked for; the n-th has the ordinal n + 1. */
struct macho_dylib {
	const char *name;
	const char *current, *compatible; /* "1.2.3" */
	bool weak;                        /* may be missing */
	bool reexport;                    /* its symbols are this file's too */
	bool lazy, upward;
};

enum macho_signature {
	MACHO_UNSIGNED,
	MACHO_AD_HOC,          /* by nobody: what linkers and codesign -s - write */
	MACHO_SIGNED,          /* with a certificate */
	MACHO_SIGNATURE_STALE, /* the file's header was changed since */
	MACHO_SIGNATURE_BROKEN /* the load command is there, a signature is not */
};

struct macho {
	uint32_t cpu, subtype; /* cputype and cpusubtype without its capability bits */
	uint32_t filetype, flags;
	struct macho_dylib *dylibs;
	size_t dylib_count;
	const char *id_current, *id_compatible; /* of image.soname; or NULL */
	struct image_list rpaths;               /* LC_RPATH, in order, as they stand */
	/* LC_BUILD_VERSION, LC_VERSION_MIN_*; NULL when the file does not say. */
	const char *platform; /* "macos", "ios", "ios-simulator" ... */
	const char *minos, *sdk;
	const char *uuid; /* hex, or NULL */
	enum macho_signature signature;
	bool encrypted; /* LC_ENCRYPTION_INFO with a cryptid */
	bool chained;   /* LC_DYLD_CHAINED_FIXUPS */
	bool has_entry; /* LC_MAIN or LC_UNIXTHREAD */
};

/* Who has an export that is only passed on (EXPORT_SYMBOL_FLAGS_REEXPORT): the ordinal of the library and the
 * name there. False when the file defines the symbol itself, or not at all. Asks for image_exports. */
bool macho_reexport(
	struct image *img, const char *name, uint32_t *ret_ordinal, const char **ret_name);
/* The library of an ordinal from 1 on, or NULL. */
const struct macho_dylib *macho_dylib_at(const struct image *img, int64_t ordinal);
/* "macOS" of "macos"; the word itself where it has no better spelling. */
const char *macho_platform_label(const char *platform);
/* Go's name of the architecture of a mach_header or fat_arch: "arm64"; or NULL. */
const char *macho_arch_name(uint32_t cpu, uint32_t subtype);

#endif
