/* SPDX-License-Identifier: MIT */
/* The words of a JSON text, checked before the library sees them. */
#include "base/json_scan.h"

#include <stdint.h>

#include "base/caps.h"

#define NUMBER_LONGEST 62 /* cJSON copies a number into 64 bytes and silently cuts it */

struct scan {
	const char *name;
	struct str text;
	size_t at;
	unsigned depth;
	uint64_t values;
	struct error *err;
};

bool
json_scan_error(struct error *err, enum error_kind kind, const char *name, struct str text,
	size_t at, const char *what)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < at && i < text.len; i++) {
		bool newline = text.ptr[i] == '\n';

		line += newline;
		column = newline ? 1 : column + 1;
	}
	error_set(err, kind, "%s: not valid JSON: %s", name, what);
	return error_where(err, "%s:%zu:%zu", name, line, column);
}

static bool
fail(const struct scan *s, enum error_kind kind, const char *what)
{
	return json_scan_error(s->err, kind, s->name, s->text, s->at, what);
}

/* The byte at `i`, or NUL behind the end. */
static char
byte(const struct scan *s, size_t i)
{
	return i < s->text.len ? s->text.ptr[i] : '\0';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* cJSON takes \uZZZZ for \u0000, and lets \u0000 cut the string. */
static bool
scan_escape(struct scan *s)
{
	unsigned zeros = 0;

	if (byte(s, s->at + 1) != 'u') {
		s->at += 2;
		return true;
	}
	for (size_t i = 2; i < 6; i++) {
		char c = byte(s, s->at + i);

		if (!is_hex(c))
			return fail(s, ERROR_FORMAT, "\\u without four hexadecimal digits");
		zeros += c == '0';
	}
	if (zeros == 4)
		return fail(s, ERROR_FORMAT, "\\u0000 in a string");
	s->at += 6;
	return true;
}

static bool
scan_string(struct scan *s)
{
	s->at++;
	while (s->at < s->text.len) {
		char c = s->text.ptr[s->at];
		size_t n = str_utf8(str_drop(s->text, s->at));

		if (c == '"') {
			s->at++;
			return true;
		}
		if ((unsigned char)c < 0x20)
			return fail(s, ERROR_FORMAT, "a control character in a string");
		if (n == 0)
			return fail(s, ERROR_FORMAT, "a string that is not UTF-8");
		if (c != '\\')
			s->at += n;
		else if (!scan_escape(s))
			return false;
	}
	return fail(s, ERROR_FORMAT, "a string without an end");
}

static size_t
skip_digits(const struct scan *s, size_t i)
{
	while (is_digit(byte(s, i)))
		i++;
	return i;
}

/* Where the number at `i` ends by RFC 8259, section 6; 0 when none begins there. */
static size_t
number_end(const struct scan *s, size_t i)
{
	size_t digits = i += byte(s, i) == '-';

	i = byte(s, i) == '0' ? i + 1 : skip_digits(s, i);
	if (i == digits)
		return 0;
	if (byte(s, i) == '.') {
		digits = i + 1;
		i = skip_digits(s, digits);
		if (i == digits)
			return 0;
	}
	if (byte(s, i) == 'e' || byte(s, i) == 'E') {
		digits = i + 1;
		digits += byte(s, digits) == '+' || byte(s, digits) == '-';
		i = skip_digits(s, digits);
		if (i == digits)
			return 0;
	}
	return i;
}

static bool
scan_number(struct scan *s)
{
	size_t end = number_end(s, s->at);
	char next = byte(s, end);

	if (end == 0 || is_digit(next) || next == '.' || next == '+' || next == '-')
		return fail(s, ERROR_FORMAT, "a malformed number");
	if (end - s->at > NUMBER_LONGEST)
		return fail(s, ERROR_LIMIT, "a number with too many digits");
	s->at = end;
	return true;
}

static bool
scan_mark(struct scan *s, char c)
{
	if ((unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r')
		return fail(s, ERROR_FORMAT, "a control character");
	if ((c == '{' || c == '[') && ++s->depth > CAP_JSON_DEPTH)
		return fail(s, ERROR_LIMIT, "values are nested too deeply");
	if ((c == '}' || c == ']') && s->depth > 0)
		s->depth--;
	if ((c == '{' || c == '[' || c == ',') && ++s->values > CAP_JSON_VALUES)
		return fail(s, ERROR_LIMIT, "too many values");
	s->at++;
	return true;
}

bool
json_scan(const char *name, struct str text, struct error *err)
{
	struct scan s = { .name = name, .text = text, .err = err };
	bool ok = true;

	if (text.len > CAP_TEXT_FILE)
		return fail(&s, ERROR_LIMIT, "the text is too long");
	while (ok && s.at < text.len) {
		char c = text.ptr[s.at];

		if (c == '"')
			ok = scan_string(&s);
		else if (c == '-' || is_digit(c))
			ok = scan_number(&s);
		else
			ok = scan_mark(&s, c);
	}
	return ok;
}
