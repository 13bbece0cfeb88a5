/* SPDX-License-Identifier: MIT */
/* Path text: joining, splitting and normalising, without the file system. */
#include "base/path.h"

#include <string.h>

#include "base/str.h"

char *
path_join(struct arena *a, const char *dir, const char *name)
{
	size_t len = strlen(dir);

	if (name[0] == '/' || len == 0)
		return arena_strdup(a, name);
	return arena_printf(a, "%s%s%s", dir, dir[len - 1] == '/' ? "" : "/", name);
}

/* Length without trailing slashes, at least 1 for an absolute path. */
static size_t
trimmed(const char *path, size_t len)
{
	while (len > 1 && path[len - 1] == '/')
		len--;
	return len;
}

/* Where the last part begins. */
static size_t
base_at(const char *path)
{
	size_t at = trimmed(path, strlen(path));

	while (at > 0 && path[at - 1] != '/')
		at--;
	return at;
}

const char *
path_base(const char *path)
{
	size_t at = base_at(path);

	return path[at] ? path + at : path + trimmed(path, strlen(path)) - (path[0] != '\0');
}

char *
path_dir(struct arena *a, const char *path)
{
	size_t at = base_at(path);

	if (at == 0)
		return arena_strdup(a, ".");
	return arena_strndup(a, path, trimmed(path, at));
}

/* Takes the last part off again; false when there is none, or it is a ".." that has to stay. */
static bool
drop_last(struct strbuf *b, size_t root)
{
	size_t at = b->len;

	while (at > root && b->ptr[at - 1] != '/')
		at--;
	if (b->len == root || strcmp(b->ptr + at, "..") == 0)
		return false;
	b->len = at > root ? at - 1 : at;
	b->ptr[b->len] = '\0';
	return true;
}

char *
path_normal(struct arena *a, const char *path)
{
	struct str rest = str_from(path);
	size_t root = path[0] == '/';
	struct strbuf b;

	strbuf_init(&b, a);
	strbuf_addn(&b, "/", root);
	while (rest.ptr) {
		struct str part = str_cut(&rest, '/');

		if (part.len == 0 || str_is(part, "."))
			continue;
		if (str_is(part, "..") && (drop_last(&b, root) || root))
			continue;
		if (b.len > root)
			strbuf_addc(&b, '/');
		strbuf_addn(&b, part.ptr, part.len);
	}
	if (b.len == 0)
		strbuf_addc(&b, '.');
	return b.ptr;
}

char *
path_relative(struct arena *a, const char *from, const char *to)
{
	size_t i = 0, same = 0; /* `same`: what both begin with, up to a '/' or an end */
	struct strbuf b;

	if (strcmp(from, "/") == 0)
		from = "";
	if (strcmp(to, "/") == 0)
		to = "";
	for (;; i++) {
		bool end_from = from[i] == '/' || !from[i], end_to = to[i] == '/' || !to[i];

		if (end_from && end_to)
			same = i;
		if (!from[i] || from[i] != to[i])
			break;
	}
	strbuf_init(&b, a);
	for (const char *p = from + same; *p; p++)
		if (*p == '/')
			strbuf_add(&b, b.len > 0 ? "/.." : "..");
	if (to[same])
		strbuf_addf(&b, "%s%s", b.len > 0 ? "/" : "", to + same + 1);
	if (b.len == 0)
		strbuf_addc(&b, '.');
	return b.ptr;
}

bool
path_inside(const char *dir, const char *path)
{
	size_t n = strlen(dir);

	if (strcmp(dir, ".") == 0)
		return path[0] != '/' && strcmp(path, "..") != 0 && !cstr_starts(path, "../");
	if (n > 0 && dir[n - 1] == '/')
		return cstr_starts(path, dir);
	return cstr_starts(path, dir) && (path[n] == '\0' || path[n] == '/');
}

char *
path_absolute(struct arena *a, const char *cwd, const char *path)
{
	return path_normal(a, path_join(a, cwd, path));
}
