/* SPDX-License-Identifier: MIT */
/* Which C library a file is bound to. */
#include "linkcheck/read/libc.h"

#include <string.h>

#include "base/path.h"

struct name_row {
	const char *glob;
	enum target_libc libc;
};

/* File names of loaders: glibc's shlib-versions, musl's and bionic's build files, the BSDs' rtld. */
static const struct name_row loaders[] = {
	{ "ld-linux*.so.?", LIBC_GLIBC },
	{ "ld64.so.?", LIBC_GLIBC },
	{ "ld.so.1", LIBC_GLIBC },
	{ "ld-musl-*.so.1", LIBC_MUSL },
	{ "linker", LIBC_BIONIC },
	{ "linker64", LIBC_BIONIC },
	{ "ld-elf.so.?", LIBC_NATIVE },
	{ "ld-elf32.so.?", LIBC_NATIVE },
	{ "ld.elf_so", LIBC_NATIVE },
	{ "ld.so", LIBC_NATIVE },
};

/* Needed names that only one libc has (glibc's shlib-versions; Alpine's name for musl). */
static const struct name_row sonames[] = {
	{ "libc.so.6", LIBC_GLIBC },
	{ "libc.so.6.1", LIBC_GLIBC },
	{ "libc.so.0.3", LIBC_GLIBC },
	{ "libm.so.6", LIBC_GLIBC },
	{ "libm.so.6.1", LIBC_GLIBC },
	{ "libpthread.so.0", LIBC_GLIBC },
	{ "libdl.so.2", LIBC_GLIBC },
	{ "librt.so.1", LIBC_GLIBC },
	{ "libutil.so.1", LIBC_GLIBC },
	{ "libresolv.so.2", LIBC_GLIBC },
	{ "libanl.so.1", LIBC_GLIBC },
	{ "libmvec.so.1", LIBC_GLIBC },
	{ "libBrokenLocale.so.1", LIBC_GLIBC },
	{ "ld-linux*.so.?", LIBC_GLIBC },
	{ "ld64.so.?", LIBC_GLIBC },
	{ "libc.musl-*.so.1", LIBC_MUSL },
	{ "ld-musl-*.so.1", LIBC_MUSL },
	{ "libc.so.7", LIBC_NATIVE },
	{ "libc.so.12", LIBC_NATIVE },
};

static enum target_libc
look_up(const struct name_row *rows, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (cstr_glob(rows[i].glob, name))
			return rows[i].libc;
	return LIBC_UNKNOWN;
}

enum target_libc
libc_of_loader(const char *path)
{
	/* Solaris and illumos have an ld.so.1 too, below /usr/lib. */
	if (cstr_starts(path, "/usr/lib/") && cstr_ends(path, "/ld.so.1"))
		return LIBC_NATIVE;
	return look_up(loaders, ARRAY_LEN(loaders), path_base(path));
}

enum target_libc
libc_of_soname(const char *name)
{
	return look_up(sonames, ARRAY_LEN(sonames), name);
}

bool
libc_is_libc_name(const char *name)
{
	return cstr_starts(name, "libc.so") || cstr_starts(name, "libc.musl-") ||
	       cstr_starts(name, "ld-musl-");
}

static const char *
needed_libc(const struct image *img)
{
	for (size_t i = 0; i < img->needed.count; i++)
		if (libc_is_libc_name(img->needed.items[i]))
			return img->needed.items[i];
	return NULL;
}

/* bionic versions its symbols LIBC, LIBC_N ..., musl has no versions. */
static enum target_libc
libc_of_versions(const struct image *img, const char **ret_version)
{
	for (size_t i = 0; i < img->version_need_count; i++) {
		const char *v = img->version_needs[i].version;
		bool bionic = strcmp(v, "LIBC") == 0 || cstr_starts(v, "LIBC_");

		*ret_version = v;
		if (bionic)
			return LIBC_BIONIC;
		if (cstr_starts(v, "GLIBC_"))
			return LIBC_GLIBC;
		if (cstr_starts(v, "FBSD_"))
			return LIBC_NATIVE;
	}
	return LIBC_UNKNOWN;
}

static enum target_libc
libc_of_needed(const struct image *img, const char **ret_name)
{
	for (size_t i = 0; i < img->needed.count; i++) {
		enum target_libc libc = libc_of_soname(img->needed.items[i]);

		*ret_name = img->needed.items[i];
		if (libc != LIBC_UNKNOWN)
			return libc;
	}
	return LIBC_UNKNOWN;
}

/* "libc.so" is the name of musl's and of bionic's libc, and of OpenBSD's with a number behind it. */
static enum target_libc
libc_of_plain_name(const struct image *img, const char *name)
{
	if (img->notes.openbsd_version > 0 || img->notes.netbsd_version > 0 ||
		img->notes.freebsd_version > 0)
		return LIBC_NATIVE;
	if (strcmp(name, "libc.so") != 0)
		return LIBC_NATIVE;
	if (img->notes.android_api > 0)
		return LIBC_BIONIC;
	for (size_t i = 0; i < img->needed.count; i++)
		if (strcmp(img->needed.items[i], "libdl.so") == 0 ||
			strcmp(img->needed.items[i], "liblog.so") == 0)
			return LIBC_BIONIC;
	return LIBC_MUSL;
}

enum target_libc
libc_of_needs(const struct image *img)
{
	const char *text, *libc = needed_libc(img);
	enum target_libc kind = libc_of_needed(img, &text);

	if (kind == LIBC_UNKNOWN)
		kind = libc_of_versions(img, &text);
	if (kind == LIBC_UNKNOWN && libc)
		kind = libc_of_plain_name(img, libc);
	return kind;
}

static void
set(struct libc_use *ret, enum target_libc kind, const char *evidence)
{
	ret->kind = kind;
	ret->linked = LIBC_LINKED_DYNAMIC;
	ret->evidence = evidence;
}

static bool
identify_dynamic(struct image *img, struct libc_use *ret)
{
	const char *text = NULL, *libc = needed_libc(img);
	enum target_libc kind = LIBC_UNKNOWN;

	if (img->interpreter)
		kind = libc_of_loader(img->interpreter);
	if (kind != LIBC_UNKNOWN) {
		set(ret, kind, arena_printf(img->arena, "interpreter %s", img->interpreter));
		return true;
	}
	kind = libc_of_needed(img, &text);
	if (kind != LIBC_UNKNOWN) {
		set(ret, kind, arena_printf(img->arena, "needs %s", text));
		return true;
	}
	kind = libc_of_versions(img, &text);
	if (kind != LIBC_UNKNOWN) {
		set(ret, kind, arena_printf(img->arena, "asks for version %s", text));
		return true;
	}
	if (libc) {
		set(ret, libc_of_plain_name(img, libc), arena_printf(img->arena, "needs %s", libc));
		return true;
	}
	return img->interpreter != NULL || img->needed.count > 0;
}

/*
 * A program that a loader starts, that needs no libc and does not import its start function: then the start
 * function is inside, and with it a libc. (lld takes libc.a without a word where libc.so is missing.)
 */
static bool
may_have_libc_inside(struct image *img, struct error *err)
{
	const struct image_import *imports;
	size_t count;

	if (!img->interpreter || !image_is_program(img) || needed_libc(img))
		return false;
	if (!image_imports(img, &imports, &count, err))
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(imports[i].name, "__libc_start_main") == 0 ||
			strcmp(imports[i].name, "__libc_init") == 0)
			return false;
	return true;
}

bool
libc_identify(struct image *img, const struct image_go *go, struct libc_use *ret, struct error *err)
{
	bool inside;

	*ret = (struct libc_use){ .kind = LIBC_UNKNOWN, .evidence = "" };
	if (identify_dynamic(img, ret)) {
		inside = may_have_libc_inside(img, err);
		if (inside && !image_static_libc(img, &ret->embedded, err))
			return false;
		ret->inside = ret->embedded.libc;
		return true;
	}
	if (!image_is_program(img)) {
		ret->evidence = "it needs no library";
		return true;
	}
	if (!image_static_libc(img, &ret->embedded, err))
		return false;
	ret->kind = ret->embedded.libc;
	ret->version = ret->embedded.version;
	ret->evidence = ret->embedded.evidence ? ret->embedded.evidence
			: go->present          ? "a Go program without C code"
					       : "nothing in it tells of a libc";
	if (ret->kind != LIBC_UNKNOWN)
		ret->linked = LIBC_LINKED_STATIC;
	return true;
}
