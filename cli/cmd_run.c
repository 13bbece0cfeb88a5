/* SPDX-License-Identifier: MIT */
/* xbuild run. */
#include "cli/command.h"
#include "cli/request.h"
#include "cli/start.h"

struct run_options {
	const char *target, *sysroot;
};

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const struct run_options *o = options;
	const char *sysroot = o->sysroot ? o->sysroot : settings_text(&s->settings, SETTING_SOURCE);

	return start_program(s, o->target, sysroot, operands->items, err);
}

#define AT(field) offsetof(struct run_options, field)
static const struct option options[] = {
	{ 't', "target", "TARGET", "what the program was built for; else the file says it",
		OPTION_STRING, AT(target), NULL, false },
	{ 0, "sysroot", "SOURCE", "take its libraries from a release (debian:13) or a directory",
		OPTION_STRING, AT(sysroot), NULL, false },
	OPTION_END,
};
static const char *const examples[] = {
	"run -t linux/arm64/musl xbuild-out/linux-arm64-musl/hello",
	NULL,
};
const struct command cmd_run = {
	.name = "run",
	.summary = "run a program of any target here, and explain one that cannot start",
	.operands = "PROG [ARG]...",
	.options = options,
	.options_size = sizeof(struct run_options),
	.style = OPERANDS_COMMAND,
	.operand = OPERAND_FILE,
	.least = 1,
	.most = OPERANDS_MANY,
	.examples = examples,
	.run = run,
};
