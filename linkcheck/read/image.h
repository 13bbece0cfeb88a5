/* SPDX-License-Identifier: MIT */
/*
 * The neutral picture of one binary: what the format readers produce and what resolution and rules
 * see. ELF of both classes and byte orders, Mach-O and PE meet here; nobody above asks
 * for the class to know a field's width. Reading an image never needs section headers.
 *
 * An image is opened in one pass over headers and the dynamic section (cheap, always valid);
 * imports, exports and remains of static libraries are read when they are first asked for. The image owns its
 * texts, in the arena it was opened with; the input must outlive it for the lazy parts.
 *
 * Malformed content never fails the reader half-way without trace: what is wrong is recorded in `defects` (a finding
 * LC120 each); only a file that is not of the format at all is an error.
 */
#ifndef LINKCHECK_IMAGE_H
#define LINKCHECK_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/input.h"
#include "base/str.h"
#include "targets/target.h"

enum image_type {
	IMAGE_RELOCATABLE, /* ET_REL, MH_OBJECT, COFF */
	IMAGE_EXECUTABLE,  /* ET_EXEC, MH_EXECUTE and .exe without ASLR */
	IMAGE_PIE,         /* ET_DYN that is a program: DF_1_PIE or an interpreter; MH_PIE */
	IMAGE_SHARED,      /* ET_DYN otherwise; MH_DYLIB, MH_BUNDLE, .dll */
	IMAGE_CORE,
	IMAGE_OTHER,
};

/* One version that a needed library must define (SHT_GNU_verneed through DT_VERNEED). */
struct image_version_need {
	const char *file;    /* vn_file: the library's name as in needed */
	const char *version; /* vna_name */
	uint32_t hash;
	uint16_t index; /* vna_other without the hidden bit: what DT_VERSYM entries say */
	bool weak;      /* VER_FLG_WEAK */
	bool hidden;    /* VERSYM_HIDDEN in vna_other: a base definition does not serve */
};

struct image_version_def {
	const char *version;
	uint32_t hash;
	uint16_t index;
	bool base; /* VER_FLG_BASE: names the file itself */
};

/* When an unresolved reference kills the program. */
enum image_binding_time {
	BIND_UNUSED, /* no relocation refers to it */
	BIND_LAZY,   /* only JUMP_SLOT relocations, and nothing asks for immediate binding */
	BIND_START,  /* a data relocation, or BIND_NOW */
};

struct image_import {
	const char *name;         /* NULL: by ordinal alone (PE) */
	const char *library;      /* where it is bound (PE's DLL, Mach-O's ordinal), or NULL */
	uint32_t ordinal;         /* PE: when `name` is NULL; Mach-O: of the library, see macho.h */
	uint16_t hint;            /* PE: where the name may stand in the export table */
	const char *version;      /* NULL when the reference is unversioned */
	const char *version_file; /* library the version is expected in, or NULL */
	bool weak;
	bool copy;          /* a COPY relocation */
	bool function_type; /* STT_FUNC or STT_GNU_IFUNC as recorded */
	enum image_binding_time when;
};

struct image_export {
	const char *name;    /* NULL: by ordinal alone (PE) */
	uint32_t ordinal;    /* PE */
	const char *forward; /* PE "DLL.name" and Mach-O re-exports: who really has it; or NULL */
	const char *version; /* NULL for unversioned or base */
	bool hidden_version; /* name@V, not name@@V */
	bool weak;
	bool unique;  /* STB_GNU_UNIQUE */
	uint8_t type; /* STT_* */
};

struct image_segment {
	uint32_t type;  /* PT_* */
	uint32_t flags; /* PF_* */
	uint64_t offset, vaddr, filesz, memsz, align;
};

/* Facts that notes and the dynamic section state. */
struct image_notes {
	const char *build_id; /* hex, or NULL */
	bool gnu_abi;         /* NT_GNU_ABI_TAG */
	uint32_t gnu_abi_os, gnu_abi_version[3];
	uint32_t freebsd_version, netbsd_version, openbsd_version; /* 0: no such note */
	uint32_t android_api;                                      /* 0: no such note */
	uint32_t x86_isa_needed, x86_feature_1, aarch64_feature_1; /* .note.gnu.property */
	bool go;                                                   /* Go's build id */
	bool dlopen_metadata;                                      /* .note.dlopen */
	struct strvec dlopen;                                      /* sonames it names */
};

struct image_list {
	const char **items;
	size_t count;
};

/* A DT_FILTER or DT_AUXILIARY entry: a library whose symbols come before the file's own. */
struct image_filter {
	const char *name;
	bool auxiliary; /* it may be missing */
	size_t behind;  /* so many needed entries stand before it */
};

struct image {
	const char *path;  /* as the user named it */
	const char *place; /* where it is installed, once it is in a set (shipped.h); or NULL */
	struct input *input;
	struct arena *arena;
	enum target_format format;
	const struct target_row *row; /* image_row */
	const char *os, *arch;     /* Go's names, where the format states them (not ELF); or NULL */
	const struct macho *macho; /* macho.h: what only Mach-O has; NULL for other formats */
	const struct pe *pe;       /* pe.h: what only PE has; NULL for other formats */
	enum image_type type;
	uint16_t machine; /* ELF: e_machine */
	uint8_t bits;
	bool big_endian;
	uint8_t osabi;
	uint8_t abi_version;
	uint32_t flags; /* e_flags */
	uint64_t entry;
	/* 0 unknown, 1 soft, 2 hard (single), 3 hard (double) ...: from .MIPS.abiflags, PT_ARM attributes
	 * or e_flags, where the float ABI is not in e_flags alone. */
	uint8_t float_abi;
	uint8_t arm_cpu_arch; /* ARM: Tag_CPU_arch of the build attributes; 0: none */

	const char *interpreter; /* NULL: none */
	const char *soname;      /* NULL: none */
	struct image_list needed;
	const char *rpath;   /* DT_RPATH as it stands, or NULL */
	const char *runpath; /* DT_RUNPATH as it stands, or NULL */
	struct image_filter *filters;
	size_t filter_count;
	bool dynamic; /* has a dynamic section */
	uint64_t
		dt_flags; /* DT_FLAGS, with DF_TEXTREL, DF_SYMBOLIC, DF_BIND_NOW added from their own tags */
	uint64_t dt_flags_1;
	bool has_relr;
	bool has_textrel;
	bool has_textrel_tag; /* DT_TEXTREL itself: DF_TEXTREL alone does not move musl's loader */
	bool has_irelative;   /* valid after image_imports */

	struct image_version_need *version_needs;
	size_t version_need_count;
	struct image_version_def *version_defs;
	size_t version_def_count;

	struct image_segment *segments;
	size_t segment_count;
	bool has_stack_segment; /* PT_GNU_STACK */
	bool stack_executable;  /* it asks for PF_X, or is absent where that means executable */
	bool has_relro;
	bool has_sections; /* a usable section header table */
	bool has_symtab;   /* not stripped */
	struct image_notes notes;

	bool debug_only; /* debug information split off from another file: nothing to load */

	struct strvec defects;     /* what is malformed, one line each, with the offset */
	struct strvec unsimulated; /* what this reader does not understand, one line each (LC121) */

	const struct image_reader *ops; /* reader.h */
	void *reader;                   /* the format reader's own state */
};

/* Does the file begin like a format that image_open can read? */
bool image_is_supported(const struct input *in);
/* Reads headers, segments, dynamic section, version tables and notes. ERROR_FORMAT only when the
 * file is not of the format; see `defects` for everything milder. */
bool image_open(struct image *ret, struct arena *a, struct input *in, struct error *err) MUST_USE;

/* All undefined dynamic symbols that something refers to, in table order. Read once, kept. */
bool image_imports(struct image *img, const struct image_import **ret, size_t *ret_count,
	struct error *err) MUST_USE;
/* All defined dynamic symbols. Read once, kept; prefer image_export_find. */
bool image_exports(struct image *img, const struct image_export **ret, size_t *ret_count,
	struct error *err) MUST_USE;
/* Looks one name up through GNU hash, SysV hash, or the table itself; `i` counts the matches (a name can
 * have several versions): returns false when there is no i-th match. */
bool image_export_find(struct image *img, const char *name, size_t i, struct image_export *ret);

/* Calls `visit` for each reference whose version has one of the wanted indexes (wanted[i] for
 * image_version_need.index i < limit), without reading all imports. Names live as long as the
 * input's arena. */
typedef void image_user(void *ctx, const char *name, uint16_t index, bool weak);
bool image_version_users(struct image *img, const bool *wanted, size_t limit, image_user *visit,
	void *ctx, struct error *err) MUST_USE;

/* Reads what is still unread of symbols, so that the input can be let go (input_settle): imports,
 * exports and look-ups go on working; sections, static libraries and version users do not. */
bool image_settle(struct image *img, struct error *err) MUST_USE;
/* A copy of a settled image for another thread; what it still makes lives in `a`. */
struct image *image_share(struct arena *a, const struct image *settled);

/* Which libc a static program was linked with, found from what survives strip. */
struct image_static_libc {
	enum target_libc libc;   /* LIBC_UNKNOWN when nothing tells */
	const char *version;     /* when .symtab, .comment or strings tell it, else NULL */
	bool uses_nss;           /* glibc: getaddrinfo, getpwnam ... */
	bool has_functions;      /* .symtab is there, so `functions` is the whole truth */
	struct strvec functions; /* glibc: those in it that need shared parts at run time */
	const char *evidence;    /* one line, for the report */
};
bool image_static_libc(
	struct image *img, struct image_static_libc *ret, struct error *err) MUST_USE;

/* Go's build information (`go version -m`). */
struct image_go {
	bool present;
	const char *version;    /* "go1.22.1" */
	const char *path;       /* main module path, or NULL */
	struct strvec settings; /* "CGO_ENABLED=1", "GOARCH=arm64" ... */
};
bool image_go(struct image *img, struct image_go *ret, struct error *err) MUST_USE;

/* An object that nobody linked yet. */
struct image_object {
	struct strvec wants; /* undefined symbols */
	bool has_code;
	bool says_stack, stack_executable; /* .note.GNU-stack is there; and asks for it */
};
/* False, with everything empty, for what is no object. */
bool image_object_parts(struct image *img, struct image_object *ret);

/* Of the first few exported functions, how many begin with a landing pad although the file does not
 * turn them on (CET's IBT, BTI). False when none can be seen, or they are on. */
bool image_guards(struct image *img, unsigned *ret_seen, unsigned *ret_guarded);

/* Paths that look like ones of the machine that built the file. */
struct image_paths {
	const char *first; /* or NULL */
	size_t count;
	bool cut; /* it has more texts than were looked at */
};
void image_build_paths(struct image *img, struct image_paths *ret);

/* A section's content by name; false when there is none (or no section headers). */
bool image_section(struct image *img, const char *name, struct bytes *ret);

/* The row of the target table (for ELF: of linux) whose header values the file has, or NULL. */
const struct target_row *image_row(const struct image *img);
/* "linux", "freebsd", "darwin" ... by what the file itself states; NULL when nothing does. */
const char *image_os(const struct image *img);
bool image_is_program(const struct image *img); /* a kernel can start it */
/* Why a kernel could not map an ELF program, or would start it where there is no code; NULL when nothing is
 * wrong with its segments (fs/binfmt_elf.c). It is no defect of the format: firmware may look so. */
const char *image_start_fault(const struct image *img);
/* The largest page with which its segments can be mapped: mmap(2) wants offsets that are multiples of it. */
uint64_t image_page_fit(const struct image *img);
bool image_is_loadable(const struct image *img);      /* a program or a shared library */
const char *image_type_name(const struct image *img); /* "program", "PIE", "library" ... */
/* "amd64", "arm64" ... (Go's names) for an ELF machine/class/order, or "machine 0x1234". */
const char *image_arch_name(struct arena *a, const struct image *img);

#endif
