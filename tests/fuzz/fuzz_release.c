/* SPDX-License-Identifier: MIT */
/* The Release file of a Debian archive: dates and digests are what the text says, or it is refused. */
#include <string.h>

#include "sysroots/transport/debian_release.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = { (const char *)data, size };
	struct debian_release r;
	char sha256[DIGEST_HEX];
	struct arena a;
	struct error err;
	uint64_t bytes;
	int64_t date;

	arena_init(&a);
	error_clear(&err);
	if (debian_release_parse(&a, text, &r, &err)) {
		FUZZ_CHECK(r.date > 0 && r.files.len > 0);
		FUZZ_CHECK(r.files.ptr >= text.ptr &&
			   r.files.ptr + r.files.len <= text.ptr + text.len);
		if (debian_release_file(&r, "main/binary-arm64/Packages.xz", sha256, &bytes))
			FUZZ_CHECK(digest_is_hex(sha256));
	} else {
		FUZZ_CHECK(err.kind == ERROR_FORMAT);
	}
	if (debian_date_parse(text, &date))
		FUZZ_CHECK(date >= 0);
	if (debian_dated_base(str_dup(&a, text), &date))
		FUZZ_CHECK(strlen(str_dup(&a, text)) >= 17);
	arena_clear(&a);
	return 0;
}
