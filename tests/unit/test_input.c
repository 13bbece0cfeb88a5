/* SPDX-License-Identifier: MIT */
/* Windows on files and buffers. */
#include "tests/unit/unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/caps.h"
#include "base/input.h"

struct fixture {
	struct arena arena;
	struct error err;
	char *dir;
	char *file; /* 100000 bytes, each its offset modulo 251 */
};

static unsigned char
byte_at(uint64_t off)
{
	return (unsigned char)(off % 251);
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char *text;

	if (!f)
		return -1;
	arena_init(&f->arena);
	f->dir = unit_temp_dir(&f->arena);
	f->file = path_join(&f->arena, f->dir, "data");
	text = arena_alloc(&f->arena, 100000);
	for (size_t i = 0; i < 100000; i++)
		text[i] = (char)byte_at(i);
	assert_true(file_write(f->file, (struct str){ text, 100000 }, 0644, &f->err));
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
check_windows(struct fixture *f, struct input *in)
{
	static const struct {
		uint64_t off, len;
	} rows[] = { { 0, 1 }, { 0, 4096 }, { 0, 4097 }, { 4090, 20 }, { 4096, 1 }, { 99999, 1 },
		{ 0, 100000 }, { 100000, 0 }, { 50000, 0 } };

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bytes b;

		assert_true(input_window(in, rows[i].off, rows[i].len, &b, &f->err));
		assert_true(b.len == rows[i].len);
		assert_true(b.origin == rows[i].off);
		assert_false(b.bad);
		for (uint64_t k = 0; k < b.len; k++)
			assert_int_equal(bytes_u8(&b, k), byte_at(rows[i].off + k));
		assert_false(b.bad);
	}
}

static void
check_refusals(struct fixture *f, struct input *in)
{
	static const struct {
		uint64_t off, len;
	} rows[] = { { 100000, 1 }, { 99999, 2 }, { 100001, 0 }, { UINT64_MAX, 1 },
		{ 1, UINT64_MAX }, { UINT64_MAX, UINT64_MAX }, { 0, 100001 } };
	struct bytes b = bytes_from("x", 1, 5, false);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		error_clear(&f->err);
		assert_false(input_window(in, rows[i].off, rows[i].len, &b, &f->err));
		assert_int_equal(f->err.kind, ERROR_FORMAT);
		assert_non_null(strstr(f->err.where, ", offset "));
		assert_true(b.len == 1 && b.origin == 5);
	}
}

static void
file_windows(void **state)
{
	struct fixture *f = *state;
	struct input in;
	struct stat st;

	assert_true(input_open(&in, &f->arena, f->file, &f->err));
	assert_int_equal(stat(f->file, &st), 0);
	assert_true(in.size == 100000);
	assert_true(in.dev == st.st_dev && in.ino == st.st_ino && in.mode == st.st_mode);
	assert_ptr_equal(in.name, f->file);
	assert_true(in.head.len == 4096);
	check_windows(f, &in);
	check_refusals(f, &in);
	input_close(&in);
	assert_int_equal(in.fd, -1);
	input_close(&in); /* twice is harmless */
}

static void
buffer_windows(void **state)
{
	struct fixture *f = *state;
	struct input in;
	struct str text;

	assert_true(file_read(&f->arena, f->file, 100000, &text, &f->err));
	input_from_buffer(&in, &f->arena, "member", text.ptr, text.len);
	assert_int_equal(in.fd, -1);
	assert_true(in.dev == 0 && in.ino == 0);
	check_windows(f, &in);
	check_refusals(f, &in);
	assert_string_equal(f->err.where, "member, offset 0");
	input_close(&in);
}

static void
empty_ones(void **state)
{
	struct fixture *f = *state;
	char *path = unit_file(&f->arena, f->dir, "empty", "", 0644);
	struct input in;
	struct bytes b;

	assert_true(input_open(&in, &f->arena, path, &f->err));
	assert_true(in.size == 0 && in.head.len == 0);
	assert_true(input_window(&in, 0, 0, &b, &f->err));
	assert_false(input_window(&in, 0, 1, &b, &f->err));
	input_close(&in);
	input_from_buffer(&in, &f->arena, "none", NULL, 0);
	assert_true(input_window(&in, 0, 0, &b, &f->err));
	assert_false(input_window(&in, 0, 1, &b, &f->err));
}

/* A sparse file is larger than any window. */
static void
large_windows_are_refused(void **state)
{
	struct fixture *f = *state;
	char *path = unit_file(&f->arena, f->dir, "sparse", "", 0644);
	struct input in;
	struct bytes b;

	if (truncate(path, (off_t)CAP_WINDOW * 2) != 0)
		skip();
	assert_true(input_open(&in, &f->arena, path, &f->err));
	assert_false(input_window(&in, 0, CAP_WINDOW + 1, &b, &f->err));
	assert_int_equal(f->err.kind, ERROR_LIMIT);
	assert_true(input_window(&in, CAP_WINDOW * 2 - 4, 4, &b, &f->err));
	assert_int_equal(bytes_u32(&b, 0), 0);
	input_close(&in);
}

static void
shrinking_file(void **state)
{
	struct fixture *f = *state;
	struct input in;
	struct bytes b;

	assert_true(input_open(&in, &f->arena, f->file, &f->err));
	assert_int_equal(truncate(f->file, 50000), 0);
	assert_false(input_window(&in, 40000, 20000, &b, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	assert_non_null(strstr(f->err.what, "became shorter"));
	assert_true(cstr_ends(f->err.where, ", offset 50000"));
	input_close(&in);
}

static void
only_regular_files(void **state)
{
	struct fixture *f = *state;
	char *fifo = path_join(&f->arena, f->dir, "fifo");
	struct input in = { .fd = 77 };

	assert_false(input_open(&in, &f->arena, f->dir, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_false(input_open(&in, &f->arena, "/dev/null", &f->err));
	assert_string_equal(f->err.what, "null is not a regular file");
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_false(input_open(&in, &f->arena, fifo, &f->err)); /* and does not wait */
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_false(input_open(&in, &f->arena, path_join(&f->arena, f->dir, "no"), &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_string_equal(f->err.what, "cannot open no: No such file or directory");
	assert_int_equal(in.fd, 77);
}

static void
lent_buffer(void **state)
{
	struct fixture *f = *state;
	struct input in, part;
	struct bytes kept, head, none;
	char *data = malloc(100000);

	assert_non_null(data);
	for (size_t i = 0; i < 100000; i++)
		data[i] = (char)byte_at(i);
	input_lend_buffer(&in, &f->arena, "lent", data, 100000);
	check_windows(f, &in);
	assert_true(input_window(&in, 50000, 3, &kept, &f->err));
	assert_true(input_slice(&part, &in, "part", 10, 20, &f->err));
	input_settle(&in);
	input_settle(&part);
	memset(data, 0xee, 100000);
	free(data);
	assert_int_equal(bytes_u8(&kept, 2), byte_at(50002));
	assert_true(input_window(&in, 4000, 96, &head, &f->err));
	assert_int_equal(bytes_u8(&head, 95), byte_at(4095));
	assert_true(input_window(&part, 0, 20, &head, &f->err));
	assert_int_equal(bytes_u8(&head, 0), byte_at(10));
	assert_false(in.missed);
	assert_false(input_window(&in, 99999, 2, &none, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT); /* as ever */
	assert_false(in.missed);
	assert_false(input_window(&in, 50000, 3, &none, &f->err));
	assert_int_equal(f->err.kind, ERROR_BUG);
	assert_true(in.missed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(file_windows, setup, teardown),
		cmocka_unit_test_setup_teardown(buffer_windows, setup, teardown),
		cmocka_unit_test_setup_teardown(empty_ones, setup, teardown),
		cmocka_unit_test_setup_teardown(large_windows_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(shrinking_file, setup, teardown),
		cmocka_unit_test_setup_teardown(only_regular_files, setup, teardown),
		cmocka_unit_test_setup_teardown(lent_buffer, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
