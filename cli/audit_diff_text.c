/* SPDX-License-Identifier: MIT */
/* Tells what differs between two releases. */
#include "cli/audit_diff.h"

#include <string.h>

#include "base/json.h"
#include "cli/report/escape.h"

static const char *const names[DIFF_VERDICTS] = { "worse", "better", "changed" };

static bool
is_same(const struct diff_file *f)
{
	return strcmp(f->status, "same") == 0;
}

static bool
is_changed(const struct diff_file *f)
{
	return strcmp(f->status, "changed") == 0;
}

/* "12 files: 2 worse, 1 better, 1 added" */
static char *
totals_text(const struct diff *d)
{
	struct strbuf b;
	const struct {
		size_t n;
		const char *what;
	} parts[] = { { d->totals[DIFF_WORSE], "worse" }, { d->totals[DIFF_BETTER], "better" },
		{ d->totals[DIFF_CHANGED], "changed" }, { d->added, "added" },
		{ d->removed, "removed" } };
	bool told = false;

	strbuf_init(&b, d->arena);
	strbuf_addf(&b, "%s: ", ui_count(d->arena, d->count, "file"));
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (parts[i].n)
			strbuf_addf(&b, "%s%zu %s", told ? ", " : "", parts[i].n, parts[i].what);
		told |= parts[i].n != 0;
	}
	strbuf_add(&b, told ? "" : "no difference");
	return b.ptr;
}

static void
add_text(struct strbuf *b, const struct ui *ui, const struct diff_file *f)
{
	static const enum ui_style styles[] = { UI_RED, UI_GREEN, UI_PLAIN };

	strbuf_addf(b, "%s%s%s%s%s\n", ui_out(ui, UI_BOLD), ui_safe(b->arena, f->path),
		ui_out(ui, UI_PLAIN), is_changed(f) ? "" : "   ", is_changed(f) ? "" : f->status);
	for (size_t v = 0; v < DIFF_VERDICTS; v++)
		for (size_t i = 0; i < f->count; i++)
			if (f->changes[i].verdict == v)
				strbuf_addf(b, "  %s%-9s%s %s\n", ui_out(ui, styles[v]), names[v],
					ui_out(ui, UI_PLAIN),
					ui_safe(b->arena, f->changes[i].text));
}

static char *
as_text(const struct diff *d, const struct ui *ui)
{
	struct strbuf b;

	strbuf_init(&b, d->arena);
	for (size_t i = 0; i < d->count; i++)
		if (!is_same(&d->files[i]))
			add_text(&b, ui, &d->files[i]);
	strbuf_addf(&b, "%s\n", totals_text(d));
	return b.ptr;
}

static char *
as_markdown(const struct diff *d)
{
	struct strbuf b;

	strbuf_init(&b, d->arena);
	strbuf_add(&b, "## xbuild audit: what changed\n\n");
	for (size_t i = 0; i < d->count; i++) {
		const struct diff_file *f = &d->files[i];

		if (is_same(f))
			continue;
		strbuf_add(&b, "### ");
		escape_markdown_code(&b, f->path);
		strbuf_addf(
			&b, "%s%s\n\n", is_changed(f) ? "" : " ", is_changed(f) ? "" : f->status);
		for (size_t v = 0; v < DIFF_VERDICTS; v++)
			for (size_t k = 0; k < f->count; k++)
				if (f->changes[k].verdict == v) {
					strbuf_addf(&b, "- **%s**: ", names[v]);
					escape_markdown(&b, f->changes[k].text);
					strbuf_addc(&b, '\n');
				}
		strbuf_add(&b, f->count ? "\n" : "");
	}
	strbuf_addf(&b, "**%s**\n", totals_text(d));
	return b.ptr;
}

static char *
as_json(const struct diff *d)
{
	struct json_value *top = json_new_object(), *files, *summary;
	char *text;

	json_add_u64(top, "schema", 1);
	files = json_add_array(top, "files");
	for (size_t i = 0; i < d->count; i++) {
		struct json_value *file = json_push_object(files), *changes;

		json_add_string(file, "path", d->files[i].path);
		json_add_string(file, "status", d->files[i].status);
		changes = json_add_array(file, "changes");
		for (size_t k = 0; k < d->files[i].count; k++) {
			struct json_value *change = json_push_object(changes);

			json_add_string(change, "verdict", names[d->files[i].changes[k].verdict]);
			json_add_string(change, "kind", d->files[i].changes[k].kind);
			json_add_string(change, "text", d->files[i].changes[k].text);
		}
	}
	summary = json_add_object(top, "summary");
	json_add_u64(summary, "files", d->count);
	for (size_t v = 0; v < DIFF_VERDICTS; v++)
		json_add_u64(summary, names[v], d->totals[v]);
	json_add_u64(summary, "added", d->added);
	json_add_u64(summary, "removed", d->removed);
	text = json_text(d->arena, top, true);
	json_free(top);
	return text;
}

char *
diff_text(const struct diff *d, const struct ui *ui, const char *format)
{
	if (strcmp(format, "json") == 0)
		return as_json(d);
	return strcmp(format, "markdown") == 0 ? as_markdown(d) : as_text(d, ui);
}
