/* SPDX-License-Identifier: MIT */
/* Resolving a request to a kit: target, mode, toolchain, sysroot, each asked in its own module. */
#include "toolchains/kit.h"

#include <string.h>

#include "base/attr.h"
#include "base/env.h"
#include "base/file.h"
#include "base/path.h"
#include "base/proc.h"
#include "sysroots/import.h"
#include "toolchains/kit_keep.h"
#include "toolchains/probe.h"

static bool
wants_static(const struct kit_request *req)
{
	return req->has_mode ? link_mode_is_static(req->mode) : req->is_static;
}

static bool
resolve_target(const struct context *ctx, const struct kit_request *req, struct target *ret,
	struct error *err)
{
	struct target t;

	if (!target_parse(&t, req->target, ctx->env, err))
		return false;
	*ret = target_settled(&t, wants_static(req));
	return true;
}

/* The mode before and after the toolchain is known: what nothing can do is refused before
 * anything is looked for. */
static bool
resolve_tools(const struct context *ctx, const struct store *store, const struct kit_request *req,
	struct kit *kit, struct error *err)
{
	kit->mode = req->has_mode ? req->mode : LINK_DYNAMIC;
	if (!req->has_mode && req->is_static)
		kit->mode = gate_static_mode(&kit->target, NULL);
	if (!gate_check(&kit->target, NULL, kit->mode, req->language, err))
		return false;
	if (!toolchain_get(ctx, store, req->provider, &kit->target, &kit->tools, err))
		return false;
	if (!req->has_mode && req->is_static)
		kit->mode = gate_static_mode(&kit->target, &kit->tools);
	return gate_check(&kit->target, &kit->tools, kit->mode, req->language, err);
}

static enum package_set
wanted_set(const struct kit_request *req, enum link_mode mode)
{
	enum package_set set = link_mode_is_static(mode) ? SET_C_STATIC : SET_C_DYNAMIC;

	if (req->language == LANGUAGE_CXX)
		set = SET_CXX;
	return set < req->at_least ? req->at_least : set;
}

/* A directory of the user's is taken as it is: he says that it is whole. */
static bool
sysroot_of_user(const struct context *ctx, const char *dir, struct kit *kit, struct error *err)
{
	char *path = path_absolute(ctx->arena, ctx->cwd, dir);

	if (!file_is_dir(path_join(ctx->arena, path, "usr/include"))) {
		error_set(err, ERROR_MISSING, "%s is not a sysroot: it has no usr/include", dir);
		return error_where(err, "%s", path);
	}
	kit->sysroot = path;
	kit->sysroot_digest = "";
	kit->source = "dir";
	kit->set = SET_CXX;
	kit->libc_version =
		kit->target.version[0] ? arena_strdup(ctx->arena, kit->target.version) : "";
	kit->gcc = "";
	return true;
}

/* Something that was imported under this name, and what it must be able to do. */
static bool
sysroot_of_import(
	const struct import *i, const struct kit_request *req, struct kit *kit, struct error *err)
{
	unsigned wants = IMPORT_COMPILE;

	if (req->language == LANGUAGE_CXX)
		wants |= IMPORT_CXX;
	wants |= link_mode_is_static(kit->mode) ? IMPORT_STATIC : IMPORT_DYNAMIC;
	if (!import_serves(i, &kit->target, wants, err))
		return false;
	kit->sysroot = i->path;
	kit->sysroot_digest = i->digest;
	kit->source = i->name;
	kit->set = import_abilities(i, &kit->target) & IMPORT_CXX ? SET_CXX : SET_C_DYNAMIC;
	kit->libc_version = i->version;
	kit->gcc = i->gcc;
	return true;
}

static void
take_sysroot(const struct sysroot *s, struct kit *kit)
{
	kit->sysroot = s->path;
	kit->sysroot_digest = s->digest;
	kit->source = s->source->id;
	kit->set = s->set;
	kit->libc_version = s->libc_version;
	kit->gcc = s->gcc;
	kit->fetched = s->fresh;
	kit->fetched_packages = s->packages.count;
	for (size_t i = 0; s->fresh && i < s->packages.count; i++)
		kit->fetched_bytes += s->packages.items[i].size;
}

/* A word that is no source may be a slip in the name of an imported sysroot. */
static bool
find_source(const struct context *ctx, const struct store *store, const char *word,
	const struct source **ret, struct error *err)
{
	struct import_list all;
	struct error ignored;
	struct strvec names;

	*ret = source_get(word, err);
	if (*ret || !import_list(ctx, store, &all, &ignored))
		return *ret != NULL;
	strvec_init(&names, ctx->arena);
	for (size_t i = 0; i < all.count; i++)
		strvec_push(&names, all.items[i].name);
	const char *near = cstr_nearest(word, names.items, names.count);
	return near && error_hint(err, "did you mean %s?", near);
}

static bool
sysroot_of_source(const struct context *ctx, const struct store *store,
	const struct kit_request *req, struct kit *kit, struct error *err)
{
	struct sysroot_request want = { .target = kit->target, .locked = req->locked };
	struct sysroot s = { 0 };
	struct lock lock = { 0 };

	want.set = wanted_set(req, kit->mode);
	if (req->source && !find_source(ctx, store, req->source, &want.source, err))
		return false;
	if (req->lock_path && !lock_read(&lock, ctx->arena, req->lock_path, err))
		return false;
	if (req->locked && !lock.exists) {
		error_set(err, ERROR_USAGE, "there is no xbuild.lock to obey");
		error_where(err, "%s", req->lock_path ? req->lock_path : ctx->cwd);
		return error_hint(err, "write one with `xbuild lock`, or leave out --locked");
	}
	want.lock = lock.exists ? &lock : NULL;
	if (!sysroot_get(ctx, store, &want, &s, err))
		return false;
	if (lock.exists && lock.changed && !req->locked && !lock_write(&lock, err))
		return false;
	take_sysroot(&s, kit);
	return true;
}

static bool
is_directory_name(const char *source)
{
	return strchr(source, '/') || strcmp(source, ".") == 0 || strcmp(source, "..") == 0;
}

static bool
resolve_sysroot(const struct context *ctx, const struct store *store, const struct kit_request *req,
	struct kit *kit, struct error *err)
{
	struct import imported;

	if (req->source && is_directory_name(req->source))
		return sysroot_of_user(ctx, req->source, kit, err);
	if (req->source && import_find(ctx, store, req->source, &imported))
		return sysroot_of_import(&imported, req, kit, err);
	return sysroot_of_source(ctx, store, req, kit, err);
}

static bool
has_rcrt1(const struct context *ctx, const struct kit *kit)
{
	const char *multiarch = kit->target.row->multiarch;

	return file_exists(arena_printf(
		       ctx->arena, "%s/usr/lib/%s/rcrt1.o", kit->sysroot, multiarch)) ||
	       file_exists(path_join(ctx->arena, kit->sysroot, "usr/lib/rcrt1.o"));
}

/* Not every sysroot has what a static-pie starts with: older ones of an architecture lack it. */
static bool
check_static_pie(const struct context *ctx, const struct kit_request *req, struct kit *kit,
	struct error *err)
{
	if (kit->mode != LINK_STATIC_PIE || has_rcrt1(ctx, kit))
		return true;
	if (!req->has_mode) {
		kit->mode = LINK_STATIC;
		return true;
	}
	error_set(err, ERROR_USAGE,
		"%s cannot be linked static-pie: this sysroot has no start file for it (rcrt1.o)",
		kit->target.name);
	error_where(err, "%s", kit->sysroot);
	return error_hint(err, "the nearest mode that works is static");
}

/* What could change which programs are found: a new one in PATH, whatever its name. */
static void
stamp_path(const struct context *ctx, struct strvec *stamps)
{
	struct strvec dirs;

	proc_path(ctx->arena, ctx->env, &dirs);
	for (size_t i = 0; i < dirs.count; i++)
		kept_stamp(stamps, dirs.items[i]);
}

/* The programs that were found, and the directories behind their links: tools are looked for beside
 * the compiler and the linker, too. */
static void
stamp_tools(const struct context *ctx, const struct toolchain *tools, struct strvec *stamps)
{
	static const enum tool homes[] = { TOOL_CC, TOOL_LD };

	for (int t = 0; t < TOOLS; t++)
		if (tools->path[t] && !strvec_has(stamps, tools->path[t]))
			kept_stamp(stamps, tools->path[t]);
	for (size_t i = 0; i < ARRAY_LEN(homes); i++) {
		char *home = probe_home(ctx->arena, tools->path[homes[i]]);

		if (home && !strvec_has(stamps, home))
			kept_stamp(stamps, home);
	}
}

bool
kit_get(const struct context *ctx, const struct store *store, const struct kit_request *req,
	struct kit *ret, struct error *err)
{
	char *key = kit_key(ctx, store, req);
	struct kit kit = { 0 };
	struct strvec stamps;

	kit.lock_path = req->lock_path;
	kit.locked = req->locked;
	if (kit_load(ctx, store, key, &kit)) {
		*ret = kit;
		return true;
	}
	strvec_init(&stamps, ctx->arena);
	if (req->lock_path)
		kept_stamp(&stamps, req->lock_path);
	stamp_path(ctx, &stamps);
	if (!resolve_target(ctx, req, &kit.target, err) ||
		!resolve_tools(ctx, store, req, &kit, err))
		return false;
	stamp_tools(ctx, &kit.tools, &stamps);
	/* Packages added to any target's sysroots, and names given to other imports. */
	kept_stamp(&stamps, store_path(store, ctx->arena, "added"));
	kept_stamp(&stamps, store_path(store, ctx->arena, "imported"));
	if (!resolve_sysroot(ctx, store, req, &kit, err) || !check_static_pie(ctx, req, &kit, err))
		return false;
	kept_stamp(&stamps, kit.sysroot);
	/* What this call wrote into the lock is what the kept kit holds for. */
	if (req->lock_path)
		stamps.items[1] = file_stamp(ctx->arena, req->lock_path);
	kit_save(ctx, store, key, &stamps, &kit);
	*ret = kit;
	return true;
}

char *
kit_label(struct arena *a, const struct kit *kit)
{
	const char *libc = kit->target.abi ? target_libc_name(kit->target.abi->libc) : "";
	const char *space = kit->libc_version[0] ? " " : "";

	return arena_printf(a, "%s · %s%s%s (%s) · %s", kit->tools.label, libc, space,
		kit->libc_version, kit->source, link_mode_name(kit->mode));
}
