/* SPDX-License-Identifier: MIT */
/*
 * Workflow commands of GitHub Actions: an annotation for each finding that counts, as many as a step
 * shows, and one line that tells the whole. The details are in the job's summary (sink.h).
 */
#include <string.h>

#include "cli/report/escape.h"
#include "cli/report/format.h"

static const char *const commands[LEVELS] = {
	[LEVEL_NOTE] = "notice",
	[LEVEL_WARNING] = "warning",
	[LEVEL_ERROR] = "error",
};

static void
add(struct report_pieces *out, enum level level, const char *label, const char *title,
	const char *message)
{
	struct strbuf b;

	strbuf_init(&b, out->arena);
	strbuf_addf(&b, "::%s file=", commands[level]);
	escape_github_property(&b, label);
	strbuf_add(&b, ",line=1,title=");
	escape_github_property(&b, title);
	strbuf_add(&b, "::");
	escape_github(&b, message);
	report_piece_add(out, PART_BODY, level, NULL, b.ptr);
}

void
report_github_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	struct arena *a = out->arena;
	const char *label = report_label(a, run, item);

	if (!item->audit) {
		add(out, LEVEL_ERROR, label, "xbuild", item->err->what);
		return;
	}
	for (size_t i = 0; i < item->audit->findings.count; i++) {
		const struct finding *f = &item->audit->findings.items[i];

		/* The file stands in the message too: annotations on binaries have no place to show it. */
		if (f->state == FINDING_COUNTS)
			add(out, f->level, label,
				arena_printf(a, "%s %s", f->rule->id, f->rule->name),
				arena_printf(
					a, "%s: %s\nFix: %s", label, f->message, finding_fix(f)));
	}
}

void
report_github_end(struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	size_t left_out = rest->left_out[0] + rest->left_out[1] + rest->left_out[2];
	bool failed = run->outcome.exit_code != 0;

	if (rest->written)
		strbuf_addc(out, '\n');
	for (size_t i = 0; i < run->outcome.remark_count; i++) {
		strbuf_addf(out, "::%s title=xbuild %s::", commands[run->outcome.remarks[i].level],
			run->outcome.remarks[i].name);
		escape_github(out, run->outcome.remarks[i].text);
		strbuf_addc(out, '\n');
	}
	strbuf_addf(out, "::%s title=xbuild audit::%s", failed ? "error" : "notice",
		report_totals_text(out->arena, run));
	if (left_out)
		strbuf_addf(out, " (%zu of them without an annotation)", left_out);
	strbuf_addc(out, '\n');
}
