/* SPDX-License-Identifier: MIT */
/* Unpacking: what is stored and how, and that a hostile package writes nothing outside. */
#include "tests/unit/debs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "sysroots/unpack.h"

struct fixture {
	struct arena arena;
	struct error err;
	char *dir;  /* everything */
	char *into; /* what is unpacked into */
	char *path; /* the package */
	const struct archives *unpacker;
	struct unpack_totals totals;
	struct unpack_list list;
	struct deb deb;
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
	f->into = path_join(&f->arena, f->dir, "into");
	f->path = path_join(&f->arena, f->dir, "p.deb");
	f->list.arena = &f->arena;
	if (!file_mkdirs(f->into, 0755, &f->err) ||
		!archives_open(&f->arena, &f->unpacker, &f->err))
		return -1;
	deb_init(&f->deb, &f->arena);
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

static const char *
want_all(const void *ctx, struct arena *scratch, const char *path)
{
	(void)ctx;
	(void)scratch;
	return path;
}

/* lib/ goes to usr/lib/, doc/ is left out. */
static const char *
want_merged(const void *ctx, struct arena *scratch, const char *path)
{
	(void)ctx;
	if (strncmp(path, "doc/", 4) == 0)
		return NULL;
	return strncmp(path, "lib/", 4) == 0 ? arena_printf(scratch, "usr/%s", path) : path;
}

static bool
unpack_with(struct fixture *f, unpack_want *want)
{
	const struct unpack_sink sink = {
		.dir = f->into, .want = want, .totals = &f->totals, .ret = &f->list
	};

	deb_write(&f->deb, f->path);
	return unpack_deb(f->unpacker, f->path, &sink, &f->err);
}

static void
assert_refused(struct fixture *f, enum error_kind kind, const char *text)
{
	assert_false(unpack_with(f, want_all));
	assert_int_equal(f->err.kind, kind);
	if (strstr(f->err.what, text) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", text, f->err.what);
}

static char *
into(struct fixture *f, const char *rel)
{
	return path_join(&f->arena, f->into, rel);
}

static void
assert_link(struct fixture *f, const char *rel, const char *target)
{
	char text[256] = { 0 };

	assert_true(readlink(into(f, rel), text, sizeof(text) - 1) > 0);
	assert_string_equal(text, target);
}

static void
test_files(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	deb_member(&f->deb, "./", '5', 0755, "", "", 0, 0);
	deb_member(&f->deb, "./usr/", '5', 0700, "", "", 0, 0);
	deb_file(&f->deb, "./usr/include/stdio.h", "hello\n");
	deb_member(&f->deb, "./usr/lib/libc.so", '0', 04755, "", "x", 1, 1);
	deb_member(&f->deb, "./usr/empty/", '5', 0755, "", "", 0, 0);
	assert_true(unpack_with(f, want_all));
	assert_int_equal(f->list.count, 2);
	assert_string_equal(f->list.items[0].path, "usr/include/stdio.h");
	assert_int_equal(f->list.items[0].size, 6);
	assert_false(f->list.items[0].executable);
	assert_string_equal(f->list.items[0].sha256,
		"5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
	assert_true(f->list.items[1].executable);
	assert_int_equal(stat(into(f, "usr/include/stdio.h"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0444);
	assert_int_equal(st.st_mtime, 1500000000);
	assert_int_equal(stat(into(f, "usr/lib/libc.so"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0555); /* no set-uid */
	assert_false(file_exists(into(f, "usr/empty")));
}

static void
test_umask_has_no_say(void **state)
{
	struct fixture *f = *state;
	mode_t old = umask(077);
	struct stat st;

	deb_file(&f->deb, "a", "x");
	assert_true(unpack_with(f, want_all));
	umask(old);
	assert_int_equal(stat(into(f, "a"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0444);
}

static void
test_links_follow_their_targets(void **state)
{
	struct fixture *f = *state;

	deb_file(&f->deb, "./lib/T/libm.so.6", "m");
	deb_link(&f->deb, "./usr/lib/T/libm.so", "/lib/T/libm.so.6");
	deb_link(&f->deb, "./lib64/ld.so", "../lib/T/libm.so.6");
	deb_link(&f->deb, "./usr/lib/T/self", "/lib/T/self");
	deb_link(&f->deb, "./usr/lib/T/doc", "../../../doc/x");
	assert_true(unpack_with(f, want_merged));
	assert_link(f, "usr/lib/T/libm.so", "libm.so.6");
	assert_link(f, "lib64/ld.so", "../usr/lib/T/libm.so.6");
	assert_int_equal(f->list.count, 3); /* the link to itself and the one to doc are not */
	assert_string_equal(f->list.items[1].link, "libm.so.6");
}

/* Above the top there is nothing: such a link stays inside. */
static void
test_links_cannot_climb_out(void **state)
{
	struct fixture *f = *state;

	deb_link(&f->deb, "a/passwd", "../../../../etc/passwd");
	deb_link(&f->deb, "top", "/");
	assert_true(unpack_with(f, want_all));
	assert_link(f, "a/passwd", "../etc/passwd");
	assert_int_equal(f->list.count, 1);
}

static void
test_nothing_is_written_through_a_link(void **state)
{
	struct fixture *f = *state;

	deb_file(&f->deb, "real/x", "x");
	deb_link(&f->deb, "way", "real");
	deb_file(&f->deb, "way/y", "y");
	assert_refused(f, ERROR_FORMAT, "through a link");
	assert_false(file_exists(into(f, "real/y")));
}

static void
test_a_link_that_is_there_already(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(symlink(f->dir, into(f, "out")), 0);
	deb_file(&f->deb, "out/y", "y");
	assert_refused(f, ERROR_FORMAT, "through a link");
	assert_false(file_exists(path_join(&f->arena, f->dir, "y")));
}

static void
test_dotdot(void **state)
{
	struct fixture *f = *state;

	deb_file(&f->deb, "usr/../../evil", "x");
	assert_refused(f, ERROR_FORMAT, "leads out");
	assert_false(file_exists(path_join(&f->arena, f->dir, "evil")));
}

static void
test_absolute(void **state)
{
	struct fixture *f = *state;

	deb_file(&f->deb, path_join(&f->arena, f->dir, "evil"), "x");
	assert_refused(f, ERROR_FORMAT, "leads out");
	assert_false(file_exists(path_join(&f->arena, f->dir, "evil")));
}

static void
test_control_characters(void **state)
{
	struct fixture *f = *state;

	deb_file(&f->deb, "a\nb", "x");
	assert_refused(f, ERROR_FORMAT, "no text");
}

static void
test_hard_links(void **state)
{
	struct fixture *f = *state;
	struct stat x, y;

	deb_file(&f->deb, "./lib/a", "same");
	deb_member(&f->deb, "./lib/b", '1', 0644, "./lib/a", "", 0, 0);
	assert_true(unpack_with(f, want_merged));
	assert_int_equal(stat(into(f, "usr/lib/a"), &x), 0);
	assert_int_equal(stat(into(f, "usr/lib/b"), &y), 0);
	assert_int_equal(x.st_ino, y.st_ino);
	assert_string_equal(f->list.items[0].sha256, f->list.items[1].sha256);
}

static void
test_hard_link_to_the_outside(void **state)
{
	struct fixture *f = *state;

	deb_member(&f->deb, "b", '1', 0644, "../../etc/passwd", "", 0, 0);
	assert_refused(f, ERROR_FORMAT, "leads out");
}

static void
test_hard_link_to_what_is_not_ours(void **state)
{
	struct fixture *f = *state;

	assert_true(file_write(into(f, "there"), STR("x"), 0644, &f->err));
	deb_member(&f->deb, "b", '1', 0644, "there", "", 0, 0);
	assert_refused(f, ERROR_FORMAT, "not there");
}

static void
test_devices_do_not_come(void **state)
{
	struct fixture *f = *state;

	deb_member(&f->deb, "dev/null", '3', 0666, "", "", 0, 0);
	deb_member(&f->deb, "pipe", '6', 0666, "", "", 0, 0);
	deb_file(&f->deb, "a", "x");
	assert_true(unpack_with(f, want_all));
	assert_int_equal(f->list.count, 1);
	assert_false(file_exists(into(f, "dev/null")));
}

static void
test_twice(void **state)
{
	struct fixture *f = *state;

	deb_file(&f->deb, "linux/xt_connmark.h", "x");
	deb_file(&f->deb, "linux/xt_connmark.h", "y");
	assert_refused(f, ERROR_FORMAT, "linux/xt_connmark.h is there already");
	assert_string_equal(f->err.hint, "");
}

/* libarchive would run these programs from PATH for what such a member begins with. */
static void
test_no_program_is_run(void **state)
{
	static const struct {
		const char *program, *magic;
		size_t len;
	} cases[] = {
		{ "lrzip", "LRZI\0\6\0\0\0\0\0\0\0\0\0\0", 16 },
		{ "grzip", "GRZipII\0\2\4:)\0\0\0\0", 16 },
		{ "lzop", "\x89LZO\0\r\n\x1a\n\x10\x40\0\0\0\0\0", 16 },
	};
	struct fixture *f = *state;
	char *marker = path_join(&f->arena, f->dir, "ran");
	char *path = arena_strdup(&f->arena, getenv("PATH"));
	struct unpack_sink sink = {
		.dir = f->into, .want = want_all, .totals = &f->totals, .ret = &f->list
	};

	setenv("PATH", arena_printf(&f->arena, "%s:%s", f->dir, path), 1);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct strbuf ar;

		unit_file(&f->arena, f->dir, cases[i].program,
			arena_printf(&f->arena, "#!/bin/sh\n: >'%s'\n", marker), 0755);
		strbuf_init(&ar, &f->arena);
		strbuf_add(&ar, "!<arch>\n");
		deb_ar_member(&ar, "debian-binary", "2.0\n", 4);
		deb_ar_member(&ar, "data.tar.xz", cases[i].magic, cases[i].len);
		deb_write_bytes(f->path, (struct str){ ar.ptr, ar.len });
		assert_false(unpack_deb(f->unpacker, f->path, &sink, &f->err));
		assert_int_equal(f->err.kind, ERROR_FORMAT);
		deb_write_bytes(f->path, (struct str){ cases[i].magic, cases[i].len });
		assert_false(unpack_archive(f->unpacker, f->path, &sink, &f->err));
		assert_int_equal(f->err.kind, ERROR_FORMAT);
		if (file_exists(marker))
			fail_msg("%s was run", cases[i].program);
	}
	setenv("PATH", path, 1);
}

static void
test_case_is_kept(void **state)
{
	struct fixture *f = *state;

	deb_file(&f->deb, "linux/xt_connmark.h", "x");
	deb_file(&f->deb, "linux/xt_CONNMARK.h", "yy");
	assert_true(unpack_with(f, want_all));
	assert_int_equal(f->list.count, 2);
}

static void
test_too_large(void **state)
{
	struct fixture *f = *state;

	deb_member(&f->deb, "big", '0', 0644, "", "", 0, CAP_UNPACK_BYTES + 1);
	assert_refused(f, ERROR_LIMIT, "too large");
}

static void
test_too_large_together(void **state)
{
	struct fixture *f = *state;

	atomic_store(&f->totals.bytes, CAP_UNPACK_BYTES - 3);
	deb_file(&f->deb, "a", "1234");
	assert_refused(f, ERROR_LIMIT, "too large");
}

static void
test_too_many(void **state)
{
	struct fixture *f = *state;

	atomic_store(&f->totals.entries, CAP_UNPACK_ENTRIES - 1);
	deb_file(&f->deb, "a", "1");
	deb_file(&f->deb, "b", "2");
	assert_refused(f, ERROR_LIMIT, "too many files");
}

static void
test_cut_short(void **state)
{
	struct fixture *f = *state;
	struct str text;

	deb_member(&f->deb, "a", '0', 0644, "", "1234", 4, 100000);
	assert_refused(f, ERROR_FORMAT, "cannot be unpacked");
	assert_true(file_read(&f->arena, f->path, CAP_TEXT_FILE, &text, &f->err));
	for (size_t len = 0; len < text.len; len += 97) {
		const struct unpack_sink sink = {
			.dir = f->into, .want = want_all, .totals = &f->totals, .ret = &f->list
		};
		deb_write_bytes(f->path, (struct str){ text.ptr, len });
		assert_false(unpack_deb(f->unpacker, f->path, &sink, &f->err));
		assert_true(f->err.kind != ERROR_NONE && f->err.kind != ERROR_BUG);
	}
}

static void
test_no_package(void **state)
{
	struct fixture *f = *state;
	const struct unpack_sink sink = {
		.dir = f->into, .want = want_all, .totals = &f->totals, .ret = &f->list
	};

	deb_write_bytes(f->path, STR("!<arch>\n"));
	assert_false(unpack_deb(f->unpacker, f->path, &sink, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	assert_non_null(strstr(f->err.what, "not a Debian package"));
	assert_false(unpack_deb(f->unpacker, into(f, "nothing"), &sink, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING); /* not a fault of its bytes */
}

static void
test_plain_archive(void **state)
{
	struct fixture *f = *state;
	const struct unpack_sink sink = {
		.dir = f->into, .want = want_all, .totals = &f->totals, .ret = &f->list
	};

	deb_file(&f->deb, "a/b", "text");
	for (int i = 0; i < 1024; i++)
		strbuf_addc(&f->deb.tar, '\0');
	deb_write_bytes(f->path, (struct str){ f->deb.tar.ptr, f->deb.tar.len });
	assert_true(unpack_archive(f->unpacker, f->path, &sink, &f->err));
	assert_int_equal(f->list.count, 1);
	assert_true(file_exists(into(f, "a/b")));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_files),
		TEST(test_umask_has_no_say),
		TEST(test_links_follow_their_targets),
		TEST(test_links_cannot_climb_out),
		TEST(test_nothing_is_written_through_a_link),
		TEST(test_a_link_that_is_there_already),
		TEST(test_dotdot),
		TEST(test_absolute),
		TEST(test_control_characters),
		TEST(test_hard_links),
		TEST(test_hard_link_to_the_outside),
		TEST(test_hard_link_to_what_is_not_ours),
		TEST(test_devices_do_not_come),
		TEST(test_twice),
		TEST(test_no_program_is_run),
		TEST(test_case_is_kept),
		TEST(test_too_large),
		TEST(test_too_large_together),
		TEST(test_too_many),
		TEST(test_cut_short),
		TEST(test_no_package),
		TEST(test_plain_archive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
