/* SPDX-License-Identifier: MIT */
/* Checked bytes: both orders, every edge, sticky failure. */
#include "tests/unit/unit.h"

#include "base/bytes.h"

static const unsigned char data[] = { 0x01, 0x02, 0x03, 0x04, 0xf5, 0x06, 0x07, 0x88, 'a', 'b',
	0x00, 'c' };

static void
reads_both_orders(void **state)
{
	struct bytes little = bytes_from(data, sizeof(data), 0, false);
	struct bytes big = bytes_from(data, sizeof(data), 0, true);

	(void)state;
	assert_int_equal(bytes_u8(&little, 4), 0xf5);
	assert_int_equal(bytes_u16(&little, 3), 0xf504);
	assert_int_equal(bytes_u16(&big, 3), 0x04f5);
	assert_int_equal(bytes_u32(&little, 0), 0x04030201);
	assert_int_equal(bytes_u32(&big, 1), 0x020304f5);
	assert_true(bytes_u64(&little, 0) == UINT64_C(0x880706f504030201));
	assert_true(bytes_u64(&big, 0) == UINT64_C(0x01020304f5060788));
	assert_true(bytes_word(&big, 0, 8) == UINT64_C(0x01020304f5060788));
	assert_true(bytes_word(&big, 4, 4) == UINT64_C(0xf5060788));
	assert_false(little.bad);
	assert_false(big.bad);
}

static void
failure_is_sticky(void **state)
{
	struct bytes b = bytes_from(data, sizeof(data), 1000, false);

	(void)state;
	assert_int_equal(bytes_u32(&b, 9), 0);
	assert_true(b.bad);
	assert_true(b.bad_at == 1009);
	assert_int_equal(bytes_u8(&b, 0), 1); /* good reads still work, and do not wash it off */
	assert_int_equal(bytes_u8(&b, 500), 0);
	assert_true(b.bad);
	assert_true(b.bad_at == 1009);
}

static void
edges(void **state)
{
	static const uint64_t offsets[] = { 5, 11, 12, 13, UINT64_MAX, UINT64_MAX - 7,
		UINT64_MAX - 3, (uint64_t)1 << 63, (uint64_t)1 << 32 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(offsets); i++) {
		struct bytes b = bytes_from(data, sizeof(data), UINT64_MAX - 2, false);

		assert_true(bytes_u64(&b, offsets[i]) == 0);
		assert_true(b.bad);
		assert_true(b.bad_at == UINT64_MAX); /* the sum does not fit */
	}
}

static void
has(void **state)
{
	struct bytes b = bytes_from(data, 12, 0, false);
	struct bytes none = bytes_from(NULL, 12, 0, false);

	(void)state;
	assert_true(bytes_has(&b, 0, 12));
	assert_true(bytes_has(&b, 12, 0));
	assert_false(bytes_has(&b, 13, 0));
	assert_false(bytes_has(&b, 1, 12));
	assert_false(bytes_has(&b, 1, UINT64_MAX));
	assert_false(bytes_has(&b, UINT64_MAX, 1));
	assert_false(bytes_has(&b, UINT64_MAX, UINT64_MAX));
	assert_false(b.bad);
	assert_false(bytes_has(&none, 0, 1));
	assert_true(bytes_has(&none, 0, 0));
}

static void
slices_see_only_themselves(void **state)
{
	struct bytes b = bytes_from(data, sizeof(data), 100, true);
	struct bytes s = bytes_slice(&b, 2, 4), bad, empty;

	(void)state;
	assert_true(s.len == 4);
	assert_true(s.origin == 102);
	assert_true(s.big_endian);
	assert_int_equal(bytes_u16(&s, 2), 0xf506);
	assert_int_equal(bytes_u16(&s, 3), 0);
	assert_true(s.bad);
	assert_true(s.bad_at == 105);
	assert_false(b.bad);
	empty = bytes_slice(&b, 12, 0);
	assert_true(empty.len == 0);
	assert_false(b.bad);
	bad = bytes_slice(&b, 10, 3);
	assert_true(bad.len == 0);
	assert_null(bad.ptr);
	assert_true(b.bad);
	assert_true(b.bad_at == 110);
	b = bytes_from(data, sizeof(data), 0, true);
	bad = bytes_slice(&b, UINT64_MAX, 2);
	assert_true(b.bad && bad.len == 0);
}

static void
texts(void **state)
{
	struct bytes b = bytes_from(data, sizeof(data), 0, false);

	(void)state;
	assert_true(str_is(bytes_cstr(&b, 8, 100), "ab"));
	assert_true(str_is(bytes_cstr(&b, 8, 3), "ab"));
	assert_true(str_is(bytes_cstr(&b, 10, 1), ""));
	assert_false(b.bad);
	assert_null(bytes_cstr(&b, 8, 2).ptr); /* the NUL is the third byte */
	assert_true(b.bad && b.bad_at == 8);
	b = bytes_from(data, sizeof(data), 0, false);
	assert_null(bytes_cstr(&b, 11, UINT64_MAX).ptr); /* no NUL to the end */
	assert_true(b.bad && b.bad_at == 11);
	b = bytes_from(data, sizeof(data), 0, false);
	assert_null(bytes_cstr(&b, 12, 5).ptr);
	assert_true(b.bad && b.bad_at == 12);
	b = bytes_from(data, sizeof(data), 0, false);
	assert_null(bytes_cstr(&b, 0, 0).ptr);
	assert_true(b.bad);
}

static void
compares(void **state)
{
	struct bytes b = bytes_from(data, sizeof(data), 0, false);

	(void)state;
	assert_true(bytes_equal(&b, 8, "ab", 2));
	assert_true(bytes_equal(&b, 12, "", 0));
	assert_false(bytes_equal(&b, 8, "ac", 2));
	assert_false(bytes_equal(&b, 11, "cd", 2));
	assert_false(bytes_equal(&b, UINT64_MAX, "c", 1));
	assert_false(b.bad);
}

static void
sums_and_products(void **state)
{
	uint64_t n = 5;

	(void)state;
	assert_true(u64_add(UINT64_MAX - 1, 1, &n) && n == UINT64_MAX);
	assert_false(u64_add(UINT64_MAX, 1, &n));
	assert_true(n == UINT64_MAX);
	assert_true(u64_mul((uint64_t)1 << 32, ((uint64_t)1 << 32) - 1, &n));
	assert_true(n == UINT64_MAX - UINT32_MAX);
	assert_false(u64_mul((uint64_t)1 << 32, (uint64_t)1 << 32, &n));
	assert_true(n == UINT64_MAX - UINT32_MAX);
	assert_true(u64_mul(UINT64_MAX, 0, &n) && n == 0);
	assert_true(u64_mul(0, UINT64_MAX, &n) && n == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_both_orders),
		cmocka_unit_test(failure_is_sticky),
		cmocka_unit_test(edges),
		cmocka_unit_test(has),
		cmocka_unit_test(slices_see_only_themselves),
		cmocka_unit_test(texts),
		cmocka_unit_test(compares),
		cmocka_unit_test(sums_and_products),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
