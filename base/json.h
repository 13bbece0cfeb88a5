/* SPDX-License-Identifier: MIT */
/*
 * JSON, in and out. The only file that knows the library behind it is json.c.
 *
 * Reading: a struct json is a parsed document (owner of all values); struct json_value is an
 * opaque value inside it. Getters name the path of what is wrong: "xbuild.lock: key
 * targets[0].sha256 must be a string". Texts that getters return live as long as the document.
 * Writing: build values with the json_new_* and json_add_* functions, then json_text.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

struct json_value;

struct json {
	const char *name;        /* file name for messages; owned by the caller */
	struct json_value *root; /* never NULL after json_parse */
};

/* ERROR_FORMAT with line and column; nesting above CAP_JSON_DEPTH, trailing text and duplicate keys
 * are refused. */
bool json_parse(struct json *ret, const char *name, struct str text, struct error *err) MUST_USE;
bool json_read_file(
	struct arena *a, struct json *ret, const char *path, struct error *err) MUST_USE;
void json_clear(struct json *doc); /* NULL-tolerant, also frees a document that was built */

bool json_is_object(const struct json_value *v);
bool json_is_array(const struct json_value *v);
size_t json_count(const struct json_value *v); /* elements, or members; 0 for other types */
const struct json_value *json_at(
	const struct json_value *v, size_t i); /* element or member value */
/* The element or member behind `v` in its parent, or NULL. A loop over a large array starts at
 * json_at(v, 0) and goes on with this: json_at walks from the start each time. */
const struct json_value *json_next(const struct json_value *v);
const char *json_key(const struct json_value *v); /* the name of a member value, or NULL */
const struct json_value *json_find(const struct json_value *object, const char *key); /* or NULL */
/* The text of a string value; NULL for other types. */
const char *json_text_of(const struct json_value *v);

/* A required member of a given type; ERROR_USAGE naming document, key and wanted type. */
bool json_get_string(const struct json *doc, const struct json_value *object, const char *key,
	const char **ret, struct error *err) MUST_USE;
bool json_get_u64(const struct json *doc, const struct json_value *object, const char *key,
	uint64_t *ret, struct error *err) MUST_USE;
bool json_get_bool(const struct json *doc, const struct json_value *object, const char *key,
	bool *ret, struct error *err) MUST_USE;
bool json_get_object(const struct json *doc, const struct json_value *object, const char *key,
	const struct json_value **ret, struct error *err) MUST_USE;
bool json_get_array(const struct json *doc, const struct json_value *object, const char *key,
	const struct json_value **ret, struct error *err) MUST_USE;
/* Every key of `object` must be one of `known` (NULL-terminated); the error names the nearest. */
bool json_only_keys(const struct json *doc, const struct json_value *object,
	const char *const *known, struct error *err) MUST_USE;

/* Writing. An added value belongs to its parent; the root goes to json_clear. */
struct json_value *json_new_object(void);
struct json_value *json_add_object(struct json_value *object, const char *key);
struct json_value *json_add_array(struct json_value *object, const char *key);
void json_add_string(
	struct json_value *object, const char *key, const char *s); /* NULL: left out */
void json_add_u64(struct json_value *object, const char *key, uint64_t n);
void json_add_bool(struct json_value *object, const char *key, bool b);
struct json_value *json_push_object(struct json_value *array);
void json_push_string(struct json_value *array, const char *s);
/* The value as text in the arena: indented by two with a newline at the end, or on one line.
 * Bytes that are not UTF-8 come out as U+FFFD. */
char *json_text(struct arena *a, const struct json_value *v, bool pretty);
void json_free(struct json_value *v);

#endif
