/* SPDX-License-Identifier: MIT */
/* Help from the tables. */
#include "cli/help.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/settings.h"

#define COLUMNS 80
#define HELP_AT 26 /* where the explanation of an option starts */

static void
heading(const struct ui *ui, const char *text)
{
	printf("\n%s%s%s\n", ui_out(ui, UI_BOLD), text, ui_out(ui, UI_PLAIN));
}

static void
print_row(const char *left, const char *right)
{
	fputs("  ", stdout);
	if (ui_width(left) + 2 >= HELP_AT)
		printf("%s\n%*s%s\n", left, HELP_AT, "", right);
	else
		printf("%-*s%s\n", HELP_AT - 2, left, right);
}

static void
print_options(const struct ui *ui, const char *title, const struct option *options)
{
	struct arena a;

	if (!options || !options->name)
		return;
	arena_init(&a);
	heading(ui, title);
	for (const struct option *o = options; o->name; o++)
		print_row(option_usage(&a, o), o->help);
	arena_clear(&a);
}

/* The synopsis is broken between options, never inside one. */
struct wrapper {
	int column, indent;
};

static void
put_word(struct wrapper *w, const char *word)
{
	int len = (int)ui_width(word);

	if (w->column + 1 + len > COLUMNS && w->column > w->indent)
		w->column = printf("\n%*s", w->indent, "") - 1;
	w->column += printf(" %s", word);
}

static void
print_synopsis(const struct ui *ui, const struct command *parent, const struct command *c)
{
	struct wrapper w;
	struct arena a;
	char *name;

	arena_init(&a);
	name = arena_printf(
		&a, "xbuild %s%s%s", parent ? parent->name : "", parent ? " " : "", c->name);
	printf("%sUsage:%s %s", ui_out(ui, UI_BOLD), ui_out(ui, UI_PLAIN), name);
	w.column = 7 + (int)ui_width(name);
	w.indent = w.column;
	for (const struct option *o = c->options; o && o->name; o++)
		put_word(&w, option_synopsis(&a, o));
	if (c->operands)
		put_word(&w, c->operands);
	putchar('\n');
	arena_clear(&a);
}

static void
print_commands(const struct ui *ui, const struct command *parent)
{
	heading(ui, "Commands");
	for (const struct command *sub = parent->subcommands; sub->name; sub++)
		print_row(sub->name, sub->summary);
	printf("\nxbuild %s COMMAND -h shows the options of each.\n", parent->name);
}

/* A summary is lower case in lists; as a sentence it starts upper case and ends with a stop. */
static void
print_summary(const struct command *c)
{
	printf("\n%c%s.\n", toupper((unsigned char)c->summary[0]), c->summary + 1);
}

/* The tools share one manual page. */
static const char *
manual_of(const struct command *c)
{
	return c->style == OPERANDS_TOOL ? "cc" : c->name;
}

void
help_command(const struct ui *ui, const struct command *parent, const struct command *c)
{
	print_synopsis(ui, parent, c);
	print_summary(c);
	print_options(ui, "Options", c->options);
	if (c->subcommands)
		print_commands(ui, c);
	if (c->examples) {
		heading(ui, "Examples");
		for (size_t i = 0; c->examples[i]; i++)
			printf("  xbuild %s\n", c->examples[i]);
	}
	printf("\nOptions that every command takes: xbuild -h. More: man xbuild-%s\n",
		manual_of(parent ? parent : c));
}

/* The tools differ in their names only: one row for all. */
static void
print_all_commands(void)
{
	struct strbuf tools;
	struct arena a;

	arena_init(&a);
	strbuf_init(&tools, &a);
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *c = command_at(i);

		if (c->style == OPERANDS_TOOL)
			strbuf_addf(&tools, "%s%s", tools.len ? ", " : "", c->name);
		else
			print_row(c->name, c->summary);
	}
	print_row(tools.ptr, "run one tool of a target's toolchain");
	arena_clear(&a);
}

void
help_overview(const struct ui *ui)
{
	printf("%sUsage:%s xbuild [OPTION]... COMMAND [ARGUMENT]...\n", ui_out(ui, UI_BOLD),
		ui_out(ui, UI_PLAIN));
	printf("\nBuild C and C++ programs for other systems, and check that they start there.\n");
	heading(ui, "Commands");
	print_all_commands();
	print_options(ui, "Options that every command takes", global_option_rows);
	heading(ui, "Examples");
	puts("  xbuild build -t linux/arm64/musl --static hello.c");
	puts("  xbuild audit ./server");
	printf("\nxbuild COMMAND -h shows the options of each. More: man xbuild\n");
}
