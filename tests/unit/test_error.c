/* SPDX-License-Identifier: MIT */
/* Errors: filling, cutting, wrapping, names. */
#include "tests/unit/unit.h"

#include <errno.h>

static void
sets_and_empties(void **state)
{
	struct error err;

	(void)state;
	memset(&err, 'x', sizeof(err));
	assert_false(error_set(&err, ERROR_FORMAT, "bad %s", "header"));
	assert_int_equal(err.kind, ERROR_FORMAT);
	assert_int_equal(err.saved_errno, 0);
	assert_string_equal(err.what, "bad header");
	assert_string_equal(err.where, "");
	assert_string_equal(err.hint, "");
	assert_false(error_where(&err, "a.so, offset %d", 64));
	assert_false(error_hint(&err, "rebuild it"));
	assert_string_equal(err.where, "a.so, offset 64");
	assert_string_equal(err.hint, "rebuild it");
	error_clear(&err);
	assert_int_equal(err.kind, ERROR_NONE);
	assert_string_equal(err.what, "");
}

static void
takes_kind_from_errno(void **state)
{
	static const struct {
		int number;
		enum error_kind kind;
	} rows[] = {
		{ ENOENT, ERROR_MISSING },
		{ ENOTDIR, ERROR_MISSING },
		{ EACCES, ERROR_IO },
		{ ENOSPC, ERROR_IO },
		{ EROFS, ERROR_IO },
	};
	struct error err;
	char text[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_false(error_set_errno(&err, rows[i].number, "cannot open %s", "x"));
		assert_int_equal(err.kind, rows[i].kind);
		assert_int_equal(err.saved_errno, rows[i].number);
		snprintf(text, sizeof(text), "cannot open x: %s", strerror(rows[i].number));
		assert_string_equal(err.what, text);
	}
}

/* 1, 2, 3 and 4 byte characters at every position relative to the cut. */
static void
cuts_at_a_character(void **state)
{
	static const char *const characters[] = { "a", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80" };
	struct error err;

	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(characters); c++) {
		for (size_t lead = 0; lead < 8; lead++) {
			char text[2048] = "";
			struct str rest;

			memset(text, '.', lead);
			while (strlen(text) < sizeof(err.what) + 20)
				strcat(text, characters[c]);
			error_set(&err, ERROR_BUG, "%s", text);
			assert_true(strlen(err.what) < sizeof(err.what));
			assert_true(strlen(err.what) >= sizeof(err.what) - 5);
			assert_true(cstr_ends(err.what, "..."));
			for (rest = str_from(err.what); rest.len > 0;) {
				size_t n = str_utf8(rest);

				assert_true(n > 0);
				rest = str_drop(rest, n);
			}
		}
	}
}

static void
fits_exactly(void **state)
{
	struct error err;
	char text[sizeof(err.what)];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	error_set(&err, ERROR_BUG, "%s", text);
	assert_string_equal(err.what, text);
	error_set(&err, ERROR_BUG, "%sb", text);
	assert_int_equal(strlen(err.what), sizeof(err.what) - 1);
	assert_true(cstr_ends(err.what, "a..."));
	error_set_errno(&err, ENOENT, "%s", text);
	assert_int_equal(strlen(err.what), sizeof(err.what) - 1);
	assert_true(cstr_ends(err.what, "a..."));
}

static void
wraps(void **state)
{
	struct error err;

	(void)state;
	error_set_errno(&err, EACCES, "inner");
	error_hint(&err, "kept");
	assert_false(error_wrap(&err, "while %s", "outer"));
	assert_true(cstr_starts(err.what, "while outer: inner: "));
	assert_int_equal(err.kind, ERROR_IO);
	assert_int_equal(err.saved_errno, EACCES);
	assert_string_equal(err.hint, "kept");
	for (int i = 0; i < 100; i++)
		error_wrap(&err, "again and again");
	assert_true(strlen(err.what) < sizeof(err.what));
	assert_true(cstr_ends(err.what, "..."));
}

static void
may_quote_itself(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, ERROR_IO, "first");
	error_set(&err, ERROR_IO, "<%s>", err.what);
	assert_string_equal(err.what, "<first>");
	error_hint(&err, "see %s", err.what);
	assert_string_equal(err.hint, "see <first>");
}

static void
every_kind_has_a_name(void **state)
{
	(void)state;
	for (int k = 0; k < ERROR_KINDS; k++) {
		const char *name = error_kind_name((enum error_kind)k);

		assert_non_null(name);
		for (int other = 0; other < k; other++)
			assert_string_not_equal(name, error_kind_name((enum error_kind)other));
	}
	assert_string_equal(error_kind_name(ERROR_USAGE), "usage");
	assert_string_equal(error_kind_name(ERROR_KINDS), "bug");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_and_empties),
		cmocka_unit_test(takes_kind_from_errno),
		cmocka_unit_test(cuts_at_a_character),
		cmocka_unit_test(fits_exactly),
		cmocka_unit_test(wraps),
		cmocka_unit_test(may_quote_itself),
		cmocka_unit_test(every_kind_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
