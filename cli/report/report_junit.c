/* SPDX-License-Identifier: MIT */
/*
 * JUnit, as Jenkins and most CI systems read it: a suite for each file and a case for each rule, so
 * that what passed is told as well. A case fails when a finding is at or above --fail-on; what is below
 * stands in its output.
 */
#include <string.h>

#include "base/strmap.h"
#include "cli/report/escape.h"
#include "cli/report/format.h"

static void
attribute(struct strbuf *b, const char *name, const char *value)
{
	strbuf_addf(b, " %s=\"", name);
	escape_xml(b, value);
	strbuf_addc(b, '"');
}

static bool
fails(const struct report_run *run, const struct finding *f)
{
	return f->state == FINDING_COUNTS && f->level >= run->fail_at;
}

/* The rule's findings that fail, or those that do not, one a line. */
static size_t
lines_of(struct strbuf *b, const struct report_run *run, const struct audit *audit,
	const struct rule *rule, bool failing)
{
	size_t n = 0;

	for (size_t i = 0; i < audit->findings.count; i++) {
		const struct finding *f = &audit->findings.items[i];

		if (f->rule != rule || fails(run, f) != failing)
			continue;
		if (n++)
			strbuf_addc(b, '\n');
		strbuf_addf(b, "%s: %s%s%s", level_name(f->level), f->message,
			f->accepted ? " - accepted: " : "", f->accepted ? f->accepted : "");
	}
	return n;
}

/* What mends each of the findings; once what mends several. */
static char *
fixes_of(struct arena *a, const struct report_run *run, const struct audit *audit,
	const struct rule *rule)
{
	struct strmap told;
	struct strbuf b;

	strmap_init(&told, a);
	strbuf_init(&b, a);
	for (size_t i = 0; i < audit->findings.count; i++) {
		const struct finding *f = &audit->findings.items[i];
		const char *fix = finding_fix(f);

		if (f->rule != rule || !fails(run, f) || strmap_get(&told, fix))
			continue;
		strbuf_addf(&b, "%s%s", b.len ? "\n" : "", fix);
		strmap_set(&told, fix, &told);
	}
	return b.ptr;
}

static void
add_failure(struct strbuf *b, const char *text, const struct rule *rule, const char *fixes)
{
	strbuf_add(b, "<failure");
	attribute(b, "type", rule->id);
	attribute(b, "message", text);
	strbuf_add(b, ">");
	escape_xml(b, fixes);
	strbuf_add(b, "</failure>");
}

struct counts {
	size_t tests, failures, skipped;
};

static void
add_case(struct strbuf *b, const struct report_run *run, const struct audit *audit,
	const struct rule_result *r, struct counts *counts)
{
	struct strbuf bad, other;

	strbuf_init(&bad, b->arena);
	strbuf_init(&other, b->arena);
	strbuf_add(b, "<testcase classname=\"xbuild.audit\"");
	attribute(b, "name", arena_printf(b->arena, "%s %s", r->rule->id, r->rule->name));
	strbuf_addc(b, '>');
	counts->tests++;
	if (lines_of(&bad, run, audit, r->rule, true)) {
		add_failure(b, bad.ptr, r->rule, fixes_of(b->arena, run, audit, r->rule));
		counts->failures++;
	} else if (r->verdict == VERDICT_SKIP || r->verdict == VERDICT_UNKNOWN) {
		strbuf_add(b, "<skipped");
		attribute(b, "message",
			arena_printf(b->arena, "%s%s",
				r->verdict == VERDICT_UNKNOWN ? "unchecked: " : "",
				r->reason ? r->reason : ""));
		strbuf_add(b, "/>");
		counts->skipped++;
	}
	if (lines_of(&other, run, audit, r->rule, false)) {
		strbuf_add(b, "<system-out>");
		escape_xml(b, other.ptr);
		strbuf_add(b, "</system-out>");
	}
	strbuf_add(b, "</testcase>\n");
}

static void
open_suite(struct strbuf *b, const char *label, const struct counts *counts, size_t errors)
{
	strbuf_add(b, "<testsuite");
	attribute(b, "name", label);
	strbuf_addf(b, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n",
		counts->tests, counts->failures, errors, counts->skipped);
}

void
report_junit_begin(struct strbuf *out, const struct report_run *run)
{
	(void)run;
	strbuf_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			"<testsuites name=\"xbuild audit\">\n");
}

static void
add_unreadable(struct strbuf *b, const char *label, const struct error *err)
{
	open_suite(b, label, &(struct counts){ .tests = 1 }, 1);
	strbuf_add(b, "<testcase classname=\"xbuild.audit\" name=\"readable\"><error");
	attribute(b, "type", error_kind_name(err->kind));
	attribute(b, "message", err->what);
	strbuf_add(b, "/></testcase>\n</testsuite>\n");
}

void
report_junit_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	const char *label = report_label(out->arena, run, item);
	const struct audit *audit = item->audit;
	struct counts counts = { 0 };
	struct strbuf suite, cases;

	strbuf_init(&suite, out->arena);
	strbuf_init(&cases, out->arena);
	if (audit) {
		for (size_t i = 0; i < audit->result_count; i++)
			add_case(&cases, run, audit, &audit->results[i], &counts);
		open_suite(&suite, label, &counts, 0);
		strbuf_addf(&suite, "%s</testsuite>\n", cases.ptr);
	} else {
		add_unreadable(&suite, label, item->err);
	}
	report_piece_add(out, PART_BODY, LEVEL_NOTE, NULL, suite.ptr);
}

void
report_junit_end(struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	(void)run;
	(void)rest;
	strbuf_add(out, "</testsuites>\n");
}
