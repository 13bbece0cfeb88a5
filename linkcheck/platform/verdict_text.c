/* SPDX-License-Identifier: MIT */
/* The words for what a platform lacks. */
#include <string.h>

#include "base/path.h"
#include "linkcheck/platform/verdict_inside.h"

#define SHOWN_NAMES 3
#define LONGEST_NAME 40 /* mangled names tell nobody anything */

static bool
is_shown(size_t shown, const char *name)
{
	return shown < SHOWN_NAMES && strlen(name) <= LONGEST_NAME;
}

static const char *
wanted_by(const struct demand *d)
{
	return d->who ? d->who->name : NULL;
}

static void
add_who(struct strbuf *b, const struct demand *d)
{
	if (d->who)
		strbuf_addf(b, ", wanted by %s", path_base(d->who->name));
}

/* The references that carry a version, and whether only weak ones do. */
static const char *
version_text(struct judge *j, const struct demand *d, struct verdict_reason *r)
{
	const struct image_version_need *need = d->need;
	struct strbuf b;
	size_t n = 0, shown = 0;
	bool strong = false;

	strbuf_init(&b, j->arena);
	strbuf_add(&b, need->version);
	for (size_t i = 0; i < d->of->ref_count; i++) {
		const struct object_ref *ref = &d->of->refs[i];
		const char *name = object_ref_name(d->of, ref);

		if (ref->version != need->index)
			continue;
		strong = strong || !ref->weak;
		if (n++ == 0)
			r->symbol = name;
		if (is_shown(shown, name))
			strbuf_addf(&b, "%s%s", shown++ == 0 ? ": " : ", ", name);
	}
	if (n > shown && shown > 0)
		strbuf_addf(&b, " and %zu more", n - shown);
	r->weak = n > 0 && !strong;
	if (r->weak)
		strbuf_add(&b, ", weak only");
	add_who(&b, d);
	return b.ptr;
}

static void
add(struct verdict_row *row, struct verdict_reason r)
{
	if (row->reason_count < VERDICT_REASONS)
		row->reasons[row->reason_count++] = r;
}

static bool
concerns(const struct demand *d, size_t i, bool unknown)
{
	return unknown ? (d->unknown >> i & 1) : !((d->met | d->unknown) >> i & 1);
}

static struct verdict_reason
text_reason(struct judge *j, const struct demand *d)
{
	struct strbuf b;

	strbuf_init(&b, j->arena);
	strbuf_add(&b, d->text);
	add_who(&b, d);
	return (struct verdict_reason){ .text = b.ptr, .fix = d->fix, .wanted_by = wanted_by(d) };
}

static void
add_texts(struct judge *j, size_t i, bool unknown, struct verdict_row *row)
{
	for (size_t k = 0; k < j->count; k++)
		if (j->demands[k].kind == DEMAND_TEXT && concerns(&j->demands[k], i, unknown))
			add(row, text_reason(j, &j->demands[k]));
}

/* Many platforms lack the same version: it is worded once. */
static struct verdict_reason
version_reason(struct judge *j, struct demand *d)
{
	if (!d->reason.text) {
		d->reason.version = d->need->version;
		d->reason.library = d->need->file;
		d->reason.wanted_by = wanted_by(d);
		d->reason.text = version_text(j, d, &d->reason);
	}
	return d->reason;
}

/* The newest versions tell most. */
static void
add_versions(struct judge *j, size_t i, bool unknown, struct verdict_row *row)
{
	const char *above = NULL;

	for (;;) {
		struct demand *best = NULL;
		struct verdict_reason r;

		for (size_t k = 0; k < j->count; k++) {
			struct demand *d = &j->demands[k];

			if (d->kind != DEMAND_VERSION || !concerns(d, i, unknown))
				continue;
			if (above && cstr_version_cmp(d->need->version, above) >= 0)
				continue;
			if (!best || cstr_version_cmp(d->need->version, best->need->version) > 0)
				best = d;
		}
		if (!best || row->reason_count == VERDICT_REASONS)
			return;
		above = best->need->version;
		r = version_reason(j, best);
		if (unknown)
			r.text =
				arena_printf(j->arena, "its libstdc++ is not recorded: %s", r.text);
		add(row, r);
	}
}

/* A symbol whose version is missing was told with the version. */
static bool
told(const struct verdict_row *row, const struct demand *d)
{
	for (size_t i = 0; d->need && i < row->reason_count; i++)
		if (row->reasons[i].version &&
			strcmp(row->reasons[i].version, d->need->version) == 0)
			return true;
	return false;
}

static void
add_symbols(struct judge *j, size_t i, bool unknown, bool at_call, struct verdict_row *row)
{
	struct verdict_reason r = { .at_call = at_call };
	const struct demand *first = NULL;
	struct strbuf b;
	size_t n = 0, shown = 0;

	strbuf_init(&b, j->arena);
	strbuf_add(&b, unknown ? "private symbols, of which nothing is recorded: " : "lacks ");
	for (size_t k = 0; k < j->count; k++) {
		const struct demand *d = &j->demands[k];

		if (d->kind != DEMAND_SYMBOL || d->at_call != at_call || !concerns(d, i, unknown) ||
			told(row, d))
			continue;
		if (n == 0) {
			first = d;
			r.symbol = object_ref_name(d->of, d->ref);
			r.version = d->need ? d->need->version : NULL;
			r.wanted_by = wanted_by(d);
		}
		if (n++ < SHOWN_NAMES) {
			shown++;
			strbuf_addf(&b, "%s%s%s%s", n == 1 ? "" : ", ",
				object_ref_name(d->of, d->ref), d->need ? "@" : "",
				d->need ? d->need->version : "");
		}
	}
	if (n == 0)
		return;
	if (n > shown)
		strbuf_addf(&b, " and %zu more", n - shown);
	add_who(&b, first);
	if (at_call)
		strbuf_add(&b, ", found out when it is called");
	r.text = b.ptr;
	add(row, r);
}

void
judge_reasons(struct judge *j, size_t i, bool unknown, struct verdict_row *row)
{
	row->reasons = ARENA_ARRAY(j->arena, VERDICT_REASONS, struct verdict_reason);
	add_texts(j, i, unknown, row);
	add_versions(j, i, unknown, row);
	add_symbols(j, i, unknown, false, row);
	add_symbols(j, i, unknown, true, row);
}
