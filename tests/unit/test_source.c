/* SPDX-License-Identifier: MIT */
/* Sources: the table, the choice of a release, the package sets. */
#include "tests/unit/unit.h"

#include "sysroots/source.h"

static struct target
target_of(const char *text)
{
	struct error err;
	struct target t;

	error_clear(&err);
	if (!target_parse(&t, text, NULL, &err))
		fail_msg("%s", err.what);
	return target_settled(&t, false);
}

static void
test_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < source_count(); i++) {
		const struct source *s = source_at(i);
		assert_ptr_equal(source_get(s->id, &(struct error){ 0 }), s);
		assert_ptr_equal(source_get(s->suite, &(struct error){ 0 }), s);
		assert_non_null(s->arches[0]);
		assert_null(s->arches[ARRAY_LEN(s->arches) - 1]);
		for (size_t k = 1; s->arches[k] != NULL; k++)
			assert_true(strcmp(s->arches[k - 1], s->arches[k]) < 0);
		if (i > 0 && !s->moving && source_at(i - 1)->of == s->of)
			assert_true(cstr_version_cmp(source_at(i - 1)->id, s->id) < 0);
	}
	assert_null(source_at(source_count()));
}

static void
test_unknown(void **state)
{
	struct error err;

	(void)state;
	assert_null(source_get("debian:14", &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_non_null(strstr(err.what, "\"debian:14\""));
	assert_non_null(strstr(err.hint, "debian:1"));
	assert_null(source_get("", &err));
	assert_non_null(strstr(err.hint, "debian:12"));
}

static void
test_choice(void **state)
{
	static const struct {
		const char *target, *source;
	} cases[] = {
		{ "linux/arm64/musl", "debian:12" },
		{ "linux/amd64/glibc", "debian:12" },
		{ "linux/riscv64/glibc", "debian:13" },
		{ "linux/riscv64/musl", "debian:13" },
		{ "linux/loong64/glibc", "debian:sid" },
		{ "linux/mipsle/musl", "debian:12" },
		{ "linux/amd64/glibc2.31", "debian:11" },
		{ "linux/amd64/glibc2.35", "debian:11" },
		{ "linux/amd64/glibc2.36", "debian:12" },
		{ "linux/amd64/glibc2.41", "debian:13" },
		{ "linux/amd64/glibc2.50", "debian:13" },
		{ "linux/arm64/musl1.2.2", "debian:11" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct target t = target_of(cases[i].target);
		struct error err;
		const struct source *s = source_for(&t, &err);
		if (s == NULL)
			fail_msg("%s: %s", cases[i].target, err.what);
		assert_string_equal(s->id, cases[i].source);
		assert_true(source_serves(s, &t, &err));
	}
}

static void
test_no_choice(void **state)
{
	struct target t = target_of("linux/amd64/glibc2.17");
	struct error err;

	(void)state;
	assert_null(source_for(&t, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_non_null(strstr(err.what, "as old as 2.17"));
	assert_non_null(strstr(err.hint, "debian:11 with 2.31"));
	t = target_of("windows/amd64");
	assert_null(source_for(&t, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_non_null(strstr(err.what, "windows/amd64"));
}

static void
test_does_not_serve(void **state)
{
	struct target t = target_of("linux/riscv64/glibc");
	struct error err;

	(void)state;
	assert_false(source_serves(source_get("debian:12", &err), &t, &err));
	assert_non_null(strstr(err.what, "debian:12 has no architecture riscv64"));
	assert_non_null(strstr(err.hint, "debian:13 has it"));
	t = target_of("linux/amd64/glibc2.31");
	assert_false(source_serves(source_get("debian:12", &err), &t, &err));
	assert_non_null(strstr(err.what, "2.36, newer than the 2.31"));
}

static void
assert_packages(const char *source, const char *target, enum package_set set, const char *expected)
{
	struct target t = target_of(target);
	struct strvec names;
	struct arena arena;
	struct strbuf b;
	struct error err;

	arena_init(&arena);
	strvec_init(&names, &arena);
	strbuf_init(&b, &arena);
	if (!source_packages(source_get(source, &err), &t, set, &names, &err))
		fail_msg("%s", err.what);
	for (size_t i = 0; i < names.count; i++)
		strbuf_addf(&b, "%s%s", i > 0 ? " " : "", names.items[i]);
	assert_string_equal(b.ptr, expected);
	arena_clear(&arena);
}

static void
test_packages(void **state)
{
	(void)state;
	assert_packages("debian:12", "linux/arm64/musl", SET_C_STATIC,
		"libgcc-12-dev linux-libc-dev musl-dev");
	assert_packages("debian:11", "linux/arm64/musl", SET_C_DYNAMIC,
		"libgcc-10-dev linux-libc-dev musl musl-dev");
	assert_packages("debian:13", "linux/arm64/glibc", SET_C_STATIC,
		"libc6-dev libgcc-14-dev linux-libc-dev");
	assert_packages("ubuntu:20.04", "linux/amd64/glibc", SET_C_STATIC,
		"libc6-dev libgcc-9-dev linux-libc-dev");
	assert_packages("debian:sid", "linux/loong64/glibc", SET_CXX,
		"libc6 libc6-dev libcrypt-dev libcrypt1 libgcc-16-dev libgcc-s1 "
		"libstdc++-16-dev libstdc++6 linux-libc-dev");
}

static void
test_no_cxx_on_musl(void **state)
{
	struct target t = target_of("linux/arm64/musl");
	struct strvec names;
	struct arena arena;
	struct error err;

	(void)state;
	arena_init(&arena);
	strvec_init(&names, &arena);
	assert_false(source_packages(source_at(1), &t, SET_CXX, &names, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_non_null(strstr(err.what, "does not compile with musl"));
	assert_int_equal(names.count, 0);
	arena_clear(&arena);
}

static void
test_sets(void **state)
{
	(void)state;
	for (enum package_set s = SET_C_STATIC; s < PACKAGE_SETS; s++)
		assert_int_equal(package_set_find(package_set_name(s)), s);
	assert_int_equal(package_set_find("c"), PACKAGE_SETS);
	assert_int_equal(package_set_find("c++"), SET_CXX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_no_choice),
		cmocka_unit_test(test_does_not_serve),
		cmocka_unit_test(test_packages),
		cmocka_unit_test(test_no_cxx_on_musl),
		cmocka_unit_test(test_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
