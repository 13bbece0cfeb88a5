/* SPDX-License-Identifier: MIT */
/* Finds what differs between two releases. */
#include "cli/audit_diff.h"

#include <string.h>

#include "base/json.h"
#include "base/path.h"
#include "base/strmap.h"

/* One file of one release. */
struct facts {
	struct json doc;
	const char *path;
	bool paired;
};

struct side {
	struct facts *items;
	size_t count;
	struct strmap by_path;
};

/* The part of a path behind what was named: "NAME/bin/x" is "bin/x". */
static const char *
path_below(const char *path, const char *name)
{
	size_t n = strlen(name);

	while (n > 0 && name[n - 1] == '/')
		n--;
	if (strncmp(path, name, n) != 0)
		return path;
	path += n;
	return path + strspn(path, "/");
}

/* "bin/x" of the package that was named, "p.deb!usr/bin/x" of one below the directory that was. */
static const char *
place_of(struct arena *a, const struct json_value *file, const char *name)
{
	const char *path = json_text_of(json_find(file, "path"));
	const struct json_value *value = json_find(file, "member");
	const char *member = value ? json_text_of(value) : NULL;

	path = path_below(arena_strdup(a, path ? path : ""), name);
	if (!member)
		return path;
	return *path ? arena_printf(a, "%s!%s", path, member) : arena_strdup(a, member);
}

static bool
read_side(struct side *s, struct arena *a, const struct strvec *texts, const char *name,
	struct error *err)
{
	s->items = ARENA_ARRAY(a, texts->count, struct facts);
	strmap_init(&s->by_path, a);
	for (size_t i = 0; i < texts->count; i++) {
		struct facts *f = &s->items[s->count];

		if (!json_parse(&f->doc, "the audit", str_from(texts->items[i]), err))
			return false;
		s->count++;
		f->path = place_of(a, f->doc.root, name);
		strmap_set(&s->by_path, f->path, f);
	}
	return true;
}

static void
clear_side(struct side *s)
{
	for (size_t i = 0; i < s->count; i++)
		json_clear(&s->items[i].doc);
}

static void
add(struct diff *d, struct diff_file *f, enum diff_verdict verdict, const char *kind,
	const char *text)
{
	if (f->count == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : 8;

		f->changes = arena_grow(d->arena, f->changes, f->cap, cap, sizeof(*f->changes));
		f->cap = cap;
	}
	f->changes[f->count++] = (struct diff_change){ verdict, kind, text };
	d->totals[verdict]++;
}

static struct diff_file *
add_file(struct diff *d, const char *path, const char *status)
{
	if (d->count == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 64;

		d->files = arena_grow(d->arena, d->files, d->cap, cap, sizeof(*d->files));
		d->cap = cap;
	}
	d->files[d->count] = (struct diff_file){ .path = path, .status = status };
	return &d->files[d->count++];
}

/* "a, b, c and 4 more" of the texts in an array. */
static char *
some_of(struct arena *a, const struct json_value *array)
{
	const size_t most = 4;
	size_t n = json_count(array);
	struct strbuf b;

	strbuf_init(&b, a);
	for (size_t i = 0; i < n && i < most; i++)
		strbuf_addf(&b, "%s%s", i ? ", " : "", json_text_of(json_at(array, i)));
	if (n > most)
		strbuf_addf(&b, " and %zu more", n - most);
	return b.ptr;
}

static const struct json_value *
inside(const struct json_value *object, const char *key, const char *inner)
{
	const struct json_value *v = json_find(object, key);

	return v ? json_find(v, inner) : NULL;
}

static void
compare_floor(struct diff *d, struct diff_file *f, const struct json_value *old,
	const struct json_value *new, const char *family)
{
	const char *was = json_text_of(inside(old, "floors", family));
	const char *is = json_text_of(inside(new, "floors", family));
	const struct json_value *who = inside(new, "floor_symbols", family);
	char *names = who ? some_of(d->arena, who) : NULL;
	const char *why = names ? " because of " : "";
	int order = was && is ? cstr_version_cmp(is, was) : 0;

	names = names ? names : arena_strdup(d->arena, "");
	if (!was && is)
		add(d, f, DIFF_WORSE, "floor",
			arena_printf(d->arena, "asks for %s %s now%s%s", family, is, why, names));
	else if (was && !is)
		add(d, f, DIFF_BETTER, "floor",
			arena_printf(d->arena, "asks for no %s any more (was %s)", family, was));
	else if (order > 0)
		add(d, f, DIFF_WORSE, "floor",
			arena_printf(d->arena, "%s floor rose %s -> %s%s%s", family, was, is, why,
				names));
	else if (order < 0)
		add(d, f, DIFF_BETTER, "floor",
			arena_printf(d->arena, "%s floor fell %s -> %s", family, was, is));
}

static void
compare_floors(struct diff *d, struct diff_file *f, const struct json_value *old,
	const struct json_value *new)
{
	const struct json_value *was = json_find(old, "floors"), *is = json_find(new, "floors");

	for (const struct json_value *v = is ? json_at(is, 0) : NULL; v; v = json_next(v))
		compare_floor(d, f, old, new, json_key(v));
	for (const struct json_value *v = was ? json_at(was, 0) : NULL; v; v = json_next(v))
		if (!inside(new, "floors", json_key(v)))
			compare_floor(d, f, old, new, json_key(v));
}

static bool
holds(const struct json_value *array, const char *text)
{
	for (const struct json_value *v = array ? json_at(array, 0) : NULL; v; v = json_next(v))
		if (json_text_of(v) && strcmp(json_text_of(v), text) == 0)
			return true;
	return false;
}

/* The texts of `key` in `one` that are not in `other`, with commas; "" when there are none. */
static char *
only_in(struct arena *a, const struct json_value *one, const struct json_value *other,
	const char *key)
{
	const struct json_value *array = json_find(one, key), *known = json_find(other, key);
	struct strbuf b;

	strbuf_init(&b, a);
	for (const struct json_value *v = array ? json_at(array, 0) : NULL; v; v = json_next(v))
		if (json_text_of(v) && !holds(known, json_text_of(v)))
			strbuf_addf(&b, "%s%s", b.len ? ", " : "", json_text_of(v));
	return b.ptr;
}

/* Why it does not start on the first of these platforms. */
static const char *
reason_of(const struct json_value *file, const char *platforms)
{
	static const char *const keys[] = { "not_on", "unknown_on" };
	size_t n = strcspn(platforms, ",");

	for (size_t k = 0; k < ARRAY_LEN(keys); k++) {
		const struct json_value *array = json_find(file, keys[k]);

		for (const struct json_value *v = array ? json_at(array, 0) : NULL; v;
			v = json_next(v)) {
			const char *id = json_text_of(json_find(v, "platform"));
			const struct json_value *reasons = json_find(v, "reasons");
			const struct json_value *first = reasons ? json_at(reasons, 0) : NULL;

			if (id && strlen(id) == n && strncmp(id, platforms, n) == 0)
				return first ? json_text_of(json_find(first, "text")) : NULL;
		}
	}
	return NULL;
}

static void
compare_platforms(struct diff *d, struct diff_file *f, const struct json_value *old,
	const struct json_value *new)
{
	char *lost = only_in(d->arena, old, new, "runs_on");
	char *won = only_in(d->arena, new, old, "runs_on");
	const char *why = *lost ? reason_of(new, lost) : NULL;

	if (*lost)
		add(d, f, DIFF_WORSE, "platforms",
			arena_printf(d->arena, "no longer starts on %s%s%s%s", lost,
				why ? " (" : "", why ? why : "", why ? ")" : ""));
	if (*won)
		add(d, f, DIFF_BETTER, "platforms",
			arena_printf(d->arena, "starts on %s now", won));
}

static void
compare_needs(struct diff *d, struct diff_file *f, const struct json_value *old,
	const struct json_value *new)
{
	char *more = only_in(d->arena, new, old, "needed");
	char *less = only_in(d->arena, old, new, "needed");

	if (*more)
		add(d, f, DIFF_CHANGED, "needed", arena_printf(d->arena, "needs %s now", more));
	if (*less)
		add(d, f, DIFF_CHANGED, "needed",
			arena_printf(d->arena, "needs %s no longer", less));
}

static bool
is_text(const struct json_value *a, const struct json_value *b, const char *key)
{
	const char *one = json_text_of(json_find(a, key)), *other = json_text_of(json_find(b, key));

	return one && other ? strcmp(one, other) == 0 : one == other;
}

/* The same rule about the same thing. */
static bool
has_finding(const struct json_value *file, const struct json_value *finding)
{
	const struct json_value *array = json_find(file, "findings");

	for (const struct json_value *v = array ? json_at(array, 0) : NULL; v; v = json_next(v))
		if (is_text(v, finding, "rule") && is_text(v, finding, "where"))
			return true;
	return false;
}

/* A finding that is accepted makes nothing worse, and a note is worth a word only. */
static void
compare_findings(struct diff *d, struct diff_file *f, const struct json_value *one,
	const struct json_value *other, bool is_new)
{
	const struct json_value *array = json_find(one, "findings");

	for (const struct json_value *v = array ? json_at(array, 0) : NULL; v; v = json_next(v)) {
		const char *level = json_text_of(json_find(v, "level"));
		const char *message = json_text_of(json_find(v, "message"));
		bool minor = json_find(v, "state") || !level || strcmp(level, "note") == 0;

		if (has_finding(other, v))
			continue;
		add(d, f,
			minor    ? DIFF_CHANGED
			: is_new ? DIFF_WORSE
				 : DIFF_BETTER,
			"finding",
			arena_printf(d->arena, "%s %s %s: %s", is_new ? "new" : "fixed", level,
				json_text_of(json_find(v, "rule")), message));
	}
}

static bool
size_of(const struct json_value *file, uint64_t *ret)
{
	const struct json doc = { .name = "the audit" };
	struct error ignored;

	return json_find(file, "size") && json_get_u64(&doc, file, "size", ret, &ignored);
}

static void
compare_size(struct diff *d, struct diff_file *f, const struct json_value *old,
	const struct json_value *new)
{
	uint64_t was, is;

	if (!size_of(old, &was) || !size_of(new, &is) || was == is)
		return;
	add(d, f, DIFF_CHANGED, "size",
		arena_printf(d->arena, "size %s -> %s (%s%s)", ui_size(d->arena, was),
			ui_size(d->arena, is), is > was ? "+" : "-",
			ui_size(d->arena, is > was ? is - was : was - is)));
}

static void
compare(struct diff *d, struct diff_file *f, const struct json_value *old,
	const struct json_value *new)
{
	compare_floors(d, f, old, new);
	compare_platforms(d, f, old, new);
	compare_needs(d, f, old, new);
	compare_findings(d, f, new, old, true);
	compare_findings(d, f, old, new, false);
	compare_size(d, f, old, new);
	f->status = f->count ? "changed" : "same";
}

static const char *
shown_path(const char *path, const char *name)
{
	return *path ? path : path_base(name);
}

bool
diff_find(struct diff *ret, struct arena *a, const struct strvec *old, const char *old_name,
	const struct strvec *new, const char *new_name, struct error *err)
{
	struct side was = { 0 }, is = { 0 };
	const struct json empty = { .root = json_new_object() };
	bool ok = read_side(&was, a, old, old_name, err) && read_side(&is, a, new, new_name, err);

	*ret = (struct diff){ .arena = a };
	for (size_t i = 0; ok && i < is.count; i++) {
		struct facts *before = strmap_get(&was.by_path, is.items[i].path);
		struct diff_file *f =
			add_file(ret, shown_path(is.items[i].path, new_name), "added");

		ret->added += !before;
		if (before) {
			before->paired = true;
			compare(ret, f, before->doc.root, is.items[i].doc.root);
		} else {
			compare_findings(ret, f, is.items[i].doc.root, empty.root, true);
		}
	}
	for (size_t i = 0; ok && i < was.count; i++)
		if (!was.items[i].paired) {
			add_file(ret, shown_path(was.items[i].path, old_name), "removed");
			ret->removed++;
		}
	json_free(empty.root);
	clear_side(&was);
	clear_side(&is);
	return ok;
}
