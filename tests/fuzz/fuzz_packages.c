/* SPDX-License-Identifier: MIT */
/* The Packages file of a Debian archive: what is found is fit to be fetched, and closures end. */
#include <string.h>

#include "sysroots/transport/debian_index.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "musl", "musl-dev", "zlib1g-dev", "libpng-dev", NULL };
	struct package given = { .name = "libc6" };
	const struct package_list base = { &given, 1 };
	struct strvec found, unknown;
	struct debian_index index;
	struct package_list list;
	struct arena a;
	struct error err;

	arena_init(&a);
	error_clear(&err);
	debian_index_init(&index, &a);
	FUZZ_CHECK(
		debian_index_add(&index, (struct str){ (const char *)data, size }, "arm64", &err));
	if (debian_index_find(&index, names, &list, &err))
		for (size_t i = 0; i < list.count; i++)
			FUZZ_CHECK(package_fault(&list.items[i]) == NULL);
	else
		FUZZ_CHECK(err.kind == ERROR_FORMAT);
	strvec_init(&found, &a);
	strvec_init(&unknown, &a);
	debian_index_closure(&index, &base, names, &found, &unknown);
	for (size_t i = 0; i < found.count; i++)
		FUZZ_CHECK(strcmp(found.items[i], "libc6") != 0);
	FUZZ_CHECK(unknown.count <= 4);
	arena_clear(&a);
	return 0;
}
