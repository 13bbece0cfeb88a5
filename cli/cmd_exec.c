/* SPDX-License-Identifier: MIT */
/* xbuild exec: runs another build system for a target. */
#include <stdio.h>

#include "base/env.h"
#include "base/interrupt.h"
#include "base/proc.h"
#include "cli/command.h"
#include "cli/diag.h"
#include "cli/request.h"
#include "toolchains/environment.h"

struct exec_options {
	const char *target;
	struct request_options request;
};

/* The links in PATH are this program again, in whatever directory the build system is by then: they
 * must find the same lock and the same store. */
static void
hand_down_settings(struct session *s, struct strvec *env)
{
	const struct settings *settings = &s->settings;

	env_set(env, "XBUILD_LOCK", settings_text(settings, SETTING_LOCK));
	env_set(env, "XBUILD_CACHE_DIR", settings_text(settings, SETTING_CACHE_DIR));
	if (settings_flag(settings, SETTING_OFFLINE))
		env_set(env, "XBUILD_OFFLINE", "1");
	if (settings_flag(settings, SETTING_LOCKED))
		env_set(env, "XBUILD_LOCKED", "1");
}

static void
tell_denied(struct session *s)
{
	struct strvec denied;

	if (!s->ui.verbose)
		return;
	strvec_init(&denied, &s->arena);
	environment_denied(&s->context, &denied);
	for (size_t i = 0; i < denied.count; i++)
		diag_warning(&s->ui,
			arena_printf(&s->arena, "%s does not reach the command", denied.items[i]),
			NULL);
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const struct exec_options *o = options;
	struct environment variables;
	struct kit_request req;
	struct strvec argv, env;
	struct kit kit;

	if (!request_project(s, o->target, &o->request, &req, err) ||
		!kit_get(&s->context, &s->store, &req, &kit, err) ||
		!environment_get(&s->context, &s->store, &kit, session_self(s), &variables, err))
		return COMMAND_FAILED;
	strvec_init(&argv, &s->arena);
	strvec_init(&env, &s->arena);
	strvec_push_all(&argv, operands->items);
	environment_for_exec(&s->context, &variables, &env);
	hand_down_settings(s, &env);
	environment_adapt(&s->context, &kit, &variables, &argv);
	tell_denied(s);
	context_command(&s->context, argv.items);
	ui_clear_line(&s->ui);
	interrupt_restore();
	proc_exec(argv.items, env.items, err);
	return COMMAND_FAILED;
}

static const struct option options[] = {
	TARGET_ROW(struct exec_options),
	REQUEST_ROWS(struct exec_options),
	OPTION_END,
};
static const char *const examples[] = {
	"exec -t linux/arm64/musl --static -- make",
	"exec -t linux/amd64/glibc2.31 -- ./configure",
	"exec -t linux/arm64/musl --static -- go build ./...",
	NULL,
};
const struct command cmd_exec = {
	.name = "exec",
	.summary = "run make, cmake, ./configure, go ... so that it builds for a target",
	.operands = "[--] CMD [ARG]...",
	.options = options,
	.options_size = sizeof(struct exec_options),
	.style = OPERANDS_COMMAND,
	.operand = OPERAND_COMMAND,
	.least = 1,
	.most = OPERANDS_MANY,
	.examples = examples,
	.run = run,
};
