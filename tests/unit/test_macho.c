/* SPDX-License-Identifier: MIT */
/* The Mach-O and fat readers, against files made byte by byte. */
#include "tests/unit/macho_make.h"

#include "linkcheck/read/fat.h"
#include "linkcheck/read/image.h"

static struct arena arena;
static struct mach_make make;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

static struct image *
open_bytes(const void *data, size_t len)
{
	struct input *in = ARENA_NEW(&arena, struct input);
	struct image *img = ARENA_NEW(&arena, struct image);
	struct error err;

	error_clear(&err);
	input_from_buffer(in, &arena, "x", data, len);
	assert_true(image_open(img, &arena, in, &err));
	assert_int_equal(img->format, FORMAT_MACHO);
	return img;
}

static struct image *
open_made(void)
{
	mach_end(&make);
	return open_bytes(make.out, make.len);
}

static const struct image_import *
import_named(struct image *img, const char *name, size_t *ret_count)
{
	const struct image_import *list;
	struct error err;
	size_t n;

	assert_true(image_imports(img, &list, &n, &err));
	if (ret_count)
		*ret_count = n;
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

static size_t
export_count(struct image *img)
{
	const struct image_export *list;
	struct error err;
	size_t n;

	assert_true(image_exports(img, &list, &n, &err));
	return n;
}

static void
test_program(void **state)
{
	struct image *img;

	(void)state;
	mach_begin(&make, 64, false, MACH_ARM64, MH_EXECUTE, MH_PIE | MH_TWOLEVEL);
	mach_segment(&make, "__TEXT", 0x100000000, 0, 64, 5, "__text");
	mach_path(&make, LC_LOAD_DYLINKER, "/usr/lib/dyld");
	mach_build(&make, 1, 0x0b0000, 0x0e0201);
	mach_dylib(&make, LC_LOAD_DYLIB, "@rpath/liba.dylib");
	mach_dylib(&make, LC_LOAD_WEAK_DYLIB, "/usr/lib/libb.dylib");
	mach_dylib(&make, LC_LOAD_UPWARD_DYLIB, "/usr/lib/libc.dylib");
	mach_path(&make, LC_RPATH, "@executable_path/../lib");
	mach_path(&make, LC_RPATH, "@loader_path");
	img = open_made();
	assert_int_equal(img->defects.count, 0);
	assert_int_equal(img->unsimulated.count, 0);
	assert_int_equal(img->type, IMAGE_PIE);
	assert_string_equal(img->os, "darwin");
	assert_string_equal(img->arch, "arm64");
	assert_int_equal(img->bits, 64);
	assert_false(img->stack_executable);
	assert_string_equal(img->interpreter, "/usr/lib/dyld");
	assert_int_equal(img->needed.count, 3);
	assert_string_equal(img->needed.items[0], "@rpath/liba.dylib");
	assert_int_equal(img->macho->dylib_count, 3);
	assert_string_equal(img->macho->dylibs[0].current, "1.2.3");
	assert_string_equal(img->macho->dylibs[0].compatible, "1.0");
	assert_false(img->macho->dylibs[0].weak);
	assert_true(img->macho->dylibs[1].weak);
	assert_true(img->macho->dylibs[2].upward);
	assert_int_equal(img->macho->rpaths.count, 2);
	assert_string_equal(img->macho->rpaths.items[1], "@loader_path");
	assert_string_equal(img->macho->platform, "macos");
	assert_string_equal(img->macho->minos, "11.0");
	assert_string_equal(img->macho->sdk, "14.2.1");
	assert_int_equal(img->macho->signature, MACHO_UNSIGNED);
	assert_non_null(image_row(img));
	assert_string_equal(image_row(img)->arch, "arm64");
}

static void
test_big_endian_32(void **state)
{
	struct image *img;
	struct bytes b;

	(void)state;
	mach_begin(&make, 32, true, 18, MH_DYLIB, MH_TWOLEVEL);
	mach_segment(&make, "__DATA", 0x1000, 16, 32, 3, "__data");
	mach_dylib(&make, LC_ID_DYLIB, "/usr/lib/libx.dylib");
	mach_command(&make, LC_VERSION_MIN_MACOSX);
	mach_put(&make, 0x0a0400, 4);
	mach_put(&make, 0, 4);
	mach_command_end(&make);
	img = open_made();
	assert_int_equal(img->defects.count, 0);
	assert_true(img->big_endian);
	assert_string_equal(img->arch, "ppc");
	assert_int_equal(img->type, IMAGE_SHARED);
	assert_string_equal(img->soname, "/usr/lib/libx.dylib");
	assert_string_equal(img->macho->id_current, "1.2.3");
	assert_string_equal(img->macho->minos, "10.4");
	assert_null(img->macho->sdk);
	assert_int_equal(img->segment_count, 1);
	assert_int_equal(img->segments[0].vaddr, 0x1000);
	assert_true(image_section(img, "__data", &b));
	assert_int_equal(b.len, 32);
	assert_false(image_section(img, "__text", &b));
}

/* dylib_use_command: the kind stands in flags behind the old fields. */
static void
test_marked_use(void **state)
{
	struct image *img;

	(void)state;
	mach_begin(&make, 64, false, MACH_ARM64, MH_EXECUTE, MH_PIE);
	mach_command(&make, LC_LOAD_DYLIB);
	mach_put(&make, 28, 4);
	mach_put(&make, 0x1a741800, 4);
	mach_put(&make, 0x10000, 4);
	mach_put(&make, 0x10000, 4);
	mach_put(&make, 1 | 8, 4);
	mach_text(&make, "/usr/lib/libw.dylib");
	mach_command_end(&make);
	img = open_made();
	assert_int_equal(img->defects.count, 0);
	assert_string_equal(img->needed.items[0], "/usr/lib/libw.dylib");
	assert_true(img->macho->dylibs[0].weak);
	assert_true(img->macho->dylibs[0].lazy);
}

static void
add_dyld_info(const char *bind, size_t bind_len, const char *weak, size_t weak_len,
	const char *lazy, size_t lazy_len, const char *trie, size_t trie_len)
{
	mach_command(&make, LC_DYLD_INFO_ONLY);
	mach_put(&make, 0, 8); /* rebase */
	mach_point(&make, bind, bind_len);
	mach_point(&make, weak, weak_len);
	mach_point(&make, lazy, lazy_len);
	mach_point(&make, trie, trie_len);
	mach_command_end(&make);
}
#define WITH(s) s, sizeof(s) - 1

static void
test_bind_opcodes(void **state)
{
	const struct image_import *i;
	struct image *img;
	size_t n;

	(void)state;
	mach_begin(&make, 64, false, MACH_AMD64, MH_EXECUTE, MH_PIE | MH_TWOLEVEL);
	mach_dylib(&make, LC_LOAD_DYLIB, "/usr/lib/libA.dylib");
	mach_dylib(&make, LC_LOAD_DYLIB, "/usr/lib/libB.dylib");
	add_dyld_info(WITH("\x11\x40_a\0\x51\x72\x80\x02\x90" /* _a of A */
			   "\x12\x41_w\0\xa0\x08"             /* weak _w of B */
			   "\x3e\x40_flat\0\xb1"              /* flat */
			   "\x3f\x40_main\0\xc0\x02\x08"      /* the program */
			   "\x20\x01\x40_again\0\x60\x7f\x90\x40_a\0\x90\0"),
		WITH("\x40_operator\0\x90\0"),
		WITH("\x72\x10\x11\x40_lazy\0\x90\0\x72\x18\x11\x40_a\0\x90\0"), NULL, 0);
	img = open_made();
	i = import_named(img, "_a", &n);
	assert_int_equal(img->defects.count, 0);
	assert_int_equal(n, 7);
	assert_string_equal(i->library, "/usr/lib/libA.dylib");
	assert_int_equal(i->when, BIND_START); /* although it is bound late too */
	i = import_named(img, "_w", NULL);
	assert_true(i->weak);
	assert_string_equal(i->library, "/usr/lib/libB.dylib");
	i = import_named(img, "_flat", NULL);
	assert_int_equal((int32_t)i->ordinal, MACHO_FLAT);
	assert_null(i->library);
	assert_int_equal((int32_t)import_named(img, "_main", NULL)->ordinal, MACHO_MAIN);
	assert_string_equal(import_named(img, "_again", NULL)->library, "/usr/lib/libA.dylib");
	assert_int_equal(import_named(img, "_lazy", NULL)->when, BIND_LAZY);
	i = import_named(img, "_operator", NULL);
	assert_int_equal((int32_t)i->ordinal, MACHO_WEAK_LOOKUP);
	assert_true(i->weak);
}

static void
test_bind_opcodes_cut(void **state)
{
	struct image *img;

	(void)state;
	mach_begin(&make, 64, false, MACH_AMD64, MH_EXECUTE, MH_PIE | MH_TWOLEVEL);
	add_dyld_info(WITH("\x11\x40_a\0\x90\x40_cut"), NULL, 0, NULL, 0, NULL, 0);
	img = open_made();
	assert_non_null(import_named(img, "_a", NULL));
	/* library 1 of none; the name without an end */
	assert_int_equal(img->defects.count, 2);
}

/* One table of imports of each format: strong, weak, flat. */
static void
check_chained(uint32_t format)
{
	static const char names[] = "\0_one\0_two\0_three";
	static const struct {
		uint64_t ordinal, weak, name;
	} rows[] = { { 1, 0, 1 }, { 2, 1, 6 }, { 0xfffe, 0, 11 } };
	unsigned size = format == 1 ? 4 : format == 2 ? 8 : 16;
	struct mach_make fixups = { .bits = 64 };
	const struct image_import *i;
	struct image *img;
	size_t n;

	mach_put(&fixups, 0, 4);
	mach_put(&fixups, 28, 4);
	mach_put(&fixups, 28, 4);
	mach_put(&fixups, 28 + 3 * size, 4);
	mach_put(&fixups, 3, 4);
	mach_put(&fixups, format, 4);
	mach_put(&fixups, 0, 4);
	for (size_t r = 0; r < 3; r++) {
		if (format == 3)
			mach_put(&fixups, rows[r].ordinal | rows[r].weak << 16 | rows[r].name << 32,
				8);
		else
			mach_put(&fixups,
				(rows[r].ordinal & 0xff) | rows[r].weak << 8 | rows[r].name << 9,
				4);
		if (format == 2)
			mach_put(&fixups, 5, 4);
		if (format == 3)
			mach_put(&fixups, 5, 8);
	}
	memcpy(fixups.out + fixups.len, names, sizeof(names));
	fixups.len += sizeof(names);
	mach_begin(&make, 64, false, MACH_ARM64, MH_EXECUTE, MH_PIE | MH_TWOLEVEL);
	mach_dylib(&make, LC_LOAD_DYLIB, "/usr/lib/libA.dylib");
	mach_dylib(&make, LC_LOAD_DYLIB, "/usr/lib/libB.dylib");
	mach_data(&make, LC_DYLD_CHAINED_FIXUPS, fixups.out, fixups.len);
	img = open_made();
	i = import_named(img, "_one", &n);
	assert_int_equal(img->defects.count, 0);
	assert_true(img->macho->chained);
	assert_int_equal(n, 3);
	assert_string_equal(i->library, "/usr/lib/libA.dylib");
	assert_int_equal(i->when, BIND_START);
	assert_false(i->weak);
	assert_true(import_named(img, "_two", NULL)->weak);
	assert_int_equal((int32_t)import_named(img, "_three", NULL)->ordinal, MACHO_FLAT);
}

static void
test_chained(void **state)
{
	(void)state;
	check_chained(1);
	check_chained(2);
	check_chained(3);
}

/* "_a" -> { "" at 0x10, "b" weak, "c" passed on from library 1 as "_z", "d" thread-local } */
static const char good_trie[] = { 0, 1, '_', 'a', 0, 6,  /* the root */
	2, 0, 16, 3, 'b', 0, 19, 'c', 0, 23, 'd', 0, 30, /* 6: _a */
	2, 4, 32, 0,                                     /* 19: _ab */
	5, 8, 1, '_', 'z', 0, 0,                         /* 23: _ac */
	2, 1, 48, 0 };                                   /* 30: _ad */

static void
test_trie(void **state)
{
	struct image_export e;
	uint32_t ordinal;
	const char *name;
	struct image *img;

	(void)state;
	mach_begin(&make, 64, false, MACH_ARM64, MH_DYLIB, MH_TWOLEVEL);
	mach_dylib(&make, LC_REEXPORT_DYLIB, "/usr/lib/libA.dylib");
	mach_data(&make, LC_DYLD_EXPORTS_TRIE, good_trie, sizeof(good_trie));
	img = open_made();
	assert_true(img->macho->dylibs[0].reexport);
	assert_int_equal(export_count(img), 4);
	assert_int_equal(img->defects.count, 0);
	assert_true(image_export_find(img, "_ab", 0, &e));
	assert_true(e.weak);
	assert_false(image_export_find(img, "_ab", 1, &e));
	assert_true(image_export_find(img, "_ac", 0, &e));
	assert_string_equal(e.forward, "/usr/lib/libA.dylib");
	assert_true(macho_reexport(img, "_ac", &ordinal, &name));
	assert_int_equal(ordinal, 1);
	assert_string_equal(name, "_z");
	assert_false(macho_reexport(img, "_ab", &ordinal, &name));
	assert_false(image_export_find(img, "_a?", 0, &e));
	assert_true(image_export_find(img, "_ad", 0, &e));
	assert_int_equal(e.type, 6); /* STT_TLS */
}

static void
check_bad_trie(const char *trie, size_t len)
{
	struct image *img;

	mach_begin(&make, 64, false, MACH_ARM64, MH_DYLIB, MH_TWOLEVEL);
	mach_data(&make, LC_DYLD_EXPORTS_TRIE, trie, len);
	img = open_made();
	(void)export_count(img);
	assert_int_equal(img->defects.count, 1);
}

static void
test_bad_tries(void **state)
{
	static char deep[8192];
	size_t n = 0;

	(void)state;
	check_bad_trie(WITH("\0\1a\0\0"));          /* the root again: a circle */
	check_bad_trie(WITH("\0\1a\0\x7f"));        /* outside */
	check_bad_trie(WITH("\0\2a\0\7b\0\7\0\0")); /* two ways to one node */
	check_bad_trie(WITH("\0\1abc"));            /* an edge without end */
	check_bad_trie(WITH("\x20\1"));             /* more terminal bytes than there are */
	check_bad_trie(WITH("\0\1a\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f")); /* > 64 bits */
	/* each node six bytes: 0, 1, 'a', 0, the next one's offset in two bytes */
	for (size_t i = 0; i < 600; i++) {
		size_t next = (i + 1) * 6;
		const char node[] = { 0, 1, 'a', 0, (char)(0x80 | (next & 0x7f)),
			(char)(next >> 7) };

		memcpy(deep + n, node, 6);
		n += 6;
	}
	check_bad_trie(deep, n);
}

static void
add_symbol(struct mach_make *t, uint32_t name, uint8_t type, uint16_t desc, uint64_t value)
{
	mach_put(t, name, 4);
	mach_put(t, type, 1);
	mach_put(t, 1, 1);
	mach_put(t, desc, 2);
	mach_put(t, value, t->bits / 8);
}

static void
test_symbol_table(void **state)
{
	static const char strings[] = "\0_here\0_there\0_common\0_local\0_flat\0_stab";
	struct mach_make table = { .bits = 32 };
	const struct image_import *i;
	struct image_export e;
	struct image *img;
	size_t n;

	(void)state;
	add_symbol(&table, 1, 0x0f, 0, 0x1000);         /* _here: N_SECT | N_EXT */
	add_symbol(&table, 7, 0x01, 0x0100 | 1, 0);     /* _there, of library 1, late */
	add_symbol(&table, 14, 0x01, 0, 8);             /* _common */
	add_symbol(&table, 22, 0x1f, 0, 0x1000);        /* _local: N_PEXT */
	add_symbol(&table, 29, 0x01, 0xfe00 | 0x40, 0); /* _flat, weak */
	add_symbol(&table, 35, 0x24, 0, 0x1000);        /* N_FUN, a stab */
	mach_begin(&make, 32, false, 7, MH_EXECUTE, MH_TWOLEVEL);
	mach_dylib(&make, LC_LOAD_DYLIB, "/usr/lib/libA.dylib");
	mach_command(&make, LC_SYMTAB);
	mach_point(&make, table.out, table.len);
	mach_point(&make, strings, sizeof(strings));
	mach_command_end(&make);
	mach_end(&make);
	mach_set(&make, make.parts[0].size_at, 6, 4); /* a count, not bytes */
	img = open_bytes(make.out, make.len);
	assert_string_equal(img->arch, "386");
	assert_int_equal(img->type, IMAGE_EXECUTABLE);
	i = import_named(img, "_there", &n);
	assert_int_equal(n, 2);
	assert_string_equal(i->library, "/usr/lib/libA.dylib");
	assert_int_equal(i->when, BIND_LAZY);
	i = import_named(img, "_flat", NULL);
	assert_true(i->weak);
	assert_int_equal((int32_t)i->ordinal, MACHO_FLAT);
	assert_int_equal(export_count(img), 2);
	assert_true(image_export_find(img, "_here", 0, &e));
	assert_false(image_export_find(img, "_local", 0, &e));
	assert_int_equal(img->defects.count, 0);
}

static struct image *
open_signed(uint32_t magic, uint32_t flags, uint32_t cms_len)
{
	struct mach_make blob = { .bits = 64, .big = true };

	mach_put(&blob, magic, 4);
	mach_put(&blob, 0, 4);
	mach_put(&blob, 2, 4);
	mach_put(&blob, 0, 4);
	mach_put(&blob, 28, 4);
	mach_put(&blob, 0x10000, 4);
	mach_put(&blob, 44, 4);
	mach_put(&blob, 0xfade0c02, 4);
	mach_put(&blob, 16, 4);
	mach_put(&blob, 0x20400, 4);
	mach_put(&blob, flags, 4);
	mach_put(&blob, 0xfade0b01, 4);
	mach_put(&blob, cms_len, 4);
	mach_begin(&make, 64, false, MACH_ARM64, MH_EXECUTE, MH_PIE);
	mach_data(&make, LC_CODE_SIGNATURE, blob.out, blob.len);
	return open_made();
}

static void
test_signature(void **state)
{
	(void)state;
	assert_int_equal(open_signed(0xfade0cc0, 0x20002, 8)->macho->signature, MACHO_AD_HOC);
	assert_int_equal(open_signed(0xfade0cc0, 0x10000, 4000)->macho->signature, MACHO_SIGNED);
	assert_int_equal(open_signed(0, 0x10000, 4000)->macho->signature, MACHO_SIGNATURE_BROKEN);
}

/* What is cut or lies is a defect each, and the rest is read. */
static void
test_defects(void **state)
{
	struct image *img;

	(void)state;
	mach_begin(&make, 64, false, MACH_ARM64, MH_EXECUTE, MH_PIE);
	mach_path(&make, LC_RPATH, "@loader_path");
	mach_end(&make);
	mach_set(&make, 16, 9, 4); /* nine commands, of which one is there */
	img = open_bytes(make.out, make.len);
	assert_int_equal(img->defects.count, 1);
	assert_int_equal(img->macho->rpaths.count, 1);

	mach_begin(&make, 64, false, MACH_ARM64, MH_EXECUTE, MH_PIE);
	mach_path(&make, LC_RPATH, "@loader_path");
	mach_end(&make);
	mach_set(&make, 36, 4, 4); /* a command shorter than its own head */
	img = open_bytes(make.out, make.len);
	assert_int_equal(img->defects.count, 1);

	mach_begin(&make, 64, false, MACH_ARM64, MH_EXECUTE, MH_PIE);
	mach_segment(&make, "__TEXT", 0, 0, 1 << 20, 5, NULL);
	img = open_made();
	assert_int_equal(img->defects.count, 1);

	mach_begin(&make, 64, false, MACH_ARM64, MH_EXECUTE, MH_PIE);
	mach_command(&make, LC_RPATH);
	mach_put(&make, 4000, 4);
	mach_command_end(&make);
	mach_command(&make, 0x80000099); /* dyld must know it; we do not */
	mach_command_end(&make);
	img = open_made();
	assert_int_equal(img->defects.count, 1);
	assert_int_equal(img->unsimulated.count, 1);
	assert_int_equal(img->macho->rpaths.count, 0);
}

static void
test_cut_header(void **state)
{
	struct input in;
	struct image img;
	struct error err;

	(void)state;
	error_clear(&err);
	input_from_buffer(&in, &arena, "x", "\xcf\xfa\xed\xfe\x0c", 5);
	assert_true(image_is_supported(&in));
	assert_false(image_open(&img, &arena, &in, &err));
	assert_int_equal(err.kind, ERROR_FORMAT);
}

static void
test_kinds(void **state)
{
	struct image *img;

	(void)state;
	mach_begin(&make, 64, false, MACH_ARM64, MH_DSYM, 0);
	mach_segment(&make, "__TEXT", 0, 0, 1 << 20, 5, NULL); /* without its content */
	img = open_made();
	assert_true(img->debug_only);
	assert_int_equal(img->defects.count, 0);
	assert_false(image_is_loadable(img));
	mach_begin(&make, 64, false, MACH_ARM64, MH_OBJECT, 0);
	assert_int_equal(open_made()->type, IMAGE_RELOCATABLE);
	mach_begin(&make, 64, false, MACH_ARM64, MH_BUNDLE, 0);
	assert_int_equal(open_made()->type, IMAGE_SHARED);
	mach_begin(&make, 64, false, MACH_ARM64, MH_EXECUTE, MH_ALLOW_STACK_EXECUTION);
	img = open_made();
	assert_int_equal(img->type, IMAGE_EXECUTABLE);
	assert_true(img->stack_executable);
	mach_begin(&make, 64, false, MACH_ARM64, MH_DYLIB, 0);
	mach_build(&make, 7, 0x0f0000, 0x0f0000);
	img = open_made();
	assert_string_equal(img->os, "ios-simulator");
	assert_null(image_row(img));
}

static bool
is_fat(const void *data, size_t len)
{
	struct input in;

	input_from_buffer(&in, &arena, "x", data, len);
	return fat_is(&in);
}

static void
test_fat(void **state)
{
	static const char fat[] = "\xca\xfe\xba\xbe\0\0\0\2"
				  "\1\0\0\7\0\0\0\3\0\0\x10\0\0\0\0\x20\0\0\0\xc"
				  "\1\0\0\xc\x80\0\0\2\0\0\x20\0\0\0\0\x30\0\0\0\xe";
	static const char wide[] = "\xca\xfe\xba\xbf\0\0\0\1"
				   "\1\0\0\xc\0\0\0\0\0\0\0\1\0\0\x20\0\0\0\0\0\0\0\0\x30\0\0\0\xe"
				   "\0\0\0\0";
	struct fat_slice *slices;
	struct input in;
	struct error err;
	size_t n;

	(void)state;
	error_clear(&err);
	input_from_buffer(&in, &arena, "x", fat, sizeof(fat) - 1);
	assert_true(fat_is(&in));
	assert_true(fat_read(&arena, &in, &slices, &n, &err));
	assert_int_equal(n, 2);
	assert_string_equal(slices[0].arch, "amd64");
	assert_int_equal(slices[0].offset, 0x1000);
	assert_int_equal(slices[0].size, 0x20);
	assert_string_equal(slices[1].arch, "arm64e");
	input_from_buffer(&in, &arena, "x", wide, sizeof(wide) - 1);
	assert_true(fat_read(&arena, &in, &slices, &n, &err));
	assert_string_equal(slices[0].arch, "arm64");
	assert_int_equal(slices[0].offset, 0x100002000);
	assert_int_equal(slices[0].size, 0x30);
	input_from_buffer(&in, &arena, "x", fat, 30);
	assert_false(fat_read(&arena, &in, &slices, &n, &err));
	assert_int_equal(err.kind, ERROR_FORMAT);
	assert_false(is_fat(WITH("\xca\xfe\xba\xbe\0\0\0\x34"))); /* Java 8 */
	assert_false(is_fat(WITH("\xca\xfe\xba\xbe\0\3\0\x2d"))); /* Java 1.1 */
	assert_false(is_fat(WITH("\xca\xfe")));
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_program),
		TEST(test_big_endian_32),
		TEST(test_marked_use),
		TEST(test_bind_opcodes),
		TEST(test_bind_opcodes_cut),
		TEST(test_chained),
		TEST(test_trie),
		TEST(test_bad_tries),
		TEST(test_symbol_table),
		TEST(test_signature),
		TEST(test_defects),
		TEST(test_cut_header),
		TEST(test_kinds),
		TEST(test_fat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
