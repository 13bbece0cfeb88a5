/* SPDX-License-Identifier: MIT */
/* Archives laid out as Debian's: InRelease, Packages, pool. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/transport/debian_index.h"
#include "sysroots/transport/debian_release.h"
#include "sysroots/transport/expand.h"
#include "sysroots/transport/gpgv.h"
#include "sysroots/transport/http_index.h"
#include "sysroots/transport/mirror.h"

#define DAY 86400

/* By how well they compress. */
static const char *const endings[] = { ".xz", ".zst", ".bz2", ".gz", "" };

/* One mirror's word, in a temporary directory. */
struct update {
	const struct http_index *x;
	const char *base;
	const char *temp;
	struct debian_release release;
};

static bool
distrust(const struct update *u, const char *why, const char *hint, struct error *err)
{
	error_set(err, ERROR_VERIFY, "%s: %s", http_index_name(u->x), why);
	error_where(err, "%s/dists/%s/InRelease", u->base, u->x->source->suite);
	return hint[0] != '\0' ? error_hint(err, "%s", hint) : false;
}

/* A signature never ends: an old text, replayed, would bring old holes back. What no mirror may do is
 * go back behind what this store has seen; a dated archive is asked for its day by its user. */
static bool
check_age(const struct update *u, struct error *err)
{
	const char *seen = path_join(u->x->ctx->arena, u->x->dir, "seen");
	int64_t now = (int64_t)time(NULL), dated = 0;
	struct error ignored;
	uint64_t newest;
	struct str text;

	if (u->release.date > now + DAY)
		return distrust(u, "it is signed in the future", "check this machine's clock", err);
	if (debian_dated_base(u->base, &dated))
		now = dated;
	if (u->release.valid_until != 0 && now > u->release.valid_until)
		return distrust(u, "the mirror has not been updated for too long",
			"set another mirror", err);
	if (dated == 0 && file_read(u->x->ctx->arena, seen, CAP_TEXT_FILE, &text, &ignored) &&
		str_to_u64(str_trim(text), INT64_MAX, &newest) && u->release.date < (int64_t)newest)
		return distrust(u, "it is older than the one that was seen before",
			"the mirror lags behind or is made to: set another mirror", err);
	return true;
}

static bool
remember_age(const struct update *u, struct error *err)
{
	int64_t dated;

	return debian_dated_base(u->base, &dated) ||
	       http_index_put(u->x, "seen",
		       arena_printf(u->x->ctx->arena, "%" PRId64 "\n", u->release.date), err);
}

static bool
check_suite(const struct update *u, struct error *err)
{
	const char *suite = u->x->source->suite;

	return strcmp(u->release.suite, suite) == 0 || strcmp(u->release.codename, suite) == 0 ||
	       distrust(u, "the mirror sends another release than was asked for", "", err);
}

static bool
fetch_release(struct update *u, struct error *err)
{
	struct arena *a = u->x->ctx->arena;
	const char *one[] = { u->base, NULL };
	struct fetch_item item = {
		.label = http_index_name(u->x),
		.urls = mirror_urls(
			a, one, arena_printf(a, "dists/%s/InRelease", u->x->source->suite)),
		.path = path_join(a, u->temp, "InRelease"),
		.cap = CAP_TEXT_FILE,
	};
	const char *out = path_join(a, u->temp, "Release");
	struct str text;

	if (!fetch_all(u->x->ctx, item.label, &item, 1, err))
		return false;
	/* Of a mirror that was asked before. */
	if (!file_remove(out, err) ||
		!gpgv_check(u->x->ctx, item.label, u->x->keys, item.path, out, err) ||
		!file_read(a, out, CAP_TEXT_FILE, &text, err) ||
		!debian_release_parse(a, text, &u->release, err)) {
		return err->where[0] != '\0' ? false : error_where(err, "%s", item.urls[0]);
	}
	return check_suite(u, err) && check_age(u, err);
}

/* What this mirror said was no good, but the next may do better. */
static bool
may_ask_another(const struct error *err)
{
	return err->kind != ERROR_INTERRUPTED && err->kind != ERROR_IO && err->kind != ERROR_USAGE;
}

/* The first mirror whose word can be taken. Nothing but the signature tells a file that was damaged on
 * its way, so each that sent something gets a second chance. */
static bool
find_release(struct update *u, struct error *err)
{
	struct error first = { 0 };

	for (int round = 0; round < 2; round++) {
		for (const char *const *base = u->x->bases; *base != NULL; base++) {
			u->base = *base;
			if (fetch_release(u, err))
				return true;
			if (!may_ask_another(err))
				return false;
			if (first.kind != ERROR_VERIFY && first.kind != ERROR_FORMAT)
				first = *err;
		}
		if (first.kind != ERROR_VERIFY && first.kind != ERROR_FORMAT)
			break;
	}
	*err = first;
	if (err->hint[0] == '\0')
		error_hint(err, "set %s to another mirror",
			mirror_variable(u->x->ctx->arena, "MIRROR", u->x->source->of));
	return false;
}

/* Where one component's Packages file is kept, and under which name it is best fetched. */
struct part {
	const char *kept;
	const char *plain, *by_hash; /* below dists/SUITE */
	uint64_t size;
	char sha256[DIGEST_HEX];
};

static bool
find_part(const struct update *u, const char *component, struct part *ret)
{
	struct arena *a = u->x->ctx->arena;

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		const char *dir = arena_printf(a, "%s/binary-%s", component, u->x->arch);
		struct part p = { .plain = arena_printf(a, "%s/Packages%s", dir, endings[i]) };
		if (!debian_release_file(&u->release, p.plain, p.sha256, &p.size) ||
			p.size > CAP_INDEX || p.size == 0)
			continue;
		p.by_hash = arena_printf(a, "%s/by-hash/SHA256/%s", dir, p.sha256);
		p.kept = arena_printf(a, "%s/Packages-%s", u->x->dir, component);
		*ret = p;
		return true;
	}
	return false;
}

/* by-hash names do not change while a mirror is being updated; not every mirror has them. */
static const char *const *
part_urls(const struct update *u, const struct part *p)
{
	struct arena *a = u->x->ctx->arena;
	const char *suite = u->x->source->suite;
	struct strvec urls;

	strvec_init(&urls, a);
	for (int hashed = 1; hashed >= 0; hashed--) {
		const char *path = hashed ? p->by_hash : p->plain;
		const char *one[] = { u->base, NULL };
		if (hashed && !u->release.by_hash)
			continue;
		path = arena_printf(a, "dists/%s/%s", suite, path);
		strvec_push_all(&urls, mirror_urls(a, one, path));
		for (const char *const *base = u->x->bases; *base != NULL; base++)
			if (strcmp(*base, u->base) != 0)
				strvec_push_all(&urls,
					mirror_urls(a, (const char *[]){ *base, NULL }, path));
	}
	return urls.items;
}

static bool
no_arch(const struct update *u, struct error *err)
{
	error_set(err, ERROR_MISSING, "this mirror has no packages of %s (%s) for %s",
		u->x->source->id, u->x->source->suite, u->x->arch);
	error_where(err, "%s", u->base);
	return error_hint(err,
		"choose another release, or set %s to a mirror that still has them (an archive of "
		"old releases)",
		mirror_variable(u->x->ctx->arena, "MIRROR", u->x->source->of));
}

/* The Release file is signed; what does not fit it is newer or older. */
static bool
blame_sync(const struct update *u, struct error *err)
{
	err->kind = ERROR_NET;
	return error_hint(err,
		"the mirror is in the middle of an update: try again later, choose another "
		"release, "
		"or set %s to another mirror",
		mirror_variable(u->x->ctx->arena, "MIRROR", u->x->source->of));
}

static bool
fetch_parts(const struct update *u, struct error *err)
{
	struct arena *a = u->x->ctx->arena;
	struct part parts[ARRAY_LEN(u->x->source->of->components)];
	struct fetch_item items[ARRAY_LEN(parts)];
	const char *const *components = u->x->source->of->components;
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(parts) && components[i] != NULL; i++) {
		struct part *p = &parts[count];
		if (!find_part(u, components[i], p))
			continue;
		items[count++] = (struct fetch_item){ .label = http_index_name(u->x),
			.urls = part_urls(u, p),
			.path = path_join(a, u->temp, path_base(p->kept)),
			.size = p->size,
			.sha256 = p->sha256 };
	}
	if (count == 0)
		return no_arch(u, err);
	if (!fetch_all(u->x->ctx, http_index_name(u->x), items, count, err))
		return err->kind == ERROR_VERIFY ? blame_sync(u, err) : false;
	for (size_t i = 0; i < count; i++)
		if (!file_rename(items[i].path, parts[i].kept, err))
			return false;
	return true;
}

static bool
update(const struct http_index *x, struct error *err)
{
	struct update u = { .x = x };
	struct store_temp temp;

	if (!http_index_need_keys(x, err) || !store_temp(x->store, x->ctx->arena, &temp, err))
		return false;
	u.temp = temp.path;
	bool ok = find_release(&u, err) && fetch_parts(&u, err) && remember_age(&u, err);
	store_temp_drop(&temp);
	return ok;
}

/* The index of all components; `buffers` hold its text, for the caller to free. */
static bool
read_index(const struct http_index *x, char *buffers[], struct debian_index *ret, struct error *err)
{
	const char *const *components = x->source->of->components;

	debian_index_init(ret, x->ctx->arena);
	for (size_t i = 0; components[i] != NULL; i++) {
		const char *path =
			arena_printf(x->ctx->arena, "%s/Packages-%s", x->dir, components[i]);
		size_t len;
		if (!file_exists(path))
			continue;
		if (!expand_file(path, CAP_INDEX, &buffers[i], &len, err) ||
			!debian_index_add(ret, (struct str){ buffers[i], len }, x->arch, err))
			return error_wrap(err, "%s", http_index_name(x));
	}
	return true;
}

static void
free_all(char *buffers[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(buffers[i]);
}

static bool
find(const struct http_index *x, const char *const *names, struct package_list *ret,
	struct error *err)
{
	char *buffers[ARRAY_LEN(x->source->of->components)] = { NULL };
	struct debian_index index;

	bool ok = read_index(x, buffers, &index, err) && debian_index_find(&index, names, ret, err);
	free_all(buffers, ARRAY_LEN(buffers));
	return ok;
}

static bool
closure(const struct http_index *x, const struct package_list *given, const char *const *names,
	struct strvec *ret, struct error *err)
{
	char *buffers[ARRAY_LEN(x->source->of->components)] = { NULL };
	struct debian_index index;
	struct strvec unknown;

	strvec_init(&unknown, x->ctx->arena);
	bool ok = read_index(x, buffers, &index, err);
	if (ok)
		debian_index_closure(&index, given, names, ret, &unknown);
	free_all(buffers, ARRAY_LEN(buffers));
	return ok && (unknown.count == 0 || http_index_unknown(x, unknown.items[0], err));
}

const struct http_layout debian_layout = { update, find, closure };
