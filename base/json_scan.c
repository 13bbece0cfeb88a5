/* SPDX-License-Identifier: MIT */
/* A JSON text, checked before the library sees it. */
#include "base/json_scan.h"

#include <stdint.h>
#include <string.h>

#include "base/caps.h"

#define NUMBER_LONGEST 62 /* cJSON copies a number into 64 bytes and silently cuts it */

/* What may come next (RFC 8259, sections 2 to 5). */
enum next {
	NEXT_VALUE,
	NEXT_VALUE_OR_END, /* behind '[' */
	NEXT_KEY_OR_END,   /* behind '{' */
	NEXT_KEY,
	NEXT_COLON,
	NEXT_COMMA_OR_END,
	NEXT_NOTHING,
};

struct scan {
	const char *name;
	struct str text;
	size_t at;
	enum next next;
	unsigned depth;
	bool in_object[CAP_JSON_DEPTH + 1]; /* by depth */
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
unexpected(const struct scan *s)
{
	return fail(s, ERROR_FORMAT, "this is not expected here");
}

/* A value may begin here; it is counted. */
static bool
begin_value(struct scan *s)
{
	if (s->next != NEXT_VALUE && s->next != NEXT_VALUE_OR_END)
		return unexpected(s);
	if (++s->values > CAP_JSON_VALUES)
		return fail(s, ERROR_LIMIT, "too many values");
	return true;
}

static void
end_value(struct scan *s)
{
	s->next = s->depth > 0 ? NEXT_COMMA_OR_END : NEXT_NOTHING;
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
scan_literal(struct scan *s)
{
	static const char *const literals[] = { "true", "false", "null" };
	struct str rest = str_drop(s->text, s->at);

	for (size_t i = 0; i < ARRAY_LEN(literals); i++) {
		if (str_starts(rest, literals[i])) {
			s->at += strlen(literals[i]);
			return true;
		}
	}
	return unexpected(s);
}

static bool
open_container(struct scan *s, bool object)
{
	if (!begin_value(s))
		return false;
	if (s->depth == CAP_JSON_DEPTH)
		return fail(s, ERROR_LIMIT, "values are nested too deeply");
	s->in_object[++s->depth] = object;
	s->next = object ? NEXT_KEY_OR_END : NEXT_VALUE_OR_END;
	s->at++;
	return true;
}

static bool
close_container(struct scan *s, bool object)
{
	enum next empty = object ? NEXT_KEY_OR_END : NEXT_VALUE_OR_END;

	if (s->next != empty && (s->next != NEXT_COMMA_OR_END || s->in_object[s->depth] != object))
		return unexpected(s);
	s->depth--;
	end_value(s);
	s->at++;
	return true;
}

static bool
scan_separator(struct scan *s, char c)
{
	if (s->next != (c == ':' ? NEXT_COLON : NEXT_COMMA_OR_END))
		return unexpected(s);
	s->next = c == ',' && s->in_object[s->depth] ? NEXT_KEY : NEXT_VALUE;
	s->at++;
	return true;
}

static bool
scan_key_or_string(struct scan *s)
{
	bool key = s->next == NEXT_KEY || s->next == NEXT_KEY_OR_END;

	if ((!key && !begin_value(s)) || !scan_string(s))
		return false;
	if (key)
		s->next = NEXT_COLON;
	else
		end_value(s);
	return true;
}

static bool
scan_word(struct scan *s, char c)
{
	if ((unsigned char)c < 0x20)
		return fail(s, ERROR_FORMAT, "a control character");
	if (!begin_value(s))
		return false;
	if (!(c == '-' || is_digit(c) ? scan_number(s) : scan_literal(s)))
		return false;
	end_value(s);
	return true;
}

static bool
scan_token(struct scan *s, char c)
{
	switch (c) {
	case ' ':
	case '\t':
	case '\n':
	case '\r':
		s->at++;
		return true;
	case '"':
		return scan_key_or_string(s);
	case '{':
	case '[':
		return open_container(s, c == '{');
	case '}':
	case ']':
		return close_container(s, c == '}');
	case ':':
	case ',':
		return scan_separator(s, c);
	default:
		return scan_word(s, c);
	}
}

bool
json_scan(const char *name, struct str text, struct error *err)
{
	struct scan s = { .name = name, .text = text, .err = err };

	if (text.len > CAP_TEXT_FILE)
		return fail(&s, ERROR_LIMIT, "the text is too long");
	if (str_starts(text, "\xef\xbb\xbf"))
		s.at = 3; /* a byte order mark: section 8.1 lets us pass it over, and so does cJSON */
	while (s.at < text.len)
		if (!scan_token(&s, text.ptr[s.at]))
			return false;
	if (s.values == 0)
		return fail(&s, ERROR_FORMAT, "the text is empty");
	if (s.next != NEXT_NOTHING)
		return fail(&s, ERROR_FORMAT, "the text ends too early");
	return true;
}
