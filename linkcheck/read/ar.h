/* SPDX-License-Identifier: MIT */
/*
 * The members of a static archive (.a, .lib), one after the other, in the dialects of GNU, BSD and
 * Microsoft. Symbol tables and tables of long names are used, and not told as members.
 *
 * Nothing is held but the table of long names: a member is a place in the archive, to be opened as
 * an input of its own with input_slice. Each step goes forward, so it ends with the file; what is
 * damaged ends it early, and says so.
 */
#ifndef LINKCHECK_AR_H
#define LINKCHECK_AR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/input.h"

struct ar {
	struct input *in;
	struct arena *arena;
	bool thin;          /* "!<thin>": members are files beside the archive */
	uint64_t at;        /* offset of the next member's header */
	uint64_t count;     /* members told so far */
	struct bytes names; /* GNU's and Microsoft's long names */
	const char *defect; /* why the walk ended before the archive's end, or NULL */
};

struct ar_member {
	const char *name;  /* as it stands in the archive; of a thin one, a path relative to it */
	uint64_t off, len; /* the content's place in the archive */
	bool outside;      /* a thin archive's: the content is in the file `name` */
};

bool ar_is(const struct input *in);
/* `in` outlives the walk; names are kept in `a`. ERROR_FORMAT when it is no archive. */
bool ar_open(struct ar *ret, struct arena *a, struct input *in, struct error *err) MUST_USE;
/* False at the end, or where `defect` says why it cannot go on. */
bool ar_next(struct ar *ar, struct ar_member *ret) MUST_USE;

#endif
