/* SPDX-License-Identifier: MIT */
/* Environments for children, the folder of tools, dispatch by name, and adapted commands. */
#include <unistd.h>

#include "base/env.h"
#include "tests/unit/kit_make.h"
#include "toolchains/dispatch.h"
#include "toolchains/environment.h"

static struct arena arena;
static char *dir;
static struct context ctx;
static struct store store;
static const char *env[8];

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	dir = unit_temp_dir(&arena);
	memset(env, 0, sizeof(env));
	env[0] = arena_printf(&arena, "PATH=%s/bin", dir);
	ctx = (struct context){ .arena = &arena, .env = env, .cwd = dir };
	store_init(&store, path_join(&arena, dir, "store"));
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

static struct environment
get(const struct kit *kit)
{
	struct environment e;
	struct error err;

	error_clear(&err);
	if (!environment_get(&ctx, &store, kit, "/opt/xbuild", &e, &err))
		fail_msg("%s", err.what);
	return e;
}

static const char *
value(const struct environment *e, const char *name)
{
	for (size_t i = 0; i < e->count; i++)
		if (strcmp(e->items[i].name, name) == 0)
			return e->items[i].value;
	return NULL;
}

static void
test_clean(void **state)
{
	struct strvec v;

	(void)state;
	env[1] = "LIBRARY_PATH=/leak";
	env[2] = "CPATH=/leak";
	env[3] = "LC_ALL=C";
	env[4] = "CCACHE_DIR=/c";
	env[5] = "CFLAGS=-O3";
	env[6] = "SOURCE_DATE_EPOCH=1";
	strvec_init(&v, &arena);
	environment_clean(&ctx, &v);
	assert_string_equal(joined(&arena, &v),
		arena_printf(
			&arena, "PATH=%s/bin LC_ALL=C CCACHE_DIR=/c SOURCE_DATE_EPOCH=1", dir));
}

static void
test_exec(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct environment e;
	struct strvec v, denied;

	(void)state;
	env[1] = "CPATH=/leak";
	env[2] = "PKG_CONFIG_PATH=/leak";
	env[3] = "CFLAGS=-O3";
	env[4] = "CC=gcc";
	env[5] = "MY_OWN=1";
	e = get(&kit);
	strvec_init(&v, &arena);
	environment_for_exec(&ctx, &e, &v);
	assert_null(env_get(v.items, "CPATH"));
	assert_null(env_get(v.items, "PKG_CONFIG_PATH"));
	assert_string_equal(env_get(v.items, "CFLAGS"), "-O3");
	assert_string_equal(env_get(v.items, "MY_OWN"), "1");
	assert_string_equal(env_get(v.items, "CC"),
		arena_printf(&arena, "%s/aarch64-linux-musl-cc", e.tools_dir));
	assert_string_equal(
		env_get(v.items, "PATH"), arena_printf(&arena, "%s:%s/bin", e.tools_dir, dir));
	strvec_init(&denied, &arena);
	environment_denied(&ctx, &denied);
	assert_string_equal(joined(&arena, &denied), "CPATH=/leak PKG_CONFIG_PATH=/leak");
}

static void
test_variables(void **state)
{
	struct kit kit = kit_make("linux/arm/musl", LINK_STATIC);
	struct environment e = get(&kit);

	(void)state;
	assert_string_equal(value(&e, "GOOS"), "linux");
	assert_string_equal(value(&e, "GOARCH"), "arm");
	assert_string_equal(value(&e, "GOARM"), "7");
	assert_string_equal(value(&e, "CGO_ENABLED"), "1");
	assert_string_equal(value(&e, "GO_EXTLINK_ENABLED"), "1");
	assert_string_equal(value(&e, "CARGO_BUILD_TARGET"), "armv7-unknown-linux-musleabihf");
	assert_string_equal(value(&e, "CARGO_TARGET_ARMV7_UNKNOWN_LINUX_MUSLEABIHF_LINKER"),
		arena_printf(&arena, "%s/armv7-linux-musleabihf-cc", e.tools_dir));
	assert_string_equal(value(&e, "CARGO_TARGET_ARMV7_UNKNOWN_LINUX_MUSLEABIHF_RUSTFLAGS"),
		"-C target-feature=+crt-static");
	assert_string_equal(value(&e, "CC_armv7_unknown_linux_musleabihf"), value(&e, "CC"));
	assert_string_equal(
		value(&e, "PKG_CONFIG_LIBDIR"), "/S/usr/lib/pkgconfig:/S/usr/share/pkgconfig");
	assert_string_equal(value(&e, "PKG_CONFIG_SYSROOT_DIR"), "/S");
	assert_string_equal(value(&e, "CROSS_COMPILE"), "armv7-linux-musleabihf-");
	assert_string_equal(value(&e, "XBUILD_TARGET"), "linux/arm/v7/musl");
	assert_null(value(&e, "CC_FOR_BUILD"));
	for (size_t i = 1; i < e.count; i++)
		assert_true(strcmp(e.items[i - 1].name, e.items[i].name) < 0);
	for (size_t i = 0; i < e.count; i++)
		assert_true(e.items[i].about[0] != '\0');
}

static void
test_own_choice_of_cgo(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC);
	struct environment e;

	(void)state;
	env[1] = "CGO_ENABLED=0";
	e = get(&kit);
	assert_string_equal(value(&e, "CGO_ENABLED"), "0");
}

static void
test_rust_triples(void **state)
{
	static const struct {
		const char *target, *rust;
	} rows[] = {
		{ "linux/amd64/glibc", "x86_64-unknown-linux-gnu" },
		{ "linux/386/musl", "i686-unknown-linux-musl" },
		{ "linux/arm/v5/glibc", "armv5te-unknown-linux-gnueabi" },
		{ "linux/arm/v6/glibc", "arm-unknown-linux-gnueabihf" },
		{ "linux/riscv64/glibc", "riscv64gc-unknown-linux-gnu" },
		{ "linux/mips64le/glibc", "mips64el-unknown-linux-gnuabi64" },
		{ "linux/mips64le/musl", "mips64el-unknown-linux-muslabi64" },
		{ "linux/ppc64le/musl", "powerpc64le-unknown-linux-musl" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kit kit = kit_make(rows[i].target, LINK_DYNAMIC);
		struct environment e = get(&kit);

		assert_string_equal(value(&e, "CARGO_BUILD_TARGET"), rows[i].rust);
	}
}

static char *
content(const char *folder, const char *name)
{
	struct error err;
	struct str text;

	if (!file_read(&arena, path_join(&arena, folder, name), 1 << 20, &text, &err))
		fail_msg("%s", err.what);
	return str_dup(&arena, text);
}

static void
test_tools_dir(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct kit other = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct environment e = get(&kit);
	char to[256] = "";
	const char *text;

	(void)state;
	assert_true(cstr_starts(path_base(e.tools_dir), "linux+arm64+musl-static-pie-"));
	assert_true(readlink(path_join(&arena, e.tools_dir, "aarch64-linux-musl-gcc"), to,
			    sizeof(to) - 1) > 0);
	assert_string_equal(to, "/opt/xbuild");
	assert_true(readlink(path_join(&arena, e.tools_dir, "ar"), to, sizeof(to) - 1) > 0);
	/* The host's own compiler stays the host's. */
	assert_true(readlink(path_join(&arena, e.tools_dir, "cc"), to, sizeof(to)) < 0);
	assert_true(readlink(path_join(&arena, e.tools_dir, "ld"), to, sizeof(to)) < 0);
	text = content(e.tools_dir, "toolchain.cmake");
	assert_non_null(strstr(text, "set(CMAKE_SYSTEM_PROCESSOR \"aarch64\")\n"));
	assert_non_null(strstr(text, "set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY \"ONLY\")\n"));
	assert_non_null(strstr(text, "set(CMAKE_FIND_LIBRARY_SUFFIXES \".a\")\n"));
	text = content(e.tools_dir, "cross.meson");
	assert_non_null(strstr(text, "[host_machine]\nsystem = 'linux'\ncpu_family = 'aarch64'\n"
				     "cpu = 'aarch64'\nendian = 'little'\n"));
	/* A second time it is the same folder; with another lock another one. */
	assert_string_equal(get(&kit).tools_dir, e.tools_dir);
	other.lock_path = "/p/xbuild.lock";
	assert_string_not_equal(get(&other).tools_dir, e.tools_dir);
}

static bool
find(const char *argv0, struct dispatch *d)
{
	struct error err;
	bool found = dispatch_find(&ctx, argv0, d, &err);

	if (!found && err.kind != ERROR_NONE)
		fail_msg("%s", err.what);
	return found;
}

static void
test_dispatch_by_triple(void **state)
{
	struct dispatch d;

	(void)state;
	assert_true(find("/x/aarch64-linux-musl-cc", &d));
	assert_int_equal(d.kind, DISPATCH_TOOL);
	assert_int_equal(d.tool, TOOL_CC);
	assert_string_equal(d.request.target, "aarch64-linux-musl");
	assert_false(d.request.has_mode);
	assert_true(find("arm-linux-gnueabihf-g++", &d));
	assert_int_equal(d.tool, TOOL_CXX);
	assert_int_equal(d.request.language, LANGUAGE_CXX);
	assert_true(find("x86_64-linux-gnu-gcc-ar", &d));
	assert_int_equal(d.tool, TOOL_AR);
	assert_string_equal(d.request.target, "x86_64-linux-gnu");
	assert_true(find("aarch64-linux-gnu-pkg-config", &d));
	assert_int_equal(d.kind, DISPATCH_PKG_CONFIG);
	assert_true(find("aarch64-linux-gnu-run", &d));
	assert_int_equal(d.kind, DISPATCH_RUN);
	assert_false(find("/usr/bin/xbuild", &d));
	assert_false(find("ar", &d));
	assert_false(find("my-own-cc", &d));
	assert_false(find("-cc", &d));
}

static void
test_dispatch_by_folder(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct environment e;
	struct dispatch d;
	struct error err;

	(void)state;
	kit.lock_path = "/p/xbuild.lock";
	e = get(&kit);
	/* The links must lead to something that can be run, or PATH skips them. */
	unit_file(&arena, e.tools_dir, "nm", "", 0755);
	env[0] = arena_printf(&arena, "PATH=/nowhere:%s", e.tools_dir);
	assert_true(find("nm", &d));
	assert_int_equal(d.tool, TOOL_NM);
	assert_string_equal(d.dir, e.tools_dir);
	assert_string_equal(d.request.target, "linux/arm64/musl");
	assert_true(d.request.has_mode);
	assert_int_equal(d.request.mode, LINK_STATIC_PIE);
	assert_int_equal(d.request.at_least, SET_C_STATIC);
	assert_string_equal(d.request.source, "debian:12");
	assert_string_equal(d.request.provider, "llvm");
	assert_string_equal(d.request.lock_path, "/p/xbuild.lock");
	unit_file(&arena, e.tools_dir, "go_linux_arm64_exec", "", 0755);
	assert_true(find(path_join(&arena, e.tools_dir, "go_linux_arm64_exec"), &d));
	assert_int_equal(d.kind, DISPATCH_RUN);

	unit_file(&arena, e.tools_dir, "kit.json", "{\"schema\":1,\"target\":3}", 0644);
	assert_false(dispatch_find(&ctx, "nm", &d, &err));
	assert_int_not_equal(err.kind, ERROR_NONE);
	assert_string_equal(err.hint, "remove the folder; `xbuild env` makes it again");
}

/* A value of the wrong type is never taken for an absent one. */
static void
test_kit_file_types(void **state)
{
	static const struct {
		const char *member, *what;
	} rows[] = {
		{ "\"toolchain\":5", "key toolchain must be a string" },
		{ "\"sysroot\":[]", "key sysroot must be a string" },
		{ "\"lock\":7", "key lock must be a string" },
		{ "\"lock\":null", "key lock must be a string" },
		{ "\"lok\":\"x\"", "key lok is not known" },
	};
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct environment e = get(&kit);
	struct dispatch d;
	struct error err;

	(void)state;
	unit_file(&arena, e.tools_dir, "nm", "", 0755);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unit_file(&arena, e.tools_dir, "kit.json",
			arena_printf(&arena,
				"{\"schema\":1,\"target\":\"linux/arm64/musl\","
				"\"mode\":\"static\",\"set\":\"c-static\","
				"\"locked\":false,%s}",
				rows[i].member),
			0644);
		assert_false(dispatch_find(&ctx, path_join(&arena, e.tools_dir, "nm"), &d, &err));
		assert_true(cstr_ends(err.what, rows[i].what));
	}
}

/* A store that somebody else wrote. */
static void
test_read_only_store(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct kit other = kit_make("linux/amd64/musl", LINK_STATIC_PIE);
	struct environment e = get(&kit), again;
	char *bin = path_dir(&arena, e.tools_dir);
	bool got_first, got_other;
	struct error err;

	(void)state;
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(chmod(bin, 0555), 0);
	assert_int_equal(chmod(e.tools_dir, 0555), 0);
	/* For the superuser a mode forbids nothing. */
	if (geteuid() == 0)
		assert_int_equal(seteuid(65534), 0);
	got_first = environment_get(&ctx, &store, &kit, "/opt/xbuild", &again, &err);
	got_other = environment_get(&ctx, &store, &other, "/opt/xbuild", &again, &err);
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(bin, 0755), 0);
	assert_int_equal(chmod(e.tools_dir, 0755), 0);
	assert_true(got_first);
	assert_false(got_other);
	assert_int_equal(err.kind, ERROR_IO);
	assert_string_equal(err.hint,
		arena_printf(&arena,
			"make %s writable, or set XBUILD_CACHE_DIR to a directory that is",
			store.dir));
}

/* JSON cannot hold it, and another path would be another file. */
static void
test_not_utf8(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct environment e;
	struct error err;

	(void)state;
	kit.lock_path = "/p\xff/xbuild.lock";
	assert_false(environment_get(&ctx, &store, &kit, "/opt/xbuild", &e, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.where, kit.lock_path);
	kit.lock_path = "/p\xc3\xa9/xbuild.lock";
	assert_true(environment_get(&ctx, &store, &kit, "/opt/xbuild", &e, &err));
}

static const char *
adapted(const struct kit *kit, const char *command)
{
	struct environment e = get(kit);
	struct str rest = str_from(command);
	struct strvec v;
	struct strbuf b;

	strvec_init(&v, &arena);
	while (rest.len > 0)
		strvec_push(&v, str_dup(&arena, str_cut(&rest, '|')));
	environment_adapt(&ctx, kit, &e, &v);
	strbuf_init(&b, &arena);
	for (size_t i = 0; i < v.count; i++) {
		const char *at = strstr(v.items[i], e.tools_dir);

		/* The folder's name is written "T". */
		strbuf_add(&b, i > 0 ? "|" : "");
		if (at)
			strbuf_addf(&b, "%.*sT%s", (int)(at - v.items[i]), v.items[i],
				at + strlen(e.tools_dir));
		else
			strbuf_add(&b, v.items[i]);
	}
	return b.ptr;
}

static void
test_adapt_make(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);

	(void)state;
	assert_string_equal(adapted(&kit, "make|-j2"),
		"make|-j2|CC=T/aarch64-linux-musl-cc|CXX=T/aarch64-linux-musl-c++");
	assert_string_equal(adapted(&kit, "/usr/bin/make|CC=mine"),
		"/usr/bin/make|CC=mine|CXX=T/aarch64-linux-musl-c++");
	assert_string_equal(
		adapted(&kit, "make|CC:=mine|CXX?=x|CCX=1"), "make|CC:=mine|CXX?=x|CCX=1");
	assert_string_equal(adapted(&kit, "ls|-l"), "ls|-l");
	assert_string_equal(adapted(&kit, ""), "");
}

static void
test_adapt_configure(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);

	(void)state;
	unit_file(&arena, dir, "configure",
		"#! /bin/sh\n# Guess values.\n# Generated by GNU Autoconf 2.71.\n", 0755);
	assert_string_equal(adapted(&kit, "./configure|--prefix=/usr"),
		"./configure|--host=aarch64-linux-musl|--prefix=/usr");
	assert_string_equal(
		adapted(&kit, "sh|./configure"), "sh|./configure|--host=aarch64-linux-musl");
	assert_string_equal(adapted(&kit, "./configure|--host=x"), "./configure|--host=x");
	unit_file(&arena, dir, "configure", "#!/bin/sh\n# zlib's own\n", 0755);
	assert_string_equal(adapted(&kit, "./configure"), "./configure");
	assert_string_equal(adapted(&kit, "../nowhere/configure"), "../nowhere/configure");
}

static void
test_adapt_meson(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);

	(void)state;
	assert_string_equal(
		adapted(&kit, "meson|setup|b"), "meson|setup|--cross-file=T/cross.meson|b");
	assert_string_equal(adapted(&kit, "meson|compile"), "meson|compile");
	assert_string_equal(
		adapted(&kit, "meson|setup|--cross-file|x|b"), "meson|setup|--cross-file|x|b");
}

static void
test_adapt_go(void **state)
{
	static const struct {
		const char *target;
		enum link_mode mode;
		const char *command, *golden;
	} rows[] = {
		{ "linux/arm64/musl", LINK_STATIC_PIE, "go|build|./...",
			"go|build|-buildmode=pie|-ldflags=-linkmode=external "
			"-extldflags=-static-pie|./..." },
		{ "linux/arm64/musl", LINK_STATIC, "go|build",
			"go|build|-ldflags=-linkmode=external -extldflags=-static" },
		{ "linux/arm64/glibc", LINK_DYNAMIC, "go|test|./x",
			"go|test|-ldflags=-linkmode=external|./x" },
		{ "linux/386/musl", LINK_STATIC_PIE, "go|install",
			"go|install|-ldflags=-linkmode=external -extldflags=-static" },
		{ "linux/mipsle/musl", LINK_STATIC, "go|build",
			"go|build|-ldflags=-linkmode=external -extldflags=-static -w" },
		{ "linux/arm64/musl", LINK_STATIC, "go|build|-ldflags|-s -w|.",
			"go|build|-ldflags|-linkmode=external -extldflags=-static -s -w|." },
		{ "linux/arm64/musl", LINK_STATIC, "go|build|--ldflags=-X a.b=c",
			"go|build|-ldflags=-linkmode=external -extldflags=-static -X a.b=c" },
		{ "linux/arm64/musl", LINK_STATIC, "go|build|-ldflags=all=-s",
			"go|build|-ldflags=all=-linkmode=external -extldflags=-static -s" },
		{ "linux/arm64/musl", LINK_STATIC, "go|build|-ldflags=-extldflags '-L x'",
			"go|build|-ldflags=-linkmode=external -extldflags '-L x'" },
		{ "linux/arm64/musl", LINK_STATIC_PIE, "go|-C|d|build|-buildmode=exe",
			"go|-C|d|build|-ldflags=-linkmode=external "
			"-extldflags=-static-pie|-buildmode=exe" },
		{ "linux/arm64/musl", LINK_STATIC, "go|env", "go|env" },
		{ "linux/arm64/musl", LINK_STATIC, "go", "go" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kit kit = kit_make(rows[i].target, rows[i].mode);

		assert_string_equal(adapted(&kit, rows[i].command), rows[i].golden);
	}
	env[1] = "CGO_ENABLED=0";
	{
		struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC);

		assert_string_equal(adapted(&kit, "go|build"), "go|build");
	}
}

static void
test_pkg_config(void **state)
{
	struct kit kit = kit_make("linux/arm64/glibc", LINK_DYNAMIC);
	char *tools = path_join(&arena, dir, "tools");
	char *bin = path_join(&arena, dir, "bin");
	static const char *const args[] = { "--libs", "z", NULL };
	struct strvec argv, out;
	struct error err;

	(void)state;
	assert_true(file_mkdirs(tools, 0755, &err));
	assert_true(file_mkdirs(bin, 0755, &err));
	unit_file(&arena, tools, "pkg-config", "", 0755);
	env[0] = arena_printf(&arena, "PATH=%s:%s", tools, bin);
	env[1] = "PKG_CONFIG_PATH=/leak";
	strvec_init(&argv, &arena);
	strvec_init(&out, &arena);
	/* The link in our own folder is not the program. */
	assert_false(environment_pkg_config(&ctx, &kit, tools, args, &argv, &out, &err));
	assert_int_equal(err.kind, ERROR_MISSING);
	unit_file(&arena, bin, "pkg-config", "", 0755);
	strvec_init(&out, &arena);
	assert_true(environment_pkg_config(&ctx, &kit, tools, args, &argv, &out, &err));
	assert_string_equal(
		joined(&arena, &argv), arena_printf(&arena, "%s/pkg-config --libs z", bin));
	assert_null(env_get(out.items, "PKG_CONFIG_PATH"));
	assert_string_equal(env_get(out.items, "PKG_CONFIG_LIBDIR"),
		"/S/usr/lib/aarch64-linux-gnu/pkgconfig:/S/usr/lib/pkgconfig:"
		"/S/usr/share/pkgconfig");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_clean, setup, teardown),
		cmocka_unit_test_setup_teardown(test_exec, setup, teardown),
		cmocka_unit_test_setup_teardown(test_variables, setup, teardown),
		cmocka_unit_test_setup_teardown(test_own_choice_of_cgo, setup, teardown),
		cmocka_unit_test_setup_teardown(test_rust_triples, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tools_dir, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dispatch_by_triple, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dispatch_by_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kit_file_types, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_only_store, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_utf8, setup, teardown),
		cmocka_unit_test_setup_teardown(test_adapt_make, setup, teardown),
		cmocka_unit_test_setup_teardown(test_adapt_configure, setup, teardown),
		cmocka_unit_test_setup_teardown(test_adapt_meson, setup, teardown),
		cmocka_unit_test_setup_teardown(test_adapt_go, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pkg_config, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
