/* SPDX-License-Identifier: MIT */
/* Sets of files that are installed together: paths, names, links to files and to directories. */
#include "tests/unit/unit.h"

#include "linkcheck/resolve/shipped.h"

struct fixture {
	struct arena arena;
	struct shipped set;
	struct image a, b;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	shipped_init(&f->set, &f->arena);
	shipped_add(&f->set, "/usr/lib/liba.so.1.2", &f->a);
	shipped_add(&f->set, "/opt/x/B.dll", &f->b);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	free(f);
	return 0;
}

static struct image *
at(struct fixture *f, const char *path)
{
	const struct shipped_file *file = shipped_at(&f->set, path);

	return file ? file->image : NULL;
}

static void
test_paths(void **state)
{
	struct fixture *f = *state;

	assert_ptr_equal(at(f, "/usr/lib/liba.so.1.2"), &f->a);
	assert_null(at(f, "/usr/lib"));
	assert_null(at(f, "/usr/lib/liba.so"));
	assert_null(shipped_at(NULL, "/x"));
	assert_string_equal(shipped_path_of(&f->set, &f->b), "/opt/x/B.dll");
	assert_ptr_equal(shipped_named(&f->set, "b.DLL")->image, &f->b);
	assert_true(shipped_is_dir(&f->set, "/usr"));
	assert_true(shipped_is_dir(&f->set, "/"));
	assert_false(shipped_is_dir(&f->set, "/var"));
	shipped_add(&f->set, "/opt/x/B.dll", &f->a);
	assert_ptr_equal(at(f, "/opt/x/B.dll"), &f->a);
	assert_int_equal(f->set.count, 2);
}

static void
test_links_to_files(void **state)
{
	struct fixture *f = *state;

	shipped_add_link(&f->set, "/usr/lib/liba.so.1", "liba.so.1.2");
	shipped_add_link(&f->set, "/usr/lib/liba.so", "./liba.so.1");
	shipped_add_link(&f->set, "/lib/far.so", "../usr/../usr/lib/liba.so");
	shipped_add_link(&f->set, "/lib/up.so", "../../../../usr/lib/liba.so");
	shipped_add_link(&f->set, "/lib/gone.so", "nowhere");
	shipped_add_link(&f->set, "/lib/loop", "loop");
	shipped_add_link(&f->set, "/lib/empty", "");
	shipped_close(&f->set);
	assert_ptr_equal(at(f, "/usr/lib/liba.so.1"), &f->a);
	assert_ptr_equal(at(f, "/usr/lib/liba.so"), &f->a);
	assert_ptr_equal(at(f, "/lib/far.so"), &f->a);
	assert_ptr_equal(at(f, "/lib/up.so"), &f->a);
	assert_null(shipped_at(&f->set, "/lib/gone.so"));
	assert_null(shipped_at(&f->set, "/lib/loop"));
	assert_null(shipped_at(&f->set, "/lib/empty"));
	/* By name it is found too, as the file that it is. */
	assert_ptr_equal(shipped_named(&f->set, "liba.so")->image, &f->a);
	assert_string_equal(shipped_named(&f->set, "liba.so")->of->path, "/usr/lib/liba.so.1.2");
	assert_null(shipped_named(&f->set, "gone.so"));
	assert_string_equal(shipped_path_of(&f->set, &f->a), "/usr/lib/liba.so.1.2");
}

static void
test_links_to_directories(void **state)
{
	struct fixture *f = *state;

	shipped_add_link(&f->set, "/lib", "usr/lib");
	shipped_add_link(&f->set, "/usr/lib64", "/lib/.");
	shipped_add_link(&f->set, "/opt/y", "x");
	shipped_close(&f->set);
	assert_ptr_equal(at(f, "/lib/liba.so.1.2"), &f->a);
	assert_ptr_equal(at(f, "/usr/lib64/liba.so.1.2"), &f->a);
	assert_ptr_equal(at(f, "/opt/y/../x/./B.dll"), &f->b);
	assert_null(at(f, "/lib/none"));
	assert_null(at(f, "/lib"));
	assert_true(shipped_is_dir(&f->set, "/lib"));
	assert_true(shipped_is_dir(&f->set, "/usr/lib64"));
	assert_false(shipped_is_dir(&f->set, "/usr/lib32"));
}

/* What a hostile package can make of links ends soon. */
static void
test_endless_links(void **state)
{
	struct fixture *f = *state;
	struct strbuf deep;

	strbuf_init(&deep, &f->arena);
	for (size_t i = 0; i < 1500; i++)
		strbuf_add(&deep, "a/");
	shipped_add_link(&f->set, "/l", deep.ptr);
	shipped_add_link(&f->set, "/a", "b/..");
	shipped_add_link(&f->set, "/b", "a/../b");
	for (size_t i = 0; i < 1000; i++)
		shipped_add_link(&f->set, arena_printf(&f->arena, "/c%zu", i),
			arena_printf(&f->arena, "c%zu", i + 1));
	shipped_close(&f->set);
	assert_null(shipped_at(&f->set, "/l/x"));
	assert_null(shipped_at(&f->set, "/c0"));
	assert_null(shipped_at(&f->set, deep.ptr));
}

static void
test_host_files(void **state)
{
	struct fixture *f = *state;

	shipped_add_host(&f->set, "/app/libc.so", "/home/me/libc.so");
	shipped_add_link(&f->set, "/app/l.so", "libc.so");
	shipped_close(&f->set);
	assert_string_equal(shipped_at(&f->set, "/app/l.so")->host, "/home/me/libc.so");
	assert_null(shipped_at(&f->set, "/app/l.so")->image);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_paths, setup, teardown),
		cmocka_unit_test_setup_teardown(test_links_to_files, setup, teardown),
		cmocka_unit_test_setup_teardown(test_links_to_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(test_endless_links, setup, teardown),
		cmocka_unit_test_setup_teardown(test_host_files, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
