/* SPDX-License-Identifier: MIT */
/* The table from texts to pointers. */
#include "base/strmap.h"

#include "tests/unit/unit.h"

static void
empty(void **state)
{
	struct arena a;
	struct strmap m;

	(void)state;
	arena_init(&a);
	strmap_init(&m, &a);
	assert_null(strmap_get(&m, "x"));
	assert_null(strmap_get(&m, ""));
	arena_clear(&a);
}

static void
replace(void **state)
{
	struct arena a;
	struct strmap m;
	int one, two;

	(void)state;
	arena_init(&a);
	strmap_init(&m, &a);
	strmap_set(&m, "", &one);
	strmap_set(&m, "k", &one);
	strmap_set(&m, "k", &two);
	assert_ptr_equal(strmap_get(&m, "k"), &two);
	assert_ptr_equal(strmap_get(&m, ""), &one);
	assert_int_equal(m.count, 2);
	arena_clear(&a);
}

static void
many(void **state)
{
	struct arena a;
	struct strmap m;

	(void)state;
	arena_init(&a);
	strmap_init(&m, &a);
	for (size_t i = 0; i < 5000; i++) {
		char *key = arena_printf(&a, "key%zu", i);

		strmap_set(&m, key, key);
	}
	for (size_t i = 0; i < 5000; i++) {
		char *key = arena_printf(&a, "key%zu", i);

		assert_string_equal(strmap_get(&m, key), key);
	}
	assert_null(strmap_get(&m, "key5000"));
	assert_true(m.cap >= 2 * m.count);
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(replace),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
