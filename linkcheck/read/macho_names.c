/* SPDX-License-Identifier: MIT */
/* Imports and exports: where they are read from, and the lists of them. */
#include <inttypes.h>
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/macho_file.h"

/* Lists grow and move: an index names an entry for good. */
static void
remember(struct macho_file *m, struct strmap *map, const char *key, size_t index)
{
	size_t *cell = ARENA_NEW(m->arena, size_t);

	*cell = index;
	strmap_set(map, key, cell);
}

/* A name in the table of imports stands there once for each library it is bound in. */
static struct image_import *
known_import(struct macho_file *m, const char *key)
{
	const size_t *index = strmap_get(&m->import_index, key);

	return index ? &m->imports[*index] : NULL;
}

void
macho_add_import(struct macho_file *m, const char *name, int64_t ordinal, bool weak,
	enum image_binding_time when)
{
	struct arena_mark mark = arena_mark(m->arena);
	char *key = arena_printf(m->arena, "%" PRId64 " %s", ordinal, name);
	const struct macho_dylib *dylib = macho_dylib_at(m->img, ordinal);
	struct image_import *known = known_import(m, key);

	if (known) {
		arena_reset(m->arena, mark);
		if (when > known->when)
			known->when = when;
		known->weak &= weak; /* one reference that insists is enough */
		return;
	}
	if (ordinal > 0 && !dylib)
		image_defect(m->img, "%s is bound in library %" PRId64 " of %zu", name, ordinal,
			m->facts.dylib_count);
	if (m->import_count == m->import_cap) {
		size_t cap = m->import_cap ? m->import_cap * 2 : 64;

		m->imports =
			arena_grow(m->arena, m->imports, m->import_cap, cap, sizeof(*m->imports));
		m->import_cap = cap;
	}
	remember(m, &m->import_index, key, m->import_count);
	m->imports[m->import_count++] = (struct image_import){
		.name = name,
		.library = dylib ? dylib->name : NULL,
		.ordinal = (uint32_t)ordinal,
		.weak = weak,
		.when = when,
	};
}

void
macho_add_export(
	struct macho_file *m, const struct image_export *e, uint32_t ordinal, const char *name)
{
	const struct macho_dylib *dylib = macho_dylib_at(m->img, ordinal);
	struct image_export *to;

	if (strmap_get(&m->export_index, e->name))
		return;
	if (m->export_count == m->export_cap) {
		size_t cap = m->export_cap ? m->export_cap * 2 : 64;

		m->exports =
			arena_grow(m->arena, m->exports, m->export_cap, cap, sizeof(*m->exports));
		m->targets =
			arena_grow(m->arena, m->targets, m->export_cap, cap, sizeof(*m->targets));
		m->export_cap = cap;
	}
	to = &m->exports[m->export_count];
	*to = *e;
	if (ordinal) {
		if (!dylib)
			image_defect(m->img, "%s is passed on from library %" PRIu32 " of %zu",
				e->name, ordinal, m->facts.dylib_count);
		to->forward = dylib ? dylib->name : "";
	}
	remember(m, &m->export_index, to->name, m->export_count);
	m->targets[m->export_count++] = (struct macho_target){ ordinal, name };
}

bool
macho_imports(
	struct image *img, const struct image_import **ret, size_t *ret_count, struct error *err)
{
	struct macho_file *m = img->reader;

	(void)err; /* what cannot be read is a defect of the image */
	if (!m->imports_ready) {
		m->imports_ready = true;
		if (m->has_dyld_info || m->facts.chained)
			macho_bind_imports(m);
		else
			macho_symtab_imports(m);
	}
	*ret = m->imports;
	*ret_count = m->import_count;
	return true;
}

static void
exports_ready(struct macho_file *m)
{
	if (m->exports_ready)
		return;
	m->exports_ready = true;
	if (m->trie.len > 0)
		macho_trie_exports(m);
	else if (!m->has_dyld_info || m->img->type == IMAGE_RELOCATABLE)
		macho_symtab_exports(m);
}

bool
macho_exports(
	struct image *img, const struct image_export **ret, size_t *ret_count, struct error *err)
{
	struct macho_file *m = img->reader;

	(void)err;
	exports_ready(m);
	*ret = m->exports;
	*ret_count = m->export_count;
	return true;
}

static const size_t *
find(struct macho_file *m, const char *name)
{
	exports_ready(m);
	return strmap_get(&m->export_index, name);
}

bool
macho_export_find(struct image *img, const char *name, size_t i, struct image_export *ret)
{
	struct macho_file *m = img->reader;
	const size_t *index = i == 0 ? find(m, name) : NULL;

	if (index)
		*ret = m->exports[*index];
	return index != NULL;
}

bool
macho_reexport(struct image *img, const char *name, uint32_t *ret_ordinal, const char **ret_name)
{
	struct macho_file *m = img->reader;
	const size_t *index = find(m, name);

	if (!index || !m->targets[*index].ordinal)
		return false;
	*ret_ordinal = m->targets[*index].ordinal;
	*ret_name = m->targets[*index].name;
	return true;
}
