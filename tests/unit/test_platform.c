/* SPDX-License-Identifier: MIT */
/* Unit tests of linkcheck/platform/platform.h: every row of the table, and finding by id. */
#include "linkcheck/platform/platform.h"
#include "tests/unit/unit.h"

static int
setup(void **state)
{
	static struct arena arena;

	arena_init(&arena);
	*state = &arena;
	return 0;
}

static int
teardown(void **state)
{
	arena_clear(*state);
	return 0;
}

/* Every row: unique, its libc recorded for amd64, its GLIBCXX level known. */
static void
test_rows(void **state)
{
	const struct platform *p;
	struct error err;
	bool known;

	assert_true(platform_count() > 40);
	assert_null(platform_at(platform_count()));
	for (size_t i = 0; (p = platform_at(i)); i++) {
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(platform_at(k)->id, p->id);
		assert_true(p->label[0] != '\0');
		assert_true(p->libc == LIBC_GLIBC || p->libc == LIBC_MUSL);
		assert_true(abi_is_release(p->libc, p->libc_version));
		assert_non_null(abi_get(*state, p->libc, p->libc_version, "amd64", &err));
		if (p->glibcxx[0] != '\0') {
			assert_true(cxx_level_has(p->glibcxx, "GLIBCXX_3.4.19", &known));
			assert_true(known);
		}
		assert_ptr_equal(platform_get(*state, p->id, &err), p);
	}
}

/* Families stand together and never grow older: "Debian 12 and later" needs one row. */
static void
test_families(void **state)
{
	(void)state;
	for (size_t i = 1; i < platform_count(); i++) {
		const struct platform *before = platform_at(i - 1), *p = platform_at(i);

		if (str_eq(platform_family(before), platform_family(p))) {
			assert_int_equal(before->libc, p->libc);
			assert_true(cstr_version_cmp(before->libc_version, p->libc_version) <= 0);
			assert_true(cstr_version_cmp(before->glibcxx, p->glibcxx) <= 0);
			continue;
		}
		for (size_t k = 0; k + 1 < i; k++)
			assert_false(str_eq(platform_family(platform_at(k)), platform_family(p)));
	}
	assert_true(str_is(platform_family(platform_at(0)), "debian"));
}

static void
test_get(void **state)
{
	struct error err;
	const struct platform *p = platform_get(*state, "debian:11", &err);

	assert_non_null(p);
	assert_string_equal(p->label, "Debian 11");
	assert_string_equal(p->libc_version, "2.31");
	assert_string_equal(p->glibcxx, "3.4.28");
	p = platform_get(*state, "manylinux_2_17", &err);
	assert_non_null(p);
	assert_true(str_is(platform_family(p), "manylinux"));
	p = platform_get(*state, "glibc2.31", &err);
	assert_non_null(p);
	assert_string_equal(p->id, "glibc2.31");
	assert_string_equal(p->label, "glibc 2.31");
	assert_int_equal(p->libc, LIBC_GLIBC);
	assert_string_equal(p->libc_version, "2.31");
	assert_string_equal(p->glibcxx, "");
	assert_true(str_is(platform_family(p), "glibc"));
	p = platform_get(*state, "musl1.2.3", &err);
	assert_non_null(p);
	assert_int_equal(p->libc, LIBC_MUSL);
	assert_string_equal(p->libc_version, "1.2.3");
}

static void
test_unknown(void **state)
{
	static const struct {
		const char *id, *what, *hint;
	} cases[] = {
		{ "glibc2.16", "nothing is known of glibc 2.16", "glibc 2.17 to 2.42 are known" },
		{ "glibc2.43", "nothing is known of glibc 2.43", "glibc 2.17 to 2.42 are known" },
		{ "glibc2.170", "nothing is known of glibc 2.170", "glibc 2.17 to 2.42 are known" },
		{ "musl1.2", "nothing is known of musl 1.2", "musl 1.1.16 to 1.2.6 are known" },
		{ "debian:7", "unknown platform 'debian:7'", "known: debian:8 to debian:13" },
		{ "debain:12", "unknown platform 'debain:12'", "did you mean debian:12?" },
		{ "manylinux_2_18", "unknown platform 'manylinux_2_18'",
			"did you mean manylinux_2_17?" },
		{ "", "unknown platform ''",
			"name a distribution (debian:12), a libc (glibc2.31) or a snapshot "
			"(./FILE)" },
		{ "glibc", "unknown platform 'glibc'",
			"name a distribution (debian:12), a libc (glibc2.31) or a snapshot "
			"(./FILE)" },
	};
	struct error err;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_null(platform_get(*state, cases[i].id, &err));
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_string_equal(err.what, cases[i].what);
		assert_string_equal(err.hint, cases[i].hint);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
		cmocka_unit_test(test_families),
		cmocka_unit_test_setup_teardown(test_get, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
