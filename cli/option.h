/* SPDX-License-Identifier: MIT */
/*
 * Options as rows of a table. A command has a struct for its options and a table that says, for
 * each, its letter, its long name, what follows it, its help line and where in the struct the value
 * goes. Parsing, `-h`, completion and the check of the manual pages all read the same rows.
 *
 * A struct is zeroed before it is parsed into: an option that was not given is false, NULL, 0 or an
 * empty list. Nothing here prints.
 */
#ifndef CLI_OPTION_H
#define CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum option_kind {
	OPTION_FLAG,   /* bool */
	OPTION_STRING, /* const char *: the last one given */
	OPTION_LIST,   /* struct strvec: all, in order */
	OPTION_NUMBER, /* unsigned, from 1 on */
	OPTION_CHOICE, /* const char *: one of `choices` */
};

struct option {
	char letter;          /* or 0 */
	const char *name;     /* without its dashes; never NULL in a row */
	const char *argument; /* "TARGET"; NULL for a flag */
	const char *help;     /* one line, no full stop */
	enum option_kind kind;
	size_t offset;
	const char *const *choices; /* NULL-terminated */
	bool required;
};

#define OPTION_END                                                                                 \
	{                                                                                          \
		.name = NULL                                                                       \
	}

/* One table with the struct that it fills. */
struct option_group {
	const struct option *options; /* NULL: none */
	void *dest;
};

/* Where options end and operands begin. "--" always ends them. */
enum operand_style {
	OPERANDS_ANYWHERE, /* options may follow operands */
	OPERANDS_COMMAND,  /* the first operand is a command: what follows is its own */
	OPERANDS_TOOL,     /* so does the first option that is not ours, or is given again */
};

/* Parses argv (without the command's name) into the groups; what remains goes to `operands`. The
 * error names the unknown option and the nearest known one. */
bool option_parse(struct arena *a, const struct option_group *groups, size_t group_count,
	enum operand_style style, const char *const *argv, struct strvec *operands,
	struct error *err) MUST_USE;

/* ERROR_USAGE when an option that must be there is not. */
bool option_complete(const struct option *options, const void *dest, struct error *err) MUST_USE;

/* "[-t TARGET]..." as it stands in a synopsis. */
char *option_synopsis(struct arena *a, const struct option *o);
/* "-t, --target TARGET" as it stands in a list. */
char *option_usage(struct arena *a, const struct option *o);

#endif
