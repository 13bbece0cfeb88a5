/* SPDX-License-Identifier: MIT */
/*
 * How an audit is told. Facts first, then floors, then findings; the same words whether the file
 * was audited just now or its verdict comes from a stamp. Nothing here prints: files are audited
 * on several threads, and each renders into its own text.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "base/str.h"
#include "cli/ui.h"
#include "linkcheck/judge/audit.h"

/* What a report says of one finding. */
struct report_line {
	enum level level;
	const char *rule; /* "LC041" */
	const char *message;
	const char *fix; /* or NULL */
};

/* A rule that could not be checked. */
struct report_unchecked {
	const char *rule;
	const char *reason; /* or "" */
};

/* The verdict on one file without its facts: what a stamp keeps. */
struct report {
	const char *summary; /* the line of facts */
	struct report_line *lines;
	size_t count;
	size_t errors, warnings, notes;
	bool malformed;
	struct report_unchecked *unchecked;
	size_t unknown; /* how many */
};

/* Takes over what `audit` holds; lives in `a`, which must outlive neither more nor less. */
void report_from(struct arena *a, const struct audit *audit, struct report *ret);

/* "server   ELF amd64 ..." with floors and findings below. */
void report_text(struct strbuf *out, const struct ui *ui, const struct audit *audit,
	const struct report *report);
/* The findings and what was not checked, two blanks in front. */
void report_findings(struct strbuf *out, const struct ui *ui, const struct report *report);
/* "runs on", "given" and "not on". */
void report_where(struct strbuf *out, const struct ui *ui, const struct subject *s);
/* The key "pe"; nothing for other formats. */
void report_pe_json(struct json_value *object, struct arena *a, const struct subject *s);
void report_where_json(struct json_value *object, const struct subject *s);
/* "clean", "1 error, 2 warnings": with colour, for the end of a line. */
char *report_verdict(struct arena *a, const struct ui *ui, size_t errors, size_t warnings);
/* An object for "files". Asks the image for its imports and exports: its input is still open. */
struct json_value *report_json(struct arena *a, const struct audit *audit);

/* The stamp of one audit: written by the audit edge of a build, read by `xbuild build`. */
bool report_write_stamp(const char *path, const struct report *report, struct error *err) MUST_USE;
bool report_read_stamp(
	struct arena *a, const char *path, struct report *ret, struct error *err) MUST_USE;

#endif
