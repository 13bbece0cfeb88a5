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
#include "sysroots/source.h"

static const char *const color_choices[] = { "auto", "always", "never", NULL };
static const char *const transport_choices[] = { "auto", "apt", "http", NULL };

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
	{ 0, "transport", "WAY", "fetch packages by apt, http or auto", OPTION_CHOICE,
		GLOBAL(transport), transport_choices, false },
	OPTION_END,
};

enum setting_type { TYPE_TEXT, TYPE_PATH, TYPE_FLAG };

static const struct row {
	const char *key;
	enum setting_type type;
	const char *variable;
	const char *built_in;       /* NULL: none, or worked out by built_in() */
	const char *const *choices; /* NULL: any text */
} rows[SETTINGS] = {
	[SETTING_CACHE_DIR] = { "cache_dir", TYPE_PATH, "XBUILD_CACHE_DIR", NULL, NULL },
	[SETTING_COLOR] = { "color", TYPE_TEXT, "XBUILD_COLOR", "auto", color_choices },
	[SETTING_LOCK] = { "lock", TYPE_PATH, "XBUILD_LOCK", NULL, NULL },
	[SETTING_LOCKED] = { "locked", TYPE_FLAG, "XBUILD_LOCKED", "false", NULL },
	[SETTING_OFFLINE] = { "offline", TYPE_FLAG, "XBUILD_OFFLINE", "false", NULL },
	[SETTING_SOURCE] = { "source", TYPE_TEXT, "XBUILD_SOURCE", NULL, NULL },
	[SETTING_TOOLCHAIN] = { "toolchain", TYPE_TEXT, "XBUILD_TOOLCHAIN", NULL, NULL },
	[SETTING_TRANSPORT] = { "transport", TYPE_TEXT, "XBUILD_TRANSPORT", "auto",
		transport_choices },
};

/* Keys of config.json that hold an object with a member for each distribution. */
static const struct {
	const char *key, *variable;
	bool list; /* of texts; else one text, a path */
} per_distribution[] = {
	{ "keyrings", "XBUILD_KEYRING_", false },
	{ "mirrors", "XBUILD_MIRROR_", true },
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

/* May the setting have this value? If not, `ret` gets the values it may have. */
static bool
is_choice(const struct resolver *r, size_t id, const char *value, const char **ret)
{
	struct strbuf b;

	strbuf_init(&b, r->arena);
	for (const char *const *c = rows[id].choices; c && *c; c++) {
		if (strcmp(*c, value) == 0)
			return true;
		strbuf_addf(&b, "%s%s", b.len ? (c[1] ? ", " : " or ") : "", *c);
	}
	*ret = b.ptr;
	return !rows[id].choices;
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
	const char *value = env_get(r->env, name), *choices;

	if (!value || !*value)
		return true;
	if (rows[id].type == TYPE_FLAG && !read_flag(value, &value)) {
		error_set(r->err, ERROR_USAGE, "the variable %s cannot be '%s'", name, value);
		return error_hint(r->err, "set it to 1 or 0, or unset it");
	}
	if (!is_choice(r, id, value, &choices)) {
		error_set(r->err, ERROR_USAGE, "the variable %s cannot be '%s'", name, value);
		return error_hint(r->err, "set it to %s", choices);
	}
	put(r, id, value, name);
	return true;
}

static bool
take_key(struct resolver *r, const struct json *doc, size_t id, const char *path)
{
	const char *key = rows[id].key;
	const char *value, *choices;
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
	if (!is_choice(r, id, value, &choices)) {
		error_set(r->err, ERROR_USAGE, "%s: key %s cannot be \"%s\"", path, key, value);
		return error_hint(r->err, "it is one of: %s", choices);
	}
	put(r, id, arena_strdup(r->arena, value), path);
	return true;
}

static bool
bad_member(struct resolver *r, const char *path, const char *key, const char *name, bool list)
{
	error_set(r->err, ERROR_USAGE, "%s: key %s.%s must be %s", path, key, name,
		list ? "a list of URLs" : "a path");
	return false;
}

/* The texts of a list, separated by blanks: no URL has one. */
static bool
join_list(const struct json_value *list, struct strbuf *ret)
{
	if (!json_is_array(list))
		return false;
	for (const struct json_value *v = json_at(list, 0); v; v = json_next(v)) {
		const char *text = json_text_of(v);

		if (!text || !*text || strpbrk(text, " \t\r\n"))
			return false;
		strbuf_addf(ret, "%s%s", ret->len ? " " : "", text);
	}
	return true;
}

static bool
take_member(struct resolver *r, size_t which, const struct json_value *member, const char *path)
{
	const char *name = json_key(member), *key = per_distribution[which].key;
	char *variable = arena_printf(r->arena, "%s%s", per_distribution[which].variable, name);
	struct strbuf value;

	for (char *c = variable; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	if (!source_distribution(name)) {
		error_set(
			r->err, ERROR_USAGE, "%s: key %s has no member \"%.40s\"", path, key, name);
		return error_hint(
			r->err, "distributions are called debian, ubuntu, alpine, freebsd");
	}
	strbuf_init(&value, r->arena);
	if (per_distribution[which].list) {
		if (!join_list(member, &value))
			return bad_member(r, path, key, name, true);
	} else if (json_text_of(member)) {
		strbuf_add(&value, path_absolute(r->arena, r->base, json_text_of(member)));
	} else {
		return bad_member(r, path, key, name, false);
	}
	if (!env_get(r->env, variable))
		strvec_pushf(&r->settings->variables, "%s=%s", variable, value.ptr);
	return true;
}

static bool
take_distributions(struct resolver *r, const struct json *doc, const char *path)
{
	const struct json_value *object;

	for (size_t i = 0; i < ARRAY_LEN(per_distribution); i++) {
		if (!json_find(doc->root, per_distribution[i].key))
			continue;
		if (!json_get_object(doc, doc->root, per_distribution[i].key, &object, r->err))
			return false;
		for (const struct json_value *v = json_at(object, 0); v; v = json_next(v))
			if (!take_member(r, i, v, path))
				return false;
	}
	return true;
}

static bool
take_document(struct resolver *r, const struct json *doc, const char *path)
{
	const char *known[SETTINGS + ARRAY_LEN(per_distribution) + 1] = { NULL };

	for (size_t i = 0; i < SETTINGS; i++)
		known[i] = rows[i].key;
	for (size_t i = 0; i < ARRAY_LEN(per_distribution); i++)
		known[SETTINGS + i] = per_distribution[i].key;
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
	return take_distributions(r, doc, path) ||
	       (*r->err->hint ? false : error_hint(r->err, "mend the key in that file"));
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
	if (global->transport)
		put(r, SETTING_TRANSPORT, global->transport, "--transport");
}

bool
settings_resolve(struct settings *ret, struct arena *a, const struct global_options *global,
	const char *const *env, const char *cwd, struct error *err)
{
	struct resolver r = { ret, a, env, cwd, cwd, err };

	strvec_init(&ret->variables, a);
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
