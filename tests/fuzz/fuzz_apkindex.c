/* SPDX-License-Identifier: MIT */
/* The text of an Alpine index: closures end, and never name what is not there. */
#include <string.h>

#include "sysroots/transport/apk.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "musl-dev", "zlib-dev", NULL };
	struct package given = { .name = "musl" };
	const struct package_list base = { &given, 1 };
	struct strvec found, unknown;
	struct apk_index index;
	struct arena a;
	struct error err;

	arena_init(&a);
	error_clear(&err);
	apk_index_init(&index, &a);
	FUZZ_CHECK(apk_index_add(&index, (struct str){ (const char *)data, size }, "main", &err));
	strvec_init(&found, &a);
	strvec_init(&unknown, &a);
	apk_index_closure(&index, &base, names, &found, &unknown);
	for (size_t i = 0; i < found.count; i++)
		FUZZ_CHECK(strmap_get(&index.names, found.items[i]) != NULL &&
			   strcmp(found.items[i], "musl") != 0);
	FUZZ_CHECK(unknown.count <= 2);
	arena_clear(&a);
	return 0;
}
