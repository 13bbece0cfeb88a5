/* SPDX-License-Identifier: MIT */
/* The only file that knows zlib, which is loaded when a member is first looked at. */
#include "sysroots/transport/gzip.h"

#include <string.h>
#include <zlib.h>

#include "base/lazy.h"

LAZY_NOTE(zlib, "alpine", "checks the signatures of Alpine's packages", "recommended", "libz.so.1");

#define FIRST_BUFFER ((size_t)64 << 10)
#define WITH_GZIP_HEADER (15 + 16) /* zlib.h, inflateInit2 */

struct calls {
	int (*init)(z_streamp, int, const char *, int);
	int (*inflate)(z_streamp, int);
	int (*end)(z_streamp);
};

static bool
load(struct calls *c, struct error *err)
{
	const struct lazy_symbol symbols[] = {
		{ "inflateInit2_", (void **)&c->init },
		{ "inflate", (void **)&c->inflate },
		{ "inflateEnd", (void **)&c->end },
	};

	return lazy_load("libz.so.1", "zlib1g", symbols, ARRAY_LEN(symbols), err);
}

static bool
malformed(struct error *err)
{
	return error_set(err, ERROR_FORMAT, "not a gzip file, or a damaged one");
}

static bool
inflate_all(const struct calls *c, z_stream *z, struct arena *a, uint64_t cap, void **ret,
	size_t *ret_len, struct error *err)
{
	size_t room = FIRST_BUFFER;
	char *buffer = arena_alloc(a, room);
	int status;

	do {
		size_t len = (size_t)z->total_out;
		if (len == room) {
			buffer = arena_grow(a, buffer, room, room * 2, 1);
			room *= 2;
		}
		z->next_out = (unsigned char *)buffer + len;
		z->avail_out = (uInt)(room - len);
		status = c->inflate(z, Z_NO_FLUSH);
		if (z->total_out > cap)
			return error_set(err, ERROR_LIMIT, "it is too large when unpacked");
	} while (status == Z_OK);
	if (status != Z_STREAM_END)
		return malformed(err);
	*ret = buffer;
	*ret_len = (size_t)z->total_out;
	return true;
}

bool
gzip_member(struct arena *a, const void *data, size_t len, uint64_t cap, void **ret,
	size_t *ret_len, size_t *ret_used, struct error *err)
{
	z_stream z = { 0 };
	struct calls c;

	if (len > UINT32_MAX || cap > UINT32_MAX)
		return error_set(err, ERROR_LIMIT, "it is too large");
	if (!load(&c, err))
		return false;
	memcpy(&z.next_in, &data,
		sizeof(data)); /* zlib does not write there, but does not say so */
	z.avail_in = (uInt)len;
	if (c.init(&z, WITH_GZIP_HEADER, ZLIB_VERSION, (int)sizeof(z)) != Z_OK)
		return malformed(err);
	bool ok = inflate_all(&c, &z, a, cap, ret, ret_len, err);
	c.end(&z);
	if (ok)
		*ret_used = (size_t)z.total_in;
	return ok;
}
