/* SPDX-License-Identifier: MIT */
/* Releases laid out as FreeBSD's: a MANIFEST, and one archive with the whole base system. */
#include "sysroots/transport/freebsd.h"

#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/transport/fetch_rules.h"
#include "sysroots/transport/http_index.h"
#include "sysroots/transport/mirror.h"

static const char archive_name[] = "base.txz";

/* Where a release lies below the base, when it is not called as the architecture. */
static const struct {
	const char *arch, *dir;
} dirs[] = {
	{ "armv7", "arm/armv7" },
	{ "riscv64", "riscv/riscv64" },
};

static char *
path_of(const struct http_index *x, const char *file)
{
	const char *dir = x->arch;

	for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
		if (strcmp(dirs[i].arch, x->arch) == 0)
			dir = dirs[i].dir;
	return arena_printf(x->ctx->arena, "%s/%s/%s", dir, x->source->suite, file);
}

/* name, sha256, number of files, set, description, on or off: separated by tabs (bsdinstall's
 * scripts/make-manifest.sh). */
bool
freebsd_manifest_find(struct str text, const char *file, char sha256[DIGEST_HEX])
{
	while (text.ptr != NULL) {
		struct str line = str_cut(&text, '\n');
		if (!str_is(str_cut(&line, '\t'), file))
			continue;
		struct str hex = str_cut(&line, '\t');
		if (hex.len != DIGEST_HEX - 1)
			return false;
		memcpy(sha256, hex.ptr, hex.len);
		sha256[hex.len] = '\0';
		return digest_is_hex(sha256);
	}
	return false;
}

/* Nobody signs a MANIFEST: what vouches for it is the certificate of the server, or that it lies on
 * this machine. */
static const char *const *
trusted_bases(const struct http_index *x)
{
	struct strvec ret;

	strvec_init(&ret, x->ctx->arena);
	for (const char *const *base = x->bases; *base != NULL; base++)
		if (fetch_scheme_of(*base) != SCHEME_HTTP)
			strvec_push(&ret, *base);
	return ret.items;
}

static bool
update(const struct http_index *x, struct error *err)
{
	struct arena *a = x->ctx->arena;
	const char *const *bases = trusted_bases(x);
	struct store_temp temp;

	if (bases[0] == NULL) {
		error_set(err, ERROR_VERIFY, "%s cannot be trusted over http: it is not signed",
			http_index_name(x));
		error_where(err, "%s", x->bases[0]);
		return error_hint(err, "use https; what a lock pins may come over http");
	}
	if (!store_temp(x->store, a, &temp, err))
		return false;
	struct fetch_item item = {
		.label = http_index_name(x),
		.urls = mirror_urls(a, bases, path_of(x, "MANIFEST")),
		.path = path_join(a, temp.path, "MANIFEST"),
		.cap = CAP_TEXT_FILE,
	};
	bool ok = fetch_all(x->ctx, item.label, &item, 1, err) &&
		  file_rename(item.path, path_join(a, x->dir, "MANIFEST"), err);
	store_temp_drop(&temp);
	return ok;
}

static bool
find_base(const struct http_index *x, struct package *ret, struct error *err)
{
	struct arena *a = x->ctx->arena;
	struct package p = { .name = "base",
		.version = x->source->suite,
		.arch = x->arch,
		.path = path_of(x, archive_name) };
	struct fetch_item item = {
		.label = arena_printf(a, "the size of %s", archive_name),
		.urls = mirror_urls(a, x->bases, p.path),
		.cap = CAP_PACKAGE,
	};
	struct str text;

	if (!file_read(a, path_join(a, x->dir, "MANIFEST"), CAP_TEXT_FILE, &text, err))
		return false;
	if (!freebsd_manifest_find(text, archive_name, p.sha256)) {
		error_set(err, ERROR_FORMAT, "%s has no good line for %s", http_index_name(x),
			archive_name);
		return error_where(err, "%s", x->dir);
	}
	if (!fetch_all(x->ctx, item.label, &item, 1, err))
		return false;
	p.size = item.got_size;
	*ret = p;
	return true;
}

static bool
find(const struct http_index *x, const char *const *names, struct package_list *ret,
	struct error *err)
{
	struct package_list list = { ARENA_ARRAY(x->ctx->arena, 1, struct package), 0 };

	for (; *names != NULL; names++)
		if (strcmp(*names, "base") == 0 && list.count == 0 &&
			!find_base(x, &list.items[list.count++], err))
			return false;
	*ret = list;
	return true;
}

static bool
closure(const struct http_index *x, const struct package_list *given, const char *const *names,
	struct strvec *ret, struct error *err)
{
	(void)given;
	(void)ret;
	return http_index_unknown(x, names[0], err);
}

const struct http_layout freebsd_layout = { update, find, closure };
