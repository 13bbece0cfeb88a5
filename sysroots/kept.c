/* SPDX-License-Identifier: MIT */
/* Small remembered facts in the store, held by the stamps of the files they came from. */
#include "sysroots/kept.h"

#include <inttypes.h>
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"

#define FNV_OFFSET UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

uint64_t
kept_hash(const char *text)
{
	uint64_t h = FNV_OFFSET;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * FNV_PRIME;
	return h;
}

static char *
kept_path(const struct context *ctx, const struct store *store, const char *kind, const char *key)
{
	char *rel = arena_printf(ctx->arena, "cache/%s/%016" PRIx64 ".json", kind, kept_hash(key));

	return store_path(store, ctx->arena, rel);
}

void
kept_stamp(struct strvec *stamps, const char *path)
{
	strvec_push_dup(stamps, path);
	strvec_push(stamps, file_stamp(stamps->arena, path));
}

static bool
stamps_hold(const struct context *ctx, const struct json_value *stamps)
{
	size_t n = json_count(stamps);

	if (!json_is_array(stamps) || n % 2 != 0)
		return false;
	for (size_t i = 0; i < n; i += 2) {
		const char *path = json_text_of(json_at(stamps, i));
		const char *stamp = json_text_of(json_at(stamps, i + 1));

		if (!path || !stamp || strcmp(stamp, file_stamp(ctx->arena, path)) != 0)
			return false;
	}
	return true;
}

bool
kept_load(const struct context *ctx, const struct store *store, const char *kind, const char *key,
	struct json *ret)
{
	const char *path = kept_path(ctx, store, kind, key);
	struct json doc = { 0 };
	struct error ignored;
	const char *found;

	/* Whatever is wrong with the file, the answer is found again and the file written anew. */
	if (!json_read_file(ctx->arena, &doc, path, &ignored))
		return false;
	found = json_is_object(doc.root) ? json_text_of(json_find(doc.root, "key")) : NULL;
	if (!found || strcmp(found, key) != 0 || !stamps_hold(ctx, json_find(doc.root, "stamps"))) {
		json_clear(&doc);
		return false;
	}
	store_used(path);
	*ret = doc;
	return true;
}

static void
add_paths(const struct context *ctx, const char *file, struct strvec *ret)
{
	struct error ignored;
	struct json doc;

	if (!json_read_file(ctx->arena, &doc, file, &ignored))
		return;
	const struct json_value *stamps =
		json_is_object(doc.root) ? json_find(doc.root, "stamps") : NULL;
	const struct json_value *path = json_is_array(stamps) ? json_at(stamps, 0) : NULL;
	while (path != NULL) {
		const struct json_value *stamp = json_next(path);
		if (json_text_of(path) != NULL)
			strvec_push_dup(ret, json_text_of(path));
		path = stamp != NULL ? json_next(stamp) : NULL;
	}
	json_clear(&doc);
}

void
kept_paths(const struct context *ctx, const struct store *store, struct strvec *ret)
{
	const char *cache = store_path(store, ctx->arena, "cache");
	struct strvec kinds, names;
	struct error ignored;

	if (!file_list(ctx->arena, cache, &kinds, &ignored))
		return;
	for (size_t i = 0; i < kinds.count; i++) {
		const char *dir = path_join(ctx->arena, cache, kinds.items[i]);
		if (!file_list(ctx->arena, dir, &names, &ignored))
			continue;
		for (size_t k = 0; k < names.count; k++)
			if (cstr_ends(names.items[k], ".json"))
				add_paths(ctx, path_join(ctx->arena, dir, names.items[k]), ret);
	}
}

void
kept_save(const struct context *ctx, const struct store *store, const char *kind, const char *key,
	const struct strvec *stamps, struct json_value *value)
{
	char *path = kept_path(ctx, store, kind, key);
	struct json_value *list = json_add_array(value, "stamps");
	struct error ignored;

	json_add_string(value, "key", key);
	for (size_t i = 0; i < stamps->count; i++)
		json_push_string(list, stamps->items[i]);
	if (file_mkdirs(path_dir(ctx->arena, path), 0755, &ignored) &&
		!file_write(path, str_from(json_text(ctx->arena, value, false)), 0644, &ignored))
		error_clear(&ignored);
	json_free(value);
}
