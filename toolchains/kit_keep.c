/* SPDX-License-Identifier: MIT */
/* A kit as JSON in the store. */
#include "toolchains/kit_keep.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/env.h"
#include "base/path.h"

/* Part of every key: a kit that another version wrote is resolved anew. */
#ifndef XBUILD_VERSION
#define XBUILD_VERSION "0"
#endif

/* What target_parse takes from the environment, and where programs are looked for. */
static const char *const key_variables[] = { "PATH", "GOARM", "GOAMD64", "GO386", "GOARM64",
	"GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", NULL };

char *
kit_key(const struct context *ctx, const struct store *store, const struct kit_request *req)
{
	const char *source = req->source ? req->source : "";
	struct strbuf key;

	/* A relative directory means another one elsewhere. */
	if (strchr(source, '/') || source[0] == '.')
		source = path_absolute(ctx->arena, ctx->cwd, source);
	strbuf_init(&key, ctx->arena);
	strbuf_addf(&key, "%s\n%s\n%s\n%d%d%d %d %d %d\n%s\n%s\n%s\n", XBUILD_VERSION, store->dir,
		req->target, req->is_static, req->has_mode, req->locked,
		req->has_mode ? (int)req->mode : 0, (int)req->language, (int)req->at_least,
		req->provider ? req->provider : "", source, req->lock_path ? req->lock_path : "");
	for (const char *const *name = key_variables; *name; name++) {
		const char *value = env_get(ctx->env, *name);

		if (value)
			strbuf_addf(&key, "%s=%s\n", *name, value);
	}
	return key.ptr;
}

/* The text fields of a kit that are kept, and where they stand. */
static const struct {
	const char *key;
	size_t field;
} texts[] = {
	{ "provider", offsetof(struct kit, tools.provider) },
	{ "label", offsetof(struct kit, tools.label) },
	{ "linker_flag", offsetof(struct kit, tools.linker_flag) },
	{ "resource_dir", offsetof(struct kit, tools.resource_dir) },
	{ "sysroot", offsetof(struct kit, sysroot) },
	{ "digest", offsetof(struct kit, sysroot_digest) },
	{ "source", offsetof(struct kit, source) },
	{ "libc_version", offsetof(struct kit, libc_version) },
	{ "gcc", offsetof(struct kit, gcc) },
};

static const char **
text_slot(struct kit *kit, size_t i)
{
	return (const char **)(void *)((char *)kit + texts[i].field);
}

static bool
load_texts(const struct context *ctx, const struct json_value *root, struct kit *kit)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *text = json_text_of(json_find(root, texts[i].key));

		if (!text)
			return false;
		*text_slot(kit, i) = arena_strdup(ctx->arena, text);
	}
	return true;
}

static bool
load_tools(const struct context *ctx, const struct json_value *root, struct kit *kit)
{
	const struct json_value *paths = json_find(root, "tools");

	for (int t = 0; json_is_object(paths) && t < TOOLS; t++) {
		const char *path = json_text_of(json_find(paths, tool_name((enum tool)t)));

		kit->tools.path[t] = path ? arena_strdup(ctx->arena, path) : NULL;
	}
	/* driver_common tells "no clang++" by the pointers. */
	if (kit->tools.path[TOOL_CC] && kit->tools.path[TOOL_CXX] &&
		strcmp(kit->tools.path[TOOL_CC], kit->tools.path[TOOL_CXX]) == 0)
		kit->tools.path[TOOL_CXX] = kit->tools.path[TOOL_CC];
	return kit->tools.path[TOOL_CC] && kit->tools.path[TOOL_LD];
}

static bool
load_numbers(const struct json *doc, struct kit *kit)
{
	struct error ignored;
	uint64_t compiler, linker;

	if (!json_get_u64(doc, doc->root, "compiler_version", &compiler, &ignored) ||
		!json_get_u64(doc, doc->root, "linker_version", &linker, &ignored))
		return false;
	kit->tools.compiler_version = (unsigned)compiler;
	kit->tools.linker_version = (unsigned)linker;
	return true;
}

static bool
load_names(const struct json_value *root, struct kit *kit)
{
	const char *target = json_text_of(json_find(root, "target"));
	const char *mode = json_text_of(json_find(root, "mode"));
	const char *set = json_text_of(json_find(root, "set"));
	struct error ignored;

	if (!target || !mode || !set || !target_parse(&kit->target, target, NULL, &ignored))
		return false;
	kit->mode = link_mode_find(mode);
	kit->set = package_set_find(set);
	return kit->mode != LINK_MODES && kit->set != PACKAGE_SETS && kit->target.abi;
}

bool
kit_load(const struct context *ctx, const struct store *store, const char *key, struct kit *kit)
{
	struct kit found = *kit;
	struct json doc;
	bool ok;

	if (!kept_load(ctx, store, "kits", key, &doc))
		return false;
	ok = load_names(doc.root, &found) && load_texts(ctx, doc.root, &found) &&
	     load_tools(ctx, doc.root, &found) && load_numbers(&doc, &found);
	json_clear(&doc);
	if (ok)
		*kit = found;
	return ok;
}

void
kit_save(const struct context *ctx, const struct store *store, const char *key,
	const struct strvec *stamps, const struct kit *kit)
{
	struct json_value *root = json_new_object();
	struct json_value *paths;
	struct kit copy = *kit;

	json_add_string(root, "target", kit->target.name);
	json_add_string(root, "mode", link_mode_name(kit->mode));
	json_add_string(root, "set", package_set_name(kit->set));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *text = *text_slot(&copy, i);

		json_add_string(root, texts[i].key, text ? text : "");
	}
	json_add_u64(root, "compiler_version", kit->tools.compiler_version);
	json_add_u64(root, "linker_version", kit->tools.linker_version);
	paths = json_add_object(root, "tools");
	for (int t = 0; t < TOOLS; t++)
		json_add_string(paths, tool_name((enum tool)t), kit->tools.path[t]);
	kept_save(ctx, store, "kits", key, stamps, root);
}
