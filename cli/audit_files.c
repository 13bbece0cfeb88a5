/* SPDX-License-Identifier: MIT */
/* Collects the files to audit. */
#include "cli/audit_files.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/path.h"
#include "base/str.h"
#include "linkcheck/resolve/rootfs.h"
#include "linkcheck/unpack/container.h"

#define FILES_FIRST 256

static void
push(struct audit_files *f, const char *path, bool named, bool layout)
{
	if (f->count == f->cap) {
		size_t cap = f->cap ? f->cap * 2 : FILES_FIRST;

		f->items = arena_grow(f->arena, f->items, f->cap, cap, sizeof(*f->items));
		f->cap = cap;
	}
	f->items[f->count++] = (struct audit_file){ path, named, layout };
}

void
audit_files_init(struct audit_files *f, struct arena *a)
{
	*f = (struct audit_files){ .arena = a };
	shipped_init(&f->shipped, a);
}

static void
add_link(struct audit_files *f, const struct file_entry *entry, const char *place)
{
	char target[CAP_PATH];
	ssize_t n = readlink(entry->path, target, sizeof(target) - 1);

	if (n > 0)
		shipped_add_link(&f->shipped, place, arena_strndup(f->arena, target, (size_t)n));
}

static bool
visit(void *ctx, const struct file_entry *entry, struct error *err)
{
	struct audit_files *f = ctx;
	const char *path, *place;

	if (!interrupt_check(err))
		return false;
	if (!S_ISLNK(entry->st.st_mode) && (!S_ISREG(entry->st.st_mode) || !entry->st.st_size))
		return true;
	place = path_join(f->arena, f->top, entry->rel);
	if (S_ISLNK(entry->st.st_mode)) {
		add_link(f, entry, place);
		return true;
	}
	path = arena_strdup(f->arena, entry->path);
	push(f, path, false, false);
	shipped_add_host(&f->shipped, place, path);
	return true;
}

const struct shipped *
audit_files_close(struct audit_files *f)
{
	shipped_close(&f->shipped);
	return f->shipped.count > 1 ? &f->shipped : NULL;
}

/* Many files of one directory are named at once: what leads to it is looked at once. */
static const char *
real_path(struct audit_files *f, const char *path)
{
	const char *dir = path_dir(f->arena, path);
	struct stat st;

	if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return rootfs_real(f->arena, path);
	if (!f->dir || strcmp(f->dir, dir) != 0) {
		f->dir = dir;
		f->real = rootfs_real(f->arena, dir);
	}
	return f->real ? path_join(f->arena, f->real, path_base(path)) : NULL;
}

bool
audit_files_add(struct audit_files *f, const char *path, struct error *err)
{
	bool dir = file_is_dir(path), layout = dir && container_is_layout(f->arena, path);
	const char *real = real_path(f, path);

	f->top = real ? real : path;
	if (dir && !layout)
		return file_walk(f->arena, path, visit, f, err);
	push(f, path, true, layout);
	if (real && !layout)
		shipped_add_host(&f->shipped, real, path);
	return true;
}

bool
audit_files_add_stdin(struct audit_files *f, struct error *err)
{
	struct strbuf path;
	int c;

	strbuf_init(&path, f->arena);
	while ((c = getchar()) != EOF || path.len) {
		if (c != '\0' && c != EOF) {
			if (path.len >= CAP_PATH) {
				error_set(err, ERROR_USAGE, "a path on standard input is too long");
				return error_hint(
					err, "end each path with a NUL byte: find -print0");
			}
			strbuf_addc(&path, (char)c);
			continue;
		}
		if (path.len && !audit_files_add(f, path.ptr, err))
			return false;
		strbuf_init(&path, f->arena);
	}
	return true;
}
