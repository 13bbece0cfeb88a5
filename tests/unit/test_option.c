/* SPDX-License-Identifier: MIT */
/* Parsing of options. */
#include "cli/option.h"
#include "tests/unit/unit.h"

struct values {
	bool all, brief;
	const char *output, *color;
	struct strvec names;
	unsigned jobs;
};

#define AT(field) offsetof(struct values, field)
static const char *const colors[] = { "red", "green", NULL };
static const struct option rows[] = {
	{ 'a', "all", NULL, "all", OPTION_FLAG, AT(all), NULL, false },
	{ 'b', "brief", NULL, "brief", OPTION_FLAG, AT(brief), NULL, false },
	{ 'o', "output", "PATH", "place", OPTION_STRING, AT(output), NULL, true },
	{ 'n', "name", "NAME", "names", OPTION_LIST, AT(names), NULL, false },
	{ 'j', "jobs", "N", "jobs", OPTION_NUMBER, AT(jobs), NULL, false },
	{ 0, "color", "C", "colour", OPTION_CHOICE, AT(color), colors, false },
	OPTION_END,
};

struct fixture {
	struct arena arena;
	struct values values;
	struct strvec operands;
	struct error err;
};

static int
setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	arena_init(&f.arena);
	strvec_init(&f.operands, &f.arena);
	error_clear(&f.err);
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	arena_clear(&((struct fixture *)*state)->arena);
	return 0;
}

static bool
parse(struct fixture *f, enum operand_style style, const char *const *argv)
{
	struct option_group group = { rows, &f->values };

	return option_parse(&f->arena, &group, 1, style, argv, &f->operands, &f->err);
}

#define ARGV(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
every_kind_and_spelling(void **state)
{
	struct fixture *f = *state;

	assert_true(parse(f, OPERANDS_ANYWHERE,
		ARGV("x", "-ab", "--output=here", "y", "-n", "one", "-ntwo", "--name", "three",
			"-j4", "--color", "green", "-", "--", "-z", "--all")));
	assert_true(f->values.all && f->values.brief);
	assert_string_equal(f->values.output, "here");
	assert_int_equal(f->values.names.count, 3);
	assert_string_equal(f->values.names.items[1], "two");
	assert_int_equal(f->values.jobs, 4);
	assert_string_equal(f->values.color, "green");
	assert_int_equal(f->operands.count, 5);
	assert_string_equal(f->operands.items[2], "-");
	assert_string_equal(f->operands.items[4], "--all");
}

static void
values_may_be_empty_or_look_like_options(void **state)
{
	struct fixture *f = *state;

	assert_true(parse(f, OPERANDS_ANYWHERE, ARGV("--output=", "-n", "-a")));
	assert_string_equal(f->values.output, "");
	assert_string_equal(f->values.names.items[0], "-a");
	assert_false(f->values.all);
}

static void
a_command_takes_the_rest(void **state)
{
	struct fixture *f = *state;

	assert_true(parse(f, OPERANDS_COMMAND, ARGV("-a", "make", "-b", "--", "x")));
	assert_true(f->values.all);
	assert_false(f->values.brief);
	assert_int_equal(f->operands.count, 4);
	assert_string_equal(f->operands.items[0], "make");
}

static void
a_command_may_follow_two_dashes(void **state)
{
	struct fixture *f = *state;

	assert_true(parse(f, OPERANDS_COMMAND, ARGV("-a", "--", "-b", "x")));
	assert_int_equal(f->operands.count, 2);
	assert_string_equal(f->operands.items[0], "-b");
}

static void
a_tool_takes_what_is_not_ours(void **state)
{
	struct fixture *f = *state;

	assert_true(parse(f, OPERANDS_TOOL, ARGV("-o", "T", "-all", "-a", "-o", "x")));
	assert_string_equal(f->values.output, "T");
	assert_false(f->values.all);
	assert_int_equal(f->operands.count, 4);
	assert_string_equal(f->operands.items[0], "-all");
}

/* `xbuild nm -t T -t x file`, and a compiler's own "--". */
static void
a_tool_takes_what_is_given_again(void **state)
{
	struct fixture *f = *state;

	assert_true(parse(f, OPERANDS_TOOL, ARGV("-o", "T", "-o", "x", "--", "y")));
	assert_string_equal(f->values.output, "T");
	assert_int_equal(f->operands.count, 4);
	assert_string_equal(f->operands.items[2], "--");
}

static void
fails(void **state, const char *const *argv, const char *what, const char *hint)
{
	struct fixture *f;

	setup(state);
	f = *state;
	assert_false(parse(f, OPERANDS_ANYWHERE, argv));
	assert_int_equal(f->err.kind, ERROR_USAGE);
	assert_string_equal(f->err.what, what);
	assert_string_equal(f->err.hint, hint);
	teardown(state);
}

static void
errors_name_the_option(void **state)
{
	teardown(state);
	fails(state, ARGV("--colour", "red"), "unknown option --colour",
		"the nearest option is --color");
	fails(state, ARGV("--zzzzzzzz"), "unknown option --zzzzzzzz", "");
	fails(state, ARGV("-az"), "unknown option -z in -az", "");
	fails(state, ARGV("--all=1"), "--all takes no value", "write only --all");
	fails(state, ARGV("-o"), "--output needs a value", "write it as --output PATH");
	fails(state, ARGV("--color=blue"), "--color cannot be blue", "it is one of: red, green");
	fails(state, ARGV("-j", "-1"), "--jobs needs a number, not -1",
		"give a whole number from 1 on: --jobs 4");
	fails(state, ARGV("-j", "99999999999"), "--jobs needs a number, not 99999999999",
		"give a whole number from 1 on: --jobs 4");
	setup(state);
}

static void
what_must_be_there_is_asked_for(void **state)
{
	struct fixture *f = *state;

	assert_false(option_complete(rows, &f->values, &f->err));
	assert_string_equal(f->err.what, "--output is missing");
	f->values.output = "x";
	assert_true(option_complete(rows, &f->values, &f->err));
}

static void
texts_come_from_the_rows(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(option_synopsis(&f->arena, &rows[0]), "[-a]");
	assert_string_equal(option_synopsis(&f->arena, &rows[2]), "-o PATH");
	assert_string_equal(option_synopsis(&f->arena, &rows[3]), "[-n NAME]...");
	assert_string_equal(option_synopsis(&f->arena, &rows[5]), "[--color C]");
	assert_string_equal(option_usage(&f->arena, &rows[2]), "-o, --output PATH");
	assert_string_equal(option_usage(&f->arena, &rows[5]), "    --color C");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_kind_and_spelling),
		CASE(values_may_be_empty_or_look_like_options),
		CASE(a_command_takes_the_rest),
		CASE(a_command_may_follow_two_dashes),
		CASE(a_tool_takes_what_is_not_ours),
		CASE(a_tool_takes_what_is_given_again),
		CASE(errors_name_the_option),
		CASE(what_must_be_there_is_asked_for),
		CASE(texts_come_from_the_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
