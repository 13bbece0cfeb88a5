/* SPDX-License-Identifier: MIT */
/* Files on all processors, told in order. */
#include "cli/audit_run.h"

#include "base/interrupt.h"
#include "base/threads.h"
#include "cli/audit_package.h"
#include "cli/diag.h"
#include "linkcheck/unpack/kind.h"

/* Renders one file, or one architecture of it, for each report. */
static void
tell(struct audit_run *run, struct audit_slot *slot, const struct report_item *item)
{
	const struct report_sinks *sinks = &run->sinks;

	if (!slot->pieces)
		slot->pieces = ARENA_ARRAY(&slot->arena, sinks->count, struct report_pieces);
	for (size_t i = 0; i < sinks->count; i++) {
		slot->pieces[i].arena = &slot->arena;
		sinks->items[i].format->file(&slot->pieces[i], &sinks->items[i].run, item);
	}
}

static bool
write_stamp(const char *path, struct arena *scratch, const struct audit *audit, struct error *err)
{
	struct report report;

	report_from(scratch, audit, &report);
	return report_write_stamp(path, &report, err);
}

bool
audit_run_tell(struct audit_run *run, struct audit_slot *slot, struct arena *scratch,
	const struct audit *audit, struct error *err)
{
	const bool is_file = audit->subject.image->format != FORMAT_ARCHIVE;

	report_totals_add(&slot->totals, &(struct report_totals){ .files = is_file,
						 .errors = audit->errors,
						 .warnings = audit->warnings,
						 .notes = audit->notes,
						 .unchecked = audit->unknown,
						 .suppressed = audit->suppressed,
						 .known = audit->known });
	slot->told = true;
	slot->malformed |= audit->malformed;
	if (run->stamp)
		return write_stamp(run->stamp, scratch, audit, err);
	tell(run, slot, &(struct report_item){ .path = audit->path, .audit = audit });
	return true;
}

void
audit_slot_fail(struct audit_slot *slot, const struct error *err)
{
	slot->err = ARENA_NEW(&slot->arena, struct error);
	*slot->err = *err;
}

static bool
audit_open_file(struct audit_run *run, struct audit_slot *slot, struct arena *scratch,
	struct input *in, struct error *err)
{
	struct objects *store = audit_judge_borrow(&run->judge, &run->contract);
	struct audit audit = { 0 };
	bool ok;

	ok = audit_input_in(scratch, in, &run->contract, store, &audit, err) &&
	     audit_run_tell(run, slot, scratch, &audit, err);
	audit_judge_return(&run->judge, store);
	return ok;
}

/* Each architecture of a fat file has a report of its own, and is compared with the first. */
static bool
audit_slices(struct audit_run *run, struct audit_slot *slot, struct arena *scratch,
	struct input *in, struct error *err)
{
	struct objects *store = audit_judge_borrow(&run->judge, &run->contract);
	struct audit *audits;
	size_t count;
	bool ok;

	ok = audit_read_slices(scratch, in, &run->contract, &audits, &count, err);
	for (size_t i = 0; ok && i < count; i++)
		ok = audit_judge(&audits[i], store, err) &&
		     audit_run_tell(run, slot, scratch, &audits[i], err);
	audit_judge_return(&run->judge, store);
	return ok;
}

/* False with `err` when the file cannot be audited; a file in a directory that is of no known format is
 * passed over. A package is left to the command's own thread, which has all others to itself for it. */
static bool
audit_file(struct audit_run *run, const struct audit_file *file, struct audit_slot *slot,
	struct arena *scratch, struct error *err)
{
	struct input in;
	enum kind kind;
	bool ok = true;

	slot->is_package = file->layout;
	if (file->layout)
		return true;
	if (!input_open(&in, scratch, file->path, err))
		return false;
	kind = kind_of(&in);
	slot->is_known = kind != KIND_OTHER;
	slot->is_package = kind_is_container(kind);
	if (kind == KIND_FAT)
		ok = audit_slices(run, slot, scratch, &in, err);
	else if (kind == KIND_BINARY || (kind == KIND_OTHER && file->named))
		ok = audit_open_file(run, slot, scratch, &in, err);
	input_close(&in);
	return ok;
}

static void
work(void *ctx, size_t index, struct arena *scratch)
{
	struct audit_run *run = ctx;
	struct audit_slot *slot = &run->slots[index];
	struct arena_mark mark = arena_mark(scratch);
	struct error err;

	error_clear(&err);
	if (!audit_file(run, &run->files.items[run->batch_at + index], slot, scratch, &err))
		audit_slot_fail(slot, &err);
	arena_reset(scratch, mark);
}

static void
count_slot(struct audit_run *run, const struct audit_slot *slot)
{
	report_totals_add(&run->outcome.totals, &slot->totals);
	run->outcome.totals.unreadable += slot->err != NULL;
	run->damaged += slot->err && slot->is_known && slot->err->kind == ERROR_FORMAT;
	run->malformed |= slot->malformed;
	run->found |= slot->told || slot->err;
}

bool
audit_run_print(struct audit_run *run, struct audit_slot *slot, const char *path, struct error *err)
{
	struct ui *ui = &run->session->ui;
	bool json = ui->json, ok = true;

	if (slot->err) {
		ui->json = false; /* what goes to standard output is one document */
		diag_error(ui, slot->err);
		ui->json = json;
		tell(run, slot, &(struct report_item){ .path = path, .err = slot->err });
	}
	count_slot(run, slot);
	for (size_t i = 0; ok && slot->pieces && i < run->sinks.count; i++)
		ok = report_sink_add(&run->sinks.items[i], &slot->pieces[i], err);
	arena_clear(&slot->arena);
	*slot = (struct audit_slot){ 0 };
	return ok;
}

/* Tells what the batch came to; packages are looked at in their turn. */
static bool
print_batch(struct audit_run *run, size_t n, struct error *err)
{
	bool ok = true;

	for (size_t i = 0; i < n; i++) {
		const struct audit_file *file = &run->files.items[run->batch_at + i];
		bool is_package = run->slots[i].is_package;

		if (ok && is_package && !run->slots[i].err)
			ok = audit_package(run, file, err);
		ok = audit_run_print(run, &run->slots[i], file->path, err) && ok;
	}
	return ok && interrupt_check(err);
}

bool
audit_run_files(struct audit_run *run, struct error *err)
{
	const struct audit_files *files = &run->files;
	struct ui *ui = &run->session->ui;

	run->slots = ARENA_ARRAY(&run->session->arena, AUDIT_BATCH, struct audit_slot);
	for (run->batch_at = 0; run->batch_at < files->count; run->batch_at += AUDIT_BATCH) {
		size_t left = files->count - run->batch_at;
		size_t n = left < AUDIT_BATCH ? left : AUDIT_BATCH;

		if (files->count > AUDIT_BATCH)
			ui_line(ui, "audited %zu of %zu files", run->batch_at, files->count);
		for (size_t i = 0; i < n; i++)
			arena_init(&run->slots[i].arena);
		threads_for(n, 0, work, run);
		ui_clear_line(ui);
		if (!print_batch(run, n, err))
			return false;
	}
	return true;
}
