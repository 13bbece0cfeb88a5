/* SPDX-License-Identifier: MIT */
/*
 * The inside of resolution: symbols are bound over what deps.c has loaded.
 *
 * Whether a reference can be bound only grows with the scope: in glibc (since 2.30) and in musl the
 * first object that has it is taken, and no object forbids it. So what a library's own closure
 * binds, it binds in every process that loads the same closure; only the rest is looked up again.
 * That is kept with the object, and is what makes a whole /usr/bin cheap.
 */
#ifndef LINKCHECK_BIND_H
#define LINKCHECK_BIND_H

#include <stdbool.h>

#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/resolve.h"

struct bind {
	struct deps_search *search;
	struct resolution *ret;
	object_find *find;
	size_t problem_cap;
	/* glibc < 2.30: a file that a version names and that lacks the symbol ends the look-up
	 * (BZ 24741). */
	bool strict_files;
	bool whole_scope; /* an object before can end the look-up: nothing remembered holds */
	bool asserts;     /* check_match asserts that a file that a version names has versions */
	bool asserted;    /* the last look-up ended in an assertion of glibc's loader */
	bool late_ifunc;  /* a resolver is called before its object is relocated */
	bool lfs64;       /* musl >= 1.2.4 answers to open64 and its kin */
	bool *used;       /* by object index: the file binds something to it */
};

void bind_problem(struct bind *b, struct resolve_problem problem);
/* Are this file's references all bound at start? */
bool bind_is_now(const struct bind *b, const struct image *img);
/* Looks a reference up as a relocation of it would: the provider's index, or object_count.
 * `definition`: an undefined entry with a value does not serve; `copy`: the program does not. */
size_t bind_ref(struct bind *b, struct deps_object *o, const struct object_ref *ref,
	bool definition, bool copy);
/* glibc: is what bind_ref has found an IFUNC? */
bool bind_is_ifunc(const struct bind *b, const struct deps_object *o, const struct object_ref *ref,
	bool definition, size_t provider);
/* Binds every reference of every loaded object. */
void bind_all(struct bind *b);
/* bind_start.c: what is checked before anything is bound. */
void bind_check_interpreter(struct bind *b);
void bind_check_libraries(struct bind *b);
void bind_check_glibc(struct bind *b);
/* bind_rtld.c: what FreeBSD's loader certainly refuses. */
void bind_check_rtld(struct bind *b);
/* bind_ifunc.c: glibc; resolvers that are called too early. */
void bind_check_ifuncs(struct bind *b);
/* bind_filter.c: what filters do to the program that starts. */
void bind_check_filters(struct bind *b);
/* Has a library before the program thread-local storage? */
bool bind_has_unseen_tls(const struct bind *b);
void bind_check_musl(struct bind *b);
/* Is it one of the names that musl's loader maps to the name without 64? */
bool bind_is_lfs64(const char *name, char plain[16]);

#endif
