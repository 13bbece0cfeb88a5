/* SPDX-License-Identifier: MIT */
/* What a loader sees of one library, as the lines of a snapshot (xbuild-snapshot(5)). */
#include <inttypes.h>

#include "linkcheck/platform/snapshot_inside.h"
#include "linkcheck/read/elf.h"

#define PAGE 0x1000u

static void
add_text(struct strbuf *out, const char *key, const char *text)
{
	if (text && *text)
		strbuf_addf(out, "\t%s %s\n", key, replica_escape(out->arena, text));
}

static void
add_list(struct strbuf *out, const char *key, const char *const *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_text(out, key, items[i]);
}

/* musl before 1.2.3 does not load a library with one (deps_open.c). */
static bool
has_empty_segment(const struct image *img)
{
	uint64_t start = UINT64_MAX;

	for (size_t i = 0; i < img->segment_count; i++)
		if (img->segments[i].type == PT_LOAD && img->segments[i].vaddr < start)
			start = img->segments[i].vaddr & ~(uint64_t)(PAGE - 1);
	for (size_t i = 0; i < img->segment_count; i++)
		if (img->segments[i].type == PT_LOAD && img->segments[i].memsz == 0 &&
			img->segments[i].vaddr % PAGE == 0 && img->segments[i].vaddr != start)
			return true;
	return false;
}

/* Each filter among the needed libraries, where the file has it. */
static void
add_deps(struct strbuf *out, const struct image *img)
{
	size_t f = 0;

	for (size_t i = 0; i <= img->needed.count; i++) {
		for (; f < img->filter_count && img->filters[f].behind <= i; f++)
			add_text(out, img->filters[f].auxiliary ? "auxiliary" : "filter",
				img->filters[f].name);
		if (i < img->needed.count)
			add_text(out, "needed", img->needed.items[i]);
	}
}

static bool
has_tls(const struct image *img)
{
	for (size_t i = 0; i < img->segment_count; i++)
		if (img->segments[i].type == PT_TLS && img->segments[i].memsz > 0)
			return true;
	return false;
}

static void
add_facts(struct strbuf *out, const struct image *img)
{
	strbuf_addf(out, "\telf %u %s %u %" PRIx32 " %u %u\n", img->bits,
		img->big_endian ? "big" : "little", img->machine, img->flags, img->osabi,
		img->abi_version);
	add_text(out, "soname", img->soname);
	add_text(out, "interp", img->interpreter);
	add_deps(out, img);
	add_text(out, "rpath", img->rpath);
	add_text(out, "runpath", img->runpath);
	if (img->dt_flags || img->dt_flags_1)
		strbuf_addf(
			out, "\tflags %" PRIx64 " %" PRIx64 "\n", img->dt_flags, img->dt_flags_1);
	if (img->has_stack_segment)
		strbuf_addf(out, "\tstack %s\n", img->stack_executable ? "rwx" : "rw");
	if (img->has_relr)
		strbuf_add(out, "\thas relr\n");
	if (img->has_textrel_tag)
		strbuf_add(out, "\thas textrel\n");
	if (img->has_irelative)
		strbuf_add(out, "\thas irelative\n");
	if (has_tls(img))
		strbuf_add(out, "\thas tls\n");
	if (has_empty_segment(img))
		strbuf_add(out, "\thas empty-segment\n");
	add_list(
		out, "unread", (const char *const *)img->unsimulated.items, img->unsimulated.count);
}

static void
add_versions(struct strbuf *out, const struct image *img)
{
	struct arena *a = out->arena;

	for (size_t i = 0; i < img->version_def_count; i++) {
		const struct image_version_def *d = &img->version_defs[i];

		strbuf_addf(out, "\tdef %u %s%s\n", d->index, replica_escape(a, d->version),
			d->base ? " base" : "");
	}
	for (size_t i = 0; i < img->version_need_count; i++) {
		const struct image_version_need *n = &img->version_needs[i];

		strbuf_addf(out, "\tneed %u %s %s%s%s\n", n->index, replica_escape(a, n->file),
			replica_escape(a, n->version), n->weak ? " weak" : "",
			n->hidden ? " hidden" : "");
	}
}

static char
type_letter(uint8_t type)
{
	switch (type) {
	case STT_NOTYPE:
		return 'n';
	case STT_OBJECT:
		return 'o';
	case STT_FUNC:
		return 'f';
	case STT_COMMON:
		return 'c';
	case STT_TLS:
		return 't';
	case STT_GNU_IFUNC:
		return 'i';
	default:
		return '\0'; /* no look-up takes it */
	}
}

static char
place_letter(const struct elf_symbol *s)
{
	if (s->section == SHN_UNDEF)
		return s->value ? 'v' : 'u';
	if (s->section == SHN_ABS)
		return s->value ? 'a' : 'b';
	return s->value ? 'd' : 'z';
}

static void
add_symbol(struct strbuf *out, struct elf *e, uint64_t index, uint8_t relocs)
{
	struct elf_symbol s = elf_symbol_at(e, &e->dynsym, index);
	const char *name = elf_symbol_name(e, &s);
	uint16_t version = elf_symbol_version(e, index);
	char type = type_letter(s.type);
	char bind = s.bind == STB_GLOBAL       ? 'g'
		    : s.bind == STB_WEAK       ? 'w'
		    : s.bind == STB_GNU_UNIQUE ? 'u'
					       : '\0';

	if (!name || !*name || !type || !bind)
		return;
	/* Without definitions or needs nobody looks at versions. */
	if (e->img->version_def_count + e->img->version_need_count == 0)
		version &= VERSYM_HIDDEN;
	strbuf_addf(out, "\t%c %c%c%c%c%u %u%s %s\n", s.section == SHN_UNDEF ? '-' : '+', type,
		bind, "dihp"[s.visibility], place_letter(&s), relocs & 7u,
		version & (VERSYM_HIDDEN - 1u), version & VERSYM_HIDDEN ? "h" : "",
		replica_escape(e->arena, name));
}

/* Look-ups see what the hash table has, in the order of its chains. */
struct chains {
	uint64_t *order;
	size_t count;
	bool *seen;
};

static void
take(struct chains *c, uint64_t index)
{
	if (!c->seen[index])
		c->order[c->count++] = index;
	c->seen[index] = true;
}

static void
order_gnu(struct elf *e, struct chains *c)
{
	uint64_t first = bytes_u32(&e->gnu_hash, 4);

	for (uint64_t i = first > 0 ? first : 1; i < e->symbol_count; i++)
		take(c, i);
}

static void
order_sysv(struct elf *e, struct chains *c)
{
	unsigned w = e->sysv_word;
	struct bytes *t = &e->sysv_hash;
	uint64_t buckets = bytes_word(t, 0, w);

	for (uint64_t b = 0; b < buckets && !t->bad; b++) {
		uint64_t i = bytes_word(t, (2 + b) * w, w);

		for (uint64_t n = 0; i && i < e->symbol_count && n < e->symbol_count && !c->seen[i];
			n++) {
			take(c, i);
			i = bytes_word(t, (2 + buckets + i) * w, w);
		}
	}
}

static void
add_symbols(struct strbuf *out, struct elf *e)
{
	uint8_t *relocs = elf_read_relocs(e);
	struct chains c = {
		.order = ARENA_ARRAY(e->arena, e->symbol_count + 1, uint64_t),
		.seen = ARENA_ARRAY(e->arena, e->symbol_count + 1, bool),
	};

	for (uint64_t i = 1; i < e->symbol_count; i++)
		if (elf_symbol_at(e, &e->dynsym, i).section == SHN_UNDEF)
			take(&c, i);
	if (!elf_hash_ready(e))
		for (uint64_t i = 1; i < e->symbol_count; i++)
			take(&c, i);
	else if (e->gnu_hash.len > 0)
		order_gnu(e, &c);
	else
		order_sysv(e, &c);
	for (size_t i = 0; i < c.count; i++) {
		struct arena_mark mark = arena_mark(e->arena);

		add_symbol(out, e, c.order[i], relocs[c.order[i]]);
		arena_reset(e->arena, mark);
	}
}

bool
snapshot_library(struct strbuf *out, struct image *img)
{
	struct elf *e = img->reader;
	struct strbuf symbols;

	if (img->format != FORMAT_ELF || img->type != IMAGE_SHARED || !img->dynamic ||
		img->defects.count > 0)
		return false;
	strbuf_init(&symbols, out->arena);
	if (elf_symbols_ready(e))
		add_symbols(&symbols, e); /* which tells of IRELATIVE too */
	if (img->defects.count > 0)
		return false;
	add_facts(out, img);
	add_versions(out, img);
	strbuf_addn(out, symbols.ptr, symbols.len);
	return true;
}
