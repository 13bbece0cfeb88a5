/* SPDX-License-Identifier: MIT */
/*
 * One HTML page: a card for each file, search and filters, what the rules mean, and who needs whom.
 * It needs no network; its policy runs only its own script, so that no file name can run another.
 */
#include <string.h>

#include "base/path.h"
#include "cli/report/escape.h"
#include "cli/report/format.h"
#include "cli/report/graph.h"
#include "cli/report/html_page.h"

void
report_html_begin(struct strbuf *out, const struct report_run *run)
{
	static const char *const levels[] = { "error", "warning", "note", "clean" };

	(void)run;
	strbuf_addf(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src 'unsafe-inline'; script-src '%s'\">\n"
		"<title>xbuild audit</title>\n<style>%s</style>\n</head>\n<body>\n"
		"<h1>xbuild audit</h1>\n<p id=\"jump\"><a href=\"#summary\">Summary</a></p>\n"
		"<form role=\"search\" hidden>\n<input type=\"search\" "
		"id=\"q\" aria-label=\"Search files, symbols, rules\" "
		"placeholder=\"Search files, symbols, rules\">\n",
		html_script_digest, html_style);
	for (size_t i = 0; i < ARRAY_LEN(levels); i++)
		strbuf_addf(out,
			"<label><input type=\"checkbox\" value=\"%s\" checked> "
			"<span class=\"level %s\">%s</span></label>\n",
			levels[i], levels[i], levels[i]);
	strbuf_add(out, "<span id=\"shown\" role=\"status\" class=\"dim\"></span>\n</form>\n"
			"<main id=\"files\">\n");
}

static void
element(struct strbuf *b, const char *open, const char *text, const char *close)
{
	strbuf_add(b, open);
	escape_xml(b, text);
	strbuf_add(b, close);
}

static void
add_finding(struct strbuf *b, const struct finding *f)
{
	const char *level = level_name(f->level);

	strbuf_addf(b,
		"<li data-rule=\"%s %s\"%s><span class=\"level %s\">%s</span> "
		"<a href=\"#%s\">%s</a> ",
		f->rule->id, f->rule->name, f->accepted ? " class=\"accepted\"" : "", level, level,
		f->rule->id, f->rule->id);
	escape_xml(b, f->message);
	if (f->accepted)
		element(b, " <em>accepted: ", f->accepted, "</em>");
	element(b, "<br><span class=\"fix\">fix: ", finding_fix(f), "</span></li>\n");
}

static void
add_names(struct strbuf *b, const char *title, const char *const *names, size_t count)
{
	if (!count)
		return;
	strbuf_addf(b, "<details><summary>%s (%zu)</summary><pre>", title, count);
	for (size_t i = 0; i < count; i++)
		element(b, i ? "\n" : "", names[i], "");
	strbuf_add(b, "</pre></details>\n");
}

static void
add_unchecked(struct strbuf *b, const struct audit *audit)
{
	if (!audit->unknown)
		return;
	strbuf_addf(b, "<details><summary>Unchecked (%zu)</summary><ul>\n", audit->unknown);
	for (size_t i = 0; i < audit->result_count; i++)
		if (audit->results[i].verdict == VERDICT_UNKNOWN)
			element(b, arena_printf(b->arena, "<li>%s ", audit->results[i].rule->id),
				audit->results[i].reason ? audit->results[i].reason : "",
				"</li>\n");
	strbuf_add(b, "</ul></details>\n");
}

static void
add_audit(struct strbuf *b, const struct report_run *run, const struct audit *audit)
{
	const struct image *img = audit->subject.image;
	struct strbuf where;

	element(b, "<p>", audit_summary(b->arena, audit), "</p>\n");
	strbuf_init(&where, b->arena);
	report_where(&where, &run->ui, &audit->subject);
	if (where.len) {
		where.ptr[where.len - 1] = '\0'; /* its last line break */
		strbuf_add(b, "<pre>");
		for (struct str rest = { where.ptr, where.len - 1 }; rest.ptr;)
			element(b, "", str_dup(b->arena, str_cut(&rest, '\n')), "\n");
		strbuf_add(b, "</pre>\n");
	}
	strbuf_add(b, audit->findings.count ? "<ul>\n" : "");
	for (size_t level = LEVELS; level-- > 0;)
		for (size_t i = 0; i < audit->findings.count; i++)
			if (audit->findings.items[i].level == level)
				add_finding(b, &audit->findings.items[i]);
	strbuf_add(b, audit->findings.count ? "</ul>\n" : "");
	add_names(b, "Needed", (const char *const *)img->needed.items, img->needed.count);
	for (size_t i = 0; i < audit->subject.floor_count; i++) {
		const struct floor *f = &audit->subject.floors[i];

		add_names(b, arena_printf(b->arena, "Symbols of %s %s", f->family, f->version),
			f->symbols.items, f->symbols.count);
	}
	add_unchecked(b, audit);
}

/* The worst level that counts; a file without one is clean. */
static const char *
card_level(const struct report_item *item)
{
	const struct audit *audit = item->audit;

	if (!audit || audit->errors)
		return "error";
	return audit->warnings ? "warning" : audit->notes ? "note" : "clean";
}

/* What the rule means, once for the page. */
static void
add_rule(struct report_pieces *out, const struct rule *r)
{
	struct strbuf b;

	strbuf_init(&b, out->arena);
	strbuf_addf(&b, "R<details id=\"%s\"><summary>%s %s: ", r->id, r->id, r->name);
	escape_xml(&b, r->summary);
	element(&b, "</summary><p>", r->cause, "</p>");
	element(&b, "<p><strong>What to do:</strong> ", r->remedy, "</p></details>");
	report_piece_add(out, PART_TAIL, r->level, r->id, b.ptr);
}

void
report_html_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	const char *level = card_level(item), *label = report_label(out->arena, run, item);
	struct strbuf b;

	strbuf_init(&b, out->arena);
	strbuf_addf(&b, "<article class=\"%s\" data-level=\"%s\">\n", level, level);
	element(&b, "<h2>", label, "</h2>\n");
	if (item->audit)
		add_audit(&b, run, item->audit);
	else
		element(&b, "<p><span class=\"level error\">unreadable</span> ", item->err->what,
			"</p>\n");
	strbuf_add(&b, "</article>");
	report_piece_add(out, PART_BODY, LEVEL_NOTE, NULL, b.ptr);
	if (!item->audit)
		return;
	for (size_t i = 0; i < item->audit->findings.count; i++)
		add_rule(out, item->audit->findings.items[i].rule);
	report_piece_add(out, PART_TAIL, LEVEL_NOTE, NULL,
		graph_edges(out->arena, label, item->audit->subject.image));
}

static void
add_summary(struct strbuf *out, const struct report_run *run)
{
	strbuf_add(out, "<section id=\"summary\" aria-label=\"Summary\">\n");
	element(out, "<p><strong>", report_totals_text(out->arena, run), "</strong></p>\n");
	for (size_t i = 0; i < run->outcome.remark_count; i++) {
		const struct report_remark *r = &run->outcome.remarks[i];

		strbuf_addf(out, "<p><span class=\"level %s\">%s</span> ", level_name(r->level),
			level_name(r->level));
		element(out, r->name, ": ", "");
		element(out, "", r->text, "</p>\n");
	}
	strbuf_add(out, "<table id=\"counts\" hidden><thead><tr><th scope=\"col\">Rule</th>"
			"<th scope=\"col\">Findings</th></tr></thead><tbody></tbody></table>\n"
			"</section>\n");
}

void
report_html_end(struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	bool told = false;

	strbuf_add(out, "\n</main>\n");
	graph_svg(out, rest->tail);
	for (size_t i = 0; i < rest->tail->count; i++)
		if (rest->tail->items[i][0] == 'R') {
			strbuf_addf(out, "%s%s\n",
				told ? "" : "<section aria-label=\"Rules\">\n<h2>Rules</h2>\n",
				rest->tail->items[i] + 1);
			told = true;
		}
	strbuf_add(out, told ? "</section>\n" : "");
	add_summary(out, run);
	strbuf_addf(out, "<script>%s</script>\n</body>\n</html>\n", html_script);
}
