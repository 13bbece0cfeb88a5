/* SPDX-License-Identifier: MIT */
/* One name in one object, as two loaders look it up. */
#include <string.h>

#include "linkcheck/read/elf.h"
#include "linkcheck/resolve/object.h"

/* A symbol of the name is at `index`: true ends the walk. */
typedef bool visit_symbol(void *ctx, struct object *o, uint64_t index, const struct elf_symbol *s);

static bool
same_name(struct elf *e, const struct elf_symbol *s, const char *name)
{
	size_t len = strlen(name) + 1;

	return bytes_equal(&e->dynstr, s->name, name, len);
}

static bool
visit_at(struct object *o, uint64_t index, const char *name, visit_symbol *visit, void *ctx)
{
	struct elf *e = o->img->reader;
	struct elf_symbol s = elf_symbol_at(e, &e->dynsym, index);

	return same_name(e, &s, name) && visit(ctx, o, index, &s);
}

static bool
bloom_says_no(struct object *o, uint32_t h)
{
	struct elf *e = o->img->reader;
	uint32_t bits = e->word * 8;
	uint64_t word = bytes_word(
		&e->gnu_hash, 16 + (uint64_t)(h / bits % o->gnu_bloom) * e->word, e->word);

	return !(word >> h % bits & 1) || !(word >> (h >> o->gnu_shift) % bits & 1);
}

static bool
walk_gnu(struct object *o, const struct object_query *q, visit_symbol *visit, void *ctx)
{
	struct elf *e = o->img->reader;
	struct bytes *t = &e->gnu_hash;
	uint64_t i;

	if (bloom_says_no(o, q->hash))
		return false;
	i = bytes_u32(t, o->gnu_chain - (uint64_t)(o->gnu_buckets - q->hash % o->gnu_buckets) * 4);
	if (i < o->gnu_first || i == 0)
		return false;
	for (; i < e->symbol_count; i++) {
		uint32_t link = bytes_u32(t, o->gnu_chain + (i - o->gnu_first) * 4);

		if (t->bad)
			return false;
		if ((link | 1) == (q->hash | 1) && visit_at(o, i, q->name, visit, ctx))
			return true;
		if (link & 1)
			return false;
	}
	return false;
}

struct sysv_walk {
	struct object *o;
	const char *name;
	visit_symbol *visit;
	void *ctx;
	bool found;
};

static bool
sysv_candidate(void *ctx, uint64_t index)
{
	struct sysv_walk *w = ctx;

	w->found = visit_at(w->o, index, w->name, w->visit, w->ctx);
	return !w->found;
}

/* Calls `visit` for each symbol of the name, in the order of the object's hash table. */
static bool
walk(struct object *o, const struct object_query *q, visit_symbol *visit, void *ctx)
{
	struct sysv_walk w = { .o = o, .name = q->name, .visit = visit, .ctx = ctx };
	struct elf *e = o->img->reader;

	if (o->gnu_buckets > 0)
		return walk_gnu(o, q, visit, ctx);
	if (elf_hash_ready(e))
		elf_hash_walk(e, q->name, sysv_candidate, &w);
	return w.found;
}

struct glibc_match {
	const struct object_query *query;
	unsigned others; /* versions that are no base and not hidden */
	struct elf_symbol other;
};

/* STT_NOTYPE, OBJECT, FUNC, COMMON, TLS, GNU_IFUNC. */
#define GLIBC_TYPES (1u << 0 | 1u << 1 | 1u << 2 | 1u << 5 | 1u << 6 | 1u << 10)
/* musl's OK_TYPES: the same without GNU_IFUNC. */
#define MUSL_TYPES (1u << 0 | 1u << 1 | 1u << 2 | 1u << 5 | 1u << 6)

/* What do_lookup_x asks of a symbol once check_match has taken it: hidden visibility and local
 * binding make it no result of this object. */
static bool
is_global(const struct elf_symbol *s)
{
	if (s->visibility == STV_HIDDEN || s->visibility == STV_INTERNAL)
		return false;
	return s->bind == STB_GLOBAL || s->bind == STB_WEAK || s->bind == STB_GNU_UNIQUE;
}

static bool
version_matches(const struct object *o, const struct image_version_need *want, uint16_t versym)
{
	size_t index = versym & (VERSYM_HIDDEN - 1);
	const struct image_version_need *has = index < o->version_limit ? o->versions[index] : NULL;

	if (has && has->hash == want->hash && strcmp(has->version, want->version) == 0)
		return true;
	return !want->hidden && (!has || has->hash == 0) && !(versym & VERSYM_HIDDEN);
}

/* elf/dl-lookup.c check_match; the walk ends at the first symbol that it returns. */
static bool
check_match(void *ctx, struct object *o, uint64_t index, const struct elf_symbol *s)
{
	struct glibc_match *m = ctx;
	struct elf *e = o->img->reader;
	uint16_t versym;

	if (s->value == 0 && s->section != SHN_ABS && s->type != STT_TLS)
		return false;
	if (s->section == SHN_UNDEF && m->query->definition)
		return false;
	if (!(1u << s->type & GLIBC_TYPES))
		return false;
	versym = o->versioned ? elf_symbol_version(e, index) : VER_NDX_GLOBAL;
	if (o->versioned && m->query->version) {
		if (!version_matches(o, m->query->version, versym))
			return false;
	} else if (o->versioned && (versym & (VERSYM_HIDDEN - 1)) > 2) {
		if (!(versym & VERSYM_HIDDEN) && m->others++ == 0)
			m->other = *s;
		return false;
	}
	m->other = *s;
	m->others = 1;
	return true;
}

bool
object_match_glibc(struct object *o, const struct object_query *q)
{
	struct glibc_match m = { .query = q };

	return walk(o, q, check_match, &m);
}

static bool
find_glibc(struct object *o, struct glibc_match *m)
{
	/* Exactly one version that is not the base is taken as well: no ambiguity. */
	if (!walk(o, m->query, check_match, m) && m->others != 1)
		return false;
	return is_global(&m->other);
}

bool
object_find_glibc(struct object *o, const struct object_query *q)
{
	struct glibc_match m = { .query = q };

	return find_glibc(o, &m);
}

uint8_t
object_type_glibc(struct object *o, const struct object_query *q)
{
	struct glibc_match m = { .query = q };

	return find_glibc(o, &m) ? (uint8_t)m.other.type : 0;
}

struct musl_match {
	const struct object_query *query;
	bool ok;
};

/* gnu_lookup takes the first entry of the name that is not hidden, whatever it is; find_sym2 then
 * may refuse it. */
static bool
first_visible(void *ctx, struct object *o, uint64_t index, const struct elf_symbol *s)
{
	struct musl_match *m = ctx;
	struct elf *e = o->img->reader;

	if (e->versym.len > 0 && (elf_symbol_version(e, index) & VERSYM_HIDDEN))
		return false;
	m->ok = (s->value != 0 || s->type == STT_TLS) && (1u << s->type & MUSL_TYPES) &&
		(s->bind == STB_GLOBAL || s->bind == STB_WEAK || s->bind == STB_GNU_UNIQUE);
	if (s->section == SHN_UNDEF &&
		(m->query->definition || s->type == STT_TLS || o->img->machine == EM_MIPS))
		m->ok = false;
	return true;
}

bool
object_find_musl(struct object *o, const struct object_query *q)
{
	struct musl_match m = { .query = q };

	walk(o, q, first_visible, &m);
	return m.ok;
}

static bool
any(void *ctx, struct object *o, uint64_t index, const struct elf_symbol *s)
{
	(void)ctx;
	(void)o;
	(void)index;
	return s->section != SHN_UNDEF;
}

bool
object_names(struct object *o, const char *name)
{
	struct object_query q = { .name = name, .hash = object_hash(name) };

	return walk(o, &q, any, NULL);
}
