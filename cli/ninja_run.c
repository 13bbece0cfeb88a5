/* SPDX-License-Identifier: MIT */
/* Runs ninja (or samurai) and reads its output. */
#include "cli/ninja_run.h"

#include <string.h>

#include "base/env.h"
#include "base/proc.h"
#include "cli/diag.h"
#include "toolchains/environment.h"
#include "toolchains/toolchain.h"

/* Put in front of each status line, so that no compiler's output is taken for one. */
#define MARK "@xbuild "

struct reader {
	struct session *session;
	const struct ninja_program *programs;
	size_t count;
	bool *failed;
	struct strbuf step;   /* "linux/arm64/musl cc hello.c" */
	struct strbuf output; /* what the step printed */
	bool step_failed;
	bool skip_command;       /* the next line is the command that failed */
	struct strbuf complaint; /* of ninja itself */
};

static void
restart(struct reader *r)
{
	strbuf_init(&r->step, &r->session->arena);
	strbuf_init(&r->output, &r->session->arena);
	r->step_failed = false;
	r->skip_command = false;
}

static void
flush_step(struct reader *r)
{
	struct ui *ui = &r->session->ui;

	if (r->output.len || r->step_failed) {
		ui_clear_line(ui);
		fprintf(stderr, "%s%s%s%s\n", ui_err(ui, r->step_failed ? UI_RED : UI_YELLOW),
			r->step_failed ? "failed: " : "", r->step.ptr, ui_err(ui, UI_PLAIN));
		fputs(r->output.ptr, stderr);
	}
	restart(r);
}

/* The paths of a failed step's outputs, or its command, name the program they belong to. */
static void
credit_failure(struct reader *r, const char *line)
{
	struct arena *a = &r->session->arena;

	r->step_failed = true;
	for (size_t i = 0; i < r->count; i++) {
		const struct ninja_program *p = &r->programs[i];

		if (strstr(line, arena_printf(a, "%s/", p->work)) || strstr(line, p->output))
			r->failed[i] = true;
	}
}

static void
on_status(struct reader *r, const char *text)
{
	const char *words = strchr(text, ' ');

	flush_step(r);
	strbuf_add(&r->step, words ? words + 1 : text);
	if (r->session->ui.verbose)
		fprintf(stderr, "%s\n", r->step.ptr);
	else
		ui_line(&r->session->ui, "%.*s  %s", (int)(words ? words - text : 0), text,
			r->step.ptr);
}

/* ninja's own words: "ninja: error: ...", "samu: job failed with status 1: COMMAND". */
static bool
on_own_words(struct reader *r, const char *line)
{
	if (cstr_starts(line, "FAILED: ")) {
		credit_failure(r, line);
		r->skip_command = true;
		return true;
	}
	if (cstr_starts(line, "samu: job failed")) {
		credit_failure(r, line);
		return true;
	}
	if (cstr_starts(line, "ninja: error: ") || cstr_starts(line, "samu: ")) {
		strbuf_addf(&r->complaint, "%s%s", r->complaint.len ? "; " : "", line);
		return true;
	}
	return cstr_starts(line, "ninja: ");
}

/* Without what colours it. */
static char *
without_color(struct arena *a, struct str line)
{
	struct strbuf text;

	strbuf_init(&text, a);
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] != '\033') {
			strbuf_addc(&text, line.ptr[i]);
			continue;
		}
		while (i + 1 < line.len && !strchr("mK", line.ptr[i]))
			i++;
	}
	return text.ptr;
}

/* Colours are always asked for, so that the commands (and with them ninja's idea of what is up to
 * date) do not depend on where the output goes; they are taken out where they are not wanted. */
static void
on_line(void *ctx, int fd, struct str line)
{
	struct reader *r = ctx;
	char *text = without_color(&r->session->arena, line);

	(void)fd;
	if (cstr_starts(text, MARK)) {
		on_status(r, text + sizeof(MARK) - 1);
	} else if (r->skip_command) {
		r->skip_command = false;
	} else if (!on_own_words(r, text)) {
		if (r->session->ui.color_err)
			strbuf_addn(&r->output, line.ptr, line.len);
		else
			strbuf_add(&r->output, text);
		strbuf_addc(&r->output, '\n');
	}
}

static const char *
find_ninja(struct session *s, struct error *err)
{
	static const char *const names[] = { "ninja", "ninja-build", "samu" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *path = proc_find(&s->arena, names[i], s->context.env);

		if (path)
			return path;
	}
	error_set(err, ERROR_MISSING, "there is no ninja, which runs the compilers");
	error_hint(err, "%s", install_hint(&s->context, "ninja-build"));
	return NULL;
}

static void
fill_argv(
	struct session *s, struct strvec *argv, const char *ninja, const char *file, unsigned jobs)
{
	const char *const words[] = { ninja, "-f", file, "-k", "0", NULL };

	strvec_init(argv, &s->arena);
	strvec_push_all(argv, words);
	if (jobs)
		strvec_pushf(argv, "-j%u", jobs);
	if (s->ui.verbose)
		strvec_push(argv, "-v");
}

bool
ninja_run(struct session *s, const char *file, unsigned jobs, const struct ninja_program *programs,
	size_t count, bool *failed, struct error *err)
{
	struct reader reader = { s, programs, count, failed, { 0 }, { 0 }, false, false, { 0 } };
	const char *ninja = find_ninja(s, err);
	struct proc_result result;
	struct strvec argv, env;
	struct proc proc = { 0 };

	if (!ninja)
		return false;
	restart(&reader);
	strbuf_init(&reader.complaint, &s->arena);
	fill_argv(s, &argv, ninja, file, jobs);
	strvec_init(&env, &s->arena);
	environment_clean(&s->context, &env);
	env_set(&env, "NINJA_STATUS", MARK "%f/%t ");
	env_set(&env, "CLICOLOR_FORCE", "1");
	context_command(&s->context, argv.items);
	proc.argv = argv.items;
	proc.env = env.items;
	proc.out = proc.err = PROC_CAPTURE;
	proc.line = on_line;
	proc.line_ctx = &reader;
	if (!proc_run(&s->arena, &proc, &result, err))
		return false;
	flush_step(&reader);
	ui_clear_line(&s->ui);
	if (!proc_ok(&result) && reader.complaint.len) {
		error_set(err, ERROR_BUILD, "%s", reader.complaint.ptr);
		return error_where(err, "%s", file);
	}
	return true;
}
