/* SPDX-License-Identifier: MIT */
/* The tables of cli/: sorted, unique, documented. */
#include <ctype.h>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/settings.h"
#include "tests/unit/unit.h"

static void
check_words(const char *text)
{
	size_t len = strlen(text);

	assert_true(len > 0);
	assert_true(text[len - 1] != '.');
	assert_false(isspace((unsigned char)text[len - 1]));
}

/* Values and letters are what they claim, and none is used twice. */
static void
check_options(const struct option *options, bool with_global)
{
	for (const struct option *o = options; o && o->name; o++) {
		check_words(o->help);
		assert_true((o->kind == OPTION_FLAG) == (o->argument == NULL));
		assert_true((o->kind == OPTION_CHOICE) == (o->choices != NULL));
		for (const struct option *p = o + 1; p->name; p++) {
			assert_string_not_equal(o->name, p->name);
			assert_true(!o->letter || o->letter != p->letter);
		}
		for (const struct option *g = global_option_rows; with_global && g->name; g++) {
			assert_string_not_equal(o->name, g->name);
			assert_true(!o->letter || o->letter != g->letter);
		}
	}
}

static void
check_command(const struct command *c)
{
	check_words(c->summary);
	assert_true(islower((unsigned char)c->summary[0]));
	assert_true(c->least <= c->most);
	assert_true((c->operands != NULL) == (c->most > 0 || c->subcommands));
	assert_true((c->run != NULL) == (c->subcommands == NULL));
	assert_true((c->options != NULL) == (c->options_size > 0) || c->most == 0);
	check_options(c->options, c->style != OPERANDS_TOOL);
}

static void
commands_are_sorted_and_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *c = command_at(i);

		if (i > 0)
			assert_true(strcmp(command_at(i - 1)->name, c->name) < 0);
		assert_ptr_equal(command_find(c->name), c);
		check_command(c);
		assert_non_null(c->examples);
		for (size_t k = 0; c->examples[k]; k++)
			assert_memory_equal(c->examples[k], c->name, strlen(c->name));
		for (const struct command *sub = c->subcommands; sub && sub->name; sub++) {
			check_command(sub);
			assert_ptr_equal(command_find_sub(c, sub->name), sub);
			assert_true(!sub[1].name || strcmp(sub->name, sub[1].name) < 0);
		}
	}
	assert_null(command_find("nonsense"));
}

static void
global_options_are_unique(void **state)
{
	(void)state;
	check_options(global_option_rows, false);
}

static void
exit_codes_are_sorted(void **state)
{
	struct error err;

	(void)state;
	for (size_t i = 0; i < exit_count(); i++) {
		check_words(exit_at(i)->meaning);
		assert_true(i == 0 || exit_at(i - 1)->code < exit_at(i)->code);
	}
	error_set(&err, ERROR_USAGE, "x");
	assert_int_equal(exit_of(&err), 2);
	error_set(&err, ERROR_VERIFY, "x");
	assert_int_equal(exit_of(&err), 6);
	error_clear(&err); /* a failure that does not say why is ours */
	assert_int_equal(exit_of(&err), 70);
}

/* Every kind of error ends with a code that the table explains. */
static void
error_kinds_have_codes(void **state)
{
	struct error err;

	(void)state;
	for (int kind = 0; kind < ERROR_KINDS; kind++) {
		bool known = false;

		error_set(&err, (enum error_kind)kind, "x");
		for (size_t i = 0; i < exit_count(); i++)
			known |= exit_at(i)->code == exit_of(&err);
		assert_true(known);
		assert_true(exit_of(&err) != 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_sorted_and_documented),
		cmocka_unit_test(global_options_are_unique),
		cmocka_unit_test(exit_codes_are_sorted),
		cmocka_unit_test(error_kinds_have_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
