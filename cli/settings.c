/* SPDX-License-Identifier: MIT */
/* Settles the global settings: option, variable, config.json, built in. */
#include "cli/settings.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/env.h"
#include "base/file.h"
#include "base/json.h"
#include "base/path.h"

static const char *const color_choices[] = { "auto", "always", "never", NULL };

#define GLOBAL(field) offsetof(struct global_options, field)
const struct option global_option_rows[] = {
	{ 'h', "help", NULL, "show this", OPTION_FLAG, GLOBAL(help), NULL, false },
	{ 0, "version", NULL, "show the version", OPTION_FLAG, GLOBAL(version), NULL, false },
	{ 'v', "verbose", NULL, "show each command that is run, ready to paste", OPTION_FLAG,
		GLOBAL(verbose), NULL, false },
	{ 'q', "quiet", NULL, "show results and errors only", OPTION_FLAG, GLOBAL(quiet), NULL,
		false },
	{ 'C', "directory", "DIR", "change to DIR first", OPTION_STRING, GLOBAL(dir), NULL, false },
	{ 0, "color", "WHEN", "auto, always or never", OPTION_CHOICE, GLOBAL(color), color_choices,
		false },
	{ 0, "offline", NULL, "open no network connection", OPTION_FLAG, GLOBAL(offline), NULL,
		false },
	{ 0, "locked", NULL, "fail if xbuild.lock would have to change", OPTION_FLAG,
		GLOBAL(locked), NULL, false },
	OPTION_END,
};

enum setting_type { TYPE_TEXT, TYPE_PATH, TYPE_FLAG, TYPE_COLOR };

static const struct row {
	const char *key;
	enum setting_type type;
	const char *variable;
	const char *built_in; /* NULL: none, or worked out by built_in() */
} rows[SETTINGS] = {
	[SETTING_CACHE_DIR] = { "cache_dir", TYPE_PATH, "XBUILD_CACHE_DIR", NULL },
	[SETTING_COLOR] = { "color", TYPE_COLOR, "XBUILD_COLOR", "auto" },
	[SETTING_LOCK] = { "lock", TYPE_PATH, "XBUILD_LOCK", NULL },
	[SETTING_LOCKED] = { "locked", TYPE_FLAG, "XBUILD_LOCKED", "false" },
	[SETTING_OFFLINE] = { "offline", TYPE_FLAG, "XBUILD_OFFLINE", "false" },
	[SETTING_SOURCE] = { "source", TYPE_TEXT, "XBUILD_SOURCE", NULL },
	[SETTING_TOOLCHAIN] = { "toolchain", TYPE_TEXT, "XBUILD_TOOLCHAIN", NULL },
};

struct resolver {
	struct settings *settings;
	struct arena *arena;
	const char *const *env;
	const char *cwd;
	const char *base; /* relative paths are seen from here */
	struct error *err;
};

static void
put(struct resolver *r, size_t id, const char *value, const char *origin)
{
	struct setting *s = &r->settings->items[id];

	s->value = value;
	s->origin = origin;
	if (rows[id].type == TYPE_PATH)
		s->value = path_absolute(r->arena, r->base, value);
}

/* $NAME/xbuild, or ~/FALLBACK/xbuild. The XDG specification ignores relative values. */
static const char *
xdg_dir(const struct resolver *r, const char *name, const char *fallback)
{
	const char *dir = env_get(r->env, name);
	const char *home = env_get(r->env, "HOME");
	const struct passwd *user;

	/* Services and containers often have no HOME. */
	if (!home && (user = getpwuid(getuid())))
		home = arena_strdup(r->arena, user->pw_dir);
	if (dir && dir[0] == '/')
		return arena_printf(r->arena, "%s/xbuild", dir);
	if (home && home[0] == '/')
		return arena_printf(r->arena, "%s/%s/xbuild", home, fallback);
	return NULL;
}

static void
take_built_in(struct resolver *r)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		r->settings->items[i].name = rows[i].key;
		r->settings->items[i].origin = "built in";
		r->settings->items[i].value = rows[i].built_in;
	}
	put(r, SETTING_LOCK, "xbuild.lock", "built in");
	r->settings->items[SETTING_CACHE_DIR].value = xdg_dir(r, "XDG_CACHE_HOME", ".cache");
}

static bool
is_color(const char *value)
{
	for (size_t i = 0; color_choices[i]; i++)
		if (strcmp(color_choices[i], value) == 0)
			return true;
	return false;
}

/* XBUILD_OFFLINE=1, true or yes; 0, false, no or nothing. */
static bool
read_flag(const char *value, const char **ret)
{
	static const char *const yes[] = { "1", "true", "yes" };
	static const char *const no[] = { "0", "false", "no" };

	for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
		if (strcmp(value, yes[i]) == 0) {
			*ret = "true";
			return true;
		}
		if (strcmp(value, no[i]) == 0) {
			*ret = "false";
			return true;
		}
	}
	return false;
}

static bool
take_variable(struct resolver *r, size_t id)
{
	const char *name = rows[id].variable;
	const char *value = env_get(r->env, name);

	if (!value || !*value)
		return true;
	if (rows[id].type == TYPE_FLAG && !read_flag(value, &value)) {
		error_set(r->err, ERROR_USAGE, "the variable %s cannot be '%s'", name, value);
		return error_hint(r->err, "set it to 1 or 0, or unset it");
	}
	if (rows[id].type == TYPE_COLOR && !is_color(value)) {
		error_set(r->err, ERROR_USAGE, "the variable %s cannot be '%s'", name, value);
		return error_hint(r->err, "set it to auto, always or never");
	}
	put(r, id, value, name);
	return true;
}

static bool
take_key(struct resolver *r, const struct json *doc, size_t id, const char *path)
{
	const char *key = rows[id].key;
	const char *value;
	bool flag;

	if (!json_find(doc->root, key))
		return true;
	if (rows[id].type == TYPE_FLAG) {
		if (!json_get_bool(doc, doc->root, key, &flag, r->err))
			return false;
		put(r, id, flag ? "true" : "false", path);
		return true;
	}
	if (!json_get_string(doc, doc->root, key, &value, r->err))
		return false;
	if (rows[id].type == TYPE_COLOR && !is_color(value)) {
		error_set(r->err, ERROR_USAGE, "%s: key color cannot be \"%s\"", path, value);
		return error_hint(r->err, "it is one of: auto, always, never");
	}
	put(r, id, arena_strdup(r->arena, value), path);
	return true;
}

static bool
take_document(struct resolver *r, const struct json *doc, const char *path)
{
	const char *known[SETTINGS + 1] = { NULL };

	for (size_t i = 0; i < SETTINGS; i++)
		known[i] = rows[i].key;
	if (!json_is_object(doc->root)) {
		error_set(r->err, ERROR_USAGE, "%s does not hold a JSON object", path);
		return error_hint(r->err, "write at least: {}");
	}
	if (!json_only_keys(doc, doc->root, known, r->err))
		return false;
	for (size_t i = 0; i < SETTINGS; i++)
		if (!take_key(r, doc, i, path))
			return *r->err->hint ? false
					     : error_hint(r->err, "mend the key in that file");
	return true;
}

static bool
take_config(struct resolver *r)
{
	const char *named = env_get(r->env, "XBUILD_CONFIG");
	const char *dir = xdg_dir(r, "XDG_CONFIG_HOME", ".config");
	struct json doc;
	bool ok;

	if (named && *named)
		r->settings->config_path = path_absolute(r->arena, r->cwd, named);
	else if (dir)
		r->settings->config_path = path_join(r->arena, dir, "config.json");
	else
		return true;
	r->settings->config_exists = file_exists(r->settings->config_path);
	if (!r->settings->config_exists && !(named && *named))
		return true;
	if (!json_read_file(r->arena, &doc, r->settings->config_path, r->err)) {
		if (r->err->kind == ERROR_FORMAT)
			r->err->kind = ERROR_USAGE;
		return *r->err->hint ? false : error_hint(r->err, "mend the file, or remove it");
	}
	r->base = path_dir(r->arena, r->settings->config_path);
	ok = take_document(r, &doc, r->settings->config_path);
	r->base = r->cwd;
	json_clear(&doc);
	return ok;
}

static void
take_options(struct resolver *r, const struct global_options *global)
{
	if (global->offline)
		put(r, SETTING_OFFLINE, "true", "--offline");
	if (global->locked)
		put(r, SETTING_LOCKED, "true", "--locked");
	if (global->color)
		put(r, SETTING_COLOR, global->color, "--color");
}

bool
settings_resolve(struct settings *ret, struct arena *a, const struct global_options *global,
	const char *const *env, const char *cwd, struct error *err)
{
	struct resolver r = { ret, a, env, cwd, cwd, err };

	take_built_in(&r);
	if (!take_config(&r))
		return false;
	for (size_t i = 0; i < SETTINGS; i++)
		if (!take_variable(&r, i))
			return false;
	take_options(&r, global);
	if (!ret->items[SETTING_CACHE_DIR].value) {
		error_set(err, ERROR_USAGE, "there is no place for the store: HOME is not set");
		return error_hint(err, "set XBUILD_CACHE_DIR to a directory");
	}
	return true;
}

const char *
settings_text(const struct settings *s, enum setting_id id)
{
	return s->items[id].value;
}

bool
settings_flag(const struct settings *s, enum setting_id id)
{
	const char *value = s->items[id].value;

	return value && strcmp(value, "true") == 0;
}
