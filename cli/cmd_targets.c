/* SPDX-License-Identifier: MIT */
/* xbuild targets: the matrix of what can be built, and from what. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/request.h"
#include "sysroots/source.h"
#include "sysroots/sysroot.h"
#include "toolchains/gate.h"
#include "toolchains/toolchain.h"

struct targets_options {
	const char *format;
};

/* One line of the matrix. */
struct row {
	struct target target;
	const struct source *source; /* NULL: none carries it */
	bool present;                /* its sysroot is in the store */
	bool has_tools;
	struct toolchain tools;
	bool modes[LINK_MODES];
	struct error missing; /* what it lacks, or ERROR_NONE */
};

static void
look_for_sysroot(struct session *s, struct row *row)
{
	struct sysroot_request req = { .target = row->target };
	struct sysroot found;
	struct error err;

	error_clear(&err);
	row->source = source_for(&row->target, &row->missing);
	if (!row->source)
		return;
	error_clear(&row->missing);
	req.source = row->source;
	req.set = SET_C_STATIC;
	row->present = sysroot_find(&s->context, &s->store, &req, &found, &err);
}

static void
look_for_tools(struct session *s, struct toolchain_memo *memo, struct row *row)
{
	const char *provider = settings_text(&s->settings, SETTING_TOOLCHAIN);

	row->has_tools = toolchain_get_memo(
		&s->context, &s->store, provider, &row->target, memo, &row->tools, &row->missing);
	if (row->has_tools)
		error_clear(&row->missing);
}

static void
look_at(struct session *s, struct toolchain_memo *memo, struct row *row)
{
	struct error err;

	error_clear(&row->missing);
	look_for_sysroot(s, row);
	if (!row->source)
		return;
	look_for_tools(s, memo, row);
	if (!row->has_tools)
		return;
	for (size_t m = 0; m < LINK_MODES; m++)
		row->modes[m] =
			gate_check(&row->target, &row->tools, (enum link_mode)m, LANGUAGE_C, &err);
}

static char *
modes_text(struct arena *a, const struct row *row)
{
	struct strbuf text;

	strbuf_init(&text, a);
	for (size_t m = 0; m < LINK_MODES; m++)
		if (row->modes[m])
			strbuf_addf(&text, "%s%s", text.len ? " " : "",
				link_mode_name((enum link_mode)m));
	return text.ptr;
}

static void
print_text(struct session *s, const struct row *row)
{
	const struct ui *ui = &s->ui;

	ui_pad(stdout, row->target.name, 32);
	if (row->missing.kind != ERROR_NONE) {
		printf("%s%s%s\n", ui_out(ui, UI_DIM), row->missing.what, ui_out(ui, UI_PLAIN));
		return;
	}
	ui_pad(stdout, row->tools.label, 12);
	ui_pad(stdout,
		arena_printf(&s->arena, "%s%s", row->source->id, row->present ? " (here)" : ""),
		20);
	puts(modes_text(&s->arena, row));
}

static void
add_json(struct json_value *array, const struct row *row)
{
	struct json_value *item = json_push_object(array);
	struct json_value *sysroot, *modes;

	json_add_string(item, "target", row->target.name);
	json_add_string(item, "os", row->target.row->os);
	json_add_string(item, "arch", row->target.row->arch);
	json_add_string(
		item, "variant", *row->target.row->variant ? row->target.row->variant : NULL);
	if (row->target.abi)
		json_add_string(item, "libc", target_libc_name(row->target.abi->libc));
	json_add_bool(item, "go", row->target.row->go);
	json_add_bool(item, "cgo", row->target.row->cgo);
	json_add_string(item, "toolchain", row->has_tools ? row->tools.label : NULL);
	if (row->source) {
		sysroot = json_add_object(item, "sysroot");
		json_add_string(sysroot, "source", row->source->id);
		json_add_bool(sysroot, "present", row->present);
	}
	modes = json_add_array(item, "modes");
	for (size_t m = 0; m < LINK_MODES; m++)
		if (row->modes[m])
			json_push_string(modes, link_mode_name((enum link_mode)m));
	if (row->missing.kind != ERROR_NONE) {
		json_add_string(item, "missing", row->missing.what);
		json_add_string(item, "hint", *row->missing.hint ? row->missing.hint : NULL);
	}
}

/* A row of the table stands for one line for each libc it can have. */
static void
each_libc(struct session *s, struct toolchain_memo *memo, const struct target *t,
	struct json_value *array)
{
	struct row *row = ARENA_NEW(&s->arena, struct row);
	struct error err;

	for (size_t i = 0; i < ARRAY_LEN(t->row->abis); i++) {
		enum target_libc libc = t->row->abis[i].libc;

		if (libc == LIBC_UNKNOWN && i > 0)
			break;
		row->target = *t;
		if (!t->abi && libc != LIBC_UNKNOWN &&
			!target_with_libc(&row->target, t, libc, &err))
			continue;
		look_at(s, memo, row);
		if (array)
			add_json(array, row);
		else
			print_text(s, row);
		if (t->abi)
			break;
		memset(row, 0, sizeof(*row));
	}
}

static int
run(struct session *s, const void *options, const struct strvec *operands, struct error *err)
{
	const char *pattern = operands->count ? operands->items[0] : "";
	struct toolchain_memo *memo = ARENA_NEW(&s->arena, struct toolchain_memo);
	struct json_value *root = NULL, *array = NULL;
	struct target_list list;

	(void)options;
	if (!target_expand(&s->arena, pattern, &list, err))
		return COMMAND_FAILED;
	if (s->ui.json) {
		root = json_new_object();
		json_add_u64(root, "schema", 1);
		array = json_add_array(root, "targets");
	} else {
		printf("%s%-31s %-11s %-19s %s%s\n", ui_out(&s->ui, UI_BOLD), "target", "toolchain",
			"sysroot", "links", ui_out(&s->ui, UI_PLAIN));
	}
	for (size_t i = 0; i < list.count; i++)
		each_libc(s, memo, &list.items[i], array);
	if (root)
		fputs(json_text(&s->arena, root, true), stdout);
	json_free(root);
	return EXIT_CLEAN;
}

static const struct option options[] = {
	FORMAT_ROW(struct targets_options),
	OPTION_END,
};
static const char *const examples[] = { "targets", "targets 'linux/*/musl'", NULL };
const struct command cmd_targets = {
	.name = "targets",
	.summary = "list the targets with their toolchains, sysroots and ways to link",
	.operands = "[PATTERN]",
	.options = options,
	.options_size = sizeof(struct targets_options),
	.operand = OPERAND_TARGET,
	.most = 1,
	.examples = examples,
	.run = run,
};
