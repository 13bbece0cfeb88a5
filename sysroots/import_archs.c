/* SPDX-License-Identifier: MIT */
/* The machines of an imported tree, told by its start files and libraries. */
#include "sysroots/import_archs.h"

#include <string.h>

#include "base/path.h"
#include "sysroots/normalise.h"

static bool
has(const struct import_tree *t, const char *dir, const char *name)
{
	return dir != NULL && normalise_resolve(t->list, t->arena,
				      arena_printf(t->arena, "%s/%s", dir, name)) != NULL;
}

/* Some file below `dir` with this name, at whatever depth. */
static bool
has_below(const struct import_tree *t, const char *dir, const char *name)
{
	for (size_t i = 0; i < t->list->count; i++)
		if (cstr_starts(t->list->items[i].path, dir) &&
			strcmp(path_base(t->list->items[i].path), name) == 0)
			return true;
	return false;
}

/* The row of the system whose ELF header the file has: the implied variant where several do. */
static const struct target_row *
row_of(const char *os, const struct import_binary *b)
{
	for (size_t i = 0; i < target_row_count(); i++) {
		const struct target_row *row = target_row_at(i);
		const struct target_elf *elf = &row->elf;
		if (strcmp(row->os, os) == 0 && row->format == FORMAT_ELF &&
			elf->machine == b->machine && elf->bits == b->bits &&
			elf->big_endian == b->big_endian &&
			(b->flags & elf->flags_mask) == elf->flags)
			return row;
	}
	return NULL;
}

/* Object files of ARM say nothing of the float ABI, shared libraries do: they are asked first. */
static const struct target_row *
row_of_object(const char *os, struct import_binary *b, const struct import_tree *t)
{
	const struct target_row *row = row_of(os, b);

	for (size_t i = 0; row == NULL && i < t->count; i++) {
		const struct target_elf *elf = &t->found[i].row->elf;
		if (elf->machine == b->machine && elf->bits == b->bits &&
			elf->big_endian == b->big_endian)
			row = t->found[i].row;
	}
	return row;
}

static struct import_found *
found_of(struct import_tree *t, const struct target_row *row)
{
	size_t i = 0;

	while (i < t->count && t->found[i].row != row)
		i++;
	if (i == ARRAY_LEN(t->found))
		return NULL;
	if (i == t->count)
		t->found[t->count++] = (struct import_found){ .row = row };
	return &t->found[i];
}

static bool
is_shared_libc(const char *name)
{
	return strcmp(name, "libc.so.6") == 0 || strcmp(name, "libc.so.7") == 0 ||
	       cstr_starts(name, "libc.so.") || cstr_starts(name, "ld-musl-");
}

/* The machine of one file of the tree, links followed. */
static const struct target_row *
look_at(const struct import_tree *t, const char *os, const char *path, bool object)
{
	const struct unpack_entry *e = normalise_resolve(t->list, t->arena, path);
	struct import_binary binary;

	if (e == NULL ||
		!t->look(t->look_ctx, t->arena, path_join(t->arena, t->dir, e->path), &binary))
		return NULL;
	return object ? row_of_object(os, &binary, t) : row_of(os, &binary);
}

static void
find_libcs(struct import_tree *t, const char *os)
{
	for (size_t i = 0; i < t->list->count; i++) {
		const char *path = t->list->items[i].path;
		if (!is_shared_libc(path_base(path)))
			continue;
		const struct target_row *row = look_at(t, os, path, false);
		struct import_found *f = row != NULL ? found_of(t, row) : NULL;
		if (f != NULL && f->libc == NULL)
			f->libc = path;
	}
}

/* crt1.o, or crt0.o where that is what a system calls it. */
static bool
is_start_file(const char *name)
{
	return strcmp(name, "crt1.o") == 0 || strcmp(name, "crt0.o") == 0;
}

static void
find_objects(struct import_tree *t, const char *os)
{
	for (size_t i = 0; i < t->list->count; i++) {
		const char *path = t->list->items[i].path;
		bool start = is_start_file(path_base(path));
		bool gcc = strcmp(path_base(path), "crtbegin.o") == 0;
		if (!start && !gcc)
			continue;
		const struct target_row *row = look_at(t, os, path, true);
		struct import_found *f = row != NULL ? found_of(t, row) : NULL;
		const char *dir = path_dir(t->arena, path);
		if (f != NULL && start && f->start == NULL)
			f->start = dir;
		if (f != NULL && gcc && f->gcc == NULL && has(t, dir, "libgcc.a"))
			f->gcc = dir;
	}
}

static bool
has_cxx(const struct import_tree *t, const struct import_found *f)
{
	static const char *const libraries[] = { "libstdc++.so", "libstdc++.a", "libc++.so",
		"libc++.a", "libc++.tbd" };

	if (!has_below(t, "usr/include/c++/", "iostream"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(libraries); i++)
		if (has(t, f->gcc, libraries[i]) || has(t, f->start, libraries[i]) ||
			has(t, "usr/lib", libraries[i]))
			return true;
	return false;
}

static unsigned
abilities(const struct import_tree *t, const struct import *i, const struct import_found *f)
{
	bool linux_headers = has(t, "usr/include", "linux/errno.h");
	bool compiles = strcmp(i->os, "linux") != 0 || linux_headers;
	bool starts = f->start != NULL && has(t, f->start, "crti.o") && f->gcc != NULL;
	unsigned serves = compiles ? IMPORT_COMPILE : 0;

	if (compiles && starts && f->libc != NULL &&
		(has(t, f->start, "libc.so") || has(t, "usr/lib", "libc.so") ||
			cstr_starts(path_base(f->libc), "libc.so.")))
		serves |= IMPORT_DYNAMIC;
	if (compiles && starts && has(t, f->start, "libc.a") &&
		(has(t, f->gcc, "libgcc_eh.a") || has(t, f->start, "libgcc_eh.a")))
		serves |= IMPORT_STATIC;
	if (compiles && starts && has_cxx(t, f))
		serves |= IMPORT_CXX;
	return serves;
}

static bool
no_machine(const struct import *i, struct error *err)
{
	error_set(err, ERROR_FORMAT,
		"there are headers of %s, but no start file (crt1.o) or C library of a machine "
		"that "
		"is known",
		i->os);
	return error_hint(err, "give the archives or the directory that have usr/lib, too");
}

bool
import_archs_elf(struct import_tree *t, struct import *ret, struct error *err)
{
	find_libcs(t, ret->os);
	find_objects(t, ret->os);
	ret->archs = ARENA_ARRAY(t->arena, t->count, struct import_arch);
	for (size_t i = 0; i < t->count; i++) {
		const struct import_found *f = &t->found[i];
		unsigned serves = abilities(t, ret, f);
		/* A library of another machine (32-bit programs on amd64) makes no target of it. */
		if (f->start == NULL && f->libc != NULL && t->count > 1)
			continue;
		ret->archs[ret->arch_count++] = (struct import_arch){ f->row, serves };
		if (ret->gcc[0] == '\0' && f->gcc != NULL && strstr(f->gcc, "lib/gcc/") != NULL)
			ret->gcc = arena_strdup(t->arena, path_base(f->gcc));
	}
	return ret->arch_count > 0 || no_machine(ret, err);
}

/* The NDK: usr/lib/TRIPLE/API/crtbegin_dynamic.o, and usr/lib/TRIPLE/libc.a. It leaves libgcc's part
 * to the compiler's own runtime library. */
bool
import_archs_android(struct import_tree *t, struct import *ret, struct error *err)
{
	for (size_t i = 0; i < t->list->count; i++) {
		const char *path = t->list->items[i].path;
		if (strcmp(path_base(path), "crtbegin_dynamic.o") != 0)
			continue;
		const struct target_row *row = look_at(t, "android", path, true);
		const char *libc = arena_printf(t->arena, "%s/libc.so", path_dir(t->arena, path));
		if (row == NULL)
			row = look_at(t, "android", libc, false);
		struct import_found *f = row != NULL ? found_of(t, row) : NULL;
		if (f != NULL && f->start == NULL) {
			f->start = path_dir(t->arena, path);
			f->libc = libc;
		}
	}
	ret->archs = ARENA_ARRAY(t->arena, t->count, struct import_arch);
	for (size_t i = 0; i < t->count; i++) {
		unsigned serves = IMPORT_COMPILE;
		const char *common = path_dir(t->arena, t->found[i].start);
		if (has(t, t->found[i].start, "libc.so"))
			serves |= IMPORT_DYNAMIC;
		if (has(t, common, "libc.a"))
			serves |= IMPORT_STATIC;
		if (has_below(t, "usr/include/c++/", "iostream"))
			serves |= IMPORT_CXX;
		ret->archs[ret->arch_count++] = (struct import_arch){ t->found[i].row, serves };
	}
	return ret->arch_count > 0 || no_machine(ret, err);
}

/* "targets: [ x86_64-macos, arm64-macos ]" (version 4), or "archs: [ i386, x86_64 ]" before. A word
 * of the table's name for it must stand at the beginning of a word. */
static bool
names_arch(struct str text, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 1; i + len < text.len; i++) {
		char before = text.ptr[i - 1], after = text.ptr[i + len];
		if (memcmp(text.ptr + i, word, len) == 0 && strchr(" [,\t", before) != NULL &&
			strchr(" -],\t\n", after) != NULL)
			return true;
	}
	return false;
}

bool
import_archs_apple(struct import_tree *t, struct str tbd, struct import *ret, struct error *err)
{
	static const struct {
		const char *apple, *arch;
	} names[] = { { "x86_64", "amd64" }, { "arm64", "arm64" } };
	unsigned serves = IMPORT_COMPILE | IMPORT_DYNAMIC;

	if (has_below(t, "usr/include/c++/", "iostream") && has(t, "usr/lib", "libc++.tbd"))
		serves |= IMPORT_CXX;
	/* What the library is for stands before what it exports. */
	const char *exports = tbd.len > 0 ? strstr(tbd.ptr, "\nexports:") : NULL;
	if (exports != NULL)
		tbd.len = (size_t)(exports - tbd.ptr);
	ret->archs = ARENA_ARRAY(t->arena, ARRAY_LEN(names), struct import_arch);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct target_row *row = target_row_find(ret->os, names[i].arch, NULL);
		if (row != NULL && names_arch(tbd, names[i].apple))
			ret->archs[ret->arch_count++] = (struct import_arch){ row, serves };
	}
	return ret->arch_count > 0 || no_machine(ret, err);
}
