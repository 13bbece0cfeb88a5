/* SPDX-License-Identifier: MIT */
/* Compressed index files, whole. */
#include "sysroots/transport/expand.h"

#include <stdlib.h>
#include <string.h>

#include "base/archive.h"
#include "base/caps.h"
#include "base/file.h"
#include "base/interrupt.h"

#define FIRST_BUFFER ((size_t)1 << 20)

struct buffer {
	char *ptr;
	size_t len, room;
};

static void
append(struct buffer *b, const void *data, size_t len)
{
	while (b->room - b->len < len + 1) {
		b->room = b->room > 0 ? b->room * 2 : FIRST_BUFFER;
		b->ptr = realloc(b->ptr, b->room);
		if (b->ptr == NULL)
			arena_no_memory();
	}
	memcpy(b->ptr + b->len, data, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

static bool
within_caps(const struct archive_walk *w, const struct buffer *b, uint64_t cap, struct error *err)
{
	uint64_t in = archive_in(w);

	if (b->len > cap)
		return error_set(err, ERROR_LIMIT, "it is too large");
	if (b->len > CAP_UNPACK_RATIO_FROM && b->len / (in > 0 ? in : 1) > CAP_UNPACK_RATIO)
		return error_set(err, ERROR_LIMIT, "it expands beyond all measure");
	return interrupt_check(err);
}

static bool
read_all(struct archive_walk *w, uint64_t cap, struct buffer *b, struct error *err)
{
	struct archive_item item;
	enum archive_step step = archive_next(w, &item, err);
	uint64_t offset;
	const void *data;
	size_t len;

	if (step != ARCHIVES_NEXT)
		return step == ARCHIVES_END;
	while ((step = archive_block(w, &data, &len, &offset, err)) == ARCHIVES_NEXT) {
		append(b, data, len);
		if (!within_caps(w, b, cap, err))
			return false;
	}
	return step == ARCHIVES_END;
}

bool
expand_file(const char *path, uint64_t cap, char **ret, size_t *ret_len, struct error *err)
{
	const struct archive_source source = {
		.name = path, .file = path, .formats = ARCHIVES_RAW
	};
	struct archive_walk *walk;
	const struct archives *lib;
	struct buffer b = { 0 };
	struct arena arena;
	struct stat st;

	if (stat(path, &st) == 0 && st.st_size == 0) { /* to libarchive that is no archive */
		append(&b, "", 0);
		*ret = b.ptr;
		*ret_len = 0;
		return true;
	}
	arena_init(&arena);
	bool ok =
		archives_open(&arena, &lib, err) && archive_open(&arena, lib, &source, &walk, err);
	if (ok) {
		append(&b, "", 0);
		ok = read_all(walk, cap, &b, err);
		archive_close(walk);
	}
	arena_clear(&arena);
	if (!ok) {
		free(b.ptr);
		return err->where[0] != '\0' ? false : error_where(err, "%s", path);
	}
	*ret = b.ptr;
	*ret_len = b.len;
	return true;
}
