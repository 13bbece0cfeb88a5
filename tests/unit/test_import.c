/* SPDX-License-Identifier: MIT */
/*
 * Imports of trees and archives that are made here: what each is told to be, how layers lie over one
 * another, and what hostile ones may not do. ELF files are a few bytes of header, read by a callback
 * as the real one does; real systems are tests/real/import.t's.
 */
#include "tests/unit/debs.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/input.h"
#include "sysroots/import.h"
#include "sysroots/sysroot.h"

struct fixture {
	struct arena arena;
	struct error err;
	char *dir;
	char *tree; /* what is going to be imported */
	struct store store;
	struct context ctx;
	struct import_request req;
	struct import got;
};

static const char *const no_env[] = { "PATH=/nonexistent", NULL };

/* Class, order, machine and flags of an ELF header. */
static bool
look(void *unused, struct arena *scratch, const char *path, struct import_binary *ret)
{
	struct error ignored;
	struct bytes head;
	struct input in;

	(void)unused;
	if (!input_open(&in, scratch, path, &ignored))
		return false;
	bool ok = input_window(&in, 0, 52, &head, &ignored) && bytes_equal(&head, 0,
								       "\x7f"
								       "ELF",
								       4);
	head.big_endian = bytes_u8(&head, 5) == 2;
	*ret = (struct import_binary){
		.machine = bytes_u16(&head, 18),
		.bits = bytes_u8(&head, 4) == 2 ? 64 : 32,
		.big_endian = head.big_endian,
		.flags = bytes_u32(&head, bytes_u8(&head, 4) == 2 ? 48 : 36),
	};
	input_close(&in);
	return ok;
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	error_clear(&f->err);
	f->dir = unit_temp_dir(&f->arena);
	f->tree = path_join(&f->arena, f->dir, "tree");
	f->ctx = (struct context){ .arena = &f->arena, .env = no_env, .cwd = f->dir };
	store_init(&f->store, path_join(&f->arena, f->dir, "store"));
	f->req = (struct import_request){ .name = "it", .look = look };
	strvec_init(&f->req.inputs, &f->arena);
	strvec_push(&f->req.inputs, "tree");
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	unit_remove(f->dir);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static void
put_bytes(struct fixture *f, const char *rel, struct str data)
{
	const char *path = path_join(&f->arena, f->tree, rel);

	assert_true(file_mkdirs(path_dir(&f->arena, path), 0755, &f->err));
	assert_true(file_write(path, data, 0644, &f->err));
}

static void
put(struct fixture *f, const char *rel, const char *text)
{
	put_bytes(f, rel, str_from(text));
}

static void
put_link(struct fixture *f, const char *rel, const char *target)
{
	const char *path = path_join(&f->arena, f->tree, rel);

	assert_true(file_mkdirs(path_dir(&f->arena, path), 0755, &f->err));
	assert_int_equal(symlink(target, path), 0);
}

/* `tail` follows the header. */
static void
put_elf(struct fixture *f, const char *rel, const char *row_os, const char *row_arch,
	struct str tail)
{
	const struct target_row *row = target_row_find(row_os, row_arch, NULL);
	const struct target_elf *elf = &row->elf;
	unsigned char head[64] = { 0x7f, 'E', 'L', 'F', elf->bits == 64 ? 2 : 1,
		elf->big_endian ? 2 : 1, 1 };
	size_t flags = elf->bits == 64 ? 48 : 36;
	struct strbuf b;

	head[elf->big_endian ? 19 : 18] = (unsigned char)(elf->machine & 0xff);
	head[elf->big_endian ? 18 : 19] = (unsigned char)(elf->machine >> 8);
	for (size_t i = 0; i < 4; i++)
		head[flags + (elf->big_endian ? 3 - i : i)] =
			(unsigned char)(elf->flags >> (8 * i) & 0xff);
	strbuf_init(&b, &f->arena);
	strbuf_addn(&b, (const char *)head, sizeof(head));
	strbuf_addn(&b, tail.ptr, tail.len);
	put_bytes(f, rel, (struct str){ b.ptr, b.len });
}

static void
import(struct fixture *f)
{
	error_clear(&f->err);
	if (!import_add(&f->ctx, &f->store, &f->req, &f->got, &f->err))
		fail_msg("%s (%s)", f->err.what, f->err.where);
}

static void
refused(struct fixture *f, enum error_kind kind, const char *text)
{
	error_clear(&f->err);
	if (import_add(&f->ctx, &f->store, &f->req, &f->got, &f->err))
		fail_msg("accepted; wanted: %s", text);
	if (f->err.kind != kind || strstr(f->err.what, text) == NULL)
		fail_msg("kind %d: %s (%s)", (int)f->err.kind, f->err.what, f->err.where);
}

static bool
has(struct fixture *f, const char *rel)
{
	return file_exists(path_join(&f->arena, f->got.path, rel));
}

static void
assert_serves(struct fixture *f, const char *target, unsigned wants, const char *refusal)
{
	struct target t;

	assert_true(target_parse(&t, target, NULL, &f->err));
	t = target_settled(&t, false);
	error_clear(&f->err);
	bool ok = import_serves(&f->got, &t, wants, &f->err);
	if (refusal == NULL ? !ok : ok || strstr(f->err.what, refusal) == NULL)
		fail_msg("%s: %s", target, ok ? "served" : f->err.what);
}

static const struct str nothing = { "", 0 };

static void
put_glibc(struct fixture *f, const char *arch, const char *multiarch)
{
	static const char *const starts[] = { "crti.o", "crtn.o", "libc.so", "libc.a" };
	static const char *const gcc[] = { "libgcc.a", "libgcc_eh.a", "crtbeginS.o" };
	struct arena *a = &f->arena;

	put(f, "usr/include/stdio.h", "int puts();\n");
	put(f, "usr/include/linux/errno.h", "\n");
	put(f, "usr/include/features.h", "#define\t__GLIBC__\t2\n# define __GLIBC_MINOR__ 36\n");
	put_elf(f, arena_printf(a, "usr/lib/%s/libc.so.6", multiarch), "linux", arch,
		STR("GNU C Library (X GLIBC 2.35) stable release version 2.35.\n"));
	put_elf(f, arena_printf(a, "usr/lib/%s/crt1.o", multiarch), "linux", arch, nothing);
	put_elf(f, arena_printf(a, "usr/lib/gcc/%s/12/crtbegin.o", multiarch), "linux", arch,
		nothing);
	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		put(f, arena_printf(a, "usr/lib/%s/%s", multiarch, starts[i]), "!<arch>\n");
	for (size_t i = 0; i < ARRAY_LEN(gcc); i++)
		put(f, arena_printf(a, "usr/lib/gcc/%s/12/%s", multiarch, gcc[i]), "!<arch>\n");
}

static void
test_glibc(void **state)
{
	struct fixture *f = *state;

	put_glibc(f, "arm64", "aarch64-linux-gnu");
	put(f, "usr/lib/os-release", "NAME=x\nPRETTY_NAME=\"A System 1\"\n");
	put(f, "usr/bin/tool", "x");
	put(f, "proc/1/mem", "x");
	put(f, "usr/lib/python3/x.py", "x");
	put_link(f, "usr/lib/absolute", "/usr/lib/aarch64-linux-gnu/libc.so.6");
	put_link(f, "usr/lib/out", "../../../../../../etc/passwd");
	put_link(f, "usr/lib/dead", "nowhere");
	import(f);
	assert_string_equal(f->got.label, "linux-rootfs");
	assert_string_equal(f->got.about, "A System 1");
	assert_string_equal(f->got.version, "2.35"); /* the library's own words, not a header's */
	assert_string_equal(f->got.gcc, "12");
	assert_int_equal(f->got.arch_count, 1);
	assert_string_equal(f->got.archs[0].row->arch, "arm64");
	assert_int_equal(f->got.archs[0].serves, IMPORT_COMPILE | IMPORT_DYNAMIC | IMPORT_STATIC);
	assert_true(has(f, "lib/aarch64-linux-gnu/libc.so.6")); /* merged */
	assert_true(has(f, "usr/lib/absolute"));
	assert_false(has(f, "usr/bin/tool"));
	assert_false(has(f, "proc/1/mem"));
	assert_false(has(f, "usr/lib/python3/x.py"));
	assert_false(has(f, "usr/lib/dead"));
	assert_false(has(f, "usr/lib/out"));
	assert_serves(f, "linux/arm64/glibc", IMPORT_DYNAMIC, NULL);
	assert_serves(f, "linux/arm64/v8.2/glibc", IMPORT_STATIC, NULL);
	assert_serves(f, "linux/arm64/glibc2.35", 0, NULL);
	assert_serves(f, "linux/arm64/glibc2.31", 0, "newer than the 2.31");
	assert_serves(f, "linux/arm64/musl", 0, "has glibc");
	assert_serves(f, "linux/amd64/glibc", 0, "is for linux/arm64, not for linux/amd64");
	assert_serves(f, "linux/arm64/glibc", IMPORT_CXX, "no C++ library");
}

static void
test_two_machines(void **state)
{
	struct fixture *f = *state;

	put_glibc(f, "amd64", "x86_64-linux-gnu");
	put_glibc(f, "arm", "arm-linux-gnueabihf");
	/* Only to run programs with: no target. */
	put_elf(f, "usr/lib/i386-linux-gnu/libc.so.6", "linux", "386", nothing);
	import(f);
	assert_int_equal(f->got.arch_count, 2);
	assert_serves(f, "linux/amd64/glibc", IMPORT_DYNAMIC, NULL);
	assert_serves(f, "linux/arm/v7/glibc", IMPORT_DYNAMIC, NULL);
	assert_serves(f, "linux/arm/v6/glibc", IMPORT_DYNAMIC, NULL);
	assert_serves(f, "linux/arm/v5/glibc", IMPORT_DYNAMIC, "not for linux/arm/v5");
	assert_serves(f, "linux/386/glibc", 0, "not for linux/386");
}

static void
test_musl(void **state)
{
	static const char *const names[] = { "usr/lib/crti.o", "usr/lib/libc.a",
		"usr/lib/gcc/aarch64-alpine-linux-musl/13.2.1/libgcc.a",
		"usr/lib/gcc/aarch64-alpine-linux-musl/13.2.1/libgcc_eh.a", "usr/lib/libstdc++.so",
		"usr/include/c++/13.2.1/iostream",
		"usr/include/c++/13.2.1/aarch64-alpine-linux-musl/bits/c++config.h" };
	struct fixture *f = *state;

	put(f, "usr/include/stdio.h", "");
	put(f, "usr/include/features.h", "#ifndef _FEATURES_H\n");
	put(f, "usr/include/linux/errno.h", "");
	put_elf(f, "usr/lib/crt1.o", "linux", "arm64", nothing);
	put_elf(f, "usr/lib/gcc/aarch64-alpine-linux-musl/13.2.1/crtbegin.o", "linux", "arm64",
		nothing);
	put_elf(f, "lib/ld-musl-aarch64.so.1", "linux", "arm64",
		STR("\0"
		    "1.2.3.4\0"
		    "12.1\0"
		    "1.2.5\0"
		    "x"));
	put_link(f, "usr/lib/libc.so", "/lib/ld-musl-aarch64.so.1");
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		put(f, names[i], "x");
	import(f);
	assert_int_equal(f->got.libc, LIBC_MUSL);
	assert_string_equal(f->got.version, "1.2.5");
	assert_int_equal(f->got.archs[0].serves,
		IMPORT_COMPILE | IMPORT_DYNAMIC | IMPORT_STATIC | IMPORT_CXX);
	/* Under the names that versions of clang look for. */
	assert_true(has(f, "usr/lib/gcc/aarch64-linux-musl/13.2.1/libgcc.a"));
	assert_true(has(f, "usr/lib/gcc/aarch64-linux-gnu/13.2.1/libgcc.a"));
	assert_true(has(f, "usr/include/c++/13.2.1/aarch64-linux-gnu/bits/c++config.h"));
}

static void
put_bsd(struct fixture *f, const char *os, const char *param, const char *libc)
{
	static const char *const names[] = { "crti.o", "crtbeginS.o", "libc.a", "libgcc.a",
		"libgcc_eh.a", "libc++.so" };

	put(f, "usr/include/stdio.h", "");
	put(f, "usr/include/c++/v1/iostream", "");
	put(f, "usr/include/sys/param.h", param);
	put_elf(f, "usr/lib/crt1.o", os, "amd64", nothing);
	put_elf(f, "usr/lib/crtbegin.o", os, "amd64", nothing);
	put_elf(f, libc, os, "amd64", nothing);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		put(f, arena_printf(&f->arena, "usr/lib/%s", names[i]), "x");
}

static void
test_bsds(void **state)
{
	static const struct {
		const char *os, *param, *libc, *label, *version;
	} cases[] = {
		{ "freebsd", "#define __FreeBSD_version 1302001\t/* x */\n", "lib/libc.so.7",
			"freebsd-base", "13.2" },
		{ "netbsd", "#define\t__NetBSD_Version__\t1000000000\t/* NetBSD 10.0 */\n",
			"lib/libc.so.12", "netbsd-base", "10.0" },
		{ "openbsd", "#define OpenBSD\t202310\n#define OpenBSD7_4 1\n",
			"usr/lib/libc.so.97.1", "openbsd-base", "7.4" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		unit_remove(f->tree);
		put_bsd(f, cases[i].os, cases[i].param, cases[i].libc);
		f->req.name = cases[i].os;
		import(f);
		assert_string_equal(f->got.label, cases[i].label);
		assert_string_equal(f->got.version, cases[i].version);
		assert_string_equal(f->got.archs[0].row->os, cases[i].os);
		assert_int_equal(f->got.archs[0].serves,
			IMPORT_COMPILE | IMPORT_DYNAMIC | IMPORT_STATIC | IMPORT_CXX);
	}
}

static void
test_android(void **state)
{
	struct fixture *f = *state;
	const char *arm64 = "ndk/sysroot/usr/lib/aarch64-linux-android";

	put(f, "ndk/sysroot/usr/include/stdio.h", "");
	put(f, "ndk/sysroot/usr/include/android/api-level.h", "");
	put(f, "ndk/sysroot/usr/include/android/ndk-version.h", "#define __NDK_MAJOR__ 26\n");
	put_elf(f, arena_printf(&f->arena, "%s/21/crtbegin_dynamic.o", arm64), "android", "arm64",
		nothing);
	put_elf(f, arena_printf(&f->arena, "%s/21/libc.so", arm64), "android", "arm64", nothing);
	put(f, arena_printf(&f->arena, "%s/libc.a", arm64), "x");
	f->req.inputs.items[0] = "tree/ndk/sysroot";
	import(f);
	assert_string_equal(f->got.label, "android-ndk");
	assert_string_equal(f->got.about, "NDK r26");
	assert_int_equal(f->got.archs[0].serves, IMPORT_COMPILE | IMPORT_DYNAMIC | IMPORT_STATIC);
	assert_serves(f, "android/arm64", IMPORT_DYNAMIC, NULL);
}

static void
test_apple(void **state)
{
	struct fixture *f = *state;

	put(f, "usr/include/stdio.h", "");
	put(f, "usr/lib/libSystem.B.tbd",
		"---\narchs: [ x86_64, arm64e ]\ninstall-name: x\nexports:\n  - archs: [ arm64 "
		"]\n");
	put(f, "SDKSettings.plist",
		"<plist><dict><key>Version</key>\n\t<string>10.15</string></dict></plist>");
	put(f, "Library/x", "");
	put(f, "System/Library/Frameworks/F.framework/F.tbd", "x");
	put(f, "System/Library/CoreServices/x", "x");
	import(f);
	assert_string_equal(f->got.label, "macos-sdk");
	assert_string_equal(f->got.version, "10.15");
	assert_int_equal(f->got.arch_count, 1); /* arm64e is another ABI */
	assert_string_equal(f->got.archs[0].row->arch, "amd64");
	assert_true(has(f, "System/Library/Frameworks/F.framework/F.tbd"));
	assert_false(has(f, "System/Library/CoreServices/x"));
	assert_serves(f, "darwin/amd64/10.13", IMPORT_DYNAMIC, NULL);
	unit_remove(path_join(&f->arena, f->tree, "SDKSettings.plist"));
	put(f, "usr/lib/libSystem.tbd", "targets: [ arm64-ios, arm64-ios-simulator ]\n");
	put(f, "SDKSettings.json", "{\"Version\":\"17.2\",\"CanonicalName\":\"iphoneos17.2\"}");
	f->req.name = "ios";
	import(f);
	assert_string_equal(f->got.label, "ios-sdk");
	assert_string_equal(f->got.archs[0].row->os, "ios");
}

static void
test_not_a_sysroot(void **state)
{
	struct fixture *f = *state;

	put(f, "usr/lib/x", "");
	refused(f, ERROR_FORMAT, "no usr/include/stdio.h");
	put(f, "usr/include/stdio.h", "");
	refused(f, ERROR_FORMAT, "none that is known");
	put(f, "usr/include/features.h", "#define __GLIBC__ 2\n");
	refused(f, ERROR_FORMAT, "no start file");
	f->req.name = "debian:12";
	refused(f, ERROR_USAGE, "cannot be called");
	f->req.name = "bookworm";
	refused(f, ERROR_USAGE, "name of a source");
	f->req.name = "dir";
	refused(f, ERROR_USAGE, "name of a source");
	f->req.name = "x";
	f->req.inputs.items[0] = "nothing";
	refused(f, ERROR_MISSING, "nothing is not there");
	assert_int_equal(rmdir(store_path(&f->store, &f->arena, "tmp")), 0); /* all tidied up */
}

static void
write_tar(struct deb *d, const char *path)
{
	static const char zeros[1024];

	strbuf_addn(&d->tar, zeros, sizeof(zeros));
	deb_write_bytes(path, (struct str){ d->tar.ptr, d->tar.len });
}

static void
deb_tar(struct deb *outer, const char *name, struct deb *inner)
{
	static const char zeros[1024];

	strbuf_addn(&inner->tar, zeros, sizeof(zeros));
	deb_member(outer, name, '0', 0644, "", inner->tar.ptr, inner->tar.len, inner->tar.len);
}

/* A darwin SDK, the smallest there is. */
static void
deb_sdk(struct deb *d, const char *top)
{
	struct arena *a = d->tar.arena;

	deb_file(d, arena_printf(a, "%susr/include/stdio.h", top), "int puts();\n");
	deb_file(d, arena_printf(a, "%susr/lib/libSystem.tbd", top), "targets: [ arm64-macos ]\n");
}

static void
use_archive(struct fixture *f, struct deb *d)
{
	write_tar(d, path_join(&f->arena, f->dir, "a.tar"));
	f->req.inputs.items[0] = "a.tar";
}

static void
test_top_of_an_archive(void **state)
{
	struct fixture *f = *state;
	struct deb d;

	deb_init(&d, &f->arena);
	deb_file(&d, "./deep/SDKs/X.sdk/usr/share/x/usr/include/stdio.h", "");
	deb_sdk(&d, "./deep/SDKs/X.sdk/");
	deb_link(&d, "deep/SDKs/X.sdk/usr/lib/libm.tbd", "/usr/lib/libSystem.tbd");
	deb_link(&d, "deep/SDKs/X.sdk/usr/lib/libc.tbd", "libSystem.tbd");
	deb_link(&d, "deep/SDKs/X.sdk/usr/lib/out.tbd", "../../../other/x");
	deb_file(&d, "deep/other/x", "x");
	use_archive(f, &d);
	import(f);
	assert_true(has(f, "usr/lib/libSystem.tbd"));
	assert_true(has(f, "usr/lib/libm.tbd"));
	assert_true(has(f, "usr/lib/libc.tbd"));
	assert_false(has(f, "usr/lib/out.tbd"));
	assert_false(has(f, "deep"));
}

static void
test_hostile_archives(void **state)
{
	static const struct {
		const char *name, *link;
		char type;
		enum error_kind kind;
	} cases[] = {
		{ "../../../evil", "", '0', ERROR_FORMAT },
		{ "/tmp/xbuild-evil", "", '0', ERROR_FORMAT },
		{ "usr/lib/../../../evil", "", '0', ERROR_FORMAT },
		{ "usr/lib/x/y", "", '0', ERROR_FORMAT }, /* behind a link: see below */
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct deb d;
		deb_init(&d, &f->arena);
		deb_sdk(&d, "");
		deb_link(&d, "usr/lib/x", "/usr/include");
		deb_member(&d, cases[i].name, cases[i].type, 0644, cases[i].link, "x", 1, 1);
		use_archive(f, &d);
		refused(f, cases[i].kind, "");
		assert_false(file_exists("/tmp/xbuild-evil"));
		assert_false(file_exists(path_join(&f->arena, f->dir, "evil")));
	}
}

static void
test_untidy_archive(void **state)
{
	struct fixture *f = *state;
	struct deb d;

	deb_init(&d, &f->arena);
	deb_sdk(&d, "");
	deb_file(&d, "usr/bin/tool", "x");
	deb_member(&d, "usr/lib/same", '1', 0644, "usr/lib/libSystem.tbd", "", 0, 0);
	deb_member(&d, "usr/lib/left-out", '1', 0644, "usr/bin/tool", "", 0, 0);
	deb_member(&d, "usr/lib/device", '3', 0644, "", "", 0, 0);
	deb_member(&d, "usr/lib/set-uid", '0', 06755, "", "x", 1, 1);
	deb_member(&d, "usr/lib/na\nme", '0', 0644, "", "x", 1, 1);
	use_archive(f, &d);
	import(f);
	assert_true(has(f, "usr/lib/same"));
	assert_false(has(f, "usr/lib/left-out"));
	assert_false(has(f, "usr/lib/device"));
	struct stat st;
	assert_int_equal(stat(path_join(&f->arena, f->got.path, "usr/lib/set-uid"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0555);
}

/* The upper layer has a directory where the lower has a link that leads elsewhere: what lies in it
 * must not follow the link. */
static void
test_layers(void **state)
{
	struct fixture *f = *state;
	struct deb image, low, high;

	deb_init(&image, &f->arena);
	deb_init(&low, &f->arena);
	deb_init(&high, &f->arena);
	deb_sdk(&low, "");
	deb_link(&low, "usr/lib/sub", "/usr/include");
	deb_file(&low, "usr/lib/gone.tbd", "x");
	deb_file(&low, "usr/lib/dir/old.tbd", "x");
	deb_file(&low, "usr/lib/file/below.tbd", "x");
	deb_file(&low, "usr/lib/kept.tbd", "x");
	deb_file(&high, "usr/lib/sub/new.tbd", "x");
	deb_file(&high, "usr/lib/.wh.gone.tbd", "");
	deb_file(&high, "usr/lib/dir/.wh..wh..opq", "");
	deb_file(&high, "usr/lib/file", "a file now");
	/* What a layer removes, it may bring itself. */
	deb_file(&high, "usr/lib/.wh.kept.tbd", "");
	deb_file(&high, "usr/lib/kept.tbd", "new");
	deb_tar(&image, "b/layer.tar", &high);
	deb_tar(&image, "a/layer.tar", &low);
	deb_file(&image, "manifest.json", "[{\"Layers\":[\"a/layer.tar\",\"b/layer.tar\"]}]");
	use_archive(f, &image);
	import(f);
	assert_true(has(f, "usr/lib/sub/new.tbd"));
	assert_false(has(f, "usr/include/new.tbd"));
	assert_false(has(f, "usr/lib/gone.tbd"));
	assert_false(has(f, "usr/lib/dir/old.tbd"));
	assert_false(has(f, "usr/lib/file/below.tbd"));
	assert_true(has(f, "usr/lib/file"));
	struct str text;
	assert_true(file_read(&f->arena, path_join(&f->arena, f->got.path, "usr/lib/kept.tbd"), 100,
		&text, &f->err));
	assert_string_equal(text.ptr, "new");
}

static void
test_hostile_images(void **state)
{
	static const struct {
		const char *manifest, *why;
		enum error_kind kind;
	} cases[] = {
		{ "[{\"Layers\":[\"../../etc/passwd\"]}]", "makes no sense", ERROR_FORMAT },
		{ "[{\"Layers\":[\"/etc/passwd\"]}]", "makes no sense", ERROR_FORMAT },
		{ "[{\"Layers\":[\"none/layer.tar\"]}]", "a layer is missing", ERROR_FORMAT },
		{ "[{\"Layers\":[]}]", "no layers", ERROR_FORMAT },
		{ "[{\"Layers\":7}]", "lists no layers", ERROR_FORMAT },
		{ "[{\"Layers\":[7]}]", "makes no sense", ERROR_FORMAT },
		{ "[]", "lists no layers", ERROR_FORMAT },
		{ "{}", "lists no layers", ERROR_FORMAT },
		{ "[", "", ERROR_FORMAT },
		{ "[{\"Layers\":[\"a/layer.tar\"]},{\"Layers\":[\"a/layer.tar\"]}]",
			"several images", ERROR_FORMAT },
		{ "[{\"Layers\":[\"manifest.json\"]}]", "", ERROR_FORMAT },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct deb image, layer;
		deb_init(&image, &f->arena);
		deb_init(&layer, &f->arena);
		deb_sdk(&layer, "");
		deb_file(&image, "manifest.json", cases[i].manifest);
		deb_tar(&image, "a/layer.tar", &layer);
		use_archive(f, &image);
		refused(f, cases[i].kind, cases[i].why);
	}
}

#define SHA_X "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881" /* "x" */

static void
test_hostile_oci(void **state)
{
	static const struct {
		const char *index, *why;
		enum error_kind kind;
	} cases[] = {
		{ "{\"manifests\":[{\"digest\":\"sha256:../../x\"}]}", "not SHA-256",
			ERROR_FORMAT },
		{ "{\"manifests\":[{\"digest\":\"md5:x\"}]}", "not SHA-256", ERROR_FORMAT },
		{ "{\"manifests\":[{\"digest\":\"sha256:" SHA_X "\"}]}", "has no blobs/",
			ERROR_FORMAT },
		{ "{\"manifests\":[]}", "nothing for", ERROR_USAGE },
		{ "{\"manifests\":[{},{}]}", "several platforms", ERROR_USAGE },
		{ "{\"manifests\":{}}", "no manifests", ERROR_FORMAT },
		{ "7", "no manifests", ERROR_FORMAT },
	};
	struct fixture *f = *state;
	struct deb image;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		deb_init(&image, &f->arena);
		deb_file(&image, "oci-layout", "{}");
		deb_file(&image, "index.json", cases[i].index);
		use_archive(f, &image);
		refused(f, cases[i].kind, cases[i].why);
	}
	deb_init(&image, &f->arena);
	deb_file(&image, "oci-layout", "{}");
	deb_file(&image, "blobs/sha256/" SHA_X, "y");
	use_archive(f, &image);
	refused(f, ERROR_VERIFY, "another content");
}

static void
test_records(void **state)
{
	struct fixture *f = *state;
	struct import_list all;
	struct strvec damage;
	uint64_t bytes;
	size_t things;

	put(f, "usr/include/stdio.h", "");
	put(f, "usr/lib/libSystem.tbd", "targets: [ arm64-macos ]\n");
	import(f);
	assert_true(f->got.fresh);
	const char *digest = f->got.digest;
	import(f);
	assert_false(f->got.fresh);
	f->req.name = "twin";
	import(f);
	assert_string_equal(f->got.digest, digest);
	assert_true(import_list(&f->ctx, &f->store, &all, &f->err));
	assert_int_equal(all.count, 2);
	assert_string_equal(all.items[1].name, "twin");
	/* Another content does not take a name. */
	put(f, "usr/include/string.h", "");
	refused(f, ERROR_USAGE, "of other content");
	assert_true(sysroot_gc(&f->ctx, &f->store, NULL, &bytes, &things, &f->err));
	assert_int_equal(things, 0);
	const struct sysroot root = { .path = f->got.path, .digest = digest };
	strvec_init(&damage, &f->arena);
	assert_true(sysroot_verify(&f->ctx, &f->store, &root, &damage, &f->err));
	assert_int_equal(damage.count, 0);
	assert_true(import_remove(&f->ctx, &f->store, &all.items[0], &f->err));
	assert_true(file_is_dir(all.items[1].path));
	assert_true(import_remove(&f->ctx, &f->store, &all.items[1], &f->err));
	assert_false(file_exists(all.items[1].path));
	assert_false(import_find(&f->ctx, &f->store, "twin", &f->got));
	/* A record that says nonsense is none. */
	unit_file(&f->arena, store_path(&f->store, &f->arena, "imported"), "odd.json",
		"{\"schema\":1,\"name\":\"odd\",\"digest\":\"../..\",\"archs\":[]}", 0644);
	assert_false(import_find(&f->ctx, &f->store, "odd", &f->got));
	assert_false(import_find(&f->ctx, &f->store, "../imported/odd", &f->got));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_glibc),
		TEST(test_two_machines),
		TEST(test_musl),
		TEST(test_bsds),
		TEST(test_android),
		TEST(test_apple),
		TEST(test_not_a_sysroot),
		TEST(test_top_of_an_archive),
		TEST(test_hostile_archives),
		TEST(test_untidy_archive),
		TEST(test_layers),
		TEST(test_hostile_images),
		TEST(test_hostile_oci),
		TEST(test_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
