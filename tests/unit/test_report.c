/* SPDX-License-Identifier: MIT */
/* Stamps survive the file and refuse what they are not; columns and sizes of what is printed. */
#include "cli/report/report.h"
#include "tests/unit/unit.h"

static struct arena arena;
static char *dir;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	dir = unit_temp_dir(&arena);
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
stamp_says_the_same_again(void **state)
{
	struct report_line lines[] = {
		{ LEVEL_ERROR, "LC041", "a message\twith a tab\nand a line break", "a fix" },
		{ LEVEL_NOTE, "LC060", "another", NULL },
	};
	struct report_unchecked unchecked[] = { { "LC034", "it is stripped" }, { "LC121", "" } };
	struct report out = { "ELF amd64", lines, 2, 1, 0, 1, true, unchecked, 2 };
	const char *path = path_join(&arena, dir, "stamp");
	struct report in;
	struct error err;

	(void)state;
	assert_true(report_write_stamp(path, &out, &err));
	assert_true(report_read_stamp(&arena, path, &in, &err));
	assert_string_equal(in.summary, "ELF amd64");
	assert_int_equal(in.count, 2);
	assert_int_equal(in.errors, 1);
	assert_int_equal(in.notes, 1);
	assert_true(in.malformed);
	assert_int_equal(in.lines[0].level, LEVEL_ERROR);
	assert_string_equal(in.lines[0].message, "a message?with a tab?and a line break");
	assert_string_equal(in.lines[0].fix, "a fix");
	assert_null(in.lines[1].fix);
	assert_int_equal(in.unknown, 2);
	assert_string_equal(in.unchecked[0].rule, "LC034");
	assert_string_equal(in.unchecked[0].reason, "it is stripped");
	assert_string_equal(in.unchecked[1].rule, "LC121");
	assert_string_equal(in.unchecked[1].reason, "");
}

static void
refuses(const char *text)
{
	const char *path = path_join(&arena, dir, "bad");
	struct report in = { .summary = "untouched" };
	struct error err;

	assert_true(file_write(path, str_from(text), 0644, &err));
	assert_false(report_read_stamp(&arena, path, &in, &err));
	assert_int_equal(err.kind, ERROR_FORMAT);
	assert_string_equal(in.summary, "untouched");
}

static void
other_files_are_no_stamps(void **state)
{
	(void)state;
	refuses("");
	refuses("hello\n");
	refuses("xbuild audit stamp 1\n1\t2\t3\t0\nELF\n");
	refuses("xbuild audit stamp 2\n");
	refuses("xbuild audit stamp 2\n1\t2\n");
	refuses("xbuild audit stamp 2\n1\t2\t3\t0\nELF\nhigh\tLC001\tx\t\n");
	refuses("xbuild audit stamp 2\n1\t2\t3\t0\nELF\n9\tLC001\tx\t\n");
}

static void
sizes_are_short(void **state)
{
	(void)state;
	assert_string_equal(ui_size(&arena, 0), "0 bytes");
	assert_string_equal(ui_size(&arena, 999), "999 bytes");
	assert_string_equal(ui_size(&arena, 1000), "1.0 KB");
	assert_string_equal(ui_size(&arena, 41234), "41 KB");
	assert_string_equal(ui_size(&arena, 999700), "1.0 MB");
	assert_string_equal(ui_size(&arena, 3800000), "3.8 MB");
	assert_string_equal(ui_size(&arena, 12000000000u), "12 GB");
}

static void
texts_are_counted_and_made_safe(void **state)
{
	(void)state;
	assert_string_equal(ui_count(&arena, 0, "error"), "no errors");
	assert_string_equal(ui_count(&arena, 1, "error"), "1 error");
	assert_string_equal(ui_count(&arena, 2, "error"), "2 errors");
	assert_int_equal(ui_width("a · b"), 5);
	assert_string_equal(ui_safe(&arena, "a\033[31mb\r\n"), "a?[31mb??");
	assert_string_equal(ui_safe(&arena, "ä"), "ä");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamp_says_the_same_again),
		cmocka_unit_test(other_files_are_no_stamps),
		cmocka_unit_test(sizes_are_short),
		cmocka_unit_test(texts_are_counted_and_made_safe),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
