/* SPDX-License-Identifier: MIT */
/* Whole files: capped reads, atomic writes, what a full or read-only file system does, locks. */
#define _GNU_SOURCE /* unshare, for file systems of our own */

#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
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
assert_content(struct fixture *f, const char *path, const char *text)
{
	struct str got;

	if (!file_read(&f->arena, path, 1 << 20, &got, &f->err))
		fail_msg("%s: %s", path, f->err.what);
	assert_int_equal(got.len, strlen(text));
	assert_string_equal(got.ptr, text);
}

/* The names in `dir`, with a blank behind each. */
static char *
names_in(struct fixture *f, const char *dir)
{
	struct strvec names;
	struct strbuf b;

	assert_true(file_list(&f->arena, dir, &names, &f->err));
	strbuf_init(&b, &f->arena);
	for (size_t i = 0; i < names.count; i++)
		strbuf_addf(&b, "%s ", names.items[i]);
	return b.ptr;
}

static void
reads_to_the_cap(void **state)
{
	struct fixture *f = *state;
	char *path = unit_file(&f->arena, f->dir, "five", "12345", 0644);
	struct str got = STR("untouched");

	assert_false(file_read(&f->arena, path, 4, &got, &f->err));
	assert_int_equal(f->err.kind, ERROR_LIMIT);
	assert_string_equal(f->err.what, "five has more than 4 bytes");
	assert_string_equal(f->err.where, path);
	assert_true(str_is(got, "untouched"));
	assert_true(file_read(&f->arena, path, 5, &got, &f->err));
	assert_string_equal(got.ptr, "12345");
	assert_int_equal(got.len, 5);
	path = unit_file(&f->arena, f->dir, "empty", "", 0644);
	assert_true(file_read(&f->arena, path, 0, &got, &f->err));
	assert_int_equal(got.len, 0);
	assert_string_equal(got.ptr, "");
}

/* Files in /proc say that they have no bytes. */
static void
reads_what_has_no_size(void **state)
{
	struct fixture *f = *state;
	struct str got;

	if (!file_exists("/proc/self/status")) {
		print_message("no /proc here\n");
		skip();
	}
	assert_true(file_read(&f->arena, "/proc/self/status", 1 << 20, &got, &f->err));
	assert_true(got.len > 100);
	assert_true(str_starts(got, "Name:"));
	assert_int_equal(strlen(got.ptr), got.len);
	assert_false(file_read(&f->arena, "/proc/self/status", 10, &got, &f->err));
	assert_int_equal(f->err.kind, ERROR_LIMIT);
}

static void
reads_regular_files_only(void **state)
{
	struct fixture *f = *state;
	char *fifo = in_dir(f, "fifo"), *none = in_dir(f, "none");
	struct str got;

	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_false(file_read(&f->arena, fifo, 10, &got, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(f->err.what, "fifo is not a regular file");
	assert_false(file_read(&f->arena, f->dir, 10, &got, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_false(file_read(&f->arena, none, 10, &got, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_int_equal(f->err.saved_errno, ENOENT);
	assert_string_equal(f->err.what, "cannot open none: No such file or directory");
	assert_string_equal(f->err.where, none);
}

static void
writes_and_replaces(void **state)
{
	struct fixture *f = *state;
	char *path = in_dir(f, "out");
	struct stat st;
	mode_t mask = umask(022);

	assert_true(file_write(path, STR("one"), 0755, &f->err));
	assert_content(f, path, "one");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	assert_true(file_write(path, STR(""), 0444, &f->err));
	assert_content(f, path, "");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0444);
	assert_true(file_write(path, STR("two"), 0666, &f->err)); /* over a read-only file */
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_string_equal(names_in(f, f->dir), "out ");
	umask(mask);
}

static void
writes_long_names(void **state)
{
	struct fixture *f = *state;
	char name[256];

	memset(name, 'n', 255);
	name[255] = '\0';
	assert_true(file_write(in_dir(f, name), STR("x"), 0644, &f->err));
	assert_content(f, in_dir(f, name), "x");
}

static void
write_failures_name_the_path(void **state)
{
	struct fixture *f = *state;
	char *path = in_dir(f, "none/out"), *sub = in_dir(f, "sub");

	assert_false(file_write(path, STR("x"), 0644, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(f->err.what, "cannot write out: No such file or directory");
	assert_string_equal(f->err.where, path);
	assert_true(file_mkdirs(sub, 0755, &f->err));
	assert_false(file_write(sub, STR("x"), 0644, &f->err));
	assert_int_equal(f->err.saved_errno, EISDIR);
	assert_string_equal(names_in(f, f->dir), "sub ");
}

/* Renaming over a link or a device would replace it. */
static void
writes_through_links_and_devices(void **state)
{
	struct fixture *f = *state;
	char *target = unit_file(&f->arena, f->dir, "target", "old", 0644);
	char *link = in_dir(f, "link"), *dangling = in_dir(f, "dangling");
	char *fifo = in_dir(f, "fifo"), *null = in_dir(f, "null");
	struct stat st;
	char got[8] = "";
	int fd;

	assert_int_equal(symlink("target", link), 0);
	assert_true(file_write(link, STR("new"), 0644, &f->err));
	assert_content(f, target, "new");
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(symlink("nowhere", dangling), 0);
	assert_true(file_write(dangling, STR("d"), 0644, &f->err));
	assert_content(f, dangling, "d");
	assert_int_equal(symlink("/dev/null", null), 0);
	assert_true(file_write(null, STR("gone"), 0644, &f->err));
	assert_true(file_write("/dev/null", STR("gone"), 0644, &f->err));
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(mkfifo(fifo, 0600), 0);
	fd = open(fifo, O_RDWR);
	assert_true(fd >= 0);
	assert_true(file_write(fifo, STR("piped"), 0644, &f->err));
	assert_int_equal(read(fd, got, 5), 5);
	assert_string_equal(got, "piped");
	close(fd);
	assert_string_equal(names_in(f, f->dir), "dangling fifo link null target ");
}

static void
full_device(void **state)
{
	struct fixture *f = *state;

	if (!file_exists("/dev/full")) {
		print_message("no /dev/full here\n");
		skip();
	}
	assert_false(file_write("/dev/full", STR("x"), 0644, &f->err));
	assert_int_equal(f->err.kind, ERROR_IO);
	assert_int_equal(f->err.saved_errno, ENOSPC);
	assert_string_equal(f->err.what, "cannot write full: No space left on device");
	assert_string_equal(f->err.where, "/dev/full");
	assert_true(strlen(f->err.hint) > 0);
}

/* Mounts a small tmpfs on `dir` in a mount namespace of our own; skips when that is not allowed. */
static void
mount_small(const char *dir)
{
	if (geteuid() != 0) {
		print_message("only the superuser may mount a tmpfs\n");
		skip();
	}
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("tmpfs", dir, "tmpfs", 0, "size=64k") != 0) {
		print_message("cannot mount a tmpfs: %s\n", strerror(errno));
		skip();
	}
}

static void
full_file_system(void **state)
{
	struct fixture *f = *state;
	char *small = in_dir(f, "small"), *path = path_join(&f->arena, small, "out");
	char *big = arena_alloc(&f->arena, 200001);

	memset(big, 'b', 200000);
	assert_true(file_mkdirs(small, 0755, &f->err));
	mount_small(small);
	assert_true(file_write(path, STR("old"), 0644, &f->err));
	assert_false(file_write(path, str_from(big), 0644, &f->err));
	assert_int_equal(f->err.kind, ERROR_IO);
	assert_string_equal(f->err.what, "cannot write out: No space left on device");
	assert_string_equal(f->err.where, path);
	assert_true(strlen(f->err.hint) > 0);
	assert_content(f, path, "old");
	assert_false(file_update(path, str_from(big), 0644, &f->err));
	assert_int_equal(f->err.saved_errno, ENOSPC);
	assert_content(f, path, "old");
	assert_string_equal(names_in(f, small), "out ");
	assert_int_equal(umount(small), 0);
}

static void
read_only_file_system(void **state)
{
	struct fixture *f = *state;
	char *small = in_dir(f, "small"), *path = path_join(&f->arena, small, "out");
	int fd = -1;

	assert_true(file_mkdirs(small, 0755, &f->err));
	mount_small(small);
	assert_true(file_write(path, STR("old"), 0644, &f->err));
	assert_int_equal(mount(NULL, small, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	assert_false(file_write(path, STR("new"), 0644, &f->err));
	assert_int_equal(f->err.kind, ERROR_IO);
	assert_int_equal(f->err.saved_errno, EROFS);
	assert_string_equal(f->err.where, path);
	assert_true(file_update(path, STR("old"), 0644, &f->err)); /* nothing to do */
	assert_false(file_mkdirs(path_join(&f->arena, small, "d"), 0755, &f->err));
	assert_int_equal(f->err.saved_errno, EROFS);
	assert_true(file_mkdirs(small, 0755, &f->err)); /* it is there */
	assert_false(file_remove(path, &f->err));
	assert_int_equal(f->err.saved_errno, EROFS);
	assert_false(file_lock(path_join(&f->arena, small, "lock"), true, false, &fd, &f->err));
	assert_int_equal(f->err.saved_errno, EROFS);
	assert_int_equal(fd, -1);
	assert_content(f, path, "old");
	assert_int_equal(umount(small), 0);
}

static void
updates_only_what_differs(void **state)
{
	struct fixture *f = *state;
	char *path = in_dir(f, "out"), *before, *big = arena_alloc(&f->arena, 10002);

	assert_true(file_update(path, STR("one"), 0644, &f->err));
	before = file_stamp(&f->arena, path);
	assert_true(file_update(path, STR("one"), 0644, &f->err));
	assert_string_equal(file_stamp(&f->arena, path), before);
	assert_true(file_update(path, STR("two"), 0644, &f->err));
	assert_content(f, path, "two");
	assert_string_not_equal(file_stamp(&f->arena, path), before);
	assert_true(file_update(path, STR("twoo"), 0644, &f->err));
	assert_content(f, path, "twoo");
	memset(big, 'b', 10001);
	assert_true(file_update(path, str_from(big), 0644, &f->err));
	before = file_stamp(&f->arena, path);
	assert_true(file_update(path, str_from(big), 0644, &f->err));
	assert_string_equal(file_stamp(&f->arena, path), before);
	big[10000] = 'c';
	assert_true(file_update(path, str_from(big), 0644, &f->err));
	assert_content(f, path, big);
	assert_true(file_update(path, STR(""), 0644, &f->err));
	before = file_stamp(&f->arena, path);
	assert_true(file_update(path, STR(""), 0644, &f->err));
	assert_string_equal(file_stamp(&f->arena, path), before);
}

static void
looks_at_files(void **state)
{
	struct fixture *f = *state;
	char *plain = unit_file(&f->arena, f->dir, "plain", "x", 0644);
	char *tool = unit_file(&f->arena, f->dir, "tool", "x", 0755);
	char *link = in_dir(f, "link"), *dangling = in_dir(f, "dangling"), *stamp;
	struct stat st;

	assert_int_equal(symlink("tool", link), 0);
	assert_int_equal(symlink("nowhere", dangling), 0);
	assert_true(file_exists(plain) && file_exists(link) && file_exists(f->dir));
	assert_false(file_exists(dangling));
	assert_true(file_is_dir(f->dir));
	assert_false(file_is_dir(plain) || file_is_dir(dangling));
	assert_true(file_is_executable(tool) && file_is_executable(link));
	assert_false(file_is_executable(plain) || file_is_executable(f->dir));
	assert_false(file_is_executable(dangling));
	assert_string_equal(file_stamp(&f->arena, dangling), "");
	assert_int_equal(stat(plain, &st), 0);
	stamp = file_stamp(&f->arena, plain);
	assert_string_equal(
		stamp, arena_printf(&f->arena, "1 %ld%09ld %lu", (long)st.st_mtim.tv_sec,
			       (long)st.st_mtim.tv_nsec, (unsigned long)st.st_ino));
	unit_file(&f->arena, f->dir, "plain", "y", 0644);
	assert_string_not_equal(file_stamp(&f->arena, plain), stamp);
}

static void
renames(void **state)
{
	struct fixture *f = *state;
	char *a = unit_file(&f->arena, f->dir, "a", "x", 0644), *b = in_dir(f, "b");

	assert_true(file_rename(a, b, &f->err));
	assert_content(f, b, "x");
	assert_false(file_rename(a, b, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(f->err.what, "cannot rename a to b: No such file or directory");
	assert_string_equal(f->err.where, arena_printf(&f->arena, "%s -> %s", a, b));
}

static void
locks_exclude(void **state)
{
	struct fixture *f = *state;
	char *path = in_dir(f, "lock");
	int one = -1, two = -2, three = -2;

	assert_true(file_lock(path, true, false, &one, &f->err));
	assert_true(one >= 0);
	assert_true(fcntl(one, F_GETFD) & FD_CLOEXEC);
	assert_true(file_lock(path, true, false, &two, &f->err));
	assert_int_equal(two, -1);
	assert_true(file_lock(path, false, false, &two, &f->err));
	assert_int_equal(two, -1);
	file_unlock(one);
	assert_true(file_lock(path, false, true, &two, &f->err)); /* readers share */
	assert_true(file_lock(path, false, true, &three, &f->err));
	assert_true(two >= 0 && three >= 0);
	assert_true(file_lock(path, true, false, &one, &f->err));
	assert_int_equal(one, -1);
	file_unlock(two);
	file_unlock(three);
	file_unlock(-1);
	assert_false(file_lock(in_dir(f, "none/lock"), true, false, &one, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
}

static void
nap(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}

/* Holds the lock in a child for a while; returns when it is held. */
static pid_t
holder(const char *path, long ms, bool removes)
{
	struct error err;
	int fds[2], lock;
	char byte;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (!file_lock(path, true, true, &lock, &err) || write(fds[1], "x", 1) != 1)
			_exit(1);
		nap(ms);
		if (removes)
			unlink(path);
		_exit(0); /* without unlocking */
	}
	assert_int_equal(read(fds[0], &byte, 1), 1);
	close(fds[0]);
	close(fds[1]);
	return pid;
}

static void
waits_for_a_lock(void **state)
{
	struct fixture *f = *state;
	char *path = in_dir(f, "lock");
	pid_t pid = holder(path, 150, false);
	int fd = -1;

	assert_true(file_lock(path, true, false, &fd, &f->err));
	assert_int_equal(fd, -1);
	assert_true(file_lock(path, true, true, &fd, &f->err));
	assert_true(fd >= 0);
	file_unlock(fd);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* The holder removes the file: a lock on what is no longer at the path protects nothing. */
static void
locks_what_is_there(void **state)
{
	struct fixture *f = *state;
	char *path = in_dir(f, "lock");
	pid_t pid = holder(path, 100, true);
	struct stat at_path, locked;
	int fd = -1;

	assert_true(file_lock(path, true, true, &fd, &f->err));
	assert_int_equal(stat(path, &at_path), 0);
	assert_int_equal(fstat(fd, &locked), 0);
	assert_true(at_path.st_ino == locked.st_ino);
	file_unlock(fd);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
interrupt_ends_the_wait(void **state)
{
	struct fixture *f = *state;
	char *path = in_dir(f, "lock");
	pid_t pid = holder(path, 20000, false);
	int fd = -5;

	interrupt_install();
	raise(SIGINT);
	assert_false(file_lock(path, true, true, &fd, &f->err));
	assert_int_equal(f->err.kind, ERROR_INTERRUPTED);
	assert_int_equal(fd, -5);
	interrupt_install();
	interrupt_restore();
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(file_lock(path, true, false, &fd, &f->err)); /* the dead hold nothing */
	assert_true(fd >= 0);
	file_unlock(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_to_the_cap, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_what_has_no_size, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_regular_files_only, setup, teardown),
		cmocka_unit_test_setup_teardown(writes_and_replaces, setup, teardown),
		cmocka_unit_test_setup_teardown(writes_long_names, setup, teardown),
		cmocka_unit_test_setup_teardown(write_failures_name_the_path, setup, teardown),
		cmocka_unit_test_setup_teardown(writes_through_links_and_devices, setup, teardown),
		cmocka_unit_test_setup_teardown(full_device, setup, teardown),
		cmocka_unit_test_setup_teardown(full_file_system, setup, teardown),
		cmocka_unit_test_setup_teardown(read_only_file_system, setup, teardown),
		cmocka_unit_test_setup_teardown(updates_only_what_differs, setup, teardown),
		cmocka_unit_test_setup_teardown(looks_at_files, setup, teardown),
		cmocka_unit_test_setup_teardown(renames, setup, teardown),
		cmocka_unit_test_setup_teardown(locks_exclude, setup, teardown),
		cmocka_unit_test_setup_teardown(waits_for_a_lock, setup, teardown),
		cmocka_unit_test_setup_teardown(locks_what_is_there, setup, teardown),
		cmocka_unit_test_setup_teardown(interrupt_ends_the_wait, setup, teardown),
	};

	signal(SIGINT, SIG_DFL); /* a shell starts what runs behind it with it ignored */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
