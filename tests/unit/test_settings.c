/* SPDX-License-Identifier: MIT */
/* Option > variable > config.json > built in, and what each mistake is told as. */
#include "cli/settings.h"
#include "tests/unit/unit.h"

#include <pwd.h>
#include <unistd.h>

static struct arena arena;
static char *dir;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	dir = unit_temp_dir(&arena);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unit_remove(dir);
	arena_clear(&arena);
	return 0;
}

static const char *
config(const char *text)
{
	const char *path = path_join(&arena, dir, "config.json");
	struct error err;

	assert_true(file_write(path, str_from(text), 0644, &err));
	return arena_printf(&arena, "XBUILD_CONFIG=%s", path);
}

static void
each_source_wins_over_the_next(void **state)
{
	const char *const env[] = { "HOME=/home/me",
		config("{\"offline\":true,\"source\":\"debian:11\",\"toolchain\":\"llvm\","
		       "\"lock\":\"my.lock\",\"color\":\"always\"}"),
		"XBUILD_OFFLINE=0", "XBUILD_SOURCE=debian:13", NULL };
	const struct global_options global = { .color = "never" };
	struct settings s = { 0 };
	struct error err;

	(void)state;
	assert_true(settings_resolve(&s, &arena, &global, env, "/cwd", &err));
	assert_false(settings_flag(&s, SETTING_OFFLINE));
	assert_string_equal(s.items[SETTING_OFFLINE].origin, "XBUILD_OFFLINE");
	assert_string_equal(settings_text(&s, SETTING_SOURCE), "debian:13");
	assert_string_equal(settings_text(&s, SETTING_TOOLCHAIN), "llvm");
	assert_string_equal(s.items[SETTING_TOOLCHAIN].origin, s.config_path);
	assert_string_equal(settings_text(&s, SETTING_COLOR), "never");
	assert_string_equal(s.items[SETTING_COLOR].origin, "--color");
	/* a path in a file is seen from the file */
	assert_string_equal(settings_text(&s, SETTING_LOCK), path_join(&arena, dir, "my.lock"));
	assert_string_equal(settings_text(&s, SETTING_CACHE_DIR), "/home/me/.cache/xbuild");
}

static void
xdg_directories_are_obeyed(void **state)
{
	const char *const env[] = { "HOME=/home/me", "XDG_CACHE_HOME=/big", "XDG_CONFIG_HOME=rel",
		NULL };
	const struct global_options global = { 0 };
	struct settings s = { 0 };
	struct error err;

	(void)state;
	assert_true(settings_resolve(&s, &arena, &global, env, "/cwd", &err));
	assert_string_equal(settings_text(&s, SETTING_CACHE_DIR), "/big/xbuild");
	/* a relative value is to be ignored, says the specification */
	assert_string_equal(s.config_path, "/home/me/.config/xbuild/config.json");
	assert_string_equal(settings_text(&s, SETTING_LOCK), "/cwd/xbuild.lock");
	assert_false(s.config_exists);
}

static void
fails(const char *first, const char *second, const char *what)
{
	const char *const env[] = { "HOME=/home/me", first, second, NULL };
	const struct global_options global = { 0 };
	struct settings s = { 0 };
	struct error err;

	error_clear(&err);
	assert_false(settings_resolve(&s, &arena, &global, env, "/cwd", &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_non_null(strstr(err.what, what));
	assert_true(*err.hint);
}

static void
mistakes_are_named(void **state)
{
	(void)state;
	fails("XBUILD_OFFLINE=perhaps", NULL, "the variable XBUILD_OFFLINE cannot be 'perhaps'");
	fails("XBUILD_COLOR=blue", NULL, "the variable XBUILD_COLOR cannot be 'blue'");
	fails(config("{\"ofline\":true}"), NULL, "ofline");
	fails(config("{\"offline\":1}"), NULL, "offline");
	fails(config("{\"source\":[]}"), NULL, "source");
	fails(config("{\"color\":\"pink\"}"), NULL, "pink");
	fails(config("[]"), NULL, "object");
	fails(config("{"), NULL, "not valid JSON");
}

/* Services and containers often run without HOME: the user database knows the place then. */
static void
a_store_needs_no_home(void **state)
{
	const char *const env[] = { "PATH=/bin", NULL };
	const char *const broken[] = { "HOME=", NULL };
	const struct global_options global = { 0 };
	const struct passwd *user = getpwuid(getuid());
	struct settings s = { 0 };
	struct error err;

	(void)state;
	if (!user)
		skip();
	assert_true(settings_resolve(&s, &arena, &global, env, "/cwd", &err));
	assert_string_equal(settings_text(&s, SETTING_CACHE_DIR),
		arena_printf(&arena, "%s/.cache/xbuild", user->pw_dir));
	assert_false(settings_resolve(&s, &arena, &global, broken, "/cwd", &err));
	assert_non_null(strstr(err.hint, "XBUILD_CACHE_DIR"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_source_wins_over_the_next),
		cmocka_unit_test(xdg_directories_are_obeyed),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(a_store_needs_no_home),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
