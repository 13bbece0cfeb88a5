/* SPDX-License-Identifier: MIT */
/* The audit report for people. */
#include "cli/report/format.h"
#include "cli/report/report.h"

#include <string.h>

#define MESSAGE_COLUMN 17
#define NAMES_SHOWN 4 /* symbols named behind a floor */

static void
take_unchecked(struct arena *a, const struct audit *audit, struct report *ret)
{
	ret->unchecked = ARENA_ARRAY(a, audit->unknown, struct report_unchecked);
	for (size_t i = 0; i < audit->result_count && ret->unknown < audit->unknown; i++) {
		const struct rule_result *r = &audit->results[i];

		if (r->verdict == VERDICT_UNKNOWN)
			ret->unchecked[ret->unknown++] = (struct report_unchecked){ r->rule->id,
				r->reason ? r->reason : "" };
	}
}

void
report_from(struct arena *a, const struct audit *audit, struct report *ret)
{
	const struct findings *f = &audit->findings;

	*ret = (struct report){ 0 };
	ret->summary = audit_summary(a, audit);
	ret->lines = ARENA_ARRAY(a, f->count, struct report_line);
	for (size_t level = LEVELS; level-- > 0;)
		for (size_t i = 0; i < f->count; i++)
			if (f->items[i].level == level && f->items[i].state == FINDING_COUNTS)
				ret->lines[ret->count++] = (struct report_line){ f->items[i].level,
					f->items[i].rule->id, f->items[i].message,
					finding_fix(&f->items[i]) };
	take_unchecked(a, audit, ret);
	ret->errors = audit->errors;
	ret->warnings = audit->warnings;
	ret->notes = audit->notes;
	ret->malformed = audit->malformed;
}

static enum ui_style
level_style(enum level level)
{
	static const enum ui_style styles[LEVELS] = {
		[LEVEL_NOTE] = UI_DIM,
		[LEVEL_WARNING] = UI_YELLOW,
		[LEVEL_ERROR] = UI_RED,
	};

	return styles[level];
}

/* `fix`: whether what mends it is told here and not behind the next finding, which has the same. */
static void
add_finding(struct strbuf *out, const struct ui *ui, const struct report_line *line, bool fix)
{
	const char *level = level_name(line->level);

	strbuf_addf(out, "  %s%s %s%s%*s ", ui_out(ui, level_style(line->level)), level, line->rule,
		ui_out(ui, UI_PLAIN), (int)(sizeof("warning") - 1 - strlen(level)), "");
	ui_wrap(out, ui, MESSAGE_COLUMN, ui_safe(out->arena, line->message));
	strbuf_addc(out, '\n');
	if (!fix || !line->fix || !*line->fix)
		return;
	strbuf_addf(out, "%*s%sfix: ", MESSAGE_COLUMN, "", ui_out(ui, UI_DIM));
	ui_wrap(out, ui, MESSAGE_COLUMN + 5, ui_safe(out->arena, line->fix));
	strbuf_addf(out, "%s\n", ui_out(ui, UI_PLAIN));
}

/* "  unchecked LC034 LC036   the reason": what has one reason stands on one line. */
static void
add_unchecked(struct strbuf *out, const struct ui *ui, const struct report *report)
{
	for (size_t i = 0; i < report->unknown; i++) {
		const char *reason = report->unchecked[i].reason;
		bool told = false;

		for (size_t k = 0; k < i; k++)
			told = told || strcmp(report->unchecked[k].reason, reason) == 0;
		if (told)
			continue;
		strbuf_addf(out, "  %sunchecked", ui_out(ui, UI_DIM));
		for (size_t k = i; k < report->unknown; k++)
			if (strcmp(report->unchecked[k].reason, reason) == 0)
				strbuf_addf(out, " %s", report->unchecked[k].rule);
		strbuf_addf(out, "%s ", ui_out(ui, UI_PLAIN));
		ui_wrap(out, ui, MESSAGE_COLUMN, ui_safe(out->arena, reason));
		strbuf_addc(out, '\n');
	}
}

void
report_findings(struct strbuf *out, const struct ui *ui, const struct report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct report_line *line = &report->lines[i], *next = line + 1;
		bool last = i + 1 == report->count || !line->fix || !next->fix ||
			    strcmp(line->fix, next->fix) != 0;

		add_finding(out, ui, line, last);
	}
	add_unchecked(out, ui, report);
}

/* "  glibc 2.34       pthread_create, __libc_start_main" */
static void
add_floor(struct strbuf *out, const struct floor *floor)
{
	char *name = arena_printf(out->arena, "%s %s", floor->family, floor->version);
	size_t shown = floor->symbols.count < NAMES_SHOWN ? floor->symbols.count : NAMES_SHOWN;

	strbuf_addf(out, "  %-14s ", ui_safe(out->arena, name));
	for (size_t i = 0; i < shown; i++)
		strbuf_addf(
			out, "%s%s", i ? ", " : "", ui_safe(out->arena, floor->symbols.items[i]));
	if (floor->symbols.count > shown)
		strbuf_addf(out, " and %zu more", floor->symbols.count - shown);
	if (floor->weak_only)
		strbuf_add(out, " (weak only)");
	strbuf_addc(out, '\n');
}

/* "  go             linux/amd64 · CGO_ENABLED=1 · -trimpath=true": what decides where it runs, and whether
 * it can be built again. */
static void
add_go(struct strbuf *out, const struct ui *ui, const struct image_go *go)
{
	static const char *const shown[] = { "GOOS", "GOARCH", "GOAMD64", "GOARM", "GOARM64",
		"CGO_ENABLED", "-tags", "-trimpath", "-ldflags", "vcs.revision", "vcs.modified" };
	struct strbuf b;

	if (!go->present || !go->settings.count)
		return;
	strbuf_init(&b, out->arena);
	for (size_t k = 0; k < ARRAY_LEN(shown); k++)
		for (size_t i = 0; i < go->settings.count; i++) {
			const char *s = go->settings.items[i];
			size_t n = strlen(shown[k]);

			if (strncmp(s, shown[k], n) == 0 && s[n] == '=')
				strbuf_addf(&b, "%s%s", b.len ? " \xc2\xb7 " : "", s);
		}
	strbuf_addf(out, "  %s%-14s%s ", ui_out(ui, UI_DIM), "go", ui_out(ui, UI_PLAIN));
	ui_wrap(out, ui, MESSAGE_COLUMN, ui_safe(out->arena, b.ptr));
	strbuf_addc(out, '\n');
}

void
report_text(struct strbuf *out, const struct ui *ui, const struct audit *audit,
	const struct report *report)
{
	const char *name = audit->member
				   ? arena_printf(out->arena, "%s!%s", audit->path, audit->member)
				   : audit->path;

	strbuf_addf(out, "%s%s%s   %s\n", ui_out(ui, UI_BOLD), ui_safe(out->arena, name),
		ui_out(ui, UI_PLAIN), ui_safe(out->arena, report->summary));
	for (size_t i = 0; i < audit->subject.floor_count; i++)
		if (audit->subject.floors[i].symbols.count)
			add_floor(out, &audit->subject.floors[i]);
	add_go(out, ui, &audit->subject.go);
	report_where(out, ui, &audit->subject);
	report_findings(out, ui, report);
}

char *
report_verdict(struct arena *a, const struct ui *ui, size_t errors, size_t warnings)
{
	const char *plain = ui_out(ui, UI_PLAIN);

	if (errors && warnings)
		return arena_printf(a, "%s%s%s, %s", ui_out(ui, UI_RED),
			ui_count(a, errors, "error"), plain, ui_count(a, warnings, "warning"));
	if (errors)
		return arena_printf(
			a, "%s%s%s", ui_out(ui, UI_RED), ui_count(a, errors, "error"), plain);
	if (warnings)
		return arena_printf(a, "%s%s%s", ui_out(ui, UI_YELLOW),
			ui_count(a, warnings, "warning"), plain);
	return arena_printf(a, "%sclean%s", ui_out(ui, UI_GREEN), plain);
}

void
report_text_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	struct report report;
	struct strbuf text;

	if (!item->audit)
		return; /* standard error had it */
	report_from(out->arena, item->audit, &report);
	if (run->ui.quiet && !report.count)
		return;
	strbuf_init(&text, out->arena);
	report_text(&text, &run->ui, item->audit, &report);
	report_piece_add(out, PART_BODY, LEVEL_NOTE, NULL, text.ptr);
}

void
report_text_end(struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	(void)rest;
	if (run->ui.quiet)
		return;
	for (size_t i = 0; i < run->outcome.remark_count; i++)
		strbuf_addf(out, "%s%s%s %s: %s\n",
			ui_out(&run->ui, level_style(run->outcome.remarks[i].level)),
			level_name(run->outcome.remarks[i].level), ui_out(&run->ui, UI_PLAIN),
			run->outcome.remarks[i].name,
			ui_safe(out->arena, run->outcome.remarks[i].text));
	strbuf_addf(out, "%s\n", report_totals_text(out->arena, run));
}
