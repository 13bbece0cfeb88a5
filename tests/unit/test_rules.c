/* SPDX-License-Identifier: MIT */
/* The table of rules: order, uniqueness, lookup, and its manual page. */
#include "tests/unit/unit.h"

#include <ctype.h>

#include "linkcheck/judge/rule.h"

/* The page without its markup's line breaks: words separated by single blanks, "\e" undone. */
static char *
page_text(struct arena *a)
{
	struct strbuf b;
	struct error err;
	struct str text;

	error_clear(&err);
	if (!file_read(a, "man/xbuild-rules.7", 1 << 20, &text, &err))
		return NULL;
	strbuf_init(&b, a);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '\\' && i + 1 < text.len && text.ptr[i + 1] == 'e')
			i++;
		else if (c == '\\' && i + 1 < text.len && text.ptr[i + 1] == '&') {
			i++;
			continue;
		}
		if (isspace((unsigned char)c))
			c = ' ';
		strbuf_addc(&b, c);
	}
	return b.ptr;
}

static void
is_sorted_and_complete(void **state)
{
	(void)state;
	assert_true(rule_count() > 20);
	for (size_t i = 0; i < rule_count(); i++) {
		const struct rule *r = rule_at(i);

		if (i > 0)
			assert_true(strcmp(rule_at(i - 1)->id, r->id) < 0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(rule_at(k)->name, r->name);
		assert_int_equal(strlen(r->id), 5);
		assert_non_null(r->check);
		assert_true(r->level < LEVELS);
		assert_true(strlen(r->summary) > 10 && strlen(r->summary) < 80);
		assert_int_not_equal(r->summary[strlen(r->summary) - 1], '.');
		assert_true(strlen(r->cause) > 40);
		assert_true(strlen(r->remedy) > 15);
		assert_int_equal(r->remedy[strlen(r->remedy) - 1], '.');
	}
}

static void
lookup(void **state)
{
	(void)state;
	assert_ptr_equal(rule_find("LC041"), rule_find("rpath-relative"));
	assert_ptr_equal(rule_find("lc041"), rule_find("LC041"));
	assert_null(rule_find("LC999"));
	assert_null(rule_find(""));
	assert_string_equal(level_name(rule_find("LC041")->level), "error");
	assert_string_equal(verdict_name(VERDICT_UNKNOWN), "unknown");
}

static void
expect_in(const char *text, const char *what, const char *id)
{
	if (!strstr(text, what))
		fail_msg("man/xbuild-rules.7 lacks of %s: %s", id, what);
}

static void
page_says_the_same(void **state)
{
	struct arena a;
	char *text;

	(void)state;
	arena_init(&a);
	text = page_text(&a);
	if (!text) {
		arena_clear(&a);
		print_message("SKIP: not run from the source folder\n");
		skip();
	}
	for (size_t i = 0; text && i < rule_count(); i++) {
		const struct rule *r = rule_at(i);

		expect_in(text,
			arena_printf(
				&a, ".It Sy %s Li %s Pq %s", r->id, r->name, level_name(r->level)),
			r->id);
		expect_in(text, r->summary + 1, r->id); /* its first letter is a capital there */
		expect_in(text, r->cause, r->id);
		expect_in(text, r->remedy, r->id);
	}
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_sorted_and_complete),
		cmocka_unit_test(lookup),
		cmocka_unit_test(page_says_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
