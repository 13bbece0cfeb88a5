/* SPDX-License-Identifier: MIT */
/* Files told apart by their first bytes. */
#include "tests/unit/debs.h"

#include "linkcheck/unpack/kind.h"

static void
test_magics(void **state)
{
	static const struct {
		const char *head;
		size_t len;
		enum kind kind;
	} rows[] = {
		{ "\177ELF\2\1\1", 7, KIND_BINARY },
		{ "\xca\xfe\xba\xbe\0\0\0\2", 8, KIND_FAT },
		{ "\xca\xfe\xba\xbe\0\0\0\x34", 8, KIND_OTHER }, /* Java */
		{ "!<arch>\ndebian-binary   ", 24, KIND_DEB },
		{ "!<arch>\nx.o/            ", 24, KIND_STATIC },
		{ "!<arch>\n", 8, KIND_STATIC },
		{ "!<thin>\n", 8, KIND_STATIC },
		{ "PK\3\4", 4, KIND_ZIP },
		{ "PK\1\2", 4, KIND_OTHER },
		{ "\x1f\x8b\x08", 3, KIND_COMPRESSED },
		{ "\x1f\x8b\x07", 3, KIND_OTHER },
		{ "BZh91AY&SY", 10, KIND_COMPRESSED },
		{ "BZhello wo", 10, KIND_OTHER },
		{ "\xfd"
		  "7zXZ\0",
			6, KIND_COMPRESSED },
		{ "\x28\xb5\x2f\xfd", 4, KIND_COMPRESSED },
		{ "\xed\xab\xee\xdb", 4, KIND_RPM },
		{ "070701", 6, KIND_ARCHIVE },
		{ "070709", 6, KIND_OTHER },
		{ "", 0, KIND_OTHER },
		{ "#!/bin/sh\n", 10, KIND_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (kind_of_bytes(rows[i].head, rows[i].len) != rows[i].kind)
			fail_msg("row %zu", i);
	assert_true(kind_is_container(KIND_ZIP));
	assert_true(kind_is_container(KIND_STATIC));
	assert_false(kind_is_container(KIND_FAT));
	assert_false(kind_is_container(KIND_BINARY));
}

/* With and without "ustar"; a block of text with the right sum is not made by accident. */
static void
test_tar(void **state)
{
	struct arena a;
	struct deb deb;

	(void)state;
	arena_init(&a);
	deb_init(&deb, &a);
	deb_file(&deb, "x", "");
	assert_int_equal(kind_of_bytes(deb.tar.ptr, deb.tar.len), KIND_ARCHIVE);
	memset(deb.tar.ptr + 257, 0, 8);
	assert_int_equal(kind_of_bytes(deb.tar.ptr, deb.tar.len), KIND_OTHER);
	deb_sum(deb.tar.ptr);
	assert_int_equal(kind_of_bytes(deb.tar.ptr, deb.tar.len), KIND_ARCHIVE);
	assert_int_equal(kind_of_bytes(deb.tar.ptr, 511), KIND_OTHER);
	memset(deb.tar.ptr, 0, 512);
	assert_int_equal(kind_of_bytes(deb.tar.ptr, deb.tar.len), KIND_OTHER);
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_magics),
		cmocka_unit_test(test_tar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
