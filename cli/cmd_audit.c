/* SPDX-License-Identifier: MIT */
/* xbuild audit: looks at binaries on all processors and tells in the order they were named. */
#include <string.h>

#include "base/env.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "base/threads.h"
#include "cli/audit_files.h"
#include "cli/audit_judge.h"
#include "cli/command.h"
#include "cli/diag.h"
#include "cli/exit.h"
#include "cli/report/format.h"
#include "cli/report/sink.h"
#include "cli/request.h"
#include "linkcheck/read/fat.h"

/* Files audited before their reports are printed: bounds what is held in memory. */
#define BATCH 256

struct audit_options {
	const char *target, *mode, *root, *fail_on, *format, *output, *stamp, *snapshot;
	struct strvec on, reports;
	bool is_static, stdin0;
};

/* What one worker leaves for the printer. */
struct slot {
	struct arena arena;
	struct report_pieces *pieces; /* one for each report */
	struct report_totals totals;
	bool malformed;
	bool is_known;     /* it begins like a format we read */
	struct error *err; /* why it could not be looked at */
};

struct auditor {
	struct session *session;
	const struct audit_options *options;
	struct contract contract;
	struct audit_judge judge;
	struct target target;
	struct audit_files files;
	size_t batch_at; /* first file of the batch that is being worked on */
	struct slot slots[BATCH];
	struct report_sinks sinks;
	struct report_outcome outcome;
	size_t damaged;
	bool malformed;
};

/* Renders one file, or one architecture of it, for each report. */
static void
tell(struct auditor *au, struct slot *slot, const struct report_item *item)
{
	const struct report_sinks *sinks = &au->sinks;

	if (!slot->pieces)
		slot->pieces = ARENA_ARRAY(&slot->arena, sinks->count, struct report_pieces);
	for (size_t i = 0; i < sinks->count; i++) {
		slot->pieces[i].arena = &slot->arena;
		sinks->items[i].format->file(&slot->pieces[i], &sinks->items[i].run, item);
	}
}

static bool
write_stamp(struct auditor *au, struct arena *scratch, const struct audit *audit, struct error *err)
{
	struct report report;

	if (!au->options->stamp)
		return true;
	report_from(scratch, audit, &report);
	return report_write_stamp(au->options->stamp, &report, err);
}

static bool
tell_audit(struct auditor *au, struct slot *slot, struct arena *scratch, const struct audit *audit,
	struct error *err)
{
	report_totals_add(&slot->totals, &(struct report_totals){ .files = 1,
						 .errors = audit->errors,
						 .warnings = audit->warnings,
						 .notes = audit->notes,
						 .unchecked = audit->unknown,
						 .suppressed = audit->suppressed,
						 .known = audit->known });
	slot->malformed |= audit->malformed;
	if (au->options->stamp)
		return write_stamp(au, scratch, audit, err);
	tell(au, slot, &(struct report_item){ .path = audit->path, .audit = audit });
	return true;
}

static bool
audit_open_file(struct auditor *au, struct slot *slot, struct arena *scratch, struct input *in,
	struct error *err)
{
	struct objects *store = audit_judge_borrow(&au->judge, &au->contract);
	struct audit audit = { 0 };
	bool ok;

	ok = audit_input_in(scratch, in, &au->contract, store, &audit, err) &&
	     tell_audit(au, slot, scratch, &audit, err);
	audit_judge_return(&au->judge, store);
	return ok;
}

/* Each architecture of a fat file has a report of its own. */
static bool
audit_slices(struct auditor *au, struct slot *slot, struct arena *scratch, struct input *in,
	struct error *err)
{
	struct fat_slice *slices;
	size_t count;

	if (!fat_read(scratch, in, &slices, &count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		char *name = arena_printf(scratch, "%s (%s)", in->name, slices[i].arch);
		struct input part;
		bool ok;

		if (!input_slice(&part, in, name, slices[i].offset, slices[i].size, err))
			return false;
		ok = audit_open_file(au, slot, scratch, &part, err);
		input_close(&part);
		if (!ok)
			return false;
	}
	return true;
}

/* False with `err` when the file cannot be audited; a file in a directory that is of no known format is
 * passed over. */
static bool
audit_file(struct auditor *au, const struct audit_file *file, struct slot *slot,
	struct arena *scratch, struct error *err)
{
	struct input in;
	bool ok;

	if (!input_open(&in, scratch, file->path, err))
		return false;
	slot->is_known = image_is_supported(&in) || fat_is(&in);
	if (!file->named && !slot->is_known) {
		input_close(&in);
		return true;
	}
	ok = fat_is(&in) ? audit_slices(au, slot, scratch, &in, err)
			 : audit_open_file(au, slot, scratch, &in, err);
	input_close(&in);
	return ok;
}

static void
work(void *ctx, size_t index, struct arena *scratch)
{
	struct auditor *au = ctx;
	struct slot *slot = &au->slots[index];
	struct arena_mark mark = arena_mark(scratch);
	struct error err;

	error_clear(&err);
	if (!audit_file(au, &au->files.items[au->batch_at + index], slot, scratch, &err)) {
		slot->err = ARENA_NEW(&slot->arena, struct error);
		*slot->err = err;
	}
	arena_reset(scratch, mark);
}

static void
count_slot(struct auditor *au, struct slot *slot)
{
	slot->totals.unreadable = slot->err != NULL;
	report_totals_add(&au->outcome.totals, &slot->totals);
	au->damaged += slot->err && slot->is_known && slot->err->kind == ERROR_FORMAT;
	au->malformed |= slot->malformed;
}

static bool
print_slot(struct auditor *au, struct slot *slot, const char *path, struct error *err)
{
	struct ui *ui = &au->session->ui;
	bool json = ui->json;

	if (slot->err) {
		ui->json = false; /* what goes to standard output is one document */
		diag_error(ui, slot->err);
		ui->json = json;
		tell(au, slot, &(struct report_item){ .path = path, .err = slot->err });
	}
	count_slot(au, slot);
	for (size_t i = 0; slot->pieces && i < au->sinks.count; i++)
		if (!report_sink_add(&au->sinks.items[i], &slot->pieces[i], err))
			return false;
	return true;
}

/* Prints what the batch came to, and empties it. */
static bool
print_batch(struct auditor *au, size_t n, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; i < n; i++) {
		const char *path = au->files.items[au->batch_at + i].path;

		ok = ok && print_slot(au, &au->slots[i], path, err);
		arena_clear(&au->slots[i].arena);
		au->slots[i] = (struct slot){ 0 };
	}
	return ok && interrupt_check(err);
}

static bool
run_batches(struct auditor *au, struct error *err)
{
	for (au->batch_at = 0; au->batch_at < au->files.count; au->batch_at += BATCH) {
		size_t left = au->files.count - au->batch_at;
		size_t n = left < BATCH ? left : BATCH;

		if (au->files.count > BATCH)
			ui_line(&au->session->ui, "audited %zu of %zu files", au->batch_at,
				au->files.count);
		for (size_t i = 0; i < n; i++)
			arena_init(&au->slots[i].arena);
		threads_for(n, 0, work, au);
		ui_clear_line(&au->session->ui);
		if (!print_batch(au, n, err))
			return false;
	}
	return true;
}

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
	const struct report_totals *t = &au->outcome.totals;
	const size_t counts[LEVELS] = { t->notes, t->warnings, t->errors };
	size_t bad = 0;

	if (t->unreadable)
		return au->damaged == t->unreadable ? EXIT_MALFORMED : EXIT_MISSING;
	if (fail_at(au->options) == LEVELS || au->options->stamp)
		return EXIT_CLEAN;
	if (au->malformed)
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
	struct strbuf text;

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
	if (!file_is_dir(o->snapshot)) {
		error_set(err, ERROR_MISSING, "--snapshot: there is no directory %s", o->snapshot);
		error_hint(err, "name the directory that holds the system's /lib and /usr");
		return COMMAND_FAILED;
	}
	strbuf_init(&text, &s->arena);
	if (!snapshot_make(&s->arena, o->snapshot, &text, err) ||
		!file_write(o->output, (struct str){ text.ptr, text.len }, 0644, err))
		return COMMAND_FAILED;
	return EXIT_CLEAN;
}

static bool
set_contract(struct auditor *au, struct error *err)
{
	const struct audit_options *o = au->options;

	if (o->is_static && o->mode) {
		error_set(err, ERROR_USAGE, "--static and --mode exclude each other");
		return error_hint(err, "give one of them");
	}
	if (o->mode || o->is_static) {
		au->contract.has_mode = true;
		au->contract.mode = o->is_static ? LINK_STATIC : link_mode_find(o->mode);
	}
	if (!audit_judge_start(&au->judge, &au->session->arena, &o->on, o->root,
		    platforms_folder(au->session), &au->contract, err))
		return false;
	if (o->stamp)
		au->contract.platforms = NULL; /* nobody would see it */
	if (!o->target)
		return true;
	if (!request_target(au->session, o->target,
		    au->contract.has_mode && link_mode_is_static(au->contract.mode), &au->target,
		    err))
		return false;
	au->contract.target = &au->target;
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
		if (!audit_files_add(&au->files, operands->items[i], err))
			return false;
	if (au->options->stdin0 && !audit_files_add_stdin(&au->files, err))
		return false;
	if (au->options->stamp && au->files.count != 1) {
		error_set(
			err, ERROR_USAGE, "--stamp is for one file, not for %zu", au->files.count);
		return error_hint(err, "name exactly one file");
	}
	return true;
}

/* A directory without a binary is a directory too early, or the wrong one: not clean. */
static bool
found_any(const struct auditor *au, const struct strvec *operands, struct error *err)
{
	if (au->outcome.totals.files || au->outcome.totals.unreadable)
		return true;
	if (!au->files.count && !operands->count) {
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
	return format && report_sinks_append(&au->sinks, format, path, &s->ui, s->context.cwd, err);
}

/* The report on standard output, or in the file of -o, and those of --report. */
static bool
open_reports(struct auditor *au, struct error *err)
{
	const struct audit_options *o = au->options;
	const struct ui *ui = &au->session->ui;
	const char *cwd = au->session->context.cwd;
	const struct report_format *format;

	au->sinks.arena = &au->session->arena;
	if (o->stamp && (o->output || o->reports.count)) {
		error_set(err, ERROR_USAGE, "--stamp takes the place of a report");
		return error_hint(err, "leave out --stamp, or -o and --report");
	}
	if (o->stamp)
		return true;
	format = report_format_get(o->format ? o->format : "text", err);
	if (!format || !report_sinks_add(&au->sinks, format, o->output, ui, cwd, err))
		return false;
	for (size_t i = 0; i < o->reports.count; i++)
		if (!report_sinks_add_spec(&au->sinks, o->reports.items[i], ui, cwd, err))
			return false;
	if (!add_summary(au, format, err))
		return false;
	report_sinks_judge(&au->sinks, fail_at(o), false);
	return report_sinks_open(&au->sinks, err);
}

static bool
audit_all(struct auditor *au, const struct strvec *operands, int *ret_code, struct error *err)
{
	if (!run_batches(au, err) || !found_any(au, operands, err)) {
		report_sinks_drop(&au->sinks);
		return false;
	}
	au->outcome.exit_code = exit_for(au);
	*ret_code = au->outcome.exit_code;
	return report_sinks_end(&au->sinks, &au->outcome, err);
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	struct auditor *au = ARENA_NEW(&s->arena, struct auditor);
	int code;

	au->session = s;
	au->options = options;
	if (au->options->snapshot)
		return make_snapshot(s, au->options, operands, err);
	au->contract.cwd = s->context.cwd;
	au->files.arena = &s->arena;
	if (!set_contract(au, err) || !collect(au, operands, err) || !open_reports(au, err))
		return COMMAND_FAILED;
	if (!audit_all(au, operands, &code, err))
		return COMMAND_FAILED;
	audit_judge_end(&au->judge);
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
	{ 0, "snapshot", "DIR",
		"make a platform for --on of this root directory, and audit nothing", OPTION_STRING,
		AT(snapshot), NULL, false },
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
	"audit --report json=audit.json dist/",
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
