/* SPDX-License-Identifier: MIT */
/*
 * Libraries that are loaded when they are first needed. `xbuild cc` runs thousands of times in one
 * build and needs neither libarchive (which brings libxml2, ICU and libstdc++: 3 ms a start) nor
 * libcurl (6 ms); so these are opened by the one .c file that uses each, through this header, and
 * announced in the binary's `.note.dlopen` (the dlopen metadata convention of systemd), so that
 * package tools and our own audit see them.
 */
#ifndef BASE_LAZY_H
#define BASE_LAZY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct lazy_symbol {
	const char *name;
	void **slot; /* where the address goes */
};

/* Opens `soname` and fills every slot. ERROR_MISSING with the Debian package as hint. Thread-safe
 * only when the caller is: call it from the command's own thread first. */
bool lazy_load(const char *soname, const char *package, const struct lazy_symbol *symbols,
	size_t count, struct error *err) MUST_USE;

/*
 * The announcement, once in the .c file that loads the library, at file scope:
 *	LAZY_NOTE(digest, "digest", "SHA-256 of packages", "required", "libcrypto.so.3");
 * `id` makes the variable's name; priority is "required", "recommended" or "suggested". It is an
 * ELF note: owner "FDO", type 0x407c0c0a, the description a JSON text
 * (uapi-group.org/specifications/specs/elf_dlopen_metadata).
 */
#define LAZY_NOTE(id, feature, description, priority, soname)                                      \
	LAZY_NOTE_JSON(id, "[{\"feature\":\"" feature "\",\"description\":\"" description          \
			   "\",\"priority\":\"" priority "\",\"soname\":[\"" soname "\"]}]")
#define LAZY_NOTE_JSON(id, json)                                                                   \
	static const struct {                                                                      \
		uint32_t owner_size, json_size, type;                                              \
		char owner[4];                                                                     \
		_Alignas(4) char text[sizeof(json)];                                               \
	} lazy_note_##id LAZY_NOTE_PLACE = { 4, sizeof(json), 0x407c0c0a, "FDO", json }
#define LAZY_NOTE_PLACE __attribute__((used, section(".note.dlopen"), aligned(4)))

#endif
