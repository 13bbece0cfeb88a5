/* SPDX-License-Identifier: MIT */
/* A package, or an image's directory, from its outside. */
#include "linkcheck/unpack/container.h"

#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "linkcheck/unpack/container_inside.h"

static bool
read_static(struct reading *r, struct container_tree *tree, const char *path, struct error *err)
{
	struct input in;

	if (!input_open(&in, r->scratch, path, err))
		return false;
	reading_give_static(r, tree, &in);
	input_close(&in);
	return interrupt_check(err);
}

static bool
read_one(struct reading *r, struct container_tree *tree, const char *path, enum kind kind,
	struct error *err)
{
	const struct archive_source source = {
		.name = path,
		.file = path,
		.formats = kind == KIND_DEB ? ARCHIVES_AR : ARCHIVES_ALL,
	};

	if (kind == KIND_STATIC)
		return read_static(r, tree, path, err);
	reading_tree_kind(tree, kind);
	return reading_archive(r, tree, &source, err);
}

static bool
find_kind(struct arena *scratch, const char *path, enum kind *ret_kind, uint64_t *ret_size,
	struct error *err)
{
	struct input in;

	if (!input_open(&in, scratch, path, err))
		return false;
	*ret_kind = kind_of(&in);
	*ret_size = in.size;
	input_close(&in);
	return true;
}

static bool
keep_layout_text(struct reading *r, const struct file_entry *file, struct error *err)
{
	struct container_entry entry = { .kind = CONTAINER_TEXT, .path = file->rel };

	if (!file_read(r->scratch, file->path, READING_TEXT, &entry.text, err))
		return false;
	if (reading_is_image_text(file->rel, (const unsigned char *)entry.text.ptr, entry.text.len))
		reading_keep(r, r->c->trees, &entry);
	return true;
}

/* A file of an unpacked image: a layer, or what says how they go together. */
static bool
read_layout_file(void *ctx, const struct file_entry *file, struct error *err)
{
	struct reading *r = ctx;
	struct arena_mark mark = arena_mark(r->scratch);
	enum kind kind;
	uint64_t size;
	bool ok;

	if (!S_ISREG(file->st.st_mode) || r->ended)
		return true;
	if (!find_kind(r->scratch, file->path, &kind, &size, err))
		return false;
	if (kind_is_container(kind))
		ok = read_one(r, reading_tree(r, r->c->trees, file->rel), file->path, kind, err);
	else
		ok = size > READING_TEXT || keep_layout_text(r, file, err);
	r->read_before += size;
	arena_reset(r->scratch, mark);
	return ok;
}

static bool
add_size(void *ctx, const struct file_entry *file, struct error *err)
{
	struct reading *r = ctx;

	(void)err;
	if (S_ISREG(file->st.st_mode))
		r->size += (uint64_t)file->st.st_size;
	return true;
}

static bool
read_layout(struct reading *r, const char *dir, struct error *err)
{
	struct arena own;
	bool ok;

	arena_init(&own);
	reading_tree(r, NULL, "");
	ok = file_walk(&own, dir, add_size, r, err) &&
	     file_walk(&own, dir, read_layout_file, r, err);
	arena_clear(&own);
	return ok;
}

static bool
read_package(struct reading *r, const char *path, struct error *err)
{
	enum kind kind;

	if (!find_kind(r->scratch, path, &kind, &r->size, err))
		return false;
	if (!kind_is_container(kind)) {
		error_set(err, ERROR_FORMAT, "%s is no package", path);
		return error_hint(err,
			"archives of the kinds tar, zip, deb, rpm, apk and cpio, and "
			"static archives are looked into");
	}
	return read_one(r, reading_tree(r, NULL, ""), path, kind, err);
}

bool
container_is_layout(struct arena *a, const char *dir)
{
	return file_exists(path_join(a, dir, "oci-layout")) &&
	       file_exists(path_join(a, dir, "index.json"));
}

bool
container_read(struct arena *a, const struct archives *lib, const char *path,
	const struct container_sink *sink, struct container *ret, struct error *err)
{
	struct container c = { .arena = a, .path = path };
	struct arena scratch;
	struct reading r = { .c = ret, .lib = lib, .sink = sink, .scratch = &scratch };
	bool ok;

	*ret = c;
	ret->last = &ret->trees;
	arena_init(&scratch);
	ok = file_is_dir(path) ? read_layout(&r, path, err) : read_package(&r, path, err);
	arena_clear(&scratch);
	return ok;
}
