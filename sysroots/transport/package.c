/* SPDX-License-Identifier: MIT */
/* Lists of packages: order, size, and how they stand in JSON. */
#include "sysroots/transport/package.h"

#include <stdlib.h>
#include <string.h>

#include "base/caps.h"

static const char *const package_keys[] = { "name", "version", "arch", "path", "size", "sha256",
	NULL };

static int
compare_names(const void *a, const void *b)
{
	const struct package *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void
package_list_sort(struct package_list *list)
{
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items), compare_names);
}

uint64_t
package_list_bytes(const struct package_list *list)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < list->count; i++)
		bytes += list->items[i].size;
	return bytes;
}

struct package_list
package_list_missing(struct arena *a, const struct store *store, const struct package_list *list)
{
	struct package_list missing = { ARENA_ARRAY(a, list->count, struct package), 0 };

	for (size_t i = 0; i < list->count; i++)
		if (!store_has_blob(store, list->items[i].sha256, list->items[i].size))
			missing.items[missing.count++] = list->items[i];
	return missing;
}

void
package_list_write(struct json_value *array, const struct package_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct package *p = &list->items[i];
		struct json_value *object = json_push_object(array);
		json_add_string(object, "name", p->name);
		json_add_string(object, "version", p->version);
		json_add_string(object, "arch", p->arch);
		json_add_string(object, "path", p->path);
		json_add_u64(object, "size", p->size);
		json_add_string(object, "sha256", p->sha256);
	}
}

static bool
bad_value(const struct json *doc, const struct package *p, const char *what, struct error *err)
{
	error_set(err, ERROR_USAGE, "%s: package %.100s has %s", doc->name, p->name, what);
	return false;
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGIT "0123456789"
#define LONGEST_WORD 128

/* What the formats of distributions allow (deb-control(5), deb-version(7), apk-package(5)), taken
 * together: no blank, no control character, nothing a terminal or a shell would understand. */
static bool
is_word(const char *text, const char *of)
{
	size_t len = strlen(text);

	return len > 0 && len <= LONGEST_WORD && text[0] != '-' && text[0] != '.' &&
	       strspn(text, of) == len;
}

/* apt reads "name-" as a wish to remove it. */
bool
package_is_name(const char *name)
{
	return is_word(name, LOWER UPPER DIGIT "+._-") && !cstr_ends(name, "-");
}

/* The path becomes part of a URL and its last component a file name: nothing in it may lead
 * elsewhere. */
static bool
path_is_plain(const char *path)
{
	size_t len = strlen(path);

	return len > 0 && len < CAP_PATH && path[0] != '/' && path[len - 1] != '/' &&
	       strstr(path, "..") == NULL && strspn(path, LOWER UPPER DIGIT "._~+:=@,%-/") == len;
}

/* NULL, or what is wrong with it. */
static const char *
find_fault(const struct package *p, const char *sha256)
{
	if (!is_word(p->name, LOWER UPPER DIGIT "+._-"))
		return "a name that no package has";
	if (!is_word(p->version, LOWER UPPER DIGIT ".+~:_-"))
		return "a version that no package has";
	if (!is_word(p->arch, LOWER DIGIT "_-"))
		return "an architecture that no package has";
	if (!digest_is_hex(sha256))
		return "a malformed sha256";
	if (!path_is_plain(p->path))
		return "a path that is not inside the archive";
	return p->size == 0 || p->size > CAP_PACKAGE ? "an impossible size" : NULL;
}

const char *
package_fault(const struct package *p)
{
	return find_fault(p, p->sha256);
}

static bool
read_package(struct arena *a, const struct json *doc, const struct json_value *v,
	struct package *ret, struct error *err)
{
	struct package p = { 0 };
	const char *sha256;

	if (!json_only_keys(doc, v, package_keys, err) ||
		!json_get_string(doc, v, "name", &p.name, err) ||
		!json_get_string(doc, v, "version", &p.version, err) ||
		!json_get_string(doc, v, "arch", &p.arch, err) ||
		!json_get_string(doc, v, "path", &p.path, err) ||
		!json_get_u64(doc, v, "size", &p.size, err) ||
		!json_get_string(doc, v, "sha256", &sha256, err))
		return false;
	const char *fault = find_fault(&p, sha256);
	if (fault != NULL)
		return bad_value(doc, &p, fault, err);
	memcpy(p.sha256, sha256, sizeof(p.sha256));
	p.name = arena_strdup(a, p.name);
	p.version = arena_strdup(a, p.version);
	p.arch = arena_strdup(a, p.arch);
	p.path = arena_strdup(a, p.path);
	*ret = p;
	return true;
}

bool
package_list_read(struct arena *a, const struct json *doc, const struct json_value *array,
	struct package_list *ret, struct error *err)
{
	struct package_list list = { ARENA_ARRAY(a, json_count(array), struct package), 0 };

	for (const struct json_value *v = json_at(array, 0); v != NULL; v = json_next(v))
		if (!read_package(a, doc, v, &list.items[list.count++], err))
			return false;
	package_list_sort(&list);
	for (size_t i = 1; i < list.count; i++)
		if (strcmp(list.items[i - 1].name, list.items[i].name) == 0)
			return bad_value(doc, &list.items[i], "two entries", err);
	*ret = list;
	return true;
}
