/* SPDX-License-Identifier: MIT */
/* From a program's name to the tool it stands for, and the request file beside it. */
#include "toolchains/dispatch.h"

#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/path.h"
#include "base/proc.h"

#define SCHEMA 1

char *
dispatch_text(struct arena *a, const struct kit *kit)
{
	struct json_value *root = json_new_object();
	char *text;

	json_add_u64(root, "schema", SCHEMA);
	json_add_string(root, "target", kit->target.name);
	json_add_string(root, "mode", link_mode_name(kit->mode));
	json_add_string(root, "set", package_set_name(kit->set));
	json_add_string(root, "toolchain", kit->tools.provider);
	json_add_string(
		root, "sysroot", strcmp(kit->source, "dir") == 0 ? kit->sysroot : kit->source);
	json_add_string(root, "lock", kit->lock_path);
	json_add_bool(root, "locked", kit->locked);
	text = json_text(a, root, true);
	json_free(root);
	return text;
}

/* NULL when the key is not there. */
static bool
optional(const struct context *ctx, const struct json *doc, const char *key, const char **ret,
	struct error *err)
{
	const char *text = NULL;

	if (json_find(doc->root, key) && !json_get_string(doc, doc->root, key, &text, err))
		return false;
	*ret = text ? arena_strdup(ctx->arena, text) : NULL;
	return true;
}

static bool
parse_request(const struct context *ctx, const struct json *doc, struct kit_request *ret,
	struct error *err)
{
	static const char *const keys[] = { "schema", "target", "mode", "set", "toolchain",
		"sysroot", "lock", "locked", NULL };
	struct kit_request req = { .has_mode = true };
	const char *target, *mode, *set;
	uint64_t schema;

	if (!json_only_keys(doc, doc->root, keys, err) ||
		!json_get_u64(doc, doc->root, "schema", &schema, err) ||
		!json_get_string(doc, doc->root, "target", &target, err) ||
		!json_get_string(doc, doc->root, "mode", &mode, err) ||
		!json_get_string(doc, doc->root, "set", &set, err) ||
		!json_get_bool(doc, doc->root, "locked", &req.locked, err))
		return false;
	req.mode = link_mode_find(mode);
	req.at_least = package_set_find(set);
	if (schema != SCHEMA || req.mode == LINK_MODES || req.at_least == PACKAGE_SETS)
		return error_set(err, ERROR_FORMAT, "%s was written by another version", doc->name);
	req.target = arena_strdup(ctx->arena, target);
	if (!optional(ctx, doc, "toolchain", &req.provider, err) ||
		!optional(ctx, doc, "sysroot", &req.source, err) ||
		!optional(ctx, doc, "lock", &req.lock_path, err))
		return false;
	*ret = req;
	return true;
}

static bool
read_request(
	const struct context *ctx, const char *path, struct kit_request *ret, struct error *err)
{
	struct json doc = { 0 };
	bool ok;

	if (!json_read_file(ctx->arena, &doc, path, err))
		return false;
	ok = parse_request(ctx, &doc, ret, err);
	json_clear(&doc);
	if (!ok)
		error_hint(err, "remove the folder; `xbuild env` makes it again");
	return ok;
}

/* If `name` is `word` or ends in "-word": the length of what stands before, without the dash. */
static bool
ends_in(const char *name, const char *word, size_t *ret_prefix)
{
	size_t n = strlen(name), w = strlen(word);

	if (strcmp(name, word) == 0) {
		*ret_prefix = 0;
		return true;
	}
	if (n < w + 2 || name[n - w - 1] != '-' || strcmp(name + n - w, word) != 0)
		return false;
	*ret_prefix = n - w - 1;
	return true;
}

/* The longest word wins: "x-gcc-ar" is an archiver, not the `ar` of a target "x-gcc". */
static bool
parse_name(const char *name, struct dispatch *d, size_t *ret_prefix)
{
	size_t best = 0, prefix;
	const char *word;

	for (size_t i = 0; (word = tool_word_at(i)); i++)
		if (strlen(word) > best && ends_in(name, word, &prefix)) {
			best = strlen(word);
			d->kind = DISPATCH_TOOL;
			d->tool = tool_find(word);
			*ret_prefix = prefix;
		}
	if (best > 0)
		return true;
	if (ends_in(name, "pkg-config", ret_prefix))
		d->kind = DISPATCH_PKG_CONFIG;
	else if (ends_in(name, "run", ret_prefix))
		d->kind = DISPATCH_RUN;
	else if (cstr_starts(name, "go_") && cstr_ends(name, "_exec")) {
		d->kind = DISPATCH_RUN;
		*ret_prefix = 0;
	} else
		return false;
	return true;
}

/* The directory that argv0 was found in, or NULL. */
static char *
dir_of(const struct context *ctx, const char *argv0)
{
	char *path = proc_find(ctx->arena, argv0, ctx->env);

	return path ? path_dir(ctx->arena, path) : NULL;
}

bool
dispatch_find(const struct context *ctx, const char *argv0, struct dispatch *ret, struct error *err)
{
	const char *name = path_base(argv0);
	struct dispatch d = { 0 };
	struct target ignored;
	size_t prefix;
	char *dir, *file;

	error_clear(err);
	if (!parse_name(name, &d, &prefix))
		return false;
	dir = dir_of(ctx, argv0);
	file = dir ? path_join(ctx->arena, dir, DISPATCH_FILE) : NULL;
	if (file && file_exists(file)) {
		d.dir = dir;
		if (!read_request(ctx, file, &d.request, err))
			return false;
	} else {
		d.request.target = arena_strndup(ctx->arena, name, prefix);
		/* Some other program whose name happens to end so. */
		if (prefix == 0 || !target_parse(&ignored, d.request.target, ctx->env, err)) {
			error_clear(err);
			return false;
		}
	}
	if (d.tool == TOOL_CXX)
		d.request.language = LANGUAGE_CXX;
	*ret = d;
	return true;
}
