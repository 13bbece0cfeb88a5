/* SPDX-License-Identifier: MIT */
/*
 * How one loader searches libraries: one row each. The order of its steps, what its search paths
 * inherit, and which directories are compiled in.
 */
#ifndef LINKCHECK_DIALECT_H
#define LINKCHECK_DIALECT_H

#include <stdbool.h>

#include "linkcheck/read/image.h"
#include "targets/target.h"

/* One place in the order of the search. */
enum dialect_step {
	STEP_END,
	STEP_RPATH_CHAIN, /* DT_RPATH of the object and of those that loaded it */
	STEP_RPATH_MAIN,  /* DT_RPATH of the object, then of the program */
	STEP_RUNPATH,     /* DT_RUNPATH of the object alone */
	STEP_PATH_CHAIN,  /* either, of the object and of those that loaded it */
	STEP_ENVIRONMENT, /* LD_LIBRARY_PATH */
	STEP_SYSTEM,      /* configured, then compiled-in directories */
};

struct dialect {
	enum target_libc libc;
	const char *name;
	enum dialect_step steps[6];
	bool hwcaps;                 /* glibc-hwcaps subdirectories */
	bool soname_dedupe;          /* a loaded library answers to its DT_SONAME */
	bool skips_foreign;          /* a library for another machine is passed over */
	bool strict_tokens;          /* an unknown $TOKEN makes the whole path void */
	const char *const *reserved; /* name beginnings that are the loader itself, or NULL */
	const char *const *defaults; /* or NULL: glibc's depend on the distribution */
};

const struct dialect *dialect_of(const struct image *img);
/* NULL when there is no row for it. */
const struct dialect *dialect_for(enum target_libc libc);
/* Subdirectories of glibc-hwcaps for the machine, best first; NULL-terminated. */
const char *const *dialect_hwcaps(const struct image *img);

#endif
