/* SPDX-License-Identifier: MIT */
/* Names of packages that were added to sysroots: lists of them, and the store's memory. */
#include "sysroots/added.h"

#include <string.h>

#include "base/file.h"
#include "base/path.h"

/* More than anybody types; a closure is many times as long. */
#define MOST_ADDED 256

char *
added_path(const struct context *ctx, const struct store *store, const char *target,
	const struct source *source)
{
	char *name = arena_strdup(ctx->arena, target);

	for (char *p = name; *p != '\0'; p++)
		if (*p == '/')
			*p = '+';
	return arena_printf(ctx->arena, "%s/added/%s@%s.json", store->dir, name, source->id);
}

void
added_merge(struct strvec *ret, const struct strvec *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strvec_has(ret, names->items[i]))
			strvec_push_dup(ret, names->items[i]);
	strvec_sort(ret);
}

bool
added_within(const struct strvec *some, const struct strvec *all)
{
	for (size_t i = 0; i < some->count; i++)
		if (all->count == 0 || !strvec_has(all, some->items[i]))
			return false;
	return true;
}

bool
added_same(const struct strvec *x, const struct strvec *y)
{
	return added_within(x, y) && added_within(y, x);
}

void
added_to_json(struct json_value *object, const struct strvec *names)
{
	if (names->count == 0)
		return;
	struct json_value *array = json_add_array(object, "added");
	for (size_t i = 0; i < names->count; i++)
		json_push_string(array, names->items[i]);
}

bool
added_from_json(struct arena *a, const struct json *doc, const struct json_value *object,
	struct strvec *ret, struct error *err)
{
	const struct json_value *array;
	struct strvec names;

	strvec_init(&names, a);
	if (json_find(object, "added") != NULL) {
		if (!json_get_array(doc, object, "added", &array, err))
			return false;
		if (json_count(array) > MOST_ADDED)
			return error_set(err, ERROR_USAGE, "%s: \"added\" names too many packages",
				doc->name);
		for (const struct json_value *v = json_at(array, 0); v != NULL; v = json_next(v)) {
			const char *name = json_text_of(v);
			if (name == NULL || !package_is_name(name))
				return error_set(err, ERROR_USAGE,
					"%s: \"added\" has a name that no package has", doc->name);
			if (!strvec_has(&names, name))
				strvec_push_dup(&names, name);
		}
	}
	strvec_sort(&names);
	*ret = names;
	return true;
}

void
added_read(const struct context *ctx, const struct store *store, const char *target,
	const struct source *source, struct strvec *ret)
{
	struct error ignored;
	struct strvec names = { 0 };
	struct json doc;

	if (!json_read_file(ctx->arena, &doc, added_path(ctx, store, target, source), &ignored))
		return;
	if (json_is_object(doc.root) &&
		added_from_json(ctx->arena, &doc, doc.root, &names, &ignored))
		added_merge(ret, &names);
	json_clear(&doc);
}

static bool
write_names(const struct context *ctx, const struct store *store, const char *target,
	const struct source *source, const struct strvec *names, struct error *err)
{
	struct json doc = { .name = "added", .root = json_new_object() };

	json_add_string(doc.root, "target", target);
	json_add_string(doc.root, "source", source->id);
	added_to_json(doc.root, names);
	const char *text = json_text(ctx->arena, doc.root, false);
	json_clear(&doc);
	return file_update(added_path(ctx, store, target, source), str_from(text), 0644, err);
}

/* Of two who add at once neither may lose what the other added. */
bool
added_remember(const struct context *ctx, const struct store *store, const char *target,
	const struct source *source, const struct strvec *names, struct error *err)
{
	struct strvec all;
	int lock;

	/* A store that cannot be written may have them all. */
	strvec_init(&all, ctx->arena);
	added_read(ctx, store, target, source, &all);
	if (added_within(names, &all))
		return true;
	if (!store_prepare(store, err) || !store_lock(ctx, store, "added", true, &lock, err))
		return false;
	added_read(ctx, store, target, source, &all);
	size_t before = all.count;
	added_merge(&all, names);
	bool ok = all.count == before || write_names(ctx, store, target, source, &all, err);
	file_unlock(lock);
	return ok || store_blame(store, err);
}

bool
added_forget(const struct context *ctx, const struct store *store, const char *target,
	const struct source *source, struct error *err)
{
	return file_remove(added_path(ctx, store, target, source), err) || store_blame(store, err);
}

/* A source whose libraries are musl's own, and which has the target's architecture; or NULL. */
static const struct source *
find_musl_source(const struct target *t)
{
	for (size_t i = source_count(); i > 0; i--) {
		const struct source *s = source_at(i - 1);
		struct error ignored;
		if (s->glibc[0] == '\0' && s->musl[0] != '\0' && source_serves(s, t, &ignored))
			return s;
	}
	return NULL;
}

/* What is of no architecture has no machine code: headers alone. Of several packages that will not
 * do, one that was asked for is the one to name. */
static const struct package *
find_machine_code(
	const struct package_list *packages, const struct strvec *own, const struct strvec *added)
{
	const struct package *first = NULL;

	for (size_t i = 0; i < packages->count; i++) {
		const struct package *p = &packages->items[i];
		if (strcmp(p->arch, "all") == 0 || strvec_has(own, p->name))
			continue;
		if (added->count > 0 && strvec_has(added, p->name))
			return p;
		first = first == NULL ? p : first;
	}
	return first;
}

bool
added_serves(const struct source *s, const struct target *t, enum package_set set,
	const struct strvec *added, const struct package_list *packages, struct error *err)
{
	const struct package *bad;
	const struct source *other;
	struct arena scratch;
	struct strvec own;

	if (t->abi->libc != LIBC_MUSL || s->glibc[0] == '\0')
		return true;
	arena_init(&scratch);
	strvec_init(&own, &scratch);
	bool ok = source_packages(s, t, set, &own, err);
	bad = ok ? find_machine_code(packages, &own, added) : NULL;
	arena_clear(&scratch);
	if (bad == NULL)
		return ok;
	error_set(err, ERROR_USAGE, "package %s of %s is built for glibc: it cannot serve %s",
		bad->name, s->id, t->name);
	other = find_musl_source(t);
	if (other != NULL)
		return error_hint(err,
			"%s builds its packages for musl: --source %s, where they have other names",
			other->label, other->id);
	return error_hint(err, "take the glibc target, or build the library itself with "
			       "`xbuild exec`");
}
