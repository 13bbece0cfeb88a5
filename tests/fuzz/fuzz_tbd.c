/* SPDX-License-Identifier: MIT */
/* One .tbd file for two targets, and a symbol that every library of it is asked for. */
#include <string.h>

#include "linkcheck/read/tbd.h"
#include "tests/fuzz/fuzz.h"

static void
read_for(struct str text, const char *arch, const char *platform)
{
	struct tbd tbd;
	struct error err;
	struct arena a;

	arena_init(&a);
	error_clear(&err);
	if (!tbd_read(&a, "fuzz.tbd", text, arch, platform, &tbd, &err)) {
		FUZZ_CHECK(err.kind != ERROR_NONE && err.what[0]);
	} else {
		FUZZ_CHECK(tbd.count > 0);
		for (size_t i = 0; i < tbd.count; i++) {
			FUZZ_CHECK(tbd.items[i].install_name != NULL);
			FUZZ_CHECK(tbd.items[i].symbol_count == tbd.items[i].symbols.count);
			(void)tbd_find(&tbd.items[i], "_malloc", "10.5");
		}
	}
	arena_clear(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };

	read_for(text, "arm64", "macos");
	read_for(text, "amd64", "ios");
	return 0;
}
