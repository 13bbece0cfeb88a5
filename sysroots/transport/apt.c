/* SPDX-License-Identifier: MIT */
/* The apt transport: indices and exact packages. Downloads are apt_fetch.c's. */
#include "sysroots/transport/apt.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/caps.h"
#include "base/env.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "base/proc.h"
#include "sysroots/kept.h"
#include "sysroots/transport/apt_root.h"

#define INDEX_FRESH_SECONDS (24L * 60 * 60)
#define UPDATE_TRIES 3
/* Between two tries at a mirror that is being updated. */
#define UPDATE_PAUSE_MS 2000u
#define PAUSE_SLICE_MS 50u

bool
apt_available(const struct context *ctx, const struct source *source, struct error *err)
{
	if (strcmp(source->of->name, "debian") != 0) {
		error_set(err, ERROR_USAGE, "apt fetches packages of Debian, not of %s",
			source->label);
		return error_hint(err, "use the transport http");
	}
	if (proc_find(ctx->arena, "apt-get", ctx->env) != NULL)
		return true;
	error_set(err, ERROR_MISSING, "the transport apt needs apt-get, which is not here");
	return error_hint(err, "use the transport http, or run this on Debian or Ubuntu");
}

char *
apt_root_stamp(struct arena *a, const struct apt_root *root)
{
	return path_join(a, root->dir, "updated");
}

/* Written within the last day. A time in the future (a clock that was wrong) is not recent. */
static bool
is_recent(const char *path)
{
	struct stat st;
	time_t now = time(NULL);

	return stat(path, &st) == 0 && st.st_mtime <= now &&
	       now - st.st_mtime < INDEX_FRESH_SECONDS;
}

bool
apt_root_is_recent(const struct context *ctx, const struct apt_root *root)
{
	return is_recent(apt_root_stamp(ctx->arena, root));
}

/* The index in the root is the mirror's, and recent. */
static bool
index_is_fresh(const struct context *ctx, const struct apt_root *root)
{
	const char *path = apt_root_stamp(ctx->arena, root);
	struct error ignored;
	struct str text;

	return is_recent(path) && file_read(ctx->arena, path, CAP_TEXT_FILE, &text, &ignored) &&
	       str_is(str_trim(text), root->mirror);
}

static bool
pause_for(unsigned ms, struct error *err)
{
	const struct timespec slice = { .tv_nsec = PAUSE_SLICE_MS * 1000000L };

	for (unsigned done = 0; done < ms; done += PAUSE_SLICE_MS) {
		if (!interrupt_check(err))
			return false;
		nanosleep(&slice, NULL);
	}
	return interrupt_check(err);
}

/* One `apt-get update`. *again: it failed in a way that may pass. */
static bool
update_once(const struct context *ctx, const struct apt_root *root, bool *again, struct error *err)
{
	static const char *const argv[] = { "apt-get", "-q", "update", NULL };
	struct proc_result result;

	*again = false;
	if (!apt_root_run(ctx, root, argv, NULL, NULL, &result, err))
		return false;
	/* Some failures are warnings to apt: it goes on with old files, we do not. */
	if (proc_ok(&result) &&
		(result.err.len == 0 || strstr(result.err.ptr, "Failed to fetch") == NULL))
		return true;
	*again = apt_complaint(err, &result,
		arena_printf(ctx->arena, "cannot fetch the index of %s (%s) for %s",
			root->source->id, root->source->suite, root->arch));
	return false;
}

static bool
update_index(const struct context *ctx, const struct apt_root *root, struct error *err)
{
	const char *stamp = apt_root_stamp(ctx->arena, root);
	bool again = true;

	/* Until this has gone well the index is of no known age. */
	if (!file_remove(stamp, err))
		return false;
	context_progress(ctx,
		arena_printf(ctx->arena, "index of %s for %s", root->source->id, root->arch), 0, 0);
	for (unsigned i = 0; !update_once(ctx, root, &again, err); i++)
		if (!again || i + 1 == UPDATE_TRIES || !pause_for(UPDATE_PAUSE_MS << i, err))
			return false;
	return file_write(
		stamp, str_from(arena_printf(ctx->arena, "%s\n", root->mirror)), 0644, err);
}

/* "%3a" and the like, decoded. */
static char *
decode(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		char hex[3] = { 0 };
		if (text.ptr[i] == '%' && text.len - i > 2) {
			memcpy(hex, text.ptr + i + 1, 2);
			if (strspn(hex, "0123456789abcdefABCDEF") == 2) {
				out[len++] = (char)strtol(hex, NULL, 16);
				i += 2;
				continue;
			}
		}
		out[len++] = text.ptr[i];
	}
	return out;
}

static bool
bad_line(struct str line, struct error *err)
{
	error_set(err, ERROR_FORMAT, "apt printed a package in a form that is not understood");
	return error_where(err, "%.*s", (int)(line.len < 300 ? line.len : 300), line.ptr);
}

/* 'URI' NAME_VERSION_ARCH.deb SIZE SHA256:HEX */
static bool
parse_uri_line(const struct context *ctx, const struct apt_root *root, struct str line,
	struct package *ret, struct error *err)
{
	struct str rest = str_drop(line, 1), whole = line, file, version;
	struct package p = { 0 };
	size_t base = strlen(root->mirror);

	char *uri = str_dup(ctx->arena, str_cut(&rest, '\''));
	rest = str_trim(rest);
	file = str_cut(&rest, ' ');
	if (!cstr_starts(uri, root->mirror) || uri[base] != '/' || !str_ends(file, ".deb") ||
		!str_to_u64(str_cut(&rest, ' '), CAP_PACKAGE, &p.size) ||
		!str_starts(rest, "SHA256:"))
		return bad_line(whole, err);
	char *hex = str_dup(ctx->arena, str_trim(str_drop(rest, strlen("SHA256:"))));
	file.len -= strlen(".deb");
	p.name = str_dup(ctx->arena, str_cut(&file, '_'));
	version = str_cut(&file, '_');
	p.version = decode(ctx->arena, version);
	p.arch = str_dup(ctx->arena, file);
	p.path = decode(ctx->arena, str_from(uri + base + 1));
	if (!digest_is_hex(hex) || p.name[0] == '\0' || version.len == 0 || file.len == 0 ||
		strstr(p.path, "..") != NULL)
		return bad_line(whole, err);
	memcpy(p.sha256, hex, sizeof(p.sha256));
	*ret = p;
	return true;
}

static bool
names_missing(const struct context *ctx, const struct apt_root *root, const char *const *names,
	const struct package_list *found, struct error *err)
{
	struct strvec missing;

	strvec_init(&missing, ctx->arena);
	for (size_t i = 0; names[i] != NULL; i++) {
		size_t k = 0;
		while (k < found->count && strcmp(found->items[k].name, names[i]) != 0)
			k++;
		if (k == found->count)
			strvec_push(&missing, names[i]);
	}
	if (missing.count == 0)
		return true;
	if (found->count > 0) {
		error_set(err, ERROR_MISSING, "%s has no package %s for %s", root->source->id,
			apt_join_names(ctx->arena, missing.items), root->arch);
		return error_where(err, "%s %s", root->mirror, root->source->suite);
	}
	error_set(err, ERROR_MISSING, "this mirror has no packages of %s (%s) for %s",
		root->source->id, root->source->suite, root->arch);
	error_where(err, "%s", root->mirror);
	return error_hint(err, "choose another release, or set XBUILD_MIRROR_DEBIAN to a mirror "
			       "that still has them (an archive of old releases)");
}

/* One call for all names: reading the package cache is most of its work. */
static bool
print_uris(const struct context *ctx, const struct apt_root *root, const char *const *names,
	struct package_list *ret, struct error *err)
{
	struct package_list list = { 0 };
	struct proc_result result;
	struct strvec argv;
	size_t count = 0;

	strvec_init(&argv, ctx->arena);
	strvec_push_all(
		&argv, (const char *const[]){ "apt-get", "-q", "--print-uris", "download", NULL });
	for (; names[count] != NULL; count++)
		strvec_push(&argv, names[count]);
	if (!apt_root_run(ctx, root, argv.items, NULL, NULL, &result, err))
		return false;
	list.items = ARENA_ARRAY(ctx->arena, count, struct package);
	while (result.out.ptr != NULL) {
		struct str line = str_cut(&result.out, '\n');
		if (!str_starts(line, "'"))
			continue;
		if (list.count == count)
			return bad_line(line, err);
		if (!parse_uri_line(ctx, root, line, &list.items[list.count], err))
			return false;
		list.count++;
	}
	/* For names it does not know apt fails after it has printed the others. */
	if (!proc_ok(&result) && strstr(result.err.ptr, "Unable to locate") == NULL &&
		strstr(result.err.ptr, "no candidate") == NULL) {
		apt_complaint(err, &result,
			arena_printf(ctx->arena, "cannot look up packages of %s for %s",
				root->source->id, root->arch));
		return false;
	}
	package_list_sort(&list);
	*ret = list;
	return true;
}

/* Asking apt costs seconds where the host keeps no cache of its own: it reads its whole package
 * cache for the mirror, and ours for the packages. The same question, put to the same index, has
 * the same answer; which mirror that index came from matters only to who named one. */
static char *
question(const struct context *ctx, const struct apt_root *root, const char *const *names)
{
	const char *mirror = env_get(ctx->env, "XBUILD_MIRROR_DEBIAN");
	struct strbuf b;

	strbuf_init(&b, ctx->arena);
	strbuf_addf(&b, "%s %s %s", root->source->suite, root->arch, mirror ? mirror : "-");
	for (; *names != NULL; names++)
		strbuf_addf(&b, " %s", *names);
	return b.ptr;
}

static bool
remembered(const struct context *ctx, const struct store *store, const struct apt_root *root,
	const char *const *names, struct package_list *ret)
{
	const struct json_value *array;
	struct error ignored;
	struct json kept;
	bool ok;

	if (!ctx->offline && !apt_root_is_recent(ctx, root))
		return false;
	if (!kept_load(ctx, store, "packages", question(ctx, root, names), &kept))
		return false;
	ok = json_get_array(&kept, kept.root, "packages", &array, &ignored) &&
	     package_list_read(ctx->arena, &kept, array, ret, &ignored);
	json_clear(&kept);
	return ok;
}

static void
remember(const struct context *ctx, const struct store *store, const struct apt_root *root,
	const char *const *names, const struct package_list *list)
{
	struct json_value *value = json_new_object();
	struct strvec stamps;

	strvec_init(&stamps, ctx->arena);
	kept_stamp(&stamps, apt_root_stamp(ctx->arena, root));
	package_list_write(json_add_array(value, "packages"), list);
	kept_save(ctx, store, "packages", question(ctx, root, names), &stamps, value);
}

bool
apt_root_index(const struct context *ctx, const struct store *store, const struct apt_root *root,
	const char *const *names, bool refresh, struct error *err)
{
	if (ctx->offline && !file_exists(apt_root_stamp(ctx->arena, root))) {
		error_set(err, ERROR_MISSING, "offline, and there is no index of %s for %s",
			root->source->id, root->arch);
		error_where(err, "needed: %s", apt_join_names(ctx->arena, names));
		return error_hint(err, "run once without --offline");
	}
	if (!ctx->offline && (refresh || !index_is_fresh(ctx, root)) &&
		!update_index(ctx, root, err)) {
		store_blame(store, err);
		return false;
	}
	return true;
}

static bool
resolve_locked(const struct context *ctx, const struct store *store, const struct apt_root *root,
	const char *const *names, bool refresh, struct package_list *ret, struct error *err)
{
	if (!apt_root_index(ctx, store, root, names, refresh, err) ||
		!print_uris(ctx, root, names, ret, err) ||
		!names_missing(ctx, root, names, ret, err))
		return false;
	remember(ctx, store, root, names, ret);
	return true;
}

bool
apt_resolve(const struct context *ctx, const struct store *store, const struct source *source,
	const char *arch, const char *const *names, bool refresh, struct package_list *ret,
	struct error *err)
{
	const char *name = arena_printf(ctx->arena, "apt-%s-%s", source->suite, arch);
	struct package_list list = { 0 };
	struct apt_root root = { .source = source, .arch = arch };
	int lock;

	root.dir = apt_root_dir(ctx->arena, store, source, arch);
	if (!refresh && remembered(ctx, store, &root, names, ret))
		return true;
	if (!store_lock(ctx, store, name, true, &lock, err))
		return false;
	bool ok = apt_root_open(ctx, store, source, arch, &root, err) &&
		  resolve_locked(ctx, store, &root, names, refresh, &list, err);
	file_unlock(lock);
	if (ok)
		*ret = list;
	return ok;
}
