/* SPDX-License-Identifier: MIT */
/* Markdown for merge requests and job summaries: what is wrong at length, what is clean as a number. */
#include <string.h>

#include "cli/report/escape.h"
#include "cli/report/format.h"

static const char *const marks[LEVELS] = {
	[LEVEL_NOTE] = ":information_source: note",
	[LEVEL_WARNING] = ":warning: warning",
	[LEVEL_ERROR] = ":x: error",
};

void
report_markdown_begin(struct strbuf *out, const struct report_run *run)
{
	(void)run;
	strbuf_add(out, "## xbuild audit\n\n");
}

static void
add_finding(struct strbuf *b, const struct finding *f)
{
	strbuf_addf(b, "| %s | %s %s | ", marks[f->level], f->rule->id, f->rule->name);
	escape_markdown(b, f->message);
	if (f->accepted) {
		strbuf_add(b, " (accepted: ");
		escape_markdown(b, f->accepted);
		strbuf_addc(b, ')');
	}
	strbuf_add(b, " | ");
	escape_markdown(b, finding_fix(f));
	strbuf_add(b, " |\n");
}

/* The lines begin with blanks and a word of ours, so none of them can end the fence. */
static void
add_where(struct strbuf *b, const struct report_run *run, const struct audit *audit)
{
	struct strbuf where;

	strbuf_init(&where, b->arena);
	report_where(&where, &run->ui, &audit->subject);
	if (where.len)
		strbuf_addf(b, "```text\n%s```\n\n", where.ptr);
}

static void
add_audit(struct strbuf *b, const struct report_run *run, const struct audit *audit)
{
	escape_markdown(b, audit_summary(b->arena, audit));
	strbuf_add(b, "\n\n");
	add_where(b, run, audit);
	strbuf_add(b, "| | Rule | Finding | Fix |\n|---|---|---|---|\n");
	for (size_t level = LEVELS; level-- > 0;)
		for (size_t i = 0; i < audit->findings.count; i++)
			if (audit->findings.items[i].level == level)
				add_finding(b, &audit->findings.items[i]);
}

void
report_markdown_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	struct strbuf b;

	if (item->audit && !item->audit->findings.count)
		return;
	strbuf_init(&b, out->arena);
	strbuf_add(&b, "### ");
	escape_markdown_code(&b, report_label(out->arena, run, item));
	strbuf_add(&b, "\n\n");
	if (item->audit) {
		add_audit(&b, run, item->audit);
	} else {
		strbuf_add(&b, ":x: unreadable: ");
		escape_markdown(&b, item->err->what);
		strbuf_addc(&b, '\n');
	}
	report_piece_add(out, PART_BODY, LEVEL_NOTE, NULL, b.ptr);
}

void
report_markdown_end(
	struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	size_t left_out = rest->left_out[LEVEL_NOTE];

	if (rest->written)
		strbuf_addc(out, '\n');
	if (left_out)
		strbuf_addf(out, "%s more had no room here.\n\n",
			ui_count(out->arena, left_out, "file"));
	for (size_t i = 0; i < run->outcome.remark_count; i++) {
		strbuf_addf(out, "%s %s: ", marks[run->outcome.remarks[i].level],
			run->outcome.remarks[i].name);
		escape_markdown(out, run->outcome.remarks[i].text);
		strbuf_add(out, "\n\n");
	}
	strbuf_addf(out, "**%s**\n", report_totals_text(out->arena, run));
}
