/* SPDX-License-Identifier: MIT */
/* Finding, getting and locking sysroots. */
#include "sysroots/sysroot.h"

#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "sysroots/added.h"
#include "sysroots/compose.h"
#include "sysroots/manifest.h"

static void
fill(struct sysroot *ret, const struct context *ctx, const struct store *store,
	const struct target *t, enum package_set set, const struct strvec *added,
	const struct manifest *m)
{
	*ret = (struct sysroot){
		.target = *t,
		.source = m->source,
		.set = set,
		.path = store_root(store, ctx->arena, m->digest),
		.digest = m->digest,
		.libc_version = source_libc_version(m->source, t),
		.gcc = m->source->gcc,
		.added = *added,
		.packages = m->packages,
		.bytes = m->bytes,
	};
}

/* The lock's entry for the target, whatever it says. */
static const struct lock_entry *
any_entry(const struct sysroot_request *req)
{
	return req->lock != NULL ? lock_find(req->lock, req->target.name, SET_C_STATIC) : NULL;
}

/* The lock's entry where it answers the request; it may say anything yet. */
static const struct lock_entry *
find_entry(const struct sysroot_request *req)
{
	const struct lock_entry *e = any_entry(req);

	if (e == NULL || e->set < req->set || !added_within(&req->packages, &e->added))
		return NULL;
	return req->source == NULL || req->source == e->source ? e : NULL;
}

/* The request is for another source than the one the lock names: one call's affair. */
static bool
is_beside_lock(const struct sysroot_request *req)
{
	const struct lock_entry *e = any_entry(req);

	return e != NULL && req->source != NULL && req->source != e->source;
}

/* The entry that is to be obeyed, NULL when there is none. */
static bool
locked_entry(const struct sysroot_request *req, const struct lock_entry **ret, struct error *err)
{
	const struct lock_entry *e = find_entry(req);

	if (e != NULL && !lock_check(req->lock, e, &req->target, err))
		return false;
	*ret = e;
	return true;
}

/* An entry that only has too little is widened: it stays with its source. */
static bool
request_source(const struct sysroot_request *req, const struct source **ret, struct error *err)
{
	const struct lock_entry *e = any_entry(req);
	const struct source *source = req->source;

	if (source == NULL && e != NULL)
		source = e->source;
	if (source == NULL)
		source = source_for(&req->target, err);
	if (source == NULL || !source_serves(source, &req->target, err))
		return false;
	*ret = source;
	return true;
}

/* All packages the sysroot is to have beyond the set: those of the request, and what the target's
 * entry in the lock has, or where there is none, what was added in this store. */
static void
wanted_packages(const struct context *ctx, const struct store *store,
	const struct sysroot_request *req, const struct source *source, struct strvec *ret)
{
	const struct lock_entry *e = any_entry(req);

	strvec_init(ret, ctx->arena);
	if (e == NULL)
		added_read(ctx, store, req->target.name, source, ret);
	else
		added_merge(ret, &e->added);
	added_merge(ret, &req->packages);
}

static bool
find_by_ref(const struct context *ctx, const struct store *store, const struct sysroot_request *req,
	const struct source *source, struct sysroot *ret)
{
	struct manifest_ref ref = { .target = req->target.name, .source = source, .set = req->set };
	struct manifest m;

	wanted_packages(ctx, store, req, source, &ref.added);
	for (; ref.set < PACKAGE_SETS; ref.set++) {
		if (!manifest_ref_find(ctx, store, &ref) ||
			!manifest_find(ctx, store, ref.digest, &m) ||
			!manifest_serves(&m, source, &req->target))
			continue;
		manifest_used(ctx, store, m.digest);
		fill(ret, ctx, store, &req->target, ref.set, &ref.added, &m);
		return true;
	}
	return false;
}

bool
sysroot_find(const struct context *ctx, const struct store *store,
	const struct sysroot_request *req, struct sysroot *ret, struct error *err)
{
	const struct lock_entry *entry;
	const struct source *source;
	struct manifest m;

	error_clear(err);
	if (!locked_entry(req, &entry, err))
		return false;
	if (entry == NULL)
		return request_source(req, &source, err) &&
		       find_by_ref(ctx, store, req, source, ret);
	if (!manifest_find(ctx, store, entry->root, &m) ||
		!manifest_serves(&m, entry->source, &req->target))
		return false;
	manifest_used(ctx, store, m.digest);
	fill(ret, ctx, store, &req->target, entry->set, &entry->added, &m);
	return true;
}

/* What a sysroot is going to be made of. */
struct plan {
	const struct source *source;
	enum package_set set;
	struct strvec added;
	struct package_list packages;
	bool pinned; /* a lock's */
};

/* The packages of the set by name, then what the added ones take beside them, all at last. */
static bool
resolve_added(const struct context *ctx, const struct store *store,
	const struct transport *transport, const struct target *t, struct strvec *names,
	struct plan *plan, struct error *err)
{
	const char *arch = source_arch(plan->source, t);

	return transport->closure(ctx, store, plan->source, arch, &plan->packages,
		       plan->added.items, names, err) &&
	       transport->resolve(
		       ctx, store, plan->source, arch, names->items, false, &plan->packages, err) &&
	       added_serves(plan->source, t, plan->set, &plan->added, &plan->packages, err);
}

static bool
resolve(const struct context *ctx, const struct store *store, const struct sysroot_request *req,
	bool refresh, struct plan *ret, struct error *err)
{
	struct plan plan = { .set = req->set };
	const struct transport *transport;
	struct strvec names;

	strvec_init(&names, ctx->arena);
	if (!request_source(req, &plan.source, err) ||
		!source_packages(plan.source, &req->target, plan.set, &names, err))
		return false;
	wanted_packages(ctx, store, req, plan.source, &plan.added);
	/* What only a lock's project wants is not for others to find. */
	plan.pinned = plan.added.count > 0 && any_entry(req) != NULL;
	transport = transport_get(ctx, plan.source, err);
	if (transport == NULL ||
		!transport->resolve(ctx, store, plan.source, source_arch(plan.source, &req->target),
			names.items, refresh, &plan.packages, err))
		return false;
	if (plan.added.count > 0 &&
		!resolve_added(ctx, store, transport, &req->target, &names, &plan, err))
		return false;
	*ret = plan;
	return true;
}

static bool
make_plan(const struct context *ctx, const struct store *store, const struct sysroot_request *req,
	struct plan *ret, struct error *err)
{
	const struct lock_entry *entry;

	if (!locked_entry(req, &entry, err))
		return false;
	if (entry == NULL)
		return resolve(ctx, store, req, false, ret, err);
	*ret = (struct plan){ entry->source, entry->set, entry->added, entry->packages, true };
	return true;
}

static bool
fetch(const struct context *ctx, const struct store *store, const struct sysroot_request *req,
	const struct plan *plan, struct error *err)
{
	struct package_list missing = package_list_missing(ctx->arena, store, &plan->packages);
	const struct transport *transport;

	if (missing.count == 0)
		return true;
	transport = transport_get(ctx, plan->source, err);
	if (transport == NULL ||
		!transport->fetch(ctx, store, plan->source, source_arch(plan->source, &req->target),
			&plan->packages, err))
		return false;
	context_step(ctx, "fetched", "%zu package%s, %.1f MB", missing.count,
		missing.count == 1 ? "" : "s", (double)package_list_bytes(&missing) / 1e6);
	return true;
}

/* Twice when a blob turned out to be damaged: it is in quarantine then, and fetched again. */
static bool
fetch_and_compose(const struct context *ctx, const struct store *store,
	const struct sysroot_request *req, const struct plan *plan, struct manifest *ret,
	struct error *err)
{
	for (int tries = 0; tries < 2; tries++) {
		if (!fetch(ctx, store, req, plan, err))
			return false;
		if (compose_root(ctx, store, &req->target, plan->source, plan->set, &plan->packages,
			    ret, err))
			return true;
		if (err->kind != ERROR_VERIFY)
			return false;
	}
	return false;
}

static void
put_in_lock(const struct sysroot_request *req, const struct sysroot *s)
{
	const struct lock_entry entry = {
		.target = arena_strdup(req->lock->arena, req->target.name),
		.source = s->source,
		.set = s->set,
		.added = s->added,
		.packages = s->packages,
		.root = s->digest,
	};

	lock_put(req->lock, &entry);
}

static bool
would_change_lock(const struct sysroot_request *req, struct error *err)
{
	error_set(err, ERROR_USAGE, "the lock %s for %s",
		any_entry(req) == NULL ? "has no entry"
				       : "has another source, a smaller set or fewer packages",
		req->target.name);
	error_where(err, "%s", req->lock->path);
	return error_hint(err, "without --locked it is added: xbuild lock -t %s", req->target.name);
}

static bool
make(const struct context *ctx, const struct store *store, const struct sysroot_request *req,
	struct sysroot *ret, struct error *err)
{
	struct manifest_ref ref = { .target = req->target.name };
	struct manifest m;
	struct plan plan;

	if (!make_plan(ctx, store, req, &plan, err) ||
		!fetch_and_compose(ctx, store, req, &plan, &m, err))
		return false;
	ref.source = plan.source;
	ref.set = plan.set;
	ref.added = plan.added;
	ref.digest = m.digest;
	ref.pinned = plan.pinned;
	if (!manifest_ref_write(ctx, store, &ref, err)) {
		store_blame(store, err);
		return false;
	}
	fill(ret, ctx, store, &req->target, plan.set, &plan.added, &m);
	ret->fresh = m.fresh;
	return true;
}

/* One lock for each target, source and set: who waited for it finds the root made. The shared one
 * keeps `gc` from taking away blobs that have no root yet. */
static bool
make_locked(const struct context *ctx, const struct store *store, const struct sysroot_request *req,
	struct sysroot *ret, struct error *err)
{
	struct manifest_ref ref = { .target = req->target.name, .set = req->set };
	uint64_t swept;
	struct error ignored;
	int gc, lock;

	if (!request_source(req, &ref.source, err))
		return false;
	if (!store_prepare(store, err))
		return false;
	if (!store_sweep(ctx, store, &swept, &ignored)) {
		/* what the dead left may stay a while */
	}
	if (!store_lock(ctx, store, "gc", false, &gc, err))
		return false;
	bool ok = store_lock(
		ctx, store, path_base(manifest_ref_path(ctx, store, &ref)), true, &lock, err);
	if (ok) {
		ok = sysroot_find(ctx, store, req, ret, err) ||
		     (err->kind == ERROR_NONE && make(ctx, store, req, ret, err));
		file_unlock(lock);
	}
	file_unlock(gc);
	return ok;
}

/* Puts what was found into the lock where it lacks it; or remembers what was added, where there is
 * no lock to say so. */
static bool
keep_request(const struct context *ctx, const struct store *store,
	const struct sysroot_request *req, const struct sysroot *found, struct error *err)
{
	const struct lock_entry *e = any_entry(req);

	if (is_beside_lock(req)) {
		context_step(ctx, "lock", "keeps %s for %s: %s is for this call alone",
			e->source->id, req->target.name, found->source->id);
		return true;
	}
	if (req->lock != NULL && find_entry(req) == NULL)
		put_in_lock(req, found);
	return req->lock != NULL || req->packages.count == 0 ||
	       added_remember(ctx, store, req->target.name, found->source, &req->packages, err);
}

bool
sysroot_get(const struct context *ctx, const struct store *store, const struct sysroot_request *req,
	struct sysroot *ret, struct error *err)
{
	struct sysroot found = { 0 };
	bool ok;

	if (req->lock != NULL && req->locked && find_entry(req) == NULL)
		return would_change_lock(req, err);
	ok = sysroot_find(ctx, store, req, &found, err);
	if (!ok && err->kind == ERROR_NONE)
		ok = make_locked(ctx, store, req, &found, err);
	if (!ok || !keep_request(ctx, store, req, &found, err))
		return false;
	*ret = found;
	return true;
}

/* Packages of a root that is there already are what builds have used so far: a lock that is new
 * pins those, and only `update` asks for newer ones. */
static bool
plan_for_lock(const struct context *ctx, const struct store *store,
	const struct sysroot_request *req, bool update, struct plan *ret, struct error *err)
{
	struct sysroot found;

	if (update)
		return resolve(ctx, store, req, true, ret, err);
	if (find_entry(req) == NULL && sysroot_find(ctx, store, req, &found, err)) {
		*ret = (struct plan){ found.source, found.set, found.added, found.packages, false };
		return true;
	}
	return make_plan(ctx, store, req, ret, err);
}

/* The index that is asked must not be collected meanwhile. */
static bool
plan_while_kept(const struct context *ctx, const struct store *store,
	const struct sysroot_request *req, bool update, struct plan *ret, struct error *err)
{
	int gc;

	if (!store_prepare(store, err) || !store_lock(ctx, store, "gc", false, &gc, err))
		return false;
	bool ok = plan_for_lock(ctx, store, req, update, ret, err);
	file_unlock(gc);
	return ok;
}

bool
sysroot_lock(const struct context *ctx, const struct store *store,
	const struct sysroot_request *req, bool update, struct error *err)
{
	char hex[DIGEST_HEX];
	struct plan plan;
	struct sysroot s;

	if (!plan_while_kept(ctx, store, req, update, &plan, err) ||
		!compose_digest(&req->target, plan.source, &plan.packages, hex, err))
		return false;
	s = (struct sysroot){
		.source = plan.source,
		.set = plan.set,
		.added = plan.added,
		.packages = plan.packages,
		.digest = arena_strdup(ctx->arena, hex),
	};
	put_in_lock(req, &s);
	return true;
}
