/* SPDX-License-Identifier: MIT */
/* Environments as values. */
#include "tests/unit/unit.h"

#include "base/env.h"

static const char *const env[] = { "PATH=/bin", "PATHS=x", "EMPTY=", "LC_ALL=C", "LC_TIME=de",
	"odd", "PATH=/second", "A=b=c", NULL };

static void
gets(void **state)
{
	(void)state;
	assert_string_equal(env_get(env, "PATH"), "/bin"); /* the first */
	assert_string_equal(env_get(env, "EMPTY"), "");
	assert_string_equal(env_get(env, "A"), "b=c");
	assert_ptr_equal(env_get(env, "PATH"), env[0] + 5);
	assert_null(env_get(env, "PAT"));
	assert_null(env_get(env, "odd"));
	assert_null(env_get(env, "NONE"));
	assert_null(env_get(env, ""));
}

static void
keeps(void **state)
{
	static const char *const allow[] = { "LC_*", "PATH", "odd", NULL };
	static const char *const all[] = { "*", NULL };
	static const char *const nothing[] = { "", NULL };
	struct arena a;
	struct strvec v;

	(void)state;
	arena_init(&a);
	strvec_init(&v, &a);
	env_keep(&v, env, allow);
	assert_int_equal(v.count, 4);
	assert_string_equal(v.items[0], "PATH=/bin");
	assert_string_equal(v.items[1], "LC_ALL=C");
	assert_string_equal(v.items[2], "LC_TIME=de");
	assert_string_equal(v.items[3], "PATH=/second");
	assert_null(v.items[4]);
	strvec_init(&v, &a);
	env_keep(&v, env, all);
	assert_int_equal(v.count, 7); /* without the entry that is no assignment */
	strvec_init(&v, &a);
	env_keep(&v, env, nothing);
	assert_int_equal(v.count, 0);
	arena_clear(&a);
}

static void
sets(void **state)
{
	struct arena a;
	struct strvec v;

	(void)state;
	arena_init(&a);
	strvec_init(&v, &a);
	strvec_push_all(&v, env);
	env_set(&v, "PATH", "/new");
	assert_int_equal(v.count, 7);
	assert_string_equal(env_get(v.items, "PATH"), "/new");
	assert_string_equal(env_get(v.items, "PATHS"), "x");
	env_set(&v, "PATH", NULL);
	assert_null(env_get(v.items, "PATH"));
	assert_int_equal(v.count, 6);
	assert_null(v.items[6]);
	env_set(&v, "NEW", "");
	assert_string_equal(env_get(v.items, "NEW"), "");
	env_set(&v, "NONE", NULL);
	assert_int_equal(v.count, 7);
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gets),
		cmocka_unit_test(keeps),
		cmocka_unit_test(sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
