/* SPDX-License-Identifier: MIT */
/* Starts and ends a session. */
#include "cli/session.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/caps.h"
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

bool
session_start(struct session *s, const char *argv0, const char *const *env,
	const struct global_options *global, struct error *err)
{
	char cwd[CAP_PATH];

	s->argv0 = argv0;
	s->ui.quiet = global->quiet;
	s->ui.verbose = global->verbose;
	if (!change_directory(global->dir, err))
		return false;
	if (!getcwd(cwd, sizeof(cwd))) {
		error_set_errno(err, errno, "cannot tell the current directory");
		return error_hint(err, "change to a directory that exists");
	}
	s->context.arena = &s->arena;
	s->context.env = env;
	s->context.cwd = arena_strdup(&s->arena, cwd);
	if (!settings_resolve(&s->settings, &s->arena, global, env, s->context.cwd, err))
		return false;
	ui_init(&s->ui, settings_text(&s->settings, SETTING_COLOR), env);
	ui_notify(&s->ui, &s->notify);
	s->context.notify = &s->notify;
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

bool
session_request(struct session *s, const char *target, const struct target_options *o,
	struct kit_request *ret, struct error *err)
{
	if (o->is_static && o->dynamic) {
		error_set(err, ERROR_USAGE, "--static and --dynamic exclude each other");
		return error_hint(err, "give one of them");
	}
	*ret = (struct kit_request){ 0 };
	ret->target = target;
	ret->is_static = o->is_static;
	ret->provider =
		o->toolchain ? o->toolchain : settings_text(&s->settings, SETTING_TOOLCHAIN);
	ret->source = o->sysroot ? o->sysroot : settings_text(&s->settings, SETTING_SOURCE);
	ret->lock_path = settings_text(&s->settings, SETTING_LOCK);
	ret->locked = settings_flag(&s->settings, SETTING_LOCKED);
	return true;
}
