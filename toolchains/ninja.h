/* SPDX-License-Identifier: MIT */
/*
 * One build.ninja for the whole target matrix: compile, link and audit edges, with depfiles and a
 * directory for each target. ninja does the scheduling; a no-op is ninja's no-op.
 */
#ifndef TOOLCHAINS_NINJA_H
#define TOOLCHAINS_NINJA_H

#include "base/context.h"
#include "base/error.h"
#include "base/str.h"
#include "toolchains/kit.h"

struct ninja_program {
	const struct kit *kit;
	const char *name;   /* "hello" */
	const char *output; /* path of the result */
	const char *work;   /* directory for objects */
	const char *const *
		/* NULL-terminated; C and C++ by suffix, .o and .a are linked as they are */
		sources;
	const char *const *cflags; /* the user's; NULL-terminated */
	const char *const *ldflags;
};

/* The text of build.ninja. `self` is this program (the audit edges call it). Touches nothing. A
 * name with a newline in it cannot be written: ERROR_USAGE. */
bool ninja_text(struct arena *a, const char *self, const char *cwd,
	const struct ninja_program *programs, size_t count, char **ret, struct error *err) MUST_USE;
/* The file that an audit edge writes its verdict to. */
char *ninja_stamp(struct arena *a, const struct ninja_program *p);
/* Escapes for ninja and then for the shell that ninja hands commands to. */
char *ninja_quote(struct arena *a, const char *word);
enum language language_of(const char *source); /* by suffix */

#endif
