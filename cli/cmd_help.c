/* SPDX-License-Identifier: MIT */
/* xbuild help. */
#include "cli/exit.h"
#include "cli/help.h"
#include "cli/session.h"

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const struct command *parent = NULL, *c;

	(void)options;
	if (operands->count == 0) {
		help_overview(&s->ui);
		return EXIT_CLEAN;
	}
	c = command_find(operands->items[0]);
	if (c && operands->count == 2) {
		parent = c;
		c = command_find_sub(parent, operands->items[1]);
	}
	if (!c) {
		error_set(err, ERROR_USAGE, "there is no command %s",
			operands->items[operands->count - 1]);
		error_hint(err, "xbuild help lists the commands");
		return COMMAND_FAILED;
	}
	help_command(&s->ui, parent, c);
	return EXIT_CLEAN;
}

static const char *const examples[] = { "help build", "help sysroot add", NULL };
const struct command cmd_help = {
	.name = "help",
	.summary = "show how a command is used",
	.operands = "[COMMAND [COMMAND]]",
	.operand = OPERAND_COMMAND,
	.most = 2,
	.examples = examples,
	.run = run,
};
