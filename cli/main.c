/* SPDX-License-Identifier: MIT */
/* Finds the command, parses its options, runs it and turns its end into an exit code. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/path.h"
#include "cli/command.h"
#include "cli/diag.h"
#include "cli/exit.h"
#include "cli/help.h"
#include "cli/session.h"
#include "cli/wrap.h"

extern char **environ;

/* What the command line turned out to ask for. */
struct call {
	struct global_options global;
	const struct command *parent;
	const struct command *command;
	void *options;
	struct strvec operands;
};

static void
unknown_command(const char *name, struct session *s, struct error *err)
{
	struct strvec names;
	const char *near;

	strvec_init(&names, &s->arena);
	for (size_t i = 0; i < command_count(); i++)
		strvec_push(&names, command_at(i)->name);
	near = cstr_nearest(name, names.items, names.count);
	error_set(err, ERROR_USAGE, "unknown command %s", name);
	if (near)
		error_hint(err, "the nearest command is %s", near);
	else
		error_hint(err, "xbuild -h lists the commands");
}

static void
unknown_subcommand(
	const struct command *parent, const char *name, struct session *s, struct error *err)
{
	struct strbuf all;

	strbuf_init(&all, &s->arena);
	for (const struct command *c = parent->subcommands; c->name; c++)
		strbuf_addf(&all, "%s%s", c == parent->subcommands ? "" : ", ", c->name);
	if (name)
		error_set(err, ERROR_USAGE, "%s has no command %s", parent->name, name);
	else
		error_set(err, ERROR_USAGE, "%s needs a command", parent->name);
	error_hint(err, "it is one of: %s", all.ptr);
}

/* Global options up to the first word that is none; *ret_rest is that word and what follows. */
static bool
parse_leading(struct session *s, struct call *call, const char *const *argv,
	struct strvec *ret_rest, struct error *err)
{
	struct option_group group = { global_option_rows, &call->global };

	strvec_init(ret_rest, &s->arena);
	return option_parse(&s->arena, &group, 1, OPERANDS_COMMAND, argv, ret_rest, err);
}

/* True with call->command NULL when only help or version is asked for. */
static bool
find_command(struct session *s, struct call *call, const char *const *argv,
	const char *const **ret_rest, struct error *err)
{
	struct strvec rest;

	if (!parse_leading(s, call, argv, &rest, err))
		return false;
	if (rest.count == 0 || (call->global.help && !call->command))
		return true;
	call->command = command_find(rest.items[0]);
	if (!call->command) {
		unknown_command(rest.items[0], s, err);
		return false;
	}
	*ret_rest = rest.items + 1;
	if (!call->command->subcommands)
		return true;
	if (!parse_leading(s, call, *ret_rest, &rest, err))
		return false;
	if (call->global.help && rest.count == 0)
		return true;
	call->parent = call->command;
	call->command = rest.count ? command_find_sub(call->parent, rest.items[0]) : NULL;
	if (!call->command) {
		unknown_subcommand(call->parent, rest.items[0], s, err);
		return false;
	}
	*ret_rest = rest.items + 1;
	return true;
}

static bool
check_operands(const struct call *call, struct error *err)
{
	const struct command *c = call->command;

	if (call->operands.count < c->least) {
		error_set(err, ERROR_USAGE, "%s is missing", c->operands);
		return false;
	}
	if (call->operands.count > c->most) {
		error_set(
			err, ERROR_USAGE, "unexpected argument %s", call->operands.items[c->most]);
		return false;
	}
	return true;
}

/* Errors about the command line itself end with the way to its help. */
static bool
usage_of(struct session *s, const struct call *call, struct error *err)
{
	const char *parent = call->parent ? call->parent->name : "";
	const char *gap = call->parent ? " " : "";
	const char *hint = arena_strdup(&s->arena, err->hint);

	if (!call->command)
		return error_hint(err, *hint ? "%s" : "%sxbuild -h", hint);
	error_wrap(err, "%s%s%s", parent, gap, call->command->name);
	return error_hint(err, "%s%sxbuild %s%s%s -h shows what it takes", hint, *hint ? "; " : "",
		parent, gap, call->command->name);
}

static bool
parse_command(struct session *s, struct call *call, const char *const *argv, struct error *err)
{
	const struct command *c = call->command;
	struct option_group groups[2] = { { c->options, NULL }, { global_option_rows, NULL } };
	bool tool = c->style == OPERANDS_TOOL;
	bool ok;

	call->options = arena_alloc(&s->arena, c->options_size);
	groups[0].dest = call->options;
	groups[1].dest = &call->global;
	if (tool && argv[0] && (strcmp(argv[0], "-h") == 0 || strcmp(argv[0], "--help") == 0))
		call->global.help = true;
	if (call->global.help)
		return true;
	ok = option_parse(&s->arena, groups, tool ? 1 : 2, c->style, argv, &call->operands, err);
	if (call->global.help || call->global.version)
		return true;
	return (ok && option_complete(c->options, call->options, err) &&
		       check_operands(call, err)) ||
	       usage_of(s, call, err);
}

/* Known before the options are, so that an error among them is told in the right form. */
static bool
asks_for_json(const char *const *argv)
{
	for (size_t i = 0; argv[i] && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--format=json") == 0 ||
			(strcmp(argv[i], "--format") == 0 && argv[i + 1] &&
				strcmp(argv[i + 1], "json") == 0))
			return true;
	return false;
}

/* Results that could not be written were not delivered. A reader that went away wants no more. */
static int
finish_results(struct session *s, int code)
{
	struct error err;

	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	if (errno == EPIPE)
		return code;
	error_set_errno(&err, errno, "cannot write the results");
	error_hint(&err, "free some space, or write to another place");
	s->ui.json = false;
	diag_error(&s->ui, &err);
	return code == EXIT_CLEAN ? EXIT_MISSING : code;
}

static int
show_version(void)
{
	puts("xbuild " XBUILD_VERSION);
	return EXIT_CLEAN;
}

static int
show_help(struct session *s, const struct call *call)
{
	if (call->command)
		help_command(&s->ui, call->parent, call->command);
	else
		help_overview(&s->ui);
	return EXIT_CLEAN;
}

/* Everything the command line says; nothing is done yet. */
static bool
parse(struct session *s, struct call *call, const char *const *argv, struct error *err)
{
	const char *const *rest = argv;

	if (!find_command(s, call, argv, &rest, err))
		return false;
	if (call->global.help || call->global.version)
		return true;
	if (!call->command) {
		error_set(err, ERROR_USAGE, "no command was given");
		error_hint(err, "xbuild -h lists the commands");
		return false;
	}
	if (call->command->style != OPERANDS_TOOL)
		s->ui.json = asks_for_json(rest);
	return parse_command(s, call, rest, err);
}

static int
run(struct session *s, struct call *call, const char *const *argv, struct error *err)
{
	if (!parse(s, call, argv, err))
		return COMMAND_FAILED;
	if (call->global.help)
		return show_help(s, call);
	if (call->global.version)
		return show_version();
	if (!session_start(s, &call->global, err))
		return COMMAND_FAILED;
	s->command = call->command;
	return call->command->run(s, call->options, &call->operands, err);
}

/* Under another name than xbuild we stand for a tool: aarch64-linux-musl-cc. */
static int
run_as_tool(struct session *s, const char *const *argv, struct error *err)
{
	struct global_options none = { 0 };

	if (!session_start(s, &none, err))
		return COMMAND_FAILED;
	return wrap_by_name(s, argv, err);
}

/* A file that is opened while a standard stream is closed would take its number, and messages
 * would go into it. What is put there instead cannot be used, so a closed stream stays an error. */
static void
hold_standard_streams(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
			open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0)
			return;
}

int
main(int argc, char **argv)
{
	const char *const *words = (const char *const *)argv;
	struct session s = { 0 };
	struct call call = { 0 };
	struct error err;
	int code;

	if (argc < 1)
		return EXIT_USAGE;
	hold_standard_streams();
	interrupt_install();
	error_clear(&err);
	session_init(&s, words[0], (const char *const *)environ);
	strvec_init(&call.operands, &s.arena);
	code = strcmp(path_base(words[0]), "xbuild") == 0 ? WRAP_OTHER
							  : run_as_tool(&s, words, &err);
	if (code == WRAP_OTHER)
		code = run(&s, &call, words + 1, &err);
	if (code < 0) {
		diag_error(&s.ui, &err);
		code = exit_of(&err);
	}
	code = finish_results(&s, code);
	session_end(&s);
	return code;
}
