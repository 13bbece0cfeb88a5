/* SPDX-License-Identifier: MIT */
/* Trees: made, listed, walked, and removed without leaving them. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/interrupt.h"

struct fixture {
	struct arena arena;
	struct error err;
	char *dir;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	f->dir = unit_temp_dir(&f->arena);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	unit_remove(f->dir);
	assert_false(file_exists(f->dir));
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static char *
in_dir(struct fixture *f, const char *name)
{
	return path_join(&f->arena, f->dir, name);
}

static void
make_dir(struct fixture *f, const char *name)
{
	if (!file_mkdirs(in_dir(f, name), 0755, &f->err))
		fail_msg("%s", f->err.what);
}

static void
makes_parents(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	mode_t mask = umask(022);

	assert_true(file_mkdirs(in_dir(f, "a//b/c/"), 0755, &f->err));
	assert_true(file_is_dir(in_dir(f, "a/b/c")));
	assert_true(file_mkdirs(in_dir(f, "a/b/c"), 0755, &f->err));
	assert_true(file_mkdirs("/", 0755, &f->err));
	/* A directory that is closed to its owner still gets its parents open. */
	assert_true(file_mkdirs(in_dir(f, "p/q"), 0500, &f->err));
	assert_int_equal(stat(in_dir(f, "p/q"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0500);
	unit_file(&f->arena, f->dir, "file", "x", 0644);
	assert_false(file_mkdirs(in_dir(f, "file"), 0755, &f->err));
	assert_int_equal(f->err.saved_errno, EEXIST);
	assert_string_equal(f->err.where, in_dir(f, "file"));
	assert_false(file_mkdirs(in_dir(f, "file/x"), 0755, &f->err));
	assert_true(cstr_starts(f->err.what, "cannot create directory x: "));
	assert_false(file_mkdirs("", 0755, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	umask(mask);
}

static void
temporary_directories(void **state)
{
	struct fixture *f = *state;
	char *one, *two = (char *)0;
	struct stat st;

	assert_true(file_temp_dir(&f->arena, f->dir, "t-", &one, &f->err));
	assert_true(file_temp_dir(&f->arena, f->dir, "t-", &two, &f->err));
	assert_string_not_equal(one, two);
	assert_true(cstr_starts(one, in_dir(f, "t-")));
	assert_int_equal(stat(one, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_false(file_temp_dir(&f->arena, in_dir(f, "none"), "t-", &two, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
}

static void
lists_sorted(void **state)
{
	static const char *const names[] = { "b", "a", "Z", ".hidden", "10", "9" };
	struct fixture *f = *state;
	struct strvec v;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		unit_file(&f->arena, f->dir, names[i], "", 0644);
	assert_true(file_list(&f->arena, f->dir, &v, &f->err));
	assert_int_equal(v.count, 6);
	for (size_t i = 1; i < v.count; i++)
		assert_true(strcmp(v.items[i - 1], v.items[i]) < 0);
	assert_string_equal(v.items[0], ".hidden");
	assert_null(v.items[6]);
	assert_false(file_list(&f->arena, in_dir(f, "none"), &v, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(f->err.what, "cannot list none: No such file or directory");
	assert_int_equal(v.count, 6);
	assert_false(file_list(&f->arena, in_dir(f, "a"), &v, &f->err));
	assert_int_equal(f->err.saved_errno, ENOTDIR);
}

static bool
note_entry(void *ctx, const struct file_entry *e, struct error *err)
{
	struct strbuf *b = ctx;

	strbuf_addf(b, "%s%s ", e->rel,
		S_ISDIR(e->st.st_mode)   ? "/"
		: S_ISLNK(e->st.st_mode) ? "@"
					 : "");
	assert_true(cstr_ends(e->path, e->rel));
	return strcmp(e->rel, "stop") != 0 || error_set(err, ERROR_VERIFY, "told to stop");
}

static void
walks(void **state)
{
	struct fixture *f = *state;
	struct strbuf seen;

	make_dir(f, "b/sub");
	make_dir(f, "a");
	unit_file(&f->arena, f->dir, "b/sub/file", "x", 0644);
	unit_file(&f->arena, f->dir, "b/x", "x", 0644);
	unit_file(&f->arena, f->dir, "b.c", "x", 0644);
	assert_int_equal(symlink("..", in_dir(f, "b/up")), 0); /* a circle, were it followed */
	strbuf_init(&seen, &f->arena);
	assert_true(file_walk(&f->arena, f->dir, note_entry, &seen, &f->err));
	assert_string_equal(seen.ptr, "a/ b/ b/sub/ b/sub/file b/up@ b/x b.c ");
	unit_file(&f->arena, f->dir, "stop", "x", 0644);
	unit_file(&f->arena, f->dir, "z", "x", 0644);
	strbuf_init(&seen, &f->arena);
	assert_false(file_walk(&f->arena, f->dir, note_entry, &seen, &f->err));
	assert_string_equal(f->err.what, "told to stop");
	assert_true(cstr_ends(seen.ptr, "b.c stop "));
	assert_false(file_walk(&f->arena, in_dir(f, "none"), note_entry, &seen, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
}

static bool
ignore_entry(void *ctx, const struct file_entry *e, struct error *err)
{
	(void)ctx;
	(void)e;
	(void)err;
	return true;
}

/* "d/d/d ..." below the fixture's directory; deeper than a path may be long when asked for. */
static void
make_deep(struct fixture *f, unsigned depth)
{
	int fd = open(f->dir, O_RDONLY | O_DIRECTORY);

	for (unsigned i = 0; i < depth; i++) {
		int next;

		assert_int_equal(mkdirat(fd, "d", 0755), 0);
		next = openat(fd, "d", O_RDONLY | O_DIRECTORY);
		assert_true(next >= 0);
		close(fd);
		fd = next;
	}
	close(openat(fd, "bottom", O_WRONLY | O_CREAT, 0644));
	close(fd);
}

static void
walk_has_a_limit(void **state)
{
	struct fixture *f = *state;

	make_deep(f, 127);
	assert_true(file_walk(&f->arena, f->dir, ignore_entry, NULL, &f->err));
	unit_remove(in_dir(f, "d"));
	make_deep(f, 128);
	assert_false(file_walk(&f->arena, f->dir, ignore_entry, NULL, &f->err));
	assert_int_equal(f->err.kind, ERROR_LIMIT);
}

static void
walk_can_be_interrupted(void **state)
{
	struct fixture *f = *state;

	interrupt_install();
	raise(SIGINT);
	assert_false(file_walk(&f->arena, f->dir, ignore_entry, NULL, &f->err));
	assert_int_equal(f->err.kind, ERROR_INTERRUPTED);
	interrupt_install();
	interrupt_restore();
}

static void
removes_files_and_nothing(void **state)
{
	struct fixture *f = *state;
	char *path = unit_file(&f->arena, f->dir, "file", "x", 0444);

	assert_true(file_remove(path, &f->err));
	assert_false(file_exists(path));
	assert_true(file_remove(path, &f->err));
	assert_true(file_remove(in_dir(f, "none/at/all"), &f->err));
}

static void
removes_trees_but_not_what_links_name(void **state)
{
	struct fixture *f = *state;
	char *kept;

	make_dir(f, "outside/in");
	kept = unit_file(&f->arena, f->dir, "outside/in/kept", "x", 0644);
	make_dir(f, "tree/a/b");
	unit_file(&f->arena, f->dir, "tree/a/b/c", "x", 0644);
	assert_int_equal(symlink("../outside", in_dir(f, "tree/link")), 0);
	assert_int_equal(symlink("../../outside/in/kept", in_dir(f, "tree/a/file")), 0);
	assert_int_equal(mkfifo(in_dir(f, "tree/fifo"), 0600), 0);
	assert_true(file_remove(in_dir(f, "tree"), &f->err));
	assert_false(file_exists(in_dir(f, "tree")));
	assert_true(file_exists(kept));
	/* A link itself is removed, not the tree it names. */
	assert_int_equal(symlink("outside", in_dir(f, "link")), 0);
	assert_true(file_remove(in_dir(f, "link"), &f->err));
	assert_true(file_exists(kept));
}

/* Four thousand levels: more than descriptors, and longer than a path. */
static void
removes_deep_trees(void **state)
{
	struct fixture *f = *state;

	make_deep(f, 4000);
	assert_true(file_remove(in_dir(f, "d"), &f->err));
	assert_false(file_exists(in_dir(f, "d")));
}

/* Names that the removal itself would like to use are no trouble. */
static void
removes_deep_trees_with_odd_names(void **state)
{
	struct fixture *f = *state;

	make_deep(f, 300);
	make_dir(f, "d/.xbuild-deep-0");
	unit_file(&f->arena, f->dir, "d/.xbuild-deep-0/x", "x", 0644);
	unit_file(&f->arena, f->dir, "d/.xbuild-deep-1", "x", 0644);
	assert_true(file_remove(in_dir(f, "d"), &f->err));
	assert_false(file_exists(in_dir(f, "d")));
}

static void
make_closed_tree(struct fixture *f)
{
	make_dir(f, "tree/closed/in");
	unit_file(&f->arena, f->dir, "tree/closed/in/file", "x", 0444);
	assert_int_equal(chmod(in_dir(f, "tree/closed/in"), 0000), 0);
	assert_int_equal(chmod(in_dir(f, "tree/closed"), 0555), 0);
}

static void
removes_closed_directories(void **state)
{
	struct fixture *f = *state;

	make_closed_tree(f);
	if (geteuid() == 0) { /* the superuser would not notice */
		assert_int_equal(chmod(f->dir, 0777), 0);
		unit_remove(in_dir(f, "tree"));
		if (seteuid(65534) != 0)
			skip();
		make_closed_tree(f);
	}
	if (!file_remove(in_dir(f, "tree"), &f->err))
		fail_msg("%s", f->err.what);
	assert_false(file_exists(in_dir(f, "tree")));
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
}

/* The directory that holds the tree is not ours to open. */
static void
does_not_open_the_parent(void **state)
{
	struct fixture *f = *state;
	char *path;

	make_dir(f, "parent");
	path = unit_file(&f->arena, f->dir, "parent/file", "x", 0644);
	assert_int_equal(chmod(in_dir(f, "parent"), 0555), 0);
	if (geteuid() == 0 && (chmod(f->dir, 0755) != 0 || seteuid(65534) != 0))
		skip();
	assert_false(file_remove(path, &f->err));
	assert_int_equal(f->err.kind, ERROR_IO);
	assert_int_equal(f->err.saved_errno, EACCES);
	assert_string_equal(f->err.what, "cannot remove file: Permission denied");
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	assert_true(file_exists(path));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(makes_parents, setup, teardown),
		cmocka_unit_test_setup_teardown(temporary_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(lists_sorted, setup, teardown),
		cmocka_unit_test_setup_teardown(walks, setup, teardown),
		cmocka_unit_test_setup_teardown(walk_has_a_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(walk_can_be_interrupted, setup, teardown),
		cmocka_unit_test_setup_teardown(removes_files_and_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			removes_trees_but_not_what_links_name, setup, teardown),
		cmocka_unit_test_setup_teardown(removes_deep_trees, setup, teardown),
		cmocka_unit_test_setup_teardown(removes_deep_trees_with_odd_names, setup, teardown),
		cmocka_unit_test_setup_teardown(removes_closed_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(does_not_open_the_parent, setup, teardown),
	};

	signal(SIGINT, SIG_DFL); /* a shell starts what runs behind it with it ignored */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
