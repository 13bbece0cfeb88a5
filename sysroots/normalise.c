/* SPDX-License-Identifier: MIT */
/* Finishing an unpacked tree: merged-usr links, dangling links, order. */
#include "sysroots/normalise.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"

/* As many as Linux follows. */
#define MOST_LINKS 40

static int
compare_entries(const void *a, const void *b)
{
	const struct unpack_entry *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static int
compare_path(const void *key, const void *item)
{
	const struct unpack_entry *entry = item;

	return strcmp(key, entry->path);
}

void
normalise_sort(struct unpack_list *list)
{
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items), compare_entries);
}

const struct unpack_entry *
normalise_find(const struct unpack_list *list, const char *path)
{
	if (list->count == 0)
		return NULL;
	return bsearch(path, list->items, list->count, sizeof(*list->items), compare_path);
}

/* Is anything stored below this directory? */
static bool
is_directory(const struct unpack_list *list, struct arena *scratch, const char *path)
{
	const char *below = arena_printf(scratch, "%s/", path);
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(list->items[middle].path, below) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < list->count && cstr_starts(list->items[low].path, below);
}

/* The first component of `path` that is a link, replaced by where it leads; NULL when none is.
 * *missing is set when the whole of `path` is neither file nor directory. */
static const char *
follow_one(const struct unpack_list *list, struct arena *scratch, const char *path, bool *missing)
{
	for (const char *end = path;;) {
		end = strchr(end, '/');
		size_t len = end != NULL ? (size_t)(end - path) : strlen(path);
		const char *part = arena_strndup(scratch, path, len);
		const struct unpack_entry *entry = normalise_find(list, part);
		if (entry != NULL && entry->link != NULL) {
			const char *dir = arena_printf(scratch, "/%s", part);
			const char *to = path_join(scratch, path_dir(scratch, dir), entry->link);
			to = arena_printf(scratch, "%s/%s", to, path + len);
			return path_normal(scratch, to) + 1;
		}
		if (end == NULL) {
			*missing = entry == NULL;
			return NULL;
		}
		end++;
	}
}

/* The path with all its links followed, or NULL when they run in a circle. */
static const char *
follow_all(const struct unpack_list *list, struct arena *scratch, const char *path, bool *missing)
{
	for (int i = 0; i < MOST_LINKS; i++) {
		const char *next = follow_one(list, scratch, path, missing);
		if (next == NULL)
			return path;
		path = next;
	}
	return NULL;
}

const struct unpack_entry *
normalise_resolve(const struct unpack_list *list, struct arena *scratch, const char *path)
{
	bool missing = false;

	while (*path == '/')
		path++;
	path = follow_all(list, scratch, path, &missing);
	return path == NULL || missing ? NULL : normalise_find(list, path);
}

static bool
link_is_alive(const struct unpack_list *list, struct arena *scratch, const char *path)
{
	bool missing = false;

	path = follow_all(list, scratch, path, &missing);
	return path != NULL && (!missing || is_directory(list, scratch, path));
}

/* A link whose package was not asked for (libgomp.so of gcc, whose libgomp1 is not in the set) is
 * as good as absent to a linker; without it "no link is broken" holds for every sysroot. */
static bool
drop_dead_links(int top, struct unpack_list *list, bool *dropped, struct error *err)
{
	struct arena scratch;
	size_t kept = 0;
	bool *dead;

	arena_init(&scratch);
	dead = ARENA_ARRAY(&scratch, list->count, bool);
	*dropped = false;
	for (size_t i = 0; i < list->count; i++) {
		struct arena_mark mark = arena_mark(&scratch);
		dead[i] = list->items[i].link != NULL &&
			  !link_is_alive(list, &scratch, list->items[i].path);
		arena_reset(&scratch, mark);
	}
	for (size_t i = 0; i < list->count; i++) {
		if (!dead[i]) {
			list->items[kept++] = list->items[i];
		} else if (unlinkat(top, list->items[i].path, 0) == 0) {
			*dropped = true;
		} else {
			error_set_errno(err, errno, "cannot remove %s", list->items[i].path);
			arena_clear(&scratch);
			return false;
		}
	}
	list->count = kept;
	arena_clear(&scratch);
	return true;
}

/* `name` at the top leads into usr, where the packages have something for it. */
static bool
merge_directory(int top, const char *name, struct unpack_list *list, struct error *err)
{
	const struct timespec never[2] = { { 0 }, { 0 } };
	char *target = arena_printf(list->arena, "usr/%s", name);

	if (!is_directory(list, list->arena, target))
		return true;
	if (symlinkat(target, top, name) != 0 ||
		utimensat(top, name, never, AT_SYMLINK_NOFOLLOW) != 0)
		return error_set_errno(err, errno, "cannot make the link %s", name);
	unpack_list_add(list, &(struct unpack_entry){ .path = name, .link = target });
	normalise_sort(list);
	return true;
}

static bool
open_tree(const char *dir, int *ret, struct error *err)
{
	*ret = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*ret >= 0)
		return true;
	error_set_errno(err, errno, "cannot open the unpacked tree");
	return error_where(err, "%s", dir);
}

/* A link to a directory that had nothing but dead links dies with them. */
static bool
drop_all_dead_links(int top, struct unpack_list *list, struct error *err)
{
	bool again, ok;

	do
		ok = drop_dead_links(top, list, &again, err);
	while (ok && again);
	return ok;
}

bool
normalise_links(const char *dir, struct unpack_list *list, struct error *err)
{
	int top;

	if (!open_tree(dir, &top, err))
		return false;
	normalise_sort(list);
	bool ok = drop_all_dead_links(top, list, err);
	close(top);
	return ok;
}

bool
normalise_add_link(const char *dir, const char *path, const char *target, struct unpack_list *list,
	struct error *err)
{
	const struct timespec never[2] = { { 0 }, { 0 } };
	int top;

	if (normalise_find(list, path) != NULL || is_directory(list, list->arena, path) ||
		(!is_directory(list, list->arena, target) &&
			normalise_resolve(list, list->arena, target) == NULL))
		return true;
	const char *from = path_dir(list->arena, arena_printf(list->arena, "/%s", path));
	const char *text =
		path_relative(list->arena, from, arena_printf(list->arena, "/%s", target));
	if (!open_tree(dir, &top, err))
		return false;
	/* Its directory need not be a real one: then the name is taken already. */
	bool ok = symlinkat(text, top, path) == 0 &&
		  utimensat(top, path, never, AT_SYMLINK_NOFOLLOW) == 0;
	if (!ok)
		error_set_errno(err, errno, "cannot make the link %s", path);
	close(top);
	if (!ok)
		return false;
	unpack_list_add(list,
		&(struct unpack_entry){ .path = arena_strdup(list->arena, path), .link = text });
	normalise_sort(list);
	return true;
}

bool
normalise_tree(
	const char *dir, const struct layout *layout, struct unpack_list *list, struct error *err)
{
	bool ok = true;
	int top;

	if (!open_tree(dir, &top, err))
		return false;
	normalise_sort(list);
	if (layout->libc == LIBC_GLIBC)
		ok = merge_directory(top, "lib", list, err) &&
		     merge_directory(top, "lib64", list, err);
	ok = ok && drop_all_dead_links(top, list, err);
	close(top);
	return ok;
}
