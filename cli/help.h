/* SPDX-License-Identifier: MIT */
/*
 * What -h and `xbuild help` print, made from the tables.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/command.h"
#include "cli/ui.h"

/* All commands and the global options. */
void help_overview(const struct ui *ui);
/* One command; `parent` is the command that `c` is a subcommand of, or NULL. */
void help_command(const struct ui *ui, const struct command *parent, const struct command *c);

#endif
