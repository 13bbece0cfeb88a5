/* SPDX-License-Identifier: MIT */
/*
 * The search path inside a binary (DT_RUNPATH, or DT_RPATH where that one counts), cut into its
 * entries, each with what is wrong with it, and the whole text as it should be. Pure text: no file
 * system is looked at.
 */
#ifndef LINKCHECK_RPATH_H
#define LINKCHECK_RPATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "linkcheck/read/image.h"
#include "targets/target.h"

enum rpath_fault {
	RPATH_FINE,
	RPATH_EMPTY,     /* the loader takes it as the current directory */
	RPATH_RELATIVE,  /* likewise, below the current directory */
	RPATH_MANGLED,   /* a shell, make or linker option ate or left something */
	RPATH_TOKEN,     /* a $TOKEN that this loader does not know */
	RPATH_BUILD_DIR, /* exists on the machine that built it */
	RPATH_ABSOLUTE,  /* outside the system's library directories */
	RPATH_ESCAPES,   /* climbs above the root of the file system */
	RPATH_LEAVES,    /* climbs out of a package that may be installed anywhere */
	RPATH_DUPLICATE,
	RPATH_DEFAULT, /* the loader looks there anyway */
};

struct rpath_entry {
	const char *text;
	enum rpath_fault fault;
	const char *corrected; /* NULL: leave it out */
};

struct rpath_list {
	struct rpath_entry *items;
	size_t count;
	const char *corrected; /* the whole path as it should be; "" when nothing is left */
	bool is_rpath;         /* it is DT_RPATH */
	bool cut;              /* there were more entries than are looked at */
};

/* `path` is the file's name as the user has it, from which corrections are made; it need not be absolute.
 * `place` is where the file is: absolute where that is known, for the depth of $ORIGIN; `floating`
 * says that this begins at the top of a package, wherever that will be. */
void rpath_read(struct arena *a, const struct image *img, enum target_libc libc, const char *path,
	const char *place, bool floating, struct rpath_list *ret);
/* The same of LC_RPATH (rpath_macho.c). */
void rpath_read_macho(
	struct arena *a, const struct image *img, const char *place, struct rpath_list *ret);
/* A directory of the machine that built a file, or a temporary one? */
bool rpath_is_build_dir(const char *path);
/* The tokens that the loader of this libc expands: "ORIGIN", "LIB" ...; NULL-terminated. */
const char *const *rpath_tokens(enum target_libc libc);
/* The length of the token that starts at `s` ("$ORIGIN" or "${ORIGIN}"), or 0 when none of `tokens` stands
 * there; *ret_index says which. */
size_t rpath_token_at(const char *s, const char *const *tokens, size_t *ret_index);

#endif
