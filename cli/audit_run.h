/* SPDX-License-Identifier: MIT */
/*
 * One run of `xbuild audit` over its files: worked on in batches on all processors, told in the order they were
 * named, and counted. Files are judged on worker threads, each into a slot of its own; only the command's
 * own thread prints.
 */
#ifndef CLI_AUDIT_RUN_H
#define CLI_AUDIT_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/audit_files.h"
#include "cli/audit_judge.h"
#include "cli/report/sink.h"
#include "cli/session.h"

/* Files judged before their reports are printed: bounds what is held in memory. */
#define AUDIT_BATCH 256

/* What one worker leaves for the printer. */
struct audit_slot {
	struct arena arena;
	struct report_pieces *pieces; /* one for each report */
	struct report_totals totals;
	bool malformed;
	bool told;         /* there is something to tell */
	bool is_known;     /* it begins like a format we read */
	bool is_package;   /* it was not looked at: see audit_package.h */
	struct error *err; /* why it could not be looked at */
};

struct audit_run {
	struct session *session;
	struct contract contract;
	struct audit_judge judge;
	struct audit_files files;
	struct report_sinks sinks;
	const char *stamp; /* or NULL */
	const struct archives *archives;
	size_t batch_at; /* first file of the batch that is being worked on */
	struct audit_slot *slots;
	struct report_outcome outcome;
	size_t damaged; /* of the unreadable ones, those that are malformed */
	bool malformed;
	bool found; /* something to tell of, be it no file */
};

/* Audits all files. */
bool audit_run_files(struct audit_run *run, struct error *err) MUST_USE;

/* For audit_package.c: renders one item for each report, counting it in the slot. */
bool audit_run_tell(struct audit_run *run, struct audit_slot *slot, struct arena *scratch,
	const struct audit *audit, struct error *err) MUST_USE;
/* Prints and counts what a slot holds, and empties it. */
bool audit_run_print(struct audit_run *run, struct audit_slot *slot, const char *path,
	struct error *err) MUST_USE;
/* Keeps why something could not be looked at. */
void audit_slot_fail(struct audit_slot *slot, const struct error *err);

#endif
