/* SPDX-License-Identifier: MIT */
/*
 * A target or a pattern, and behind a NUL the lines of an environment. What is understood has a
 * name that means the same again; a pattern stands for targets that each have such a name.
 */
#include <string.h>

#include "targets/target.h"
#include "tests/fuzz/fuzz.h"

static void
check_name(struct arena *a, const struct target *t)
{
	struct target again, settled;
	struct error err;

	error_clear(&err);
	FUZZ_CHECK(t->row != NULL);
	FUZZ_CHECK(target_parse(&again, t->name, NULL, &err));
	FUZZ_CHECK(strcmp(again.name, t->name) == 0);
	FUZZ_CHECK(again.row == t->row && again.abi == t->abi);
	FUZZ_CHECK(strcmp(again.version, t->version) == 0);
	for (int is_static = 0; is_static < 2; is_static++) {
		settled = target_settled(t, is_static);
		FUZZ_CHECK(target_triple(a, &settled) != NULL);
		FUZZ_CHECK(target_parse(&again, settled.name, NULL, &err));
		FUZZ_CHECK(strcmp(again.name, settled.name) == 0);
	}
	for (int libc = LIBC_GLIBC; libc < LIBC_KINDS; libc++)
		if (target_with_libc(&again, t, (enum target_libc)libc, &err))
			FUZZ_CHECK(again.abi->libc == (enum target_libc)libc);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size };
	struct target_list list = { 0 };
	struct strvec env;
	struct target t;
	struct arena a;
	struct error err;
	const char *text;

	arena_init(&a);
	error_clear(&err);
	text = str_dup(&a, str_cut(&rest, '\0'));
	strvec_init(&env, &a);
	while (rest.len > 0)
		strvec_push(&env, str_dup(&a, str_cut(&rest, '\n')));
	if (target_parse(&t, text, env.items, &err))
		check_name(&a, &t);
	else
		FUZZ_CHECK(err.kind == ERROR_USAGE && err.what[0]);
	if (target_expand(&a, text, &list, &err)) {
		FUZZ_CHECK(list.count > 0);
		for (size_t i = 0; i < list.count; i++)
			check_name(&a, &list.items[i]);
	} else {
		FUZZ_CHECK(err.kind == ERROR_USAGE && err.what[0]);
	}
	arena_clear(&a);
	return 0;
}
