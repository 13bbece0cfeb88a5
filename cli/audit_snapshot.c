/* SPDX-License-Identifier: MIT */
/* Snapshots of directories and of images. */
#include "cli/audit_snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/archive.h"
#include "base/file.h"
#include "base/path.h"
#include "base/str.h"
#include "linkcheck/platform/snapshot.h"
#include "linkcheck/unpack/container.h"
#include "linkcheck/unpack/layers.h"

struct layout {
	struct arena *arena;
	const char *dir; /* ours: "files" has binaries by number, "root" is made of them */
	size_t binaries;
	struct error *err;
	bool failed;
};

/* Which of them the image keeps is known when its layers are put on each other. */
static void *
keep_binary(void *ctx, const struct container_binary *binary)
{
	struct layout *l = ctx;
	char *path = arena_printf(l->arena, "%s/files/%zu", l->dir, l->binaries++);

	if (!file_write(
		    path, (struct str){ (const char *)binary->data, binary->len }, 0644, l->err))
		l->failed = true;
	free(binary->data);
	return l->failed ? NULL : path;
}

static const char *
place(struct layout *l, const char *path)
{
	return arena_printf(l->arena, "%s/root/%s", l->dir, path);
}

/* False also when a file stands where the directory should. */
static bool
make_parent(struct layout *l, const char *to)
{
	struct error ignored;

	error_clear(&ignored);
	return file_mkdirs(path_dir(l->arena, to), 0755, &ignored);
}

static void
put_file(struct layout *l, const struct container_entry *e)
{
	const char *to = place(l, e->path);

	if (e->arch || !make_parent(l, to) || access(to, F_OK) == 0)
		return;
	if (e->kind == CONTAINER_TEXT)
		l->failed = l->failed || !file_write(to, e->text, 0644, l->err);
	else if (e->binary && link(e->binary, to) != 0)
		l->failed = !error_set_errno(l->err, errno, "cannot make %s", to) || l->failed;
}

static size_t
depth_of(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n;
}

static int
compare_depth(const void *a, const void *b)
{
	const struct container_entry *const *x = a, *const *y = b;
	size_t dx = depth_of((*x)->path), dy = depth_of((*y)->path);

	return dx != dy ? (dx < dy) - (dx > dy) : strcmp((*x)->path, (*y)->path);
}

/* The deepest first: nothing is ever made through a link that the image brought. */
static void
put_links(struct layout *l, const struct container_entry **items, size_t count)
{
	const struct container_entry **sorted =
		ARENA_ARRAY(l->arena, count, const struct container_entry *);

	if (count == 0)
		return;
	memcpy(sorted, items, count * sizeof(const struct container_entry *));
	qsort(sorted, count, sizeof(const struct container_entry *), compare_depth);
	for (size_t i = 0; i < count; i++) {
		const struct container_entry *e = sorted[i];
		const char *to = place(l, e->path);

		if (e->kind == CONTAINER_HARDLINK && make_parent(l, to))
			(void)!link(place(l, e->target), to);
		else if (e->kind == CONTAINER_LINK && make_parent(l, to))
			(void)!symlink(e->target, to); /* what is there already is a directory */
	}
}

static void
put_all(struct layout *l, const struct container_entry **items, size_t count)
{
	for (size_t i = 0; i < count && !l->failed; i++)
		if (items[i]->kind == CONTAINER_BINARY || items[i]->kind == CONTAINER_TEXT)
			put_file(l, items[i]);
	put_links(l, items, count);
}

/* A tar of a root is an image without layers. */
static void
put_tree(struct layout *l, const struct container_tree *tree)
{
	const struct container_entry **items =
		ARENA_ARRAY(l->arena, tree->count, const struct container_entry *);

	for (size_t i = 0; i < tree->count; i++)
		items[i] = &tree->items[i];
	put_all(l, items, tree->count);
}

static bool
lay_out(struct layout *l, const char *from, struct error *err)
{
	const struct container_sink sink = { .ctx = l, .binary = keep_binary };
	struct layers_image *images;
	const struct archives *lib;
	struct container c;
	size_t count;

	if (!archives_open(l->arena, &lib, err) ||
		!container_read(l->arena, lib, from, &sink, &c, err) || l->failed)
		return false;
	layers_find(&c, &images, &count);
	if (count > 1) {
		error_set(err, ERROR_USAGE, "%s holds %zu images, %s first", from, count,
			images[0].name);
		return error_hint(err, "save one image alone, or lay it out in a directory");
	}
	if (c.remark_count > 0) {
		error_set(err, ERROR_FORMAT, "%s: %s", from, c.remarks[0].text);
		return error_hint(err, "a snapshot of half an image would be a wrong platform");
	}
	if (count == 1)
		put_all(l, images[0].items, images[0].count);
	else if (c.trees)
		put_tree(l, c.trees);
	return !l->failed;
}

static bool
of_image(struct arena *a, const char *from, const char *output, struct strbuf *ret,
	struct error *err)
{
	struct layout l = { .arena = a, .err = err };
	char *dir;
	bool ok;

	if (!file_temp_dir(a, path_dir(a, output), ".xbuild-snapshot-", &dir, err))
		return false;
	l.dir = dir;
	ok = file_mkdirs(path_join(a, dir, "files"), 0700, err) &&
	     file_mkdirs(path_join(a, dir, "root"), 0700, err) && lay_out(&l, from, err) &&
	     snapshot_make(a, path_join(a, dir, "root"), ret, err);
	if (!ok && err->kind == ERROR_MISSING && strstr(err->what, dir))
		error_set(err, ERROR_MISSING, "there is no loader in %s", from);
	{
		struct error ignored;

		error_clear(&ignored);
		(void)!file_remove(dir, &ignored);
	}
	return ok;
}

bool
audit_snapshot(struct arena *a, const char *from, const char *output, struct error *err)
{
	struct strbuf text;

	strbuf_init(&text, a);
	if (file_is_dir(from) && !container_is_layout(a, from)) {
		if (!snapshot_make(a, from, &text, err))
			return false;
	} else if (file_exists(from)) {
		if (!of_image(a, from, output, &text, err))
			return false;
	} else {
		error_set(
			err, ERROR_MISSING, "--snapshot: there is no directory or image %s", from);
		return error_hint(err,
			"name the directory that holds the system's /lib and /usr, or "
			"an image (docker save)");
	}
	return file_write(output, (struct str){ text.ptr, text.len }, 0644, err);
}
