/* SPDX-License-Identifier: MIT */
/* What differs between two releases, told as worse, better or changed. */
#include "cli/audit_diff.h"
#include "tests/unit/unit.h"

static const char old_file[] =
	"{\"path\":\"old/bin/x\",\"size\":1000,\"needed\":[\"libc.so.6\",\"libz.so.1\"],"
	"\"floors\":{\"glibc\":\"2.17\",\"gcc\":\"3.0\"},\"floor_symbols\":{\"glibc\":[\"memcpy\"]}"
	","
	"\"runs_on\":[\"debian:11\",\"debian:12\"],\"findings\":["
	"{\"rule\":\"LC041\",\"level\":\"error\",\"message\":\"gone\",\"where\":\"lib\"},"
	"{\"rule\":\"LC060\",\"level\":\"note\",\"message\":\"stays\"}]}";
static const char new_file[] =
	"{\"path\":\"new\",\"member\":\"bin/"
	"x\",\"size\":2000,\"needed\":[\"libc.so.6\",\"libssl.so.3\"],"
	"\"floors\":{\"glibc\":\"2.34\",\"glibcxx\":\"3.4.30\"},"
	"\"floor_symbols\":{\"glibc\":[\"pthread_create\",\"b\",\"c\",\"d\",\"e\"]},"
	"\"runs_on\":[\"debian:12\",\"debian:13\"],\"not_on\":[{\"platform\":\"debian:11\","
	"\"reasons\":[{\"text\":\"GLIBC_2.34: pthread_create\"}]}],\"findings\":["
	"{\"rule\":\"LC060\",\"level\":\"note\",\"message\":\"stays\"},"
	"{\"rule\":\"LC048\",\"level\":\"warning\",\"message\":\"new\",\"where\":\"\"},"
	"{\"rule\":\"LC040\",\"level\":\"error\",\"message\":\"m\",\"state\":\"suppressed\"}]}";

static void
every_change_is_told(void **state)
{
	static const struct {
		enum diff_verdict verdict;
		const char *text;
	} want[] = {
		{ DIFF_WORSE, "glibc floor rose 2.17 -> 2.34 because of pthread_create, b, c, d "
			      "and 1 more" },
		{ DIFF_WORSE, "asks for glibcxx 3.4.30 now" },
		{ DIFF_BETTER, "asks for no gcc any more (was 3.0)" },
		{ DIFF_WORSE, "no longer starts on debian:11 (GLIBC_2.34: pthread_create)" },
		{ DIFF_BETTER, "starts on debian:13 now" },
		{ DIFF_CHANGED, "needs libssl.so.3 now" },
		{ DIFF_CHANGED, "needs libz.so.1 no longer" },
		{ DIFF_WORSE, "new warning LC048: new" },
		{ DIFF_CHANGED, "new error LC040: m" },
		{ DIFF_BETTER, "fixed error LC041: gone" },
		{ DIFF_CHANGED, "size 1.0 KB -> 2.0 KB (+1.0 KB)" },
	};
	struct strvec old, new;
	struct arena a;
	struct diff d;
	struct error err;

	(void)state;
	arena_init(&a);
	strvec_init(&old, &a);
	strvec_init(&new, &a);
	strvec_push(&old, old_file);
	strvec_push(&old, "{\"path\":\"old/gone\"}");
	strvec_push(&new, new_file);
	strvec_push(&new, "{\"path\":\"new\",\"member\":\"more\"}");
	assert_true(diff_find(&d, &a, &old, "old/", &new, "new", &err));
	assert_int_equal(d.count, 3);
	assert_string_equal(d.files[0].path, "bin/x");
	assert_string_equal(d.files[1].status, "added");
	assert_string_equal(d.files[2].status, "removed");
	assert_int_equal(d.files[0].count, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		assert_string_equal(d.files[0].changes[i].text, want[i].text);
		assert_int_equal(d.files[0].changes[i].verdict, want[i].verdict);
	}
	assert_true(diff_find(&d, &a, &old, "old", &old, "old", &err));
	assert_int_equal(d.totals[DIFF_WORSE] + d.totals[DIFF_BETTER] + d.totals[DIFF_CHANGED], 0);
	assert_string_equal(d.files[0].status, "same");
	arena_clear(&a);
}

static void
lines_are_broken_between_words(void **state)
{
	struct ui ui = { .columns = 40 };
	struct strbuf b;
	struct arena a;

	(void)state;
	arena_init(&a);
	strbuf_init(&b, &a);
	ui_wrap(&b, &ui, 30, "one two three anextremelylongword end");
	assert_string_equal(b.ptr,
		"one two\n                              three\n                              "
		"anextremelylongword\n                              end");
	strbuf_init(&b, &a);
	ui.columns = 0;
	ui_wrap(&b, &ui, 30, "one two three anextremelylongword end");
	assert_string_equal(b.ptr, "one two three anextremelylongword end");
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_change_is_told),
		cmocka_unit_test(lines_are_broken_between_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
