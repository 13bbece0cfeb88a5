/* SPDX-License-Identifier: MIT */
/* The walk through an archive and the archives in it. */
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "linkcheck/unpack/container_inside.h"

/* Where an entry would be installed: normal, relative, below the top whatever it says; NULL for the top
 * itself or no path at all. */
static const char *
inner_path(struct arena *scratch, const char *stored)
{
	const char *path;

	if (!stored || strlen(stored) >= CAP_PATH)
		return NULL;
	path = path_normal(scratch, arena_printf(scratch, "/%s", stored));
	return path[1] ? path + 1 : NULL;
}

/* What the loaders of the package's root would read, and what the system is called. */
static bool
is_loader_text(const char *path)
{
	const char *name = path_base(path);

	return strcmp(path, "etc/os-release") == 0 || strcmp(path, "usr/lib/os-release") == 0 ||
	       strcmp(path, "etc/ld.so.conf") == 0 || strcmp(path, "etc/ld.so.cache") == 0 ||
	       cstr_starts(path, "etc/ld.so.conf.d/") ||
	       (cstr_starts(path, "etc/ld-musl-") && cstr_ends(name, ".path"));
}

bool
reading_is_image_text(const char *path, const unsigned char *head, size_t len)
{
	if (strcmp(path, "oci-layout") == 0 || strcmp(path, "index.json") == 0 ||
		strcmp(path, "manifest.json") == 0)
		return true;
	return cstr_starts(path, "blobs/") && len > 0 && head[0] == '{';
}

/* What a package has that is installed at the root: an image or a copy of one, Alpine's and Arch's packages
 * (apk-package(5), PKGBUILD(5)), FreeBSD's (pkg-create(8)). */
static bool
is_root_mark(const char *path)
{
	return strcmp(path, "etc/os-release") == 0 || strcmp(path, "usr/lib/os-release") == 0 ||
	       strcmp(path, ".PKGINFO") == 0 || strcmp(path, "+MANIFEST") == 0;
}

/* False with an error for what the system refuses. */
static bool
keep_text(struct reading *r, const struct reading_entry *e, struct error *err)
{
	struct container_entry entry = { .kind = CONTAINER_TEXT, .path = e->path };
	unsigned char *data;
	size_t len;

	if (e->item->has_size && e->item->size > READING_TEXT) {
		/* Without a manifest, layers are archives like others. */
		if (is_loader_text(e->path))
			reading_remark(r, false, "%s is too large to be looked at",
				reading_name(r, e->tree, e->path));
		return true;
	}
	if (!reading_whole(r, e, &data, &len, err))
		return err->kind == ERROR_NONE || err->kind == ERROR_FORMAT;
	entry.text = (struct str){ (const char *)data, len };
	reading_keep(r, e->tree, &entry);
	free(data);
	return true;
}

static bool
keep_whole(struct reading *r, const struct reading_entry *e, enum kind kind, struct error *err)
{
	unsigned char *data;
	size_t len;

	if (!reading_whole(r, e, &data, &len, err))
		return err->kind == ERROR_NONE || err->kind == ERROR_FORMAT;
	reading_give(r, e, kind, data, len);
	return true;
}

/* The list of a .zip is at its end, so it is read whole; others as they come. */
static bool
read_nested(struct reading *r, const struct reading_entry *e, enum kind kind, bool transparent,
	struct error *err)
{
	struct archive_source source = { .formats = kind == KIND_DEB ? ARCHIVES_AR : ARCHIVES_ALL };
	struct container_tree *tree = e->tree;
	unsigned char *data = NULL;
	bool ok;

	if (r->depth >= CAP_AUDIT_DEPTH) {
		reading_remark(r, false, "%s was not looked at: archives lie %d deep in each other",
			reading_name(r, tree, e->path), CAP_AUDIT_DEPTH);
		return true;
	}
	if (!transparent)
		tree = reading_tree(r, tree, e->path);
	reading_tree_kind(tree, kind);
	source.name = *tree->name ? tree->name : r->c->path;
	if (kind != KIND_ZIP) {
		source.outer = e->walk;
	} else {
		if (!reading_whole(r, e, &data, &source.len, err))
			return err->kind == ERROR_NONE || err->kind == ERROR_FORMAT;
		source.data = data;
	}
	r->depth++;
	ok = reading_archive(r, tree, &source, err);
	r->depth--;
	free(data);
	return ok;
}

/* deb(5): what is installed is in data.tar. */
static bool
is_transparent(const struct reading_entry *e)
{
	return e->tree->is_deb && cstr_starts(e->path, "data.tar");
}

static bool
skip(struct reading *r, const struct reading_entry *e, struct error *err)
{
	const void *data;
	size_t len;
	uint64_t at;
	enum archive_step step;

	error_clear(err);
	if (e->item->has_size) /* counted before it was looked at */
		return true;
	while ((step = archive_block(e->walk, &data, &len, &at, err)) == ARCHIVES_NEXT)
		if (!interrupt_check(err) || !reading_spend(r, len))
			return err->kind == ERROR_NONE;
	return step == ARCHIVES_END || reading_damage(r, e->tree, e->path, err);
}

/* Whatever a layer has takes the place of what is below it. */
static void
keep_other(struct reading *r, const struct reading_entry *e)
{
	struct container_entry entry = { .kind = CONTAINER_OTHER, .path = e->path };

	if (e->tree->is_layer)
		reading_keep(r, e->tree, &entry);
}

static bool
read_file(struct reading *r, const struct reading_entry *e, struct error *err)
{
	const unsigned char *head;
	enum kind kind;
	size_t len;

	if (e->item->encrypted) {
		reading_remark(r, false, "%s is encrypted and was not looked at",
			reading_name(r, e->tree, e->path));
		return true;
	}
	/* Whether it is wanted or passed over, it has to be decompressed. */
	if (e->item->has_size && !e->item->sparse && !reading_spend(r, e->item->size))
		return true;
	error_clear(err);
	if (!archive_head(e->walk, &head, &len, err))
		return reading_damage(r, e->tree, e->path, err);
	if (is_loader_text(e->path))
		return keep_text(r, e, err);
	kind = kind_of_bytes(head, len);
	if (kind != KIND_BINARY && kind != KIND_FAT)
		keep_other(r, e);
	switch (kind) {
	case KIND_BINARY:
	case KIND_FAT:
	case KIND_STATIC:
		return keep_whole(r, e, kind, err);
	case KIND_DEB:
	case KIND_RPM:
	case KIND_ARCHIVE:
	case KIND_ZIP:
	case KIND_COMPRESSED:
		return read_nested(r, e, kind, is_transparent(e), err);
	case KIND_OTHER:
		break;
	}
	if (reading_is_image_text(e->path, head, len))
		return keep_text(r, e, err);
	return skip(r, e, err);
}

/* OCI image-layout, "Whiteouts": ".wh.NAME" takes NAME away, ".wh..wh..opq" all its siblings below.
 * They are empty: a file with content is a file, however it is called. */
static bool
keep_whiteout(struct reading *r, const struct reading_entry *e)
{
	const char *name = path_base(e->path), *dir;
	struct container_entry entry = { .kind = CONTAINER_WHITEOUT };

	if (!cstr_starts(name, ".wh.") || e->item->size > 0)
		return false;
	dir = arena_strndup(r->scratch, e->path, (size_t)(name - e->path));
	if (strcmp(name, ".wh..wh..opq") == 0) {
		entry.path = dir;
		entry.target = "";
	} else {
		entry.path = arena_printf(r->scratch, "%s%s", dir, name + strlen(".wh."));
	}
	reading_keep(r, e->tree, &entry);
	return true;
}

static bool
read_hardlink(struct reading *r, const struct reading_entry *e, struct error *err)
{
	const char *target = inner_path(r->scratch, e->item->link);
	struct container_entry entry = {
		.kind = CONTAINER_HARDLINK, .path = e->path, .target = target
	};

	if (!target)
		return true;
	/* cpio has the content with the last of the names. */
	if (e->item->size > 0) {
		entry.path = target;
		entry.target = e->path;
	}
	reading_keep(r, e->tree, &entry);
	return e->item->size == 0 || read_file(r, e, err);
}

static bool
read_item(struct reading *r, const struct reading_entry *e, struct error *err)
{
	struct container_entry link = {
		.kind = CONTAINER_LINK, .path = e->path, .target = e->item->link
	};

	e->tree->is_rooted |= is_root_mark(e->path);
	switch (e->item->kind) {
	case ARCHIVES_FILE:
		return keep_whiteout(r, e) || read_file(r, e, err);
	case ARCHIVES_SYMLINK:
		if (link.target && strlen(link.target) < CAP_PATH)
			reading_keep(r, e->tree, &link);
		return true;
	case ARCHIVES_HARDLINK:
		return read_hardlink(r, e, err);
	case ARCHIVES_DIR:
	case ARCHIVES_OTHER:
		break;
	}
	return true;
}

static const char *
without_suffix(struct arena *a, const char *name)
{
	static const char *const suffixes[] = { ".gz", ".xz", ".bz2", ".zst", ".lzma" };

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
		if (cstr_ends(name, suffixes[i]) && strlen(name) > strlen(suffixes[i]))
			return arena_strndup(a, name, strlen(name) - strlen(suffixes[i]));
	return name;
}

static const char *
item_path(struct reading *r, struct container_tree *tree, struct archive_walk *w,
	const struct archive_item *item)
{
	const char *name;

	if (!archive_is_raw(w))
		return inner_path(r->scratch, item->path);
	/* A compressed file has no name of its own, but that of its package without the suffix. */
	name = path_base(tree->parent ? tree->path : r->c->path);
	return without_suffix(r->scratch, name);
}

static void
tell_progress(struct reading *r)
{
	if (r->sink->progress && r->outermost)
		r->sink->progress(r->sink->ctx, r->read_before + archive_in(r->outermost), r->size);
}

static bool
read_items(
	struct reading *r, struct container_tree *tree, struct archive_walk *w, struct error *err)
{
	struct archive_item item;
	enum archive_step step = ARCHIVES_NEXT;
	uint64_t out = 0;

	while (step == ARCHIVES_NEXT && !r->ended) {
		struct arena_mark mark = arena_mark(r->scratch);
		struct reading_entry e = { .tree = tree, .walk = w, .item = &item };
		bool ok = true;

		if (!interrupt_check(err))
			return false;
		error_clear(err);
		step = archive_next(w, &item, err);
		tell_progress(r);
		if (step == ARCHIVES_FAILED && !reading_damage(r, tree, "", err))
			return false;
		/* Headers are to be decompressed too. */
		if (!reading_spend(r, archive_out(w) - out) || step != ARCHIVES_NEXT)
			break;
		out = archive_out(w);
		if (r->entries++ >= CAP_AUDIT_ENTRIES) {
			reading_remark(r, false,
				"it has more than %llu entries: what follows was not "
				"looked at",
				(unsigned long long)CAP_AUDIT_ENTRIES);
			r->ended = true;
			break;
		}
		e.path = item_path(r, tree, w, &item);
		if (e.path)
			ok = read_item(r, &e, err);
		arena_reset(r->scratch, mark);
		if (!ok)
			return false;
	}
	return true;
}

bool
reading_archive(struct reading *r, struct container_tree *tree, const struct archive_source *source,
	struct error *err)
{
	struct archive_walk *w;
	struct arena own;
	bool ok;

	arena_init(&own);
	error_clear(err);
	if (!archive_open(&own, r->lib, source, &w, err)) {
		ok = reading_damage(r, tree, "", err);
	} else {
		if (source->file)
			r->outermost = w;
		ok = read_items(r, tree, w, err);
		if (source->file)
			r->outermost = NULL;
		archive_close(w);
	}
	arena_clear(&own);
	return ok;
}
