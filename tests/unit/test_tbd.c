/* SPDX-License-Identifier: MIT */
/* Stub libraries of all versions. */
#include "tests/unit/unit.h"

#include "linkcheck/read/tbd.h"

static struct arena arena;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

static struct tbd
read_for(const char *text, const char *arch, const char *platform)
{
	struct tbd tbd;
	struct error err;

	error_clear(&err);
	if (!tbd_read(&arena, "x.tbd", str_from(text), arch, platform, &tbd, &err))
		fail_msg("%s (%s)", err.what, err.where);
	return tbd;
}

static void
check_symbols(const struct tbd_library *l, const char *const *there)
{
	size_t n = 0;

	for (; there[n]; n++)
		if (tbd_find(l, there[n], NULL) != TBD_THERE)
			fail_msg("%s is not there", there[n]);
	assert_int_equal(l->symbol_count, n);
}

static void
test_version_1(void **state)
{
	static const char text[] = "---\n"
				   "archs:           [ i386, x86_64 ]\n"
				   "platform:        macosx\n"
				   "install-name:    '/usr/lib/libA.dylib'\n"
				   "current-version: 1.2\n"
				   "exports:\n"
				   "  - archs:         [ i386, x86_64 ]\n"
				   "    re-exports:    [ '/usr/lib/libB.dylib' ]\n"
				   "    symbols:       [ _a, '$ld$hide$os10.5$_a' ]\n"
				   "    objc-classes:  [ _Thing ]\n"
				   "    objc-ivars:    [ _Thing._field ]\n"
				   "  - archs:         [ i386 ]\n"
				   "    symbols:       [ _old ]\n"
				   "...\n";
	static const char *const there[] = { "_a", "_OBJC_CLASS_$_Thing", "_OBJC_METACLASS_$_Thing",
		"_OBJC_IVAR_$_Thing._field", NULL };
	struct tbd tbd = read_for(text, "amd64", "macos");

	(void)state;
	assert_int_equal(tbd.count, 1);
	assert_true(tbd.items[0].serves);
	assert_string_equal(tbd.items[0].install_name, "/usr/lib/libA.dylib");
	assert_string_equal(tbd.items[0].current, "1.2");
	assert_int_equal(tbd.items[0].reexports.count, 1);
	check_symbols(&tbd.items[0], there);
	assert_int_equal(tbd_find(&tbd.items[0], "_a", "10.5"), TBD_HIDDEN);
	assert_int_equal(tbd_find(&tbd.items[0], "_a", "10.6"), TBD_THERE);
	assert_false(read_for(text, "arm64", "macos").items[0].serves);
	assert_false(read_for(text, "amd64", "ios").items[0].serves);
}

static void
test_version_3(void **state)
{
	static const char text[] = "--- !tapi-tbd-v3\n"
				   "archs: [ x86_64, arm64 ]\n"
				   "platform: zippered\n"
				   "install-name: /usr/lib/libA.dylib\n"
				   "exports:\n"
				   "  - archs: [ arm64 ]\n"
				   "    objc-classes: [ Thing ]\n"
				   "    weak-def-symbols: [ _w ]\n"
				   "    thread-local-symbols: [ _t ]\n"
				   "    objc-eh-types: [ Thing ]\n";
	static const char *const there[] = { "_w", "_t", "_OBJC_CLASS_$_Thing",
		"_OBJC_METACLASS_$_Thing", "_OBJC_EHTYPE_$_Thing", NULL };
	struct tbd tbd = read_for(text, "arm64", "macos");

	(void)state;
	check_symbols(&tbd.items[0], there);
	assert_int_equal(read_for(text, "amd64", "macos").items[0].symbol_count, 0);
}

static const char version_4[] =
	"--- !tapi-tbd\n"
	"tbd-version:     4\n"
	"targets:         [ x86_64-macos, arm64e-macos, arm64-maccatalyst ]\n"
	"install-name:    '/usr/lib/libSystem.B.dylib'\n"
	"current-version: 1336\n"
	"reexported-libraries:\n"
	"  - targets:     [ x86_64-macos, arm64e-macos ]\n"
	"    libraries:   [ '/usr/lib/system/libc.dylib' ]\n"
	"exports:\n"
	"  - targets:     [ x86_64-macos, arm64e-macos ]\n"
	"    symbols:     [ _start, '$ld$add$os11.0$_added', "
	"'$ld$previous$/usr/lib/libOld.dylib$1.0$1$10.9$11.0$_moved$', _moved ]\n"
	"  - targets:     [ x86_64-macos ]\n"
	"    symbols:     [ _intel ]\n"
	"  - targets:     [ arm64-maccatalyst ]\n"
	"    symbols:     [ _catalyst ]\n"
	"reexports:\n"
	"  - targets:     [ arm64e-macos ]\n"
	"    weak-symbols: [ _passed ]\n"
	"--- !tapi-tbd\n"
	"tbd-version:     4\n"
	"targets:         [ arm64e-macos ]\n"
	"install-name:    '/usr/lib/system/libc.dylib'\n"
	"parent-umbrella:\n"
	"  - targets:     [ arm64e-macos ]\n"
	"    umbrella:    System\n"
	"exports:\n"
	"  - targets:     [ arm64e-macos ]\n"
	"    symbols:     [ _malloc ]\n"
	"...\n";

static void
test_version_4(void **state)
{
	static const char *const there[] = { "_start", "_moved", "_passed", NULL };
	struct tbd tbd = read_for(version_4, "arm64", "macos");
	const struct tbd_directive *d;

	(void)state;
	assert_int_equal(tbd.count, 2);
	check_symbols(&tbd.items[0], there);
	assert_string_equal(tbd.items[0].reexports.items[0], "/usr/lib/system/libc.dylib");
	assert_int_equal(tbd_find(&tbd.items[0], "_added", NULL), TBD_ABSENT);
	assert_int_equal(tbd_find(&tbd.items[0], "_added", "11.0"), TBD_THERE);
	d = strmap_get(&tbd.items[0].directives, "_moved");
	assert_int_equal(d->order, TBD_PREVIOUS);
	assert_string_equal(d->library, "/usr/lib/libOld.dylib");
	assert_string_equal(d->since, "10.9");
	assert_string_equal(d->until, "11.0");
	assert_string_equal(tbd.items[1].install_name, "/usr/lib/system/libc.dylib");
	assert_int_equal(tbd_find(&tbd.items[1], "_malloc", NULL), TBD_THERE);
	tbd = read_for(version_4, "amd64", "macos");
	assert_int_equal(tbd_find(&tbd.items[0], "_intel", NULL), TBD_THERE);
	assert_false(tbd.items[1].serves);
}

static void
test_version_5(void **state)
{
	static const char text[] =
		"{\"tapi_tbd_version\":5,\"main_library\":{"
		"\"target_info\":[{\"target\":\"x86_64-macos\",\"min_deployment\":\"10.14\"},"
		"{\"target\":\"arm64-macos\",\"min_deployment\":\"11\"}],"
		"\"install_names\":[{\"name\":\"/S/L/F/Foo\"}],"
		"\"current_versions\":[{\"version\":\"1.2\"}],"
		"\"reexported_libraries\":[{\"names\":[\"/usr/lib/libB.dylib\"]}],"
		"\"exported_symbols\":[{\"data\":{\"global\":[\"_d\"],\"objc_class\":[\"Foo\"],"
		"\"weak\":[\"_w\"]},\"text\":{\"global\":[\"_t\"]}},"
		"{\"targets\":[\"x86_64-macos\"],\"text\":{\"global\":[\"_intel\"]}}]},"
		"\"libraries\":[{\"install_names\":[{\"name\":\"/usr/lib/libB.dylib\"}],"
		"\"target_info\":[{\"target\":\"arm64-macos\"}],"
		"\"exported_symbols\":[{\"text\":{\"global\":[\"_b\"]}}]}]}";
	static const char *const there[] = { "_d", "_t", "_w", "_OBJC_CLASS_$_Foo",
		"_OBJC_METACLASS_$_Foo", NULL };
	struct tbd tbd = read_for(text, "arm64", "macos");

	(void)state;
	assert_int_equal(tbd.count, 2);
	assert_true(tbd.items[0].serves);
	assert_string_equal(tbd.items[0].install_name, "/S/L/F/Foo");
	assert_string_equal(tbd.items[0].current, "1.2");
	assert_string_equal(tbd.items[0].minos, "11");
	check_symbols(&tbd.items[0], there);
	assert_string_equal(tbd.items[0].reexports.items[0], "/usr/lib/libB.dylib");
	assert_int_equal(tbd_find(&tbd.items[1], "_b", NULL), TBD_THERE);
	assert_int_equal(
		tbd_find(&read_for(text, "amd64", "macos").items[0], "_intel", NULL), TBD_THERE);
	assert_false(read_for(text, "arm64", "ios").items[0].serves);
}

static void
test_refused(void **state)
{
	static const char *const texts[] = {
		"",
		"--- text\n",
		"--- [ a, b ]\n",
		"---\narchs: [ x86_64 ]\n",               /* no install name */
		"---\ninstall-name: &x a\nexports: *x\n", /* an alias */
		"---\n[ a ]: b\n",                        /* a key that is no text */
		"---\na: [ [ b ] ]\n",
		"---\na: { b\n",
		"a: \xff\xfe\n",
		"{\"main_library\":[]}",
		"{\"main_library\":{\"target_info\":[{\"target\":\"arm64-macos\"}]}}",
		"{",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct error err;
		struct tbd tbd;

		error_clear(&err);
		if (tbd_read(&arena, "x.tbd", str_from(texts[i]), "arm64", "macos", &tbd, &err))
			fail_msg("taken: %s", texts[i]);
		assert_int_equal(err.kind, ERROR_FORMAT);
		assert_true(err.what[0] != '\0');
	}
}

static void
test_too_deep(void **state)
{
	struct strbuf text;
	struct error err;
	struct tbd tbd;

	(void)state;
	strbuf_init(&text, &arena);
	strbuf_add(&text, "install-name: x\na: ");
	for (int i = 0; i < 40; i++)
		strbuf_add(&text, "{ a: ");
	error_clear(&err);
	assert_false(tbd_read(&arena, "x.tbd", str_from(text.ptr), "arm64", "macos", &tbd, &err));
	assert_int_equal(err.kind, ERROR_FORMAT);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_version_1),
		TEST(test_version_3),
		TEST(test_version_4),
		TEST(test_version_5),
		TEST(test_refused),
		TEST(test_too_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
