/* SPDX-License-Identifier: MIT */
/* The MANIFEST of a FreeBSD release: a digest, or nothing. */
#include "sysroots/transport/freebsd.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char sha256[DIGEST_HEX];

	if (freebsd_manifest_find((struct str){ (const char *)data, size }, "base.txz", sha256))
		FUZZ_CHECK(digest_is_hex(sha256));
	return 0;
}
