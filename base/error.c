/* SPDX-License-Identifier: MIT */
/* Errors as values: filling, wrapping and naming them. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Ends a text that did not fit in "...", without leaving half a UTF-8 sequence before it. */
static void
mark_cut(char *text, size_t size)
{
	size_t end = size - sizeof("...");

	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, "...", sizeof("..."));
}

static void fill(char *text, size_t size, const char *fmt, va_list ap) PRINTF_LIKE(3, 0);

/* Formats aside first: an argument may be a field of the error that is being filled. */
static void
fill(char *text, size_t size, const char *fmt, va_list ap)
{
	char aside[sizeof(((struct error *)0)->where)];
	int n = vsnprintf(aside, size, fmt, ap);

	if (n < 0)
		aside[0] = '\0';
	else if ((size_t)n >= size)
		mark_cut(aside, size);
	memcpy(text, aside, strlen(aside) + 1);
}

/* Appends to a text, or ends it in "..." when there is no room. */
static void
append(char *text, size_t size, const char *more)
{
	size_t len = strlen(text), n = strlen(more);

	if (len + n < size) {
		memcpy(text + len, more, n + 1);
		return;
	}
	memcpy(text + len, more, size - 1 - len);
	text[size - 1] = '\0';
	mark_cut(text, size);
}

void
error_clear(struct error *err)
{
	memset(err, 0, sizeof(*err));
}

bool
error_set(struct error *err, enum error_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(err->what, sizeof(err->what), fmt, ap);
	va_end(ap);
	err->kind = kind;
	err->saved_errno = 0;
	err->where[0] = '\0';
	err->hint[0] = '\0';
	return false;
}

bool
error_set_errno(struct error *err, int saved_errno, const char *fmt, ...)
{
	char text[128];
	va_list ap;

	va_start(ap, fmt);
	fill(err->what, sizeof(err->what), fmt, ap);
	va_end(ap);
	if (strerror_r(saved_errno, text, sizeof(text)) != 0)
		snprintf(text, sizeof(text), "error %d", saved_errno);
	append(err->what, sizeof(err->what), ": ");
	append(err->what, sizeof(err->what), text);
	err->kind = saved_errno == ENOENT || saved_errno == ENOTDIR ? ERROR_MISSING : ERROR_IO;
	err->saved_errno = saved_errno;
	err->where[0] = '\0';
	err->hint[0] = '\0';
	return false;
}

bool
error_where(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(err->where, sizeof(err->where), fmt, ap);
	va_end(ap);
	return false;
}

bool
error_hint(struct error *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
	return false;
}

bool
error_wrap(struct error *err, const char *fmt, ...)
{
	char what[sizeof(err->what)];
	va_list ap;

	memcpy(what, err->what, sizeof(what));
	va_start(ap, fmt);
	fill(err->what, sizeof(err->what), fmt, ap);
	va_end(ap);
	append(err->what, sizeof(err->what), ": ");
	append(err->what, sizeof(err->what), what);
	return false;
}

const char *
error_kind_name(enum error_kind kind)
{
	static const char *const names[ERROR_KINDS] = {
		[ERROR_NONE] = "none",
		[ERROR_USAGE] = "usage",
		[ERROR_MISSING] = "missing",
		[ERROR_IO] = "io",
		[ERROR_FORMAT] = "format",
		[ERROR_LIMIT] = "limit",
		[ERROR_BUILD] = "build",
		[ERROR_NET] = "net",
		[ERROR_VERIFY] = "verify",
		[ERROR_INTERRUPTED] = "interrupted",
		[ERROR_BUG] = "bug",
	};

	return kind >= 0 && kind < ERROR_KINDS ? names[kind] : "bug";
}
