/* SPDX-License-Identifier: MIT */
/*
 * The formats of an audit's report, one row each. A row says what is written before the first file,
 * for each file, between two pieces and at the end; where it is written is sink.h's to know. The
 * function for a file is called on a worker thread and renders into its own arena; nothing here
 * prints, and no row keeps more than its file has.
 */
#ifndef CLI_REPORT_FORMAT_H
#define CLI_REPORT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "cli/report/digests.h"
#include "cli/report/report.h"
#include "cli/ui.h"
#include "linkcheck/judge/audit.h"

/* What all files together came to. */
struct report_totals {
	size_t files, errors, warnings, notes, unchecked, unreadable;
	size_t suppressed, known; /* findings that do not count */
};

/* What is to be said of the run as a whole, and not of one file. */
struct report_remark {
	enum level level;
	const char *name; /* "suppression-unused" */
	const char *text;
};

/* What is known when all files were looked at. */
struct report_outcome {
	struct report_totals totals;
	const struct report_remark *remarks;
	size_t remark_count;
	int exit_code;
};

struct report_run {
	struct ui ui;            /* how the stream looks that this report goes to */
	const char *cwd;         /* absolute: paths below it are told relative to it */
	struct digests *digests; /* shared by all reports */
	enum level fail_at;      /* the lowest level that fails; LEVELS: none does */
	bool has_baseline;
	struct report_outcome outcome; /* valid at the end */
};

/* One file. */
struct report_item {
	const char *path;
	const struct audit *audit; /* NULL: it could not be looked at */
	const struct error *err;   /* why */
};

enum report_part {
	PART_BODY,
	PART_TAIL, /* kept until the end, where the row's `end` writes it */
};

struct report_piece {
	enum report_part part;
	enum level level; /* which of the row's limits counts it */
	const char *key;  /* of several pieces with one key only the first is written; or NULL */
	const char *text;
};

/* What a worker leaves for one report about one file. */
struct report_pieces {
	struct arena *arena;
	struct report_piece *items;
	size_t count, cap;
};

void report_piece_add(struct report_pieces *out, enum report_part part, enum level level,
	const char *key, const char *text);

/* What `end` gets besides the run. */
struct report_rest {
	const struct strvec *tail; /* texts of the pieces for the tail */
	size_t left_out[LEVELS];   /* pieces beyond the limits */
	size_t written;
};

typedef void report_begin(struct strbuf *out, const struct report_run *run);
typedef void report_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item);
typedef void report_end(
	struct strbuf *out, const struct report_run *run, const struct report_rest *rest);

struct report_format {
	const char *name;
	const char *summary; /* one line, for the manual and completion */
	report_begin *begin; /* or NULL */
	report_file *file;
	const char *between;
	report_end *end;       /* or NULL */
	size_t limits[LEVELS]; /* pieces of a level that are written at most; 0: all */
	size_t max_bytes;      /* of the body; 0: no limit */
};

size_t report_format_count(void);
const struct report_format *report_format_at(size_t i);
/* ERROR_USAGE that names the nearest one. */
const struct report_format *report_format_get(const char *name, struct error *err) MUST_USE;
extern const char *const report_format_names[]; /* ends with NULL */

/* How reports call the file: see audit_label. */
char *report_label(struct arena *a, const struct report_run *run, const struct report_item *item);
void report_totals_add(struct report_totals *t, const struct report_totals *more);
/* "3 files: 1 error, 2 warnings, 1 file unreadable", with the run's colours. */
char *report_totals_text(struct arena *a, const struct report_run *run);
/* The fix of a finding, or its rule's remedy. */
const char *finding_fix(const struct finding *f);

/* The functions of the rows, one file each. */
report_file report_text_file, report_json_file, report_sarif_file, report_github_file,
	report_gitlab_file, report_junit_file, report_markdown_file, report_html_file,
	report_cyclonedx_file, report_baseline_file;
report_begin report_json_begin, report_sarif_begin, report_gitlab_begin, report_junit_begin,
	report_markdown_begin, report_html_begin, report_cyclonedx_begin, report_baseline_begin;
report_end report_text_end, report_json_end, report_ndjson_end, report_sarif_end, report_github_end,
	report_gitlab_end, report_junit_end, report_markdown_end, report_html_end,
	report_cyclonedx_end, report_baseline_end;

#endif
