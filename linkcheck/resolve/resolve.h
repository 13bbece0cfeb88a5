/* SPDX-License-Identifier: MIT */
/*
 * Would this file start: its libraries are searched, its start-up conditions checked and its
 * symbols bound, all in the order and by the rules of the loader that its interpreter or its needs
 * name (dialect.h), below a root directory and against files that ship with it. Every object leaves
 * how it was found, every failure says what fails, who wants it and when the process dies of it.
 *
 * glibc and musl are simulated in full, and held against the real loaders by tests/oracle. Of
 * FreeBSD's rtld the search is, and what it refuses by its sources (bind_rtld.c); none could be run.
 * Of bionic only the search is. Their answer is NO, or UNKNOWN with its reason instead of a guess. Nothing here reads the environment or the host
 * beyond the root. Results live in the arena given, except images and names inside, which live as
 * long as the image asked about and the store of objects.
 */
#ifndef LINKCHECK_RESOLVE_H
#define LINKCHECK_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "linkcheck/read/image.h"
#include "linkcheck/resolve/deps.h"
#include "linkcheck/resolve/object.h"
#include "linkcheck/resolve/shipped.h"

struct replica;

struct resolve_world {
	const char *root; /* "" or "/": this machine; NULL: no directory, only what follows */
	const struct replica *replica; /* instead of a root; or NULL */
	enum target_libc as; /* search by this loader's rules; LIBC_UNKNOWN: by the file's own */
	const char *library_path; /* LD_LIBRARY_PATH, or NULL */
	const char *libc_version; /* NULL: told by the libc in the root */
	bool bind_now;            /* LD_BIND_NOW */
	/* The best glibc-hwcaps directory of the processor ("x86-64-v3"), which then comes first as in
	 * the loader; "": it can use none; NULL: not known, so the plain directory comes first, and
	 * where others have the library every processor is asked: if they differ it is UNKNOWN. */
	const char *hwcaps;
	const struct shipped *shipped; /* found before the root is looked at; or NULL */
	const char *sdk; /* Mach-O: a directory with the .tbd files of the system; or NULL */
	const char *const *dlls; /* Windows: directories of DLLs, NULL-terminated (nt.h); or NULL */
};

enum resolve_kind {
	RESOLVE_LIBRARY,     /* a needed library is not found, or what is found cannot be loaded */
	RESOLVE_INTERPRETER, /* the loader is not there, or is for another machine */
	RESOLVE_VERSION,     /* a version is not defined by the library it is asked of */
	RESOLVE_SYMBOL,      /* no object in scope defines it */
	RESOLVE_RELR,        /* DT_RELR: too new for the loader, or without its marker */
	RESOLVE_IRELATIVE,   /* musl: no such relocation */
	RESOLVE_TEXTREL,     /* musl: program with text relocations */
	RESOLVE_EXEC_STACK,
	RESOLVE_MACHINE,   /* Windows: a DLL is there, but for another machine or broken */
	RESOLVE_IFUNC,     /* its resolver is called before the object that has it is relocated */
	RESOLVE_TWO_LIBCS, /* musl: a second libc was replaced by musl's own */
	RESOLVE_STUB,      /* dyld: the SDK's stub of a system library lacks the symbol */
	RESOLVE_KINDS
};

/* When the process dies of a problem. */
enum resolve_when { RESOLVE_AT_START, RESOLVE_AT_CALL, RESOLVE_NOTE };

struct resolve_problem {
	enum resolve_kind kind;
	enum resolve_when when;
	const char *symbol;    /* or NULL */
	const char *version;   /* or NULL */
	const char *library;   /* concerned, as it is needed; or NULL */
	const char *wanted_by; /* the path of the object */
	bool own;              /* ... which is the file asked about */
	bool weak;             /* only weak references need the version */
	uint32_t status;       /* Windows: the NTSTATUS that the start ends with; else 0 */
	const char *text;      /* one line, in the manner of the loader's own message */
};

enum resolve_starts { STARTS_YES, STARTS_NO, STARTS_UNKNOWN };

struct resolution {
	struct deps deps;         /* the tree, with trails */
	struct deps_object *file; /* the one asked about */
	struct deps_object *
		*objects; /* the scope: load order; only its filtees stand before a file */
	size_t object_count;
	const char *libc_version; /* "2.36", or NULL when it cannot be told */
	struct resolve_problem
		*problems; /* those that kill at start first, each group in load order */
	size_t problem_count;
	size_t left_out; /* further problems that are not in the list */
	enum resolve_starts starts;
	const char *unknown; /* why, when starts is UNKNOWN; else NULL */
	bool incomplete;     /* ... because something is not simulated or could not be read */
	bool by_processor;   /* libraries below glibc-hwcaps, and the processor is not named */
	bool damaged;        /* ... because a file is malformed */
	/* What DT_NEEDED is for: needed entries of the file that bind nothing of it, and symbols that
	 * a library provides which the file does not need itself. */
	struct strvec unused;      /* needed names */
	struct strvec underlinked; /* "symbol (library)" */
};

/* `store` was made for this world. Fails only when the file is nothing that a loader loads. */
bool resolve_image(struct arena *a, struct image *img, struct objects *store,
	const struct resolve_world *world, struct resolution *ret, struct error *err) MUST_USE;

/* Loads only: which files come into the process, and how each was found. Nothing is bound, so `starts` is
 * UNKNOWN; `unknown` is NULL unless the search had to end early. Without a root, `shipped` files are found at
 * the directories that any distribution's loader has. */
bool resolve_load(struct arena *a, struct image *img, struct objects *store,
	const struct resolve_world *world, struct resolution *ret, struct error *err) MUST_USE;

const char *resolve_kind_name(enum resolve_kind kind);  /* "library", "symbol" ... */
const char *resolve_when_name(enum resolve_when when);  /* "start", "call", "note" */
const char *resolve_starts_name(enum resolve_starts s); /* "yes", "no", "unknown" */

#endif
