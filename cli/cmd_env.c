/* SPDX-License-Identifier: MIT */
/* xbuild env: the variables that make another build system build for a target. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/request.h"
#include "toolchains/environment.h"

struct env_options {
	const char *target, *format;
	struct request_options request;
};

/* One word for a POSIX shell. */
static void
print_quoted(const char *text)
{
	putchar('\'');
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
	putchar('\'');
}

static void
print_sh(const struct environment *env)
{
	for (size_t i = 0; i < env->count; i++) {
		printf("export %s=", env->items[i].name);
		print_quoted(env->items[i].value);
		putchar('\n');
	}
	fputs("export PATH=", stdout);
	print_quoted(env->tools_dir);
	puts(":\"$PATH\"");
}

/* Make expands '$' and takes '#' for a comment. */
static void
print_make_value(const char *text)
{
	for (; *text; text++) {
		if (*text == '$' || *text == '#')
			putchar(*text == '$' ? '$' : '\\');
		putchar(*text);
	}
}

static void
print_make(const struct environment *env)
{
	for (size_t i = 0; i < env->count; i++) {
		printf("export %s := ", env->items[i].name);
		print_make_value(env->items[i].value);
		putchar('\n');
	}
	fputs("export PATH := ", stdout);
	print_make_value(env->tools_dir);
	puts(":$(PATH)");
}

static void
print_json(struct session *s, const struct kit *kit, const struct environment *env)
{
	struct json_value *root = json_new_object();
	struct json_value *variables;

	json_add_u64(root, "schema", 1);
	json_add_string(root, "target", kit->target.name);
	json_add_string(root, "path_prefix", env->tools_dir);
	variables = json_add_object(root, "variables");
	for (size_t i = 0; i < env->count; i++)
		json_add_string(variables, env->items[i].name, env->items[i].value);
	fputs(json_text(&s->arena, root, true), stdout);
	json_free(root);
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const struct env_options *o = options;
	struct environment env;
	struct kit_request req;
	struct kit kit;

	(void)operands;
	if (!request_project(s, o->target, &o->request, &req, err) ||
		!kit_get(&s->context, &s->store, &req, &kit, err) ||
		!environment_get(&s->context, &s->store, &kit, session_self(s), &env, err))
		return COMMAND_FAILED;
	if (s->ui.json)
		print_json(s, &kit, &env);
	else if (o->format && strcmp(o->format, "make") == 0)
		print_make(&env);
	else
		print_sh(&env);
	return EXIT_CLEAN;
}

static const char *const formats[] = { "sh", "json", "make", NULL };
static const struct option options[] = {
	TARGET_ROW(struct env_options),
	REQUEST_ROWS(struct env_options),
	{ 0, "format", "FORMAT", "sh (default), json or make", OPTION_CHOICE,
		offsetof(struct env_options, format), formats, false },
	OPTION_END,
};
static const char *const examples[] = {
	"env -t linux/arm64/musl --static",
	"env -t linux/amd64/glibc2.31 --format make > cross.mk",
	NULL,
};
const struct command cmd_env = {
	.name = "env",
	.summary = "print the variables that make other tools build for a target",
	.options = options,
	.options_size = sizeof(struct env_options),
	.examples = examples,
	.run = run,
};
