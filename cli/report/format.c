/* SPDX-License-Identifier: MIT */
/* The table of report formats. */
#include "cli/report/format.h"

#include <string.h>

static const struct report_format rows[] = {
	{ "text", "for people: facts, findings and what mends them", NULL, report_text_file, "",
		report_text_end, { 0 }, 0 },
	{ "json", "one document; its schema is xbuild-audit.schema.json", report_json_begin,
		report_json_file, ",\n", report_json_end, { 0 }, 0 },
	{ "ndjson", "one object a line for each file", NULL, report_json_file, "\n",
		report_ndjson_end, { 0 }, 0 },
};

/* Kept beside the rows for the option's choices; a test compares. */
const char *const report_format_names[] = { "text", "json", "ndjson", NULL };

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
	const char *near;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	error_set(err, ERROR_USAGE, "there is no report format %s", name);
	near = cstr_nearest(name, report_format_names, ARRAY_LEN(report_format_names) - 1);
	if (near)
		error_hint(err, "the nearest one is %s", near);
	else
		error_hint(err, "xbuild audit -h lists them");
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
