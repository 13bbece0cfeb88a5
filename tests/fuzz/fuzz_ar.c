/* SPDX-License-Identifier: MIT */
/* One static archive: every member lies in it, behind the one before, and the walk ends. */
#include <string.h>

#include "linkcheck/read/ar.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ar_member member;
	struct input in, part;
	struct error err;
	struct arena a;
	struct ar ar;
	uint64_t last = 0;

	arena_init(&a);
	error_clear(&err);
	input_from_buffer(&in, &a, "fuzz.a", data, size);
	if (!ar_open(&ar, &a, &in, &err)) {
		FUZZ_CHECK(err.kind == ERROR_FORMAT && !ar_is(&in));
		arena_clear(&a);
		return 0;
	}
	while (ar_next(&ar, &member)) {
		FUZZ_CHECK(member.name && member.off > last);
		last = member.off;
		if (!member.outside)
			FUZZ_CHECK(
				input_slice(&part, &in, member.name, member.off, member.len, &err));
	}
	FUZZ_CHECK(ar.defect ? ar.defect[0] != '\0' : ar.at >= size);
	FUZZ_CHECK(!ar_next(&ar, &member));
	input_close(&in);
	arena_clear(&a);
	return 0;
}
