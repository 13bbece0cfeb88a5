/* SPDX-License-Identifier: MIT */
/*
 * A command is one row: its name, what it is for, its options and the function that does it. The
 * table in commands.c is all there is: help, completion and the manual pages' check read it. A row
 * with `subcommands` is only a name for them (`xbuild sysroot add`).
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "cli/option.h"

struct session;

/* Does the command. `options` is its struct, filled; the result is the exit code, or a negative
 * number with `err` set, which main then renders. */
typedef int command_run(
	struct session *s, const void *options, const struct strvec *operands, struct error *err);

#define COMMAND_FAILED (-1)

/* What an operand is, for completion. */
enum operand_kind {
	OPERAND_NONE,
	OPERAND_FILE,
	OPERAND_TARGET,
	OPERAND_TOPIC, /* of explain */
	OPERAND_SHELL,
	OPERAND_COMMAND,
};

struct command {
	const char *name;
	const char *summary;  /* one line, lower case, no full stop */
	const char *operands; /* "FILE...", or NULL: the end of the synopsis */
	const struct option *options;
	size_t options_size; /* sizeof its struct; 0 without options */
	enum operand_style style;
	enum operand_kind operand;
	size_t least, most;                /* operands allowed */
	const char *const *examples;       /* NULL-terminated: without the leading "xbuild " */
	const struct command *subcommands; /* ends with a row without name */
	command_run *run;
};

#define OPERANDS_MANY ((size_t)-1)

size_t command_count(void);
const struct command *command_at(size_t i); /* sorted by name */
const struct command *command_find(const char *name);
/* Within a command's own table. */
const struct command *command_find_sub(const struct command *c, const char *name);

/* The rows of the files cmd_*.c. */
extern const struct command cmd_ar, cmd_audit, cmd_build, cmd_cc, cmd_completion, cmd_cxx, cmd_deps,
	cmd_doctor, cmd_env, cmd_exec, cmd_explain, cmd_help, cmd_ld, cmd_lock, cmd_nm, cmd_objcopy,
	cmd_ranlib, cmd_run, cmd_strip, cmd_sysroot, cmd_targets;

#endif
