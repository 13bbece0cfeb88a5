/* SPDX-License-Identifier: MIT */
/* Composing roots: packages unpacked side by side into one tree, which is finished and promoted. */
#include "sysroots/compose.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "base/threads.h"
#include "sysroots/layout.h"
#include "sysroots/normalise.h"
#include "sysroots/selfcheck.h"
#include "sysroots/unpack.h"

static int
compare_hex(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

bool
compose_digest(const struct target *t, const struct source *source,
	const struct package_list *packages, char hex[DIGEST_HEX], struct error *err)
{
	struct arena arena;
	struct strbuf b;

	arena_init(&arena);
	const char **sums = ARENA_ARRAY(&arena, packages->count, const char *);
	for (size_t i = 0; i < packages->count; i++)
		sums[i] = packages->items[i].sha256;
	if (packages->count > 0)
		qsort(sums, packages->count, sizeof(*sums), compare_hex);
	strbuf_init(&b, &arena);
	strbuf_addf(&b, "xbuild sysroot %d\nsource %s\narch %s\nlibc %s\n", NORMALISE_VERSION,
		source->id, source_arch(source, t), target_libc_name(t->abi->libc));
	for (size_t i = 0; i < packages->count; i++)
		strbuf_addf(&b, "%s\n", sums[i]);
	bool ok = digest_bytes(b.ptr, b.len, hex, err);
	arena_clear(&arena);
	return ok;
}

/* One package on its way; each has its own arena, for they are unpacked in parallel. */
struct job {
	const struct package *package;
	const char *blob;
	struct arena arena;
	struct unpack_list list;
	bool done;
	bool damaged;
	struct error err;
};

struct composition {
	const struct context *ctx;
	const struct store *store;
	const struct target *target;
	const struct source *source;
	enum package_set set;
	const struct package_list *packages;
	const struct archives *unpacker;
	struct layout layout;
	struct unpack_totals totals;
	const char *tree;
	struct job *jobs;
};

/* The blob was verified when it was taken in; this is about what happened to it since. */
static bool
blob_is_whole(struct job *job)
{
	char hex[DIGEST_HEX];

	if (!digest_file(job->blob, hex, NULL, &job->err))
		return false;
	job->damaged = strcmp(hex, job->package->sha256) != 0;
	if (!job->damaged)
		return true;
	error_set(
		&job->err, ERROR_VERIFY, "package %s in the store is damaged", job->package->name);
	return error_where(&job->err, "%s", job->blob);
}

static void
unpack_one(void *ctx, size_t index, struct arena *scratch)
{
	struct composition *c = ctx;
	struct job *job = &c->jobs[index];
	const struct unpack_sink sink = {
		.dir = c->tree,
		.want = layout_place,
		.want_ctx = &c->layout,
		.totals = &c->totals,
		.ret = &job->list,
	};

	(void)scratch;
	if (!blob_is_whole(job))
		return;
	job->done = c->source->of->layout == LAYOUT_DEBIAN
			    ? unpack_deb(c->unpacker, job->blob, &sink, &job->err)
			    : unpack_archive(c->unpacker, job->blob, &sink, &job->err);
	if (!job->done && job->err.kind != ERROR_INTERRUPTED)
		error_wrap(&job->err, "package %s %s", job->package->name, job->package->version);
}

/* Largest first, so that no thread is left with the largest at the end. */
static int
compare_sizes(const void *a, const void *b)
{
	const struct job *x = a, *y = b;

	if (x->package->size != y->package->size)
		return x->package->size < y->package->size ? 1 : -1;
	return strcmp(x->package->name, y->package->name);
}

static void
make_jobs(struct composition *c)
{
	c->jobs = ARENA_ARRAY(c->ctx->arena, c->packages->count, struct job);
	for (size_t i = 0; i < c->packages->count; i++) {
		struct job *job = &c->jobs[i];
		job->package = &c->packages->items[i];
		job->blob = store_blob(c->store, c->ctx->arena, job->package->sha256);
	}
	if (c->packages->count > 0)
		qsort(c->jobs, c->packages->count, sizeof(*c->jobs), compare_sizes);
	for (size_t i = 0; i < c->packages->count; i++) {
		struct job *job = &c->jobs[i];
		arena_init(&job->arena);
		job->list.arena = &job->arena;
	}
}

/* The first failure in the order of the jobs; damaged blobs are put aside. */
static bool
gather_errors(struct composition *c, struct error *err)
{
	bool ok = interrupt_check(err);

	for (size_t i = 0; i < c->packages->count; i++) {
		struct job *job = &c->jobs[i];
		struct error ignored;
		if (job->damaged && !store_quarantine(c->store, c->ctx->arena, job->blob, &ignored))
			continue;
		if (ok && !job->done) {
			*err = job->err;
			ok = false;
		}
	}
	return ok;
}

static bool
unpack_all(struct composition *c, struct unpack_list *ret, struct error *err)
{
	threads_for(c->packages->count, c->ctx->jobs, unpack_one, c);
	if (!gather_errors(c, err))
		return false;
	for (size_t i = 0; i < c->packages->count; i++)
		for (size_t k = 0; k < c->jobs[i].list.count; k++)
			unpack_list_add(ret, &c->jobs[i].list.items[k]);
	return true;
}

static uint64_t
bytes_of(const struct unpack_list *list)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < list->count; i++)
		bytes += list->items[i].size;
	return bytes;
}

/* Which packages they were: the tree itself is gone when this is read. */
static bool
blame_packages(const struct composition *c, struct error *err)
{
	struct strbuf b;

	strbuf_init(&b, c->ctx->arena);
	for (size_t i = 0; i < c->packages->count; i++)
		strbuf_addf(&b, "%s%s %s", i == 0 ? "made of " : ", ", c->packages->items[i].name,
			c->packages->items[i].version);
	return error_where(err, "%s", b.ptr);
}

static bool
check_tree(const struct composition *c, const struct unpack_list *list, struct error *err)
{
	return selfcheck_tree(c->tree, list, c->source, c->target, c->set, err) ||
	       (err->kind == ERROR_FORMAT && blame_packages(c, err));
}

/* A tree without a manifest is what somebody left, and nobody knows what is in it. It has to go
 * before there is a manifest again, or who is killed in between makes a root of it. */
static bool
clear_place(const struct composition *c, const char *digest, struct error *err)
{
	const char *root = store_root(c->store, c->ctx->arena, digest);

	return !file_exists(root) || store_quarantine(c->store, c->ctx->arena, root, err);
}

static bool
finish_tree(
	struct composition *c, const struct store_temp *temp, struct manifest *m, struct error *err)
{
	struct unpack_list list = { .arena = c->ctx->arena };

	if (!unpack_all(c, &list, err) || !normalise_tree(c->tree, &c->layout, &list, err) ||
		!check_tree(c, &list, err) || !clear_place(c, m->digest, err))
		return false;
	m->bytes = bytes_of(&list);
	m->files = list.count;
	m->fresh = true;
	return manifest_write(c->ctx, c->store, temp->path, m, &list, err) &&
	       store_promote_root(c->store, c->ctx->arena, c->tree, m->digest, err);
}

static bool
compose_in(
	struct composition *c, const struct store_temp *temp, struct manifest *m, struct error *err)
{
	c->tree = path_join(c->ctx->arena, temp->path, "root");
	if (!file_mkdirs(c->tree, 0755, err) || !archives_open(c->ctx->arena, &c->unpacker, err))
		return false;
	make_jobs(c);
	bool ok = finish_tree(c, temp, m, err);
	for (size_t i = 0; i < c->packages->count; i++)
		arena_clear(&c->jobs[i].arena);
	return ok;
}

/* The caller holds the root's lock. */
static bool
compose_locked(struct composition *c, struct manifest *m, struct error *err)
{
	struct store_temp temp;

	if (!store_temp(c->store, c->ctx->arena, &temp, err))
		return false;
	bool ok = compose_in(c, &temp, m, err);
	store_temp_drop(&temp);
	if (!ok && err->kind == ERROR_FORMAT && err->hint[0] == '\0')
		error_hint(err, "the packages are at fault; those of another release (--source) "
				"may be good");
	return ok || store_blame(c->store, err);
}

static bool
find_root(const struct composition *c, const char *digest, struct manifest *ret)
{
	return manifest_find(c->ctx, c->store, digest, ret) &&
	       manifest_serves(ret, c->source, c->target);
}

bool
compose_root(const struct context *ctx, const struct store *store, const struct target *t,
	const struct source *source, enum package_set set, const struct package_list *packages,
	struct manifest *ret, struct error *err)
{
	struct composition c = { .ctx = ctx,
		.store = store,
		.target = t,
		.source = source,
		.set = set,
		.packages = packages };
	struct manifest m = { .source = source,
		.arch = source_arch(source, t),
		.libc = t->abi->libc,
		.packages = *packages };
	struct manifest found;
	char hex[DIGEST_HEX];
	int lock;

	if (!compose_digest(t, source, packages, hex, err))
		return false;
	const char *name = arena_printf(ctx->arena, "root-%.16s", hex);
	m.digest = arena_strdup(ctx->arena, hex);
	layout_init(&c.layout, source, t);
	if (find_root(&c, hex, &found)) {
		*ret = found;
		return true;
	}
	if (!store_lock(ctx, store, name, true, &lock, err))
		return false;
	/* Somebody else may have made it while we waited. */
	bool there = find_root(&c, hex, &found);
	bool ok = there || compose_locked(&c, &m, err);
	file_unlock(lock);
	if (ok)
		*ret = there ? found : m;
	return ok;
}
