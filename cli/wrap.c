/* SPDX-License-Identifier: MIT */
/* Becomes a tool of a target. */
#include "cli/wrap.h"

#include <stdio.h>

#include "base/interrupt.h"
#include "base/proc.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/start.h"
#include "toolchains/dispatch.h"
#include "toolchains/driver.h"
#include "toolchains/environment.h"

static int
become(struct session *s, const struct strvec *argv, const struct strvec *env, struct error *err)
{
	context_command(&s->context, argv->items);
	ui_clear_line(&s->ui);
	fflush(stdout);
	interrupt_restore();
	proc_exec(argv->items, env->items, err);
	return COMMAND_FAILED;
}

int
wrap_tool(struct session *s, const struct kit_request *req, enum tool tool, const char *const *args,
	struct error *err)
{
	struct strvec argv, env;
	const char *answer;
	struct kit kit;

	if (!kit_get(&s->context, &s->store, req, &kit, err))
		return COMMAND_FAILED;
	answer = driver_answer(&s->arena, &kit, tool, args);
	if (answer) {
		puts(answer);
		return EXIT_CLEAN;
	}
	strvec_init(&argv, &s->arena);
	strvec_init(&env, &s->arena);
	if (!driver_wrap(&s->context, &kit, tool, args, &argv, err))
		return COMMAND_FAILED;
	environment_clean(&s->context, &env);
	return become(s, &argv, &env, err);
}

static int
wrap_pkg_config(
	struct session *s, const struct dispatch *d, const char *const *args, struct error *err)
{
	struct strvec argv, env;
	struct kit kit;

	strvec_init(&argv, &s->arena);
	strvec_init(&env, &s->arena);
	if (!kit_get(&s->context, &s->store, &d->request, &kit, err) ||
		!environment_pkg_config(&s->context, &kit, d->dir, args, &argv, &env, err))
		return COMMAND_FAILED;
	return become(s, &argv, &env, err);
}

int
wrap_by_name(struct session *s, const char *const *argv, struct error *err)
{
	struct dispatch d = { 0 };

	if (!dispatch_find(&s->context, argv[0], &d, err))
		return err->kind == ERROR_NONE ? WRAP_OTHER : COMMAND_FAILED;
	if (!d.request.lock_path)
		d.request.lock_path = settings_text(&s->settings, SETTING_LOCK);
	switch (d.kind) {
	case DISPATCH_PKG_CONFIG:
		return wrap_pkg_config(s, &d, argv + 1, err);
	case DISPATCH_RUN:
		return start_program(s, d.request.target, d.request.source, argv + 1, err);
	case DISPATCH_TOOL:
		break;
	}
	return wrap_tool(s, &d.request, d.tool, argv + 1, err);
}
