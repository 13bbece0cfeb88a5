/* SPDX-License-Identifier: MIT */
/*
 * What a target is: an operating system, an architecture, a variant of it, a libc and a version.
 * The facts of one (os, arch, variant) are one row of targets/table.c and nowhere else; a parsed
 * target points at its row. Parsing understands the spellings of Go, Docker, xgo, goreleaser, zig,
 * Rust, LLVM, Debian and Alpine and always prints back one canonical form:
 *
 *	os/arch[/variant][/libc[version]]       linux/arm/v7/musl  linux/amd64/glibc2.31
 *	os/arch[/variant][/libc][/version]      darwin/arm64/11.0  windows/amd64/ucrt/10.0
 *
 * The first form is Linux's, whose versions are the libc's; elsewhere they are the system's. The
 * libc is printed where the row has a choice of them, or a version needs it.
 *
 * All rows are constant and live for ever; struct target is a plain value.
 */
#ifndef TARGETS_TARGET_H
#define TARGETS_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum target_format {
	FORMAT_ELF,
	FORMAT_MACHO,
	FORMAT_PE,
	FORMAT_WASM,
	FORMAT_XCOFF,
	FORMAT_PLAN9,
	FORMAT_ARCHIVE, /* no target's: a package that is audited */
};

/* The C library a program of the target uses. */
enum target_libc {
	LIBC_UNKNOWN, /* not chosen yet, or none */
	LIBC_GLIBC,
	LIBC_MUSL,
	LIBC_BIONIC,
	LIBC_MSVCRT,
	LIBC_UCRT,
	LIBC_LIBSYSTEM,
	LIBC_NATIVE, /* the operating system's own: FreeBSD, OpenBSD, illumos ... */
	LIBC_KINDS
};

/* One libc an (os, arch, variant) can have. */
struct target_abi {
	enum target_libc libc;
	const char
		*triple; /* for clang's -target; an OS version is appended where the OS has one */
	const char *loader;  /* PT_INTERP of a dynamic program; "" where the format has none */
	const char *minimum; /* oldest libc that supports the architecture, "" when any */
};

/* What the header of an ELF file for this target says. */
struct target_elf {
	uint16_t machine; /* e_machine */
	uint8_t bits;     /* 32 or 64; 0 when the format is not ELF */
	bool big_endian;
	uint8_t osabi;       /* EI_OSABI that is expected besides 0 */
	uint32_t flags_mask; /* bits of e_flags that an ABI fixes ... */
	uint32_t flags;      /* ... and their values */
	uint32_t page_max;   /* largest page size a kernel of this architecture may use */
};

/* One (os, arch, variant). Sorted by os, arch, then default variant first. */
struct target_row {
	const char *os;
	const char *arch;
	const char
		*variant; /* canonical text, "" for the only or default one that is not printed */
	bool implied;     /* meant when no variant is named */
	enum target_format format;
	bool go;  /* a pair of `go tool dist list` */
	bool cgo; /* ... with cgo */
	bool go_first_class;
	const char *go_name;  /* "GOARM", or "" */
	const char *go_value; /* "7" */
	const char *flags[4]; /* compiler flags that fix the variant, NULL-terminated */
	struct target_elf elf;
	const char *debian;    /* architecture names, "" when the distribution has none */
	const char *multiarch; /* Debian's library directory of the glibc ABI */
	const char *alpine;
	const char *qemu;       /* the suffix of qemu-user's program, "" when it has none */
	const char *os_minimum; /* default minimum OS (or kernel) version, "" when not fixed */
	struct target_abi
		abis[3]; /* first is the default of a dynamic link; ends at LIBC_UNKNOWN */
};

struct target {
	const struct target_row *row;
	const struct target_abi
		*abi;     /* NULL while a choice of libc is open, or when there is none */
	char version[16]; /* of the libc on linux, of the OS elsewhere; "" when not named */
	char name[80];    /* canonical form of what is known so far */
};

/* The table. */
size_t target_row_count(void);
const struct target_row *target_row_at(size_t i); /* NULL behind the end */
/* The row with this canonical variant; a NULL variant asks for the implied one. Or NULL. */
const struct target_row *target_row_find(const char *os, const char *arch, const char *variant);
/* The row's ABI with this libc, or NULL. */
const struct target_abi *target_row_abi(const struct target_row *row, enum target_libc libc);

/* Puts together parts that are known to fit: fills all of *ret, the name too. `abi` may be NULL (a
 * row's only ABI is then taken), `version` may be "". */
void target_make(struct target *ret, const struct target_row *row, const struct target_abi *abi,
	const char *version);

/* Understands one target in any spelling. `env` (may be NULL) supplies GOARM, GOAMD64, GO386,
 * GOARM64, GOMIPS, GOMIPS64, GOPPC64, GORISCV64 where the text names no variant. An unknown part is
 * ERROR_USAGE that names the part and the nearest known words. */
bool target_parse(
	struct target *ret, const char *text, const char *const *env, struct error *err) MUST_USE;
/* The target of the machine this program was built for (its own libc is not promised). */
void target_host(struct target *ret);

/* Chooses the libc where it is still open: musl for a static link on linux, the first otherwise.
 * Returns the settled copy. */
struct target target_settled(const struct target *t, bool static_link);
/* The target with another libc; ERROR_USAGE when the row has no such ABI. */
bool target_with_libc(struct target *ret, const struct target *t, enum target_libc libc,
	struct error *err) MUST_USE;

/* All targets a pattern such as "linux/STAR/musl", "STAR/arm64", "windows" or "" (all) stands for
 * (STAR is an asterisk), in the table's order. Without a variant in the pattern only the implied
 * ones are meant: "STAR/STAR/STAR" is every row. One target for each row; with a libc in the
 * pattern, one for each row and libc it covers. What target_parse understands is a pattern of one.
 * A pattern that matches nothing is ERROR_USAGE with the nearest words. */
struct target_list {
	struct target *items;
	size_t count;
};
bool target_expand(
	struct arena *a, const char *pattern, struct target_list *ret, struct error *err) MUST_USE;

/* Whether the version a target has, or may be given, is its libc's and not the system's. */
bool target_version_is_libc(const struct target *t);
/* clang's -target for a settled target: with the OS version where the OS wants one. "" for a target
 * that has no C ABI (js, plan9). */
const char *target_triple(struct arena *a, const struct target *t);
/* "glibc", "musl" ... and back; LIBC_UNKNOWN for an unknown word. */
const char *target_libc_name(enum target_libc libc); /* "unknown" for LIBC_UNKNOWN */
enum target_libc target_libc_find(const char *name);
const char *target_format_name(enum target_format format);

#endif
