/* SPDX-License-Identifier: MIT */
/* The http transport: answers that are remembered, ages of indexes, and files into the store. */
#include "sysroots/transport/http.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/kept.h"
#include "sysroots/transport/http_index.h"
#include "sysroots/transport/mirror.h"

#define INDEX_FRESH_SECONDS (24L * 60 * 60)
#define CHARS_OF_NAMES 200

static const struct http_layout *const layouts[] = {
	[LAYOUT_DEBIAN] = &debian_layout,
	[LAYOUT_ALPINE] = &alpine_layout,
	[LAYOUT_FREEBSD] = &freebsd_layout,
};

bool
http_available(const struct context *ctx, const struct source *source, struct error *err)
{
	(void)ctx;
	(void)source;
	(void)err;
	return true;
}

char *
http_index_name(const struct http_index *x)
{
	return arena_printf(x->ctx->arena, "the index of %s for %s", x->source->id, x->arch);
}

bool
http_index_put(const struct http_index *x, const char *name, const char *text, struct error *err)
{
	struct arena *a = x->ctx->arena;
	struct store_temp temp;

	if (!store_temp(x->store, a, &temp, err))
		return false;
	const char *draft = path_join(a, temp.path, name);
	bool ok = file_write(draft, str_from(text), 0644, err) &&
		  file_rename(draft, path_join(a, x->dir, name), err);
	store_temp_drop(&temp);
	return ok;
}

bool
http_index_need_keys(const struct http_index *x, struct error *err)
{
	const struct distribution *d = x->source->of;

	if (file_exists(x->keys))
		return true;
	error_set(err, ERROR_MISSING, "the keys of %s are not here, so %s cannot be trusted",
		x->source->label, http_index_name(x));
	error_where(err, "%s", x->keys);
	return error_hint(err,
		"install %s, or name the keys with %s; what a lock pins needs no keys",
		d->keys_package, mirror_variable(x->ctx->arena, "KEYRING", d));
}

bool
http_index_unknown(const struct http_index *x, const char *names, struct error *err)
{
	error_set(err, ERROR_MISSING, "%s has no package %s for %s", x->source->id, names, x->arch);
	error_where(err, "%s %s", x->bases[0], x->source->suite);
	return error_hint(err, "packages are called as in %s", x->source->label);
}

/* "a, b, c", not longer than a line of an error. */
static const char *
join_names(struct arena *a, const char *const *names)
{
	struct strbuf b;

	strbuf_init(&b, a);
	for (size_t i = 0; names[i] != NULL && b.len < CHARS_OF_NAMES; i++)
		strbuf_addf(&b, "%s%s", i > 0 ? ", " : "", names[i]);
	return b.ptr;
}

static void
init_index(struct http_index *x, const struct context *ctx, const struct store *store,
	const struct source *source, const char *arch)
{
	*x = (struct http_index){ ctx, store, source, arch,
		arena_printf(ctx->arena, "%s/index/%s-%s", store->dir, source->id, arch),
		mirror_bases(ctx, source, arch), mirror_keys(ctx, source) };
}

static char *
stamp_path(const struct http_index *x)
{
	return path_join(x->ctx->arena, x->dir, "updated");
}

/* Which mirrors and keys the index was asked of and believed by. */
static char *
stamp_text(const struct http_index *x)
{
	struct strbuf b;

	strbuf_init(&b, x->ctx->arena);
	for (const char *const *base = x->bases; *base != NULL; base++)
		strbuf_addf(&b, "%s ", *base);
	strbuf_addf(&b, "%s\n", x->keys);
	return b.ptr;
}

static bool
is_recent(const char *path)
{
	struct stat st;
	time_t now = time(NULL);

	return stat(path, &st) == 0 && st.st_mtime <= now &&
	       now - st.st_mtime < INDEX_FRESH_SECONDS;
}

static bool
index_is_fresh(const struct http_index *x)
{
	const char *path = stamp_path(x);
	struct error ignored;
	struct str text;

	return is_recent(path) && file_read(x->ctx->arena, path, CAP_TEXT_FILE, &text, &ignored) &&
	       str_is(text, stamp_text(x));
}

static const struct http_layout *
layout_of(const struct http_index *x)
{
	return layouts[x->source->of->layout];
}

static bool
bring_index(const struct http_index *x, bool refresh, struct error *err)
{
	const char *stamp = stamp_path(x);

	if (x->ctx->offline) {
		if (file_exists(stamp))
			return true;
		error_set(err, ERROR_MISSING, "offline, and there is no index of %s for %s",
			x->source->id, x->arch);
		return error_hint(err, "run once without --offline");
	}
	if (!refresh && index_is_fresh(x))
		return true;
	context_progress(x->ctx, http_index_name(x), 0, 0);
	return (file_mkdirs(x->dir, 0755, err) && file_remove(stamp, err) &&
		       layout_of(x)->update(x, err) &&
		       http_index_put(x, "updated", stamp_text(x), err)) ||
	       store_blame(x->store, err);
}

/* The same question to the same index has the same answer (see apt.c). */
static char *
question(const struct http_index *x, const char *const *names)
{
	return arena_printf(x->ctx->arena, "http %s %s %s %s", x->source->id, x->arch,
		str_dup(x->ctx->arena, str_trim(str_from(stamp_text(x)))),
		join_names(x->ctx->arena, names));
}

static bool
remembered(const struct http_index *x, const char *const *names, struct package_list *ret)
{
	const struct json_value *array;
	struct error ignored;
	struct json kept;

	if (!x->ctx->offline && !is_recent(stamp_path(x)))
		return false;
	if (!kept_load(x->ctx, x->store, "packages", question(x, names), &kept))
		return false;
	bool ok = json_get_array(&kept, kept.root, "packages", &array, &ignored) &&
		  package_list_read(x->ctx->arena, &kept, array, ret, &ignored);
	json_clear(&kept);
	return ok;
}

static void
remember(const struct http_index *x, const char *const *names, const struct package_list *list)
{
	struct json_value *value = json_new_object();
	struct strvec stamps;

	strvec_init(&stamps, x->ctx->arena);
	kept_stamp(&stamps, stamp_path(x));
	package_list_write(json_add_array(value, "packages"), list);
	kept_save(x->ctx, x->store, "packages", question(x, names), &stamps, value);
}

static bool
all_found(const struct http_index *x, const char *const *names, const struct package_list *found,
	struct error *err)
{
	struct strvec missing;

	strvec_init(&missing, x->ctx->arena);
	for (size_t i = 0; names[i] != NULL; i++) {
		size_t k = 0;
		while (k < found->count && strcmp(found->items[k].name, names[i]) != 0)
			k++;
		if (k == found->count)
			strvec_push(&missing, names[i]);
	}
	return missing.count == 0 ||
	       http_index_unknown(x, join_names(x->ctx->arena, missing.items), err);
}

static bool
lock_index(const struct http_index *x, int *ret, struct error *err)
{
	return store_lock(x->ctx, x->store,
		arena_printf(x->ctx->arena, "http-%s-%s", x->source->id, x->arch), true, ret, err);
}

bool
http_resolve(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const char *const *names, bool refresh, struct package_list *ret,
	struct error *err)
{
	struct package_list list = { 0 };
	struct http_index x;
	int lock;

	init_index(&x, ctx, store, source, arch);
	if (!refresh && remembered(&x, names, ret))
		return true;
	if (!lock_index(&x, &lock, err))
		return false;
	bool ok = bring_index(&x, refresh, err) && layout_of(&x)->find(&x, names, &list, err) &&
		  all_found(&x, names, &list, err);
	if (ok)
		remember(&x, names, &list);
	file_unlock(lock);
	if (ok)
		*ret = list;
	return ok;
}

bool
http_closure(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const struct package_list *given, const char *const *names,
	struct strvec *ret, struct error *err)
{
	struct http_index x;
	int lock;

	init_index(&x, ctx, store, source, arch);
	if (!lock_index(&x, &lock, err))
		return false;
	bool ok = bring_index(&x, false, err) && layout_of(&x)->closure(&x, given, names, ret, err);
	file_unlock(lock);
	return ok;
}

static bool
fetch_into(const struct http_index *x, const struct store_temp *temp,
	const struct package_list *missing, struct error *err)
{
	struct arena *a = x->ctx->arena;
	struct fetch_item *items = ARENA_ARRAY(a, missing->count, struct fetch_item);

	for (size_t i = 0; i < missing->count; i++) {
		const struct package *p = &missing->items[i];
		items[i] = (struct fetch_item){
			.label = arena_printf(a, "package %s %s", p->name, p->version),
			.urls = mirror_urls(a, x->bases, p->path),
			.path = path_join(a, temp->path, p->sha256),
			.size = p->size,
			.sha256 = p->sha256,
		};
	}
	if (!fetch_all(x->ctx, arena_printf(a, "%s for %s", x->source->id, x->arch), items,
		    missing->count, err))
		return false;
	for (size_t i = 0; i < missing->count; i++)
		if (!store_take_blob(
			    x->store, a, items[i].path, items[i].sha256, items[i].size, err))
			return false;
	return true;
}

static bool
fetch_missing(const struct http_index *x, const struct package_list *missing, struct error *err)
{
	struct store_temp temp;

	if (missing->count == 0)
		return true;
	if (!store_temp(x->store, x->ctx->arena, &temp, err))
		return false;
	bool ok = fetch_into(x, &temp, missing, err);
	store_temp_drop(&temp);
	if (!ok && err->kind == ERROR_NET && err->hint[0] == '\0')
		error_hint(err, "try again later, or set %s to another mirror",
			mirror_variable(x->ctx->arena, "MIRROR", x->source->of));
	return ok || store_blame(x->store, err);
}

/* A path with its digest is all that is needed: no index, no keys. */
bool
http_fetch(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const struct package_list *packages, struct error *err)
{
	struct package_list missing = package_list_missing(ctx->arena, store, packages);
	struct http_index x;
	int lock;

	if (missing.count == 0)
		return true;
	init_index(&x, ctx, store, source, arch);
	if (!lock_index(&x, &lock, err))
		return false;
	/* Somebody else may have fetched them while we waited. */
	missing = package_list_missing(ctx->arena, store, packages);
	bool ok = fetch_missing(&x, &missing, err);
	file_unlock(lock);
	return ok;
}
