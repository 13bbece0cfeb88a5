/* SPDX-License-Identifier: MIT */
/* Removing from the store what no ref and no lock names, and nobody has used for long. */
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "sysroots/import.h"
#include "sysroots/kept.h"
#include "sysroots/manifest.h"
#include "sysroots/sysroot.h"

/* Locks of other projects are not known here, so what they asked for is kept as long as it is used;
 * see man/xbuild-sysroot.1. */
#define KEEP_SECONDS (30L * 24 * 60 * 60)

/* What a collection keeps, and what it removed. */
struct collection {
	const struct context *ctx;
	const struct store *store;
	struct strvec roots;
	struct strvec blobs;
	time_t now;
	uint64_t bytes;
	size_t things;
};

static void
keep_packages(struct collection *c, const struct package_list *packages)
{
	for (size_t i = 0; i < packages->count; i++)
		strvec_push(&c->blobs, packages->items[i].sha256);
}

static void
keep_root(struct collection *c, const char *digest)
{
	struct manifest m;

	if (strvec_has(&c->roots, digest) || !manifest_find(c->ctx, c->store, digest, &m))
		return;
	strvec_push(&c->roots, m.digest);
	keep_packages(c, &m.packages);
}

static bool
keep_refs(struct collection *c, struct error *err)
{
	struct manifest_ref *refs;
	struct strvec paths;
	size_t count;

	strvec_init(&paths, c->ctx->arena);
	if (!manifest_refs(c->ctx, c->store, &paths, &refs, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!refs[i].pinned)
			keep_root(c, refs[i].digest);
	return true;
}

/* Nobody but who imported it could bring it back. */
static bool
keep_imports(struct collection *c, struct error *err)
{
	struct import_list all;

	if (!import_list(c->ctx, c->store, &all, err))
		return false;
	for (size_t i = 0; i < all.count; i++)
		strvec_push(&c->roots, all.items[i].digest);
	return true;
}

static bool
is_recent(const struct collection *c, time_t used)
{
	return c->now - used < KEEP_SECONDS;
}

static bool
keep_recent(struct collection *c, struct error *err)
{
	const char *dir = store_path(c->store, c->ctx->arena, "roots");
	struct strvec names;
	struct stat st;

	if (!file_list(c->ctx->arena, dir, &names, err))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		if (cstr_ends(name, ".json") &&
			lstat(path_join(c->ctx->arena, dir, name), &st) == 0 &&
			is_recent(c, st.st_mtime))
			keep_root(c, arena_strndup(c->ctx->arena, name, strcspn(name, ".")));
	}
	return true;
}

/* A kit that is remembered is used without a look at the root's manifest. */
static void
keep_remembered(struct collection *c)
{
	const char *dir = arena_printf(c->ctx->arena, "%s/roots/", c->store->dir);
	struct strvec paths;

	strvec_init(&paths, c->ctx->arena);
	kept_paths(c->ctx, c->store, &paths);
	for (size_t i = 0; i < paths.count; i++) {
		if (!cstr_starts(paths.items[i], dir))
			continue;
		const char *digest = arena_strndup(c->ctx->arena, paths.items[i] + strlen(dir),
			strcspn(paths.items[i] + strlen(dir), "/"));
		if (digest_is_hex(digest))
			keep_root(c, digest);
	}
}

static void
keep_lock(struct collection *c, const struct lock *lock)
{
	for (size_t i = 0; lock != NULL && i < lock->count; i++) {
		strvec_push(&c->roots, lock->entries[i].root);
		keep_packages(c, &lock->entries[i].packages);
	}
}

static bool
collect_one(struct collection *c, const char *path, struct error *err)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return true;
	if (!store_bytes(c->ctx->arena, path, &c->bytes, err))
		return false;
	c->things++;
	return store_discard(c->store, c->ctx->arena, path, err);
}

/* Removes everything in a directory of the store whose name, up to its first dot, is not kept. */
static bool
collect_dir(struct collection *c, const char *rel, const struct strvec *kept, struct error *err)
{
	const char *dir = store_path(c->store, c->ctx->arena, rel);
	struct strvec names;

	strvec_init(&names, c->ctx->arena);
	if (!file_list(c->ctx->arena, dir, &names, err))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		const char *stem = arena_strndup(c->ctx->arena, name, strcspn(name, "."));
		if (kept != NULL && strvec_has(kept, stem))
			continue;
		if (!interrupt_check(err) ||
			!collect_one(c, path_join(c->ctx->arena, dir, name), err))
			return false;
	}
	return true;
}

/* When something in cache/ or apt/ was last used. A file that is remembered has its time set (see
 * kept.h); of a directory of tools, and of an apt root, some file is read whenever it is used, and
 * most file systems note that to the day. */
static time_t
last_use(struct collection *c, const char *path)
{
	struct error ignored;
	struct strvec names;
	struct stat st;
	time_t last;

	if (lstat(path, &st) != 0)
		return c->now;
	last = st.st_mtime;
	if (!S_ISDIR(st.st_mode) || !file_list(c->ctx->arena, path, &names, &ignored))
		return last;
	for (size_t i = 0; i < names.count; i++) {
		if (lstat(path_join(c->ctx->arena, path, names.items[i]), &st) != 0 ||
			S_ISDIR(st.st_mode))
			continue;
		last = st.st_mtime > last ? st.st_mtime : last;
		last = st.st_atime > last ? st.st_atime : last;
	}
	return last;
}

static bool
collect_unused(struct collection *c, const char *rel, struct error *err)
{
	const char *dir = store_path(c->store, c->ctx->arena, rel);
	struct strvec names;

	if (!file_is_dir(dir))
		return true;
	if (!file_list(c->ctx->arena, dir, &names, err))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *path = path_join(c->ctx->arena, dir, names.items[i]);
		if (!interrupt_check(err) ||
			(!is_recent(c, last_use(c, path)) && !collect_one(c, path, err)))
			return false;
	}
	return true;
}

/* Offline an index cannot be had again. */
static bool
collect_caches(struct collection *c, struct error *err)
{
	const char *dir = store_path(c->store, c->ctx->arena, "cache");
	struct strvec kinds;

	if (!file_list(c->ctx->arena, dir, &kinds, err))
		return false;
	for (size_t i = 0; i < kinds.count; i++)
		if (!collect_unused(
			    c, arena_printf(c->ctx->arena, "cache/%s", kinds.items[i]), err))
			return false;
	return c->ctx->offline ||
	       (collect_unused(c, "apt", err) && collect_unused(c, "index", err));
}

/* Refs to roots that are not there, or will not be. */
static bool
collect_refs(struct collection *c, struct error *err)
{
	struct manifest_ref *refs;
	struct strvec paths;
	size_t count;

	strvec_init(&paths, c->ctx->arena);
	if (!manifest_refs(c->ctx, c->store, &paths, &refs, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!strvec_has(&c->roots, refs[i].digest) && !collect_one(c, paths.items[i], err))
			return false;
	return true;
}

/* What a killed writer left beside the records (base/file.h names its drafts so). */
static bool
collect_drafts(struct collection *c, const char *rel, struct error *err)
{
	const char *dir = store_path(c->store, c->ctx->arena, rel);
	struct strvec names;

	strvec_init(&names, c->ctx->arena);
	if (!file_list(c->ctx->arena, dir, &names, err))
		return false;
	for (size_t i = 0; i < names.count; i++)
		if (names.items[i][0] == '.' &&
			!collect_one(c, path_join(c->ctx->arena, dir, names.items[i]), err))
			return false;
	return true;
}

static bool
collect(struct collection *c, const struct lock *lock, struct error *err)
{
	uint64_t swept = 0;

	if (!collect_caches(c, err) || !keep_refs(c, err) || !keep_recent(c, err) ||
		!keep_imports(c, err))
		return false;
	keep_remembered(c);
	keep_lock(c, lock);
	if (!collect_refs(c, err) || !collect_drafts(c, "refs", err) ||
		!collect_drafts(c, "added", err) || !collect_drafts(c, "imported", err) ||
		!collect_dir(c, "roots", &c->roots, err) ||
		!collect_dir(c, "blobs/sha256", &c->blobs, err) ||
		!collect_dir(c, "quarantine", NULL, err) ||
		!store_sweep(c->ctx, c->store, &swept, err))
		return false;
	c->bytes += swept;
	return true;
}

bool
sysroot_gc(const struct context *ctx, const struct store *store, const struct lock *lock,
	uint64_t *ret_bytes, size_t *ret_things, struct error *err)
{
	struct collection c = { .ctx = ctx, .store = store, .now = time(NULL) };
	int fd;

	strvec_init(&c.roots, ctx->arena);
	strvec_init(&c.blobs, ctx->arena);
	if (!store_prepare(store, err) || !store_lock(ctx, store, "gc", true, &fd, err))
		return false;
	bool ok = collect(&c, lock, err);
	file_unlock(fd);
	if (!ok)
		return store_blame(store, err);
	*ret_bytes = c.bytes;
	*ret_things = c.things;
	return true;
}
