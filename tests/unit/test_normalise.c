/* SPDX-License-Identifier: MIT */
/* Layouts, finishing a tree, and the self-check, on small trees made by hand. */
#include "tests/unit/unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "sysroots/layout.h"
#include "sysroots/normalise.h"
#include "sysroots/selfcheck.h"

static struct target
target_of(const char *text)
{
	struct error err;
	struct target t;

	error_clear(&err);
	if (!target_parse(&t, text, NULL, &err))
		fail_msg("%s", err.what);
	return target_settled(&t, false);
}

struct place {
	const char *from, *to; /* NULL: left out */
};

static void
assert_places(const char *target, const struct place *places, size_t count)
{
	struct target t = target_of(target);
	struct layout layout;
	struct arena scratch;

	arena_init(&scratch);
	layout_init(&layout, source_get("debian:12", &(struct error){ 0 }), &t);
	for (size_t i = 0; i < count; i++) {
		const char *to = layout_place(&layout, &scratch, places[i].from);
		if (to == NULL && places[i].to != NULL)
			fail_msg("%s is left out", places[i].from);
		if (to != NULL && places[i].to == NULL)
			fail_msg("%s is not left out", places[i].from);
		if (to != NULL)
			assert_string_equal(to, places[i].to);
	}
	arena_clear(&scratch);
}

static void
test_glibc_layout(void **state)
{
	static const struct place places[] = {
		{ "lib/aarch64-linux-gnu/libc.so.6", "usr/lib/aarch64-linux-gnu/libc.so.6" },
		{ "lib/ld-linux-aarch64.so.1", "usr/lib/ld-linux-aarch64.so.1" },
		{ "lib64/ld-linux-x86-64.so.2", "usr/lib64/ld-linux-x86-64.so.2" },
		{ "usr/lib/aarch64-linux-gnu/crt1.o", "usr/lib/aarch64-linux-gnu/crt1.o" },
		{ "usr/include/stdio.h", "usr/include/stdio.h" },
		{ "usr/include/aarch64-linux-gnu/asm/errno.h",
			"usr/include/aarch64-linux-gnu/asm/errno.h" },
		{ "usr/include/aarch64-linux-gnu/bits/types.h",
			"usr/include/aarch64-linux-gnu/bits/types.h" },
		/* Debian 13's linux-libc-dev, one package for all. */
		{ "usr/lib/linux/uapi/arm64/asm/errno.h",
			"usr/include/aarch64-linux-gnu/asm/errno.h" },
		{ "usr/lib/linux/uapi/arm/asm/errno.h", NULL },
		{ "usr/include/arm-linux-gnueabihf/asm/errno.h", NULL },
		{ "usr/include/x86_64-linux-gnux32/asm/errno.h", NULL },
		{ "usr/lib/gcc/aarch64-linux-gnu/12/libgcc.a",
			"usr/lib/gcc/aarch64-linux-gnu/12/libgcc.a" },
		{ "usr/lib/gcc/aarch64-linux-gnu/12/include/stddef.h", NULL },
		{ "usr/lib/gcc/aarch64-linux-gnu/12/libtsan.a", NULL },
		{ "usr/lib/aarch64-linux-gnu/gconv/ISO8859-1.so", NULL },
		{ "usr/share/doc/libc6/copyright", NULL },
		{ "usr/share/pkgconfig/x.pc", "usr/share/pkgconfig/x.pc" },
		{ "usr/bin/ld-musl-config", NULL },
		{ "etc/ld.so.conf.d/aarch64-linux-gnu.conf", NULL },
	};

	(void)state;
	assert_places("linux/arm64/glibc", places, ARRAY_LEN(places));
}

static void
test_musl_layout(void **state)
{
	static const struct place places[] = {
		{ "usr/include/aarch64-linux-musl/stdio.h", "usr/include/stdio.h" },
		{ "usr/include/aarch64-linux-musl/sys/stat.h", "usr/include/sys/stat.h" },
		{ "usr/lib/aarch64-linux-musl/crt1.o", "usr/lib/crt1.o" },
		{ "usr/lib/aarch64-linux-musl/musl-gcc.specs", NULL },
		{ "lib/aarch64-linux-musl/libc.so", "usr/lib/libc.so" },
		{ "usr/lib/aarch64-linux-musl/libc.so", "usr/lib/libc.so" },
		{ "lib/ld-musl-aarch64.so.1", "lib/ld-musl-aarch64.so.1" },
		{ "usr/lib/ld-musl-aarch64.so.1", "lib/ld-musl-aarch64.so.1" },
		{ "usr/lib/gcc/aarch64-linux-gnu/12/libgcc.a", "usr/lib/libgcc.a" },
		{ "usr/lib/gcc/aarch64-linux-gnu/12/libgcc_eh.a", "usr/lib/libgcc_eh.a" },
		{ "usr/lib/gcc/aarch64-linux-gnu/12/crtbeginS.o", "usr/lib/crtbeginS.o" },
		{ "usr/lib/gcc/aarch64-linux-gnu/12/libgomp.a", NULL },
		{ "usr/lib/gcc/aarch64-linux-gnu/12/libgcc_s.so", NULL },
		{ "usr/include/linux/errno.h", "usr/include/linux/errno.h" },
		{ "usr/include/aarch64-linux-gnu/asm/errno.h", "usr/include/asm/errno.h" },
		{ "usr/lib/linux/uapi/arm64/asm/errno.h", "usr/include/asm/errno.h" },
		{ "usr/include/s390x-linux-gnu/asm/errno.h", NULL },
		{ "usr/lib/aarch64-linux-gnu/libfoo.a", NULL },
	};

	(void)state;
	assert_places("linux/arm64/musl", places, ARRAY_LEN(places));
}

struct fixture {
	struct arena arena;
	struct error err;
	char *dir;
	struct unpack_list list;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	error_clear(&f->err);
	f->dir = unit_temp_dir(&f->arena);
	f->list.arena = &f->arena;
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
add_text(struct fixture *f, const char *path, struct str text)
{
	char *full = path_join(&f->arena, f->dir, path);
	struct unpack_entry entry = { .path = path, .size = text.len };

	assert_true(file_mkdirs(path_dir(&f->arena, full), 0755, &f->err));
	assert_true(file_write(full, text, 0644, &f->err));
	unpack_list_add(&f->list, &entry);
}

static void
add_link(struct fixture *f, const char *path, const char *target)
{
	char *full = path_join(&f->arena, f->dir, path);
	struct unpack_entry entry = { .path = path, .link = target };

	assert_true(file_mkdirs(path_dir(&f->arena, full), 0755, &f->err));
	assert_int_equal(symlink(target, full), 0);
	unpack_list_add(&f->list, &entry);
}

static void
finish(struct fixture *f, const char *target)
{
	struct target t = target_of(target);
	struct layout layout;

	layout_init(&layout, source_get("debian:12", &(struct error){ 0 }), &t);
	if (!normalise_tree(f->dir, &layout, &f->list, &f->err))
		fail_msg("%s", f->err.what);
}

static void
test_merged_links(void **state)
{
	struct fixture *f = *state;
	const struct unpack_entry *e;

	add_text(f, "usr/lib/x/libc.so.6", STR("c"));
	add_text(f, "usr/lib64/ld.so", STR("l"));
	finish(f, "linux/amd64/glibc");
	assert_non_null(e = normalise_find(&f->list, "lib"));
	assert_string_equal(e->link, "usr/lib");
	assert_non_null(normalise_find(&f->list, "lib64"));
	e = normalise_resolve(&f->list, &f->arena, "/lib/x/libc.so.6");
	assert_non_null(e);
	assert_string_equal(e->path, "usr/lib/x/libc.so.6");
	assert_true(file_exists(path_join(&f->arena, f->dir, "lib64/ld.so")));
	for (size_t i = 1; i < f->list.count; i++)
		assert_true(strcmp(f->list.items[i - 1].path, f->list.items[i].path) < 0);
}

static void
test_no_merged_links_for_musl(void **state)
{
	struct fixture *f = *state;

	add_text(f, "usr/lib/libc.so", STR("c"));
	add_link(f, "lib/ld-musl-aarch64.so.1", "../usr/lib/libc.so");
	finish(f, "linux/arm64/musl");
	assert_null(normalise_find(&f->list, "lib"));
	assert_string_equal(
		normalise_resolve(&f->list, &f->arena, "/lib/ld-musl-aarch64.so.1")->path,
		"usr/lib/libc.so");
}

static void
test_dead_links(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	add_text(f, "usr/lib/a", STR("a"));
	add_link(f, "usr/lib/alive", "a");
	add_link(f, "usr/lib/dir", "../lib");
	add_link(f, "usr/lib/dead", "gone");
	add_link(f, "usr/lib/chain", "dead");
	add_link(f, "usr/lib/round", "about");
	add_link(f, "usr/lib/about", "round");
	finish(f, "linux/arm64/glibc");
	assert_non_null(normalise_find(&f->list, "usr/lib/alive"));
	assert_non_null(normalise_find(&f->list, "usr/lib/dir"));
	assert_null(normalise_find(&f->list, "usr/lib/dead"));
	assert_null(normalise_find(&f->list, "usr/lib/chain"));
	assert_null(normalise_find(&f->list, "usr/lib/round"));
	assert_int_not_equal(lstat(path_join(&f->arena, f->dir, "usr/lib/chain"), &st), 0);
	assert_int_equal(f->list.count, 4); /* and lib */
}

static void
test_resolve(void **state)
{
	struct fixture *f = *state;

	add_text(f, "usr/lib/a", STR("a"));
	finish(f, "linux/arm64/glibc");
	assert_null(normalise_resolve(&f->list, &f->arena, "/usr/lib"));
	assert_null(normalise_resolve(&f->list, &f->arena, "/usr/lib/b"));
	assert_null(normalise_resolve(&f->list, &f->arena, "/"));
	assert_null(normalise_resolve(&f->list, &f->arena, ""));
	assert_non_null(normalise_resolve(&f->list, &f->arena, "lib/a"));
}

static void
test_empty(void **state)
{
	struct fixture *f = *state;

	finish(f, "linux/arm64/glibc");
	assert_int_equal(f->list.count, 0);
	assert_null(normalise_find(&f->list, "a"));
}

/* e_ident and the first fields of a little-endian 64-bit object for AArch64 (183). */
static const char arm64_object[] = "\x7f"
				   "ELF\2\1\1\0\0\0\0\0\0\0\0\0\1\0\xb7\0";

static const char *const musl_files[] = { "usr/include/stdio.h", "usr/include/linux/errno.h",
	"usr/include/asm/errno.h", "usr/include/bits/alltypes.h", "usr/lib/Scrt1.o",
	"usr/lib/rcrt1.o", "usr/lib/crti.o", "usr/lib/crtn.o", "usr/lib/libc.a",
	"usr/lib/crtbegin.o", "usr/lib/crtbeginS.o", "usr/lib/crtbeginT.o", "usr/lib/crtend.o",
	"usr/lib/crtendS.o", "usr/lib/libgcc.a", "usr/lib/libgcc_eh.a" };

static void
make_musl(struct fixture *f)
{
	for (size_t i = 0; i < ARRAY_LEN(musl_files); i++)
		add_text(f, musl_files[i], STR("!<arch>\n"));
	add_text(f, "usr/lib/crt1.o", (struct str){ arm64_object, sizeof(arm64_object) - 1 });
}

static bool
check(struct fixture *f, const char *target, enum package_set set)
{
	struct target t = target_of(target);

	return selfcheck_tree(f->dir, &f->list, source_get("debian:12", &f->err), &t, set, &f->err);
}

static void
assert_wrong(struct fixture *f, const char *target, enum package_set set, const char *text)
{
	assert_false(check(f, target, set));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	if (strstr(f->err.what, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, f->err.what);
}

static void
test_selfcheck_whole(void **state)
{
	struct fixture *f = *state;

	make_musl(f);
	finish(f, "linux/arm64/musl");
	if (!check(f, "linux/arm64/musl", SET_C_STATIC))
		fail_msg("%s", f->err.what);
	assert_wrong(f, "linux/arm64/musl", SET_C_DYNAMIC, "usr/lib/libc.so is missing");
}

static void
test_selfcheck_machine(void **state)
{
	struct fixture *f = *state;

	make_musl(f);
	finish(f, "linux/arm64/musl");
	assert_wrong(f, "linux/amd64/musl", SET_C_STATIC, "usr/lib/crt1.o is for another machine");
	assert_wrong(f, "linux/s390x/musl", SET_C_STATIC, "another machine");
	assert_wrong(f, "linux/arm/v7/musl", SET_C_STATIC, "another machine");
}

static void
test_selfcheck_missing(void **state)
{
	struct fixture *f = *state;

	make_musl(f);
	for (size_t i = 0; i < f->list.count; i++)
		if (strcmp(f->list.items[i].path, "usr/lib/crtbeginT.o") == 0)
			f->list.items[i] = f->list.items[--f->list.count];
	finish(f, "linux/arm64/musl");
	assert_wrong(f, "linux/arm64/musl", SET_C_STATIC, "usr/lib/crtbeginT.o is missing");
}

static void
test_selfcheck_script(void **state)
{
	struct fixture *f = *state;

	make_musl(f);
	add_text(f, "usr/lib/libfine.a",
		STR("/* GNU ld script\n*/\nGROUP ( /usr/lib/libc.a -lgcc )\n"));
	add_text(f, "usr/lib/libx.a", STR("/* GNU ld script\n*/\nGROUP ( /lib/gone.a )\n"));
	finish(f, "linux/arm64/musl");
	assert_wrong(f, "linux/arm64/musl", SET_C_STATIC,
		"usr/lib/libx.a names /lib/gone.a, which is not there");
}

static void
test_selfcheck_link(void **state)
{
	struct fixture *f = *state;

	make_musl(f);
	add_link(f, "usr/lib/evil", "../../../etc/passwd");
	unpack_list_add(&f->list, &(struct unpack_entry){ .path = "etc/passwd" });
	finish(f, "linux/arm64/musl"); /* resolved inside, it would be alive */
	assert_wrong(f, "linux/arm64/musl", SET_C_STATIC, "leads out of the sysroot");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_glibc_layout),
		cmocka_unit_test(test_musl_layout),
		TEST(test_merged_links),
		TEST(test_no_merged_links_for_musl),
		TEST(test_dead_links),
		TEST(test_resolve),
		TEST(test_empty),
		TEST(test_selfcheck_whole),
		TEST(test_selfcheck_machine),
		TEST(test_selfcheck_missing),
		TEST(test_selfcheck_script),
		TEST(test_selfcheck_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
