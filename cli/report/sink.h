/* SPDX-License-Identifier: MIT */
/*
 * Where reports go. One run of the audit writes one report to standard output and any number to
 * files, each by its own format. A file takes its old one's place only when the report is complete.
 * Pieces are written in the order of the files that they are about, so a report is the same however
 * many threads worked.
 */
#ifndef CLI_REPORT_SINK_H
#define CLI_REPORT_SINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/strmap.h"
#include "cli/report/format.h"

struct report_sink {
	const struct report_format *format;
	const char *path; /* NULL: standard output */
	bool append;      /* others wrote to it before, and what they wrote stays */
	struct report_run run;
	struct file_draft draft;
	bool opened, begun;
	struct arena arena; /* what is kept until the end */
	struct strmap keys;
	struct strvec tail;
	size_t written[LEVELS], left_out[LEVELS];
	size_t bytes;
};

struct report_sinks {
	struct arena *arena; /* set by the owner; the rest starts as zero */
	struct report_sink *items;
	size_t count;
	struct digests digests;
};

/* `path` NULL: standard output. ERROR_USAGE when the same file is written twice. */
bool report_sinks_add(struct report_sinks *s, const struct report_format *format, const char *path,
	const struct ui *ui, const char *cwd, struct error *err) MUST_USE;
/* The same behind what the file has already. */
bool report_sinks_append(struct report_sinks *s, const struct report_format *format,
	const char *path, const struct ui *ui, const char *cwd, struct error *err) MUST_USE;
/* "FORMAT=FILE". */
bool report_sinks_add_spec(struct report_sinks *s, const char *spec, const struct ui *ui,
	const char *cwd, struct error *err) MUST_USE;
/* What the reports say of levels and of what was there before; see struct report_run. */
void report_sinks_judge(struct report_sinks *s, enum level fail_at, bool has_baseline);
/* All files can be written. */
bool report_sinks_open(struct report_sinks *s, struct error *err) MUST_USE;
bool report_sink_add(
	struct report_sink *s, const struct report_pieces *pieces, struct error *err) MUST_USE;
/* The ends are written and the files take their places. */
bool report_sinks_end(
	struct report_sinks *s, const struct report_outcome *outcome, struct error *err) MUST_USE;
/* Nothing was reported: what was written to files goes away. */
void report_sinks_drop(struct report_sinks *s);

#endif
