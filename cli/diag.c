/* SPDX-License-Identifier: MIT */
/* Renders errors and warnings. */
#include "cli/diag.h"

#include <stdio.h>

#include "base/json.h"

/* A text of several lines keeps its indent under the first. */
static void
print_part(struct ui *ui, const char *label, const char *text)
{
	if (!*text)
		return;
	fprintf(stderr, "  %s%s%s", ui_err(ui, UI_DIM), label, ui_err(ui, UI_PLAIN));
	for (const char *c = text; *c; c++) {
		if (*c == '\n')
			fputs("\n   ", stderr);
		putc((unsigned char)*c < 0x20 || *c == 0x7f ? ' ' : *c, stderr);
	}
	putc('\n', stderr);
}

static void
print_json(const struct error *err)
{
	struct json_value *root = json_new_object();
	struct json_value *object;
	struct arena a;

	arena_init(&a);
	json_add_u64(root, "schema", 1);
	object = json_add_object(root, "error");
	json_add_string(object, "kind", error_kind_name(err->kind));
	json_add_string(object, "what", err->what);
	json_add_string(object, "where", *err->where ? err->where : NULL);
	json_add_string(object, "hint", *err->hint ? err->hint : NULL);
	fputs(json_text(&a, root, true), stdout);
	json_free(root);
	arena_clear(&a);
}

/* For an error that does not know better itself. */
static const char *const hints[ERROR_KINDS] = {
	[ERROR_USAGE] = "xbuild -h shows what there is",
	[ERROR_MISSING] = "check the name, and that you may read it",
	[ERROR_IO] = "check the permissions and the free space there",
	[ERROR_FORMAT] = "make or copy the file again",
	[ERROR_LIMIT] = "such a file is refused; make a smaller one",
	[ERROR_BUILD] = "the compiler's own words stand above",
	[ERROR_NET] = "check the connection, and try again",
	[ERROR_VERIFY] = "try again; if it stays, do not trust that server",
	[ERROR_BUG] = "please report this, with the command line",
};

void
diag_error(struct ui *ui, const struct error *told)
{
	struct error copy = *told;
	const struct error *err = &copy;
	struct arena a;

	if (!*copy.hint && hints[copy.kind])
		error_hint(&copy, "%s", hints[copy.kind]);

	ui_clear_line(ui);
	if (ui->json)
		print_json(err);
	fflush(stdout); /* results printed so far stand before what went wrong */
	arena_init(&a);
	fprintf(stderr, "%sxbuild:%s %s\n", ui_err(ui, UI_RED), ui_err(ui, UI_PLAIN),
		ui_safe(&a, err->what));
	print_part(ui, "at ", err->where);
	print_part(ui, "hint: ", err->hint);
	arena_clear(&a);
}

void
diag_warning(struct ui *ui, const char *text, const char *hint)
{
	struct arena a;

	if (ui->quiet)
		return;
	ui_clear_line(ui);
	fflush(stdout);
	arena_init(&a);
	fprintf(stderr, "%sxbuild: warning:%s %s\n", ui_err(ui, UI_YELLOW), ui_err(ui, UI_PLAIN),
		ui_safe(&a, text));
	if (hint)
		print_part(ui, "hint: ", hint);
	arena_clear(&a);
}
