/* SPDX-License-Identifier: MIT */
/*
 * The hash tables of a dynamic symbol table: DT_GNU_HASH (binutils' bfd/elflink.c is its only
 * specification) and DT_HASH (gABI ch. 5), for looking names up and for counting the symbols,
 * which no dynamic tag tells.
 */
#include "base/caps.h"
#include "linkcheck/read/elf.h"

#define SHT_DYNSYM 11

static uint32_t
gnu_hash(const char *name)
{
	uint32_t h = 5381;

	for (; *name; name++)
		h = h * 33 + (unsigned char)*name;
	return h;
}

static uint32_t
sysv_hash(const char *name)
{
	uint32_t h = 0;

	for (; *name; name++) {
		uint32_t g;

		h = (h << 4) + (unsigned char)*name;
		g = h & 0xf0000000;
		h ^= g >> 24;
		h &= ~g;
	}
	return h;
}

/* Alpha and 64-bit s390 have 8-byte words in DT_HASH (their psABIs), but lld (19) writes 4-byte ones
 * for s390x too; its loader never notices, because a DT_GNU_HASH beside it wins. No table has 2^32
 * buckets: a first word that claims so is two narrow ones. */
static unsigned
sysv_word(struct elf *e)
{
	bool wide = e->img->machine == EM_ALPHA || (e->img->machine == EM_S390 && e->word == 8);
	uint64_t off, room;
	struct bytes head;

	if (!wide)
		return 4;
	if (elf_locate(e, e->tag[ELF_HASH], &off, &room) && room >= 8 &&
		elf_peek(e, off, 8, &head) && bytes_u64(&head, 0) > UINT32_MAX)
		return 4;
	return 8;
}

/* The largest address among the tables that lies above `from` bounds what starts at `from`. */
static uint64_t
next_table(const struct elf *e, uint64_t from)
{
	static const enum elf_tag tables[] = { ELF_STRTAB, ELF_SYMTAB, ELF_HASH, ELF_GNU_HASH,
		ELF_REL, ELF_RELA, ELF_JMPREL, ELF_RELR, ELF_VERSYM, ELF_VERDEF, ELF_VERNEED };
	uint64_t best = UINT64_MAX;

	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		if (elf_has(e, tables[i]) && e->tag[tables[i]] > from && e->tag[tables[i]] < best)
			best = e->tag[tables[i]];
	return best;
}

/* Neither hash table counts symbols that are only undefined: the layout of the tables does. */
static uint64_t
total_from_layout(const struct elf *e)
{
	uint64_t size = e->word == 8 ? 24 : 16, total, end, off, room;

	end = next_table(e, e->tag[ELF_SYMTAB]);
	if (!elf_locate(e, e->tag[ELF_SYMTAB], &off, &room))
		return 0;
	total = room / size;
	if (end != UINT64_MAX && (end - e->tag[ELF_SYMTAB]) / size < total)
		total = (end - e->tag[ELF_SYMTAB]) / size;
	if (elf_has(e, ELF_VERSYM) && elf_locate(e, e->tag[ELF_VERSYM], &off, &room)) {
		end = next_table(e, e->tag[ELF_VERSYM]);
		if (room / 2 < total)
			total = room / 2;
		if (end != UINT64_MAX && (end - e->tag[ELF_VERSYM]) / 2 < total)
			total = (end - e->tag[ELF_VERSYM]) / 2;
	}
	return total;
}

static bool
total_from_sections(struct elf *e, uint64_t *ret)
{
	uint64_t off, len, at, room;

	if (!elf_section_by_type(e, SHT_DYNSYM, &off, &len, NULL) ||
		!elf_locate(e, e->tag[ELF_SYMTAB], &at, &room) || at != off)
		return false;
	*ret = len / (e->word == 8 ? 24 : 16);
	return true;
}

/* Follows the chain of the highest bucket to its end bit. False for a table with no symbol in it, which says nothing. */
static bool
total_from_gnu_hash(struct elf *e, uint64_t *ret)
{
	uint64_t off, room, buckets_at, chain_at, top = 0;
	uint32_t buckets, first, bloom;
	struct bytes head, table;

	if (!elf_has(e, ELF_GNU_HASH) || !elf_locate(e, e->tag[ELF_GNU_HASH], &off, &room) ||
		room < 16 || !elf_peek(e, off, 16, &head))
		return false;
	buckets = bytes_u32(&head, 0);
	first = bytes_u32(&head, 4);
	bloom = bytes_u32(&head, 8);
	buckets_at = 16 + (uint64_t)bloom * e->word;
	chain_at = buckets_at + (uint64_t)buckets * 4;
	if (chain_at > room ||
		!elf_window(e, off + buckets_at, (uint64_t)buckets * 4, "DT_GNU_HASH", &table))
		return false;
	for (uint64_t i = 0; i < buckets; i++) {
		uint32_t b = bytes_u32(&table, i * 4);

		if (b > top)
			top = b;
	}
	if (top < first || top == 0)
		return false;
	for (;; top++) {
		uint64_t at = chain_at + (top - first) * 4;
		struct bytes link;

		if (at > room - 4 || top > CAP_ELF_SYMBOLS || !elf_peek(e, off + at, 4, &link))
			return false;
		if (bytes_u32(&link, 0) & 1)
			break;
	}
	*ret = top + 1;
	return true;
}

static bool
total_from_sysv_hash(struct elf *e, uint64_t *ret)
{
	uint64_t off, room;
	struct bytes head;
	unsigned w;

	if (!elf_has(e, ELF_HASH))
		return false;
	w = sysv_word(e);
	if (!elf_locate(e, e->tag[ELF_HASH], &off, &room) || room < (uint64_t)2 * w ||
		!elf_peek(e, off, (uint64_t)2 * w, &head))
		return false;
	*ret = bytes_word(&head, w, w);
	return true;
}

uint64_t
elf_symbol_total(struct elf *e)
{
	uint64_t total;

	if (total_from_sysv_hash(e, &total) || total_from_gnu_hash(e, &total))
		return total;
	if (elf_has(e, ELF_MIPS_SYMTABNO))
		return e->tag[ELF_MIPS_SYMTABNO];
	if (total_from_sections(e, &total))
		return total;
	return total_from_layout(e);
}

/* The rest of the segment behind a table, capped: a table's own length is not told. */
static bool
whole_table(struct elf *e, enum elf_tag tag, uint64_t len, struct bytes *table)
{
	uint64_t off, room;

	if (table->len > 0)
		return true;
	if (!elf_has(e, tag) || !elf_locate(e, e->tag[tag], &off, &room))
		return false;
	return elf_window(e, off, len < room ? len : room, "symbol hash table", table);
}

static bool
gnu_ready(struct elf *e)
{
	struct bytes head;
	uint64_t len;

	if (e->gnu_hash.len > 0)
		return true;
	if (!elf_has(e, ELF_GNU_HASH) ||
		!elf_mapped(e, e->tag[ELF_GNU_HASH], 16, "DT_GNU_HASH", &head))
		return false;
	len = 16 + (uint64_t)bytes_u32(&head, 8) * e->word + (uint64_t)bytes_u32(&head, 0) * 4 +
	      e->symbol_count * 4;
	return whole_table(e, ELF_GNU_HASH, len, &e->gnu_hash);
}

static void
gnu_walk(struct elf *e, const char *name, elf_candidate *visit, void *ctx)
{
	struct bytes *t = &e->gnu_hash;
	uint32_t h = gnu_hash(name), buckets = bytes_u32(t, 0), first = bytes_u32(t, 4);
	uint32_t bloom = bytes_u32(t, 8), shift = bytes_u32(t, 12) & 31, bits = e->word * 8;
	uint64_t chain = 16 + (uint64_t)bloom * e->word + (uint64_t)buckets * 4, i;

	if (buckets == 0 || bloom == 0)
		return;
	i = bytes_word(t, 16 + (uint64_t)(h / bits % bloom) * e->word, e->word);
	if (!(i >> h % bits & 1) || !(i >> (h >> shift) % bits & 1))
		return;
	i = bytes_u32(t, 16 + (uint64_t)bloom * e->word + (uint64_t)(h % buckets) * 4);
	if (i < first || i == 0)
		return;
	for (; i < e->symbol_count && !t->bad; i++) {
		uint32_t link = bytes_u32(t, chain + (i - first) * 4);

		if ((link | 1) == (h | 1) && !visit(ctx, i))
			return;
		if (link & 1)
			return;
	}
}

static bool
sysv_ready(struct elf *e)
{
	struct bytes head;
	uint64_t entries;
	unsigned w;

	if (e->sysv_hash.len > 0)
		return true;
	w = e->sysv_word = sysv_word(e);
	if (!elf_has(e, ELF_HASH) ||
		!elf_mapped(e, e->tag[ELF_HASH], (uint64_t)2 * w, "DT_HASH", &head))
		return false;
	entries = (bytes_word(&head, 0, w) & UINT32_MAX) + (bytes_word(&head, w, w) & UINT32_MAX);
	return whole_table(e, ELF_HASH, (entries + 2) * w, &e->sysv_hash);
}

static void
sysv_walk(struct elf *e, const char *name, elf_candidate *visit, void *ctx)
{
	struct bytes *t = &e->sysv_hash;
	unsigned w = e->sysv_word;
	uint64_t buckets = bytes_word(t, 0, w), i;

	if (buckets == 0 || buckets > t->len)
		return;
	i = bytes_word(t, (2 + sysv_hash(name) % buckets) * w, w);
	/* A chain that is longer than the table is a loop. */
	for (uint64_t n = 0; i != 0 && i < e->symbol_count && n < e->symbol_count && !t->bad; n++) {
		if (!visit(ctx, i))
			return;
		i = bytes_word(t, (2 + buckets + i) * w, w);
	}
}

bool
elf_hash_ready(struct elf *e)
{
	return gnu_ready(e) || sysv_ready(e);
}

void
elf_hash_walk(struct elf *e, const char *name, elf_candidate *visit, void *ctx)
{
	if (gnu_ready(e)) {
		gnu_walk(e, name, visit, ctx);
	} else if (sysv_ready(e)) {
		sysv_walk(e, name, visit, ctx);
	} else {
		for (uint64_t i = 1; i < e->symbol_count; i++)
			if (!visit(ctx, i))
				return;
	}
}
