/* SPDX-License-Identifier: MIT */
/* Renders dependency trees. */
#include "cli/deps_text.h"

#include <inttypes.h>
#include <stdio.h>

#include <string.h>

#define TRIES_SHOWN 40
#define SYMBOLS_SHOWN 6 /* of one object, one after the other */

static void
add_more(struct strbuf *out, int indent, size_t n, const char *what)
{
	strbuf_addf(out, "%*s... and %zu more%s\n", indent, "", n, what);
}

static void
add_tries(struct strbuf *out, const struct deps_node *node, int indent)
{
	size_t shown = node->try_count > TRIES_SHOWN ? TRIES_SHOWN - 1 : node->try_count;

	for (size_t i = 0; i < shown; i++) {
		const struct deps_try *t = &node->tries[i];

		strbuf_addf(out, "%*stried %s (%s): %s\n", indent, "", ui_safe(out->arena, t->path),
			ui_safe(out->arena, t->origin),
			t->reason ? ui_safe(out->arena, t->reason) : "found");
	}
	if (shown < node->try_count)
		add_more(out, indent, node->try_count - shown, " places (--format json has all)");
	if (!node->try_count)
		strbuf_addf(out, "%*sno directory was searched\n", indent, "");
}

static void
add_missing(struct strbuf *out, const struct ui *ui, const struct deps_node *node, int indent)
{
	strbuf_addf(out, "%*s%s   %snot found%s\n", indent, "", ui_safe(out->arena, node->name),
		ui_out(ui, UI_RED), ui_out(ui, UI_PLAIN));
	add_tries(out, node, indent + 4);
}

static void
add_node(struct strbuf *out, const struct ui *ui, const struct deps_node *node, int indent)
{
	if (node->how == DEPS_MISSING) {
		add_missing(out, ui, node, indent);
		return;
	}
	strbuf_addf(out, "%*s%s => %s   %s%s%s%s%s\n", indent, "", ui_safe(out->arena, node->name),
		ui_safe(out->arena, node->path                  ? node->path
				    : node->how == DEPS_WITHOUT ? "nothing"
								: "itself"),
		ui_out(ui, UI_DIM), deps_how_name(node->how), node->role ? ", " : "",
		node->role ? node->role : "", ui_out(ui, UI_PLAIN));
	for (size_t i = 0; i < node->child_count; i++)
		add_node(out, ui, &node->children[i], indent + 2);
}

void
deps_text_tree(struct strbuf *out, const struct ui *ui, const struct deps *deps)
{
	const struct deps_node *top = &deps->top;

	strbuf_addf(out, "%s%s%s\n", ui_out(ui, UI_BOLD),
		ui_safe(out->arena, top->path ? top->path : top->name), ui_out(ui, UI_PLAIN));
	for (size_t i = 0; i < top->child_count; i++)
		add_node(out, ui, &top->children[i], 2);
}

/* How many problems from `i` on are symbols that the same object lacks. */
static size_t
same_symbols(const struct resolution *r, size_t i)
{
	const struct resolve_problem *first = &r->problems[i];
	size_t n = 0;

	while (i + n < r->problem_count && first->kind == RESOLVE_SYMBOL &&
		r->problems[i + n].kind == RESOLVE_SYMBOL &&
		r->problems[i + n].when == first->when &&
		strcmp(r->problems[i + n].wanted_by, first->wanted_by) == 0)
		n++;
	return n;
}

/* Where a library is missing its symbols are, too: the first ones tell which it was. */
void
deps_text_problems(struct strbuf *out, const struct resolution *r)
{
	static const char *const when[] = {
		[RESOLVE_AT_START] = "at start",
		[RESOLVE_AT_CALL] = "at call",
		[RESOLVE_NOTE] = "note",
	};

	for (size_t i = 0; i < r->problem_count;) {
		size_t alike = same_symbols(r, i),
		       shown = alike > SYMBOLS_SHOWN ? SYMBOLS_SHOWN : 1;

		for (size_t k = i; k < i + shown; k++)
			strbuf_addf(out, "  %-9s %s\n", when[r->problems[k].when],
				ui_safe(out->arena, r->problems[k].text));
		i += shown;
		if (shown == SYMBOLS_SHOWN) {
			add_more(out, 12, alike - shown,
				arena_printf(out->arena, " wanted by %s",
					ui_safe(out->arena, r->problems[i].wanted_by)));
			i += alike - shown;
		}
	}
	if (r->left_out)
		add_more(out, 12, r->left_out, "");
}

void
deps_text_answer(struct strbuf *out, const struct ui *ui, const struct resolution *r)
{
	static const enum ui_style styles[] = {
		[STARTS_YES] = UI_GREEN,
		[STARTS_NO] = UI_RED,
		[STARTS_UNKNOWN] = UI_YELLOW,
	};

	deps_text_problems(out, r);
	strbuf_addf(out, "  starts    %s%s%s", ui_out(ui, styles[r->starts]),
		resolve_starts_name(r->starts), ui_out(ui, UI_PLAIN));
	if (r->unknown)
		strbuf_addf(out, ": %s", ui_safe(out->arena, r->unknown));
	strbuf_addc(out, '\n');
}

static const char *
status_text(char out[static 11], uint32_t status)
{
	snprintf(out, 11, "0x%08" PRIX32, status);
	return out;
}

void
report_problems_json(struct json_value *object, const struct resolution *r)
{
	struct json_value *array = json_add_array(object, "problems");

	for (size_t i = 0; i < r->problem_count; i++) {
		const struct resolve_problem *p = &r->problems[i];
		struct json_value *item = json_push_object(array);
		char status[11];

		json_add_string(item, "kind", resolve_kind_name(p->kind));
		json_add_string(item, "when", resolve_when_name(p->when));
		json_add_string(item, "symbol", p->symbol);
		json_add_string(item, "version", p->version);
		json_add_string(item, "library", p->library);
		json_add_string(item, "wanted_by", p->wanted_by);
		if (p->status)
			json_add_string(item, "status", status_text(status, p->status));
		json_add_string(item, "text", p->text);
	}
}

static void
add_missing_below(struct strbuf *out, const struct ui *ui, const struct deps_node *node)
{
	for (size_t i = 0; i < node->child_count; i++) {
		if (node->children[i].how == DEPS_MISSING)
			add_missing(out, ui, &node->children[i], 2);
		else
			add_missing_below(out, ui, &node->children[i]);
	}
}

void
deps_text_missing(struct strbuf *out, const struct ui *ui, const struct deps *deps)
{
	add_missing_below(out, ui, &deps->top);
}
