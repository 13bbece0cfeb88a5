/* SPDX-License-Identifier: MIT */
/* xbuild completion: scripts for shells, made from the tables. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/exit.h"
#include "cli/session.h"
#include "linkcheck/judge/policy.h"
#include "linkcheck/judge/rule.h"
#include "sysroots/source.h"
#include "targets/target.h"

typedef void each_name(void *ctx, const char *name);

/* All targets with and without a libc, in canonical spelling. */
static void
each_target(each_name *fn, void *ctx)
{
	const char *before = "";

	for (size_t i = 0; i < target_row_count(); i++) {
		const struct target_row *row = target_row_at(i);
		char name[96];
		int len = snprintf(name, sizeof(name), "%s/%s%s%s", row->os, row->arch,
			*row->variant && !row->implied ? "/" : "",
			row->implied ? "" : row->variant);

		if (strcmp(name, before) == 0)
			continue;
		fn(ctx, name);
		if (row->abis[0].libc == LIBC_UNKNOWN || row->abis[1].libc == LIBC_UNKNOWN)
			continue;
		for (size_t k = 0; k < ARRAY_LEN(row->abis); k++)
			if (row->abis[k].libc != LIBC_UNKNOWN) {
				snprintf(name + len, sizeof(name) - (size_t)len, "/%s",
					target_libc_name(row->abis[k].libc));
				fn(ctx, name);
			}
	}
}

static void
print_blank(void *ctx, const char *name)
{
	(void)ctx;
	printf(" %s", name);
}

static void
print_words(const char *const *words)
{
	for (size_t i = 0; words && words[i]; i++)
		printf("%s%s", i ? " " : "", words[i]);
}

/* bash: one function that looks at the command and the word before the cursor. */

static void
bash_option_words(const struct option *options)
{
	for (const struct option *o = options; o && o->name; o++)
		printf(" --%s", o->name);
}

/* What may follow an option: its choices, targets, or files. */
static void
bash_values(const char *command, const struct option *options)
{
	for (const struct option *o = options; o && o->name; o++) {
		if (!o->argument)
			continue;
		printf("\t%s:--%s", command, o->name);
		if (o->letter)
			printf("|%s:-%c", command, o->letter);
		printf(") ");
		if (o->choices) {
			printf("words=\"");
			print_words(o->choices);
			puts("\" ;;");
		} else if (strcmp(o->argument, "TARGET") == 0) {
			puts("words=$targets ;;");
		} else {
			puts("COMPREPLY=($(compgen -f -- \"$cur\")); return ;;");
		}
	}
}

static void
bash_command(const struct command *c)
{
	printf("\t%s) words=\"", c->name);
	for (const struct command *sub = c->subcommands; sub && sub->name; sub++)
		printf("%s%s", sub == c->subcommands ? "" : " ", sub->name);
	bash_option_words(c->options);
	for (const struct command *sub = c->subcommands; sub && sub->name; sub++)
		bash_option_words(sub->options);
	bash_option_words(c->style == OPERANDS_TOOL ? NULL : global_option_rows);
	putchar('"');
	if (c->operand == OPERAND_TARGET || c->subcommands || c->operand == OPERAND_TOPIC)
		printf("\" $targets\"");
	if (c->operand == OPERAND_TOPIC)
		printf("\" $topics\"");
	if (c->operand == OPERAND_SHELL)
		printf("\" bash zsh fish\"");
	puts(" ;;");
}

static void
print_topics(void)
{
	for (size_t i = 0; i < rule_count(); i++)
		printf(" %s", rule_at(i)->id);
	for (size_t i = 0; i < source_count(); i++)
		printf(" %s", source_at(i)->id);
	for (size_t i = 0; i < policy_row_count(); i++)
		printf(" %s", policy_row_at(i)->name);
}

static void
print_bash(void)
{
	puts("# bash completion for xbuild, made by: xbuild completion bash");
	puts("_xbuild()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} "
	     "prev=${COMP_WORDS[COMP_CWORD-1]}");
	puts("\tlocal i cmd= words= targets topics commands");
	fputs("\tcommands=\"", stdout);
	for (size_t i = 0; i < command_count(); i++)
		printf("%s%s", i ? " " : "", command_at(i)->name);
	fputs("\"\n\ttargets=\"", stdout);
	each_target(print_blank, NULL);
	fputs("\"\n\ttopics=\"", stdout);
	print_topics();
	puts("\"");
	puts("\tfor ((i = 1; i < COMP_CWORD; i++)); do");
	puts("\t\tcase \" $commands \" in *\" ${COMP_WORDS[i]} \"*) cmd=${COMP_WORDS[i]}; break ;; "
	     "esac");
	puts("\tdone");
	puts("\tcase $cmd:$prev in");
	for (size_t i = 0; i < command_count(); i++) {
		const struct command *c = command_at(i);

		bash_values(c->name, c->options);
		for (const struct command *sub = c->subcommands; sub && sub->name; sub++)
			if (sub == c->subcommands)
				bash_values(c->name, sub->options);
	}
	puts("\tesac\n\t[ -n \"$words\" ] || case $cmd in");
	fputs("\t'') words=\"$commands", stdout);
	bash_option_words(global_option_rows);
	puts("\" ;;");
	for (size_t i = 0; i < command_count(); i++)
		bash_command(command_at(i));
	puts("\tesac");
	puts("\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))");
	puts("}\ncomplete -o default -o bashdefault -F _xbuild xbuild");
}

/* zsh and fish show the help lines as well. */

static void
print_single_quoted(const char *text, const char *quote)
{
	for (; *text; text++)
		if (*text == '\'')
			fputs(quote, stdout);
		else if (*text == '[' || *text == ']' || *text == ':')
			putchar(' ');
		else
			putchar(*text);
}

static void
zsh_option(const struct option *o)
{
	printf(" \\\n\t\t\t'%s--%s%s[", o->kind == OPTION_LIST ? "*" : "", o->name,
		o->argument ? "=" : "");
	print_single_quoted(o->help, "'\\''");
	putchar(']');
	if (o->choices) {
		printf(":%s:(", o->argument);
		print_words(o->choices);
		putchar(')');
	} else if (o->argument && strcmp(o->argument, "TARGET") == 0) {
		printf(":target:($targets)");
	} else if (o->argument) {
		printf(":%s:_files", o->argument);
	}
	putchar('\'');
	if (o->letter && o->argument)
		printf(" \\\n\t\t\t'%s-%c+[same]:%s:%s'", o->kind == OPTION_LIST ? "*" : "",
			o->letter, o->argument,
			strcmp(o->argument, "TARGET") == 0 ? "($targets)" : "_files");
	else if (o->letter)
		printf(" \\\n\t\t\t'-%c[same]'", o->letter);
}

static void
zsh_command(const struct command *c)
{
	printf("\t\t%s)\n\t\t\t_arguments", c->name);
	for (const struct option *o = c->options; o && o->name; o++)
		zsh_option(o);
	for (const struct option *o = global_option_rows; c->style != OPERANDS_TOOL && o->name; o++)
		zsh_option(o);
	if (c->subcommands) {
		printf(" \\\n\t\t\t'1:command:(");
		for (const struct command *sub = c->subcommands; sub->name; sub++)
			printf("%s%s", sub == c->subcommands ? "" : " ", sub->name);
		printf(")' \\\n\t\t\t'*:target:($targets)'");
	} else if (c->operand == OPERAND_TARGET) {
		printf(" \\\n\t\t\t'*:target:($targets)'");
	} else if (c->operand == OPERAND_TOPIC) {
		printf(" \\\n\t\t\t'1:topic:($targets $topics)'");
	} else if (c->operand == OPERAND_SHELL) {
		printf(" \\\n\t\t\t'1:shell:(bash zsh fish)'");
	} else if (c->operand == OPERAND_FILE) {
		printf(" \\\n\t\t\t'*:file:_files'");
	}
	puts("\n\t\t\t;;");
}

static void
print_zsh(void)
{
	puts("#compdef xbuild\n# zsh completion for xbuild, made by: xbuild completion zsh");
	puts("_xbuild()\n{\n\tlocal -a commands targets topics\n\tlocal curcontext=$curcontext "
	     "state line");
	fputs("\ttargets=(", stdout);
	each_target(print_blank, NULL);
	fputs(" )\n\ttopics=(", stdout);
	print_topics();
	puts(" )\n\tcommands=(");
	for (size_t i = 0; i < command_count(); i++) {
		printf("\t\t'%s:", command_at(i)->name);
		print_single_quoted(command_at(i)->summary, "'\\''");
		puts("'");
	}
	puts("\t)\n\t_arguments -C '1:command:->command' '*::argument:->argument'");
	puts("\tcase $state in\n\tcommand) _describe command commands ;;\n\targument)\n\t\tcase "
	     "$line[1] in");
	for (size_t i = 0; i < command_count(); i++)
		zsh_command(command_at(i));
	puts("\t\tesac\n\t\t;;\n\tesac\n}\n_xbuild \"$@\"");
}

static void
fish_option(const char *condition, const struct option *o)
{
	printf("complete -c xbuild -n '%s' -l %s", condition, o->name);
	if (o->letter)
		printf(" -s %c", o->letter);
	if (o->argument)
		printf(" -r");
	if (o->choices) {
		printf(" -f -a '");
		print_words(o->choices);
		putchar('\'');
	} else if (o->argument && strcmp(o->argument, "TARGET") == 0) {
		printf(" -f -a '(__xbuild_targets)'");
	}
	printf(" -d '");
	print_single_quoted(o->help, "\\'");
	puts("'");
}

static void
fish_command(struct arena *a, const struct command *c)
{
	const char *inside = arena_printf(a, "__fish_seen_subcommand_from %s", c->name);

	printf("complete -c xbuild -n __fish_use_subcommand -f -a %s -d '", c->name);
	print_single_quoted(c->summary, "\\'");
	puts("'");
	for (const struct option *o = c->options; o && o->name; o++)
		fish_option(inside, o);
	for (const struct command *sub = c->subcommands; sub && sub->name; sub++) {
		printf("complete -c xbuild -n '%s' -f -a %s -d '", inside, sub->name);
		print_single_quoted(sub->summary, "\\'");
		puts("'");
	}
	if (c->operand == OPERAND_TARGET || c->operand == OPERAND_TOPIC || c->subcommands)
		printf("complete -c xbuild -n '%s' -f -a '(__xbuild_targets)'\n", inside);
	if (c->operand == OPERAND_TOPIC)
		printf("complete -c xbuild -n '%s' -f -a '(__xbuild_topics)'\n", inside);
	if (c->operand == OPERAND_SHELL)
		printf("complete -c xbuild -n '%s' -f -a 'bash zsh fish'\n", inside);
}

static void
print_fish(struct arena *a)
{
	puts("# fish completion for xbuild, made by: xbuild completion fish");
	fputs("function __xbuild_targets\n\tprintf '%s\\n'", stdout);
	each_target(print_blank, NULL);
	fputs("\nend\nfunction __xbuild_topics\n\tprintf '%s\\n'", stdout);
	print_topics();
	puts("\nend");
	for (size_t i = 0; i < command_count(); i++)
		fish_command(a, command_at(i));
	for (const struct option *o = global_option_rows; o->name; o++)
		fish_option(
			"not __fish_seen_subcommand_from cc c++ ar ranlib strip nm objcopy ld", o);
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const char *shell = operands->items[0];

	(void)options;
	if (strcmp(shell, "bash") == 0) {
		print_bash();
	} else if (strcmp(shell, "zsh") == 0) {
		print_zsh();
	} else if (strcmp(shell, "fish") == 0) {
		print_fish(&s->arena);
	} else {
		error_set(err, ERROR_USAGE, "there is no completion for %s", shell);
		error_hint(err, "it is one of: bash, zsh, fish");
		return COMMAND_FAILED;
	}
	return EXIT_CLEAN;
}

static const char *const examples[] = {
	"completion bash > ~/.local/share/bash-completion/completions/xbuild",
	NULL,
};
const struct command cmd_completion = {
	.name = "completion",
	.summary = "print a completion script for a shell",
	.operands = "bash|zsh|fish",
	.operand = OPERAND_SHELL,
	.least = 1,
	.most = 1,
	.examples = examples,
	.run = run,
};
