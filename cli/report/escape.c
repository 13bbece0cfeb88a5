/* SPDX-License-Identifier: MIT */
/* Puts the text of others into documents of ours. */
#include "cli/report/escape.h"

#include <ctype.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* The code point of a well-formed sequence of `n` bytes. */
static unsigned long
decode(const char *s, size_t n)
{
	static const unsigned char masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	unsigned long c = (unsigned char)s[0] & masks[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

/* What turns the direction of the text around it (Unicode TR 9) can make one name look like another. */
static bool
is_harmful(unsigned long c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfffe ||
	       c == 0xffff || c == 0xfeff;
}

bool
escape_character(const char *s, size_t *ret_len)
{
	size_t n = str_utf8((struct str){ s, strnlen(s, 4) });

	*ret_len = n ? n : 1;
	return n > 0 && !is_harmful(decode(s, n));
}

/* Appends `s`; what `special` gives for an ASCII character stands for it. */
static void
escape(struct strbuf *out, const char *s, const char *(*special)(char c))
{
	size_t len;

	for (; *s; s += len) {
		const char *instead = special(*s);
		bool shown = escape_character(s, &len);

		if (instead)
			strbuf_add(out, instead);
		else if (shown)
			strbuf_addn(out, s, len);
		else
			strbuf_add(out, REPLACEMENT);
	}
}

static const char *
xml_special(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
		return "&#10;";
	case '\t':
		return "&#9;";
	default:
		return NULL;
	}
}

void
escape_xml(struct strbuf *out, const char *s)
{
	escape(out, s, xml_special);
}

/* Any ASCII punctuation may have a backslash in front (CommonMark 2.4); what HTML knows becomes an
 * entity, and a mark behind @ keeps GitHub and GitLab from calling somebody. */
static const char *
markdown_special(char c)
{
	static const struct {
		char c;
		const char *text;
	} rows[] = {
		{ '&', "&amp;" },
		{ '<', "&lt;" },
		{ '>', "&gt;" },
		{ '@', "@\xe2\x81\xa0" }, /* U+2060, a joiner without width */
		{ '\\', "\\\\" },
		{ '`', "\\`" },
		{ '*', "\\*" },
		{ '_', "\\_" },
		{ '[', "\\[" },
		{ ']', "\\]" },
		{ '|', "\\|" },
		{ '~', "\\~" },
		{ '#', "\\#" },
		{ '!', "\\!" },
		{ '$', "\\$" },
		{ '\n', " " },
		{ '\t', " " },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].c == c)
			return rows[i].text;
	return NULL;
}

void
escape_markdown(struct strbuf *out, const char *s)
{
	escape(out, s, markdown_special);
}

static const char *
code_special(char c)
{
	return c == '\n' || c == '\t' ? " " : NULL;
}

/* The fence has more backticks than any run inside (CommonMark 6.1). */
void
escape_markdown_code(struct strbuf *out, const char *s)
{
	size_t longest = 0, run = 0;

	for (const char *c = s; *c; c++) {
		run = *c == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (size_t i = 0; i <= longest; i++)
		strbuf_addc(out, '`');
	strbuf_add(out, longest || !*s ? " " : "");
	escape(out, s, code_special);
	strbuf_add(out, longest || !*s ? " " : "");
	for (size_t i = 0; i <= longest; i++)
		strbuf_addc(out, '`');
}

/* actions/toolkit, packages/core/src/command.ts: escapeData and escapeProperty. */
static const char *
github_special(char c)
{
	switch (c) {
	case '%':
		return "%25";
	case '\r':
		return "%0D";
	case '\n':
		return "%0A";
	default:
		return NULL;
	}
}

static const char *
github_property_special(char c)
{
	return c == ':' ? "%3A" : c == ',' ? "%2C" : github_special(c);
}

void
escape_github(struct strbuf *out, const char *s)
{
	escape(out, s, github_special);
}

void
escape_github_property(struct strbuf *out, const char *s)
{
	escape(out, s, github_property_special);
}

/* Bytes that are no UTF-8 are kept: %FF. */
void
escape_uri(struct strbuf *out, const char *path)
{
	if (*path == '/')
		strbuf_add(out, "file://");
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;

		if (c < 0x80 && (isalnum(c) || strchr("/-._~", c)))
			strbuf_addc(out, (char)c);
		else
			strbuf_addf(out, "%%%02X", (unsigned)c);
	}
}

static const char *
dot_special(char c)
{
	return c == '"' ? "\\\"" : c == '\\' ? "\\\\" : NULL;
}

void
escape_dot(struct strbuf *out, const char *s)
{
	strbuf_addc(out, '"');
	escape(out, s, dot_special);
	strbuf_addc(out, '"');
}

static const char *
mermaid_special(char c)
{
	switch (c) {
	case '"':
		return "#quot;";
	case '#':
		return "#35;";
	case '&':
		return "#amp;";
	case '<':
		return "#lt;";
	case '>':
		return "#gt;";
	case '`':
		return "#96;";
	default:
		return NULL;
	}
}

void
escape_mermaid(struct strbuf *out, const char *s)
{
	strbuf_addc(out, '"');
	escape(out, s, mermaid_special);
	strbuf_addc(out, '"');
}
