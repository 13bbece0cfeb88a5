/* SPDX-License-Identifier: MIT */
/* A JSON text: what is read and written comes back the same, and getters never go astray. */
#include <string.h>

#include "base/json.h"
#include "tests/fuzz/fuzz.h"

static void
ask(const struct json *doc, const struct json_value *v)
{
	const struct json_value *child;
	struct error err;
	const char *text;
	uint64_t n;
	bool b;

	FUZZ_CHECK(json_is_object(v) + json_is_array(v) + (json_text_of(v) != NULL) <= 1);
	for (child = json_at(v, 0); child; child = json_next(child)) {
		const char *key = json_key(child);

		if (!json_is_object(v) || !key) {
			ask(doc, child);
			continue;
		}
		FUZZ_CHECK(json_find(v, key) == child);
		error_clear(&err);
		if (json_get_string(doc, v, key, &text, &err))
			FUZZ_CHECK(text == json_text_of(child));
		else
			FUZZ_CHECK(err.kind == ERROR_USAGE);
		(void)!json_get_u64(doc, v, key, &n, &err);
		(void)!json_get_bool(doc, v, key, &b, &err);
		ask(doc, child);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct str text = { (const char *)data, size };
	struct json doc = { 0 }, again = { 0 };
	struct arena a;
	struct error err;
	const char *out;

	arena_init(&a);
	error_clear(&err);
	if (!json_parse(&doc, "fuzz.json", text, &err)) {
		FUZZ_CHECK(err.kind == ERROR_FORMAT || err.kind == ERROR_LIMIT);
		arena_clear(&a);
		return 0;
	}
	ask(&doc, doc.root);
	out = json_text(&a, doc.root, false);
	FUZZ_CHECK(json_parse(&again, "again.json", str_from(out), &err));
	FUZZ_CHECK(strcmp(out, json_text(&a, again.root, false)) == 0);
	json_clear(&again);
	out = json_text(&a, doc.root, true);
	FUZZ_CHECK(json_parse(&again, "pretty.json", str_from(out), &err));
	FUZZ_CHECK(strcmp(out, json_text(&a, again.root, true)) == 0);
	json_clear(&again);
	json_clear(&doc);
	arena_clear(&a);
	return 0;
}
