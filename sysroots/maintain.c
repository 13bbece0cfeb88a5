/* SPDX-License-Identifier: MIT */
/* What is in the store, whether it is whole, and removing one. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "base/threads.h"
#include "sysroots/added.h"
#include "sysroots/manifest.h"
#include "sysroots/normalise.h"
#include "sysroots/sysroot.h"

static int
compare_sysroots(const void *a, const void *b)
{
	const struct sysroot *x = a, *y = b;
	int order = strcmp(x->target.name, y->target.name);

	if (order == 0)
		order = strcmp(x->source->id, y->source->id);
	if (order == 0)
		order = (int)x->set - (int)y->set;
	if (order == 0)
		order = (int)x->pinned - (int)y->pinned;
	return order != 0 ? order : strcmp(x->digest, y->digest);
}

static bool
sysroot_of_ref(const struct context *ctx, const struct store *store, const struct manifest_ref *ref,
	struct sysroot *ret)
{
	struct error ignored;
	struct manifest m;
	struct target t;

	if (!target_parse(&t, ref->target, NULL, &ignored) ||
		!manifest_find(ctx, store, ref->digest, &m) ||
		!manifest_serves(&m, ref->source, &t))
		return false;
	*ret = (struct sysroot){
		.target = t,
		.source = m.source,
		.set = ref->set,
		.path = store_root(store, ctx->arena, m.digest),
		.digest = m.digest,
		.libc_version = source_libc_version(m.source, &t),
		.gcc = m.source->gcc,
		.added = ref->added,
		.packages = m.packages,
		.bytes = m.bytes,
		.pinned = ref->pinned,
	};
	return true;
}

bool
sysroot_list(const struct context *ctx, const struct store *store, struct sysroot_list *ret,
	struct error *err)
{
	struct sysroot_list list = { 0 };
	struct manifest_ref *refs;
	struct strvec paths;
	size_t count;

	strvec_init(&paths, ctx->arena);
	if (!manifest_refs(ctx, store, &paths, &refs, &count, err))
		return false;
	list.items = ARENA_ARRAY(ctx->arena, count, struct sysroot);
	for (size_t i = 0; i < count; i++)
		if (sysroot_of_ref(ctx, store, &refs[i], &list.items[list.count]))
			list.count++;
	if (list.count > 0)
		qsort(list.items, list.count, sizeof(*list.items), compare_sysroots);
	*ret = list;
	return true;
}

/* A verification: one verdict for each file, found in parallel. */
struct verification {
	const char *root;
	const struct unpack_list *files;
	const char **verdicts; /* NULL: whole */
	const struct context *ctx;
	struct strvec *damage;
};

static const char *
check_link(const struct unpack_entry *e, const char *path)
{
	char target[CAP_PATH];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n < 0)
		return "is missing or no link";
	target[n] = '\0';
	return strcmp(target, e->link) == 0 ? NULL : "leads elsewhere";
}

static const char *
check_file(const struct unpack_entry *e, const char *path)
{
	struct error ignored;
	char hex[DIGEST_HEX];
	struct stat st;

	if (lstat(path, &st) != 0)
		return "is missing";
	if (!S_ISREG(st.st_mode))
		return "is not a regular file";
	if ((uint64_t)st.st_size != e->size)
		return "has another size";
	if (((st.st_mode & 0111) != 0) != e->executable)
		return "has another mode";
	if (!digest_file(path, hex, NULL, &ignored))
		return "cannot be read";
	return strcmp(hex, e->sha256) == 0 ? NULL : "has another content";
}

static void
check_entry(void *ctx, size_t index, struct arena *scratch)
{
	struct verification *v = ctx;
	const struct unpack_entry *e = &v->files->items[index];
	struct arena_mark mark = arena_mark(scratch);
	const char *path = path_join(scratch, v->root, e->path);

	v->verdicts[index] = e->link != NULL ? check_link(e, path) : check_file(e, path);
	arena_reset(scratch, mark);
}

static bool
check_extra(void *ctx, const struct file_entry *entry, struct error *err)
{
	const struct verification *v = ctx;

	(void)err;
	if (!S_ISDIR(entry->st.st_mode) && normalise_find(v->files, entry->rel) == NULL)
		strvec_pushf(v->damage, "%s does not belong there", entry->path);
	return true;
}

static bool
verify_root(const struct context *ctx, const struct store *store, const struct sysroot *s,
	struct strvec *damage, struct error *err)
{
	struct verification v = { .root = s->path, .ctx = ctx, .damage = damage };
	struct unpack_list files;
	size_t before = damage->count;

	if (!manifest_files(ctx, store, s->digest, &files, err))
		return false;
	v.files = &files;
	v.verdicts = ARENA_ARRAY(ctx->arena, files.count, const char *);
	threads_for(files.count, ctx->jobs, check_entry, &v);
	if (!interrupt_check(err))
		return false;
	for (size_t i = 0; i < files.count; i++)
		if (v.verdicts[i] != NULL)
			strvec_pushf(
				damage, "%s/%s %s", s->path, files.items[i].path, v.verdicts[i]);
	if (!file_walk(ctx->arena, s->path, check_extra, &v, err))
		return false;
	return damage->count == before || store_quarantine(store, ctx->arena, s->path, err);
}

static bool
verify_blob(const struct context *ctx, const struct store *store, const struct package *p,
	struct strvec *damage, struct error *err)
{
	const char *path = store_blob(store, ctx->arena, p->sha256);
	char hex[DIGEST_HEX];

	if (!file_exists(path))
		return true; /* gc may have taken it; it is fetched when it is needed */
	if (!digest_file(path, hex, NULL, err))
		return false;
	if (strcmp(hex, p->sha256) == 0)
		return true;
	strvec_pushf(damage, "%s (package %s) has another content", path, p->name);
	return store_quarantine(store, ctx->arena, path, err);
}

bool
sysroot_verify(const struct context *ctx, const struct store *store, const struct sysroot *s,
	struct strvec *ret_damage, struct error *err)
{
	if (!verify_root(ctx, store, s, ret_damage, err))
		return false;
	for (size_t i = 0; i < s->packages.count; i++) {
		if (!interrupt_check(err) ||
			!verify_blob(ctx, store, &s->packages.items[i], ret_damage, err))
			return false;
	}
	return true;
}

/* The tree goes first: a manifest without a tree is no root. */
static bool
discard_root(
	const struct context *ctx, const struct store *store, const char *digest, struct error *err)
{
	const char *path = store_root(store, ctx->arena, digest);

	return store_discard(store, ctx->arena, path, err) &&
	       file_remove(arena_printf(ctx->arena, "%s.json", path), err) &&
	       file_remove(arena_printf(ctx->arena, "%s.files", path), err);
}

/* What was added goes with the last sysroot of the target and source that has it. */
bool
sysroot_remove(const struct context *ctx, const struct store *store, const struct sysroot *s,
	struct error *err)
{
	bool others = false, more = false;
	struct manifest_ref *refs;
	struct strvec paths;
	size_t count;

	strvec_init(&paths, ctx->arena);
	if (!manifest_refs(ctx, store, &paths, &refs, &count, err))
		return store_blame(store, err);
	for (size_t i = 0; i < count; i++) {
		bool same = strcmp(refs[i].target, s->target.name) == 0;
		if (strcmp(refs[i].digest, s->digest) != 0)
			more = more || (same && refs[i].source == s->source && !refs[i].pinned &&
					       refs[i].added.count > 0);
		else if (!same)
			others = true;
		else if (!file_remove(paths.items[i], err))
			return store_blame(store, err);
	}
	if (!more && !added_forget(ctx, store, s->target.name, s->source, err))
		return false;
	return others || discard_root(ctx, store, s->digest, err) || store_blame(store, err);
}
