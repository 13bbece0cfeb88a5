/* SPDX-License-Identifier: MIT */
/* Signatures and digests of Alpine's files. */
#include "sysroots/transport/apk.h"

#include <string.h>

#include "base/archive.h"
#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "base/signature.h"
#include "sysroots/transport/gzip.h"

#define CONTROL_MOST ((uint64_t)256 << 20)
#define SIGNATURE_MOST 4096

/* A signed file: its first two members. */
struct signed_file {
	struct arena *arena;
	const char *keys;
	struct str all;
	struct str second;  /* compressed: what is signed */
	struct str content; /* inflated */
	struct str rest;    /* what stands behind it */
};

static bool
distrust(const char *what, struct error *err)
{
	return error_set(err, ERROR_VERIFY, "%s", what);
}

/* The next member of a small tar archive in memory, whole; *ret_data NULL at the end. */
static bool
next_text(struct arena *a, struct archive_walk *walk, const char **ret_name, struct str *ret_data,
	struct error *err)
{
	struct archive_item item;
	struct strbuf b;
	uint64_t offset;
	const void *data;
	size_t len;
	enum archive_step step = archive_next(walk, &item, err);

	*ret_data = (struct str){ 0 };
	if (step != ARCHIVES_NEXT)
		return step == ARCHIVES_END;
	*ret_name = arena_strdup(a, item.path != NULL ? item.path : "");
	strbuf_init(&b, a);
	while ((step = archive_block(walk, &data, &len, &offset, err)) == ARCHIVES_NEXT) {
		if (offset != b.len || len > CAP_INDEX - b.len)
			return error_set(err, ERROR_LIMIT, "it has a member that is too large");
		strbuf_addn(&b, data, len);
	}
	*ret_data = (struct str){ b.ptr, b.len };
	return step == ARCHIVES_END;
}

static bool
open_tar(struct arena *a, struct str tar, struct archive_walk **ret, struct error *err)
{
	const struct archive_source source = {
		.name = "member", .data = tar.ptr, .len = tar.len, .formats = ARCHIVES_TAR
	};
	const struct archives *lib;

	return archives_open(a, &lib, err) && archive_open(a, lib, &source, ret, err);
}

/* The content of the member of that name in a tar archive. */
static bool
find_text(struct arena *a, struct str tar, const char *wanted, struct str *ret, struct error *err)
{
	struct archive_walk *walk;
	const char *name = "";
	struct str data = { 0 };
	bool ok;

	if (!open_tar(a, tar, &walk, err))
		return false;
	while ((ok = next_text(a, walk, &name, &data, err)) && data.ptr != NULL)
		if (strcmp(name, wanted) == 0)
			break;
	archive_close(walk);
	if (!ok)
		return false;
	if (data.ptr == NULL)
		return error_set(err, ERROR_FORMAT, "it has no %s", wanted);
	*ret = data;
	return true;
}

static const struct {
	const char *prefix;
	enum signature_hash hash;
} signatures[] = {
	{ ".SIGN.RSA.", SIGNATURE_SHA1 },
	{ ".SIGN.RSA256.", SIGNATURE_SHA256 },
};

/* The file of a key; NULL when it is not among ours. */
static const char *
find_key(const struct signed_file *f, const char *name)
{
	const char *path = f->keys;

	if (strchr(name, '/') != NULL || name[0] == '.')
		return NULL;
	if (file_is_dir(f->keys))
		path = path_join(f->arena, f->keys, name);
	else if (strcmp(path_base(f->keys), name) != 0)
		return NULL;
	return file_exists(path) ? path : NULL;
}

/* One good signature by a key of ours; strangers' do not count. */
static bool
check_signature(struct signed_file *f, const char *name, struct str signature, bool *good,
	struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(signatures); i++) {
		if (!cstr_starts(name, signatures[i].prefix))
			continue;
		const char *key = find_key(f, name + strlen(signatures[i].prefix));
		if (key == NULL)
			continue;
		if (signature.len > SIGNATURE_MOST ||
			!signature_check(key, signatures[i].hash, f->second.ptr, f->second.len,
				signature.ptr, signature.len, err))
			return false;
		*good = true;
	}
	return true;
}

static bool
check_signatures(struct signed_file *f, struct str tar, struct error *err)
{
	struct archive_walk *walk;
	const char *name = "";
	bool good = false, ok;
	struct str data = { 0 };

	if (!open_tar(f->arena, tar, &walk, err))
		return false;
	while ((ok = next_text(f->arena, walk, &name, &data, err)) && data.ptr != NULL &&
		(ok = check_signature(f, name, data, &good, err)))
		;
	archive_close(walk);
	if (!ok || good)
		return ok;
	distrust(cstr_starts(name, ".SIGN.") ? "its signing key is not among the keys"
					     : "it is not signed",
		err);
	return error_where(err, "%s", f->keys);
}

static bool
open_signed(struct signed_file *f, const char *path, struct error *err)
{
	size_t used = 0, len = 0;
	struct str first;
	void *text;

	if (!file_read(f->arena, path, CAP_PACKAGE, &f->all, err) ||
		!gzip_member(
			f->arena, f->all.ptr, f->all.len, CAP_TEXT_FILE, &text, &len, &used, err))
		return false;
	first = (struct str){ text, len };
	f->second = str_drop(f->all, used);
	if (f->second.len == 0)
		return distrust("it is not signed", err);
	if (!gzip_member(
		    f->arena, f->second.ptr, f->second.len, CONTROL_MOST, &text, &len, &used, err))
		return false;
	f->content = (struct str){ text, len };
	f->rest = str_drop(f->second, used);
	f->second.len = used;
	return check_signatures(f, first, err);
}

bool
apk_index_open(
	struct arena *a, const char *path, const char *keys, struct str *ret, struct error *err)
{
	struct signed_file f = { .arena = a, .keys = keys };

	if (!open_signed(&f, path, err))
		return false;
	if (f.rest.len > 0)
		return distrust("something that is not signed stands behind it", err);
	return find_text(a, f.content, "APKINDEX", ret, err);
}

/* "Q1" and the base64 of 20 bytes. */
static bool
same_sha1(const unsigned char sum[SHA1_BYTES], struct str checksum)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[2 + 28 + 1] = "Q1";
	size_t len = 2;

	for (size_t i = 0; i < SHA1_BYTES; i += 3) {
		unsigned bits = (unsigned)sum[i] << 16;
		if (i + 1 < SHA1_BYTES)
			bits |= (unsigned)sum[i + 1] << 8;
		if (i + 2 < SHA1_BYTES)
			bits |= sum[i + 2];
		for (int shift = 18; shift >= 0; shift -= 6)
			text[len++] = digits[bits >> shift & 63];
	}
	text[len - 1] = '='; /* 20 bytes leave one digit over */
	return str_eq(checksum, (struct str){ text, len });
}

static bool
check_data(struct signed_file *f, struct error *err)
{
	char hex[DIGEST_HEX];
	struct str rest = { 0 }; /* error_set is always false, which the analyzer cannot see */

	if (!find_text(f->arena, f->content, ".PKGINFO", &rest, err) ||
		!digest_bytes(f->rest.ptr, f->rest.len, hex, err))
		return false;
	while (rest.ptr != NULL) {
		struct str line = str_cut(&rest, '\n');
		struct str key = str_trim(str_cut(&line, '='));
		if (str_is(key, "datahash"))
			return str_is(str_trim(line), hex) ||
			       distrust("its files are not those that were signed", err);
	}
	return error_set(err, ERROR_FORMAT, "its .PKGINFO has no datahash");
}

bool
apk_package_check(const char *path, const char *keys, struct str checksum, struct error *err)
{
	unsigned char sum[SHA1_BYTES];
	struct arena arena;

	arena_init(&arena);
	struct signed_file f = { .arena = &arena, .keys = keys };
	bool ok =
		open_signed(&f, path, err) && signature_sha1(f.second.ptr, f.second.len, sum, err);
	if (ok && !same_sha1(sum, checksum))
		ok = distrust("it is not the package that the index names", err);
	ok = ok && check_data(&f, err);
	arena_clear(&arena);
	return ok;
}
