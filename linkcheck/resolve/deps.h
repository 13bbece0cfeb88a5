/* SPDX-License-Identifier: MIT */
/*
 * The dependency tree of one file below a root directory: for each needed library where the
 * loader would find it, or every place it looked. This is the search half of resolution
 * (resolve.h), which binds the symbols too.
 */
#ifndef LINKCHECK_DEPS_H
#define LINKCHECK_DEPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "linkcheck/read/image.h"

/* How a library was found. */
enum deps_how {
	DEPS_MISSING,
	DEPS_PATH,        /* the name has a slash */
	DEPS_RPATH,       /* DT_RPATH of the object or of one that loaded it */
	DEPS_RUNPATH,     /* DT_RUNPATH of the object itself (musl: of its loaders too) */
	DEPS_CONF,        /* a directory of /etc/ld.so.conf or ld-musl-ARCH.path */
	DEPS_DEFAULT,     /* a directory compiled into the loader */
	DEPS_LOADER,      /* the interpreter itself, or a name that musl reserves */
	DEPS_LOADED,      /* already loaded for somebody else */
	DEPS_ENV,         /* LD_LIBRARY_PATH */
	DEPS_SYSTEM,      /* dyld: in the system's shared cache, on no disk */
	DEPS_ASSUMED,     /* dyld: at a place that could not be looked at */
	DEPS_APPLICATION, /* Windows: the program's directory */
	DEPS_WINDOWS,     /* recorded as part of it */
	DEPS_API_SET,     /* Windows: a name that stands for another DLL */
	DEPS_GIVEN,       /* Windows: a directory that was named */
	DEPS_WITHOUT,     /* auxiliary or weakly linked, and not there: the loader goes on */
};

/* One place the loader looked, in order. */
struct deps_try {
	const char *path;   /* as seen by the loader: without the root */
	const char *origin; /* "rpath of ./a.out", "default" ... */
	const char *
		reason; /* "not there", "other machine (arm64)" ...; NULL for the place it was found */
};

struct deps_node {
	const char *name; /* as needed: "libm.so.6" */
	const char *role; /* "filter" or "auxiliary" (DT_FILTER, DT_AUXILIARY); NULL: needed */
	const char *path; /* as seen by the loader, or NULL when missing */
	enum deps_how how;
	struct deps_try *tries;
	size_t try_count;
	const struct deps_try *stop; /* of a missing one: where the loader gave up; else NULL */
	struct deps_node *children;  /* the interpreter, what is needed, then filters */
	size_t child_count;
};

struct deps {
	struct deps_node top; /* the file itself */
	size_t missing;
	size_t objects;
};

/* `root` is the target's file system ("" or "/" for this machine's), seen only as a directory. */
bool deps_find(struct arena *a, struct image *img, const char *root, struct deps *ret,
	struct error *err) MUST_USE;
const char *deps_how_name(enum deps_how how);

#endif
