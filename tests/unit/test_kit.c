/* SPDX-License-Identifier: MIT */
/* Toolchains found among fake programs, kits resolved on a sysroot of the user's, kits kept. */
#include <time.h>
#include <unistd.h>

#include "tests/unit/kit_make.h"
#include "toolchains/kit.h"
#include "toolchains/toolchain.h"

static struct arena arena;
static char *dir;
static struct context ctx;
static struct store store;
static const char *env[3];

/* A program that prints its version and leaves a mark when it is asked. */
static void
fake(const char *name, const char *version_line)
{
	char *path = path_join(&arena, dir, name);
	struct error err;

	assert_true(file_mkdirs(path_dir(&arena, path), 0755, &err));
	unit_file(&arena, dir, name,
		arena_printf(&arena,
			"#!/bin/sh\necho asked >>%s/asked\n"
			"case $1 in --version) echo '%s';; *) echo /res/%s;; esac\n",
			dir, version_line, path_base(name)),
		0755);
}

static int
setup(void **state)
{
	struct error err;

	(void)state;
	arena_init(&arena);
	dir = unit_temp_dir(&arena);
	/* Only what the test puts there may be found. */
	env[0] = arena_printf(&arena, "PATH=%s/bin", dir);
	env[1] = env[2] = NULL;
	ctx = (struct context){ .arena = &arena, .env = env, .cwd = dir, .offline = true };
	store_init(&store, path_join(&arena, dir, "store"));
	if (!file_mkdirs(path_join(&arena, dir, "S/usr/include"), 0755, &err))
		return -1;
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

static size_t
times_asked(void)
{
	char *path = path_join(&arena, dir, "asked");
	struct error err;
	struct str text;
	size_t n = 0;

	if (!file_read(&arena, path, 1 << 20, &text, &err))
		return 0;
	while (text.len > 0) {
		str_cut(&text, '\n');
		n++;
	}
	return n;
}

static const char *
tools(const char *target, struct toolchain *ret)
{
	struct target t = kit_target(target);
	struct error err;

	error_clear(&err);
	if (toolchain_get(&ctx, &store, NULL, &t, ret, &err))
		return "";
	return arena_printf(&arena, "%s [%s]", err.what, err.hint);
}

static void
test_missing(void **state)
{
	struct toolchain tc;

	(void)state;
	assert_string_equal(
		tools("linux/arm64/musl", &tc), "no clang is installed [install clang]");
	fake("bin/clang", "Debian clang version 14.0.6");
	fake("bin/apt-get", "apt");
	assert_string_equal(
		tools("linux/arm64/musl", &tc), "no lld is installed [apt-get install lld]");
	assert_string_equal(
		tools("linux/s390x/glibc", &tc), "no lld is installed [apt-get install lld-19]");
}

static void
test_too_old(void **state)
{
	struct toolchain tc;

	(void)state;
	fake("bin/clang", "clang version 13.0.1");
	assert_string_equal(tools("linux/arm64/musl", &tc),
		"clang 13 cannot serve linux/arm64/musl: clang >= 14 is needed (older ones were "
		"never tried) [install clang-19]");
	fake("bin/clang", "Debian clang version 14.0.6");
	fake("bin/ld.lld", "Debian LLD 14.0.6 (compatible with GNU linkers)");
	fake("bin/apk", "apk");
	assert_string_equal(tools("linux/s390x/glibc", &tc),
		"lld 14 cannot serve linux/s390x/glibc: lld >= 19 is needed (older lld does not "
		"know the emulation elf64_s390) [apk add lld19]");
}

static void
test_choice(void **state)
{
	struct toolchain tc;

	(void)state;
	fake("bin/clang", "Debian clang version 14.0.6");
	fake("bin/clang++", "Debian clang version 14.0.6");
	fake("bin/ld.lld", "Debian LLD 14.0.6 (compatible with GNU linkers)");
	fake("llvm19/ld.lld", "LLD 19.1.7");
	fake("bin/llvm-ar-19", "LLVM 19");
	assert_int_equal(symlink("../llvm19/ld.lld", path_join(&arena, dir, "bin/ld.lld-19")), 0);
	fake("bin/clang-19", "Debian clang version 19.1.7 (3)");

	assert_string_equal(tools("linux/arm64/musl", &tc), "");
	assert_string_equal(tc.path[TOOL_CC], path_join(&arena, dir, "bin/clang"));
	assert_string_equal(tc.path[TOOL_CXX], path_join(&arena, dir, "bin/clang++"));
	assert_string_equal(tc.path[TOOL_AR], path_join(&arena, dir, "bin/llvm-ar-19"));
	assert_null(tc.path[TOOL_STRIP]);
	assert_int_equal(tc.compiler_version, 14);
	assert_string_equal(tc.label, "clang 14");
	assert_string_equal(tc.resource_dir, "/res/clang");
	assert_string_equal(tc.linker_flag, arena_printf(&arena, "--ld-path=%s/bin/ld.lld", dir));

	/* A newer linker is enough for s390x; it is named as clang knows an lld: "ld.lld". */
	assert_string_equal(tools("linux/s390x/glibc", &tc), "");
	assert_int_equal(tc.compiler_version, 14);
	assert_int_equal(tc.linker_version, 19);
	assert_string_equal(tc.path[TOOL_LD], path_join(&arena, dir, "llvm19/ld.lld"));

	/* Here the compiler must be newer; there is no clang++-19, so clang-19 is both. */
	assert_string_equal(tools("linux/loong64/glibc", &tc), "");
	assert_int_equal(tc.compiler_version, 19);
	assert_ptr_equal(tc.path[TOOL_CXX], tc.path[TOOL_CC]);
}

static void
test_probes_are_kept(void **state)
{
	struct toolchain tc;
	size_t asked;

	(void)state;
	fake("bin/clang", "Debian clang version 14.0.6");
	fake("bin/ld.lld", "LLD 14.0.6");
	assert_string_equal(tools("linux/arm64/musl", &tc), "");
	asked = times_asked();
	assert_int_equal(asked, 3);
	assert_string_equal(tools("linux/amd64/glibc", &tc), "");
	assert_int_equal(times_asked(), asked);
	fake("bin/clang", "Debian clang version 15.0.7 and so on");
	assert_string_equal(tools("linux/amd64/glibc", &tc), "");
	assert_int_equal(tc.compiler_version, 15);
	assert_int_equal(times_asked(), asked + 2);
}

static void
test_unknown_provider(void **state)
{
	struct target t = kit_target("linux/arm64/musl");
	struct toolchain tc;
	struct error err;

	(void)state;
	assert_false(toolchain_get(&ctx, &store, "lvlm", &t, &tc, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.what, "unknown toolchain 'lvlm'");
	assert_string_equal(err.hint, "did you mean 'llvm'");
}

static void
test_not_served(void **state)
{
	struct toolchain tc;

	(void)state;
	assert_true(cstr_starts(
		tools("windows/amd64", &tc), "no toolchain here serves windows/amd64/msvcrt yet"));
}

static void
test_tool_words(void **state)
{
	(void)state;
	assert_int_equal(tool_find("gcc"), TOOL_CC);
	assert_int_equal(tool_find("clang++"), TOOL_CXX);
	assert_int_equal(tool_find("gcc-ar"), TOOL_AR);
	assert_int_equal(tool_find("perl"), TOOLS);
	for (int t = 0; t < TOOLS; t++)
		assert_int_equal(tool_find(tool_name((enum tool)t)), t);
}

static struct kit
kit(const struct kit_request *req, struct error *err)
{
	struct kit ret = { 0 };

	error_clear(err);
	if (!kit_get(&ctx, &store, req, &ret, err))
		ret.sysroot = NULL;
	return ret;
}

static void
test_kit(void **state)
{
	struct kit_request req = { .target = "linux/arm64", .is_static = true, .source = "./S" };
	struct error err;
	struct kit k, again;
	size_t asked;

	(void)state;
	fake("bin/clang", "Debian clang version 14.0.6");
	fake("bin/ld.lld", "LLD 14.0.6");
	assert_true(file_mkdirs(path_join(&arena, dir, "S/usr/lib"), 0755, &err));
	unit_file(&arena, dir, "S/usr/lib/rcrt1.o", "", 0644);
	k = kit(&req, &err);
	if (!k.sysroot)
		fail_msg("%s", err.what);
	assert_string_equal(k.target.name, "linux/arm64/musl");
	assert_int_equal(k.mode, LINK_STATIC_PIE);
	assert_string_equal(k.sysroot, path_join(&arena, dir, "S"));
	assert_string_equal(k.source, "dir");
	assert_string_equal(kit_label(&arena, &k), "clang 14 · musl (dir) · static-pie");

	asked = times_asked();
	again = kit(&req, &err);
	assert_int_equal(times_asked(), asked);
	assert_string_equal(again.target.name, k.target.name);
	assert_int_equal(again.mode, k.mode);
	assert_int_equal(again.set, k.set);
	assert_string_equal(again.sysroot, k.sysroot);
	assert_string_equal(again.tools.linker_flag, k.tools.linker_flag);
	assert_string_equal(again.tools.path[TOOL_CC], k.tools.path[TOOL_CC]);
	assert_ptr_equal(again.tools.path[TOOL_CXX], again.tools.path[TOOL_CC]);
	assert_int_equal(again.tools.compiler_version, 14);

	/* Another compiler of the same name is another kit. */
	fake("bin/clang", "Debian clang version 16.0.6 ");
	again = kit(&req, &err);
	assert_string_equal(again.tools.label, "clang 16");
	/* And so is another variant from Go's variables. */
	req.target = "linux/arm";
	env[1] = "GOARM=7";
	assert_string_equal(kit(&req, &err).target.name, "linux/arm/v7/musl");
	env[1] = "GOARM=5";
	assert_string_equal(kit(&req, &err).target.name, "linux/arm/v5/musl");
}

/* Two states of a directory within one tick of the file system's clock have one stamp. */
static void
let_time_pass(void)
{
	nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
}

/* A program that appears or goes away is seen, whatever the kept kit says. */
static void
test_kept_kit_follows_path(void **state)
{
	struct kit_request req = { .target = "linux/arm64/musl", .source = "./S" };
	struct error err;
	size_t asked;
	struct kit k;

	(void)state;
	env[0] = arena_printf(&arena, "PATH=%s/first:%s/bin:%s/llvm", dir, dir, dir);
	fake("bin/clang", "Debian clang version 14.0.6");
	fake("bin/ld.lld", "LLD 14.0.6");
	assert_null(kit(&req, &err).tools.path[TOOL_AR]);
	let_time_pass();
	fake("bin/llvm-ar", "LLVM 14");
	assert_string_equal(
		kit(&req, &err).tools.path[TOOL_AR], path_join(&arena, dir, "bin/llvm-ar"));
	asked = times_asked();
	assert_string_equal(
		kit(&req, &err).tools.path[TOOL_AR], path_join(&arena, dir, "bin/llvm-ar"));
	assert_int_equal(times_asked(), asked);

	/* A directory of PATH that was not there, and an earlier compiler in it. */
	fake("first/clang", "clang version 19.1.7");
	assert_int_equal(kit(&req, &err).tools.compiler_version, 19);
	let_time_pass();
	assert_int_equal(unlink(path_join(&arena, dir, "first/clang")), 0);
	assert_int_equal(kit(&req, &err).tools.compiler_version, 14);

	let_time_pass();
	assert_int_equal(unlink(path_join(&arena, dir, "bin/llvm-ar")), 0);
	k = kit(&req, &err);
	assert_non_null(k.sysroot);
	assert_null(k.tools.path[TOOL_AR]);
}

/* Tools are found beside the compiler's own place, too, which need not be in PATH. */
static void
test_kept_kit_follows_links(void **state)
{
	struct kit_request req = { .target = "linux/arm64/musl", .source = "./S" };
	struct error err;

	(void)state;
	fake("opt/clang", "clang version 19.1.7");
	fake("bin/ld.lld", "LLD 19.1.7");
	assert_int_equal(symlink("../opt/clang", path_join(&arena, dir, "bin/clang")), 0);
	assert_null(kit(&req, &err).tools.path[TOOL_STRIP]);
	let_time_pass();
	fake("opt/llvm-strip", "LLVM 19");
	assert_string_equal(
		kit(&req, &err).tools.path[TOOL_STRIP], path_join(&arena, dir, "opt/llvm-strip"));
}

/* The best static mode is what the sysroot can give; an exact mode is taken at its word. */
static void
test_no_rcrt1(void **state)
{
	struct kit_request req = { .target = "linux/arm64", .is_static = true, .source = "./S" };
	struct error err;

	(void)state;
	fake("bin/clang", "Debian clang version 14.0.6");
	fake("bin/ld.lld", "LLD 14.0.6");
	assert_int_equal(kit(&req, &err).mode, LINK_STATIC);
	req.has_mode = true;
	req.mode = LINK_STATIC_PIE;
	assert_null(kit(&req, &err).sysroot);
	assert_string_equal(err.what, "linux/arm64/musl cannot be linked static-pie: this sysroot "
				      "has no start file for it (rcrt1.o)");
}

static void
test_damaged_kept_kit(void **state)
{
	struct kit_request req = { .target = "linux/arm64/musl", .source = "./S" };
	char *kits = path_join(&arena, dir, "store/cache/kits");
	struct strvec names;
	struct error err;

	(void)state;
	fake("bin/clang", "Debian clang version 14.0.6");
	fake("bin/ld.lld", "LLD 14.0.6");
	assert_non_null(kit(&req, &err).sysroot);
	strvec_init(&names, &arena);
	assert_true(file_list(&arena, kits, &names, &err));
	assert_int_equal(names.count, 1);
	unit_file(&arena, kits, names.items[0], "{\"key\":7", 0644);
	assert_non_null(kit(&req, &err).sysroot);
	unit_file(&arena, kits, names.items[0], "[]", 0644);
	assert_string_equal(kit(&req, &err).tools.label, "clang 14");
}

static void
test_read_only_store(void **state)
{
	struct kit_request req = { .target = "linux/arm64/musl", .source = "./S" };
	struct error err;

	(void)state;
	fake("bin/clang", "Debian clang version 14.0.6");
	fake("bin/ld.lld", "LLD 14.0.6");
	store_init(&store, "/proc/nowhere");
	assert_non_null(kit(&req, &err).sysroot);
}

static void
test_kit_refusals(void **state)
{
	struct kit_request req = { .target = "linux/arm64/musl" };
	struct kit_request locked = { .target = "linux/arm64/musl",
		.locked = true,
		.lock_path = path_join(&arena, dir, "xbuild.lock") };
	struct error err;

	(void)state;
	fake("bin/clang", "Debian clang version 14.0.6");
	fake("bin/ld.lld", "LLD 14.0.6");
	req.source = "./T";
	assert_null(kit(&req, &err).sysroot);
	assert_string_equal(err.what, "./T is not a sysroot: it has no usr/include");
	req.source = "debain:12";
	assert_null(kit(&req, &err).sysroot);
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_null(kit(&locked, &err).sysroot);
	assert_string_equal(err.what, "there is no xbuild.lock to obey");
	req.target = "linux/arm65";
	assert_null(kit(&req, &err).sysroot);
	assert_int_equal(err.kind, ERROR_USAGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_old, setup, teardown),
		cmocka_unit_test_setup_teardown(test_choice, setup, teardown),
		cmocka_unit_test_setup_teardown(test_probes_are_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_provider, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_served, setup, teardown),
		cmocka_unit_test_setup_teardown(test_tool_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kept_kit_follows_path, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kept_kit_follows_links, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_rcrt1, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged_kept_kit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_only_store, setup, teardown),
		cmocka_unit_test_setup_teardown(test_kit_refusals, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
