/* SPDX-License-Identifier: MIT */
/* Reading, changing and writing xbuild.lock. */
#include "sysroots/lock.h"

#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/json.h"
#include "sysroots/added.h"

#define LOCK_SCHEMA 1

static const char *const lock_keys[] = { "schema", "targets", NULL };
static const char *const entry_keys[] = { "source", "set", "root", "added", "packages", NULL };

static int
compare_targets(const void *a, const void *b)
{
	const struct lock_entry *x = a, *y = b;

	return strcmp(x->target, y->target);
}

static void
sort_entries(struct lock *l)
{
	if (l->count > 0)
		qsort(l->entries, l->count, sizeof(*l->entries), compare_targets);
}

static bool
bad_entry(const struct json *doc, const char *target, const char *key, struct error *err)
{
	return error_where(err, "%s: targets.%s%s", doc->name, target, key);
}

/* Whoever asks for a target asks by its canonical name: another would never be found. */
static bool
check_target(const struct json *doc, const char *name, struct error *err)
{
	struct target t;

	if (!target_parse(&t, name, NULL, err))
		return bad_entry(doc, name, "", err);
	if (strcmp(t.name, name) == 0 && t.abi != NULL)
		return true;
	t = target_settled(&t, false);
	error_set(err, ERROR_USAGE, "%s: %.80s is not the full name of a target", doc->name, name);
	bad_entry(doc, name, "", err);
	return error_hint(err, "write %s", t.name);
}

static bool
read_entry(struct arena *a, const struct json *doc, const struct json_value *v,
	struct lock_entry *ret, struct error *err)
{
	struct lock_entry e = { .target = arena_strdup(a, json_key(v)) };
	const struct json_value *packages;
	const char *source, *set, *root;

	if (!check_target(doc, e.target, err) || !json_only_keys(doc, v, entry_keys, err) ||
		!json_get_string(doc, v, "source", &source, err) ||
		!json_get_string(doc, v, "set", &set, err) ||
		!json_get_string(doc, v, "root", &root, err) ||
		!json_get_array(doc, v, "packages", &packages, err) ||
		!package_list_read(a, doc, packages, &e.packages, err) ||
		!added_from_json(a, doc, v, &e.added, err))
		return false;
	e.source = source_get(source, err);
	if (e.source == NULL)
		return bad_entry(doc, e.target, ".source", err);
	e.set = package_set_find(set);
	if (e.set == PACKAGE_SETS) {
		error_set(err, ERROR_USAGE, "%s: %s has an unknown set \"%.40s\"", doc->name,
			e.target, set);
		return bad_entry(doc, e.target, ".set", err);
	}
	if (!digest_is_hex(root)) {
		error_set(err, ERROR_USAGE, "%s: %s has a malformed root digest", doc->name,
			e.target);
		return bad_entry(doc, e.target, ".root", err);
	}
	if (e.packages.count == 0) {
		error_set(err, ERROR_USAGE, "%s: %s has no packages", doc->name, e.target);
		return bad_entry(doc, e.target, ".packages", err);
	}
	e.root = arena_strdup(a, root);
	*ret = e;
	return true;
}

static bool
parse_lock(struct lock *l, const struct json *doc, struct error *err)
{
	const struct json_value *targets;
	uint64_t schema;

	if (!json_only_keys(doc, doc->root, lock_keys, err) ||
		!json_get_u64(doc, doc->root, "schema", &schema, err) ||
		!json_get_object(doc, doc->root, "targets", &targets, err))
		return false;
	if (schema != LOCK_SCHEMA) {
		error_set(err, ERROR_USAGE, "%s is of another version of xbuild", doc->name);
		return error_hint(err,
			"this one reads schema %d; to write the file anew remove it, then xbuild "
			"lock -t TARGET for each target",
			LOCK_SCHEMA);
	}
	l->entries = ARENA_ARRAY(l->arena, json_count(targets), struct lock_entry);
	for (const struct json_value *v = json_at(targets, 0); v != NULL; v = json_next(v))
		if (!read_entry(l->arena, doc, v, &l->entries[l->count++], err))
			return false;
	sort_entries(l);
	return true;
}

bool
lock_read(struct lock *ret, struct arena *a, const char *path, struct error *err)
{
	struct lock l = { .arena = a, .path = arena_strdup(a, path) };
	struct json doc;

	if (!file_exists(path)) {
		*ret = l;
		return true;
	}
	if (!json_read_file(a, &doc, path, err))
		return false;
	bool ok = parse_lock(&l, &doc, err);
	json_clear(&doc);
	if (!ok)
		return false;
	l.exists = true;
	*ret = l;
	return true;
}

static struct lock_entry *
find_entry(const struct lock *l, const char *target)
{
	for (size_t i = 0; i < l->count; i++)
		if (strcmp(l->entries[i].target, target) == 0)
			return &l->entries[i];
	return NULL;
}

const struct lock_entry *
lock_find(const struct lock *l, const char *target, enum package_set set)
{
	const struct lock_entry *e = find_entry(l, target);

	return e != NULL && e->set >= set ? e : NULL;
}

static bool
same_package(const struct package *x, const struct package *y)
{
	return strcmp(x->name, y->name) == 0 && strcmp(x->version, y->version) == 0 &&
	       strcmp(x->arch, y->arch) == 0 && strcmp(x->path, y->path) == 0 &&
	       x->size == y->size && strcmp(x->sha256, y->sha256) == 0;
}

static bool
same_entry(const struct lock_entry *x, const struct lock_entry *y)
{
	if (x->source != y->source || x->set != y->set || strcmp(x->root, y->root) != 0 ||
		x->packages.count != y->packages.count || !added_same(&x->added, &y->added))
		return false;
	for (size_t i = 0; i < x->packages.count; i++)
		if (!same_package(&x->packages.items[i], &y->packages.items[i]))
			return false;
	return true;
}

void
lock_put(struct lock *l, const struct lock_entry *entry)
{
	struct lock_entry *old = find_entry(l, entry->target);

	if (old != NULL) {
		l->changed = l->changed || !same_entry(old, entry);
		*old = *entry;
		return;
	}
	l->entries = arena_grow(l->arena, l->entries, l->count, l->count + 1, sizeof(*l->entries));
	l->entries[l->count++] = *entry;
	l->changed = true;
	sort_entries(l);
}

bool
lock_write(struct lock *l, struct error *err)
{
	struct json doc = { .name = l->path, .root = json_new_object() };
	struct json_value *targets;

	json_add_u64(doc.root, "schema", LOCK_SCHEMA);
	targets = json_add_object(doc.root, "targets");
	for (size_t i = 0; i < l->count; i++) {
		const struct lock_entry *e = &l->entries[i];
		struct json_value *v = json_add_object(targets, e->target);
		json_add_string(v, "source", e->source->id);
		json_add_string(v, "set", package_set_name(e->set));
		json_add_string(v, "root", e->root);
		added_to_json(v, &e->added);
		package_list_write(json_add_array(v, "packages"), &e->packages);
	}
	const char *text = json_text(l->arena, doc.root, true);
	json_clear(&doc);
	if (!file_update(l->path, str_from(text), 0644, err))
		return false;
	l->exists = true;
	l->changed = false;
	return true;
}
