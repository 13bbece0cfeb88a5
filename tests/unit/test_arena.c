/* SPDX-License-Identifier: MIT */
/* The arena: zeroed, aligned, marked, reset, grown, and the end of memory. */
#include "tests/unit/unit.h"

#include <stdalign.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int
setup(void **state)
{
	struct arena *a = malloc(sizeof(*a));

	if (!a)
		return -1;
	arena_init(a);
	*state = a;
	return 0;
}

static int
teardown(void **state)
{
	struct arena *a = *state;

	arena_clear(a);
	assert_int_equal(a->total, 0);
	assert_null(a->head);
	free(a);
	return 0;
}

static void
assert_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(p[i], 0);
}

static void
blocks_are_zeroed_and_aligned(void **state)
{
	struct arena *a = *state;
	unsigned char *last = NULL;

	for (size_t size = 0; size < 3000; size += 7) {
		unsigned char *p = arena_alloc(a, size);

		assert_non_null(p);
		assert_ptr_not_equal(p, last);
		assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
		assert_zero(p, size);
		memset(p, 0xff, size);
		last = p;
	}
}

static void
big_blocks(void **state)
{
	struct arena *a = *state;
	unsigned char *big = arena_alloc(a, (size_t)5 << 20);
	unsigned char *small = arena_alloc(a, 16);

	assert_zero(big, (size_t)5 << 20);
	memset(big, 1, (size_t)5 << 20);
	assert_zero(small, 16);
	assert_true(a->total >= (size_t)5 << 20);
}

static void
reset_gives_back_and_zeroes(void **state)
{
	struct arena *a = *state;
	unsigned char *kept = arena_alloc(a, 100), *again;
	struct arena_mark outer, inner;
	size_t total;

	memset(kept, 7, 100);
	total = a->total;
	outer = arena_mark(a);
	for (int round = 0; round < 50; round++) {
		again = arena_alloc(a, 2000);
		assert_zero(again, 2000);
		memset(again, 0xee, 2000);
		inner = arena_mark(a);
		memset(arena_alloc(a, 100000), 0xdd, 100000);
		arena_reset(a, inner);
		assert_int_equal(again[1999], 0xee);
		arena_reset(a, outer);
		assert_int_equal(a->total, total);
	}
	assert_int_equal(kept[0], 7);
	assert_int_equal(kept[99], 7);
}

static void
reset_to_the_beginning(void **state)
{
	struct arena *a = *state;
	struct arena_mark empty = arena_mark(a);

	arena_alloc(a, 10);
	arena_reset(a, empty);
	assert_int_equal(a->total, 0);
	assert_non_null(arena_alloc(a, 10));
}

static void
grows(void **state)
{
	struct arena *a = *state;
	uint32_t *v = NULL;
	size_t count = 0;

	for (size_t want = 1; want < 200000; want = want * 3 + 1) {
		v = arena_grow(a, v, count, want, sizeof(*v));
		for (size_t i = 0; i < want; i++) {
			assert_int_equal(v[i], i < count ? i * 3 : 0);
			v[i] = (uint32_t)i * 3;
		}
		count = want;
		/* Now and then another block lies behind, and the array has to move. */
		if (want % 2)
			memset(arena_alloc(a, 24), 0xaa, 24);
	}
	assert_ptr_equal(arena_grow(a, v, count, 1, sizeof(*v)), v);
}

static void
texts(void **state)
{
	struct arena *a = *state;
	char *s = arena_strdup(a, "text");

	assert_string_equal(s, "text");
	assert_string_equal(arena_strndup(a, "texture", 4), "text");
	assert_string_equal(arena_strndup(a, NULL, 0), "");
	assert_string_equal(arena_printf(a, "%s-%05d", s, 42), "text-00042");
	assert_int_equal(strlen(arena_printf(a, "%*s", 70000, "")), 70000);
}

/* Runs `body` in a child, and wants it to end as out of memory does. */
static void
assert_ends_with_70(struct arena *a, void (*body)(struct arena *a))
{
	char text[64] = "";
	int fds[2], status;
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], STDERR_FILENO);
		body(a);
		_exit(0);
	}
	close(fds[1]);
	assert_true(read(fds[0], text, sizeof(text) - 1) > 0);
	close(fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 70);
	assert_string_equal(text, "xbuild: out of memory\n");
}

static void
ask_overflowing_array(struct arena *a)
{
	arena_array(a, SIZE_MAX / 8 + 1, 16);
}

static void
ask_overflowing_grow(struct arena *a)
{
	arena_grow(a, NULL, 0, SIZE_MAX / 2, 4);
}

static void
ask_everything(struct arena *a)
{
	arena_alloc(a, SIZE_MAX - 8);
}

static void
ask_more_than_there_is(struct arena *a)
{
	struct rlimit limit = { (rlim_t)64 << 20, (rlim_t)64 << 20 };

	setrlimit(RLIMIT_AS, &limit);
	for (;;)
		arena_alloc(a, 1 << 20);
}

static void
out_of_memory_ends_the_process(void **state)
{
	assert_ends_with_70(*state, ask_overflowing_array);
	assert_ends_with_70(*state, ask_overflowing_grow);
	assert_ends_with_70(*state, ask_everything);
#if !defined(__SANITIZE_ADDRESS__) /* which needs terabytes of address space itself */
	assert_ends_with_70(*state, ask_more_than_there_is);
#else
	(void)ask_more_than_there_is;
#endif
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(blocks_are_zeroed_and_aligned, setup, teardown),
		cmocka_unit_test_setup_teardown(big_blocks, setup, teardown),
		cmocka_unit_test_setup_teardown(reset_gives_back_and_zeroes, setup, teardown),
		cmocka_unit_test_setup_teardown(reset_to_the_beginning, setup, teardown),
		cmocka_unit_test_setup_teardown(grows, setup, teardown),
		cmocka_unit_test_setup_teardown(texts, setup, teardown),
		cmocka_unit_test_setup_teardown(out_of_memory_ends_the_process, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
