/* SPDX-License-Identifier: MIT */
/*
 * Text. `struct str` is a view: pointer and length, not NUL-terminated, not owned. `struct strbuf`
 * is a growing text in an arena, always NUL-terminated. `struct strvec` is a growing list of C
 * strings with a NULL behind the last one: an argv, an environment, a list of names.
 * All three live exactly as long as the arena they were made in.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"

struct str {
	const char *ptr; /* may be NULL only when len is 0 */
	size_t len;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })

struct str str_from(const char *s); /* NULL gives the empty view */
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *s);
bool str_starts(struct str s, const char *prefix);
bool str_ends(struct str s, const char *suffix);
struct str str_trim(struct str s);           /* blanks, tabs and newlines off both ends */
struct str str_drop(struct str s, size_t n); /* without its first n bytes (or empty) */
/* Takes off and returns what stands before the first `sep`; *s becomes what stands behind it.
 * Without a `sep` all of *s is returned and *s becomes empty with a NULL pointer. */
struct str str_cut(struct str *s, char sep);
/* Decimal digits only, no sign, no blank, at most `max`. */
bool str_to_u64(struct str s, uint64_t max, uint64_t *ret) MUST_USE;
/* Bytes of the well-formed UTF-8 sequence that `s` begins with; 0 when it begins with none. */
size_t str_utf8(struct str s);
char *str_dup(struct arena *a, struct str s);

/* For C strings. */
bool cstr_starts(const char *s, const char *prefix);
bool cstr_ends(const char *s, const char *suffix);
/* `*` and `?` match within one '/'-separated part; the whole of `s` must match. */
bool cstr_glob(const char *pattern, const char *s);
/* Compares dotted version numbers: "2.4" < "2.17" < "2.17.1". Non-numeric parts compare as text. */
int cstr_version_cmp(const char *a, const char *b);
/* Edit distance with transpositions, at most `max` + 1 is ever returned. */
unsigned cstr_distance(const char *a, const char *b, unsigned max);
/* Of `count` candidates the one nearest to `word`, or NULL when none is near enough to suggest. */
const char *cstr_nearest(const char *word, const char *const *candidates, size_t count);

struct strbuf {
	struct arena *arena;
	char *ptr; /* NUL-terminated, never NULL after strbuf_init */
	size_t len;
	size_t cap;
};

void strbuf_init(struct strbuf *b, struct arena *a);
void strbuf_add(struct strbuf *b, const char *s);
void strbuf_addn(struct strbuf *b, const char *s, size_t n);
void strbuf_addc(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct strvec {
	struct arena *arena;
	const char **items; /* items[count] is NULL; never NULL after strvec_init */
	size_t count;
	size_t cap;
};

void strvec_init(struct strvec *v, struct arena *a);
/* The vector keeps the pointer: the text must live as long as the arena, or use _dup. */
void strvec_push(struct strvec *v, const char *s);
void strvec_push_dup(struct strvec *v, const char *s);
void strvec_pushf(struct strvec *v, const char *fmt, ...) PRINTF_LIKE(2, 3);
void strvec_push_all(struct strvec *v, const char *const *items); /* up to the NULL */
bool strvec_has(const struct strvec *v, const char *s);
void strvec_sort(struct strvec *v); /* bytewise */

#endif
