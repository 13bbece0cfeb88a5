/* SPDX-License-Identifier: MIT */
/* Reading packages, and judging what they want to put where. Writing is unpack_tree.c's. */
#include "sysroots/unpack.h"

#include <string.h>

#include "base/archive.h"
#include "base/caps.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "base/str.h"
#include "sysroots/unpack_tree.h"

/* One archive on its way into a tree. */
struct unpacking {
	const struct archives *lib;
	const struct unpack_sink *sink;
	const char *name; /* the package, for messages */
	unsigned formats;
	struct archive_walk *archive; /* being read */
	struct archive_walk *outer;   /* of unpack_inner */
	struct unpack_tree *tree;
	struct arena scratch; /* reset for each entry */
};

static bool
refuse(const struct unpacking *w, enum error_kind kind, const char *path, const char *why,
	struct error *err)
{
	error_set(err, kind, "the archive is refused: %s", why);
	return error_where(err, "%s: %s", w->name, path);
}

/* Names go into lists with one line each. */
bool
unpack_name_is_plain(const char *name)
{
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < 0x20 || *name == 0x7f)
			return false;
	return true;
}

/* A name from the archive as a normal relative path, "" for the top; NULL when it would lead out:
 * absolute, or with a ".." in it (as with SECURE_NODOTDOT and SECURE_NOABSOLUTEPATHS). */
static const char *
safe_path(struct arena *scratch, const char *name)
{
	struct str rest = str_from(name);

	if (rest.len == 0 || rest.len >= CAP_PATH || name[0] == '/' || !unpack_name_is_plain(name))
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
within_caps(const struct unpacking *w, const char *path, uint64_t add, struct error *err)
{
	struct unpack_totals *totals = w->sink->totals;

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
	uint64_t in = archive_in(w->archive), out = archive_out(w->archive);

	if (out > CAP_UNPACK_RATIO_FROM && out / (in > 0 ? in : 1) > CAP_UNPACK_RATIO)
		return refuse(w, ERROR_LIMIT, path, "it expands beyond all measure", err);
	return true;
}

static bool
store_file(
	struct unpacking *w, const struct archive_item *item, const char *path, struct error *err)
{
	const struct unpack_file_meta meta = {
		.executable = (item->mode & 0111) != 0,
		.mtime = item->mtime,
	};
	const void *block;
	size_t len;
	uint64_t offset;
	enum archive_step step;

	if (!unpack_tree_begin(w->tree, path, &meta, err))
		return false;
	while ((step = archive_block(w->archive, &block, &len, &offset, err)) == ARCHIVES_NEXT) {
		if (offset != unpack_tree_written(w->tree))
			return refuse(w, ERROR_FORMAT, path, "a sparse file", err);
		if (!interrupt_check(err) || !unpack_tree_write(w->tree, block, len, err) ||
			!within_ratio(w, path, err))
			return false;
	}
	if (step == ARCHIVES_FAILED)
		return false;
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
const char *
unpack_link_text(const struct unpack_sink *sink, struct arena *scratch, const char *path,
	const char *stored, const char *target)
{
	const char *from = path_dir(scratch, arena_printf(scratch, "/%s", path));

	if (target[0] == '/' && sink->top != NULL)
		target = arena_printf(scratch, "/%s/%s", sink->top, target);
	const char *to = path_normal(scratch, path_join(scratch, from, target));
	const char *place = to[1] != '\0' ? sink->want(sink->want_ctx, scratch, to + 1) : NULL;
	if (place == NULL || strcmp(place, stored) == 0)
		return NULL;
	const char *dir = path_dir(scratch, arena_printf(scratch, "/%s", stored));
	return path_relative(scratch, dir, arena_printf(scratch, "/%s", place));
}

static bool
store_symlink(struct unpacking *w, const char *path, const char *stored,
	const struct archive_item *item, struct error *err)
{
	const char *target = item->link;

	if (target == NULL || target[0] == '\0' || strlen(target) >= CAP_PATH ||
		!unpack_name_is_plain(target))
		return w->sink->lenient ||
		       refuse(w, ERROR_FORMAT, path, "a link without a target", err);
	const char *text = unpack_link_text(w->sink, &w->scratch, path, stored, target);
	return text == NULL || unpack_tree_symlink(w->tree, stored, text, item->mtime, err);
}

static bool
store_hardlink(struct unpacking *w, const char *path, const char *stored, const char *target,
	struct error *err)
{
	const char *safe = target ? safe_path(&w->scratch, target) : NULL;

	if (safe == NULL || safe[0] == '\0')
		return refuse(w, ERROR_FORMAT, path, "a link that leads out of it", err);
	const char *place = wanted(w, safe);
	if (w->sink->lenient && (place == NULL || !unpack_tree_has_file(w->tree, place)))
		return true;
	if (place == NULL)
		return refuse(w, ERROR_FORMAT, path, "a link to a file that is left out", err);
	return unpack_tree_hardlink(w->tree, stored, place, err);
}

static bool
store_item(struct unpacking *w, const struct archive_item *item, struct error *err)
{
	const char *path, *stored;

	if (!item->path)
		return refuse(w, ERROR_FORMAT, "", "a file without a name", err);
	path = safe_path(&w->scratch, item->path);
	if (!path && w->sink->lenient && !unpack_name_is_plain(item->path))
		return true;
	if (!path)
		return refuse(w, ERROR_FORMAT, item->path,
			"a path that leads out of it, or is no text", err);
	if (!within_caps(w, path, item->size, err) || !within_ratio(w, path, err))
		return false;
	stored = path[0] != '\0' ? wanted(w, path) : NULL;
	if (!stored)
		return true;
	switch (item->kind) {
	case ARCHIVES_FILE:
		return store_file(w, item, stored, err);
	case ARCHIVES_SYMLINK:
		return store_symlink(w, path, stored, item, err);
	case ARCHIVES_HARDLINK:
		return store_hardlink(w, path, stored, item->link, err);
	case ARCHIVES_DIR: /* comes with its files */
	case ARCHIVES_OTHER:
		break;
	}
	return true;
}

static bool
store_all(struct unpacking *w, struct error *err)
{
	struct archive_item item;
	enum archive_step step = ARCHIVES_NEXT;

	while (step == ARCHIVES_NEXT) {
		struct arena_mark mark = arena_mark(&w->scratch);

		if (!interrupt_check(err))
			return false;
		step = archive_next(w->archive, &item, err);
		if (step == ARCHIVES_NEXT && !store_item(w, &item, err))
			return false;
		arena_reset(&w->scratch, mark);
	}
	return step == ARCHIVES_END;
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

/* The walk lives in an arena of its own: `scratch` is reset. */
static bool
read_source(struct unpacking *w, const struct archive_source *source, struct error *err)
{
	struct arena own;
	bool ok;

	arena_init(&own);
	ok = archive_open(&own, w->lib, source, &w->archive, err);
	if (ok) {
		ok = store_all(w, err);
		archive_close(w->archive);
	}
	arena_clear(&own);
	return ok;
}

static bool
read_archive(struct unpacking *w, struct error *err)
{
	const struct archive_source source = {
		.name = w->name,
		.file = w->outer != NULL ? NULL : w->name,
		.outer = w->outer,
		.formats = w->formats,
	};

	return read_source(w, &source, err);
}

/* deb(5): "debian-binary", then control.tar*, then data.tar*. */
static bool
find_data_member(struct unpacking *w, struct archive_walk *outer, struct error *err)
{
	const struct archive_source source = {
		.name = w->name, .outer = outer, .formats = ARCHIVES_TAR
	};
	struct archive_item item;
	enum archive_step step;

	while ((step = archive_next(outer, &item, err)) == ARCHIVES_NEXT)
		if (item.path && cstr_starts(item.path, "data.tar"))
			return read_source(w, &source, err);
	return step == ARCHIVES_END && refuse(w, ERROR_FORMAT, "data.tar",
					       "not a Debian package: it has no such member", err);
}

static bool
read_deb(struct unpacking *w, struct error *err)
{
	const struct archive_source source = {
		.name = w->name, .file = w->name, .formats = ARCHIVES_AR
	};
	struct archive_walk *outer;
	struct arena own;
	bool ok;

	arena_init(&own);
	ok = archive_open(&own, w->lib, &source, &outer, err);
	if (ok) {
		ok = find_data_member(w, outer, err);
		archive_close(outer);
	}
	arena_clear(&own);
	return ok;
}

bool
unpack_deb(const struct archives *lib, const char *deb, const struct unpack_sink *sink,
	struct error *err)
{
	struct unpacking w = { .lib = lib, .sink = sink, .name = deb };

	return with_tree(&w, read_deb, err);
}

bool
unpack_archive(const struct archives *lib, const char *archive, const struct unpack_sink *sink,
	struct error *err)
{
	struct unpacking w = { .lib = lib, .sink = sink, .name = archive, .formats = ARCHIVES_TAR };

	return with_tree(&w, read_archive, err);
}

bool
unpack_import(const struct archives *lib, const char *archive, const struct unpack_sink *sink,
	struct error *err)
{
	struct unpacking w = {
		.lib = lib, .sink = sink, .name = archive, .formats = ARCHIVES_TAR | ARCHIVES_ZIP
	};

	return with_tree(&w, read_archive, err);
}

bool
unpack_inner(const struct archives *lib, struct archive_walk *outer, const char *name,
	const struct unpack_sink *sink, struct error *err)
{
	struct unpacking w = {
		.lib = lib, .sink = sink, .name = name, .formats = ARCHIVES_TAR, .outer = outer
	};

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
