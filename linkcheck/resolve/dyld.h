/* SPDX-License-Identifier: MIT */
/*
 * dyld's part of resolution (resolve.h): the search for the libraries of a Mach-O file, @rpath along the chain
 * of loads, and the binding of every import in the library that its ordinal names. The system's own
 * libraries are on no disk since macOS 11: they are taken as given, or held against the stubs of
 * an SDK where resolve_world.sdk names one.
 *
 * Source: dyld's Loader.cpp (forEachResolvedAtPathVar, resolveSymbol).
 */
#ifndef LINKCHECK_DYLD_H
#define LINKCHECK_DYLD_H

#include "linkcheck/read/macho.h"
#include "linkcheck/read/tbd.h"
#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/resolve.h"

enum dyld_kind {
	DYLD_FILE,
	DYLD_STUB,  /* the system's, as the SDK describes it */
	DYLD_GIVEN, /* nothing here tells whether it is there, or what it has */
	DYLD_ABSENT,
};

/* A library of one closure; the file itself is the first. */
struct dyld_library {
	enum dyld_kind kind;
	struct deps_object object;      /* of DYLD_FILE; `name` is set for all */
	struct dyld_library **needs;    /* for each of macho.dylibs */
	const struct tbd *stubs;        /* of DYLD_STUB: its file ... */
	const struct tbd_library *stub; /* ... and the library in it */
	struct dyld_library *loader;    /* who caused the load; NULL for the file itself */
	size_t visited;                 /* serial of a walk through re-exports */
};

struct dyld {
	struct arena *arena;
	const struct resolve_world *world;
	struct objects *store;
	const char *root; /* NULL: paths of the target are not looked at */
	struct image *top;
	struct dyld_library **items; /* in the order of loading */
	size_t count, cap;
	struct strmap known; /* install paths and @rpath names to libraries */
	size_t walks;
	size_t place_budget;
	const char *cut; /* why the search ended before it was done, or NULL */
	struct resolution *ret;
	size_t problem_cap;
};

/* What resolve_image does for other formats; without `bind` only the search. */
bool dyld_resolve(struct arena *a, struct image *img, struct objects *store,
	const struct resolve_world *world, bool bind, struct resolution *ret,
	struct error *err) MUST_USE;

/* Is it a path that the system's shared cache serves? */
bool dyld_is_system(const char *path);

/* dyld_search.c: fills in node and library for the i-th dylib of `from`. */
struct dyld_library *dyld_load(
	struct dyld *d, struct dyld_library *from, size_t i, struct deps_node *node);
struct dyld_library *dyld_add(struct dyld *d, enum dyld_kind kind, const char *name);

/* dyld_sdk.c: the stub of a system library; NULL when the SDK has none. */
const struct tbd_library *dyld_stub(
	struct dyld *d, const char *install_name, const struct tbd **ret_file);

/* dyld_bind.c */
void dyld_bind(struct dyld *d);
void dyld_problem(struct dyld *d, const struct resolve_problem *p);

#endif
