/* SPDX-License-Identifier: MIT */
/* Reading APKINDEX (apk-tools' src/package.c: one letter, a colon, the value). */
#include <string.h>

#include "base/caps.h"
#include "sysroots/transport/apk.h"

void
apk_index_init(struct apk_index *index, struct arena *a)
{
	*index = (struct apk_index){ .arena = a };
	strmap_init(&index->names, a);
	strmap_init(&index->provided, a);
}

/* "so:libz.so.1=1.3", "zlib>=1.2", "!other": the name alone. */
static struct str
take_name(struct str *list)
{
	struct str one;
	size_t len = 0;

	*list = str_trim(*list);
	one = str_cut(list, ' ');
	while (len < one.len && strchr("=<>~", one.ptr[len]) == NULL)
		len++;
	one.len = len;
	return one;
}

static void
take_line(struct apk_entry *e, struct str *name, struct str line)
{
	struct str value = str_drop(line, 2);

	if (line.len < 2 || line.ptr[1] != ':')
		return;
	switch (line.ptr[0]) {
	case 'P':
		*name = value;
		break;
	case 'V':
		e->version = value;
		break;
	case 'A':
		e->arch = value;
		break;
	case 'S':
		e->size = value;
		break;
	case 'C':
		e->checksum = value;
		break;
	case 'D':
		e->depends = value;
		break;
	case 'p':
		e->provides = value;
		break;
	default:
		break;
	}
}

static bool
add_entry(
	struct apk_index *index, const struct apk_entry *found, struct str name, struct error *err)
{
	struct apk_entry *e;
	struct str rest;

	if (name.len == 0 || found->version.len == 0 || found->checksum.len == 0)
		return true;
	if (index->count++ >= CAP_INDEX_ENTRIES)
		return error_set(err, ERROR_LIMIT, "the index has too many packages");
	e = ARENA_NEW(index->arena, struct apk_entry);
	*e = *found;
	e->name = str_dup(index->arena, name);
	/* Of a name that two components have the first counts. */
	if (strmap_get(&index->names, e->name) == NULL)
		strmap_set(&index->names, e->name, e);
	for (rest = e->provides; rest.len > 0;) {
		const char *provided = str_dup(index->arena, take_name(&rest));
		if (strmap_get(&index->provided, provided) == NULL)
			strmap_set(&index->provided, provided, e);
	}
	return true;
}

bool
apk_index_add(struct apk_index *index, struct str text, const char *component, struct error *err)
{
	struct apk_entry e = { .component = component };
	struct str name = { 0 };

	while (text.ptr != NULL) {
		struct str line = str_cut(&text, '\n');
		take_line(&e, &name, line);
		if (line.len > 0 && text.ptr != NULL)
			continue;
		if (!add_entry(index, &e, name, err))
			return false;
		e = (struct apk_entry){ .component = component };
		name = (struct str){ 0 };
	}
	return true;
}

static bool
is_given(const struct package_list *given, const char *name)
{
	for (size_t i = 0; i < given->count; i++)
		if (strcmp(given->items[i].name, name) == 0)
			return true;
	return false;
}

/* What a link needs: headers (-dev), shared objects, what a .pc file wants. Not commands, nor the
 * shell that a script of the package runs with. */
static bool
is_for_linking(const char *name)
{
	return cstr_starts(name, "so:") || cstr_starts(name, "pc:") || cstr_ends(name, "-dev") ||
	       cstr_ends(name, "-headers") || cstr_ends(name, "-static");
}

void
apk_index_closure(const struct apk_index *index, const struct package_list *given,
	const char *const *names, struct strvec *ret, struct strvec *ret_unknown)
{
	struct strmap seen;

	strmap_init(&seen, index->arena);
	for (; *names != NULL; names++) {
		const struct apk_entry *e = strmap_get(&index->names, *names);
		if (e == NULL && !is_given(given, *names))
			strvec_push(ret_unknown, *names);
		if (e == NULL || is_given(given, e->name) || strmap_get(&seen, e->name) != NULL)
			continue;
		strmap_set(&seen, e->name, ret);
		strvec_push(ret, e->name);
	}
	for (size_t i = 0; i < ret->count; i++) {
		const struct apk_entry *e = strmap_get(&index->names, ret->items[i]);
		struct str rest = e != NULL ? e->depends : (struct str){ 0 };
		while (rest.len > 0) {
			const char *name = str_dup(index->arena, take_name(&rest));
			const struct apk_entry *need = strmap_get(&index->names, name);
			if (need == NULL)
				need = strmap_get(&index->provided, name);
			if (need == NULL || !is_for_linking(name) || is_given(given, need->name) ||
				strmap_get(&seen, need->name) != NULL)
				continue;
			strmap_set(&seen, need->name, ret);
			strvec_push(ret, need->name);
		}
	}
	strvec_sort(ret);
}
