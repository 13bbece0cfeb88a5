/* SPDX-License-Identifier: MIT */
/* The table of commands. */
#include "cli/command.h"

#include <string.h>

#include "base/attr.h"

/* Sorted by name. */
static const struct command *const rows[] = {
	&cmd_ar,
	&cmd_audit,
	&cmd_build,
	&cmd_cxx, /* c++ */
	&cmd_cc,
	&cmd_completion,
	&cmd_deps,
	&cmd_doctor,
	&cmd_env,
	&cmd_exec,
	&cmd_explain,
	&cmd_help,
	&cmd_ld,
	&cmd_lock,
	&cmd_nm,
	&cmd_objcopy,
	&cmd_ranlib,
	&cmd_run,
	&cmd_strip,
	&cmd_sysroot,
	&cmd_targets,
};

size_t
command_count(void)
{
	return ARRAY_LEN(rows);
}

const struct command *
command_at(size_t i)
{
	return rows[i];
}

const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i]->name, name) == 0)
			return rows[i];
	return NULL;
}

const struct command *
command_find_sub(const struct command *c, const char *name)
{
	for (const struct command *sub = c->subcommands; sub && sub->name; sub++)
		if (strcmp(sub->name, name) == 0)
			return sub;
	return NULL;
}
