/* SPDX-License-Identifier: MIT */
/* Where a file runs and where not, for people and for machines. */
#include <string.h>

#include "cli/deps_text.h"
#include "cli/report/report.h"
#include "linkcheck/resolve/deps_search.h"

/* "RHEL 9, Rocky 9, Alma 9" is one system under three names: the first stands for them. */
static char *
short_label(struct arena *a, const struct platform *p)
{
	return arena_strndup(a, p->label, strcspn(p->label, ","));
}

/* "Debian" of "Debian 12". */
static char *
family_label(struct arena *a, const struct platform *p)
{
	char *label = short_label(a, p), *blank = strrchr(label, ' ');

	if (!blank)
		return str_dup(a, platform_family(p));
	*blank = '\0';
	return label;
}

/* One family's rows [from, to). */
struct family {
	const struct verdict_row *rows;
	size_t count;
};

static struct family
family_at(const struct verdicts *v, size_t from)
{
	struct family f = { .rows = &v->rows[from] };
	struct str name = platform_family(v->rows[from].platform);

	while (from + f.count < v->count &&
		str_eq(platform_family(v->rows[from + f.count].platform), name))
		f.count++;
	return f;
}

/* A policy about libraries, not a system that somebody has: machines are told of it. */
static bool
is_policy(const struct family *f)
{
	return str_is(platform_family(f->rows[0].platform), "manylinux");
}

static void
add_item(struct strbuf *b, const char *text)
{
	strbuf_addf(b, "%s%s", b->len > 0 ? ", " : "", text);
}

/* Ranges of releases it runs on: "Debian 12+", "Debian 8 to 11", "Debian 9". */
static void
add_runs(struct strbuf *b, const struct family *f)
{
	for (size_t i = 0; i < f->count; i++) {
		size_t end = i;
		const char *first = short_label(b->arena, f->rows[i].platform);

		if (f->rows[i].on != ON_RUNS)
			continue;
		while (end + 1 < f->count && f->rows[end + 1].on == ON_RUNS)
			end++;
		if (end == i)
			add_item(b, first);
		else if (end + 1 == f->count)
			add_item(b, arena_printf(b->arena, "%s+", first));
		else
			add_item(b, arena_printf(b->arena, "%s to %s", first,
					    strrchr(f->rows[end].platform->label, ' ') + 1));
		i = end;
	}
}

/* The platforms that lack the same. */
struct lack {
	const char *why;
	struct strbuf names;
};

struct lacks {
	struct lack items[VERDICT_PLATFORMS];
	size_t count;
};

static char *
why_not(struct arena *a, const struct verdict_row *row)
{
	if (row->reason_count == 0)
		return arena_strdup(a, "");
	return arena_strdup(a, row->reasons[0].text);
}

static void
add_lack(struct arena *a, struct lacks *lacks, const char *why, const char *name)
{
	struct lack *l = NULL;

	for (size_t i = 0; i < lacks->count && !l; i++)
		if (strcmp(lacks->items[i].why, why) == 0)
			l = &lacks->items[i];
	if (!l) {
		l = &lacks->items[lacks->count++];
		l->why = why;
		strbuf_init(&l->names, a);
	}
	add_item(&l->names, name);
}

/* The newest release of each family that does not run it is the nearest; a family of which none does is
 * named as a whole. */
static void
collect_lacks(struct arena *a, const struct verdicts *v, enum verdict_on on, struct lacks *ret)
{
	struct family f;

	for (size_t from = 0; from < v->count; from += f.count) {
		const struct verdict_row *last = NULL;
		size_t n = 0;

		f = family_at(v, from);
		if (is_policy(&f))
			continue;
		for (size_t i = 0; i < f.count; i++) {
			n += f.rows[i].on == on;
			last = f.rows[i].on == on ? &f.rows[i] : last;
		}
		if (last)
			add_lack(a, ret, why_not(a, last),
				n == f.count && n > 1 ? family_label(a, last->platform)
						      : short_label(a, last->platform));
	}
}

static void
add_line(struct strbuf *out, const struct ui *ui, enum ui_style style, const char *head,
	const char *text)
{
	strbuf_addf(out, "  %s%-14s%s ", ui_out(ui, style), head, ui_out(ui, UI_PLAIN));
	ui_wrap(out, ui, 17, ui_safe(out->arena, text));
	strbuf_addc(out, '\n');
}

static void
add_lacks(struct strbuf *out, const struct ui *ui, const struct verdicts *v, enum verdict_on on,
	const char *head)
{
	struct lacks *lacks = ARENA_NEW(out->arena, struct lacks);
	struct strbuf b;

	strbuf_init(&b, out->arena);
	collect_lacks(out->arena, v, on, lacks);
	for (size_t i = 0; i < lacks->count; i++)
		add_item(&b, arena_printf(out->arena, "%s (%s)", lacks->items[i].names.ptr,
				     lacks->items[i].why));
	if (b.len > 0)
		add_line(out, ui, on == ON_FAILS ? UI_RED : UI_YELLOW, head, b.ptr);
}

static const char *
root_why(struct arena *a, const struct resolution *r)
{
	if (r->starts == STARTS_UNKNOWN)
		return r->unknown;
	if (r->problem_count == 0)
		return "";
	return r->problem_count == 1 ? r->problems[0].text
				     : arena_printf(a, "%s; and %zu more", r->problems[0].text,
					       r->problem_count - 1);
}

static void
add_root(struct strbuf *out, const struct ui *ui, const struct subject *s)
{
	static const struct {
		enum ui_style style;
		const char *head;
	} heads[] = {
		[STARTS_YES] = { UI_GREEN, "runs on" },
		[STARTS_NO] = { UI_RED, "not on" },
		[STARTS_UNKNOWN] = { UI_YELLOW, "not known on" },
	};
	const struct resolution *r = s->resolution;
	const char *why;

	if (!r || !s->contract->world)
		return;
	why = root_why(out->arena, r);
	add_line(out, ui, heads[r->starts].style, heads[r->starts].head,
		r->starts == STARTS_YES ? "root" : arena_printf(out->arena, "root (%s)", why));
}

static bool
runs_everywhere(const struct verdicts *v)
{
	for (size_t i = 0; i < v->count; i++)
		if (v->rows[i].on != ON_RUNS)
			return false;
	return v->count > 0;
}

void
report_where(struct strbuf *out, const struct ui *ui, const struct subject *s)
{
	const struct verdicts *v = &s->verdicts;
	struct strbuf b;
	struct family f;

	add_root(out, ui, s);
	if (v->count == 0)
		return;
	strbuf_init(&b, out->arena);
	for (size_t from = 0; from < v->count; from += f.count) {
		f = family_at(v, from);
		if (!is_policy(&f))
			add_runs(&b, &f);
	}
	if (runs_everywhere(v))
		add_line(out, ui, UI_GREEN, "runs on",
			arena_printf(out->arena, "any Linux on %s",
				image_arch_name(out->arena, s->image)));
	else if (b.len > 0)
		add_line(out, ui, UI_GREEN, "runs on", b.ptr);
	if (v->given.count > 0) {
		strbuf_init(&b, out->arena);
		for (size_t i = 0; i < v->given.count; i++)
			add_item(&b, v->given.items[i]);
		add_line(out, ui, UI_DIM, "given", b.ptr);
	}
	add_lacks(out, ui, v, ON_FAILS, "not on");
	add_lacks(out, ui, v, ON_UNKNOWN, "not known on");
}

static void
add_reason_json(struct json_value *array, const struct verdict_reason *r)
{
	struct json_value *item = json_push_object(array);

	json_add_string(item, "symbol", r->symbol);
	json_add_string(item, "version", r->version);
	json_add_string(item, "library", r->library);
	json_add_string(item, "wanted_by", r->wanted_by);
	json_add_string(item, "text", r->text);
	if (r->weak)
		json_add_bool(item, "weak", true);
	if (r->at_call)
		json_add_string(item, "when", "call");
}

static void
add_lacks_json(
	struct json_value *object, const char *key, const struct verdicts *v, enum verdict_on on)
{
	struct json_value *array = json_add_array(object, key);

	for (size_t i = 0; i < v->count; i++) {
		struct json_value *item, *reasons;

		if (v->rows[i].on != on)
			continue;
		item = json_push_object(array);
		json_add_string(item, "platform", v->rows[i].platform->id);
		reasons = json_add_array(item, "reasons");
		for (size_t k = 0; k < v->rows[i].reason_count; k++)
			add_reason_json(reasons, &v->rows[i].reasons[k]);
	}
}

/* Flat: a library that several need is there once for each. */
static void
add_needs_json(struct json_value *array, const struct deps_node *node)
{
	for (size_t i = 0; i < node->child_count; i++) {
		const struct deps_node *child = &node->children[i];
		struct json_value *item = json_push_object(array), *tried;

		json_add_string(item, "name", child->name);
		json_add_string(item, "found", child->path);
		json_add_string(item, "how", deps_how_name(child->how));
		tried = child->how == DEPS_MISSING ? json_add_array(item, "tried") : NULL;
		for (size_t k = 0; tried && k < child->try_count; k++) {
			struct json_value *place = json_push_object(tried);

			json_add_string(place, "path", child->tries[k].path);
			json_add_string(place, "origin", child->tries[k].origin);
			json_add_string(place, "reason", child->tries[k].reason);
		}
		add_needs_json(array, child);
	}
}

static void
add_resolution_json(struct json_value *object, const char *key, const struct resolution *r)
{
	struct json_value *root = json_add_object(object, key), *loaded;

	json_add_string(root, "starts", resolve_starts_name(r->starts));
	json_add_string(root, "unknown", r->unknown);
	json_add_string(root, "libc_version", r->libc_version);
	loaded = json_add_array(root, "objects");
	for (size_t i = 0; i < r->object_count; i++) {
		struct json_value *item = json_push_object(loaded);

		json_add_string(item, "path", r->objects[i]->name);
		json_add_string(item, "how", deps_how_name(r->objects[i]->node->how));
	}
	report_problems_json(root, r);
	add_needs_json(json_add_array(object, "resolution"), &r->deps.top);
}

void
report_where_json(struct json_value *object, const struct subject *s)
{
	const struct verdicts *v = &s->verdicts;
	struct json_value *runs;

	if (s->resolution && s->image->pe)
		add_resolution_json(object, "windows", s->resolution);
	else if (s->resolution && s->contract->world)
		add_resolution_json(object, "root", s->resolution);
	if (v->count == 0)
		return;
	runs = json_add_array(object, "runs_on");
	for (size_t i = 0; i < v->count; i++)
		if (v->rows[i].on == ON_RUNS)
			json_push_string(runs, v->rows[i].platform->id);
	if (s->resolution && s->contract->world && s->resolution->starts == STARTS_YES)
		json_push_string(runs, "root");
	add_lacks_json(object, "not_on", v, ON_FAILS);
	add_lacks_json(object, "unknown_on", v, ON_UNKNOWN);
	if (v->given.count > 0) {
		struct json_value *given = json_add_array(object, "given");

		for (size_t i = 0; i < v->given.count; i++)
			json_push_string(given, v->given.items[i]);
	}
}
