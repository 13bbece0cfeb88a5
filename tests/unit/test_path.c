/* SPDX-License-Identifier: MIT */
/* Path text, in tables. */
#include "tests/unit/unit.h"

static int
setup(void **state)
{
	struct arena *a = malloc(sizeof(*a));

	if (!a)
		return -1;
	arena_init(a);
	*state = a;
	return 0;
}

static int
teardown(void **state)
{
	arena_clear(*state);
	free(*state);
	return 0;
}

static void
joins(void **state)
{
	static const char *const rows[][3] = {
		{ "a", "b", "a/b" },
		{ "a/", "b", "a/b" },
		{ "a", "/b", "/b" },
		{ "", "b", "b" },
		{ "/", "b", "/b" },
		{ "a", "", "a/" },
		{ "", "", "" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(path_join(*state, rows[i][0], rows[i][1]), rows[i][2]);
}

static void
splits(void **state)
{
	static const struct {
		const char *path, *base, *dir;
	} rows[] = {
		{ "a", "a", "." },
		{ "a/b", "b", "a" },
		{ "/a", "a", "/" },
		{ "/a/b.c", "b.c", "/a" },
		{ "/", "/", "/" },
		{ "", "", "." },
		{ "a/b/", "b/", "a" },
		{ "a//b", "b", "a" },
		{ "a/", "a/", "." },
		{ "//a", "a", "/" },
		{ "..", "..", "." },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_string_equal(path_base(rows[i].path), rows[i].base);
		assert_string_equal(path_dir(*state, rows[i].path), rows[i].dir);
	}
	assert_int_equal(path_base("///")[0], '/');
	assert_string_equal(path_dir(*state, "///"), "/");
}

static void
normals(void **state)
{
	static const char *const rows[][2] = {
		{ "", "." },
		{ ".", "." },
		{ "./", "." },
		{ "/", "/" },
		{ "//", "/" },
		{ "a", "a" },
		{ "a/", "a" },
		{ "./a//b/./c/", "a/b/c" },
		{ "a/../b", "b" },
		{ "a/..", "." },
		{ "..", ".." },
		{ "../..", "../.." },
		{ "a/../../b", "../b" },
		{ "../a/..", ".." },
		{ "/..", "/" },
		{ "/../a", "/a" },
		{ "/a/../..", "/" },
		{ "/a/b/../c", "/a/c" },
		{ "/a/b/../../c", "/c" },
		{ "...", "..." },
		{ "a/.../b", "a/.../b" },
		{ "..a/..", "." },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *once = path_normal(*state, rows[i][0]);

		assert_string_equal(once, rows[i][1]);
		assert_string_equal(path_normal(*state, once), once);
	}
}

static void
relatives(void **state)
{
	static const char *const rows[][3] = {
		{ "/a", "/a", "." },
		{ "/a", "/a/b", "b" },
		{ "/a/b", "/a", ".." },
		{ "/a/b", "/a/c", "../c" },
		{ "/a/b", "/a/bc", "../bc" },
		{ "/a/bc", "/a/b", "../b" },
		{ "/a/b/c", "/x/y", "../../../x/y" },
		{ "/", "/a/b", "a/b" },
		{ "/a/b", "/", "../.." },
		{ "/", "/", "." },
		{ "/usr/lib/gcc", "/usr/lib", ".." },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char *rel = path_relative(*state, rows[i][0], rows[i][1]);

		assert_string_equal(rel, rows[i][2]);
		assert_string_equal(path_absolute(*state, rows[i][0], rel), rows[i][1]);
	}
}

static void
insides(void **state)
{
	static const struct {
		const char *dir, *path;
		bool inside;
	} rows[] = {
		{ "/a", "/a", true },
		{ "/a", "/a/b", true },
		{ "/a", "/ab", false },
		{ "/a/b", "/a", false },
		{ "/", "/a", true },
		{ "/", "/", true },
		{ "/", "a", false },
		{ "a", "a/b", true },
		{ ".", "a", true },
		{ ".", ".", true },
		{ ".", "..", false },
		{ ".", "../a", false },
		{ ".", "..a", true },
		{ ".", "/a", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (path_inside(rows[i].dir, rows[i].path) != rows[i].inside)
			fail_msg("%s in %s", rows[i].path, rows[i].dir);
}

static void
absolutes(void **state)
{
	assert_string_equal(path_absolute(*state, "/w", "a/../b"), "/w/b");
	assert_string_equal(path_absolute(*state, "/w", "/x/./y"), "/x/y");
	assert_string_equal(path_absolute(*state, "/w", ""), "/w");
	assert_string_equal(path_absolute(*state, "/", "../a"), "/a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(joins, setup, teardown),
		cmocka_unit_test_setup_teardown(splits, setup, teardown),
		cmocka_unit_test_setup_teardown(normals, setup, teardown),
		cmocka_unit_test_setup_teardown(relatives, setup, teardown),
		cmocka_unit_test_setup_teardown(insides, setup, teardown),
		cmocka_unit_test_setup_teardown(absolutes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
