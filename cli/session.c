/* SPDX-License-Identifier: MIT */
/* Starts and ends a session. */
#include "cli/session.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/env.h"
#include "base/path.h"
#include "base/proc.h"

static bool
change_directory(const char *dir, struct error *err)
{
	if (!dir || chdir(dir) == 0)
		return true;
	error_set_errno(err, errno, "cannot change to the directory %s", dir);
	return error_hint(err, "give -C a directory that exists");
}

void
session_init(struct session *s, const char *argv0, const char *const *env)
{
	arena_init(&s->arena);
	s->argv0 = argv0;
	s->context.arena = &s->arena;
	s->context.env = env;
	ui_init(&s->ui, "auto", env);
	ui_notify(&s->ui, &s->notify);
	s->context.notify = &s->notify;
}

/* What the layers below look up in the environment, as the settings have it. */
static const char *const *
settled_env(struct session *s, const char *const *env)
{
	struct strvec ret;

	strvec_init(&ret, &s->arena);
	strvec_push_all(&ret, env);
	strvec_push_all(&ret, s->settings.variables.items);
	env_set(&ret, "XBUILD_TRANSPORT", settings_text(&s->settings, SETTING_TRANSPORT));
	return ret.items;
}

bool
session_start(struct session *s, const struct global_options *global, struct error *err)
{
	const char *const *env = s->context.env;
	char cwd[CAP_PATH];

	s->ui.quiet = global->quiet;
	s->ui.verbose = global->verbose;
	if (!change_directory(global->dir, err))
		return false;
	if (!getcwd(cwd, sizeof(cwd))) {
		error_set_errno(err, errno, "cannot tell the current directory");
		return error_hint(err, "change to a directory that exists");
	}
	s->context.cwd = arena_strdup(&s->arena, cwd);
	if (!settings_resolve(&s->settings, &s->arena, global, env, s->context.cwd, err))
		return false;
	ui_init(&s->ui, settings_text(&s->settings, SETTING_COLOR), env);
	s->context.env = settled_env(s, env);
	s->context.offline = settings_flag(&s->settings, SETTING_OFFLINE);
	store_init(&s->store, settings_text(&s->settings, SETTING_CACHE_DIR));
	return true;
}

void
session_end(struct session *s)
{
	ui_clear_line(&s->ui);
	arena_clear(&s->arena);
}

const char *
session_self(struct session *s)
{
	char path[CAP_PATH];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *found;

	if (n > 0) {
		path[n] = '\0';
		return arena_strdup(&s->arena, path);
	}
	found = proc_find(&s->arena, s->argv0, s->context.env);
	return path_absolute(&s->arena, s->context.cwd, found ? found : s->argv0);
}
