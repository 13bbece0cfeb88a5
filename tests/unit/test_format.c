/* SPDX-License-Identifier: MIT */
/* The table of report formats, and what a sink makes of pieces. */
#include "cli/report/format.h"
#include "cli/report/sink.h"
#include "tests/unit/unit.h"

static void
names_are_those_of_the_rows(void **state)
{
	struct error err;

	(void)state;
	for (size_t i = 0; i < report_format_count(); i++) {
		const struct report_format *f = report_format_at(i);

		assert_string_equal(f->name, report_format_names[i]);
		assert_ptr_equal(report_format_get(f->name, &err), f);
		assert_non_null(f->file);
		assert_non_null(f->between);
		assert_true(strlen(f->summary) > 10);
	}
	assert_null(report_format_names[report_format_count()]);
	assert_null(report_format_get("jsen", &err));
	assert_string_equal(err.hint, "the nearest one is json");
}

static void
no_file(struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	(void)out;
	(void)run;
	(void)item;
}

static void
begin(struct strbuf *out, const struct report_run *run)
{
	(void)run;
	strbuf_add(out, "<");
}

static void
end(struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	strbuf_addf(out, "> %zu+%zu tail", rest->written, rest->left_out[LEVEL_NOTE]);
	for (size_t i = 0; i < rest->tail->count; i++)
		strbuf_addf(out, " %s", rest->tail->items[i]);
	strbuf_addf(out, " exit %d", run->outcome.exit_code);
}

static void
sink_writes_pieces_in_order_within_limits(void **state)
{
	static const struct report_format format = { "x", "a format of this test", begin, no_file,
		",", end, { [LEVEL_NOTE] = 2 }, 0 };
	struct arena a;
	struct report_sinks sinks = { .arena = &a };
	struct report_pieces pieces = { .arena = &a };
	struct report_outcome outcome = { .exit_code = 1 };
	struct ui ui = { 0 };
	struct error err;
	struct str text;
	char *dir, *path;

	(void)state;
	arena_init(&a);
	dir = unit_temp_dir(&a);
	path = path_join(&a, dir, "report");
	assert_true(report_sinks_add(&sinks, &format, path, &ui, "/", &err));
	assert_false(report_sinks_add(&sinks, &format, path, &ui, "/", &err));
	assert_true(report_sinks_open(&sinks, &err));
	report_piece_add(&pieces, PART_BODY, LEVEL_NOTE, "k", "one");
	report_piece_add(&pieces, PART_BODY, LEVEL_NOTE, "k", "again");
	report_piece_add(&pieces, PART_TAIL, LEVEL_NOTE, NULL, "last");
	report_piece_add(&pieces, PART_BODY, LEVEL_NOTE, NULL, "two");
	report_piece_add(&pieces, PART_BODY, LEVEL_NOTE, NULL, "three");
	report_piece_add(&pieces, PART_BODY, LEVEL_ERROR, NULL, "bad");
	assert_true(report_sink_add(&sinks.items[0], &pieces, &err));
	assert_false(file_exists(path));
	assert_true(report_sinks_end(&sinks, &outcome, &err));
	assert_true(file_read(&a, path, 1000, &text, &err));
	assert_string_equal(text.ptr, "<one,two,bad> 3+1 tail last exit 1");
	unit_remove(dir);
	arena_clear(&a);
}

static void
dropped_report_leaves_the_old_file(void **state)
{
	struct arena a;
	struct report_sinks sinks = { .arena = &a };
	struct ui ui = { 0 };
	struct strvec names;
	struct error err;
	struct str text;
	char *dir, *path;

	(void)state;
	arena_init(&a);
	dir = unit_temp_dir(&a);
	path = path_join(&a, dir, "report");
	assert_true(file_write(path, STR("old"), 0644, &err));
	assert_true(report_sinks_add(&sinks, report_format_at(0), path, &ui, "/", &err));
	assert_true(report_sinks_open(&sinks, &err));
	report_sinks_drop(&sinks);
	assert_true(file_read(&a, path, 1000, &text, &err));
	assert_string_equal(text.ptr, "old");
	assert_true(file_list(&a, dir, &names, &err));
	assert_int_equal(names.count, 1);
	unit_remove(dir);
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_those_of_the_rows),
		cmocka_unit_test(sink_writes_pieces_in_order_within_limits),
		cmocka_unit_test(dropped_report_leaves_the_old_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
