/* SPDX-License-Identifier: MIT */
/* Writing archives with libarchive, which base/archive.c reads them with (and announces). */
#include "base/archive_write.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/lazy.h"
#include "base/path.h"

/* Every function of libarchive that is used, with the type its header declares. */
#define ARCHIVE_CALLS(X)                                                                           \
	X(archive_error_string)                                                                    \
	X(archive_entry_new)                                                                       \
	X(archive_entry_free)                                                                      \
	X(archive_entry_set_pathname)                                                              \
	X(archive_entry_set_size)                                                                  \
	X(archive_entry_set_filetype)                                                              \
	X(archive_entry_set_perm)                                                                  \
	X(archive_entry_set_mtime)                                                                 \
	X(archive_write_new)                                                                       \
	X(archive_write_free)                                                                      \
	X(archive_write_close)                                                                     \
	X(archive_write_set_format_ustar)                                                          \
	X(archive_write_add_filter_gzip)                                                           \
	X(archive_write_add_filter_xz)                                                             \
	X(archive_write_add_filter_zstd)                                                           \
	X(archive_write_set_filter_option)                                                         \
	X(archive_write_open_filename)                                                             \
	X(archive_write_header)                                                                    \
	X(archive_write_data)

struct calls {
#define X(name) __typeof__(name) *name; /* NOLINT(bugprone-macro-parentheses) */
	ARCHIVE_CALLS(X)
#undef X
};

static bool
load(struct calls *c, struct error *err)
{
	const struct lazy_symbol symbols[] = {
#define X(name) { #name, (void **)&c->name },
		ARCHIVE_CALLS(X)
#undef X
	};

	return lazy_load("libarchive.so.13", "libarchive13", symbols, ARRAY_LEN(symbols), err);
}

struct archive_writer {
	struct calls c;
	struct archive *archive;
	const char *name;
	bool failed;
};

static bool
write_failed(struct archive_writer *w, struct error *err)
{
	const char *text = w->c.archive_error_string(w->archive);

	w->failed = true;
	error_set(err, ERROR_IO, "cannot write %s: %s", path_base(w->name),
		text != NULL ? text : "unknown failure");
	return error_where(err, "%s", w->name);
}

static bool
choose_filter(struct archive_writer *w, struct error *err)
{
	const struct {
		const char *end;
		int (*add)(struct archive *);
	} filters[] = {
		{ ".zst", w->c.archive_write_add_filter_zstd },
		{ ".xz", w->c.archive_write_add_filter_xz },
		{ ".gz", w->c.archive_write_add_filter_gzip },
	};

	for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
		if (!cstr_ends(w->name, filters[i].end))
			continue;
		/* ARCHIVE_WARN: a program would be run. */
		if (filters[i].add(w->archive) == ARCHIVE_OK)
			return true;
		error_set(err, ERROR_MISSING, "this libarchive cannot write %s files",
			filters[i].end);
		return error_hint(err, "choose a name that ends in .tar");
	}
	return true;
}

bool
archive_write_start(struct arena *a, const char *path, const char *name,
	struct archive_writer **ret, struct error *err)
{
	struct archive_writer *w = ARENA_NEW(a, struct archive_writer);

	w->name = arena_strdup(a, name);
	if (!load(&w->c, err))
		return false;
	w->archive = w->c.archive_write_new();
	bool ok = w->c.archive_write_set_format_ustar(w->archive) == ARCHIVE_OK ||
		  write_failed(w, err);
	ok = ok && choose_filter(w, err);
	/* No time and no name of a file in gzip's header. */
	w->c.archive_write_set_filter_option(w->archive, "gzip", "timestamp", NULL);
	ok = ok && (w->c.archive_write_open_filename(w->archive, path) == ARCHIVE_OK ||
			   write_failed(w, err));
	if (!ok) {
		w->c.archive_write_free(w->archive);
		return false;
	}
	*ret = w;
	return true;
}

static bool
add_header(struct archive_writer *w, const char *name, uint64_t size, struct error *err)
{
	struct archive_entry *entry = w->c.archive_entry_new();

	w->c.archive_entry_set_pathname(entry, name);
	w->c.archive_entry_set_size(entry, (la_int64_t)size);
	w->c.archive_entry_set_filetype(entry, AE_IFREG);
	w->c.archive_entry_set_perm(entry, 0644);
	w->c.archive_entry_set_mtime(entry, 0, 0);
	int status = w->c.archive_write_header(w->archive, entry);
	w->c.archive_entry_free(entry);
	return status == ARCHIVE_OK || write_failed(w, err);
}

static bool
add_data(struct archive_writer *w, const void *data, size_t len, struct error *err)
{
	return w->c.archive_write_data(w->archive, data, len) == (la_ssize_t)len ||
	       write_failed(w, err);
}

bool
archive_write_text(struct archive_writer *w, const char *name, struct str text, struct error *err)
{
	return add_header(w, name, text.len, err) &&
	       (text.len == 0 || add_data(w, text.ptr, text.len, err));
}

static bool
copy_file(struct archive_writer *w, int fd, uint64_t size, struct error *err)
{
	char block[32 << 10];

	while (size > 0) {
		ssize_t n = read(fd, block, size < sizeof(block) ? (size_t)size : sizeof(block));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			w->failed = true;
			return error_set_errno(err, n < 0 ? errno : EIO, "cannot read a file");
		}
		if (!interrupt_check(err) || !add_data(w, block, (size_t)n, err))
			return false;
		size -= (uint64_t)n;
	}
	return true;
}

bool
archive_write_file(struct archive_writer *w, const char *name, const char *path, struct error *err)
{
	struct stat st;
	int fd = file_open_regular(path, &st, err);

	if (fd < 0)
		return false;
	bool ok = add_header(w, name, (uint64_t)st.st_size, err) &&
		  copy_file(w, fd, (uint64_t)st.st_size, err);
	close(fd);
	return ok || error_where(err, "%s", path);
}

bool
archive_write_end(struct archive_writer *w, struct error *err)
{
	bool ok = !w->failed &&
		  (w->c.archive_write_close(w->archive) == ARCHIVE_OK || write_failed(w, err));

	w->c.archive_write_free(w->archive);
	return ok;
}
