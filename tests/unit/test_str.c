/* SPDX-License-Identifier: MIT */
/* Text: views, numbers, patterns, versions, nearest names, growing texts and lists. */
#include "tests/unit/unit.h"

#include "base/str.h"

static void
views(void **state)
{
	struct str none = str_from(NULL);

	(void)state;
	assert_int_equal(none.len, 0);
	assert_true(str_eq(none, STR("")));
	assert_true(str_is(none, ""));
	assert_true(str_is(STR("abc"), "abc"));
	assert_false(str_is(STR("abc"), "ab"));
	assert_false(str_is(STR("ab"), "abc"));
	assert_true(str_starts(STR("abc"), "ab"));
	assert_true(str_starts(STR("abc"), ""));
	assert_true(str_starts(none, ""));
	assert_false(str_starts(STR("ab"), "abc"));
	assert_true(str_ends(STR("abc"), "bc"));
	assert_true(str_ends(none, ""));
	assert_false(str_ends(STR("bc"), "abc"));
	assert_true(str_is(str_drop(STR("abc"), 2), "c"));
	assert_int_equal(str_drop(STR("abc"), 9).len, 0);
	assert_int_equal(str_drop(none, 9).len, 0);
}

static void
trims(void **state)
{
	(void)state;
	assert_true(str_is(str_trim(STR(" \t\r\n a b \n")), "a b"));
	assert_true(str_is(str_trim(STR(" \n ")), ""));
	assert_true(str_is(str_trim(str_from(NULL)), ""));
	assert_true(str_is(str_trim(STR("a")), "a"));
}

static void
cuts(void **state)
{
	struct str rest = STR("a::b");

	(void)state;
	assert_true(str_is(str_cut(&rest, ':'), "a"));
	assert_true(str_is(str_cut(&rest, ':'), ""));
	assert_true(str_is(rest, "b"));
	assert_non_null(rest.ptr);
	assert_true(str_is(str_cut(&rest, ':'), "b"));
	assert_null(rest.ptr);
	assert_int_equal(rest.len, 0);
	rest = STR("a:"); /* what stands behind the last separator is there, though empty */
	assert_true(str_is(str_cut(&rest, ':'), "a"));
	assert_non_null(rest.ptr);
	assert_true(str_is(str_cut(&rest, ':'), ""));
	assert_null(rest.ptr);
	rest = str_from(NULL);
	assert_true(str_is(str_cut(&rest, ':'), ""));
}

static void
numbers(void **state)
{
	static const char *const wrong[] = { "", "-1", "+1", " 1", "1 ", "0x1", "1a",
		"18446744073709551616", "99999999999999999999", "184467440737095516150" };
	uint64_t n = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		assert_false(str_to_u64(str_from(wrong[i]), UINT64_MAX, &n));
	assert_int_equal(n, 7);
	assert_false(str_to_u64(STR("101"), 100, &n));
	assert_int_equal(n, 7);
	assert_true(str_to_u64(STR("100"), 100, &n));
	assert_int_equal(n, 100);
	assert_true(str_to_u64(STR("007"), 100, &n));
	assert_int_equal(n, 7);
	assert_true(str_to_u64(STR("18446744073709551615"), UINT64_MAX, &n));
	assert_true(n == UINT64_MAX);
}

static void
utf8(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} rows[] = {
		{ "a", 1 },
		{ "\xc2\x80", 2 },
		{ "\xe0\xa0\x80", 3 },
		{ "\xed\x9f\xbf", 3 },
		{ "\xef\xbf\xbd", 3 },
		{ "\xf0\x90\x80\x80", 4 },
		{ "\xf4\x8f\xbf\xbf", 4 },
		{ "\x80", 0 },
		{ "\xc0\x80", 0 },         /* overlong NUL */
		{ "\xc1\xbf", 0 },         /* overlong */
		{ "\xe0\x9f\xbf", 0 },     /* overlong */
		{ "\xed\xa0\x80", 0 },     /* surrogate */
		{ "\xf0\x8f\xbf\xbf", 0 }, /* overlong */
		{ "\xf4\x90\x80\x80", 0 }, /* above U+10FFFF */
		{ "\xf5\x80\x80\x80", 0 },
		{ "\xff", 0 },
		{ "\xe2\x82", 0 }, /* cut short */
		{ "\xe2\x28\xac", 0 },
		{ "\xe2\x82\x28", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(str_utf8(str_from(rows[i].text)), rows[i].len);
	assert_int_equal(str_utf8((struct str){ "", 1 }), 1); /* NUL is a character */
}

static void
patterns(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool match;
	} rows[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "abc", true },
		{ "*", "a/b", false },
		{ "?", "/", false },
		{ "?", "a", true },
		{ "?", "", false },
		{ "lib*.so", "libc.so", true },
		{ "lib*.so", "libc.so.6", false },
		{ "lib*.so*", "libc.so.6", true },
		{ "*a*b*c", "xxaxxbxxc", true },
		{ "*a*b*c", "xxaxxcxxb", false },
		{ "*/*", "a/b", true },
		{ "*/*", "a/b/c", false },
		{ "a*/b", "axx/b", true },
		{ "a*/b", "ax/x/b", false },
		{ "**", "ab", true },
		{ "a?c", "abc", true },
		{ "[a]", "a", false },
		{ "[a]", "[a]", true },
		{ "*.so", ".so", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (cstr_glob(rows[i].pattern, rows[i].text) != rows[i].match)
			fail_msg("%s against %s", rows[i].pattern, rows[i].text);
}

/* A pattern that would take for ever when every star is tried again. */
static void
patterns_are_fast(void **state)
{
	char pattern[201] = "", text[2001];

	(void)state;
	for (int i = 0; i < 100; i++)
		strcat(pattern, "*a");
	memset(text, 'a', 2000);
	text[2000] = '\0';
	assert_true(cstr_glob(pattern, text));
	text[1999] = 'b';
	assert_false(cstr_glob(pattern, text));
}

static int
sign(int n)
{
	return (n > 0) - (n < 0);
}

/* Sorted; every pair is compared in both directions. */
static void
versions(void **state)
{
	static const char *const sorted[] = { "0", "1", "1.9", "1.10", "2", "2.0", "2.4", "2.4.1",
		"2.17", "2.17.1", "2.38", "10", "99999999999999999999999",
		"100000000000000000000000", "PRIVATE", "a" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sorted); i++)
		for (size_t k = 0; k < ARRAY_LEN(sorted); k++)
			assert_int_equal(
				sign(cstr_version_cmp(sorted[i], sorted[k])), (i > k) - (i < k));
	assert_int_equal(cstr_version_cmp("2.04", "2.4"), 0);
	assert_int_equal(cstr_version_cmp("", ""), 0);
	assert_true(cstr_version_cmp("2.", "2.1") != 0);
}

static void
distances(void **state)
{
	char long_a[300], long_b[300];

	(void)state;
	assert_int_equal(cstr_distance("", "", 5), 0);
	assert_int_equal(cstr_distance("abc", "abc", 5), 0);
	assert_int_equal(cstr_distance("abc", "abd", 5), 1);
	assert_int_equal(cstr_distance("abc", "acb", 5), 1);
	assert_int_equal(cstr_distance("abc", "ab", 5), 1);
	assert_int_equal(cstr_distance("", "abc", 5), 3);
	assert_int_equal(cstr_distance("kitten", "sitting", 5), 3);
	assert_int_equal(cstr_distance("kitten", "sitting", 2), 3);
	assert_int_equal(cstr_distance("kitten", "sitting", 0), 1);
	assert_int_equal(cstr_distance("ca", "abc", 5), 3); /* alignment, not Damerau: 3 */
	assert_int_equal(cstr_distance("abcdef", "x", 3), 4);
	memset(long_a, 'a', 299);
	memset(long_b, 'a', 299);
	long_a[299] = long_b[299] = '\0';
	assert_int_equal(cstr_distance(long_a, long_b, 3), 0);
	long_b[5] = 'b';
	assert_int_equal(cstr_distance(long_a, long_b, 3), 4);
}

static void
nearest(void **state)
{
	static const char *const names[] = { "audit", "build", "cc", "explain", "sysroot",
		"sysroom" };
	const size_t n = ARRAY_LEN(names);

	(void)state;
	assert_string_equal(cstr_nearest("biuld", names, n), "build");
	assert_string_equal(cstr_nearest("sysrot", names, n), "sysroot");
	assert_string_equal(cstr_nearest("sysroox", names, n), "sysroot"); /* a tie: the first */
	assert_string_equal(cstr_nearest("sysroom", names, n), "sysroom"); /* better though later */
	assert_string_equal(cstr_nearest("c", names, n), "cc");
	assert_null(cstr_nearest("frobnicate", names, n));
	assert_null(cstr_nearest("abc", names, n));
	assert_null(cstr_nearest("audit", names, 0));
}

static void
growing_text(void **state)
{
	struct arena a;
	struct strbuf b;

	(void)state;
	arena_init(&a);
	strbuf_init(&b, &a);
	assert_string_equal(b.ptr, "");
	for (int i = 0; i < 5000; i++) {
		strbuf_addc(&b, (char)('a' + i % 26));
		assert_int_equal(b.len, i + 1);
		assert_int_equal(b.ptr[b.len], '\0');
	}
	assert_int_equal(b.ptr[4999], 'a' + 4999 % 26);
	strbuf_init(&b, &a);
	strbuf_add(&b, "x=");
	strbuf_addf(&b, "%d %s", 42, "and more");
	strbuf_addn(&b, "!?", 1);
	strbuf_addn(&b, NULL, 0);
	assert_string_equal(b.ptr, "x=42 and more!");
	strbuf_addf(&b, "%*s", 10000, "");
	assert_int_equal(b.len, 10014);
	assert_int_equal(strlen(b.ptr), b.len);
	arena_clear(&a);
}

/* A text of exactly the room there is: the NUL still needs one more. */
static void
growing_text_at_the_edge(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t n = 60; n < 70; n++) {
		struct strbuf b;

		strbuf_init(&b, &a);
		strbuf_addf(&b, "%*s", (int)n, "");
		assert_int_equal(b.len, n);
		assert_true(b.cap > n);
		strbuf_addc(&b, 'x');
		assert_int_equal(strlen(b.ptr), n + 1);
	}
	arena_clear(&a);
}

static void
growing_list(void **state)
{
	static const char *const more[] = { "y", "x", NULL };
	struct arena a;
	struct strvec v;
	char text[] = "changes";

	(void)state;
	arena_init(&a);
	strvec_init(&v, &a);
	assert_null(v.items[0]);
	for (int i = 0; i < 100; i++) {
		strvec_pushf(&v, "%d", i);
		assert_null(v.items[v.count]);
	}
	assert_string_equal(v.items[42], "42");
	assert_true(strvec_has(&v, "99"));
	assert_false(strvec_has(&v, "100"));
	strvec_init(&v, &a);
	strvec_push_dup(&v, text);
	text[0] = 'X';
	strvec_push_all(&v, more);
	strvec_push(&v, "B");
	strvec_sort(&v);
	assert_int_equal(v.count, 4);
	assert_string_equal(v.items[0], "B"); /* bytewise: capitals first */
	assert_string_equal(v.items[1], "changes");
	assert_string_equal(v.items[3], "y");
	assert_null(v.items[4]);
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views),
		cmocka_unit_test(trims),
		cmocka_unit_test(cuts),
		cmocka_unit_test(numbers),
		cmocka_unit_test(utf8),
		cmocka_unit_test(patterns),
		cmocka_unit_test(patterns_are_fast),
		cmocka_unit_test(versions),
		cmocka_unit_test(distances),
		cmocka_unit_test(nearest),
		cmocka_unit_test(growing_text),
		cmocka_unit_test(growing_text_at_the_edge),
		cmocka_unit_test(growing_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
