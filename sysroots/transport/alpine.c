/* SPDX-License-Identifier: MIT */
/* Archives laid out as Alpine's: APKINDEX.tar.gz and packages side by side. */
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/kept.h"
#include "sysroots/transport/apk.h"
#include "sysroots/transport/http_index.h"
#include "sysroots/transport/mirror.h"

#define INDEX_MOST ((uint64_t)64 << 20)

static char *
index_path(const struct http_index *x, const char *dir, const char *component)
{
	return arena_printf(x->ctx->arena, "%s/APKINDEX-%s.tar.gz", dir, component);
}

/* The indexes of all components, from one mirror. */
static bool
fetch_indexes(const struct http_index *x, const char *temp, const char *base, struct error *err)
{
	const char *const *components = x->source->of->components;
	struct fetch_item items[ARRAY_LEN(x->source->of->components)];
	struct arena *a = x->ctx->arena;
	size_t count = 0;

	for (; count < ARRAY_LEN(items) && components[count] != NULL; count++)
		items[count] = (struct fetch_item){
			.label = http_index_name(x),
			.urls = mirror_urls(a, (const char *[]){ base, NULL },
				arena_printf(a, "%s/%s/%s/APKINDEX.tar.gz", x->source->suite,
					components[count], x->arch)),
			.path = index_path(x, temp, components[count]),
			.cap = INDEX_MOST,
			.optional = count > 0,
		};
	if (!fetch_all(x->ctx, http_index_name(x), items, count, err))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct str text;
		if (items[i].absent)
			continue;
		if (!apk_index_open(a, items[i].path, x->keys, &text, err)) {
			error_wrap(err, "%s", http_index_name(x));
			return err->where[0] != '\0' ? false
						     : error_where(err, "%s", items[i].urls[0]);
		}
	}
	for (size_t i = 0; i < count; i++) {
		const char *kept = index_path(x, x->dir, components[i]);
		if (items[i].absent ? !file_remove(kept, err)
				    : !file_rename(items[i].path, kept, err))
			return false;
	}
	return true;
}

/* The first mirror whose word can be taken; what may have been damaged on its way is asked for once
 * more. An index has no date: that it is the newest nobody can
 * know, only that Alpine signed it. */
static bool
update(const struct http_index *x, struct error *err)
{
	struct error first = { 0 };
	struct store_temp temp;
	bool ok = false;

	if (!http_index_need_keys(x, err) || !store_temp(x->store, x->ctx->arena, &temp, err))
		return false;
	for (int round = 0; round < 2 && !ok; round++) {
		for (const char *const *base = x->bases; *base != NULL && !ok; base++) {
			ok = fetch_indexes(x, temp.path, *base, err);
			if (!ok && (err->kind == ERROR_INTERRUPTED || err->kind == ERROR_IO))
				goto out;
			if (!ok && first.kind != ERROR_VERIFY && first.kind != ERROR_FORMAT)
				first = *err;
		}
		if (first.kind != ERROR_VERIFY && first.kind != ERROR_FORMAT)
			break;
	}
	if (!ok)
		*err = first;
out:
	store_temp_drop(&temp);
	return ok;
}

static bool
read_index(const struct http_index *x, struct apk_index *ret, struct error *err)
{
	const char *const *components = x->source->of->components;

	apk_index_init(ret, x->ctx->arena);
	for (size_t i = 0; components[i] != NULL; i++) {
		const char *path = index_path(x, x->dir, components[i]);
		struct str text;
		if (!file_exists(path))
			continue;
		if (!apk_index_open(x->ctx->arena, path, x->keys, &text, err) ||
			!apk_index_add(ret, text, components[i], err))
			return error_wrap(err, "%s", http_index_name(x));
	}
	return true;
}

/* The index names a package by the SHA-1 of its middle; the lock wants the SHA-256 of all of it. What
 * was found out once is remembered for that very checksum. */
static bool
recall(const struct http_index *x, const struct apk_entry *e, struct package *p)
{
	struct error ignored;
	const char *sha256;
	struct json kept;

	if (!kept_load(x->ctx, x->store, "apk",
		    arena_printf(
			    x->ctx->arena, "%s %s", str_dup(x->ctx->arena, e->checksum), p->path),
		    &kept))
		return false;
	bool ok = json_get_string(&kept, kept.root, "sha256", &sha256, &ignored) &&
		  digest_is_hex(sha256);
	if (ok)
		memcpy(p->sha256, sha256, sizeof(p->sha256));
	json_clear(&kept);
	return ok;
}

static void
memorise(const struct http_index *x, const struct apk_entry *e, const struct package *p)
{
	struct json_value *value = json_new_object();
	struct strvec none;

	strvec_init(&none, x->ctx->arena);
	json_add_string(value, "sha256", p->sha256);
	kept_save(x->ctx, x->store, "apk",
		arena_printf(x->ctx->arena, "%s %s", str_dup(x->ctx->arena, e->checksum), p->path),
		&none, value);
}

/* A package whose digest is not known yet. */
struct unknown {
	const struct apk_entry *entry;
	struct package *package;
};

static bool
take_package(const struct http_index *x, const struct fetch_item *item, const struct unknown *u,
	struct error *err)
{
	if (!apk_package_check(item->path, x->keys, u->entry->checksum, err)) {
		error_wrap(err, "%s", item->label);
		return err->where[0] != '\0' ? false
					     : error_where(err, "%s", item->urls[item->from]);
	}
	memcpy(u->package->sha256, item->got_sha256, DIGEST_HEX);
	if (!store_take_blob(
		    x->store, x->ctx->arena, item->path, u->package->sha256, u->package->size, err))
		return false;
	memorise(x, u->entry, u->package);
	return true;
}

static bool
fetch_unknown(const struct http_index *x, const struct unknown *list, size_t count,
	const char *temp, struct error *err)
{
	struct arena *a = x->ctx->arena;
	struct fetch_item *items = ARENA_ARRAY(a, count, struct fetch_item);

	for (size_t i = 0; i < count; i++) {
		const struct package *p = list[i].package;
		items[i] = (struct fetch_item){
			.label = arena_printf(a, "package %s %s", p->name, p->version),
			.urls = mirror_urls(a, x->bases, p->path),
			.path = path_join(a, temp, path_base(p->path)),
			.size = p->size,
		};
	}
	if (!fetch_all(x->ctx, arena_printf(a, "%s for %s", x->source->id, x->arch), items, count,
		    err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!take_package(x, &items[i], &list[i], err))
			return false;
	context_step(x->ctx, "fetched", "%zu package%s of %s", count, count == 1 ? "" : "s",
		x->source->id);
	return true;
}

static bool
learn_digests(
	const struct http_index *x, const struct unknown *list, size_t count, struct error *err)
{
	struct store_temp temp;

	if (count == 0)
		return true;
	if (!store_temp(x->store, x->ctx->arena, &temp, err))
		return false;
	bool ok = fetch_unknown(x, list, count, temp.path, err);
	store_temp_drop(&temp);
	return ok || store_blame(x->store, err);
}

static bool
to_package(const struct http_index *x, const struct apk_entry *e, struct package *ret,
	struct error *err)
{
	static const char zeros[] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	struct arena *a = x->ctx->arena;
	struct package p = {
		.name = e->name, .version = str_dup(a, e->version), .arch = str_dup(a, e->arch)
	};
	const char *fault = "a malformed size";

	p.path = arena_printf(a, "%s/%s/%s/%s-%s.apk", x->source->suite, e->component, x->arch,
		p.name, p.version);
	memcpy(p.sha256, zeros, sizeof(p.sha256));
	if (str_to_u64(e->size, CAP_PACKAGE, &p.size))
		fault = package_fault(&p);
	if (fault != NULL)
		return error_set(err, ERROR_FORMAT, "the index is malformed: package %.80s has %s",
			e->name, fault);
	*ret = p;
	return true;
}

static bool
find(const struct http_index *x, const char *const *names, struct package_list *ret,
	struct error *err)
{
	struct package_list list = { 0 };
	struct apk_index index;
	struct unknown *unknown;
	size_t count = 0, missing = 0;

	if (!read_index(x, &index, err))
		return false;
	while (names[count] != NULL)
		count++;
	list.items = ARENA_ARRAY(x->ctx->arena, count, struct package);
	unknown = ARENA_ARRAY(x->ctx->arena, count, struct unknown);
	for (size_t i = 0; i < count; i++) {
		const struct apk_entry *e = strmap_get(&index.names, names[i]);
		struct package *p = &list.items[list.count];
		if (e == NULL)
			continue;
		if (!to_package(x, e, p, err))
			return false;
		list.count++;
		if (!recall(x, e, p))
			unknown[missing++] = (struct unknown){ e, p };
	}
	/* What is not there is told before anything large is fetched. */
	if (list.count == count && !learn_digests(x, unknown, missing, err))
		return false;
	package_list_sort(&list);
	*ret = list;
	return true;
}

static bool
closure(const struct http_index *x, const struct package_list *given, const char *const *names,
	struct strvec *ret, struct error *err)
{
	struct apk_index index;
	struct strvec unknown;

	strvec_init(&unknown, x->ctx->arena);
	if (!read_index(x, &index, err))
		return false;
	apk_index_closure(&index, given, names, ret, &unknown);
	return unknown.count == 0 || http_index_unknown(x, unknown.items[0], err);
}

const struct http_layout alpine_layout = { update, find, closure };
