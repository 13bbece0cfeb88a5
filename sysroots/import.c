/* SPDX-License-Identifier: MIT */
/* Importing sysroots: unpack, normalise, look, keep under a name. */
#include "sysroots/import.h"

#include <string.h>
#include <sys/stat.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/import_layers.h"
#include "sysroots/import_probe.h"
#include "sysroots/import_record.h"
#include "sysroots/manifest.h"
#include "sysroots/normalise.h"

/* Part of every digest: raised when the same input would give another tree. */
#define IMPORT_VERSION 1

struct job {
	const struct context *ctx;
	const struct store *store;
	const struct import_request *req;
	const char *tree;
	struct unpack_list list;
};

static bool
digest_of(struct job *job, struct import *ret, struct error *err)
{
	struct str files = manifest_files_text(job->ctx->arena, &job->list);
	char hex[DIGEST_HEX];
	struct strbuf b;

	if (files.len > CAP_TEXT_FILE)
		return error_set(
			err, ERROR_LIMIT, "the sysroot has too many files: %zu", job->list.count);
	strbuf_init(&b, job->ctx->arena);
	strbuf_addf(&b, "xbuild import %d\n", IMPORT_VERSION);
	strbuf_addn(&b, files.ptr, files.len);
	if (!digest_bytes(b.ptr, b.len, hex, err))
		return false;
	ret->digest = arena_strdup(job->ctx->arena, hex);
	ret->path = store_root(job->store, job->ctx->arena, hex);
	ret->files = job->list.count;
	for (size_t i = 0; i < job->list.count; i++)
		ret->bytes += job->list.items[i].size;
	return true;
}

/* "base.txz, comp.txz", and the digest of the file where there is one. */
static bool
describe_input(const struct job *job, struct import *ret, struct error *err)
{
	const struct strvec *inputs = &job->req->inputs;
	char hex[DIGEST_HEX] = "";
	struct strbuf b;

	strbuf_init(&b, job->ctx->arena);
	for (size_t i = 0; i < inputs->count; i++) {
		const char *path = path_absolute(job->ctx->arena, job->ctx->cwd, inputs->items[i]);
		if (!file_exists(path)) {
			error_set(err, ERROR_MISSING, "%s is not there", inputs->items[i]);
			return error_where(err, "%s", path);
		}
		strbuf_addf(&b, "%s%s", i > 0 ? ", " : "", path_base(path));
		if (inputs->count == 1 && !file_is_dir(path) && !digest_file(path, hex, NULL, err))
			return false;
	}
	ret->input = b.ptr;
	ret->sha256 = arena_strdup(job->ctx->arena, hex);
	return true;
}

/* Packages of a merged Linux system count on links that none of them has (base-files brings them). */
static bool
complete_merge(struct job *job, struct error *err)
{
	static const char *const names[] = { "lib", "lib64" };

	normalise_sort(&job->list);
	if (normalise_find(&job->list, "usr/include/features.h") == NULL)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!normalise_add_link(job->tree, names[i],
			    arena_printf(job->ctx->arena, "usr/%s", names[i]), &job->list, err))
			return false;
	return true;
}

/* Alpine's gcc directory is called aarch64-alpine-linux-musl, a name that clang does not look for. Of
 * the names that it does, versions know different ones (see layout.h). */
static bool
name_gcc_for_clang(struct job *job, const struct import *i, struct error *err)
{
	static const char *const abis[] = { "linux-gnu", "linux-musl" };
	struct arena *a = job->ctx->arena;

	for (size_t k = 0; k < i->arch_count; k++) {
		const struct target_abi *abi = target_row_abi(i->archs[k].row, LIBC_MUSL);
		if (abi == NULL)
			continue;
		const char *cpu = arena_strndup(a, abi->triple, strcspn(abi->triple, "-"));
		for (size_t n = 0; n < ARRAY_LEN(abis); n++) {
			const char *from = arena_printf(a, "%s-alpine-linux-musl", cpu);
			const char *to = arena_printf(a, "%s-%s", cpu, abis[n]);
			if (!normalise_add_link(job->tree, arena_printf(a, "usr/lib/gcc/%s", to),
				    arena_printf(a, "usr/lib/gcc/%s", from), &job->list, err) ||
				!normalise_add_link(job->tree,
					arena_printf(a, "usr/include/c++/%s/%s", i->gcc, to),
					arena_printf(a, "usr/include/c++/%s/%s", i->gcc, from),
					&job->list, err))
				return false;
		}
	}
	return true;
}

static bool
make_tree(struct job *job, const char *temp, struct import *ret, struct error *err)
{
	job->tree = path_join(job->ctx->arena, temp, "root");
	job->list.arena = job->ctx->arena;
	if (!import_layers(job->ctx, job->req, temp, &job->list, err) ||
		!complete_merge(job, err) || !normalise_links(job->tree, &job->list, err) ||
		!import_probe(job->ctx->arena, job->tree, &job->list, job->req->look,
			job->req->look_ctx, ret, err))
		return false;
	if (ret->libc == LIBC_MUSL && !name_gcc_for_clang(job, ret, err))
		return false;
	return digest_of(job, ret, err);
}

/* The files, and the name in the end: who is killed before has imported nothing. The lock is that of
 * a removal, too. */
static bool
keep(struct job *job, const char *temp, struct import *ret, struct error *err)
{
	struct arena *a = job->ctx->arena;
	const char *list = arena_printf(a, "%s.files", ret->path);
	int lock;

	if (!store_lock(job->ctx, job->store, arena_printf(a, "root-%.16s", ret->digest), true,
		    &lock, err))
		return false;
	bool there = file_is_dir(ret->path) && file_exists(list);
	bool ok = there ||
		  (manifest_write_files(job->ctx, job->store, temp, ret->digest, &job->list, err) &&
			  store_promote_root(job->store, a, job->tree, ret->digest, err));
	ok = ok && import_record_write(job->ctx, job->store, ret, err);
	file_unlock(lock);
	return ok;
}

static bool
is_taken(const struct import *old, const struct import *made, struct error *err)
{
	if (strcmp(old->digest, made->digest) == 0)
		return true;
	error_set(err, ERROR_USAGE, "there is an imported sysroot %s already, of other content",
		old->name);
	error_where(err, "%s: %s", old->input, old->path);
	return error_hint(
		err, "choose another name, or remove it first: xbuild sysroot rm %s", old->name);
}

static bool
import_locked(struct job *job, struct import *ret, struct error *err)
{
	struct import made = { .name = job->req->name }, old;
	struct store_temp temp;

	if (!describe_input(job, &made, err) ||
		!store_temp(job->store, job->ctx->arena, &temp, err))
		return false;
	bool ok = make_tree(job, temp.path, &made, err);
	bool there = ok && import_find(job->ctx, job->store, made.name, &old);
	if (there)
		ok = is_taken(&old, &made, err);
	else
		ok = ok && keep(job, temp.path, &made, err);
	store_temp_drop(&temp);
	if (!ok)
		return store_blame(job->store, err);
	made.fresh = !there;
	*ret = there ? old : made;
	return true;
}

bool
import_add(const struct context *ctx, const struct store *store, const struct import_request *req,
	struct import *ret, struct error *err)
{
	struct job job = { .ctx = ctx, .store = store, .req = req };
	struct error ignored;
	uint64_t swept;
	int gc, lock;

	if (!import_name_check(req->name, err) || !store_prepare(store, err))
		return false;
	if (!store_sweep(ctx, store, &swept, &ignored)) {
		/* what the dead left may stay a while */
	}
	if (!store_lock(ctx, store, "gc", false, &gc, err))
		return false;
	bool ok = store_lock(
		ctx, store, arena_printf(ctx->arena, "import-%s", req->name), true, &lock, err);
	if (ok) {
		ok = import_locked(&job, ret, err);
		file_unlock(lock);
	}
	file_unlock(gc);
	return ok;
}

static bool
has_others(const struct context *ctx, const struct store *store, const struct import *i, bool *ret,
	struct error *err)
{
	struct import_list all;

	if (!import_list(ctx, store, &all, err))
		return false;
	*ret = false;
	for (size_t k = 0; k < all.count; k++)
		if (strcmp(all.items[k].digest, i->digest) == 0 &&
			strcmp(all.items[k].name, i->name) != 0)
			*ret = true;
	return true;
}

bool
import_remove(const struct context *ctx, const struct store *store, const struct import *i,
	struct error *err)
{
	bool others;
	int lock;

	if (!store_lock(ctx, store, arena_printf(ctx->arena, "root-%.16s", i->digest), true, &lock,
		    err))
		return false;
	bool ok = has_others(ctx, store, i, &others, err) &&
		  file_remove(import_record_path(ctx, store, i->name), err) &&
		  (others ||
			  (store_discard(store, ctx->arena, i->path, err) &&
				  file_remove(arena_printf(ctx->arena, "%s.files", i->path), err)));
	file_unlock(lock);
	return ok || store_blame(store, err);
}
