/* SPDX-License-Identifier: MIT */
/*
 * On which platforms a file starts, from the compiled facts alone (abi_port.h): no file system is
 * looked at. What is judged is the loader, the C library's libraries, versions and symbols, and the
 * levels of libstdc++ and libgcc; every other needed library is taken as given, and named. A file
 * that needs no loader runs on every Linux of its architecture.
 *
 * A wrong "runs" is the worst answer there is: what cannot be told is UNKNOWN with its reason, and a
 * symbol that is missed only when it is called counts as not running too.
 */
#ifndef LINKCHECK_VERDICT_H
#define LINKCHECK_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "linkcheck/platform/platform.h"
#include "linkcheck/resolve/object.h"
#include "linkcheck/resolve/resolve.h"

#define VERDICT_PLATFORMS 64 /* judged at once */
#define VERDICT_REASONS 8    /* kept for one platform */

enum verdict_on { ON_RUNS, ON_FAILS, ON_UNKNOWN };

struct verdict_reason {
	const char *symbol;    /* or NULL; the first of several */
	const char *version;   /* "GLIBC_2.34", or NULL */
	const char *library;   /* or NULL */
	const char *wanted_by; /* the shipped library that asks; NULL: the file itself */
	const char *text;      /* "GLIBC_2.34: pthread_create, __libc_start_main" */
	const char *fix;       /* NULL: build for the platform */
	bool weak;    /* only weak references want it; glibc's loader insists all the same */
	bool at_call; /* it starts, and dies when it calls the symbol */
};

struct verdict_row {
	const struct platform *platform;
	enum verdict_on on;
	struct verdict_reason *reasons; /* the first ones; empty when it runs */
	size_t reason_count;
};

struct verdicts {
	struct verdict_row *rows; /* in the order of the platforms asked for */
	size_t count;
	struct strvec given; /* needed libraries that were not judged */
};

/* Which platforms: the listed ones and others that were asked for, each once. */
struct verdict_set {
	const struct platform *items[VERDICT_PLATFORMS];
	uint8_t release[VERDICT_PLATFORMS]; /* abi_release_at's number of its libc's version */
	size_t count;
};

/* The listed platforms. */
void verdict_set_init(struct verdict_set *set);
/* False when it is full. */
bool verdict_set_add(struct verdict_set *set, const struct platform *p);

/* `libc`: what the file is bound to, LIBC_UNKNOWN for none. `closure`, or NULL: the libraries that ship with
 * the file and that its loader would find (resolve_load); what they ask of the platform counts as well. Only
 * files that a loader or a kernel loads have verdicts; others give count 0. */
void verdict_find(struct arena *a, struct object *top, enum target_libc libc,
	const struct resolution *closure, const struct verdict_set *set, struct verdicts *ret);

const char *verdict_on_name(enum verdict_on on); /* "runs", "fails", "unknown" */

#endif
