/* SPDX-License-Identifier: MIT */
/* SHA-256: the vectors of FIPS 180-2, pieces, files. */
#include "tests/unit/unit.h"

#include "base/digest.h"

static const char empty_hex[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
static const char abc_hex[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
static const char long_hex[] = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1";
static const char million_hex[] =
	"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

static void
vectors(void **state)
{
	static const char text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char hex[DIGEST_HEX];
	struct error err;

	(void)state;
	assert_true(digest_bytes(NULL, 0, hex, &err));
	assert_string_equal(hex, empty_hex);
	assert_true(digest_bytes("abc", 3, hex, &err));
	assert_string_equal(hex, abc_hex);
	assert_true(digest_bytes(text, strlen(text), hex, &err));
	assert_string_equal(hex, long_hex);
}

static void
pieces(void **state)
{
	struct digest *one, *two;
	char hex[DIGEST_HEX], as[1000];
	struct error err;

	(void)state;
	memset(as, 'a', sizeof(as));
	assert_true(digest_begin(&one, &err));
	assert_true(digest_begin(&two, &err)); /* two at a time do not mix */
	for (int i = 0; i < 1000; i++)
		digest_add(one, as, sizeof(as));
	digest_add(two, "a", 1);
	digest_add(two, NULL, 0);
	digest_add(two, "bc", 2);
	digest_end(one, hex);
	assert_string_equal(hex, million_hex);
	digest_end(two, hex);
	assert_string_equal(hex, abc_hex);
	assert_true(digest_begin(&one, &err));
	digest_drop(one);
	digest_drop(NULL);
}

static void
files(void **state)
{
	struct arena a;
	char *dir, *path, hex[DIGEST_HEX] = "untouched", *text;
	struct error err;
	uint64_t size = 0;

	(void)state;
	arena_init(&a);
	dir = unit_temp_dir(&a);
	path = path_join(&a, dir, "million");
	text = arena_alloc(&a, 1000001);
	memset(text, 'a', 1000000);
	unit_file(&a, dir, "million", text, 0644);
	assert_false(digest_file(dir, hex, &size, &err));
	assert_int_equal(err.kind, ERROR_MISSING);
	assert_false(digest_file(path_join(&a, dir, "no"), hex, &size, &err));
	assert_int_equal(err.kind, ERROR_MISSING);
	assert_string_equal(hex, "untouched");
	assert_true(digest_file(path, hex, &size, &err));
	assert_string_equal(hex, million_hex);
	assert_true(size == 1000000);
	assert_true(digest_file(path, hex, NULL, &err));
	unit_file(&a, dir, "empty", "", 0644);
	assert_true(digest_file(path_join(&a, dir, "empty"), hex, &size, &err));
	assert_string_equal(hex, empty_hex);
	assert_true(size == 0);
	unit_remove(dir);
	arena_clear(&a);
}

static void
hexadecimals(void **state)
{
	char text[80];

	(void)state;
	assert_true(digest_is_hex(abc_hex));
	assert_false(digest_is_hex(""));
	assert_false(digest_is_hex(abc_hex + 1));
	snprintf(text, sizeof(text), "%s0", abc_hex);
	assert_false(digest_is_hex(text));
	snprintf(text, sizeof(text), "%s", abc_hex);
	text[10] = 'A';
	assert_false(digest_is_hex(text));
	text[10] = 'g';
	assert_false(digest_is_hex(text));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors),
		cmocka_unit_test(pieces),
		cmocka_unit_test(files),
		cmocka_unit_test(hexadecimals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
