/* SPDX-License-Identifier: MIT */
/* Reading Packages files (deb822(5), deb-control(5)). */
#include "sysroots/transport/debian_index.h"

#include <string.h>

#include "base/caps.h"

static int
weight(struct str s, size_t i)
{
	unsigned char c = i < s.len ? (unsigned char)s.ptr[i] : 0;

	if (c >= '0' && c <= '9')
		return 0;
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
		return c;
	if (c == '~')
		return -1;
	return c != 0 ? c + 256 : 0;
}

static bool
digit_at(struct str s, size_t i)
{
	return i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
}

/* dpkg's verrevcmp. */
static int
compare_part(struct str a, struct str b)
{
	size_t i = 0, k = 0;

	while (i < a.len || k < b.len) {
		int first = 0;
		while ((i < a.len && !digit_at(a, i)) || (k < b.len && !digit_at(b, k))) {
			if (weight(a, i) != weight(b, k))
				return weight(a, i) - weight(b, k);
			i++;
			k++;
		}
		while (i < a.len && a.ptr[i] == '0')
			i++;
		while (k < b.len && b.ptr[k] == '0')
			k++;
		for (; digit_at(a, i) && digit_at(b, k); i++, k++)
			if (first == 0)
				first = a.ptr[i] - b.ptr[k];
		if (digit_at(a, i))
			return 1;
		if (digit_at(b, k))
			return -1;
		if (first != 0)
			return first;
	}
	return 0;
}

/* Takes "epoch:" off, and behind the last '-' the revision. */
static void
split_version(struct str *upstream, struct str *epoch, struct str *revision)
{
	const char *colon = upstream->len > 0 ? memchr(upstream->ptr, ':', upstream->len) : NULL;

	*epoch = STR("0");
	*revision = STR("0");
	if (colon != NULL)
		*epoch = str_cut(upstream, ':');
	for (size_t i = upstream->len; i-- > 0;) {
		if (upstream->ptr[i] != '-')
			continue;
		*revision = str_drop(*upstream, i + 1);
		upstream->len = i;
		break;
	}
}

int
debian_version_cmp(struct str a, struct str b)
{
	struct str epoch_a, epoch_b, revision_a, revision_b;
	int order;

	split_version(&a, &epoch_a, &revision_a);
	split_version(&b, &epoch_b, &revision_b);
	order = compare_part(epoch_a, epoch_b);
	if (order == 0)
		order = compare_part(a, b);
	return order != 0 ? order : compare_part(revision_a, revision_b);
}

void
debian_index_init(struct debian_index *index, struct arena *a)
{
	*index = (struct debian_index){ .arena = a };
	strmap_init(&index->names, a);
	strmap_init(&index->provided, a);
}

static void
take_line(struct debian_entry *e, struct str *name, struct str line)
{
	const struct {
		const char *field;
		struct str *slot;
	} fields[] = {
		{ "Package: ", name },
		{ "Version: ", &e->version },
		{ "Architecture: ", &e->arch },
		{ "Filename: ", &e->path },
		{ "Size: ", &e->size },
		{ "SHA256: ", &e->sha256 },
		{ "Depends: ", &e->depends },
		{ "Pre-Depends: ", &e->pre_depends },
		{ "Provides: ", &e->provides },
		{ "Section: ", &e->section },
	};

	/* Most lines are of other fields. */
	if (line.len == 0 || strchr("PVAFSD", line.ptr[0]) == NULL)
		return;
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (str_starts(line, fields[i].field)) {
			*fields[i].slot = str_trim(str_drop(line, strlen(fields[i].field)));
			return;
		}
}

/* "a (= 1), b | c [arm64]": the names alone, one list of alternatives after the other. */
static struct str
take_name(struct str *list, char separator)
{
	struct str one = str_trim(str_cut(list, separator));
	size_t len = 0;

	while (len < one.len && strchr(" \t(:[<", one.ptr[len]) == NULL)
		len++;
	one.len = len;
	return one;
}

static void
note_provides(struct debian_index *index, struct debian_entry *e)
{
	struct str rest = e->provides;

	while (rest.len > 0) {
		const char *name = str_dup(index->arena, take_name(&rest, ','));
		if (strmap_get(&index->provided, name) == NULL)
			strmap_set(&index->provided, name, e);
	}
}

static bool
add_entry(struct debian_index *index, const struct debian_entry *found, struct str name,
	const char *arch, struct error *err)
{
	struct debian_entry *old, *e;

	if (name.len == 0 || found->version.len == 0 || found->path.len == 0 ||
		found->sha256.len == 0 ||
		(!str_is(found->arch, arch) && !str_is(found->arch, "all")))
		return true;
	if (index->count++ >= CAP_INDEX_ENTRIES)
		return error_set(err, ERROR_LIMIT, "the index has too many packages");
	e = ARENA_NEW(index->arena, struct debian_entry);
	*e = *found;
	e->name = str_dup(index->arena, name);
	old = strmap_get(&index->names, e->name);
	if (old == NULL || debian_version_cmp(old->version, e->version) < 0)
		strmap_set(&index->names, e->name, e);
	note_provides(index, e);
	return true;
}

bool
debian_index_add(struct debian_index *index, struct str text, const char *arch, struct error *err)
{
	struct debian_entry e = { 0 };
	struct str name = { 0 };

	while (text.ptr != NULL) {
		struct str line = str_cut(&text, '\n');
		take_line(&e, &name, line);
		if (line.len > 0 && text.ptr != NULL)
			continue;
		if (!add_entry(index, &e, name, arch, err))
			return false;
		e = (struct debian_entry){ 0 };
		name = (struct str){ 0 };
	}
	return true;
}

static bool
to_package(struct arena *a, const struct debian_entry *e, struct package *ret, struct error *err)
{
	struct package p = { .name = e->name,
		.version = str_dup(a, e->version),
		.arch = str_dup(a, e->arch),
		.path = str_dup(a, e->path) };
	const char *fault = "a malformed size or SHA256";

	if (e->sha256.len == DIGEST_HEX - 1 && str_to_u64(e->size, CAP_PACKAGE, &p.size)) {
		memcpy(p.sha256, e->sha256.ptr, DIGEST_HEX - 1);
		fault = package_fault(&p);
	}
	if (fault == NULL) {
		*ret = p;
		return true;
	}
	return error_set(
		err, ERROR_FORMAT, "the index is malformed: package %.80s has %s", e->name, fault);
}

bool
debian_index_find(const struct debian_index *index, const char *const *names,
	struct package_list *ret, struct error *err)
{
	struct package_list list = { 0 };
	size_t count = 0;

	while (names[count] != NULL)
		count++;
	list.items = ARENA_ARRAY(index->arena, count, struct package);
	for (size_t i = 0; i < count; i++) {
		const struct debian_entry *e = strmap_get(&index->names, names[i]);
		if (e != NULL && !to_package(index->arena, e, &list.items[list.count++], err))
			return false;
	}
	package_list_sort(&list);
	*ret = list;
	return true;
}

/* Sections of Debian whose packages are headers and libraries (contrib and non-free prefix them);
 * some are known by their name alone ("x11proto-dev" is in x11). */
static bool
is_library(const struct debian_entry *e)
{
	static const char *const sections[] = { "libs", "libdevel", "oldlibs", "kernel" };
	struct str section = e->section;

	for (size_t i = 0; i < section.len; i++)
		if (section.ptr[i] == '/')
			section = str_drop(section, i + 1);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		if (str_is(section, sections[i]))
			return true;
	return cstr_ends(e->name, "-dev") || strstr(e->name, "-dev-") != NULL ||
	       cstr_starts(e->name, "lib");
}

/* A closure on its way: a list that grows while it is walked. */
struct closure {
	const struct debian_index *index;
	const struct package_list *given;
	struct strvec todo;
	struct strmap seen;
};

static bool
is_given(const struct closure *c, const char *name)
{
	for (size_t i = 0; i < c->given->count; i++)
		if (strcmp(c->given->items[i].name, name) == 0)
			return true;
	return false;
}

static const struct debian_entry *
find_entry(const struct debian_index *index, const char *name)
{
	const struct debian_entry *e = strmap_get(&index->names, name);

	return e != NULL ? e : strmap_get(&index->provided, name);
}

static void
want(struct closure *c, const struct debian_entry *e)
{
	if (strmap_get(&c->seen, e->name) != NULL || is_given(c, e->name))
		return;
	strmap_set(&c->seen, e->name, c);
	strvec_push(&c->todo, e->name);
}

/* Of alternatives the first that is given or wanted already, else the first that there is. */
static void
want_one(struct closure *c, struct str alternatives)
{
	struct arena *a = c->index->arena;
	const struct debian_entry *first = NULL;

	while (alternatives.ptr != NULL) {
		const char *name = str_dup(a, take_name(&alternatives, '|'));
		const struct debian_entry *e = find_entry(c->index, name);
		if (is_given(c, name) ||
			(e != NULL &&
				(is_given(c, e->name) || strmap_get(&c->seen, e->name) != NULL)))
			return;
		if (first == NULL)
			first = e;
	}
	if (first != NULL && is_library(first))
		want(c, first);
}

static void
want_all(struct closure *c, struct str depends)
{
	while (depends.len > 0)
		want_one(c, str_cut(&depends, ','));
}

void
debian_index_closure(const struct debian_index *index, const struct package_list *given,
	const char *const *names, struct strvec *ret, struct strvec *ret_unknown)
{
	struct closure c = { .index = index, .given = given };

	strvec_init(&c.todo, index->arena);
	strmap_init(&c.seen, index->arena);
	for (; *names != NULL; names++) {
		const struct debian_entry *e = strmap_get(&index->names, *names);
		if (e != NULL)
			want(&c, e);
		else if (!is_given(&c, *names))
			strvec_push(ret_unknown, *names);
	}
	for (size_t i = 0; i < c.todo.count; i++) {
		const struct debian_entry *e = strmap_get(&index->names, c.todo.items[i]);
		want_all(&c, e->pre_depends);
		want_all(&c, e->depends);
	}
	for (size_t i = 0; i < c.todo.count; i++)
		strvec_push(ret, c.todo.items[i]);
	strvec_sort(ret);
}
