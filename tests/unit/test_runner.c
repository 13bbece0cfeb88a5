/* SPDX-License-Identifier: MIT */
/* How a program of a target is started on this machine. */
#include "tests/unit/kit_make.h"
#include "toolchains/runner.h"

static struct arena arena;
static char *dir;
static struct context ctx;
static const char *env[3];

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	dir = unit_temp_dir(&arena);
	env[0] = arena_printf(&arena, "PATH=%s/bin", dir);
	env[1] = env[2] = NULL;
	ctx = (struct context){ .arena = &arena, .env = env, .cwd = dir };
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

static void
put(const char *rel, mode_t mode)
{
	char *path = path_join(&arena, dir, rel);
	struct error err;

	assert_true(file_mkdirs(path_dir(&arena, path), 0755, &err));
	unit_file(&arena, dir, rel, "#!/bin/sh\n", mode);
}

/* An architecture that this machine is not. */
static struct target
foreign(const char *rest)
{
	struct target host;

	target_host(&host);
	return kit_target(arena_printf(&arena, "linux/%s%s",
		strcmp(host.row->arch, "s390x") == 0 ? "ppc64le" : "s390x", rest));
}

static const char *
run(const struct target *t, const char *sysroot, const char *interpreter)
{
	struct runner r;
	struct error err;

	error_clear(&err);
	if (!runner_get(&ctx, t, sysroot, interpreter, &r, &err))
		return arena_printf(&arena, "error: %s [%s]", err.what, err.hint);
	return arena_printf(&arena, "%s: %s", r.how, joined(&arena, &r.argv));
}

static void
test_native_static(void **state)
{
	struct target host;

	(void)state;
	target_host(&host);
	assert_string_equal(run(&host, NULL, NULL), "native: ");
	assert_string_equal(run(&host, NULL, ""), "native: ");
}

static void
test_native_by_sysroot_loader(void **state)
{
	struct target host, t;

	(void)state;
	target_host(&host);
	t = kit_target(arena_printf(&arena, "linux/%s/musl", host.row->arch));
	put("S/lib/ld-test.so.1", 0755);
	assert_string_equal(run(&t, arena_printf(&arena, "%s/S", dir), "/lib/ld-test.so.1"),
		arena_printf(&arena,
			"native, by the sysroot's loader: %s/S/lib/ld-test.so.1 --library-path "
			"%s/S/lib:%s/S/usr/lib",
			dir, dir, dir));
	assert_true(cstr_starts(run(&t, dir, "/lib/ld-none.so.1"),
		"error: the loader /lib/ld-none.so.1 of linux/"));
}

static void
test_qemu(void **state)
{
	struct target t = foreign("/glibc");
	const char *q = t.row->qemu;

	(void)state;
	assert_string_equal(run(&t, NULL, NULL),
		arena_printf(&arena,
			"error: no qemu-%s is installed to run a program of %s "
			"[install qemu-user-static]",
			q, t.name));
	put(arena_printf(&arena, "bin/qemu-%s", q), 0755);
	assert_string_equal(
		run(&t, NULL, NULL), arena_printf(&arena, "qemu-%s: %s/bin/qemu-%s", q, dir, q));
	put(arena_printf(&arena, "bin/qemu-%s-static", q), 0755);
	put("S/lib/ld.so", 0755);
	assert_string_equal(run(&t, arena_printf(&arena, "%s/S", dir), "/lib/ld.so"),
		arena_printf(
			&arena, "qemu-%s-static: %s/bin/qemu-%s-static -L %s/S", q, dir, q, dir));
	assert_true(cstr_starts(run(&t, dir, "/lib/ld-none.so"), "error: the loader "));
}

/* qemu does not redirect statx: see runner.c. */
static void
test_qemu_32_bit(void **state)
{
	struct target host, t;

	(void)state;
	target_host(&host);
	if (strcmp(host.row->arch, "arm") == 0)
		skip();
	t = kit_target("linux/arm/glibc");
	put("bin/qemu-arm-static", 0755);
	put("S/lib/ld-linux-armhf.so.3", 0755);
	env[1] = "LD_LIBRARY_PATH=/mine";
	assert_string_equal(run(&t, arena_printf(&arena, "%s/S", dir), "/lib/ld-linux-armhf.so.3"),
		arena_printf(&arena,
			"qemu-arm-static: %s/bin/qemu-arm-static -L %s/S -E "
			"LD_LIBRARY_PATH=/mine:%s/S/lib/arm-linux-gnueabihf:"
			"%s/S/usr/lib/arm-linux-gnueabihf:%s/S/lib:%s/S/usr/lib",
			dir, dir, dir, dir, dir, dir));
}

static void
test_nothing_runs_it(void **state)
{
	struct target t = kit_target("windows/amd64");

	(void)state;
	assert_string_equal(run(&t, NULL, NULL),
		"error: nothing here can run a program of windows/amd64/msvcrt []");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_native_static, setup, teardown),
		cmocka_unit_test_setup_teardown(test_native_by_sysroot_loader, setup, teardown),
		cmocka_unit_test_setup_teardown(test_qemu, setup, teardown),
		cmocka_unit_test_setup_teardown(test_qemu_32_bit, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nothing_runs_it, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
