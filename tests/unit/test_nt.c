/* SPDX-License-Identifier: MIT */
/* How the NT loader finds DLLs and binds imports: order, case, forwarders, delay, what stops a start. */
#include "tests/unit/pe_make.h"

#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/nt.h"

struct fixture {
	struct arena arena;
	struct error err;
	struct shipped shipped;
	struct resolve_world world;
	struct resolution r;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	shipped_init(&f->shipped, &f->arena);
	f->world.shipped = &f->shipped;
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	free(f);
	return 0;
}

static struct image *
ship(struct fixture *f, const char *path, struct pe_make *m)
{
	struct input *in = ARENA_NEW(&f->arena, struct input);
	struct image *img = ARENA_NEW(&f->arena, struct image);

	pe_make(m);
	input_from_buffer(in, &f->arena, path, m->out, m->len);
	assert_true(image_open(img, &f->arena, in, &f->err));
	shipped_add(&f->shipped, path, img);
	return img;
}

static struct pe_make *
dll(struct fixture *f, uint16_t machine, const char *name)
{
	struct pe_make *m = pe_make_new(&f->arena, machine);

	m->characteristics |= PE_DLL;
	m->exports[0] = (struct make_export){ .name = name };
	return m;
}

/* A program that imports one function. */
static struct pe_make *
program(struct fixture *f, const char *from, const char *name)
{
	struct pe_make *m = pe_make_new(&f->arena, PE_MACHINE_AMD64);

	m->imports[0] = (struct make_import){ .dll = "KERNEL32.dll", .name = "ExitProcess" };
	m->imports[1] = (struct make_import){ .dll = from, .name = name };
	return m;
}

static void
start(struct fixture *f, struct pe_make *m)
{
	struct image *img = ship(f, "/app/a.exe", m);

	if (!nt_resolve(&f->arena, img, &f->world, &f->r, &f->err))
		fail_msg("%s", f->err.what);
}

static void
expect(struct fixture *f, enum resolve_starts starts, const char *text)
{
	const char *got = f->r.problem_count ? f->r.problems[0].text : f->r.unknown;

	if (f->r.starts != starts || (text && (!got || !strstr(got, text))))
		fail_msg("starts %s: %s", resolve_starts_name(f->r.starts), got ? got : "");
}

static void
expect_problem(struct fixture *f, enum resolve_when when, uint32_t status, const char *text)
{
	expect(f, when == RESOLVE_AT_START ? STARTS_NO : f->r.starts, text);
	assert_int_equal(f->r.problem_count, 1);
	assert_int_equal(f->r.problems[0].when, when);
	assert_int_equal(f->r.problems[0].status, status);
}

static void
starts(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, "MY.dll", "Mine");

	ship(f, "/app/my.DLL", dll(f, PE_MACHINE_AMD64, "Mine"));
	m->imports[2] = (struct make_import){ .dll = "user32", .name = "MessageBoxW" };
	m->imports[3] = (struct make_import){ .dll = "api-ms-win-core-synch-l1-2-9.dll",
		.name = "WaitOnAddress" };
	m->imports[4] = (struct make_import){ .dll = "WS2_32.dll", .ordinal = 115 };
	start(f, m);
	expect(f, STARTS_YES, NULL);
	assert_int_equal(f->r.object_count, 6);
	assert_string_equal(f->r.objects[2]->name, "/app/my.DLL");
	assert_int_equal(f->r.deps.top.child_count, 5);
	assert_int_equal(f->r.deps.top.children[0].how, DEPS_WINDOWS);
	assert_int_equal(f->r.deps.top.children[1].how, DEPS_APPLICATION);
	assert_int_equal(f->r.deps.top.children[3].how, DEPS_API_SET);
}

static void
missing(void **state)
{
	struct fixture *f = *state;

	ship(f, "/app/sub/my.dll", dll(f, PE_MACHINE_AMD64, "Mine"));
	start(f, program(f, "my.dll", "Mine"));
	expect_problem(f, RESOLVE_AT_START, NT_DLL_NOT_FOUND,
		"my.dll, which a.exe needs, is neither beside it nor part of Windows");
	assert_int_equal(f->r.deps.missing, 1);
	assert_int_equal(f->r.deps.top.children[1].try_count, 2);

	ship(f, "/app/my.dll", dll(f, PE_MACHINE_AMD64, "mine"));
	start(f, program(f, "my.dll", "Mine"));
	expect_problem(f, RESOLVE_AT_START, NT_ENTRYPOINT_NOT_FOUND,
		"my.dll does not export Mine, which a.exe imports");

	ship(f, "/app/my.dll", dll(f, PE_MACHINE_386, "Mine"));
	start(f, program(f, "my.dll", "Mine"));
	expect_problem(f, RESOLVE_AT_START, NT_INVALID_IMAGE_FORMAT, "for another machine");
	assert_int_equal(f->r.problems[0].kind, RESOLVE_MACHINE);
	assert_string_equal(f->r.deps.top.children[1].tries[0].reason, "other machine (386)");
}

static void
ordinals(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, "my.dll", NULL);

	ship(f, "/app/my.dll", dll(f, PE_MACHINE_AMD64, "Mine"));
	m->imports[1].ordinal = 1;
	start(f, m);
	expect(f, STARTS_YES, NULL);
	m->imports[1].ordinal = 2;
	start(f, m);
	expect_problem(f, RESOLVE_AT_START, NT_ORDINAL_NOT_FOUND, "ordinal 2");
}

/* Through two DLLs to a third; then one of them is gone, and then in a circle. */
static void
forwarders(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = dll(f, PE_MACHINE_AMD64, "Mine");

	m->exports[0].forward = "next.Other";
	ship(f, "/app/my.dll", m);
	m = dll(f, PE_MACHINE_AMD64, "Other");
	m->exports[0].forward = "my.target.#5";
	ship(f, "/app/next.dll", m);
	m = dll(f, PE_MACHINE_AMD64, "x");
	m->ordinal_base = 5;
	ship(f, "/app/my.target.dll", m);
	start(f, program(f, "my.dll", "Mine"));
	expect(f, STARTS_YES, NULL);
	assert_int_equal(f->r.object_count, 5);

	m->ordinal_base = 6;
	ship(f, "/app/my.target.dll", m);
	start(f, program(f, "my.dll", "Mine"));
	expect_problem(f, RESOLVE_AT_START, NT_ORDINAL_NOT_FOUND,
		"my.target.dll does not export ordinal 5, which a.exe imports as Mine");

	m = dll(f, PE_MACHINE_AMD64, "Other");
	m->exports[0].forward = "gone.Function";
	ship(f, "/app/next.dll", m);
	start(f, program(f, "my.dll", "Mine"));
	expect_problem(f, RESOLVE_AT_START, NT_DLL_NOT_FOUND, "gone.Function, whose DLL");

	m->exports[0].forward = "my.Mine";
	ship(f, "/app/next.dll", m);
	start(f, program(f, "my.dll", "Mine"));
	expect_problem(f, RESOLVE_AT_START, NT_ENTRYPOINT_NOT_FOUND, "leads nowhere");
	m->exports[0].forward = "no-dot";
	ship(f, "/app/next.dll", m);
	start(f, program(f, "my.dll", "Mine"));
	expect_problem(f, RESOLVE_AT_START, NT_ENTRYPOINT_NOT_FOUND, "leads nowhere");
}

static void
delayed(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, "late.dll", "Mine");

	m->imports[1].delay = true;
	start(f, m);
	expect_problem(f, RESOLVE_AT_CALL, 0, "late.dll, which a.exe loads later");
	assert_int_equal(f->r.starts, STARTS_YES);
	ship(f, "/app/late.dll", dll(f, PE_MACHINE_AMD64, "Other"));
	start(f, m);
	expect_problem(f, RESOLVE_AT_CALL, 0, "does not export Mine");
	assert_int_equal(f->r.starts, STARTS_YES);
}

/* \KnownDlls come before the program's directory; others behind it. */
static void
known_dlls(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, "kernel32.dll", "Sleep");

	ship(f, "/app/kernel32.dll", dll(f, PE_MACHINE_AMD64, "Nothing"));
	start(f, m);
	expect(f, STARTS_YES, NULL);
	ship(f, "/app/version.dll", dll(f, PE_MACHINE_AMD64, "Nothing"));
	start(f, program(f, "VERSION.dll", "GetFileVersionInfoW"));
	expect_problem(f, RESOLVE_AT_START, NT_ENTRYPOINT_NOT_FOUND, "GetFileVersionInfoW");
}

/* What is not recorded is never an error, and never silence. */
static void
unknown(void **state)
{
	struct fixture *f = *state;

	start(f, program(f, "kernel32.dll", "NotAFunctionOfThisName"));
	expect(f, STARTS_UNKNOWN, "not among the recorded exports");
	assert_int_equal(f->r.problem_count, 0);
	start(f, program(f, "kernelbase.dll", "Sleep"));
	expect(f, STARTS_UNKNOWN, "what kernelbase.dll exports is not recorded");
	start(f, program(f, "msvcp140.dll", "x"));
	expect(f, STARTS_UNKNOWN, "redistributable package");
	start(f, program(f, "api-ms-win-unheard-of-l1-1-0.dll", "x"));
	expect(f, STARTS_UNKNOWN, "not every API set is recorded");
}

static void
plugins(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, "node.exe", "napi_create_object");
	struct image *img;

	m->characteristics |= PE_DLL;
	img = ship(f, "/app/addon.node", m);
	assert_true(nt_resolve(&f->arena, img, &f->world, &f->r, &f->err));
	expect(f, STARTS_UNKNOWN, "has to be the program that loads this file");
	assert_int_equal(f->r.deps.missing, 0);
	m->imports[1].dll = "helper.dll";
	img = ship(f, "/app/addon.node", m);
	assert_true(nt_resolve(&f->arena, img, &f->world, &f->r, &f->err));
	expect(f, STARTS_UNKNOWN, "may have it beside itself");
	assert_int_equal(f->r.deps.missing, 1);
}

static void
not_simulated(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, "hal.dll", "x");

	m->subsystem = PE_NATIVE;
	start(f, m);
	expect(f, STARTS_UNKNOWN, "by the kernel");
	m->subsystem = PE_EFI_FIRST;
	start(f, m);
	expect(f, STARTS_UNKNOWN, "firmware");
	m = program(f, "kernel32.dll", "Sleep");
	m->manifest = "<dependency><dependentAssembly><assemblyIdentity "
		      "name='Microsoft.VC90.CRT'/></dependentAssembly></dependency>";
	start(f, m);
	expect(f, STARTS_UNKNOWN, "side-by-side");
	m->manifest = NULL;
	m->clr = true;
	start(f, m);
	expect(f, STARTS_UNKNOWN, ".NET");
}

/* Directories that stand for a Windows: what they lack is missing, whatever is recorded. */
static void
given_directories(void **state)
{
	struct fixture *f = *state;
	const char *dirs[] = { NULL, NULL };
	struct pe_make *m = dll(f, PE_MACHINE_AMD64, "Sleep");
	char *dir;

	assert_true(file_temp_dir(&f->arena, "/tmp", "xbuild-nt-", &dir, &f->err));
	dirs[0] = dir;
	f->world.dlls = dirs;
	start(f, program(f, "user32.dll", "MessageBoxW"));
	expect(f, STARTS_YES, NULL);
	m->exports[1] = (struct make_export){ .name = "Zzz" };
	m->exports[0].name = "ExitProcess";
	pe_make(m);
	assert_true(file_write(arena_printf(&f->arena, "%s/Kernel32.DLL", dir),
		(struct str){ (const char *)m->out, m->len }, 0644, &f->err));
	start(f, program(f, "user32.dll", "MessageBoxW"));
	expect_problem(f, RESOLVE_AT_START, NT_DLL_NOT_FOUND, "user32.dll");
	start(f, program(f, "kernel32.dll", "Sleep"));
	expect_problem(f, RESOLVE_AT_START, NT_ENTRYPOINT_NOT_FOUND, "Sleep");
	start(f, program(f, "kernel32.dll", "Zzz"));
	expect(f, STARTS_YES, NULL);
	assert_true(file_remove(dir, &f->err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(starts, setup, teardown),
		cmocka_unit_test_setup_teardown(missing, setup, teardown),
		cmocka_unit_test_setup_teardown(ordinals, setup, teardown),
		cmocka_unit_test_setup_teardown(forwarders, setup, teardown),
		cmocka_unit_test_setup_teardown(delayed, setup, teardown),
		cmocka_unit_test_setup_teardown(known_dlls, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(plugins, setup, teardown),
		cmocka_unit_test_setup_teardown(not_simulated, setup, teardown),
		cmocka_unit_test_setup_teardown(given_directories, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
