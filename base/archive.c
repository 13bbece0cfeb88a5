/* SPDX-License-Identifier: MIT */
/* Archives through libarchive; the only file that knows it. */
#include "base/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "base/lazy.h"
#include "base/str.h"

LAZY_NOTE(archive, "archive", "reads packages: to audit them, and for sysroots", "recommended",
	"libarchive.so.13");

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
	X(archive_read_support_filter_rpm)                                                         \
	X(archive_read_support_format_ar)                                                          \
	X(archive_read_support_format_cpio)                                                        \
	X(archive_read_support_format_empty)                                                       \
	X(archive_read_support_format_raw)                                                         \
	X(archive_read_support_format_tar)                                                         \
	X(archive_read_support_format_zip)                                                         \
	X(archive_read_open_filename)                                                              \
	X(archive_read_open_memory)                                                                \
	X(archive_read_open)                                                                       \
	X(archive_read_next_header)                                                                \
	X(archive_read_data_block)                                                                 \
	X(archive_filter_bytes)                                                                    \
	X(archive_format)                                                                          \
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
	X(archive_entry_size_is_set)                                                               \
	X(archive_entry_mtime)                                                                     \
	X(archive_entry_sparse_count)                                                              \
	X(archive_entry_is_data_encrypted)

#define FILTERS 6

struct archives {
#define X(name) __typeof__(name) *name; /* NOLINT(bugprone-macro-parentheses) */
	ARCHIVE_CALLS(X)
#undef X
	int (*filters[FILTERS])(struct archive *); /* NULL: this libarchive has no code for it */
};

struct archive_walk {
	const struct archives *lib;
	const char *name;
	struct archive *archive;
	struct archive_walk *outer;
	/* The last block, or what archive_head has left of it. */
	const void *block;
	size_t block_len;
	uint64_t block_at;
	/* What archive_head has read: given as blocks before any other. */
	bool has_head, has_rest;
	size_t head_len;
	unsigned char head[ARCHIVES_HEAD];
};

/* libarchive runs a program of that name from PATH for what it was built without (and for lrzip,
 * lzop and grzip always, so they are not here): archive_read_support_filter_*(3) then return
 * ARCHIVE_WARN. A package must not choose programs, so those filters are never asked for. */
static bool
find_filters(struct archives *lib, struct error *err)
{
	const __typeof__(lib->archive_read_support_filter_gzip) all[FILTERS] = {
		lib->archive_read_support_filter_gzip,
		lib->archive_read_support_filter_bzip2,
		lib->archive_read_support_filter_lzma,
		lib->archive_read_support_filter_xz,
		lib->archive_read_support_filter_zstd,
		lib->archive_read_support_filter_rpm,
	};

	for (size_t i = 0; i < FILTERS; i++) {
		struct archive *trial = lib->archive_read_new();

		if (!trial)
			return error_set_errno(err, ENOMEM, "cannot read archives");
		lib->filters[i] = all[i](trial) == ARCHIVE_OK ? all[i] : NULL;
		lib->archive_read_free(trial);
	}
	return true;
}

bool
archives_open(struct arena *a, const struct archives **ret, struct error *err)
{
	struct archives *lib = ARENA_NEW(a, struct archives);
	const struct lazy_symbol symbols[] = {
#define X(name) { #name, (void **)&lib->name },
		ARCHIVE_CALLS(X)
#undef X
	};

	if (!lazy_load("libarchive.so.13", "libarchive13", symbols, ARRAY_LEN(symbols), err) ||
		!find_filters(lib, err))
		return false;
	*ret = lib;
	return true;
}

static bool
failed(const struct archive_walk *w, struct error *err)
{
	/* What the system says; anything else is about the bytes. */
	static const int system_errors[] = { ENOMEM, EIO, EACCES, EPERM, ENOENT, EMFILE, ENFILE };
	const char *text = w->lib->archive_error_string(w->archive);
	int number = w->lib->archive_errno(w->archive);

	for (size_t i = 0; i < ARRAY_LEN(system_errors); i++) {
		if (number != system_errors[i])
			continue;
		error_set_errno(err, number, "the archive cannot be read");
		return error_where(err, "%s", w->name);
	}
	error_set(err, ERROR_FORMAT, "the archive cannot be unpacked: %s",
		text ? text : "unknown failure");
	return error_where(err, "%s", w->name);
}

static struct archive *
new_reader(const struct archives *lib, unsigned formats)
{
	int (*const readers[])(struct archive *) = {
		lib->archive_read_support_format_tar,
		lib->archive_read_support_format_ar,
		lib->archive_read_support_format_zip,
		lib->archive_read_support_format_cpio,
		lib->archive_read_support_format_raw,
	};
	struct archive *archive = lib->archive_read_new();

	if (!archive)
		arena_no_memory();
	for (size_t i = 0; i < FILTERS; i++)
		if (lib->filters[i])
			lib->filters[i](archive);
	for (size_t i = 0; i < ARRAY_LEN(readers); i++)
		if (formats >> i & 1)
			readers[i](archive);
	if (formats & ARCHIVES_RAW) /* nothing, compressed: no entry */
		lib->archive_read_support_format_empty(archive);
	return archive;
}

/* For an inner walk. A hole in an entry would have to be filled; no archive of archives has one. */
static la_ssize_t
read_outer(struct archive *inner, void *ctx, const void **block)
{
	struct archive_walk *w = ctx, *outer = w->outer;
	const char *text;
	struct error err;
	uint64_t at;
	size_t len = 0;

	error_clear(&err);
	switch (archive_block(outer, block, &len, &at, &err)) {
	case ARCHIVES_NEXT:
		return (la_ssize_t)len;
	case ARCHIVES_END:
		return 0;
	case ARCHIVES_FAILED:
		break;
	}
	text = w->lib->archive_error_string(outer->archive);
	w->lib->archive_set_error(inner, w->lib->archive_errno(outer->archive), "%s",
		text ? text : "unknown failure");
	return -1;
}

static int
start(struct archive_walk *w, const struct archive_source *source)
{
	const struct archives *lib = w->lib;

	if (source->outer)
		return lib->archive_read_open(w->archive, w, NULL, read_outer, NULL);
	if (source->file)
		return lib->archive_read_open_filename(w->archive, source->file, READ_BLOCK);
	return lib->archive_read_open_memory(w->archive, source->data, source->len);
}

bool
archive_open(struct arena *a, const struct archives *lib, const struct archive_source *source,
	struct archive_walk **ret, struct error *err)
{
	struct archive_walk *w = ARENA_NEW(a, struct archive_walk);

	w->lib = lib;
	w->name = source->name;
	w->outer = source->outer;
	w->archive = new_reader(lib, source->formats);
	if (start(w, source) != ARCHIVE_OK) {
		failed(w, err);
		archive_close(w);
		return false;
	}
	*ret = w;
	return true;
}

void
archive_close(struct archive_walk *w)
{
	w->lib->archive_read_free(w->archive);
	w->archive = NULL;
}

/* libarchive gives NULL for a name that the locale cannot express; the UTF-8 one is then right. */
static const char *
first_of(const char *text, const char *utf8)
{
	return text ? text : utf8;
}

static enum archive_kind
kind_of(const struct archives *lib, struct archive_entry *entry)
{
	switch (lib->archive_entry_filetype(entry)) {
	case AE_IFREG:
	case 0: /* ar -D states permissions alone */
		return ARCHIVES_FILE;
	case AE_IFDIR:
		return ARCHIVES_DIR;
	case AE_IFLNK:
		return ARCHIVES_SYMLINK;
	default:
		return ARCHIVES_OTHER;
	}
}

static void
describe(const struct archives *lib, struct archive_entry *entry, struct archive_item *ret)
{
	const char *hardlink = first_of(
		lib->archive_entry_hardlink(entry), lib->archive_entry_hardlink_utf8(entry));
	int64_t size = lib->archive_entry_size(entry);

	*ret = (struct archive_item){
		.path = first_of(lib->archive_entry_pathname(entry),
			lib->archive_entry_pathname_utf8(entry)),
		.kind = hardlink ? ARCHIVES_HARDLINK : kind_of(lib, entry),
		.link = hardlink,
		.has_size = lib->archive_entry_size_is_set(entry) != 0,
		.sparse = lib->archive_entry_sparse_count(entry) > 0,
		.encrypted = lib->archive_entry_is_data_encrypted(entry) != 0,
		.size = size > 0 ? (uint64_t)size : 0,
		.mode = lib->archive_entry_perm(entry),
		.mtime = lib->archive_entry_mtime(entry),
	};
	if (ret->kind == ARCHIVES_SYMLINK)
		ret->link = first_of(
			lib->archive_entry_symlink(entry), lib->archive_entry_symlink_utf8(entry));
}

enum archive_step
archive_next(struct archive_walk *w, struct archive_item *ret, struct error *err)
{
	struct archive_entry *entry;
	int status = w->lib->archive_read_next_header(w->archive, &entry);

	w->has_head = w->has_rest = false;
	if (status == ARCHIVE_EOF)
		return ARCHIVES_END;
	if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
		failed(w, err);
		return ARCHIVES_FAILED;
	}
	describe(w->lib, entry, ret);
	return ARCHIVES_NEXT;
}

static enum archive_step
read_block(struct archive_walk *w, struct error *err)
{
	la_int64_t offset = 0;
	int status = w->lib->archive_read_data_block(w->archive, &w->block, &w->block_len, &offset);

	if (status == ARCHIVE_EOF)
		return ARCHIVES_END;
	/* What is a warning here is a wrong sum or size. */
	if (status != ARCHIVE_OK || offset < 0) {
		failed(w, err);
		return ARCHIVES_FAILED;
	}
	w->block_at = (uint64_t)offset;
	return ARCHIVES_NEXT;
}

enum archive_step
archive_block(struct archive_walk *w, const void **ret, size_t *ret_len, uint64_t *ret_offset,
	struct error *err)
{
	enum archive_step step = ARCHIVES_NEXT;

	if (w->has_head) {
		w->has_head = false;
		*ret = w->head;
		*ret_len = w->head_len;
		*ret_offset = 0;
		return ARCHIVES_NEXT;
	}
	if (!w->has_rest)
		step = read_block(w, err);
	w->has_rest = false;
	if (step == ARCHIVES_NEXT) {
		*ret = w->block;
		*ret_len = w->block_len;
		*ret_offset = w->block_at;
	}
	return step;
}

/* Moves the beginning of the block into the head; what is left of it stays a block. */
static void
take_head(struct archive_walk *w)
{
	size_t room = ARCHIVES_HEAD - w->head_len;
	size_t n = w->block_len < room ? w->block_len : room;

	if (n == 0)
		return;
	memcpy(w->head + w->head_len, w->block, n);
	w->head_len += n;
	w->block = (const unsigned char *)w->block + n;
	w->block_len -= n;
	w->block_at += n;
}

bool
archive_head(struct archive_walk *w, const unsigned char **ret, size_t *ret_len, struct error *err)
{
	enum archive_step step = ARCHIVES_NEXT;

	w->head_len = 0;
	while (w->head_len < ARCHIVES_HEAD && (step = read_block(w, err)) == ARCHIVES_NEXT) {
		w->has_rest = true;
		if (w->block_at != w->head_len)
			break; /* a hole */
		take_head(w);
		w->has_rest = w->block_len > 0;
	}
	if (step == ARCHIVES_FAILED)
		return false;
	w->has_head = w->head_len > 0;
	*ret = w->head;
	*ret_len = w->head_len;
	return true;
}

bool
archive_is_raw(const struct archive_walk *w)
{
	return w->lib->archive_format(w->archive) == ARCHIVE_FORMAT_RAW;
}

uint64_t
archive_in(const struct archive_walk *w)
{
	int64_t n = w->lib->archive_filter_bytes(w->archive, -1);

	return n > 0 ? (uint64_t)n : 0;
}

uint64_t
archive_out(const struct archive_walk *w)
{
	int64_t n = w->lib->archive_filter_bytes(w->archive, 0);

	return n > 0 ? (uint64_t)n : 0;
}
