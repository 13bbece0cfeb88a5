/* SPDX-License-Identifier: MIT */
/* xbuild build: one program for many targets, audited. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/path.h"
#include "cli/command.h"
#include "cli/diag.h"
#include "cli/exit.h"
#include "cli/ninja_run.h"
#include "cli/output.h"
#include "cli/report/report.h"
#include "cli/request.h"

#define OUT_DIR "xbuild-out"
#define WORK_DIR OUT_DIR "/.ninja"

struct build_options {
	struct strvec targets, cflags, ldflags, libraries;
	const char *mode, *output;
	unsigned jobs;
	struct request_options request;
};

struct builder {
	struct session *session;
	const struct build_options *options;
	struct strvec sources, cflags, ldflags;
	enum language language;
	struct ninja_program *programs; /* one for each target that can be built */
	struct kit *kits;
	bool *failed;
	size_t count;
	size_t label; /* width of the first column of what is printed */
	int refused;  /* exit code of the first target that cannot be built; 0: none */
	int lock_fd;
};

/* The host, when no target is named. */
static void
default_target(struct strvec *targets)
{
	struct target host;

	target_host(&host);
	if (!targets->count)
		strvec_push_dup(targets, host.name);
}

static bool
check_source(const char *path, struct error *err)
{
	if (file_is_dir(path)) {
		error_set(err, ERROR_USAGE, "%s is a directory", path);
		return error_hint(err, "name its source files");
	}
	if (file_exists(path))
		return true;
	error_set(err, ERROR_MISSING, "there is no file %s", path);
	return error_hint(err, "name sources by their path from here, or use -C DIR");
}

static bool
take_sources(struct builder *b, const struct strvec *operands, struct error *err)
{
	struct arena *a = &b->session->arena;

	strvec_init(&b->sources, a);
	for (size_t i = 0; i < operands->count; i++) {
		const char *path = path_normal(a, operands->items[i]);

		if (!check_source(path, err))
			return false;
		if (language_of(path) == LANGUAGE_CXX)
			b->language = LANGUAGE_CXX;
		if (!strvec_has(&b->sources, path))
			strvec_push(&b->sources, path);
	}
	return true;
}

static void
take_flags(struct builder *b)
{
	struct arena *a = &b->session->arena;

	strvec_init(&b->cflags, a);
	strvec_push(&b->cflags, "-fdiagnostics-color=always");
	strvec_push_all(&b->cflags, b->options->cflags.items);
	strvec_init(&b->ldflags, a);
	strvec_push_all(&b->ldflags, b->options->ldflags.items);
	for (size_t i = 0; i < b->options->libraries.count; i++)
		strvec_pushf(&b->ldflags, "-l%s", b->options->libraries.items[i]);
}

/* -o's last part, else the first source's name without its suffix; libNAME.so for a library. */
static const char *
name_of(const struct builder *b)
{
	struct arena *a = &b->session->arena;
	const char *base = path_base(b->sources.items[0]);
	const char *dot = strrchr(base, '.');
	const char *stem = dot && dot > base ? arena_strndup(a, base, (size_t)(dot - base)) : base;

	if (b->options->output)
		return path_base(b->options->output);
	if (b->options->mode && strcmp(b->options->mode, "shared") == 0)
		return arena_printf(a, "lib%s.so", stem);
	return stem;
}

static char *
directory_of(struct arena *a, const struct target *t)
{
	char *name = arena_strdup(a, t->name);

	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '-';
	return name;
}

static void
fill_program(struct builder *b, const struct kit *kit, struct ninja_program *p)
{
	struct arena *a = &b->session->arena;
	const char *dir = directory_of(a, &kit->target);

	p->kit = kit;
	p->name = name_of(b);
	p->output = arena_printf(a, OUT_DIR "/%s/%s", dir, p->name);
	p->work = arena_printf(a, WORK_DIR "/%s", dir);
	p->sources = b->sources.items;
	p->cflags = b->cflags.items;
	p->ldflags = b->ldflags.items;
}

static bool
is_known(const struct builder *b, const struct kit *kit)
{
	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->kits[i].target.name, kit->target.name) == 0)
			return true;
	return false;
}

static void
tell_fetched(struct builder *b, const struct kit *kit)
{
	struct session *s = b->session;

	/* On a terminal the moving line has told it, and the result's block will. */
	if (kit->fetched && !s->ui.live)
		ui_step(&s->ui, "fetched",
			arena_printf(&s->arena, "%s: %s, %s", kit->target.name,
				ui_count(&s->arena, kit->fetched_packages, "package"),
				ui_size(&s->arena, kit->fetched_bytes)));
}

static bool
get_kit(struct builder *b, const struct request_item *item, struct kit *kit, struct error *err)
{
	struct session *s = b->session;
	struct context context = s->context;
	struct notify quiet;
	struct kit_request req;

	if (!request_kit(s, item->text, &b->options->request, &req, err))
		return false;
	req.language = b->language;
	if (b->options->mode && (b->options->request.is_static || b->options->request.dynamic)) {
		error_set(err, ERROR_USAGE, "--mode excludes --static and --dynamic");
		return error_hint(err, "give one of them");
	}
	if (b->options->mode) {
		req.has_mode = true;
		req.mode = link_mode_find(b->options->mode);
	}
	quiet = s->notify;
	quiet.step = NULL; /* told below, with the target's name */
	context.notify = &quiet;
	if (!kit_get(&context, &s->store, &req, kit, err))
		return false;
	ui_clear_line(&s->ui);
	tell_fetched(b, kit);
	return true;
}

/* One target that cannot be built does not stop the others. One that only a pattern names, and that
 * nothing can build, was not meant. */
static void
refuse(struct builder *b, const struct request_item *item, struct error *err)
{
	if (item->by_pattern && err->kind == ERROR_USAGE) {
		ui_step(&b->session->ui, item->text,
			arena_printf(&b->session->arena, "left out: %s", err->what));
		return;
	}
	error_wrap(err, "%s", item->text);
	diag_error(&b->session->ui, err);
	if (!b->refused)
		b->refused = exit_of(err);
}

static bool
resolve(struct builder *b, const struct request_list *list, struct error *err)
{
	struct arena *a = &b->session->arena;

	b->kits = ARENA_ARRAY(a, list->count, struct kit);
	b->programs = ARENA_ARRAY(a, list->count, struct ninja_program);
	b->failed = ARENA_ARRAY(a, list->count, bool);
	for (size_t i = 0; i < list->count; i++) {
		struct kit *kit = &b->kits[b->count];

		error_clear(err);
		if (get_kit(b, &list->items[i], kit, err)) {
			if (!is_known(b, kit))
				fill_program(b, kit, &b->programs[b->count++]);
			continue;
		}
		if (list->count == 1 || err->kind == ERROR_INTERRUPTED)
			return false;
		refuse(b, &list->items[i], err);
	}
	if (b->count || b->refused)
		return true;
	error_set(err, ERROR_USAGE, "none of the targets can be built here");
	return error_hint(err, "xbuild targets shows which can, and what the others lack");
}

static bool
set_output(struct builder *b, struct error *err)
{
	const char *output = b->options->output;

	if (output && !output_check(&b->session->arena, output, b->sources.items, err))
		return false;
	if (output && strchr(output, '/') && b->count + (b->refused != 0) > 1) {
		error_set(err, ERROR_USAGE, "-o %s is one place for several targets", output);
		return error_hint(err, "give a name without a directory: each target has its own "
				       "below " OUT_DIR "/");
	}
	if (output && b->count == 1 && !b->refused)
		b->programs[0].output = path_normal(&b->session->arena, output);
	return true;
}

static bool
write_ninja(struct builder *b, const char *file, struct error *err)
{
	struct session *s = b->session;
	char *text, *whole;

	if (!ninja_text(
		    &s->arena, session_self(s), s->context.cwd, b->programs, b->count, &text, err))
		return false;
	whole = arena_printf(&s->arena, "builddir = " WORK_DIR "\n%s", text);
	return file_update(file, str_from(whole), 0644, err);
}

/* Two builds in one directory would tread on each other's build file and objects. */
static bool
take_turn(struct builder *b, struct error *err)
{
	const char *path = WORK_DIR "/lock";

	if (!file_mkdirs(WORK_DIR, 0755, err) || !file_lock(path, true, false, &b->lock_fd, err))
		return error_hint(err, "xbuild build writes below " OUT_DIR "/ in the current "
				       "directory; -C DIR chooses another");
	if (b->lock_fd >= 0)
		return true;
	ui_step(&b->session->ui, "waiting", "another xbuild build runs in this directory");
	return file_lock(path, true, true, &b->lock_fd, err);
}

static bool
compile(struct builder *b, struct error *err)
{
	const char *file = WORK_DIR "/build.ninja";
	bool ok;

	if (!take_turn(b, err))
		return false;
	ok = write_ninja(b, file, err) &&
	     ninja_run(b->session, file, b->options->jobs, b->programs, b->count, b->failed, err);
	file_unlock(b->lock_fd);
	return ok;
}

static void
print_target(struct builder *b, const struct ninja_program *p)
{
	fputs(ui_out(&b->session->ui, UI_BOLD), stdout);
	ui_pad(stdout, p->kit->target.name, b->label);
	fputs(ui_out(&b->session->ui, UI_PLAIN), stdout);
}

static void
print_made(struct builder *b, const struct ninja_program *p)
{
	struct session *s = b->session;
	struct stat st;

	print_target(b, p);
	puts(ui_safe(&s->arena, kit_label(&s->arena, p->kit)));
	if (p->kit->fetched && s->ui.live) {
		ui_pad(stdout, "fetched", b->label);
		printf("%s, %s\n", ui_count(&s->arena, p->kit->fetched_packages, "package"),
			ui_size(&s->arena, p->kit->fetched_bytes));
	}
	ui_pad(stdout, "built", b->label);
	printf("%s   %s   %s\n", ui_safe(&s->arena, p->name),
		stat(p->output, &st) == 0 ? ui_size(&s->arena, (uint64_t)st.st_size) : "",
		ui_safe(&s->arena, p->output));
}

static void
print_audit(struct builder *b, const struct report *report)
{
	struct session *s = b->session;
	struct strbuf text;

	ui_pad(stdout, "audit", b->label);
	printf("%s        %s", report->summary,
		report_verdict(&s->arena, &s->ui, report->errors, report->warnings));
	if (report->unknown)
		printf(", %s unchecked", ui_count(&s->arena, report->unknown, "rule"));
	putchar('\n');
	strbuf_init(&text, &s->arena);
	report_findings(&text, &s->ui, report);
	fputs(text.ptr, stdout);
}

/* The exit code for one target. */
static int
tell(struct builder *b, size_t i)
{
	struct session *s = b->session;
	const struct ninja_program *p = &b->programs[i];
	struct report report = { 0 };
	struct error err;

	if (b->failed[i] ||
		!report_read_stamp(&s->arena, ninja_stamp(&s->arena, p), &report, &err)) {
		print_target(b, p);
		printf("%sfailed%s\n", ui_out(&s->ui, UI_RED), ui_out(&s->ui, UI_PLAIN));
		return EXIT_BUILD;
	}
	if (s->ui.quiet && !report.errors && !report.warnings)
		return EXIT_CLEAN;
	print_made(b, p);
	print_audit(b, &report);
	return report.errors ? EXIT_NO : EXIT_CLEAN;
}

/* A failed step weighs most, then a target that was refused, then findings. */
static int
tell_all(struct builder *b)
{
	int code = EXIT_CLEAN;

	b->label = UI_LABEL;
	for (size_t i = 0; i < b->count; i++) {
		size_t width = strlen(b->kits[i].target.name) + 3;

		b->label = width > b->label ? width : b->label;
	}
	for (size_t i = 0; i < b->count; i++) {
		int one = tell(b, i);

		if (one > code)
			code = one;
	}
	return b->refused && code < EXIT_BUILD ? b->refused : code;
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	struct builder b = { .session = s, .options = options, .lock_fd = -1 };
	struct strvec targets = b.options->targets;
	struct request_list list;
	int code;

	default_target(&targets);
	if (!take_sources(&b, operands, err) || !request_targets(s, &targets, &list, err))
		return COMMAND_FAILED;
	take_flags(&b);
	if (!resolve(&b, &list, err) || !set_output(&b, err))
		return COMMAND_FAILED;
	code = b.count && !compile(&b, err) ? COMMAND_FAILED : tell_all(&b);
	if (b.lock_fd >= 0)
		file_unlock(b.lock_fd);
	return code;
}

#define AT(field) offsetof(struct build_options, field)
static const char *const modes[] = { "dynamic", "static", "static-pie", "shared", NULL };
static const struct option options[] = {
	{ 't', "target", "TARGET", "a target, a pattern ('linux/*/musl'), or several with commas",
		OPTION_LIST, AT(targets), NULL, false },
	REQUEST_ROWS(struct build_options),
	{ 0, "mode", "MODE", "link as exactly dynamic, static, static-pie or shared", OPTION_CHOICE,
		AT(mode), modes, false },
	{ 'o', "output", "PATH", "the result; with several targets its name only", OPTION_STRING,
		AT(output), NULL, false },
	{ 'j', "jobs", "N", "run N steps at once", OPTION_NUMBER, AT(jobs), NULL, false },
	{ 0, "cflag", "FLAG", "pass FLAG to each compile", OPTION_LIST, AT(cflags), NULL, false },
	{ 0, "ldflag", "FLAG", "pass FLAG to each link", OPTION_LIST, AT(ldflags), NULL, false },
	{ 'l', "library", "LIB", "link with LIB", OPTION_LIST, AT(libraries), NULL, false },
	OPTION_END,
};
static const char *const examples[] = {
	"build -t linux/arm64/musl --static hello.c",
	"build -t 'linux/*/musl' --static -o hello main.c util.c",
	"build -t linux/amd64/glibc2.31 --cflag=-O2 -l m main.c",
	NULL,
};
const struct command cmd_build = {
	.name = "build",
	.summary = "compile and link programs for targets, then audit them",
	.operands = "FILE...",
	.options = options,
	.options_size = sizeof(struct build_options),
	.operand = OPERAND_FILE,
	.least = 1,
	.most = OPERANDS_MANY,
	.examples = examples,
	.run = run,
};
