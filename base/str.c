/* SPDX-License-Identifier: MIT */
/* Text: views, growing texts and lists, and the comparisons that names and versions need. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct str
str_from(const char *s)
{
	return (struct str){ s, s ? strlen(s) : 0 };
}

bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool
str_is(struct str a, const char *s)
{
	return str_eq(a, str_from(s));
}

bool
str_starts(struct str s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.len >= n && (n == 0 || memcmp(s.ptr, prefix, n) == 0);
}

bool
str_ends(struct str s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.len >= n && (n == 0 || memcmp(s.ptr + s.len - n, suffix, n) == 0);
}

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_trim(struct str s)
{
	while (s.len > 0 && is_blank(s.ptr[0]))
		s = str_drop(s, 1);
	while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str
str_drop(struct str s, size_t n)
{
	if (n > s.len)
		n = s.len;
	return n == 0 ? s : (struct str){ s.ptr + n, s.len - n };
}

struct str
str_cut(struct str *s, char sep)
{
	struct str before = *s;
	const char *at = s->len > 0 ? memchr(s->ptr, sep, s->len) : NULL;

	if (!at) {
		*s = (struct str){ NULL, 0 };
		return before;
	}
	before.len = (size_t)(at - s->ptr);
	*s = str_drop(*s, before.len + 1);
	return before;
}

bool
str_to_u64(struct str s, uint64_t max, uint64_t *ret)
{
	uint64_t n = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned digit = (unsigned)(unsigned char)s.ptr[i] - '0';

		if (digit > 9 || n > UINT64_MAX / 10 || n * 10 > UINT64_MAX - digit)
			return false;
		n = n * 10 + digit;
	}
	if (n > max)
		return false;
	*ret = n;
	return true;
}

/* Table 3-7 of the Unicode Standard: no surrogates, no overlong forms, nothing above U+10FFFF. */
size_t
str_utf8(struct str s)
{
	static const struct {
		unsigned char first, last; /* of the lead byte */
		unsigned char low, high;   /* of the byte behind it */
		unsigned char len;
	} rows[] = {
		{ 0x00, 0x7f, 0x00, 0x00, 1 },
		{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 },
		{ 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
		{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	const unsigned char *p = (const unsigned char *)s.ptr;

	for (size_t i = 0; s.len > 0 && i < ARRAY_LEN(rows); i++) {
		if (p[0] < rows[i].first || p[0] > rows[i].last)
			continue;
		if (s.len < rows[i].len)
			return 0;
		if (rows[i].len > 1 && (p[1] < rows[i].low || p[1] > rows[i].high))
			return 0;
		for (size_t k = 2; k < rows[i].len; k++)
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		return rows[i].len;
	}
	return 0;
}

char *
str_dup(struct arena *a, struct str s)
{
	return arena_strndup(a, s.ptr, s.len);
}

bool
cstr_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
cstr_ends(const char *s, const char *suffix)
{
	return str_ends(str_from(s), suffix);
}

/* Remembering only the last '*' is enough: the text between two stars is best matched as early as
 * possible, and no star reaches over a '/'. */
bool
cstr_glob(const char *pattern, const char *s)
{
	const char *star = NULL, *tried = NULL;

	while (*s) {
		if (*pattern == '*') {
			star = ++pattern;
			tried = s;
		} else if (*pattern == *s || (*pattern == '?' && *s != '/')) {
			pattern++;
			s++;
		} else if (star && *tried != '/') {
			s = ++tried;
			pattern = star;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

static bool
all_digits(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0;
}

static int
text_cmp(struct str a, struct str b)
{
	size_t least = a.len < b.len ? a.len : b.len;
	int order = least > 0 ? memcmp(a.ptr, b.ptr, least) : 0;

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static int
number_cmp(struct str a, struct str b)
{
	while (a.len > 1 && a.ptr[0] == '0')
		a = str_drop(a, 1);
	while (b.len > 1 && b.ptr[0] == '0')
		b = str_drop(b, 1);
	return a.len != b.len ? (a.len > b.len) - (a.len < b.len) : text_cmp(a, b);
}

/* A number sorts before a text, or the order of {10, 9, 1a} would run in a circle. */
static int
part_cmp(struct str a, struct str b)
{
	bool number_a = all_digits(a), number_b = all_digits(b);

	if (number_a != number_b)
		return number_a ? -1 : 1;
	return number_a ? number_cmp(a, b) : text_cmp(a, b);
}

int
cstr_version_cmp(const char *a, const char *b)
{
	struct str rest_a = str_from(a), rest_b = str_from(b);

	while (rest_a.ptr && rest_b.ptr) {
		struct str part_a = str_cut(&rest_a, '.'), part_b = str_cut(&rest_b, '.');
		int order = part_cmp(part_a, part_b);

		if (order != 0)
			return order;
	}
	return (rest_a.ptr != NULL) - (rest_b.ptr != NULL);
}

#define DISTANCE_LONGEST 127 /* no name we suggest is longer */

static unsigned
least_of(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: the rows of the last three characters of `a` are kept. */
unsigned
cstr_distance(const char *a, const char *b, unsigned max)
{
	unsigned rows[3][DISTANCE_LONGEST + 1];
	unsigned *before = rows[0], *last = rows[1], *row = rows[2];
	size_t na = strlen(a), nb = strlen(b);

	if ((na > nb ? na - nb : nb - na) > max)
		return max + 1;
	if (na > DISTANCE_LONGEST || nb > DISTANCE_LONGEST)
		return strcmp(a, b) == 0 ? 0 : max + 1;
	for (unsigned j = 0; j <= nb; j++)
		last[j] = j;
	for (unsigned i = 1; i <= na; i++) {
		unsigned *free_row = before;

		row[0] = i;
		for (unsigned j = 1; j <= nb; j++) {
			unsigned change = last[j - 1] + (a[i - 1] != b[j - 1]);

			row[j] = least_of(change, least_of(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least_of(row[j], before[j - 2] + 1);
		}
		before = last;
		last = row;
		row = free_row;
	}
	return least_of(last[nb], max + 1);
}

const char *
cstr_nearest(const char *word, const char *const *candidates, size_t count)
{
	size_t third = strlen(word) / 3;
	unsigned limit = third < 1                  ? 1
			 : third > DISTANCE_LONGEST ? DISTANCE_LONGEST
						    : (unsigned)third;
	const char *nearest = NULL;

	for (size_t i = 0; i < count && limit > 0; i++) {
		unsigned d = cstr_distance(word, candidates[i], nearest ? limit - 1 : limit);

		if (d <= (nearest ? limit - 1 : limit)) {
			nearest = candidates[i];
			limit = d;
		}
	}
	return nearest;
}

void
strbuf_init(struct strbuf *b, struct arena *a)
{
	b->arena = a;
	b->len = 0;
	b->cap = 64;
	b->ptr = arena_alloc(a, b->cap);
}

/* Room for `more` bytes and the NUL. */
static void
strbuf_reserve(struct strbuf *b, size_t more)
{
	size_t cap = b->cap;

	if (more < cap - b->len)
		return;
	if (more > SIZE_MAX / 4 || b->len > SIZE_MAX / 4)
		arena_no_memory();
	while (cap - b->len <= more)
		cap *= 2;
	b->ptr = arena_grow(b->arena, b->ptr, b->cap, cap, 1);
	b->cap = cap;
}

void
strbuf_addn(struct strbuf *b, const char *s, size_t n)
{
	strbuf_reserve(b, n);
	if (n > 0)
		memcpy(b->ptr + b->len, s, n);
	b->len += n;
	b->ptr[b->len] = '\0';
}

void
strbuf_add(struct strbuf *b, const char *s)
{
	strbuf_addn(b, s, strlen(s));
}

void
strbuf_addc(struct strbuf *b, char c)
{
	strbuf_addn(b, &c, 1);
}

void
strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		arena_no_memory();
	strbuf_reserve(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void
strvec_init(struct strvec *v, struct arena *a)
{
	v->arena = a;
	v->count = 0;
	v->cap = 8;
	v->items = ARENA_ARRAY(a, v->cap, const char *);
}

void
strvec_push(struct strvec *v, const char *s)
{
	if (v->count + 1 >= v->cap) {
		v->items = arena_grow(v->arena, v->items, v->cap, v->cap * 2, sizeof(*v->items));
		v->cap *= 2;
	}
	v->items[v->count++] = s;
	v->items[v->count] = NULL;
}

void
strvec_push_dup(struct strvec *v, const char *s)
{
	strvec_push(v, arena_strdup(v->arena, s));
}

void
strvec_pushf(struct strvec *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strvec_push(v, arena_vprintf(v->arena, fmt, ap));
	va_end(ap);
}

void
strvec_push_all(struct strvec *v, const char *const *items)
{
	while (*items)
		strvec_push(v, *items++);
}

bool
strvec_has(const struct strvec *v, const char *s)
{
	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->items[i], s) == 0)
			return true;
	return false;
}

static int
cmp_items(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
strvec_sort(struct strvec *v)
{
	qsort(v->items, v->count, sizeof(*v->items), cmp_items);
}
