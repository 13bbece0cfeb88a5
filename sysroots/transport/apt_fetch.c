/* SPDX-License-Identifier: MIT */
/* Downloads of the apt transport, by apt-helper: exact files with their digests, without an index. */
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "base/proc.h"
#include "sysroots/transport/apt.h"
#include "sysroots/transport/apt_root.h"

/* Everything but what RFC 3986 calls unreserved is encoded, as apt does: '+' too, which some
 * servers read as a blank. */
static char *
encode(struct arena *a, const char *path)
{
	struct strbuf b;

	strbuf_init(&b, a);
	for (; *path != '\0'; path++) {
		unsigned char c = (unsigned char)*path;
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			strchr("-._~/", c) != NULL)
			strbuf_addc(&b, (char)c);
		else
			strbuf_addf(&b, "%%%02x", c);
	}
	return b.ptr;
}

/* apt says how far it is in percent of the files whose size it knows yet. */
struct fetch_progress {
	const struct context *ctx;
	const char *what;
	uint64_t total;
	uint64_t percent; /* the highest so far: apt's goes back when it learns of another file */
};

/* "dlstatus:N:PERCENT:TEXT" (apt's README.progress-reporting) */
static void
on_line(void *ctx, int fd, struct str line)
{
	struct fetch_progress *p = ctx;
	uint64_t percent;

	(void)fd;
	if (!str_starts(line, "dlstatus:"))
		return;
	line = str_drop(line, strlen("dlstatus:"));
	str_cut(&line, ':');
	if (!str_to_u64(str_cut(&line, '.'), 100, &percent) || percent <= p->percent)
		return;
	p->percent = percent;
	context_progress(p->ctx, p->what, p->total / 100 * percent, p->total);
}

static bool
download(const struct context *ctx, const struct apt_root *root, const char *dir,
	const struct package_list *list, struct error *err)
{
	struct fetch_progress progress = {
		.ctx = ctx,
		.what = arena_printf(ctx->arena, "%s for %s", root->source->id, root->arch),
		.total = package_list_bytes(list),
	};
	struct proc_result result;
	struct strvec argv;

	strvec_init(&argv, ctx->arena);
	strvec_push_all(&argv, (const char *const[]){ root->helper, "-q", "-o", "APT::Status-Fd=1",
				       "download-file", NULL });
	for (size_t i = 0; i < list->count; i++) {
		const struct package *p = &list->items[i];
		strvec_pushf(&argv, "%s/%s", root->mirror, encode(ctx->arena, p->path));
		strvec_pushf(&argv, "%s/%s", dir, path_base(p->path));
		strvec_pushf(&argv, "SHA256:%s", p->sha256);
	}
	if (!apt_root_run(ctx, root, argv.items, on_line, &progress, &result, err))
		return false;
	if (proc_ok(&result))
		return true;
	apt_complaint(err, &result,
		arena_printf(ctx->arena, "cannot fetch packages of %s for %s", root->source->id,
			root->arch));
	return false;
}

static bool
offline_missing(const struct context *ctx, const struct source *source, const char *arch,
	const struct package_list *missing, struct error *err)
{
	struct strvec names;

	strvec_init(&names, ctx->arena);
	for (size_t i = 0; i < missing->count; i++)
		strvec_push(&names, missing->items[i].name);
	error_set(err, ERROR_MISSING, "offline, and the store lacks packages of %s for %s: %s",
		source->id, arch, apt_join_names(ctx->arena, names.items));
	return error_hint(err, "run once without --offline");
}

static bool
fetch_into(const struct context *ctx, const struct store *store, const struct apt_root *root,
	const struct package_list *missing, struct error *err)
{
	struct store_temp temp;
	bool ok;

	if (!store_temp(store, ctx->arena, &temp, err))
		return false;
	ok = download(ctx, root, temp.path, missing, err);
	for (size_t i = 0; ok && i < missing->count; i++) {
		const struct package *p = &missing->items[i];
		ok = store_take_blob(store, ctx->arena,
			path_join(ctx->arena, temp.path, path_base(p->path)), p->sha256, p->size,
			err);
	}
	store_temp_drop(&temp);
	return ok || store_blame(store, err);
}

/* A path with its digest is all that is needed: no index. So a lock file works at once, and while
 * the mirror's index is broken. */
bool
apt_fetch(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const struct package_list *packages, struct error *err)
{
	struct package_list missing;
	const char *name = arena_printf(ctx->arena, "apt-%s-%s", source->suite, arch);
	struct apt_root root;
	int lock;

	missing = package_list_missing(ctx->arena, store, packages);
	if (missing.count == 0)
		return true;
	if (ctx->offline)
		return offline_missing(ctx, source, arch, &missing, err);
	if (!store_lock(ctx, store, name, true, &lock, err))
		return false;
	/* Somebody else may have fetched them while we waited. */
	missing = package_list_missing(ctx->arena, store, packages);
	bool ok = missing.count == 0 || (apt_root_open(ctx, store, source, arch, &root, err) &&
						fetch_into(ctx, store, &root, &missing, err));
	file_unlock(lock);
	return ok;
}
