/* SPDX-License-Identifier: MIT */
/*
 * What holds for every command, settled once: option > XBUILD_* variable > the user's config.json >
 * built in. Each value remembers where it came from, which `xbuild doctor` shows. The rows of the
 * table in settings.c are all the settings there are.
 */
#ifndef CLI_SETTINGS_H
#define CLI_SETTINGS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "cli/option.h"

/* The options that every command takes. */
struct global_options {
	bool help, version;
	bool verbose, quiet, offline, locked;
	const char *color;
	const char *dir;
	const char *transport;
};
extern const struct option global_option_rows[];

enum setting_id {
	SETTING_CACHE_DIR, /* absolute */
	SETTING_COLOR,     /* "auto", "always", "never" */
	SETTING_LOCK,      /* absolute path of xbuild.lock; it need not exist */
	SETTING_LOCKED,    /* "true" or "false" */
	SETTING_OFFLINE,
	SETTING_SOURCE,    /* NULL: the target's own default */
	SETTING_TOOLCHAIN, /* NULL: the first that serves */
	SETTING_TRANSPORT, /* "auto", "apt", "http" */
	SETTINGS
};

struct setting {
	const char *name;   /* key of config.json, as shown by doctor */
	const char *value;  /* or NULL */
	const char *origin; /* "--offline", "XBUILD_OFFLINE", a file, "built in" */
};

struct settings {
	struct setting items[SETTINGS];
	const char *config_path; /* where config.json would be */
	bool config_exists;
	/* XBUILD_MIRROR_DEBIAN and the like, which config.json says in "mirrors" and "keyrings", as
	 * far as the environment does not say them. */
	struct strvec variables;
};

/* ERROR_USAGE naming file, key and nearest key, or variable and value. `cwd` is absolute. */
bool settings_resolve(struct settings *ret, struct arena *a, const struct global_options *global,
	const char *const *env, const char *cwd, struct error *err) MUST_USE;
const char *settings_text(const struct settings *s, enum setting_id id);
bool settings_flag(const struct settings *s, enum setting_id id);

#endif
