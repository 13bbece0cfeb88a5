/* SPDX-License-Identifier: MIT */
/* Removing from the store what no ref and no lock names. */
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "sysroots/manifest.h"
#include "sysroots/sysroot.h"

/* What a collection keeps, and what it removed. */
struct collection {
	const struct context *ctx;
	const struct store *store;
	struct strvec roots;
	struct strvec blobs;
	uint64_t bytes;
	size_t things;
};

static void
keep_packages(struct collection *c, const struct package_list *packages)
{
	for (size_t i = 0; i < packages->count; i++)
		strvec_push(&c->blobs, packages->items[i].sha256);
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
	for (size_t i = 0; i < count; i++) {
		struct manifest m;
		if (manifest_find(c->ctx, c->store, refs[i].digest, &m)) {
			strvec_push(&c->roots, m.digest);
			keep_packages(c, &m.packages);
		} else if (file_remove(paths.items[i], err)) {
			c->things++;
		} else {
			return false;
		}
	}
	return true;
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

/* What a killed writer left beside the refs (base/file.h names its drafts so). */
static bool
collect_drafts(struct collection *c, struct error *err)
{
	const char *dir = store_path(c->store, c->ctx->arena, "refs");
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

	if (!keep_refs(c, err))
		return false;
	keep_lock(c, lock);
	if (!collect_drafts(c, err) || !collect_dir(c, "roots", &c->roots, err) ||
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
	struct collection c = { .ctx = ctx, .store = store };
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
