/* SPDX-License-Identifier: MIT */
/* dyld's search and binding, over sets of files made byte by byte. */
#include "tests/unit/macho_make.h"

#include "linkcheck/resolve/dyld.h"

static struct arena arena;
static struct objects store;
static struct shipped shipped;
static struct resolve_world world;
static struct resolution result;
static char *dir; /* an SDK, when a test wants one */

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	objects_init(&store, &arena, true);
	shipped_init(&shipped, &arena);
	world = (struct resolve_world){ .shipped = &shipped };
	dir = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	if (dir)
		unit_remove(dir);
	objects_clear(&store);
	arena_clear(&arena);
	return 0;
}

/* One file of the set. The lists end with NULL. */
struct made {
	const char *path;
	uint32_t type;
	const char *needs[7]; /* "weak:" and "reexport:" in front */
	const char *rpaths[5];
	const char *exports[5];
	const char *imports[8]; /* "1 _name", "-2 _name"; "w1 _name" weakly */
	uint32_t cpu;           /* 0: arm64 */
};

static void
add_needs(struct mach_make *m, const struct made *what)
{
	for (size_t i = 0; what->needs[i]; i++) {
		const char *name = what->needs[i];

		if (cstr_starts(name, "weak:"))
			mach_dylib(m, LC_LOAD_WEAK_DYLIB, name + 5);
		else if (cstr_starts(name, "reexport:"))
			mach_dylib(m, LC_REEXPORT_DYLIB, name + 9);
		else
			mach_dylib(m, LC_LOAD_DYLIB, name);
	}
	for (size_t i = 0; what->rpaths[i]; i++)
		mach_path(m, LC_RPATH, what->rpaths[i]);
}

/* A trie whose root has an edge for each name. */
static void
add_exports(struct mach_make *m, const struct made *what)
{
	static unsigned char trie[512];
	size_t n = 2, count = 0, at;

	for (; what->exports[count]; count++)
		n += strlen(what->exports[count]) + 2;
	trie[0] = 0;
	trie[1] = (unsigned char)count;
	at = 2;
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(what->exports[i]) + 1;

		memcpy(trie + at, what->exports[i], len);
		trie[at + len] = (unsigned char)(n + i * 4);
		at += len + 1;
		memcpy(trie + n + i * 4, "\2\0\1\0", 4);
	}
	assert_true(n + count * 4 < 128);
	if (count)
		mach_data(m, LC_DYLD_EXPORTS_TRIE, trie, n + count * 4);
}

static void
add_imports(struct mach_make *m, const struct made *what)
{
	static struct mach_make fixups;
	size_t count = 0, names;

	while (what->imports[count])
		count++;
	if (!count)
		return;
	fixups = (struct mach_make){ .bits = 64 };
	mach_put(&fixups, 0, 4);
	mach_put(&fixups, 28, 4);
	mach_put(&fixups, 28, 4);
	mach_put(&fixups, 28 + 4 * count, 4);
	mach_put(&fixups, count, 4);
	mach_put(&fixups, 1, 4);
	mach_put(&fixups, 0, 4);
	names = fixups.len + 4 * count;
	fixups.len = names;
	for (size_t i = 0; i < count; i++) {
		bool weak = what->imports[i][0] == 'w';
		char *name;
		long ordinal = strtol(what->imports[i] + weak, &name, 10);
		uint64_t off = fixups.len - names;

		mach_set(&fixups, 28 + 4 * i,
			((uint64_t)ordinal & 0xff) | (uint64_t)weak << 8 | off << 9, 4);
		mach_text(&fixups, name + 1);
	}
	mach_data(m, LC_DYLD_CHAINED_FIXUPS, fixups.out, fixups.len);
}

static struct image *
ship_bytes(const char *path, const struct mach_make *m)
{
	struct input *in = ARENA_NEW(&arena, struct input);
	struct image *img = ARENA_NEW(&arena, struct image);
	struct error err;
	void *bytes = arena_alloc(&arena, m->len);

	memcpy(bytes, m->out, m->len);
	error_clear(&err);
	input_from_buffer(in, &arena, path, bytes, m->len);
	assert_true(image_open(img, &arena, in, &err));
	assert_true(image_settle(img, &err));
	assert_int_equal(img->defects.count, 0);
	shipped_add(&shipped, path, img);
	return img;
}

static struct image *
ship(struct made what)
{
	static struct mach_make m;

	mach_begin(
		&m, 64, false, what.cpu ? what.cpu : MACH_ARM64, what.type, MH_PIE | MH_TWOLEVEL);
	mach_build(&m, 1, 0x0b0000, 0x0e0000);
	add_needs(&m, &what);
	add_exports(&m, &what);
	add_imports(&m, &what);
	mach_end(&m);
	return ship_bytes(what.path, &m);
}

static void
resolve(struct image *img)
{
	struct error err;

	error_clear(&err);
	if (!resolve_image(&arena, img, &store, &world, &result, &err))
		fail_msg("%s", err.what);
}

static const struct deps_node *
need(size_t i)
{
	assert_true(i < result.deps.top.child_count);
	return &result.deps.top.children[i];
}

static void
sdk_file(const char *name, const char *text)
{
	struct error err;

	error_clear(&err);
	if (!dir)
		dir = unit_temp_dir(&arena);
	assert_true(file_mkdirs(path_dir(&arena, path_join(&arena, dir, name)), 0755, &err));
	(void)unit_file(&arena, dir, name, text, 0644);
	world.sdk = dir;
}

#define TBD(name, more)                                                                            \
	"--- !tapi-tbd\ntbd-version: 4\ntargets: [ arm64-macos ]\ninstall-name: '" name "'\n" more

/* The chain: what the library needs by @rpath is found through the program's path. */
static void
test_rpath_chain(void **state)
{
	struct image *img =
		ship((struct made){ "/app/bin/prog", MH_EXECUTE, { "@rpath/liba.dylib" },
			{ "@executable_path/../lib", "relative" }, { 0 }, { 0 }, 0 });

	(void)state;
	ship((struct made){ "/app/lib/liba.dylib", MH_DYLIB,
		{ "@rpath/libb.dylib", "@loader_path/sub/libc.dylib", "weak:@rpath/libw.dylib" },
		{ "@loader_path/none" }, { 0 }, { 0 }, 0 });
	ship((struct made){ "/app/lib/libb.dylib", MH_DYLIB, { 0 }, { 0 }, { 0 }, { 0 }, 0 });
	ship((struct made){ "/app/lib/sub/libc.dylib", MH_DYLIB, { "@rpath/libb.dylib" }, { 0 },
		{ 0 }, { 0 }, 0 });
	resolve(img);
	assert_int_equal(result.starts, STARTS_YES);
	assert_string_equal(need(0)->path, "/app/lib/liba.dylib");
	assert_int_equal(need(0)->how, DEPS_RPATH);
	assert_int_equal(need(0)->child_count, 3);
	assert_string_equal(need(0)->children[0].path, "/app/lib/libb.dylib");
	assert_int_equal(need(0)->children[0].try_count, 2);
	assert_string_equal(need(0)->children[0].tries[0].path, "/app/lib/none/libb.dylib");
	assert_string_equal(need(0)->children[1].path, "/app/lib/sub/libc.dylib");
	assert_int_equal(need(0)->children[2].how, DEPS_WITHOUT);
	assert_int_equal(need(0)->children[1].children[0].how, DEPS_LOADED);
	assert_int_equal(result.deps.missing, 0);
	assert_int_equal(result.object_count, 4);
}

static void
test_missing(void **state)
{
	struct image *img = ship((struct made){ "/app/prog", MH_EXECUTE,
		{ "@rpath/liba.dylib", "@loader_path/libx.dylib", "/usr/lib/libSystem.B.dylib" },
		{ "lib", "/Users/me/lib" }, { 0 }, { "1 _gone" }, 0 });

	(void)state;
	ship((struct made){ "/app/libx.dylib", MH_DYLIB, { 0 }, { 0 }, { 0 }, { 0 }, MACH_AMD64 });
	resolve(img);
	assert_int_equal(result.starts, STARTS_NO);
	assert_int_equal(result.deps.missing, 2);
	assert_int_equal(result.problem_count, 2); /* nothing of a library that is missing */
	assert_int_equal(result.problems[0].kind, RESOLVE_LIBRARY);
	assert_string_equal(result.problems[0].library, "@rpath/liba.dylib");
	assert_string_equal(need(0)->tries[0].reason, "relative: dyld does not look there");
	assert_string_equal(need(1)->tries[0].reason, "other machine (amd64)");
	assert_int_equal(need(2)->how, DEPS_SYSTEM);
}

/* A library alone: its program may have the search path, and the symbols. */
static void
test_library_alone(void **state)
{
	struct image *img = ship((struct made){ "/app/x.node", MH_BUNDLE, { "@rpath/liba.dylib" },
		{ "@executable_path" }, { 0 }, { "-2 _napi", "w-2 _weak" }, 0 });

	(void)state;
	resolve(img);
	assert_int_equal(result.starts, STARTS_UNKNOWN);
	assert_int_equal(need(0)->how, DEPS_ASSUMED);
	assert_int_equal(result.problem_count, 0); /* _napi may be of liba */
	shipped_init(&shipped, &arena);
	img = ship((struct made){
		"/app/x.node", MH_BUNDLE, { 0 }, { 0 }, { 0 }, { "-2 _napi", "w-2 _weak" }, 0 });
	resolve(img);
	assert_int_equal(result.starts, STARTS_UNKNOWN);
	assert_int_equal(result.problem_count, 1);
	assert_string_equal(result.problems[0].symbol, "_napi");
}

static void
test_two_level(void **state)
{
	struct image *img = ship((struct made){ "/app/prog", MH_EXECUTE,
		{ "@loader_path/liba.dylib", "@loader_path/libb.dylib",
			"weak:@loader_path/libw.dylib" },
		{ 0 }, { "_mine" }, { "1 _a", "1 _b", "2 _a", "-1 _mine", "-2 _b", "3 _w" }, 0 });

	(void)state;
	/* liba passes on libb; libb does not have what liba has */
	ship((struct made){ "/app/liba.dylib", MH_DYLIB, { "reexport:@loader_path/libb.dylib" },
		{ 0 }, { "_a" }, { 0 }, 0 });
	ship((struct made){ "/app/libb.dylib", MH_DYLIB, { "reexport:@loader_path/liba.dylib" },
		{ 0 }, { "_b" }, { "0 _nowhere", "w0 _nothing" }, 0 });
	resolve(img);
	assert_int_equal(result.problem_count, 1);
	assert_string_equal(result.problems[0].symbol, "_nowhere");
	assert_string_equal(result.problems[0].wanted_by, "/app/libb.dylib");
	assert_int_equal(result.starts, STARTS_NO);
}

static void
test_expected_in(void **state)
{
	struct image *img = ship((struct made){ "/app/prog", MH_EXECUTE,
		{ "@loader_path/liba.dylib", "@loader_path/libb.dylib" }, { 0 }, { 0 }, { "1 _b" },
		0 });

	(void)state;
	ship((struct made){ "/app/liba.dylib", MH_DYLIB, { 0 }, { 0 }, { "_a" }, { 0 }, 0 });
	ship((struct made){ "/app/libb.dylib", MH_DYLIB, { 0 }, { 0 }, { "_b" }, { 0 }, 0 });
	resolve(img);
	assert_int_equal(result.starts, STARTS_NO);
	assert_string_equal(
		result.problems[0].text, "symbol not found: _b, expected in /app/liba.dylib");
}

static void
test_sdk(void **state)
{
	struct image *img = ship((struct made){ "/app/prog", MH_EXECUTE,
		{ "/usr/lib/libSystem.B.dylib",
			"/System/Library/Frameworks/F.framework/Versions/A/F",
			"/usr/lib/libnone.dylib", "weak:/usr/lib/libnew.dylib",
			"@rpath/libswiftCore.dylib" },
		{ "/usr/lib/swift" }, { 0 },
		{ "1 _malloc", "1 _gone", "2 _f", "1 _hidden", "4 _new" }, 0 });

	(void)state;
	sdk_file("usr/lib/libSystem.tbd",
		TBD("/usr/lib/libSystem.B.dylib",
			"reexported-libraries:\n - targets: [ arm64-macos ]\n   libraries: [ "
			"/usr/lib/system/libc.dylib ]\n"
			"exports:\n - targets: [ arm64-macos ]\n   symbols: [ _hidden, "
			"'$ld$hide$os11.0$_hidden' ]\n") TBD("/usr/lib/system/libc.dylib",
			"exports:\n - targets: [ arm64-macos ]\n   symbols: [ _malloc ]\n"));
	sdk_file("System/Library/Frameworks/F.framework/F.tbd",
		TBD("/System/Library/Frameworks/F.framework/Versions/A/F",
			"exports:\n - targets: [ arm64-macos ]\n   symbols: [ _f ]\n"));
	sdk_file("usr/lib/swift/libswiftCore.tbd", TBD("/usr/lib/swift/libswiftCore.dylib", ""));
	resolve(img);
	assert_int_equal(result.starts, STARTS_NO);
	assert_int_equal(need(0)->how, DEPS_SYSTEM);
	assert_int_equal(need(2)->how, DEPS_MISSING);
	assert_int_equal(need(3)->how, DEPS_WITHOUT);
	assert_string_equal(need(4)->path, "/usr/lib/swift/libswiftCore.dylib");
	assert_int_equal(result.problem_count, 3);
	assert_string_equal(result.problems[0].library, "/usr/lib/libnone.dylib");
	assert_int_equal(result.problems[1].kind, RESOLVE_STUB);
	assert_string_equal(result.problems[1].text,
		"symbol not found: _gone, expected in /usr/lib/libSystem.B.dylib");
	assert_string_equal(result.problems[2].text,
		"symbol not found: _hidden, expected in /usr/lib/libSystem.B.dylib, which has it "
		"after 11.0");
}

/* Each of many libraries is looked for along each of many paths: not all of them are, which is no answer. */
static void
test_too_many_places(void **state)
{
	static struct mach_make m;

	(void)state;
	mach_begin(&m, 64, false, MACH_ARM64, MH_EXECUTE, MH_PIE | MH_TWOLEVEL);
	mach_build(&m, 1, 0x0b0000, 0x0e0000);
	for (int i = 0; i < 140; i++) {
		mach_dylib(&m, LC_LOAD_DYLIB, arena_printf(&arena, "@rpath/%d", i));
		mach_path(&m, LC_RPATH, arena_printf(&arena, "@loader_path/%d", i));
	}
	mach_end(&m);
	resolve(ship_bytes("/app/prog", &m));
	assert_int_equal(result.starts, STARTS_NO); /* the first is sure to be missing */
	mach_begin(&m, 64, false, MACH_ARM64, MH_EXECUTE, MH_PIE | MH_TWOLEVEL);
	mach_build(&m, 1, 0x0b0000, 0x0e0000);
	for (int i = 0; i < 140; i++) {
		mach_dylib(&m, LC_LOAD_DYLIB, arena_printf(&arena, "@rpath/%d", i));
		mach_path(&m, LC_RPATH, arena_printf(&arena, "/opt/%d", i));
	}
	mach_end(&m);
	resolve(ship_bytes("/app/prog", &m));
	assert_int_equal(result.starts, STARTS_UNKNOWN);
	assert_non_null(strstr(result.unknown, "too many places"));
	assert_int_equal(result.deps.missing, 0);
	assert_true(need(139)->try_count < 140);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_rpath_chain),
		TEST(test_missing),
		TEST(test_library_alone),
		TEST(test_two_level),
		TEST(test_expected_in),
		TEST(test_sdk),
		TEST(test_too_many_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
