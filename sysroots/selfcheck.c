/* SPDX-License-Identifier: MIT */
/* What a sysroot must have: a table of files, the machine of its crt1.o, its linker scripts. */
#include "sysroots/selfcheck.h"

#include <string.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/input.h"
#include "base/path.h"
#include "sysroots/normalise.h"

/* Larger files of that name are libraries. */
#define MOST_SCRIPT_BYTES 4096

/* %M the multiarch directory's name, %G usr/lib/gcc/TRIPLE/N, %N the version of gcc, %L the
 * loader. rcrt1.o of glibc is not here: Debian has it for some architectures only. */
static const struct {
	enum target_libc libc;
	enum package_set set;
	const char *path;
} required[] = {
	{ LIBC_GLIBC, SET_C_STATIC, "usr/include/stdio.h" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/include/linux/errno.h" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/include/%M/asm/errno.h" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/include/%M/bits/types.h" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/lib/%M/Scrt1.o" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/lib/%M/crt1.o" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/lib/%M/crti.o" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/lib/%M/crtn.o" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/lib/%M/libc.a" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/lib/%M/libc.so" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/lib/%M/libc_nonshared.a" },
	{ LIBC_GLIBC, SET_C_STATIC, "usr/lib/%M/libm.a" },
	{ LIBC_GLIBC, SET_C_STATIC, "%G/crtbegin.o" },
	{ LIBC_GLIBC, SET_C_STATIC, "%G/crtbeginS.o" },
	{ LIBC_GLIBC, SET_C_STATIC, "%G/crtbeginT.o" },
	{ LIBC_GLIBC, SET_C_STATIC, "%G/crtend.o" },
	{ LIBC_GLIBC, SET_C_STATIC, "%G/crtendS.o" },
	{ LIBC_GLIBC, SET_C_STATIC, "%G/libgcc.a" },
	{ LIBC_GLIBC, SET_C_STATIC, "%G/libgcc_eh.a" },
	{ LIBC_GLIBC, SET_C_DYNAMIC, "usr/lib/%M/libc.so.6" },
	{ LIBC_GLIBC, SET_C_DYNAMIC, "usr/lib/%M/libm.so" },
	{ LIBC_GLIBC, SET_C_DYNAMIC, "usr/lib/%M/libm.so.6" },
	{ LIBC_GLIBC, SET_C_DYNAMIC, "usr/lib/%M/libcrypt.so" },
	{ LIBC_GLIBC, SET_C_DYNAMIC, "usr/lib/%M/libgcc_s.so.1" },
	{ LIBC_GLIBC, SET_C_DYNAMIC, "%G/libgcc_s.so" },
	{ LIBC_GLIBC, SET_C_DYNAMIC, "%L" },
	{ LIBC_GLIBC, SET_CXX, "usr/include/c++/%N/iostream" },
	{ LIBC_GLIBC, SET_CXX, "usr/include/%M/c++/%N/bits/c++config.h" },
	{ LIBC_GLIBC, SET_CXX, "usr/lib/%M/libstdc++.so.6" },
	{ LIBC_GLIBC, SET_CXX, "%G/libstdc++.a" },
	{ LIBC_GLIBC, SET_CXX, "%G/libstdc++.so" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/include/stdio.h" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/include/linux/errno.h" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/include/asm/errno.h" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/include/bits/alltypes.h" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/Scrt1.o" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/crt1.o" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/rcrt1.o" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/crti.o" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/crtn.o" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/libc.a" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/crtbegin.o" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/crtbeginS.o" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/crtbeginT.o" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/crtend.o" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/crtendS.o" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/libgcc.a" },
	{ LIBC_MUSL, SET_C_STATIC, "usr/lib/libgcc_eh.a" },
	{ LIBC_MUSL, SET_C_DYNAMIC, "usr/lib/libc.so" },
	{ LIBC_MUSL, SET_C_DYNAMIC, "%L" },
	{ LIBC_MUSL, SET_CXX, "usr/include/c++/%N/iostream" },
	{ LIBC_MUSL, SET_CXX, "usr/include/c++/%N/bits/c++config.h" },
	{ LIBC_MUSL, SET_CXX, "usr/lib/libstdc++.a" },
	{ LIBC_MUSL, SET_CXX, "usr/lib/libstdc++.so" },
	{ LIBC_NATIVE, SET_C_STATIC, "usr/include/stdio.h" },
	{ LIBC_NATIVE, SET_C_STATIC, "usr/include/machine/_types.h" },
	{ LIBC_NATIVE, SET_C_STATIC, "usr/lib/Scrt1.o" },
	{ LIBC_NATIVE, SET_C_STATIC, "usr/lib/crt1.o" },
	{ LIBC_NATIVE, SET_C_STATIC, "usr/lib/crti.o" },
	{ LIBC_NATIVE, SET_C_STATIC, "usr/lib/crtbegin.o" },
	{ LIBC_NATIVE, SET_C_STATIC, "usr/lib/crtend.o" },
	{ LIBC_NATIVE, SET_C_STATIC, "usr/lib/libc.a" },
	{ LIBC_NATIVE, SET_C_STATIC, "usr/lib/libc.so" },
	{ LIBC_NATIVE, SET_C_STATIC, "usr/lib/libgcc.a" },
	{ LIBC_NATIVE, SET_C_STATIC, "lib/libc.so.7" },
	{ LIBC_NATIVE, SET_CXX, "usr/include/c++/v1/iostream" },
	{ LIBC_NATIVE, SET_CXX, "usr/lib/libc++.a" },
};

struct check {
	struct arena *arena;
	const char *dir;
	const struct unpack_list *list;
	const struct source *source;
	const struct target *target;
	const char *gcc; /* usr/lib/gcc/TRIPLE/N, "" when there is none */
};

static bool
wrong(const struct check *c, const char *path, const char *what, struct error *err)
{
	return error_set(err, ERROR_FORMAT, "the sysroot of %s from %s is not complete: %s %s",
		c->target->name, c->source->id, path, what);
}

/* Its triple is mostly the multiarch name, but i686-linux-gnu for i386. */
static const char *
find_gcc(const struct check *c)
{
	const char *end = arena_printf(c->arena, "/%s/libgcc.a", c->source->gcc);

	for (size_t i = 0; i < c->list->count; i++) {
		const char *path = c->list->items[i].path;
		if (cstr_starts(path, "usr/lib/gcc/") && cstr_ends(path, end))
			return path_dir(c->arena, path);
	}
	return "";
}

static const char *
expand(const struct check *c, const char *pattern)
{
	struct strbuf b;

	strbuf_init(&b, c->arena);
	for (; *pattern != '\0'; pattern++) {
		if (*pattern != '%') {
			strbuf_addc(&b, *pattern);
			continue;
		}
		switch (*++pattern) {
		case 'M':
			strbuf_add(&b, c->target->row->multiarch);
			break;
		case 'G':
			strbuf_add(&b, c->gcc);
			break;
		case 'N':
			strbuf_add(&b, c->source->gcc);
			break;
		case 'L':
			strbuf_add(&b, c->target->abi->loader + 1);
			break;
		}
	}
	return b.ptr;
}

static bool
check_files(const struct check *c, enum package_set set, struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(required); i++) {
		if (required[i].libc != c->target->abi->libc || required[i].set > set)
			continue;
		const char *path = expand(c, required[i].path);
		const struct unpack_entry *entry = normalise_resolve(c->list, c->arena, path);
		if (entry == NULL)
			return wrong(c, path, "is missing", err);
		/* musl's lib*.a besides libc.a are empty archives, crti.o never is empty. */
		if (entry->size == 0)
			return wrong(c, path, "is empty", err);
	}
	return true;
}

/* gABI: e_ident (EI_CLASS 4, EI_DATA 5), e_machine at 18. */
static bool
check_machine(const struct check *c, struct error *err)
{
	const char *path = expand(
		c, c->target->abi->libc == LIBC_GLIBC ? "usr/lib/%M/crt1.o" : "usr/lib/crt1.o");
	const struct target_elf *elf = &c->target->row->elf;
	struct bytes head;
	struct input in;

	if (!input_open(&in, c->arena, path_join(c->arena, c->dir, path), err))
		return false;
	bool ok = input_window(&in, 0, 20, &head, err);
	input_close(&in);
	if (!ok)
		return false;
	head.big_endian = elf->big_endian;
	if (!bytes_equal(&head, 0,
		    "\x7f"
		    "ELF",
		    4) ||
		bytes_u8(&head, 4) != (elf->bits == 64 ? 2 : 1) ||
		bytes_u8(&head, 5) != (elf->big_endian ? 2 : 1) ||
		bytes_u16(&head, 18) != elf->machine)
		return wrong(c, path, "is for another machine", err);
	return true;
}

/* Absolute names in a linker script are looked up inside --sysroot by GNU ld and lld, so each must
 * be there. */
static bool
check_script(const struct check *c, const char *path, struct str text, struct error *err)
{
	static const char blanks[] = " \t\r\n(),";

	while (text.len > 0) {
		size_t skip = strspn(text.ptr, blanks), len = strcspn(text.ptr + skip, blanks);
		const char *word = arena_strndup(c->arena, text.ptr + skip, len);
		if (word[0] == '/' && word[1] != '*' &&
			normalise_resolve(c->list, c->arena, word) == NULL)
			return wrong(c, path,
				arena_printf(c->arena, "names %.200s, which is not there", word),
				err);
		text = str_drop(text, skip + len);
		if (skip + len == 0)
			break;
	}
	return true;
}

static bool
is_script_name(const char *path, enum package_set set)
{
	if (cstr_ends(path, ".a"))
		return true;
	/* libc.so of a set without libc.so.6 is there but of no use. */
	return set >= SET_C_DYNAMIC && cstr_ends(path, ".so");
}

static bool
check_scripts(const struct check *c, enum package_set set, struct error *err)
{
	for (size_t i = 0; i < c->list->count; i++) {
		const struct unpack_entry *entry = &c->list->items[i];
		struct str text;
		if (entry->link != NULL || entry->size > MOST_SCRIPT_BYTES ||
			!is_script_name(entry->path, set))
			continue;
		if (!file_read(c->arena, path_join(c->arena, c->dir, entry->path),
			    MOST_SCRIPT_BYTES, &text, err))
			return false;
		if (str_starts(text, "!<arch>") || str_starts(text, "\x7f"
								    "ELF"))
			continue;
		if (!check_script(c, entry->path, text, err))
			return false;
	}
	return true;
}

/* normalise_tree has removed what leads nowhere, and no link can be written that leads out; this
 * holds both to their word. */
static bool
check_links(const struct check *c, struct error *err)
{
	for (size_t i = 0; i < c->list->count; i++) {
		const struct unpack_entry *entry = &c->list->items[i];
		if (entry->link == NULL)
			continue;
		const char *dir = path_dir(c->arena, entry->path);
		const char *to = path_normal(c->arena, path_join(c->arena, dir, entry->link));
		if (entry->link[0] == '/' || strcmp(to, "..") == 0 || cstr_starts(to, "../"))
			return wrong(c, entry->path, "leads out of the sysroot", err);
	}
	return true;
}

bool
selfcheck_tree(const char *dir, const struct unpack_list *list, const struct source *source,
	const struct target *t, enum package_set set, struct error *err)
{
	struct check c = { .dir = dir, .list = list, .source = source, .target = t };
	struct arena scratch;

	arena_init(&scratch);
	c.arena = &scratch;
	c.gcc = find_gcc(&c);
	bool ok = check_files(&c, set, err) && check_machine(&c, err) &&
		  check_scripts(&c, set, err) && check_links(&c, err);
	arena_clear(&scratch);
	return ok;
}
