/* SPDX-License-Identifier: MIT */
/* Keeps the verdict of an audit in a small file: a build that does nothing says the same again. */
#include "cli/report/report.h"

#include "base/caps.h"
#include "base/file.h"

/* First line of a stamp; the number changes with the format. */
#define STAMP_MARK "xbuild audit stamp 2"
#define UNCHECKED "unchecked" /* instead of a level */

bool
report_write_stamp(const char *path, const struct report *report, struct error *err)
{
	struct strbuf text;
	struct arena a;
	bool ok;

	arena_init(&a);
	strbuf_init(&text, &a);
	strbuf_addf(&text, "%s\n%zu\t%zu\t%zu\t%d\n%s\n", STAMP_MARK, report->errors,
		report->warnings, report->notes, report->malformed, ui_safe(&a, report->summary));
	for (size_t i = 0; i < report->count; i++) {
		const struct report_line *l = &report->lines[i];

		strbuf_addf(&text, "%d\t%s\t%s\t%s\n", (int)l->level, l->rule,
			ui_safe(&a, l->message), l->fix ? ui_safe(&a, l->fix) : "");
	}
	for (size_t i = 0; i < report->unknown; i++)
		strbuf_addf(&text, "%s\t%s\t%s\n", UNCHECKED, report->unchecked[i].rule,
			ui_safe(&a, report->unchecked[i].reason));
	ok = file_write(path, (struct str){ text.ptr, text.len }, 0644, err);
	arena_clear(&a);
	return ok;
}

static bool
cut_number(struct str *line, uint64_t max, uint64_t *ret)
{
	return str_to_u64(str_cut(line, '\t'), max, ret);
}

static bool
read_counts(struct str line, struct report *ret)
{
	uint64_t n[4];

	for (size_t i = 0; i < ARRAY_LEN(n); i++)
		if (!cut_number(&line, CAP_TEXT_FILE, &n[i]))
			return false;
	ret->errors = (size_t)n[0];
	ret->warnings = (size_t)n[1];
	ret->notes = (size_t)n[2];
	ret->malformed = n[3] != 0;
	return true;
}

static bool
read_finding(struct arena *a, struct str level, struct str line, struct report *ret)
{
	struct report_line *f;
	uint64_t n;

	if (!str_to_u64(level, LEVELS - 1, &n))
		return false;
	ret->lines = arena_grow(a, ret->lines, ret->count, ret->count + 1, sizeof(*ret->lines));
	f = &ret->lines[ret->count++];
	f->level = (enum level)n;
	f->rule = str_dup(a, str_cut(&line, '\t'));
	f->message = str_dup(a, str_cut(&line, '\t'));
	f->fix = line.len ? str_dup(a, line) : NULL;
	return true;
}

static void
read_unchecked(struct arena *a, struct str line, struct report *ret)
{
	struct report_unchecked *u;

	ret->unchecked = arena_grow(
		a, ret->unchecked, ret->unknown, ret->unknown + 1, sizeof(*ret->unchecked));
	u = &ret->unchecked[ret->unknown++];
	u->rule = str_dup(a, str_cut(&line, '\t'));
	u->reason = str_dup(a, line);
}

static bool
parse(struct arena *a, struct str text, struct report *ret)
{
	if (!str_is(str_cut(&text, '\n'), STAMP_MARK) || !read_counts(str_cut(&text, '\n'), ret))
		return false;
	ret->summary = str_dup(a, str_cut(&text, '\n'));
	while (text.len) {
		struct str line = str_cut(&text, '\n'), first = str_cut(&line, '\t');

		if (str_is(first, UNCHECKED))
			read_unchecked(a, line, ret);
		else if (!read_finding(a, first, line, ret))
			return false;
	}
	return true;
}

bool
report_read_stamp(struct arena *a, const char *path, struct report *ret, struct error *err)
{
	struct report report = { 0 };
	struct str text;

	if (!file_read(a, path, CAP_TEXT_FILE, &text, err))
		return false;
	if (!parse(a, text, &report)) {
		error_set(err, ERROR_FORMAT, "%s is not the stamp of an audit", path);
		return error_hint(err, "remove it and build again");
	}
	*ret = report;
	return true;
}
