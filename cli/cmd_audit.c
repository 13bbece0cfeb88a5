/* SPDX-License-Identifier: MIT */
/* xbuild audit: what is asked of the files, and what the answer is. */
#include <string.h>

#include "base/env.h"
#include "base/file.h"
#include "base/path.h"
#include "cli/audit_accept.h"
#include "cli/audit_diff.h"
#include "cli/audit_run.h"
#include "cli/audit_snapshot.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/report/format.h"
#include "cli/report/sink.h"
#include "cli/request.h"

struct audit_options {
	const char *target, *mode, *root, *sdk, *fail_on, *format, *output, *stamp, *snapshot,
		*role;
	const char *policy, *baseline, *write_baseline, *diff;
	struct strvec on, reports, dlls;
	bool is_static, stdin0;
};

struct auditor {
	struct session *session;
	const struct audit_options *options;
	struct target target;
	struct audit_accept accept;
	struct audit_run run;
};

/* The lowest level that fails; LEVELS: none. */
static enum level
fail_at(const struct audit_options *o)
{
	if (!o->fail_on)
		return LEVEL_ERROR;
	for (size_t i = 0; i < LEVELS; i++)
		if (strcmp(o->fail_on, level_name((enum level)i)) == 0)
			return (enum level)i;
	return LEVELS;
}

/* "Could not check" is never clean, and a malformed file is told apart from a bad one. */
static int
exit_for(const struct auditor *au)
{
	const struct report_totals *t = &au->run.outcome.totals;
	const size_t counts[LEVELS] = { t->notes, t->warnings, t->errors };
	size_t bad = 0;

	if (t->unreadable)
		return au->run.damaged == t->unreadable ? EXIT_MALFORMED : EXIT_MISSING;
	if (fail_at(au->options) == LEVELS || au->options->stamp || au->options->write_baseline)
		return EXIT_CLEAN;
	if (au->run.malformed)
		return EXIT_MALFORMED;
	for (size_t level = fail_at(au->options); level < LEVELS; level++)
		bad += counts[level];
	return bad ? EXIT_NO : EXIT_CLEAN;
}

/* Where the user keeps snapshots: beside config.json. */
static const char *
platforms_folder(struct session *s)
{
	const char *config = s->settings.config_path;

	return config ? path_join(&s->arena, path_dir(&s->arena, config), "platforms") : NULL;
}

static int
make_snapshot(struct session *s, const struct audit_options *o, const struct strvec *operands,
	struct error *err)
{
	if (operands->count > 0 || o->stdin0) {
		error_set(err, ERROR_USAGE, "--snapshot takes no PATH to audit");
		error_hint(err, "make the snapshot first, then audit with --on FILE");
		return COMMAND_FAILED;
	}
	if (!o->output) {
		error_set(err, ERROR_USAGE, "--snapshot needs -o FILE");
		error_hint(err, "name the file to write: -o %s.snapshot", path_base(o->snapshot));
		return COMMAND_FAILED;
	}
	return audit_snapshot(&s->arena, o->snapshot, o->output, err) ? EXIT_CLEAN : COMMAND_FAILED;
}

static bool
set_contract(struct auditor *au, struct error *err)
{
	static const char *const none[] = { NULL };
	const struct audit_options *o = au->options;
	struct arena *a = &au->session->arena;
	struct strvec on;

	if (o->is_static && o->mode) {
		error_set(err, ERROR_USAGE, "--static and --mode exclude each other");
		return error_hint(err, "give one of them");
	}
	if (o->sdk && !file_is_dir(o->sdk)) {
		error_set(err, ERROR_MISSING, "--sdk: there is no directory %s", o->sdk);
		return error_hint(err, "name the directory that holds usr/lib/libSystem.tbd");
	}
	au->run.contract.sdk = o->sdk;
	if (o->mode || o->is_static) {
		au->run.contract.has_mode = true;
		au->run.contract.mode = o->is_static ? LINK_STATIC : link_mode_find(o->mode);
	}
	for (size_t i = 0; o->role && role_names[i]; i++)
		if (strcmp(o->role, role_names[i]) == 0) {
			au->run.contract.has_role = true;
			au->run.contract.role = (enum role)i;
		}
	if (!audit_accept_start(&au->accept, a, o->policy, o->baseline, &au->run.contract, err))
		return false;
	strvec_init(&on, a);
	strvec_push_all(&on, o->on.items ? o->on.items : none);
	if (o->policy)
		strvec_push_all(&on, au->accept.policy.platforms.items);
	if (!audit_judge_start(&au->run.judge, a, &on, o->root, platforms_folder(au->session),
		    &au->run.contract, err))
		return false;
	if (!request_dirs(&o->dlls, "--dlls", err))
		return false;
	au->run.contract.dlls = o->dlls.items;
	if (o->stamp)
		au->run.contract.platforms = NULL; /* nobody would see it */
	if (!o->target)
		return true;
	if (!request_target(au->session, o->target,
		    au->run.contract.has_mode && link_mode_is_static(au->run.contract.mode),
		    &au->target, err))
		return false;
	au->run.contract.target = &au->target;
	return true;
}

static bool
collect(struct auditor *au, const struct strvec *operands, struct error *err)
{
	if (operands->count == 0 && !au->options->stdin0) {
		error_set(err, ERROR_USAGE, "audit: PATH is missing");
		return error_hint(err, "name a file or a directory: xbuild audit ./server");
	}
	for (size_t i = 0; i < operands->count; i++)
		if (!audit_files_add(&au->run.files, operands->items[i], err))
			return false;
	if (au->options->stdin0 && !audit_files_add_stdin(&au->run.files, err))
		return false;
	au->run.contract.shipped = audit_files_close(&au->run.files);
	if (au->options->stamp && au->run.files.count != 1) {
		error_set(err, ERROR_USAGE, "--stamp is for one file, not for %zu",
			au->run.files.count);
		return error_hint(err, "name exactly one file");
	}
	return true;
}

/* A directory without a binary is a directory too early, or the wrong one: not clean. */
static bool
found_any(const struct auditor *au, const struct strvec *operands, struct error *err)
{
	if (au->run.found)
		return true;
	if (!au->run.files.count && !operands->count) {
		error_set(err, ERROR_MISSING, "there is no path on standard input");
		return error_hint(err, "name files, each ended by a NUL byte: find -print0");
	}
	if (!operands->count) {
		error_set(err, ERROR_MISSING,
			"there are no binaries at or below the paths on standard input");
		return error_hint(err, "name the directory that the build writes to");
	}
	error_set(err, ERROR_MISSING, "there are no binaries below %s", operands->items[0]);
	return error_hint(err, "name the directory that the build writes to");
}

/* GitHub shows what a step writes to the file of this name with the job. */
static bool
add_summary(struct auditor *au, const struct report_format *format, struct error *err)
{
	const struct session *s = au->session;
	const char *path = env_get(s->context.env, "GITHUB_STEP_SUMMARY");

	if (format->file != report_github_file || !path || !*path)
		return true;
	format = report_format_get("markdown", err);
	return format &&
	       report_sinks_append(&au->run.sinks, format, path, &s->ui, s->context.cwd, err);
}

static bool
add_baseline(struct auditor *au, struct error *err)
{
	const struct session *s = au->session;
	const char *path = au->options->write_baseline;
	const struct report_format *format = path ? report_format_get("baseline", err) : NULL;

	return !path || (format && report_sinks_add(&au->run.sinks, format, path, &s->ui,
					   s->context.cwd, err));
}

/* The report on standard output, or in the file of -o, and those of --report. */
static bool
open_reports(struct auditor *au, struct error *err)
{
	const struct audit_options *o = au->options;
	const struct ui *ui = &au->session->ui;
	const char *cwd = au->session->context.cwd;
	const struct report_format *format;

	au->run.sinks.arena = &au->session->arena;
	if (o->stamp && (o->output || o->format || o->reports.count)) {
		error_set(err, ERROR_USAGE, "--stamp takes the place of a report");
		return error_hint(err, "leave out --stamp, or -o, --format and --report");
	}
	if (o->stamp)
		return true;
	format = report_format_get(o->format ? o->format : "text", err);
	if (!format || !report_sinks_add(&au->run.sinks, format, o->output, ui, cwd, err))
		return false;
	for (size_t i = 0; i < o->reports.count; i++)
		if (!report_sinks_add_spec(&au->run.sinks, o->reports.items[i], ui, cwd, err))
			return false;
	if (!add_summary(au, format, err) || !add_baseline(au, err))
		return false;
	report_sinks_judge(&au->run.sinks, fail_at(o), o->baseline != NULL);
	return report_sinks_open(&au->run.sinks, err);
}

static bool
audit_all(struct auditor *au, const struct strvec *operands, int *ret_code, struct error *err)
{
	if (!audit_run_files(&au->run, err) || !found_any(au, operands, err)) {
		report_sinks_drop(&au->run.sinks);
		return false;
	}
	audit_accept_end(&au->session->arena, &au->run.contract, &au->run.outcome);
	au->run.outcome.exit_code = exit_for(au);
	*ret_code = au->run.outcome.exit_code;
	return report_sinks_end(&au->run.sinks, &au->run.outcome, err);
}

/* The json report's object of each file, kept in memory. */
static void
facts_file(struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	if (item->audit)
		report_json_file(out, run, item);
	if (out->count)
		out->items[out->count - 1].part = PART_TAIL;
}

/* What one release came to. */
static bool
facts_of(struct auditor *au, const char *path, struct strvec *ret, struct error *err)
{
	static const struct report_format facts = {
		.name = "facts", .file = facts_file, .between = ""
	};
	struct arena *a = &au->session->arena;
	struct report_sinks *sinks = &au->run.sinks;
	const struct strvec one = { .items = (const char *[]){ path, NULL }, .count = 1 };
	bool ok;

	*sinks = (struct report_sinks){ .arena = a };
	audit_judge_forget(&au->run.judge); /* what ships with the other release */
	audit_files_init(&au->run.files, a);
	au->run.found = false;
	if (!report_sinks_add(
		    sinks, &facts, NULL, &au->session->ui, au->session->context.cwd, err) ||
		!collect(au, &one, err) || !report_sinks_open(sinks, err))
		return false;
	ok = audit_run_files(&au->run, err) && found_any(au, &one, err);
	strvec_init(ret, a);
	for (size_t i = 0; ok && i < sinks->items[0].tail.count; i++)
		strvec_push_dup(ret, sinks->items[0].tail.items[i]);
	report_sinks_drop(sinks);
	if (!ok || ret->count)
		return ok;
	error_set(err, ERROR_MISSING, "there is nothing to compare in %s", path);
	return error_hint(err, "name a file, a directory or a package with binaries");
}

static bool
may_diff(const struct audit_options *o, const struct strvec *operands, struct error *err)
{
	const char *format = o->format ? o->format : "text";

	if (operands->count != 1 || o->stdin0) {
		error_set(err, ERROR_USAGE, "--diff compares with exactly one PATH");
		return error_hint(err, "xbuild audit --diff OLD NEW");
	}
	if (strcmp(format, "text") != 0 && strcmp(format, "json") != 0 &&
		strcmp(format, "markdown") != 0) {
		error_set(err, ERROR_USAGE, "--diff has no format %s", format);
		return error_hint(err, "it is one of: text, json, markdown");
	}
	if (!o->stamp && !o->reports.count && !o->write_baseline)
		return true;
	error_set(err, ERROR_USAGE, "--diff takes the place of a report");
	return error_hint(err, "leave out --stamp, --report and --write-baseline");
}

/* Exit code 1 when something became worse. */
static int
compare(struct auditor *au, const struct strvec *operands, struct error *err)
{
	const struct audit_options *o = au->options;
	struct arena *a = &au->session->arena;
	struct ui ui = au->session->ui;
	struct strvec old, new;
	struct diff diff;
	const char *text;

	if (!may_diff(o, operands, err) || !facts_of(au, o->diff, &old, err) ||
		!facts_of(au, operands->items[0], &new, err) ||
		!diff_find(&diff, a, &old, o->diff, &new, operands->items[0], err))
		return COMMAND_FAILED;
	audit_judge_end(&au->run.judge);
	ui.color_out = ui.color_out && !o->output;
	text = diff_text(&diff, &ui, o->format ? o->format : "text");
	if (o->output && !file_write(o->output, str_from(text), 0666, err))
		return COMMAND_FAILED;
	if (!o->output)
		fputs(text, stdout);
	if (au->run.outcome.totals.unreadable)
		return exit_for(au);
	return diff.totals[DIFF_WORSE] && fail_at(o) != LEVELS ? EXIT_NO : EXIT_CLEAN;
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	struct auditor *au = ARENA_NEW(&s->arena, struct auditor);
	int code;

	au->session = au->run.session = s;
	au->options = options;
	au->run.stamp = au->options->stamp;
	if (au->options->snapshot)
		return make_snapshot(s, au->options, operands, err);
	au->run.contract.cwd = s->context.cwd;
	audit_files_init(&au->run.files, &s->arena);
	if (au->options->diff)
		return set_contract(au, err) ? compare(au, operands, err) : COMMAND_FAILED;
	if (!set_contract(au, err) || !collect(au, operands, err) || !open_reports(au, err))
		return COMMAND_FAILED;
	if (!audit_all(au, operands, &code, err))
		return COMMAND_FAILED;
	audit_judge_end(&au->run.judge);
	return code;
}

#define AT(field) offsetof(struct audit_options, field)
static const char *const modes[] = { "dynamic", "static", "static-pie", "shared", NULL };
static const char *const levels[] = { "error", "warning", "note", "never", NULL };
static const struct option options[] = {
	{ 't', "target", "TARGET", "hold the files to what this target promises", OPTION_STRING,
		AT(target), NULL, false },
	{ 0, "static", NULL, "hold them to a static link of either kind", OPTION_FLAG,
		AT(is_static), NULL, false },
	{ 0, "mode", "MODE", "hold them to dynamic, static, static-pie or shared", OPTION_CHOICE,
		AT(mode), modes, false },
	{ 0, "on", "PLATFORM",
		"fail for a file that does not start there (debian:12, glibc2.31, a snapshot)",
		OPTION_LIST, AT(on), NULL, false },
	{ 0, "root", "DIR", "start it in this file system too: the platform \"root\"",
		OPTION_STRING, AT(root), NULL, false },
	{ 0, "dlls", "DIR", "a directory of DLLs, for programs of Windows (repeatable)",
		OPTION_LIST, AT(dlls), NULL, false },
	{ 0, "role", "ROLE",
		"judge them as program, library, plugin or firmware (default: by each file)",
		OPTION_CHOICE, AT(role), role_names, false },
	{ 0, "snapshot", "ROOT",
		"make a platform for --on of this root directory or image, and audit nothing",
		OPTION_STRING, AT(snapshot), NULL, false },
	{ 0, "sdk", "DIR", "the SDK whose .tbd files stand for macOS's own libraries",
		OPTION_STRING, AT(sdk), NULL, false },
	{ 0, "policy", "NAME|FILE", "hold them to a policy: strict, manylinux_2_28, a file",
		OPTION_STRING, AT(policy), NULL, false },
	{ 0, "baseline", "FILE", "accept the findings in FILE: only new ones fail", OPTION_STRING,
		AT(baseline), NULL, false },
	{ 0, "write-baseline", "FILE", "accept the findings of today from now on", OPTION_STRING,
		AT(write_baseline), NULL, false },
	{ 0, "diff", "OLD",
		"tell what became worse and better since OLD: a file, directory, package",
		OPTION_STRING, AT(diff), NULL, false },
	{ 0, "fail-on", "LEVEL", "lowest level that fails: error (default), warning, note, never",
		OPTION_CHOICE, AT(fail_on), levels, false },
	{ 0, "stdin0", NULL, "read more paths from standard input, each ended by a NUL byte",
		OPTION_FLAG, AT(stdin0), NULL, false },
	{ 0, "stamp", "FILE", "write the verdict on one file to FILE instead of printing it",
		OPTION_STRING, AT(stamp), NULL, false },
	{ 0, "format", "FORMAT", "how to tell it: text (default), json, ndjson", OPTION_CHOICE,
		AT(format), report_format_names, false },
	{ 'o', "output", "FILE", "write the report, or the snapshot, to FILE", OPTION_STRING,
		AT(output), NULL, false },
	{ 0, "report", "FORMAT=FILE", "write one more report, in FORMAT, to FILE", OPTION_LIST,
		AT(reports), NULL, false },
	OPTION_END,
};
static const char *const examples[] = {
	"audit ./server",
	"audit --fail-on warning dist/",
	"audit --on debian:11 --on rhel:8 ./server",
	"audit --root /srv/alpine ./server",
	"audit --snapshot /srv/image -o prod.snapshot",
	"audit --on prod.snapshot ./server",
	"audit -t linux/arm64/musl --static ./server",
	"audit app_1.0_amd64.deb app-1.0-py3-none-any.whl",
	"audit --report json=audit.json dist/",
	"audit --policy manylinux_2_28 wheel/",
	"audit --diff release-1.0/ release-1.1/",
	NULL,
};
const struct command cmd_audit = {
	.name = "audit",
	.summary = "tell whether binaries start where they should, and what they carry",
	.operands = "PATH...",
	.options = options,
	.options_size = sizeof(struct audit_options),
	.operand = OPERAND_FILE,
	.most = OPERANDS_MANY,
	.examples = examples,
	.run = run,
};
