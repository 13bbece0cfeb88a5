/* SPDX-License-Identifier: MIT */
/* Imports and exports: the dynamic symbols as the loaders match them. */
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/elf.h"

static const struct image_version_need *
need_of(struct elf *e, uint64_t index)
{
	size_t v = elf_symbol_version(e, index) & (VERSYM_HIDDEN - 1);

	return v < e->version_limit ? e->needs_by_index[v] : NULL;
}

/* BIND_NOW in any of its three spellings makes every PLT slot immediate. */
static enum image_binding_time
binding_time(const struct elf *e, uint8_t refs)
{
	const struct image *img = e->img;
	bool now = (img->dt_flags & DF_BIND_NOW) != 0 || (img->dt_flags_1 & DF_1_NOW) != 0;

	if (refs & (ELF_REF_DATA | ELF_REF_COPY))
		return BIND_START;
	if (refs & ELF_REF_LAZY)
		return now ? BIND_START : BIND_LAZY;
	return BIND_UNUSED;
}

static bool
is_import(const struct elf_symbol *s, uint8_t refs)
{
	if (s->bind == STB_LOCAL || s->type == STT_SECTION || s->type == STT_FILE)
		return false;
	return s->section == SHN_UNDEF || (refs & ELF_REF_COPY);
}

static void
fill_import(struct elf *e, uint64_t index, const struct elf_symbol *s, uint8_t refs,
	struct image_import *ret)
{
	const struct image_version_need *need = need_of(e, index);

	ret->version = need ? need->version : NULL;
	ret->version_file = need ? need->file : NULL;
	ret->weak = s->bind == STB_WEAK;
	ret->copy = (refs & ELF_REF_COPY) != 0;
	ret->function_type = s->type == STT_FUNC || s->type == STT_GNU_IFUNC;
	ret->when = binding_time(e, refs);
}

static size_t
count_imports(struct elf *e, const uint8_t *refs)
{
	size_t n = 0;

	for (uint64_t i = 1; i < e->symbol_count; i++) {
		struct elf_symbol s = elf_symbol_at(e, &e->dynsym, i);

		n += is_import(&s, refs[i]);
	}
	return n;
}

bool
elf_imports(struct elf *e, struct error *err)
{
	uint8_t *refs;
	size_t n;

	(void)err; /* what cannot be read is a defect of the image */
	if (e->imports_ready)
		return true;
	e->imports_ready = true;
	(void)elf_symbols_ready(e);
	refs = elf_read_relocs(e); /* without symbols too: IRELATIVE */
	n = count_imports(e, refs);
	e->imports = ARENA_ARRAY(e->arena, n, struct image_import);
	for (uint64_t i = 1; i < e->symbol_count; i++) {
		struct elf_symbol s = elf_symbol_at(e, &e->dynsym, i);
		struct image_import *to = &e->imports[e->import_count];

		if (!is_import(&s, refs[i]))
			continue;
		to->name = elf_symbol_name(e, &s);
		if (!to->name) {
			image_defect(e->img, "a dynamic symbol's name is outside the string table");
			continue;
		}
		fill_import(e, i, &s, refs[i], to);
		e->import_count++;
	}
	return true;
}

/* glibc's check_match (elf/dl-lookup.c): a value, a type that can be bound to, visible. Version index
 * 0 ("local") does not hide a symbol: GNU ld gives it to copied data of unversioned libraries. */
static bool
is_export(const struct elf_symbol *s)
{
	if (s->section == SHN_UNDEF || s->bind == STB_LOCAL)
		return false;
	if (s->value == 0 && s->section != SHN_ABS && s->type != STT_TLS)
		return false;
	if (s->type == STT_SECTION || s->type == STT_FILE)
		return false;
	return s->visibility != STV_HIDDEN && s->visibility != STV_INTERNAL;
}

static void
fill_export(struct elf *e, uint64_t index, const struct elf_symbol *s, struct image_export *ret)
{
	uint16_t v = elf_symbol_version(e, index);
	size_t n = v & (VERSYM_HIDDEN - 1);

	*ret = (struct image_export){
		.hidden_version = (v & VERSYM_HIDDEN) != 0,
		.weak = s->bind == STB_WEAK,
		.unique = s->bind == STB_GNU_UNIQUE,
		.type = s->type,
	};
	if (n < e->version_limit && e->defs_by_index[n] && !e->defs_by_index[n]->base)
		ret->version = e->defs_by_index[n]->version;
}

bool
elf_exports(struct elf *e, struct error *err)
{
	size_t n = 0;

	(void)err;
	if (e->exports_ready)
		return true;
	e->exports_ready = true;
	if (!elf_symbols_ready(e))
		return true;
	for (uint64_t i = 1; i < e->symbol_count; i++) {
		struct elf_symbol s = elf_symbol_at(e, &e->dynsym, i);

		n += is_export(&s);
	}
	e->exports = ARENA_ARRAY(e->arena, n, struct image_export);
	for (uint64_t i = 1; i < e->symbol_count; i++) {
		struct elf_symbol s = elf_symbol_at(e, &e->dynsym, i);
		const char *name;

		if (!is_export(&s))
			continue;
		name = elf_symbol_name(e, &s);
		if (!name)
			continue;
		fill_export(e, i, &s, &e->exports[e->export_count]);
		e->exports[e->export_count++].name = name;
	}
	return true;
}

struct search {
	struct elf *elf;
	const char *name;
	size_t skip; /* matches to pass over */
	struct image_export *ret;
	bool found;
};

static bool
candidate(void *ctx, uint64_t index)
{
	struct search *s = ctx;
	struct elf_symbol sym = elf_symbol_at(s->elf, &s->elf->dynsym, index);
	const char *name;

	if (!is_export(&sym))
		return true;
	name = elf_symbol_name(s->elf, &sym);
	if (!name || strcmp(name, s->name) != 0)
		return true;
	if (s->skip-- > 0)
		return true;
	fill_export(s->elf, index, &sym, s->ret);
	s->ret->name = name;
	s->found = true;
	return false;
}

bool
elf_export_find(struct elf *e, const char *name, size_t i, struct image_export *ret)
{
	struct search s = { .elf = e, .name = name, .skip = i, .ret = ret };

	if (!elf_symbols_ready(e))
		return false;
	elf_hash_walk(e, name, candidate, &s);
	return s.found;
}

/* Reading symbol after symbol pays while they are few and the tables are not small. */
#define FEW_SYMBOLS 48
#define SMALL_TABLES ((uint64_t)1024)

static uint64_t
count_users(struct elf *e, const bool *wanted, size_t limit)
{
	uint64_t n = 0;

	for (uint64_t i = 1; i < e->symbol_count; i++) {
		uint16_t v = bytes_u16(&e->versym, i * 2) & (VERSYM_HIDDEN - 1);

		n += v < limit && wanted[v];
	}
	return n;
}

bool
elf_version_users(struct elf *e, const bool *wanted, size_t limit, image_user *visit, void *ctx,
	struct error *err)
{
	bool peek;

	(void)err;
	if (!elf_versions_ready(e) || e->versym.len == 0)
		return true;
	peek = e->symbol_count > SMALL_TABLES && count_users(e, wanted, limit) <= FEW_SYMBOLS;
	if (!peek && !elf_symbols_ready(e))
		return true;
	for (uint64_t i = 1; i < e->symbol_count; i++) {
		uint16_t v = bytes_u16(&e->versym, i * 2) & (VERSYM_HIDDEN - 1);
		struct elf_symbol s;
		const char *name;

		if (v >= limit || !wanted[v])
			continue;
		if (peek) {
			if (!elf_symbol_peek(e, i, &s, &name))
				continue;
		} else {
			s = elf_symbol_at(e, &e->dynsym, i);
			name = elf_symbol_name(e, &s);
		}
		if (name)
			visit(ctx, name, v, s.bind == STB_WEAK);
	}
	return true;
}
