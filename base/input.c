/* SPDX-License-Identifier: MIT */
/* Files and buffers that are read in windows. */
#include "base/input.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/file.h"

#define HEAD_BYTES 4096 /* the headers of every format we know, and most program header tables */

static bool
read_fully(struct input *in, void *to, uint64_t off, uint64_t len, struct error *err)
{
	uint64_t done = 0;

	while (done < len) {
		ssize_t n = pread(in->fd, (char *)to + done, (size_t)(len - done),
			(off_t)(in->base + off + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			error_set_errno(err, errno, "cannot read %s", in->name);
			return error_where(err, "%s, offset %" PRIu64, in->name, off + done);
		}
		if (n == 0) {
			error_set(
				err, ERROR_FORMAT, "%s became shorter while it was read", in->name);
			return error_where(err, "%s, offset %" PRIu64, in->name, off + done);
		}
		done += (uint64_t)n;
	}
	return true;
}

bool
input_open(struct input *in, struct arena *arena, const char *path, struct error *err)
{
	struct input opened = { .name = path, .arena = arena };
	struct stat st;
	unsigned char *head;

	opened.fd = file_open_regular(path, &st, err);
	if (opened.fd < 0)
		return false;
	opened.size = (uint64_t)st.st_size;
	opened.dev = st.st_dev;
	opened.ino = st.st_ino;
	opened.mode = st.st_mode;
	opened.head.len = opened.size < HEAD_BYTES ? opened.size : HEAD_BYTES;
	head = arena_bytes(arena, (size_t)opened.head.len);
	if (!read_fully(&opened, head, 0, opened.head.len, err)) {
		close(opened.fd);
		return false;
	}
	opened.head = bytes_from(head, opened.head.len, 0, false);
	*in = opened;
	return true;
}

void
input_from_buffer(
	struct input *in, struct arena *arena, const char *name, const void *data, uint64_t len)
{
	*in = (struct input){ .name = name, .size = len, .fd = -1, .data = data, .arena = arena };
	in->head = bytes_from(data, len < HEAD_BYTES ? len : HEAD_BYTES, 0, false);
}

static struct bytes
copy_of(struct arena *arena, const unsigned char *data, uint64_t len, uint64_t origin)
{
	unsigned char *copy = arena_alloc(arena, (size_t)len);

	if (len > 0)
		memcpy(copy, data, (size_t)len);
	return bytes_from(copy, len, origin, false);
}

void
input_lend_buffer(
	struct input *in, struct arena *arena, const char *name, const void *data, uint64_t len)
{
	input_from_buffer(in, arena, name, data, len);
	in->lent = true;
	in->head = copy_of(arena, data, in->head.len, 0);
}

void
input_settle(struct input *in)
{
	in->data = NULL;
}

bool
input_slice(struct input *in, struct input *parent, const char *name, uint64_t off, uint64_t len,
	struct error *err)
{
	struct input slice = *parent;
	unsigned char *head;

	if (off > parent->size || len > parent->size - off) {
		error_set(err, ERROR_FORMAT,
			"%s: a part of %" PRIu64 " bytes at offset %" PRIu64
			" lies outside the file",
			parent->name, len, off);
		return error_where(err, "%s, offset %" PRIu64, parent->name, off);
	}
	slice.name = name;
	slice.size = len;
	slice.base = parent->base + off;
	slice.borrowed = true;
	slice.head.len = len < HEAD_BYTES ? len : HEAD_BYTES;
	if (slice.data) {
		slice.data += off;
		slice.head = slice.lent ? copy_of(slice.arena, slice.data, slice.head.len, 0)
					: bytes_from(slice.data, slice.head.len, 0, false);
	} else {
		head = arena_alloc(slice.arena, (size_t)slice.head.len);
		if (!read_fully(&slice, head, 0, slice.head.len, err))
			return false;
		slice.head = bytes_from(head, slice.head.len, 0, false);
	}
	*in = slice;
	return true;
}

void
input_close(struct input *in)
{
	if (in->fd >= 0 && !in->borrowed)
		close(in->fd);
	*in = (struct input){ .name = in->name, .fd = -1 };
}

bool
input_window(struct input *in, uint64_t off, uint64_t len, struct bytes *ret, struct error *err)
{
	unsigned char *window;

	if (off > in->size || len > in->size - off) {
		error_set(err, ERROR_FORMAT,
			"%s ends before %" PRIu64 " bytes at offset %" PRIu64 ": it has %" PRIu64,
			in->name, len, off, in->size);
		return error_where(err, "%s, offset %" PRIu64, in->name, off);
	}
	if (len > CAP_WINDOW) {
		error_set(err, ERROR_LIMIT, "%s: a part of %" PRIu64 " bytes is too large to read",
			in->name, len);
		return error_where(err, "%s, offset %" PRIu64, in->name, off);
	}
	if (bytes_has(&in->head, off, len)) {
		*ret = bytes_from(in->head.ptr + off, len, off, false);
		return true;
	}
	if (in->data) {
		*ret = in->lent ? copy_of(in->arena, in->data + off, len, off)
				: bytes_from(in->data + off, len, off, false);
		return true;
	}
	if (in->lent) {
		in->missed = true;
		return error_set(err, ERROR_BUG, "%s is read after it was let go", in->name);
	}
	window = arena_bytes(in->arena, (size_t)len);
	if (!read_fully(in, window, off, len, err))
		return false;
	*ret = bytes_from(window, len, off, false);
	return true;
}
