/* SPDX-License-Identifier: MIT */
/* A signed file of Alpine's, index or package: without the private key nothing passes. */
#include "base/path.h"
#include "sysroots/transport/apk.h"
#include "tests/fuzz/fuzz.h"

/* 1024 bits whose other half nobody kept. */
static const char key[] = "-----BEGIN PUBLIC KEY-----\n"
			  "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC8F6DLYj7/IbY1yM5vzFGlz1yC\n"
			  "jo2QnZlbXShoH+8OL6kZL3iofVB68DbZscpJZd2qgt+Pl9Wmu7tTRSEmNuYoLQun\n"
			  "ta+iVUgPwHaUwDoUVfKGrlNLNf8ufFsNWDCb1LG9IyqTvQ52rwSCHxZcaGv7LpYQ\n"
			  "ow0hsjcDdpn6GJ54SwIDAQAB\n"
			  "-----END PUBLIC KEY-----\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str checksum = STR("Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
	struct arena a;
	struct error err;
	struct str text;

	arena_init(&a);
	error_clear(&err);
	char *path = path_join(&a, fuzz_dir(), "x.apk");
	char *keys = path_join(&a, fuzz_dir(), "k.rsa.pub");
	fuzz_write(keys, STR(key));
	fuzz_write(path, (struct str){ (const char *)data, size });
	FUZZ_CHECK(!apk_index_open(&a, path, keys, &text, &err));
	FUZZ_CHECK(err.kind == ERROR_FORMAT || err.kind == ERROR_VERIFY || err.kind == ERROR_LIMIT);
	FUZZ_CHECK(!apk_package_check(path, keys, checksum, &err));
	FUZZ_CHECK(err.kind == ERROR_FORMAT || err.kind == ERROR_VERIFY || err.kind == ERROR_LIMIT);
	arena_clear(&a);
	return 0;
}
