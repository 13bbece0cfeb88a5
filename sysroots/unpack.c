/* SPDX-License-Identifier: MIT */
/* Reading packages with libarchive; the only file that knows it. Writing is unpack_tree.c's. */
#include "sysroots/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/bytes.h"
#include "base/caps.h"
#include "base/interrupt.h"
#include "base/lazy.h"
#include "base/path.h"
#include "sysroots/unpack_tree.h"

LAZY_NOTE(
	archive, "sysroot", "unpacks the packages of a sysroot", "recommended", "libarchive.so.13");

#define READ_BLOCK ((size_t)64 << 10)

/* Every function of libarchive that is used, with the type its header declares. */
#define ARCHIVE_CALLS(X)                                                                           \
	X(archive_read_new)                                                                        \
	X(archive_read_free)                                                                       \
	X(archive_read_support_filter_gzip)                                                        \
	X(archive_read_support_filter_bzip2)                                                       \
	X(archive_read_support_filter_lzma)                                                        \
	X(archive_read_support_filter_xz)                                                          \
	X(archive_read_support_filter_zstd)                                                        \
	X(archive_read_support_format_ar)                                                          \
	X(archive_read_support_format_tar)                                                         \
	X(archive_read_open_filename)                                                              \
	X(archive_read_open)                                                                       \
	X(archive_read_next_header)                                                                \
	X(archive_read_data_block)                                                                 \
	X(archive_filter_bytes)                                                                    \
	X(archive_error_string)                                                                    \
	X(archive_errno)                                                                           \
	X(archive_set_error)                                                                       \
	X(archive_entry_pathname)                                                                  \
	X(archive_entry_pathname_utf8)                                                             \
	X(archive_entry_symlink)                                                                   \
	X(archive_entry_symlink_utf8)                                                              \
	X(archive_entry_hardlink)                                                                  \
	X(archive_entry_hardlink_utf8)                                                             \
	X(archive_entry_filetype)                                                                  \
	X(archive_entry_perm)                                                                      \
	X(archive_entry_size)                                                                      \
	X(archive_entry_mtime)

/* deb(5): data.tar has one of these, or none. */
#define FILTERS 5

struct unpacker {
#define X(name) __typeof__(name) *name; /* NOLINT(bugprone-macro-parentheses) */
	ARCHIVE_CALLS(X)
#undef X
	int (*filters[FILTERS])(struct archive *); /* NULL: this libarchive has no code for it */
};

/* libarchive runs a program of that name from PATH for what it was built without (and for lrzip,
 * lzop and grzip always, so they are not here): archive_read_support_filter_*(3) then return
 * ARCHIVE_WARN. A package must not choose programs, so those filters are never asked for. */
static bool
find_filters(struct unpacker *u, struct error *err)
{
	const __typeof__(u->archive_read_support_filter_gzip) all[FILTERS] = {
		u->archive_read_support_filter_gzip,
		u->archive_read_support_filter_bzip2,
		u->archive_read_support_filter_lzma,
		u->archive_read_support_filter_xz,
		u->archive_read_support_filter_zstd,
	};

	for (size_t i = 0; i < FILTERS; i++) {
		struct archive *trial = u->archive_read_new();
		if (trial == NULL)
			return error_set_errno(err, ENOMEM, "cannot unpack");
		u->filters[i] = all[i](trial) == ARCHIVE_OK ? all[i] : NULL;
		u->archive_read_free(trial);
	}
	return true;
}

bool
unpacker_open(struct arena *a, const struct unpacker **ret, struct error *err)
{
	struct unpacker *u = ARENA_NEW(a, struct unpacker);
	const struct lazy_symbol symbols[] = {
#define X(name) { #name, (void **)&u->name },
		ARCHIVE_CALLS(X)
#undef X
	};

	if (!lazy_load("libarchive.so.13", "libarchive13", symbols, ARRAY_LEN(symbols), err))
		return false;
	if (!find_filters(u, err))
		return false;
	*ret = u;
	return true;
}

/* One archive on its way into a tree. */
struct unpacking {
	const struct unpacker *u;
	const struct unpack_sink *sink;
	const char *name; /* the package, for messages */
	struct archive *archive;
	struct unpack_tree *tree;
	struct arena scratch; /* reset for each entry */
};

static bool
archive_failed(const struct unpacking *w, struct archive *archive, struct error *err)
{
	/* What the system says; anything else is about the bytes. */
	static const int system_errors[] = { ENOMEM, EIO, EACCES, EPERM, ENOENT, EMFILE, ENFILE };
	const char *text = w->u->archive_error_string(archive);
	int number = w->u->archive_errno(archive);

	for (size_t i = 0; i < ARRAY_LEN(system_errors); i++) {
		if (number != system_errors[i])
			continue;
		error_set_errno(err, number, "the archive cannot be read");
		return error_where(err, "%s", w->name);
	}
	error_set(err, ERROR_FORMAT, "the archive cannot be unpacked: %s",
		text != NULL ? text : "unknown failure");
	return error_where(err, "%s", w->name);
}

static bool
refuse(const struct unpacking *w, enum error_kind kind, const char *path, const char *why,
	struct error *err)
{
	error_set(err, kind, "the archive is refused: %s", why);
	return error_where(err, "%s: %s", w->name, path);
}

/* Names go into lists with one line each. */
static bool
has_control(const char *name)
{
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < 0x20 || *name == 0x7f)
			return true;
	return false;
}

/* A name from the archive as a normal relative path, "" for the top; NULL when it would lead out:
 * absolute, or with a ".." in it (as with SECURE_NODOTDOT and SECURE_NOABSOLUTEPATHS). */
static const char *
safe_path(struct arena *scratch, const char *name)
{
	struct str rest = str_from(name);

	if (rest.len == 0 || rest.len >= CAP_PATH || name[0] == '/' || has_control(name))
		return NULL;
	while (rest.ptr != NULL) {
		if (str_is(str_cut(&rest, '/'), ".."))
			return NULL;
	}
	const char *normal = path_normal(scratch, name);
	return strcmp(normal, ".") == 0 ? "" : normal;
}

/* The declared size counts whether the entry is wanted or not: skipping decompresses as well. */
static bool
within_caps(const struct unpacking *w, const char *path, int64_t size, struct error *err)
{
	struct unpack_totals *totals = w->sink->totals;
	uint64_t add = size > 0 ? (uint64_t)size : 0;

	if (atomic_fetch_add(&totals->entries, 1) >= CAP_UNPACK_ENTRIES)
		return refuse(w, ERROR_LIMIT, path, "too many files", err);
	if (add > CAP_UNPACK_BYTES ||
		atomic_fetch_add(&totals->bytes, add) + add > CAP_UNPACK_BYTES)
		return refuse(w, ERROR_LIMIT, path, "too large when unpacked", err);
	return true;
}

static bool
within_ratio(const struct unpacking *w, const char *path, struct error *err)
{
	int64_t in = w->u->archive_filter_bytes(w->archive, -1);
	int64_t out = w->u->archive_filter_bytes(w->archive, 0);

	if (in < 1)
		in = 1;
	if (out > (int64_t)CAP_UNPACK_RATIO_FROM && out / in > CAP_UNPACK_RATIO)
		return refuse(w, ERROR_LIMIT, path, "it expands beyond all measure", err);
	return true;
}

static bool
store_file(struct unpacking *w, struct archive_entry *entry, const char *path, struct error *err)
{
	const struct unpack_file_meta meta = {
		.executable = (w->u->archive_entry_perm(entry) & 0111) != 0,
		.mtime = w->u->archive_entry_mtime(entry),
	};
	const void *block;
	size_t len;
	la_int64_t offset;
	int status;

	if (!unpack_tree_begin(w->tree, path, &meta, err))
		return false;
	while ((status = w->u->archive_read_data_block(w->archive, &block, &len, &offset)) ==
		ARCHIVE_OK) {
		if (offset < 0 || (uint64_t)offset != unpack_tree_written(w->tree))
			return refuse(w, ERROR_FORMAT, path, "a sparse file", err);
		if (!interrupt_check(err) || !unpack_tree_write(w->tree, block, len, err) ||
			!within_ratio(w, path, err))
			return false;
	}
	if (status != ARCHIVE_EOF)
		return archive_failed(w, w->archive, err);
	return unpack_tree_end(w->tree, err);
}

static const char *
wanted(struct unpacking *w, const char *path)
{
	return w->sink->want(w->sink->want_ctx, &w->scratch, path);
}

/* Where a link leads is worked out by text, from the top of the package and never above it; the
 * result goes through `want` like any path. What is stored names no "..", except to climb from the
 * link's own directory, which is a real one: so it cannot lead out whatever else is a link. */
static bool
store_symlink(struct unpacking *w, const char *path, const char *stored, const char *target,
	struct archive_entry *entry, struct error *err)
{
	if (target == NULL || target[0] == '\0' || strlen(target) >= CAP_PATH ||
		has_control(target))
		return refuse(w, ERROR_FORMAT, path, "a link without a target", err);
	const char *from = path_dir(&w->scratch, arena_printf(&w->scratch, "/%s", path));
	const char *to = path_normal(&w->scratch, path_join(&w->scratch, from, target));
	const char *place = to[1] != '\0' ? wanted(w, to + 1) : NULL;
	if (place == NULL || strcmp(place, stored) == 0)
		return true;
	const char *dir = path_dir(&w->scratch, arena_printf(&w->scratch, "/%s", stored));
	const char *text = path_relative(&w->scratch, dir, arena_printf(&w->scratch, "/%s", place));
	return unpack_tree_symlink(w->tree, stored, text, w->u->archive_entry_mtime(entry), err);
}

static bool
store_hardlink(struct unpacking *w, const char *path, const char *stored, const char *target,
	struct error *err)
{
	const char *safe = safe_path(&w->scratch, target);

	if (safe == NULL || safe[0] == '\0')
		return refuse(w, ERROR_FORMAT, path, "a link that leads out of it", err);
	const char *place = wanted(w, safe);
	if (place == NULL)
		return refuse(w, ERROR_FORMAT, path, "a link to a file that is left out", err);
	return unpack_tree_hardlink(w->tree, stored, place, err);
}

/* libarchive gives NULL for a name that the locale cannot express; the UTF-8 one is then right. */
static const char *
first_of(const char *text, const char *utf8)
{
	return text != NULL ? text : utf8;
}

static bool
store_entry(struct unpacking *w, struct archive_entry *entry, struct error *err)
{
	const struct unpacker *u = w->u;
	const char *name =
		first_of(u->archive_entry_pathname(entry), u->archive_entry_pathname_utf8(entry));
	const char *hardlink =
		first_of(u->archive_entry_hardlink(entry), u->archive_entry_hardlink_utf8(entry));

	if (name == NULL)
		return refuse(w, ERROR_FORMAT, "", "a file without a name", err);
	const char *path = safe_path(&w->scratch, name);
	if (path == NULL)
		return refuse(
			w, ERROR_FORMAT, name, "a path that leads out of it, or is no text", err);
	if (!within_caps(w, path, u->archive_entry_size(entry), err) || !within_ratio(w, path, err))
		return false;
	const char *stored = path[0] != '\0' ? wanted(w, path) : NULL;
	if (stored == NULL)
		return true;
	if (hardlink != NULL)
		return store_hardlink(w, path, stored, hardlink, err);
	switch (u->archive_entry_filetype(entry)) {
	case AE_IFREG:
		return store_file(w, entry, stored, err);
	case AE_IFLNK:
		return store_symlink(w, path, stored,
			first_of(u->archive_entry_symlink(entry),
				u->archive_entry_symlink_utf8(entry)),
			entry, err);
	default: /* directories come with their files; devices, sockets and FIFOs do not come */
		return true;
	}
}

static bool
store_all(struct unpacking *w, struct error *err)
{
	struct archive_entry *entry;
	int status;

	for (;;) {
		struct arena_mark mark = arena_mark(&w->scratch);
		if (!interrupt_check(err))
			return false;
		status = w->u->archive_read_next_header(w->archive, &entry);
		if (status == ARCHIVE_EOF)
			return true;
		if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
			return archive_failed(w, w->archive, err);
		if (!store_entry(w, entry, err))
			return false;
		arena_reset(&w->scratch, mark);
	}
}

/* Runs `read` with a tree and a scratch arena ready. */
static bool
with_tree(struct unpacking *w, bool (*read)(struct unpacking *, struct error *), struct error *err)
{
	bool ok;

	arena_init(&w->scratch);
	ok = unpack_tree_open(&w->tree, w->sink->dir, w->sink->ret, err);
	if (ok) {
		ok = read(w, err);
		unpack_tree_close(w->tree);
	}
	arena_clear(&w->scratch);
	return ok;
}

/* A reader of tar, compressed in any way that needs no other program. */
static struct archive *
new_reader(const struct unpacker *u)
{
	struct archive *archive = u->archive_read_new();

	for (size_t i = 0; i < FILTERS; i++)
		if (u->filters[i] != NULL)
			u->filters[i](archive);
	u->archive_read_support_format_tar(archive);
	return archive;
}

static bool
read_archive(struct unpacking *w, struct error *err)
{
	w->archive = new_reader(w->u);
	bool ok = w->u->archive_read_open_filename(w->archive, w->name, READ_BLOCK) == ARCHIVE_OK
			  ? store_all(w, err)
			  : archive_failed(w, w->archive, err);
	w->u->archive_read_free(w->archive);
	return ok;
}

/* The member of a .deb that the inner archive reads from. */
struct member {
	const struct unpacker *u;
	struct archive *outer;
};

static la_ssize_t
read_member(struct archive *inner, void *ctx, const void **block)
{
	const struct member *m = ctx;
	size_t len;
	la_int64_t offset;
	int status = m->u->archive_read_data_block(m->outer, block, &len, &offset);

	if (status == ARCHIVE_EOF)
		return 0;
	if (status == ARCHIVE_OK || status == ARCHIVE_WARN)
		return (la_ssize_t)len;
	const char *text = m->u->archive_error_string(m->outer);
	m->u->archive_set_error(
		inner, m->u->archive_errno(m->outer), "%s", text != NULL ? text : "cut short");
	return -1;
}

static bool
read_data_member(struct unpacking *w, struct archive *outer, struct error *err)
{
	struct member member = { w->u, outer };

	w->archive = new_reader(w->u);
	bool ok =
		w->u->archive_read_open(w->archive, &member, NULL, read_member, NULL) == ARCHIVE_OK
			? store_all(w, err)
			: archive_failed(w, w->archive, err);
	w->u->archive_read_free(w->archive);
	return ok;
}

/* deb(5): "debian-binary", then control.tar*, then data.tar*. */
static bool
find_data_member(struct unpacking *w, struct archive *outer, struct error *err)
{
	struct archive_entry *entry;
	int status;

	while ((status = w->u->archive_read_next_header(outer, &entry)) == ARCHIVE_OK) {
		const char *name = w->u->archive_entry_pathname(entry);
		if (name != NULL && strncmp(name, "data.tar", 8) == 0)
			return read_data_member(w, outer, err);
	}
	if (status != ARCHIVE_EOF)
		return archive_failed(w, outer, err);
	return refuse(
		w, ERROR_FORMAT, "data.tar", "not a Debian package: it has no such member", err);
}

static bool
read_deb(struct unpacking *w, struct error *err)
{
	struct archive *outer = w->u->archive_read_new();

	w->u->archive_read_support_format_ar(outer);
	bool ok = w->u->archive_read_open_filename(outer, w->name, READ_BLOCK) == ARCHIVE_OK
			  ? find_data_member(w, outer, err)
			  : archive_failed(w, outer, err);
	w->u->archive_read_free(outer);
	return ok;
}

bool
unpack_deb(const struct unpacker *u, const char *deb, const struct unpack_sink *sink,
	struct error *err)
{
	struct unpacking w = { .u = u, .sink = sink, .name = deb };

	return with_tree(&w, read_deb, err);
}

bool
unpack_archive(const struct unpacker *u, const char *archive, const struct unpack_sink *sink,
	struct error *err)
{
	struct unpacking w = { .u = u, .sink = sink, .name = archive };

	return with_tree(&w, read_archive, err);
}

void
unpack_list_add(struct unpack_list *list, const struct unpack_entry *entry)
{
	if (list->count == list->cap) {
		size_t cap = list->cap > 0 ? list->cap * 2 : 64;
		list->items = arena_grow(
			list->arena, list->items, list->count, cap, sizeof(*list->items));
		list->cap = cap;
	}
	list->items[list->count++] = *entry;
}
