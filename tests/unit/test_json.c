/* SPDX-License-Identifier: MIT */
/* JSON: what is refused and where, getters that name what is wrong, and what is written. */
#include "tests/unit/unit.h"

#include "base/caps.h"
#include "base/json.h"

static int
setup(void **state)
{
	struct arena *a = malloc(sizeof(*a));

	if (!a)
		return -1;
	arena_init(a);
	*state = a;
	return 0;
}

static int
teardown(void **state)
{
	arena_clear(*state);
	free(*state);
	return 0;
}

static void
must_parse(struct json *doc, const char *text)
{
	struct error err;

	if (!json_parse(doc, "t.json", str_from(text), &err))
		fail_msg("%s: %s (%s)", text, err.what, err.where);
}

static void
accepts(void **state)
{
	static const char *const texts[] = { "0", "-0", "1.5e+10", "\"\"", "null", "true", " [ ] ",
		"{}", "[1,\n2,\t3]\r\n", "\"\\u00e9\\ud83d\\ude00\\n\\/\"", "[[[[]]]]",
		"\"\xc3\xa9\"", "{\"\":0}", "{\"a\":{\"a\":1}}", "1E5", "-12.25e-3" };
	struct json doc;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		must_parse(&doc, texts[i]);
		assert_non_null(doc.root);
		json_clear(&doc);
		assert_null(doc.root);
		json_clear(&doc);
	}
	json_clear(NULL);
}

static void
refuses(void **state)
{
	static const struct {
		const char *text, *where, *what; /* `what`: a part of the message */
	} rows[] = {
		{ "", "t.json:1:1", "the text is empty" },
		{ " \n ", "t.json:2:2", "the text is empty" },
		{ "{", "t.json:1:2", "ends too early" },
		{ "[1,\n 2", "t.json:2:3", "ends too early" },
		{ "[1,]", "t.json:1:4", "not expected" },
		{ "{\"a\":1,}", "t.json:1:8", "not expected" },
		{ "[1 2]", "t.json:1:4", "not expected" },
		{ "{} x", "t.json:1:4", "not expected" },
		{ "{}{}", "t.json:1:3", "not expected" },
		{ "1 2", "t.json:1:3", "not expected" },
		{ "]", "t.json:1:1", "not expected" },
		{ "truex", "t.json:1:5", "not expected" },
		{ "nul", "t.json:1:1", "" },
		{ "NaN", "t.json:1:1", "" },
		{ "'a'", "t.json:1:1", "" },
		{ "{a:1}", "t.json:1:2", "" },
		{ "/* c */ 1", "t.json:1:1", "" },
		{ "01", "t.json:1:1", "malformed number" },
		{ "-", "t.json:1:1", "malformed number" },
		{ "+1", "t.json:1:1", "" },
		{ ".5", "t.json:1:1", "" },
		{ "[\n1.]", "t.json:2:1", "malformed number" },
		{ "1.e5", "t.json:1:1", "malformed number" },
		{ "1e", "t.json:1:1", "malformed number" },
		{ "1-2", "t.json:1:1", "malformed number" },
		{ "\"a", "t.json:1:3", "without an end" },
		{ "\"a\\\"", "t.json:1:5", "without an end" },
		{ "\"a\nb\"", "t.json:1:3", "control character" },
		{ "\"\\x\"", "t.json:1:2", "" },
		{ "\"\\u12\"", "t.json:1:2", "hexadecimal" },
		{ "\"\\uzzzz\"", "t.json:1:2", "hexadecimal" },
		{ "\"a\\u0000b\"", "t.json:1:3", "\\u0000" },
		{ "\"\\ud800\"", "t.json:1:2", "" },
		{ "\"\\udc00\\ud800\"", "t.json:1:2", "" },
		{ "\"\xff\"", "t.json:1:2", "not UTF-8" },
		{ "\"\xed\xa0\x80\"", "t.json:1:2", "not UTF-8" },
		{ "[1,\v2]", "t.json:1:4", "control character" },
		{ "{\"a\"}", "t.json:1:5", "" },
		{ "{\"a\":}", "t.json:1:6", "" },
		{ "{1:2}", "t.json:1:2", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct json doc = { .name = "untouched" };
		struct error err;

		error_clear(&err);
		if (json_parse(&doc, "t.json", str_from(rows[i].text), &err))
			fail_msg("accepted: %s", rows[i].text);
		assert_int_equal(err.kind, ERROR_FORMAT);
		assert_true(cstr_starts(err.what, "t.json: not valid JSON: "));
		if (!strstr(err.what, rows[i].what))
			fail_msg("%s: %s", rows[i].text, err.what);
		if (strcmp(err.where, rows[i].where) != 0)
			fail_msg("%s: %s at %s", rows[i].text, err.what, err.where);
		assert_string_equal(doc.name, "untouched");
	}
}

static void
refuses_nul_bytes(void **state)
{
	static const struct str texts[] = { { "1\0", 2 }, { "[\0]", 3 }, { "\"a\0b\"", 5 },
		{ "{}\0{}", 5 } };
	struct json doc;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		assert_false(json_parse(&doc, "t.json", texts[i], &err));
		assert_int_equal(err.kind, ERROR_FORMAT);
		assert_non_null(strstr(err.what, "control character"));
	}
}

static void
refuses_duplicates(void **state)
{
	struct json doc;
	struct error err;

	(void)state;
	assert_false(json_parse(&doc, "x.lock", STR("{\"a\":1,\"b\":2,\"a\":3}"), &err));
	assert_int_equal(err.kind, ERROR_FORMAT);
	assert_string_equal(err.what, "x.lock: key a is there twice");
	assert_false(
		json_parse(&doc, "x.lock", STR("{\"t\":[{},{\"k\":{\"z\":1,\"z\":1}}]}"), &err));
	assert_string_equal(err.what, "x.lock: key t[1].k.z is there twice");
	/* The same name, once spelled with an escape. */
	assert_false(json_parse(&doc, "x.lock", STR("{\"a\":1,\"\\u0061\":2}"), &err));
	assert_string_equal(err.what, "x.lock: key a is there twice");
	must_parse(&doc, "{\"a\":1,\"A\":2}");
	json_clear(&doc);
}

static char *
nested(struct arena *a, size_t depth)
{
	char *text = arena_alloc(a, 2 * depth + 1);

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	return text;
}

static void
caps_hold(void **state)
{
	struct arena *a = *state;
	struct json doc;
	struct error err;
	char *many;

	must_parse(&doc, nested(a, CAP_JSON_DEPTH));
	json_clear(&doc);
	assert_false(json_parse(&doc, "t", str_from(nested(a, CAP_JSON_DEPTH + 1)), &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	assert_string_equal(err.where, "t:1:65");
	assert_false(json_parse(&doc, "t", str_from(nested(a, 1000000)), &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	many = arena_alloc(a, (size_t)CAP_TEXT_FILE + 2);
	memset(many, ' ', (size_t)CAP_TEXT_FILE + 1);
	assert_false(json_parse(&doc, "t", str_from(many), &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	for (size_t i = 0; i < CAP_JSON_VALUES + 1; i++)
		memcpy(many + 2 * i, i ? ",0" : "[0", 2);
	many[2 * CAP_JSON_VALUES + 2] = ']';
	assert_false(json_parse(&doc, "t", str_from(many), &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
	assert_false(json_parse(&doc, "t", STR("1e999"), &err));
	assert_int_equal(err.kind, ERROR_FORMAT);
	assert_string_equal(err.what, "t: a number is too large");
	assert_false(json_parse(&doc, "t",
		STR("1111111111111111111111111111111111111111111111111111111111111111"), &err));
	assert_int_equal(err.kind, ERROR_LIMIT);
}

/* A hundred thousand members must not take quadratic time. */
static void
many_members(void **state)
{
	struct strbuf b;
	struct json doc;
	size_t n = 0;

	strbuf_init(&b, *state);
	for (int i = 0; i < 100000; i++)
		strbuf_addf(&b, "%s\"k%d\":%d", i ? "," : "{", i, i);
	strbuf_addc(&b, '}');
	must_parse(&doc, b.ptr);
	assert_int_equal(json_count(doc.root), 100000);
	for (const struct json_value *v = json_at(doc.root, 0); v; v = json_next(v))
		n++;
	assert_int_equal(n, 100000);
	json_clear(&doc);
}

static void
looks_around(void **state)
{
	struct json doc;
	const struct json_value *v;

	(void)state;
	must_parse(&doc, "{\"s\":\"text\",\"a\":[1,\"two\",{}],\"o\":{\"x\":null}}");
	assert_true(json_is_object(doc.root));
	assert_false(json_is_array(doc.root));
	assert_int_equal(json_count(doc.root), 3);
	assert_string_equal(json_key(json_at(doc.root, 1)), "a");
	assert_null(json_at(doc.root, 3));
	assert_string_equal(json_text_of(json_find(doc.root, "s")), "text");
	assert_int_equal(json_count(json_find(doc.root, "s")), 0);
	assert_null(json_find(doc.root, "none"));
	v = json_find(doc.root, "a");
	assert_true(json_is_array(v));
	assert_int_equal(json_count(v), 3);
	assert_null(json_key(json_at(v, 0)));
	assert_null(json_text_of(json_at(v, 0)));
	assert_string_equal(json_text_of(json_at(v, 1)), "two");
	assert_null(json_find(v, "x"));
	assert_null(json_next(json_at(v, 2)));
	assert_int_equal(json_count(NULL), 0);
	assert_null(json_find(NULL, "x"));
	json_clear(&doc);
}

static void
getters_get(void **state)
{
	struct json doc;
	struct error err;
	const char *s;
	uint64_t n;
	bool b = false;
	const struct json_value *v;

	(void)state;
	must_parse(
		&doc, "{\"s\":\"x\",\"n\":9007199254740991,\"z\":0,\"b\":true,\"o\":{},\"a\":[]}");
	assert_true(json_get_string(&doc, doc.root, "s", &s, &err));
	assert_string_equal(s, "x");
	assert_true(json_get_u64(&doc, doc.root, "n", &n, &err));
	assert_true(n == UINT64_C(9007199254740991));
	assert_true(json_get_u64(&doc, doc.root, "z", &n, &err));
	assert_true(n == 0);
	assert_true(json_get_bool(&doc, doc.root, "b", &b, &err));
	assert_true(b);
	assert_true(json_get_object(&doc, doc.root, "o", &v, &err));
	assert_true(json_is_object(v));
	assert_true(json_get_array(&doc, doc.root, "a", &v, &err));
	assert_true(json_is_array(v));
	json_clear(&doc);
}

static void
getters_name_what_is_wrong(void **state)
{
	struct json doc;
	struct error err;
	const struct json_value *targets, *first, *out = NULL;
	const char *s = "untouched";
	uint64_t n = 7;
	bool b = true;

	(void)state;
	must_parse(&doc, "{\"targets\":[{\"sha256\":5,\"size\":-1}]}");
	assert_true(json_get_array(&doc, doc.root, "targets", &targets, &err));
	first = json_at(targets, 0);
	assert_false(json_get_string(&doc, first, "sha256", &s, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.what, "t.json: key targets[0].sha256 must be a string");
	assert_string_equal(err.hint, "");
	assert_string_equal(s, "untouched");
	assert_false(json_get_u64(&doc, first, "size", &n, &err));
	assert_string_equal(err.what, "t.json: key targets[0].size must be a whole number");
	assert_true(n == 7);
	assert_false(json_get_bool(&doc, first, "force", &b, &err));
	assert_string_equal(err.what, "t.json: key targets[0].force must be true or false");
	assert_string_equal(err.hint, "the key is missing");
	assert_false(json_get_object(&doc, doc.root, "targets", &out, &err));
	assert_string_equal(err.what, "t.json: key targets must be an object");
	assert_false(json_get_array(&doc, doc.root, "x", &out, &err));
	assert_string_equal(err.what, "t.json: key x must be an array");
	assert_null(out);
	json_clear(&doc);
}

static void
numbers_are_whole_and_exact(void **state)
{
	static const char *const wrong[] = { "{\"n\":1.5}", "{\"n\":-1}",
		"{\"n\":9007199254740992}", "{\"n\":9007199254740993}",
		"{\"n\":18446744073709551616}", "{\"n\":1e300}", "{\"n\":\"1\"}", "{\"n\":null}" };
	struct json doc;
	struct error err;
	uint64_t n = 7;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		must_parse(&doc, wrong[i]);
		assert_false(json_get_u64(&doc, doc.root, "n", &n, &err));
		json_clear(&doc);
	}
	assert_true(n == 7);
	must_parse(&doc, "{\"n\":1e3}");
	assert_true(json_get_u64(&doc, doc.root, "n", &n, &err));
	assert_true(n == 1000);
	json_clear(&doc);
}

static void
unknown_keys(void **state)
{
	static const char *const known[] = { "target", "packages", NULL };
	struct json doc;
	struct error err;

	(void)state;
	must_parse(&doc, "{\"o\":{\"target\":1,\"pakages\":2},\"p\":{\"target\":1},\"q\":[1]}");
	assert_false(json_only_keys(&doc, json_find(doc.root, "o"), known, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.what, "t.json: key o.pakages is not known");
	assert_string_equal(err.hint, "did you mean packages?");
	assert_true(json_only_keys(&doc, json_find(doc.root, "p"), known, &err));
	assert_true(json_only_keys(&doc, json_find(doc.root, "q"), known, &err));
	assert_false(json_only_keys(&doc, doc.root, known, &err));
	assert_string_equal(err.what, "t.json: key o is not known");
	assert_string_equal(err.hint, "");
	json_clear(&doc);
}

static void
writes(void **state)
{
	struct json_value *root = json_new_object(), *list, *item;

	json_add_string(root, "s", "q\"b\\s/\b\f\n\r\t\x01\x1f\x7f\xc3\xa9");
	json_add_string(root, "none", NULL);
	json_add_u64(root, "n", UINT64_MAX);
	json_add_u64(root, "z", 0);
	json_add_bool(root, "b", false);
	list = json_add_array(root, "l");
	json_push_string(list, "x");
	item = json_push_object(list);
	json_add_bool(item, "y", true);
	json_add_object(root, "eo");
	json_add_array(root, "ea");
	assert_string_equal(json_text(*state, root, false),
		"{\"s\":\"q\\\"b\\\\s/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa9\","
		"\"n\":18446744073709551615,\"z\":0,\"b\":false,\"l\":[\"x\",{\"y\":true}],"
		"\"eo\":{},\"ea\":[]}");
	assert_string_equal(json_text(*state, list, true), "[\n"
							   "  \"x\",\n"
							   "  {\n"
							   "    \"y\": true\n"
							   "  }\n"
							   "]\n");
	json_free(root);
}

static void
writes_utf8_only(void **state)
{
	struct json_value *root = json_new_object();
	struct json doc;

	json_add_string(root, "k\xff", "a\xc3(\xe2\x82|\xed\xa0\x80");
	assert_string_equal(json_text(*state, root, false),
		"{\"k\xef\xbf\xbd\":\"a\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd|"
		"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}");
	must_parse(&doc, json_text(*state, root, true));
	json_clear(&doc);
	json_free(root);
}

/* What was read comes out again as it was. */
static void
reads_what_it_writes(void **state)
{
	static const char text[] = "{\"a\":[1,-2,1.5,9007199254740991,true,false,null,1e+300],"
				   "\"b\":{\"c\":\"\xf0\x9f\x98\x80\\n\"},\"\":[]}";
	struct json doc, again;

	must_parse(&doc, text);
	must_parse(&again, json_text(*state, doc.root, true));
	assert_string_equal(
		json_text(*state, doc.root, false), json_text(*state, again.root, false));
	assert_non_null(strstr(json_text(*state, doc.root, false),
		"[1,-2,1.5,9007199254740991,true,false,null,1"));
	json_clear(&doc);
	json_clear(&again);
}

static void
reads_files(void **state)
{
	struct arena *a = *state;
	char *dir = unit_temp_dir(a), *good = unit_file(a, dir, "good.json", "[1]\n", 0644);
	char *bad = unit_file(a, dir, "bad.json", "[1\n", 0644);
	struct json doc;
	struct error err;

	assert_true(json_read_file(a, &doc, good, &err));
	assert_string_equal(doc.name, good);
	json_clear(&doc);
	assert_false(json_read_file(a, &doc, bad, &err));
	assert_int_equal(err.kind, ERROR_FORMAT);
	assert_true(cstr_starts(err.where, bad));
	assert_false(json_read_file(a, &doc, path_join(a, dir, "none.json"), &err));
	assert_int_equal(err.kind, ERROR_MISSING);
	unit_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts),
		cmocka_unit_test(refuses),
		cmocka_unit_test(refuses_nul_bytes),
		cmocka_unit_test(refuses_duplicates),
		cmocka_unit_test_setup_teardown(caps_hold, setup, teardown),
		cmocka_unit_test_setup_teardown(many_members, setup, teardown),
		cmocka_unit_test(looks_around),
		cmocka_unit_test(getters_get),
		cmocka_unit_test(getters_name_what_is_wrong),
		cmocka_unit_test(numbers_are_whole_and_exact),
		cmocka_unit_test(unknown_keys),
		cmocka_unit_test_setup_teardown(writes, setup, teardown),
		cmocka_unit_test_setup_teardown(writes_utf8_only, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_what_it_writes, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_files, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
