/* SPDX-License-Identifier: MIT */
/* JSON documents, by cJSON: parsing, getters that name what is wrong, and building. */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/json_scan.h"

/* Above it not every whole number is a double of its own (RFC 7493, 2.2). */
#define WHOLE_MOST 9007199254740991.0

static const cJSON *
item_of(const struct json_value *v)
{
	return (const cJSON *)v;
}

static const struct json_value *
value_of(const cJSON *item)
{
	return (const struct json_value *)item;
}

/* cJSON answers NULL only when malloc did. */
static cJSON *
need(cJSON *item)
{
	if (!item)
		arena_no_memory();
	return item;
}

static bool
find_path(const cJSON *v, const cJSON *target, struct strbuf *path)
{
	size_t i = 0, len = path->len;

	if (v == target)
		return true;
	for (const cJSON *c = v->child; c; c = c->next, i++) {
		if (cJSON_IsArray(v))
			strbuf_addf(path, "[%zu]", i);
		else
			strbuf_addf(path, "%s%s", len > 0 ? "." : "", c->string ? c->string : "");
		if (find_path(c, target, path))
			return true;
		path->len = len;
		path->ptr[len] = '\0';
	}
	return false;
}

/* "NAME: key PATH MESSAGE", where PATH leads from the root to `key` in `object`. */
static bool
key_error(const struct json *doc, const cJSON *object, const char *key, enum error_kind kind,
	const char *message, struct error *err)
{
	struct arena scratch;
	struct strbuf path;

	arena_init(&scratch);
	strbuf_init(&path, &scratch);
	(void)find_path(item_of(doc->root), object, &path);
	error_set(err, kind, "%s: key %s%s%s %s", doc->name, path.ptr, path.len > 0 ? "." : "", key,
		message);
	arena_clear(&scratch);
	return false;
}

static bool
check_object(const struct json *doc, const cJSON *object, struct error *err)
{
	struct arena scratch;
	struct strvec keys;
	const char *twice = NULL;

	arena_init(&scratch);
	strvec_init(&keys, &scratch);
	for (const cJSON *c = object->child; c; c = c->next)
		strvec_push(&keys, c->string);
	strvec_sort(&keys);
	for (size_t i = 1; i < keys.count && !twice; i++)
		if (strcmp(keys.items[i - 1], keys.items[i]) == 0)
			twice = keys.items[i];
	if (twice)
		key_error(doc, object, twice, ERROR_FORMAT, "is there twice", err);
	arena_clear(&scratch);
	return twice == NULL;
}

/* What only the parsed document shows. Its depth is at most CAP_JSON_DEPTH. */
static bool
check_value(const struct json *doc, const cJSON *v, struct error *err)
{
	if (cJSON_IsNumber(v) && !isfinite(v->valuedouble))
		return error_set(err, ERROR_FORMAT, "%s: a number is too large", doc->name);
	if (cJSON_IsObject(v) && !check_object(doc, v, err))
		return false;
	for (const cJSON *c = v->child; c; c = c->next)
		if (!check_value(doc, c, err))
			return false;
	return true;
}

/* cJSON checks for a closing NUL, and versions before 1.7.16 read a byte too far without one
 * (CVE-2023-53154); so it gets a copy that has one. */
static cJSON *
parse_copy(const char *name, struct str text, struct error *err)
{
	char *copy = malloc(text.len + 1);
	const char *end;
	cJSON *root;

	if (!copy)
		arena_no_memory();
	if (text.len > 0)
		memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	end = copy;
	errno = 0;
	root = cJSON_ParseWithLengthOpts(copy, text.len + 1, &end, 1);
	if (!root && errno == ENOMEM)
		arena_no_memory();
	if (!root)
		json_scan_error(err, ERROR_FORMAT, name, text, (size_t)(end - copy),
			"this is not expected here");
	free(copy);
	return root;
}

bool
json_parse(struct json *ret, const char *name, struct str text, struct error *err)
{
	struct json doc = { .name = name };
	cJSON *root;

	if (!json_scan(name, text, err))
		return false;
	root = parse_copy(name, text, err);
	if (!root)
		return false;
	doc.root = (struct json_value *)root;
	if (!check_value(&doc, root, err)) {
		cJSON_Delete(root);
		return false;
	}
	*ret = doc;
	return true;
}

bool
json_read_file(struct arena *a, struct json *ret, const char *path, struct error *err)
{
	struct str text;

	return file_read(a, path, CAP_TEXT_FILE, &text, err) && json_parse(ret, path, text, err);
}

void
json_clear(struct json *doc)
{
	if (!doc)
		return;
	json_free(doc->root);
	doc->root = NULL;
}

void
json_free(struct json_value *v)
{
	cJSON_Delete((cJSON *)v);
}

bool
json_is_object(const struct json_value *v)
{
	return cJSON_IsObject(item_of(v));
}

bool
json_is_array(const struct json_value *v)
{
	return cJSON_IsArray(item_of(v));
}

/* The first element or member of a value; NULL when it has none, or is no container. */
static const cJSON *
first(const struct json_value *v)
{
	return v ? item_of(v)->child : NULL;
}

size_t
json_count(const struct json_value *v)
{
	size_t n = 0;

	for (const cJSON *c = first(v); c; c = c->next)
		n++;
	return n;
}

const struct json_value *
json_at(const struct json_value *v, size_t i)
{
	const cJSON *c = first(v);

	while (c && i-- > 0)
		c = c->next;
	return value_of(c);
}

const struct json_value *
json_next(const struct json_value *v)
{
	return value_of(item_of(v)->next);
}

const char *
json_key(const struct json_value *v)
{
	return item_of(v)->string;
}

const struct json_value *
json_find(const struct json_value *object, const char *key)
{
	if (!json_is_object(object))
		return NULL;
	for (const cJSON *c = first(object); c; c = c->next)
		if (strcmp(c->string, key) == 0)
			return value_of(c);
	return NULL;
}

const char *
json_text_of(const struct json_value *v)
{
	return cJSON_GetStringValue(item_of(v));
}

static bool
is_whole(const cJSON *v)
{
	double n = cJSON_IsNumber(v) ? v->valuedouble : -1;

	return n >= 0 && n <= WHOLE_MOST && n == (double)(uint64_t)n;
}

struct wanted {
	bool (*is)(const cJSON *v);
	const char *must; /* what a value of another type is told */
};

/* cJSON's own predicates return its own boolean type. */
static bool
is_string(const cJSON *v)
{
	return cJSON_IsString(v);
}

static bool
is_bool(const cJSON *v)
{
	return cJSON_IsBool(v);
}

static bool
is_object(const cJSON *v)
{
	return cJSON_IsObject(v);
}

static bool
is_array(const cJSON *v)
{
	return cJSON_IsArray(v);
}

static const struct wanted want_string = { is_string, "must be a string" };
static const struct wanted want_whole = { is_whole, "must be a whole number" };
static const struct wanted want_bool = { is_bool, "must be true or false" };
static const struct wanted want_object = { is_object, "must be an object" };
static const struct wanted want_array = { is_array, "must be an array" };

static const cJSON *
get(const struct json *doc, const struct json_value *object, const char *key,
	const struct wanted *want, struct error *err)
{
	const cJSON *v = item_of(json_find(object, key));

	if (v && want->is(v))
		return v;
	key_error(doc, item_of(object), key, ERROR_USAGE, want->must, err);
	if (!v)
		error_hint(err, "the key is missing");
	return NULL;
}

bool
json_get_string(const struct json *doc, const struct json_value *object, const char *key,
	const char **ret, struct error *err)
{
	const cJSON *v = get(doc, object, key, &want_string, err);

	if (v)
		*ret = v->valuestring;
	return v != NULL;
}

bool
json_get_u64(const struct json *doc, const struct json_value *object, const char *key,
	uint64_t *ret, struct error *err)
{
	const cJSON *v = get(doc, object, key, &want_whole, err);

	if (v)
		*ret = (uint64_t)v->valuedouble;
	return v != NULL;
}

bool
json_get_bool(const struct json *doc, const struct json_value *object, const char *key, bool *ret,
	struct error *err)
{
	const cJSON *v = get(doc, object, key, &want_bool, err);

	if (v)
		*ret = cJSON_IsTrue(v);
	return v != NULL;
}

bool
json_get_object(const struct json *doc, const struct json_value *object, const char *key,
	const struct json_value **ret, struct error *err)
{
	const cJSON *v = get(doc, object, key, &want_object, err);

	if (v)
		*ret = value_of(v);
	return v != NULL;
}

bool
json_get_array(const struct json *doc, const struct json_value *object, const char *key,
	const struct json_value **ret, struct error *err)
{
	const cJSON *v = get(doc, object, key, &want_array, err);

	if (v)
		*ret = value_of(v);
	return v != NULL;
}

bool
json_only_keys(const struct json *doc, const struct json_value *object, const char *const *known,
	struct error *err)
{
	size_t count = 0;

	while (known[count])
		count++;
	for (const cJSON *c = first(object); c && json_is_object(object); c = c->next) {
		const char *nearest;
		size_t i = 0;

		while (i < count && strcmp(c->string, known[i]) != 0)
			i++;
		if (i < count)
			continue;
		key_error(doc, item_of(object), c->string, ERROR_USAGE, "is not known", err);
		nearest = cstr_nearest(c->string, known, count);
		return nearest ? error_hint(err, "did you mean %s?", nearest) : false;
	}
	return true;
}

struct json_value *
json_new_object(void)
{
	return (struct json_value *)need(cJSON_CreateObject());
}

/* Moves `item` into its parent, which fails only when the key cannot be copied. */
static struct json_value *
add(struct json_value *object, const char *key, cJSON *item)
{
	if (!cJSON_AddItemToObject((cJSON *)object, key, need(item)))
		arena_no_memory();
	return (struct json_value *)item;
}

static struct json_value *
push(struct json_value *array, cJSON *item)
{
	cJSON_AddItemToArray((cJSON *)array, need(item));
	return (struct json_value *)item;
}

struct json_value *
json_add_object(struct json_value *object, const char *key)
{
	return add(object, key, cJSON_CreateObject());
}

struct json_value *
json_add_array(struct json_value *object, const char *key)
{
	return add(object, key, cJSON_CreateArray());
}

void
json_add_string(struct json_value *object, const char *key, const char *s)
{
	if (s)
		add(object, key, cJSON_CreateString(s));
}

/* As digits: cJSON's own number is a double. */
void
json_add_u64(struct json_value *object, const char *key, uint64_t n)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, n);
	add(object, key, cJSON_CreateRaw(digits));
}

void
json_add_bool(struct json_value *object, const char *key, bool b)
{
	add(object, key, cJSON_CreateBool(b));
}

struct json_value *
json_push_object(struct json_value *array)
{
	return push(array, cJSON_CreateObject());
}

void
json_push_string(struct json_value *array, const char *s)
{
	push(array, cJSON_CreateString(s));
}

/* cJSON prints with tabs, with 1e+15 for a whole number, and whatever bytes it holds; so the text
 * is written here. */
static void
print_string(struct strbuf *b, struct str s)
{
	static const char escapes[] =
		"\"\"\\\\\bb\ff\nn\rr\tt"; /* byte, letter, byte, letter ... */

	strbuf_addc(b, '"');
	while (s.len > 0) {
		size_t n = str_utf8(s), i = 0;

		while (escapes[i] && escapes[i] != s.ptr[0])
			i += 2;
		if (escapes[i])
			strbuf_addf(b, "\\%c", escapes[i + 1]);
		else if (n == 1 && (unsigned char)s.ptr[0] < 0x20)
			strbuf_addf(b, "\\u%04x", (unsigned)s.ptr[0]);
		else if (n == 0)
			strbuf_add(b, "\xef\xbf\xbd");
		else
			strbuf_addn(b, s.ptr, n);
		s = str_drop(s, n > 0 ? n : 1);
	}
	strbuf_addc(b, '"');
}

static void
print_break(struct strbuf *b, bool pretty, int depth)
{
	if (pretty)
		strbuf_addf(b, "\n%*s", 2 * depth, "");
}

static void
print_number(struct strbuf *b, double n)
{
	if (n >= -WHOLE_MOST && n <= WHOLE_MOST && n == (double)(int64_t)n)
		strbuf_addf(b, "%" PRId64, (int64_t)n);
	else
		strbuf_addf(b, "%.17g", n);
}

static void
print_scalar(struct strbuf *b, const cJSON *v)
{
	if (cJSON_IsString(v))
		print_string(b, str_from(v->valuestring));
	else if (cJSON_IsRaw(v))
		strbuf_add(b, v->valuestring);
	else if (cJSON_IsNumber(v))
		print_number(b, v->valuedouble);
	else
		strbuf_add(b, cJSON_IsTrue(v) ? "true" : cJSON_IsFalse(v) ? "false" : "null");
}

static void
print_value(struct strbuf *b, const cJSON *v, bool pretty, int depth)
{
	bool object = cJSON_IsObject(v);

	if (!object && !cJSON_IsArray(v)) {
		print_scalar(b, v);
		return;
	}
	strbuf_addc(b, object ? '{' : '[');
	for (const cJSON *c = v->child; c; c = c->next) {
		print_break(b, pretty, depth + 1);
		if (object) {
			print_string(b, str_from(c->string));
			strbuf_add(b, pretty ? ": " : ":");
		}
		print_value(b, c, pretty, depth + 1);
		if (c->next)
			strbuf_addc(b, ',');
	}
	if (v->child)
		print_break(b, pretty, depth);
	strbuf_addc(b, object ? '}' : ']');
}

char *
json_text(struct arena *a, const struct json_value *v, bool pretty)
{
	struct strbuf b;

	strbuf_init(&b, a);
	print_value(&b, item_of(v), pretty, 0);
	if (pretty)
		strbuf_addc(&b, '\n');
	return b.ptr;
}
