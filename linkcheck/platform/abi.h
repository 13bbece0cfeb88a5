/* SPDX-License-Identifier: MIT */
/*
 * What each release of a C library exports: symbols with their version and the library that has
 * them, version nodes, libraries; and the same question, coarser, for libstdc++ and libgcc. The
 * facts are linkcheck/platform/data/glibc.tsv and musl.tsv, compiled into read-only tables at build time
 * (linkcheck/platform/abi_table.h): nothing is parsed at start-up.
 *
 * `arch` is Go's name ("arm64"), with a variant behind it where the loader's name depends on it
 * ("arm/v5"). mipsle and mips64le share the facts of mips and mips64. Not recorded, because no
 * program is promised them: private symbols (only that the node GLIBC_PRIVATE is there). Not
 * recorded either: what a distribution adds to its libc.
 */
#ifndef LINKCHECK_ABI_H
#define LINKCHECK_ABI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/error.h"
#include "targets/target.h"

/* One libc release on one architecture. */
struct abi;

struct abi_symbol {
	const char *library; /* soname; "libc.so" for musl, whatever name it was linked by */
	const char *version; /* "GLIBC_2.34"; "" for musl */
};

/* NULL with ERROR_USAGE when nothing is recorded for it (riscv64 before glibc 2.27, a release
 * that is not known); the error says what is. The result lives in the arena. */
const struct abi *abi_get(struct arena *a, enum target_libc libc, const char *version,
	const char *arch, struct error *err) MUST_USE;
/* Is this a recorded release of this libc? */
bool abi_is_release(enum target_libc libc, const char *version);
/* The i-th recorded release, oldest first; NULL behind the newest. */
const char *abi_release_at(enum target_libc libc, size_t i);

/* The sonames that the release provides, NULL-terminated: "libc.so.6", "ld-linux-aarch64.so.1" ...
 * For musl "libc.so" and the loader; the names it reserves are the loader's business. */
const char *const *abi_libraries(const struct abi *abi);
/* The i-th definition of `name`; false when there are no more. Symbols that moved between
 * libraries (2.34) are where this release has them. */
bool abi_find(const struct abi *abi, const char *name, size_t i, struct abi_symbol *ret);
/* Does the release define this version node ("GLIBC_2.34") in this library (soname)? */
bool abi_has_version(const struct abi *abi, const char *library, const char *version);

/* The oldest release with name@version in any library, NULL when no recorded one has it.
 * *ret_last is the last such release, "" when the newest recorded one still has it. `version`
 * NULL: any version. "2.17" and "1.1.16" mean that or older. `arch` without a variant will do. */
const char *abi_since(enum target_libc libc, const char *arch, const char *name,
	const char *version, const char **ret_last);
/* Is `name` exported by any recorded release of this libc on this architecture? */
bool abi_ever(enum target_libc libc, const char *arch, const char *name);

/* libstdc++ and libgcc: does a system at this GLIBCXX level ("3.4.28") define the version node
 * ("GLIBCXX_3.4.29", "CXXABI_1.3.13", "GCC_7.0.0")? *ret_known is false, and the answer too, when
 * the level is not recorded or the node is of no known family. Some nodes exist on some
 * architectures only; for a node that a program really needs the answer holds all the same. */
bool cxx_level_has(const char *glibcxx, const char *version, bool *ret_known);

#endif
