/* SPDX-License-Identifier: MIT */
/*
 * The form of the compiled facts of linkcheck/platform/data: written by linkcheck/platform/data/gen.c at build time,
 * read by linkcheck/platform/abi.c and nobody else. Everything is constant, addressed by offsets and not by
 * pointers, so that a position independent program needs no relocation, hence no work and no
 * private memory, before it may look something up.
 *
 * A name is found through `abi_slots`: open addressing, linear probing, from the slot that its hash
 * picks. Its rows stand together. Indices of libraries, versions, releases and architectures are
 * positions in the tables below; versions are sorted, so that the later of two is the larger.
 */
#ifndef LINKCHECK_ABI_TABLE_H
#define LINKCHECK_ABI_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "targets/target.h"

#define ABI_TABLE_LIBCS 2 /* glibc, musl: the order of the files on gen's command line */
#define ABI_TABLE_ARCHES 16
#define ABI_TABLE_SLOT_BITS 14
#define ABI_TABLE_SLOTS (1u << ABI_TABLE_SLOT_BITS)
#define ABI_TABLE_TEXT 24 /* of a soname, version, release or architecture, NUL included */
#define ABI_TABLE_NONE 0xff

/* One definition of a symbol, or one version node of a library. */
struct abi_row {
	uint16_t arches; /* a bit for each */
	uint8_t library;
	uint8_t version;
	uint8_t first; /* release that has it */
	uint8_t last;  /* ABI_TABLE_NONE: every release since */
};

struct abi_name {
	uint32_t hash;
	uint32_t text; /* offset into abi_text */
	uint16_t row;
	uint16_t rows;
};

/* One libc: its part of the releases, and its ports. */
struct abi_libc {
	uint8_t first, count;            /* releases */
	uint8_t base[ABI_TABLE_ARCHES];  /* oldest version node of the port */
	uint8_t start[ABI_TABLE_ARCHES]; /* first release of the port, or ABI_TABLE_NONE */
};

struct abi_library {
	char soname[ABI_TABLE_TEXT - 1]; /* "-": the loader, whose name is the target's fact */
	uint8_t libc;
};

extern const char abi_text[];
extern const struct abi_name abi_names[];
extern const uint16_t abi_slots[ABI_TABLE_SLOTS]; /* index into abi_names plus one, or 0 */
extern const struct abi_row abi_rows[];
/* Every version node that a library defines, by library. */
extern const struct abi_row abi_nodes[];
extern const size_t abi_node_count;
extern const struct abi_libc abi_libcs[ABI_TABLE_LIBCS];
extern const struct abi_library abi_library_table[];
extern const size_t abi_library_count;
extern const char abi_versions[][ABI_TABLE_TEXT];
extern const size_t abi_version_count;
/* From this one on versions are not numbered after glibc's releases (GCC_3.0, GLIBC_PRIVATE): a
 * port's base does not lift them. */
extern const unsigned abi_version_plain;
extern const char abi_releases[][ABI_TABLE_TEXT];
extern const char abi_arches[][ABI_TABLE_TEXT];
extern const size_t abi_arch_count;

/* abi.c, for abi_port.c too. ABI_TABLE_LIBCS when nothing is recorded of the libc. */
unsigned abi_libc_index(enum target_libc libc);
/* ABI_TABLE_ARCHES when there is no such port. */
unsigned abi_arch_index(enum target_libc libc, struct str arch);
const struct abi_name *abi_name_find(const char *name, uint32_t hash);
/* A port has no node older than its base: see linkcheck/platform/data/glibc.tsv. */
const char *abi_row_version(const struct abi_row *row, const struct abi_libc *libc, unsigned arch);

/* The hash of DT_GNU_HASH: known to spread symbol names. */
static inline uint32_t
abi_hash(const char *name)
{
	uint32_t h = 5381;

	for (; *name; name++)
		h = h * 33 + (unsigned char)*name;
	return h;
}

static inline uint32_t
abi_slot(uint32_t hash)
{
	return hash * 2654435769u >> (32 - ABI_TABLE_SLOT_BITS); /* Fibonacci hashing */
}

#endif
