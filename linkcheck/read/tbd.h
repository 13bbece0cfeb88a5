/* SPDX-License-Identifier: MIT */
/*
 * .tbd files: the stub libraries of Apple's SDKs, which say what a library exports without having it. All
 * versions are understood: 1 to 4 are YAML with one document for each library, 5 is JSON. What is for other
 * targets than the one asked for is left out while reading. Everything lives in the arena given.
 *
 * Sources: LLVM's lib/TextAPI (TextStub.cpp, TextStubV5.cpp); for $ld$ symbols ld64's
 * doc/design and lld's MachO/InputFiles.cpp (DylibFile::handleLDSymbol).
 */
#ifndef LINKCHECK_TBD_H
#define LINKCHECK_TBD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/strmap.h"

/* What linkers are told of one symbol when they link for certain versions of the system. */
enum tbd_order {
	TBD_HIDE,     /* not there for this version */
	TBD_ADD,      /* there for this version, although it is not exported */
	TBD_PREVIOUS, /* of another library from `since` on and before `until` */
};

struct tbd_directive {
	enum tbd_order order;
	const char *symbol;               /* NULL (TBD_PREVIOUS): all of the library's */
	const char *since;                /* the version, or the first of them */
	const char *until;                /* TBD_PREVIOUS: the first that is not meant */
	const char *library;              /* TBD_PREVIOUS: where it was */
	const struct tbd_directive *next; /* about the same symbol */
};

struct tbd_library {
	const char *install_name;
	const char *current, *compatible; /* or NULL */
	const char *minos;                /* version 5: oldest system of the target; or NULL */
	bool serves;                      /* it lists the target asked for */
	struct strvec reexports;          /* install names */
	struct strmap symbols;            /* to the text "weak" or "strong" */
	size_t symbol_count;
	struct strmap directives; /* by symbol */
};

struct tbd {
	struct tbd_library *items; /* the file's own first, then those it includes */
	size_t count;
};

/* For `arch` (Go's name) and `platform` (macho.h's word: "macos"). ERROR_FORMAT names line or key. */
bool tbd_read(struct arena *a, const char *name, struct str text, const char *arch,
	const char *platform, struct tbd *ret, struct error *err) MUST_USE;

enum tbd_found {
	TBD_ABSENT,
	TBD_THERE,
	TBD_HIDDEN, /* it exists, and not for this version of the system */
};
/* Does the library have the symbol for programs whose minimum is `minos` (NULL: not known)? */
enum tbd_found tbd_find(const struct tbd_library *l, const char *symbol, const char *minos);

#endif
