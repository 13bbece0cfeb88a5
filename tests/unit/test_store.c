/* SPDX-License-Identifier: MIT */
/* The store: blobs, temporary directories of the living and the dead, locks, promotion. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sysroots/store.h"

static const char hello_sha[] = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

struct fixture {
	struct arena arena;
	struct error err;
	char *dir;
	struct store store;
	struct context ctx;
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
	f->ctx = (struct context){ .arena = &f->arena, .cwd = "/" };
	store_init(&f->store, path_join(&f->arena, f->dir, "store"));
	if (!store_prepare(&f->store, &f->err))
		return -1;
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
test_prepare(void **state)
{
	struct fixture *f = *state;
	struct store no;

	assert_true(file_is_dir(store_path(&f->store, &f->arena, "blobs/sha256")));
	assert_true(store_prepare(&f->store, &f->err));
	store_init(&no, path_join(&f->arena, unit_file(&f->arena, f->dir, "file", "", 0644), "x"));
	assert_false(store_prepare(&no, &f->err));
	assert_true(f->err.kind == ERROR_MISSING || f->err.kind == ERROR_IO);
	assert_string_not_equal(f->err.where, "");
}

static void
test_blame(void **state)
{
	struct fixture *f = *state;

	error_set_errno(&f->err, ENOSPC, "cannot write x");
	assert_false(store_blame(&f->store, &f->err));
	assert_non_null(strstr(f->err.hint, "make room"));
	assert_non_null(strstr(f->err.hint, f->store.dir));
	error_set_errno(&f->err, EROFS, "cannot write x");
	store_blame(&f->store, &f->err);
	assert_non_null(strstr(f->err.hint, "XBUILD_CACHE_DIR"));
	/* Who set a hint knew more. */
	error_hint(&f->err, "a better one");
	store_blame(&f->store, &f->err);
	assert_string_equal(f->err.hint, "a better one");
	/* Another store would not have more memory. */
	error_set_errno(&f->err, ENOMEM, "cannot write x");
	store_blame(&f->store, &f->err);
	assert_string_equal(f->err.where, f->store.dir);
	assert_string_equal(f->err.hint, "");
	error_set(&f->err, ERROR_NET, "x");
	store_blame(&f->store, &f->err);
	assert_string_equal(f->err.hint, "");
}

static void
test_blobs(void **state)
{
	struct fixture *f = *state;
	char *file = unit_file(&f->arena, f->dir, "h", "hello\n", 0600);
	struct stat st;

	assert_false(store_has_blob(&f->store, hello_sha, 6));
	assert_true(store_take_blob(&f->store, &f->arena, file, hello_sha, 6, &f->err));
	assert_true(store_has_blob(&f->store, hello_sha, 6));
	assert_false(store_has_blob(&f->store, hello_sha, 7));
	assert_false(file_exists(file));
	assert_int_equal(stat(store_blob(&f->store, &f->arena, hello_sha), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0444);
}

static void
test_wrong_blobs(void **state)
{
	struct fixture *f = *state;
	char *file = unit_file(&f->arena, f->dir, "h", "Hello\n", 0600);

	assert_false(store_take_blob(&f->store, &f->arena, file, hello_sha, 6, &f->err));
	assert_int_equal(f->err.kind, ERROR_VERIFY);
	assert_non_null(strstr(f->err.where, hello_sha));
	file = unit_file(&f->arena, f->dir, "h", "hello\n", 0600);
	assert_false(store_take_blob(&f->store, &f->arena, file, hello_sha, 5, &f->err));
	assert_int_equal(f->err.kind, ERROR_VERIFY);
	assert_false(store_has_blob(&f->store, hello_sha, 6));
	assert_false(store_take_blob(&f->store, &f->arena, file, "../x", 6, &f->err));
	assert_int_equal(f->err.kind, ERROR_BUG);
}

static void
test_temp(void **state)
{
	struct fixture *f = *state;
	struct store_temp t;
	uint64_t bytes;

	assert_true(store_temp(&f->store, &f->arena, &t, &f->err));
	assert_true(file_is_dir(t.path));
	unit_file(&f->arena, t.path, "x", "12345", 0644);
	/* The living are left alone. */
	assert_true(store_sweep(&f->ctx, &f->store, &bytes, &f->err));
	assert_int_equal(bytes, 0);
	assert_true(file_is_dir(t.path));
	char *path = arena_strdup(&f->arena, t.path);
	store_temp_drop(&t);
	assert_false(file_exists(path));
}

/* A process that was killed: its lock is gone, its directory is not. */
static void
test_sweep_the_dead(void **state)
{
	struct fixture *f = *state;
	char *dead = path_join(&f->arena, f->dir, "store/tmp/dead");
	struct store_temp t;
	uint64_t bytes;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (store_temp(&f->store, &f->arena, &t, &f->err))
			unit_file(&f->arena, t.path, "x", "12345", 0644);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(file_mkdirs(path_join(&f->arena, dead, "a"), 0755, &f->err));
	assert_true(store_sweep(&f->ctx, &f->store, &bytes, &f->err));
	assert_int_equal(bytes, 5);
	struct strvec names;
	strvec_init(&names, &f->arena);
	assert_true(file_list(&f->arena, store_path(&f->store, &f->arena, "tmp"), &names, &f->err));
	assert_int_equal(names.count, 0);
}

static void
note_step(void *ctx, const char *verb, const char *detail)
{
	unsigned *count = ctx;

	assert_string_equal(verb, "waiting");
	assert_non_null(strstr(detail, "thing"));
	(*count)++;
}

/* The child holds the lock for a while and writes while it does. */
static void
test_lock_waits(void **state)
{
	struct fixture *f = *state;
	const struct timespec while_held = { .tv_nsec = 200 * 1000 * 1000 };
	char *mark = path_join(&f->arena, f->dir, "mark");
	unsigned steps = 0;
	const struct notify notify = { .ctx = &steps, .step = note_step };
	int fds[2], fd, status;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (pid == 0) {
		if (!store_lock(&f->ctx, &f->store, "thing", true, &fd, &f->err) ||
			write(fds[1], "x", 1) != 1)
			_exit(1);
		nanosleep(&while_held, NULL);
		if (!file_write(mark, STR("done"), 0644, &f->err))
			_exit(1);
		_exit(0); /* without unlocking: the end of a process is enough */
	}
	assert_int_equal(read(fds[0], &byte, 1), 1);
	f->ctx.notify = &notify;
	assert_true(store_lock(&f->ctx, &f->store, "thing", true, &fd, &f->err));
	assert_true(file_exists(mark));
	assert_int_equal(steps, 1);
	file_unlock(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(fds[0]);
	close(fds[1]);
}

static void
test_shared_locks(void **state)
{
	struct fixture *f = *state;
	int a, b;

	assert_true(store_lock(&f->ctx, &f->store, "gc", false, &a, &f->err));
	assert_true(store_lock(&f->ctx, &f->store, "gc", false, &b, &f->err));
	file_unlock(a);
	file_unlock(b);
}

static char *
make_tree(struct fixture *f, const char *name)
{
	char *tree = path_join(&f->arena, f->dir, name);

	assert_true(file_mkdirs(path_join(&f->arena, tree, "usr/lib"), 0755, &f->err));
	unit_file(&f->arena, tree, "usr/lib/a", name, 0444);
	return tree;
}

static void
test_promote(void **state)
{
	struct fixture *f = *state;
	char *first = make_tree(f, "store/tmp/first");
	char *second = make_tree(f, "store/tmp/second");
	const char *lib;
	const char *root = store_root(&f->store, &f->arena, hello_sha);
	struct str text;
	struct stat st;

	assert_true(store_promote_root(&f->store, &f->arena, first, hello_sha, &f->err));
	assert_int_equal(stat(path_join(&f->arena, root, "usr"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(st.st_mtime, 0);
	assert_int_equal(stat(root, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(st.st_mtime, 0);
	assert_false(file_exists(first));
	/* What is there already was left by somebody. */
	assert_true(store_promote_root(&f->store, &f->arena, second, hello_sha, &f->err));
	assert_false(file_exists(second));
	lib = path_join(&f->arena, root, "usr/lib/a");
	assert_true(file_read(&f->arena, lib, 100, &text, &f->err));
	assert_true(str_is(text, "store/tmp/second"));
	assert_true(file_exists(
		arena_printf(&f->arena, "%s/quarantine/%s.0", f->store.dir, hello_sha)));
}

static void
test_used(void **state)
{
	struct fixture *f = *state;
	char *file = unit_file(&f->arena, f->dir, "x", "x", 0444);
	const time_t now = time(NULL);
	struct timespec times[2] = { { .tv_sec = now - 3600 }, { .tv_sec = now - 3600 } };
	struct stat st;

	assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
	store_used(file);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mtime, now - 3600); /* today already */
	times[1].tv_sec = now - 100000;
	assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
	store_used(file);
	assert_int_equal(stat(file, &st), 0);
	assert_true(st.st_mtime >= now);
	store_used("/nonexistent/file");
}

static void
test_quarantine_and_discard(void **state)
{
	struct fixture *f = *state;
	const char *root = store_root(&f->store, &f->arena, hello_sha);

	for (int i = 0; i < 2; i++) {
		assert_true(store_promote_root(
			&f->store, &f->arena, make_tree(f, "store/tmp/t"), hello_sha, &f->err));
		assert_true(store_quarantine(&f->store, &f->arena, root, &f->err));
		assert_false(file_exists(root));
	}
	assert_true(file_exists(
		arena_printf(&f->arena, "%s/quarantine/%s.1/usr/lib/a", f->store.dir, hello_sha)));
	assert_true(store_promote_root(
		&f->store, &f->arena, make_tree(f, "store/tmp/t"), hello_sha, &f->err));
	assert_true(store_discard(&f->store, &f->arena, root, &f->err));
	assert_false(file_exists(root));
	assert_true(store_discard(&f->store, &f->arena, root, &f->err));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_prepare),
		TEST(test_blame),
		TEST(test_blobs),
		TEST(test_wrong_blobs),
		TEST(test_temp),
		TEST(test_sweep_the_dead),
		TEST(test_lock_waits),
		TEST(test_shared_locks),
		TEST(test_promote),
		TEST(test_used),
		TEST(test_quarantine_and_discard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
