/* SPDX-License-Identifier: MIT */
/* Hostile text stays text in every kind of document. */
#include "cli/report/escape.h"
#include "cli/ui.h"
#include "tests/unit/unit.h"

typedef void escape_fn(struct strbuf *out, const char *s);

static const char *
with(escape_fn *fn, struct arena *a, const char *s)
{
	struct strbuf b;

	strbuf_init(&b, a);
	fn(&b, s);
	return b.ptr;
}

static void
is_escaped(void **state)
{
	static const struct {
		escape_fn *fn;
		const char *in, *out;
	} rows[] = {
		{ escape_xml, "a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;" },
		{ escape_xml, "\x01\n\xff\xc0\x80",
			"\xef\xbf\xbd&#10;\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ escape_xml, "\xc3\xa9\xe2\x80\xae",
			"\xc3\xa9\xef\xbf\xbd" }, /* U+202E turns text round */
		{ escape_markdown, "<i>*x*|[a](b)@me",
			"&lt;i&gt;\\*x\\*\\|\\[a\\](b)@\xe2\x81\xa0me" },
		{ escape_markdown_code, "a", "`a`" },
		{ escape_markdown_code, "a``b\n", "``` a``b  ```" },
		{ escape_github, "100%\r\n::x", "100%25%0D%0A::x" },
		{ escape_github_property, "a,b:c", "a%2Cb%3Ac" },
		{ escape_uri, "a b/#\xff:", "a%20b/%23%FF%3A" },
		{ escape_uri, "/x", "file:///x" },
		{ escape_dot, "a\"\\]", "\"a\\\"\\\\]\"" },
		{ escape_mermaid, "a\"#<b>`", "\"a#quot;#35;#lt;b#gt;#96;\"" },
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_string_equal(with(rows[i].fn, &a, rows[i].in), rows[i].out);
	arena_clear(&a);
}

/* Whatever the bytes are: no control character, and only well-formed UTF-8. */
static void
every_byte_is_harmless(void **state)
{
	escape_fn *const fns[] = { escape_xml, escape_markdown, escape_markdown_code, escape_github,
		escape_github_property, escape_uri, escape_dot, escape_mermaid };
	struct arena a;

	(void)state;
	arena_init(&a);
	for (unsigned c = 1; c < 65536; c++) {
		const char in[] = { (char)(c & 0xff), (char)(c >> 8), 0 };

		for (size_t i = 0; c % 0x100 && i < ARRAY_LEN(fns); i++) {
			struct str out = str_from(with(fns[i], &a, in));
			size_t n;

			for (; out.len; out = str_drop(out, n)) {
				n = str_utf8(out);
				assert_true(n > 0);
				assert_true((unsigned char)*out.ptr >= 0x20 && *out.ptr != 0x7f);
			}
		}
		arena_clear(&a);
	}
}

static void
terminal_gets_no_controls(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_string_equal(ui_safe(&a, "a\033[31m\x9b\xc2\x9b\xc3\xa9\n"), "a?[31m??\xc3\xa9?");
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_escaped),
		cmocka_unit_test(every_byte_is_harmless),
		cmocka_unit_test(terminal_gets_no_controls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
