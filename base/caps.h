/* SPDX-License-Identifier: MIT */
/*
 * Every size that comes from a file, an archive, a child or the net is held against one of these
 * before memory is asked for. Out of memory ends the process (arena.h), so a cap that is missing
 * here is a bug that a hostile file can reach.
 */
#ifndef BASE_CAPS_H
#define BASE_CAPS_H

#include <stdint.h>

/* A configuration or index file that is read whole: JSON, locks, linker scripts, manifests. */
#define CAP_TEXT_FILE ((uint64_t)16 << 20)
/* The findings that an audit of a whole distribution accepts. */
#define CAP_BASELINE ((uint64_t)256 << 20)
/* Nesting of a JSON value. */
#define CAP_JSON_DEPTH 64
/* Values in one JSON text: each takes some 80 bytes of memory, "0," takes two of the file. */
#define CAP_JSON_VALUES ((uint64_t)4 << 20)
/* What is kept of one stream of a child process; the rest is read and dropped. */
#define CAP_CHILD_OUTPUT ((uint64_t)16 << 20)
/* A path we build or read, NUL included. */
#define CAP_PATH 4096
/* A symbol, library or version name inside a binary; longer ones are a finding. */
#define CAP_NAME 4096
/* A window that a format reader may ask for at once (a symbol or string table of a large binary). */
#define CAP_WINDOW ((uint64_t)256 << 20)
/* Entries in one unpacked package set, and bytes written for it. */
#define CAP_UNPACK_ENTRIES ((uint64_t)200000)
#define CAP_UNPACK_BYTES ((uint64_t)4 << 30)
/* Bytes out for one byte in, over a whole archive, once it has written CAP_UNPACK_RATIO_FROM. */
#define CAP_UNPACK_RATIO 200
#define CAP_UNPACK_RATIO_FROM ((uint64_t)64 << 20)
/* A snapshot of a root directory (some 20 bytes a symbol). */
#define CAP_SNAPSHOT ((uint64_t)256 << 20)
/* A package that is audited: archives inside archives, entries of all of them, bytes that come out, of which
 * those for one byte of the package count once there are CAP_AUDIT_RATIO_FROM; the largest binary or nested
 * archive that is read whole; names, links and small texts that are kept; facts that are kept of its binaries. */
#define CAP_AUDIT_DEPTH 8
#define CAP_AUDIT_ENTRIES ((uint64_t)1 << 20)
#define CAP_AUDIT_BYTES ((uint64_t)64 << 30)
#define CAP_AUDIT_RATIO 200
#define CAP_AUDIT_RATIO_FROM ((uint64_t)64 << 20)
#define CAP_AUDIT_MEMBER ((uint64_t)2 << 30)
#define CAP_AUDIT_TEXT ((uint64_t)64 << 20)
#define CAP_AUDIT_FACTS ((uint64_t)768 << 20)
/* An index of packages (Packages, APKINDEX) when it is unpacked, and what is looked at of it. */
#define CAP_INDEX ((uint64_t)512 << 20)
#define CAP_INDEX_ENTRIES ((uint64_t)1 << 18)
/* One downloaded package. */
#define CAP_PACKAGE ((uint64_t)1 << 30)
/* Program headers, section headers, dynamic entries looked at in one ELF file. */
#define CAP_ELF_HEADERS 65535
#define CAP_ELF_DYNAMIC 65536
/* Needed entries, rpath elements, version entries that are kept of one file. */
#define CAP_ELF_NEEDED 4096
#define CAP_ELF_VERSIONS 65536
/* Dynamic symbols and relocations walked in one file. */
#define CAP_ELF_SYMBOLS ((uint64_t)16 << 20)
#define CAP_ELF_RELOCS ((uint64_t)64 << 20)
/* Bytes fetched for small reads all over one ELF file, and bytes of names copied out of it. */
#define CAP_ELF_SCATTER ((uint64_t)16 << 20)
#define CAP_ELF_TEXT ((uint64_t)16 << 20)
/* Members told of one static archive. */
#define CAP_AR_MEMBERS ((uint64_t)1 << 20)
/* Sections, needed DLLs, imported and exported functions kept of one PE file (an ordinal has 16 bits), and
 * entries of one resource directory. */
#define CAP_PE_SECTIONS 4096
#define CAP_PE_DLLS 4096
#define CAP_PE_IMPORTS ((uint64_t)1 << 18)
#define CAP_PE_EXPORTS 65536
#define CAP_PE_RESOURCES 4096
/* Bytes fetched for small reads all over one PE file, and bytes of names copied out of it. */
#define CAP_PE_SCATTER ((uint64_t)16 << 20)
#define CAP_PE_TEXT ((uint64_t)16 << 20)
/* Bytes of load commands in one Mach-O file, libraries or search paths kept of it, and bytes of names
 * copied out of its export trie. */
#define CAP_MACHO_COMMANDS ((uint64_t)4 << 20)
#define CAP_MACHO_LIST 4096
#define CAP_MACHO_TEXT ((uint64_t)64 << 20)
/* Architectures in one fat file. */
#define CAP_FAT_SLICES 64
/* Names listed as those that set a version floor. */
#define CAP_FLOOR_SYMBOLS 1024
/* One search path of a binary (DT_RPATH, DT_RUNPATH), in elements; objects in one closure; places
 * looked at for all of them, and bytes of the places' paths. */
#define CAP_RPATH_ENTRIES 1024
#define CAP_DEPS_OBJECTS 4096
#define CAP_PROBLEMS 65536    /* of one resolution that are told one by one */
#define CAP_DEPS_FILTERS 1024 /* libraries that filters moved */
#define CAP_DEPS_PLACES ((uint64_t)1 << 18)
#define CAP_DEPS_TEXT ((uint64_t)32 << 20)
/* A public key. */
#define CAP_KEY_FILE ((uint64_t)64 << 10)

#endif
