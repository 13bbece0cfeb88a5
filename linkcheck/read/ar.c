/* SPDX-License-Identifier: MIT */
/*
 * Static archives: a magic, then members of a 60-byte header and their content, each on an even offset
 * (SysV's <ar.h>; "Archive (Library) File Format" of the PE/COFF specification).
 */
#include "linkcheck/read/ar.h"

#include <inttypes.h>
#include <string.h>

#include "base/caps.h"

#define MAGIC_SIZE 8
#define HEADER_SIZE 60
#define NAME_SIZE 16
#define SIZE_AT 48
#define SIZE_DIGITS 10
#define END_AT 58

bool
ar_is(const struct input *in)
{
	return bytes_equal(&in->head, 0, "!<arch>\n", MAGIC_SIZE) ||
	       bytes_equal(&in->head, 0, "!<thin>\n", MAGIC_SIZE);
}

bool
ar_open(struct ar *ret, struct arena *a, struct input *in, struct error *err)
{
	if (!ar_is(in)) {
		error_set(err, ERROR_FORMAT, "%s is no static archive", in->name);
		return error_hint(err, "static archives begin with \"!<arch>\"");
	}
	*ret = (struct ar){ .in = in, .arena = a, .at = MAGIC_SIZE };
	ret->thin = bytes_equal(&in->head, 0, "!<thin>\n", MAGIC_SIZE);
	return true;
}

/* A header, with its name's blanks cut off. */
struct header {
	char name[NAME_SIZE + 1];
	uint64_t size;
};

static bool
fail(struct ar *ar, const char *what)
{
	ar->defect =
		arena_printf(ar->arena, "archive member at offset 0x%" PRIx64 ": %s", ar->at, what);
	return false;
}

static struct str
field(struct bytes *b, uint64_t off, uint64_t len)
{
	struct bytes part = bytes_slice(b, off, len);
	struct str text = { (const char *)part.ptr, (size_t)part.len };

	while (text.len > 0 && text.ptr[text.len - 1] == ' ')
		text.len--;
	return text;
}

/* The window is given back: an archive has a header for every few hundred bytes. */
static bool
read_header(struct ar *ar, struct header *ret)
{
	struct arena_mark mark = arena_mark(ar->in->arena);
	struct bytes b;
	struct error err;
	struct str name;
	bool ok;

	error_clear(&err);
	if (!input_window(ar->in, ar->at, HEADER_SIZE, &b, &err))
		return fail(ar, "its header is cut short");
	name = field(&b, 0, NAME_SIZE);
	*ret = (struct header){ .size = 0 };
	memcpy(ret->name, name.ptr, name.len);
	ok = bytes_equal(&b, END_AT, "`\n", 2) &&
	     str_to_u64(field(&b, SIZE_AT, SIZE_DIGITS), UINT64_MAX, &ret->size);
	arena_reset(ar->in->arena, mark);
	return ok || fail(ar, "its header is damaged");
}

static bool
content(struct ar *ar, uint64_t off, uint64_t len, const char *what, struct bytes *ret)
{
	struct error err;

	error_clear(&err);
	return input_window(ar->in, off, len, ret, &err) || fail(ar, what);
}

/* "/123": at this offset of the table of long names; GNU ends a name with "/\n", Microsoft with NUL. */
static bool
long_name(struct ar *ar, const char *digits, struct ar_member *ret)
{
	struct bytes rest;
	uint64_t off, n = 0;

	if (!str_to_u64(str_from(digits), UINT32_MAX, &off) || off >= ar->names.len)
		return fail(ar, "its name is not in the table of long names");
	rest = bytes_slice(&ar->names, off, ar->names.len - off);
	while (n < rest.len && n < CAP_NAME && bytes_u8(&rest, n) != '\n' &&
		bytes_u8(&rest, n) != '\0')
		n++;
	if (n == rest.len || n == CAP_NAME)
		return fail(ar, "its name has no end");
	if (n > 0 && bytes_u8(&rest, n - 1) == '/')
		n--;
	ret->name = arena_strndup(ar->arena, (const char *)rest.ptr, (size_t)n);
	return true;
}

/* "#1/20": the name's 20 bytes stand before the content, filled up with NULs. */
static bool
bsd_name(struct ar *ar, const char *digits, struct ar_member *ret)
{
	struct bytes b;
	uint64_t len;

	if (!str_to_u64(str_from(digits), CAP_NAME, &len) || len > ret->len)
		return fail(ar, "its name is longer than the member");
	if (!content(ar, ret->off, len, "its name cannot be read", &b))
		return false;
	ret->name = arena_strndup(ar->arena, (const char *)b.ptr, (size_t)len);
	ret->off += len;
	ret->len -= len;
	return true;
}

static bool
find_name(struct ar *ar, struct header *h, struct ar_member *ret)
{
	size_t n = strlen(h->name);

	if (h->name[0] == '/' && h->name[1] >= '0' && h->name[1] <= '9')
		return long_name(ar, h->name + 1, ret);
	if (cstr_starts(h->name, "#1/"))
		return bsd_name(ar, h->name + 3, ret);
	if (n > 1 && h->name[n - 1] == '/')
		h->name[n - 1] = '\0';
	ret->name = arena_strdup(ar->arena, h->name);
	return true;
}

/* Tables for the linker: "/", "/SYM64/", "/<ECSYMBOLS>/", "/<XFGHASHMAP>/", BSD's "__.SYMDEF SORTED". */
static bool
is_table(const char *name)
{
	return strcmp(name, "/") == 0 || strcmp(name, "/SYM64/") == 0 || cstr_starts(name, "/<") ||
	       cstr_starts(name, "__.SYMDEF");
}

/* Goes behind the member: in a thin archive only tables have their content here. */
static bool
step(struct ar *ar, const struct ar_member *m, bool outside)
{
	uint64_t next = m->off + (outside ? 0 : m->len);

	if (!outside && (m->off > ar->in->size || m->len > ar->in->size - m->off))
		return fail(ar, "its content is cut short");
	ar->at = next + (next & 1);
	return true;
}

bool
ar_next(struct ar *ar, struct ar_member *ret)
{
	while (!ar->defect && ar->at < ar->in->size) {
		struct ar_member m = { .off = ar->at + HEADER_SIZE };
		struct header h;
		bool names, table;

		if (ar->count >= CAP_AR_MEMBERS)
			return fail(ar, "there are more members than are looked at");
		if (!read_header(ar, &h))
			return false;
		m.len = h.size;
		names = strcmp(h.name, "//") == 0;
		table = names || is_table(h.name);
		m.outside = ar->thin && !table;
		if (names && !content(ar, m.off, m.len, "the table of long names is cut short",
				     &ar->names))
			return false;
		if (!table && !find_name(ar, &h, &m))
			return false;
		if (!step(ar, &m, m.outside))
			return false;
		if (table || is_table(m.name))
			continue;
		ar->count++;
		*ret = m;
		return true;
	}
	return false;
}
