/* SPDX-License-Identifier: MIT */
/* The table of report formats. */
#include "cli/report/format.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "linkcheck/judge/fingerprint.h"

/* The limits of SARIF are those of GitHub's code scanning (25 000 results in a run), those of github what
 * it shows of one step; the job's summary takes 1 MiB. */
static const struct report_format rows[] = {
	{ "text", "for people: facts, findings and what mends them", NULL, report_text_file, "",
		report_text_end, { 0 }, 0 },
	{ "json", "one document; its schema is xbuild-audit.schema.json", report_json_begin,
		report_json_file, ",\n", report_json_end, { 0 }, 0 },
	{ "ndjson", "one object a line for each file", NULL, report_json_file, "\n",
		report_ndjson_end, { 0 }, 0 },
	{ "sarif", "SARIF 2.1.0 for code scanning", report_sarif_begin, report_sarif_file, ",\n",
		report_sarif_end, { 5000, 10000, 10000 }, 0 },
	{ "github", "annotations of a GitHub workflow, and the job's summary", NULL,
		report_github_file, "\n", report_github_end, { 9, 10, 10 }, 0 },
	{ "gitlab", "GitLab's Code Quality", report_gitlab_begin, report_gitlab_file, ",\n",
		report_gitlab_end, { 0 }, 0 },
	{ "junit", "JUnit: a suite for each file, a case for each rule", report_junit_begin,
		report_junit_file, "", report_junit_end, { 0 }, 0 },
	{ "markdown", "for a merge request or a job's summary", report_markdown_begin,
		report_markdown_file, "\n", report_markdown_end, { 0 }, 900000 },
	{ "html", "one page with search, for people", report_html_begin, report_html_file, "\n",
		report_html_end, { 0 }, 0 },
	{ "cyclonedx", "CycloneDX 1.6: components with digests, and who needs whom",
		report_cyclonedx_begin, report_cyclonedx_file, ",\n", report_cyclonedx_end, { 0 },
		0 },
	{ "baseline", "what --baseline reads: the findings of today", report_baseline_begin,
		report_baseline_file, ",\n", report_baseline_end, { 0 }, 0 },
};

/* Kept beside the rows for the option's choices; a test compares. */
const char *const report_format_names[] = { "text", "json", "ndjson", "sarif", "github", "gitlab",
	"junit", "markdown", "html", "cyclonedx", "baseline", NULL };

size_t
report_format_count(void)
{
	return ARRAY_LEN(rows);
}

const struct report_format *
report_format_at(size_t i)
{
	return &rows[i];
}

const struct report_format *
report_format_get(const char *name, struct error *err)
{
	char all[256];
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	error_set(err, ERROR_USAGE, "there is no report format %s", name);
	near = cstr_nearest(name, report_format_names, ARRAY_LEN(report_format_names) - 1);
	for (size_t i = 0; !near && i < ARRAY_LEN(rows); i++)
		n += (size_t)snprintf(
			all + n, sizeof(all) - n, "%s%s", i ? ", " : "", rows[i].name);
	assert(n < sizeof(all));
	if (near)
		error_hint(err, "the nearest one is %s", near);
	else
		error_hint(err, "it is one of: %s", all);
	return NULL;
}

void
report_piece_add(struct report_pieces *out, enum report_part part, enum level level,
	const char *key, const char *text)
{
	if (out->count == out->cap) {
		size_t cap = out->cap ? out->cap * 2 : 4;

		out->items =
			arena_grow(out->arena, out->items, out->cap, cap, sizeof(out->items[0]));
		out->cap = cap;
	}
	out->items[out->count++] = (struct report_piece){ part, level, key, text };
}

char *
report_label(struct arena *a, const struct report_run *run, const struct report_item *item)
{
	return item->audit ? audit_label(a, item->audit) : path_label(a, run->cwd, item->path);
}

const char *
finding_fix(const struct finding *f)
{
	return f->fix ? f->fix : f->rule->remedy;
}

void
report_totals_add(struct report_totals *t, const struct report_totals *more)
{
	t->files += more->files;
	t->errors += more->errors;
	t->warnings += more->warnings;
	t->notes += more->notes;
	t->unchecked += more->unchecked;
	t->unreadable += more->unreadable;
	t->suppressed += more->suppressed;
	t->known += more->known;
}

char *
report_totals_text(struct arena *a, const struct report_run *run)
{
	const struct report_totals *t = &run->outcome.totals;
	struct strbuf b;

	strbuf_init(&b, a);
	if (t->files + t->unreadable > 1)
		strbuf_addf(&b, "%s: ", ui_count(a, t->files, "file"));
	if (t->files || t->errors)
		strbuf_add(&b, report_verdict(a, &run->ui, t->errors, t->warnings));
	if (t->files && t->notes)
		strbuf_addf(&b, ", %s", ui_count(a, t->notes, "note"));
	if (t->suppressed)
		strbuf_addf(&b, ", %zu suppressed", t->suppressed);
	if (t->known)
		strbuf_addf(&b, ", %zu known", t->known);
	if (t->unchecked)
		strbuf_addf(&b, ", %s unchecked", ui_count(a, t->unchecked, "rule"));
	if (t->unreadable)
		strbuf_addf(&b, "%s%s unreadable", t->files || t->errors ? ", " : "",
			ui_count(a, t->unreadable, "file"));
	return b.ptr;
}
