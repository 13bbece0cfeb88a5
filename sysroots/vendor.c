/* SPDX-License-Identifier: MIT */
/* Writing and taking in bundles. */
#include "sysroots/vendor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/archive.h"
#include "base/archive_write.h"
#include "base/caps.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"

static const char lock_name[] = "xbuild.lock";
static const char blob_dir[] = "blobs/sha256/";

static bool
fetch_entry(const struct context *ctx, const struct store *store, const struct lock *lock,
	const struct lock_entry *e, struct error *err)
{
	struct package_list missing = package_list_missing(ctx->arena, store, &e->packages);
	const struct transport *transport;
	struct target t;

	if (!target_parse(&t, e->target, NULL, err) || !lock_check(lock, e, &t, err))
		return false;
	if (missing.count == 0)
		return true;
	transport = transport_get(ctx, e->source, err);
	return transport != NULL && transport->fetch(ctx, store, e->source,
					    source_arch(e->source, &t), &e->packages, err);
}

static void
gather(const struct lock *lock, struct strvec *blobs)
{
	for (size_t i = 0; i < lock->count; i++)
		for (size_t k = 0; k < lock->entries[i].packages.count; k++) {
			const char *sha256 = lock->entries[i].packages.items[k].sha256;
			if (!strvec_has(blobs, sha256))
				strvec_push(blobs, sha256);
		}
	strvec_sort(blobs);
}

/* A blob that was damaged since it came must not go out. */
static bool
add_blob(const struct context *ctx, const struct store *store, struct archive_writer *w,
	const char *sha256, struct vendor_count *count, struct error *err)
{
	const char *path = store_blob(store, ctx->arena, sha256);
	char hex[DIGEST_HEX];
	uint64_t size;

	if (!digest_file(path, hex, &size, err))
		return false;
	if (strcmp(hex, sha256) != 0) {
		error_set(err, ERROR_VERIFY, "a package in the store is damaged");
		error_where(err, "%s", path);
		return error_hint(err, "xbuild sysroot verify sets it aside");
	}
	count->packages++;
	count->bytes += size;
	return archive_write_file(w, arena_printf(ctx->arena, "%s%s", blob_dir, sha256), path, err);
}

static bool
write_all(const struct context *ctx, const struct store *store, const struct lock *lock,
	const char *temp, const char *name, struct vendor_count *count, struct error *err)
{
	struct archive_writer *w;
	struct strvec blobs;
	struct error ignored;
	struct str text;

	strvec_init(&blobs, ctx->arena);
	gather(lock, &blobs);
	if (!file_read(ctx->arena, lock->path, CAP_TEXT_FILE, &text, err) ||
		!archive_write_start(ctx->arena, temp, name, &w, err))
		return false;
	bool ok = archive_write_text(w, lock_name, text, err);
	for (size_t i = 0; ok && i < blobs.count; i++)
		ok = interrupt_check(err) && add_blob(ctx, store, w, blobs.items[i], count, err);
	return archive_write_end(w, ok ? err : &ignored) && ok;
}

bool
vendor_write(const struct context *ctx, const struct store *store, const struct lock *lock,
	const char *path, struct vendor_count *ret, struct error *err)
{
	const char *temp = arena_printf(ctx->arena, "%s.xbuild-tmp%ld", path, (long)getpid());
	struct vendor_count count = { 0 };
	struct error ignored;
	int gc;

	if (!store_prepare(store, err) || !store_lock(ctx, store, "gc", false, &gc, err))
		return false;
	bool ok = true;
	for (size_t i = 0; ok && i < lock->count; i++)
		ok = fetch_entry(ctx, store, lock, &lock->entries[i], err);
	ok = ok && write_all(ctx, store, lock, temp, path, &count, err) &&
	     file_rename(temp, path, err);
	file_unlock(gc);
	if (!ok && !file_remove(temp, &ignored))
		return false;
	if (ok)
		*ret = count;
	return ok;
}

struct reading {
	const struct context *ctx;
	const struct store *store;
	const char *name;
	struct archive_walk *walk;
	const char *temp; /* directory */
	struct vendor_count count;
	struct str lock;
};

static bool
refuse(const struct reading *r, enum error_kind kind, const char *what, const char *member,
	struct error *err)
{
	error_set(err, kind, "the bundle is refused: %s", what);
	return error_where(err, "%s: %.200s", r->name, member);
}

static bool
within_measure(const struct reading *r, const char *member, struct error *err)
{
	uint64_t in = archive_in(r->walk), out = archive_out(r->walk);

	if (out > CAP_UNPACK_RATIO_FROM && out / (in > 0 ? in : 1) > CAP_UNPACK_RATIO)
		return refuse(r, ERROR_LIMIT, "it expands beyond all measure", member, err);
	return interrupt_check(err);
}

static bool
copy_member(struct reading *r, int fd, uint64_t cap, const char *member, uint64_t *ret_size,
	struct error *err)
{
	enum archive_step step;
	uint64_t offset, size = 0;
	const void *data;
	size_t len;

	while ((step = archive_block(r->walk, &data, &len, &offset, err)) == ARCHIVES_NEXT) {
		if (offset != size || len > cap - size)
			return refuse(r, ERROR_LIMIT, "a member that is too large", member, err);
		if (!within_measure(r, member, err))
			return false;
		for (size_t done = 0; done < len;) {
			ssize_t n = write(fd, (const char *)data + done, len - done);
			if (n < 0 && errno != EINTR)
				return error_set_errno(err, errno, "cannot write a package");
			done += n > 0 ? (size_t)n : 0;
		}
		size += len;
	}
	*ret_size = size;
	return step == ARCHIVES_END;
}

static bool
take_blob(struct reading *r, const char *sha256, struct error *err)
{
	const char *path = path_join(r->ctx->arena, r->temp, sha256);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	uint64_t size = 0;

	if (fd < 0)
		return error_set_errno(err, errno, "cannot write a package");
	bool ok = copy_member(r, fd, CAP_PACKAGE, sha256, &size, err);
	close(fd);
	if (!ok || !store_take_blob(r->store, r->ctx->arena, path, sha256, size, err))
		return false;
	r->count.packages++;
	r->count.bytes += size;
	return true;
}

static bool
take_lock(struct reading *r, struct error *err)
{
	const char *path = path_join(r->ctx->arena, r->temp, lock_name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	uint64_t size;

	if (fd < 0)
		return error_set_errno(err, errno, "cannot write the lock");
	bool ok = copy_member(r, fd, CAP_TEXT_FILE, lock_name, &size, err);
	close(fd);
	return ok && file_read(r->ctx->arena, path, CAP_TEXT_FILE, &r->lock, err);
}

static bool
take_member(struct reading *r, const struct archive_item *item, struct error *err)
{
	const char *path = item->path != NULL ? item->path : "";

	if (item->kind == ARCHIVES_DIR)
		return true;
	if (item->kind == ARCHIVES_FILE && strcmp(path, lock_name) == 0)
		return take_lock(r, err);
	if (item->kind != ARCHIVES_FILE || !cstr_starts(path, blob_dir) ||
		!digest_is_hex(path + strlen(blob_dir)))
		return refuse(r, ERROR_FORMAT, "no bundle has such a member", path, err);
	return take_blob(r, arena_strdup(r->ctx->arena, path + strlen(blob_dir)), err);
}

static bool
read_all(struct reading *r, struct error *err)
{
	struct archive_item item;
	enum archive_step step;
	uint64_t members = 0;

	while ((step = archive_next(r->walk, &item, err)) == ARCHIVES_NEXT) {
		if (members++ >= CAP_UNPACK_ENTRIES)
			return refuse(r, ERROR_LIMIT, "too many members", "", err);
		if (!within_measure(r, "", err) || !take_member(r, &item, err))
			return false;
	}
	return step == ARCHIVES_END;
}

bool
vendor_read(const struct context *ctx, const struct store *store, const char *path,
	struct str *ret_lock, struct vendor_count *ret, struct error *err)
{
	const struct archive_source source = {
		.name = path, .file = path, .formats = ARCHIVES_TAR
	};
	struct reading r = { .ctx = ctx, .store = store, .name = path };
	const struct archives *lib;
	struct store_temp temp;
	int gc;

	if (!archives_open(ctx->arena, &lib, err) || !store_prepare(store, err) ||
		!archive_open(ctx->arena, lib, &source, &r.walk, err))
		return false;
	bool ok = store_lock(ctx, store, "gc", false, &gc, err);
	if (ok) {
		ok = store_temp(store, ctx->arena, &temp, err);
		if (ok) {
			r.temp = temp.path;
			ok = read_all(&r, err);
			store_temp_drop(&temp);
		}
		file_unlock(gc);
	}
	archive_close(r.walk);
	if (!ok)
		return store_blame(store, err);
	*ret_lock = r.lock;
	*ret = r.count;
	return true;
}
