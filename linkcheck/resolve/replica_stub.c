/* SPDX-License-Identifier: MIT */
/*
 * A library's record as an ELF file: headers, one segment that maps it all, the dynamic section and
 * its tables. Whoever reads it finds what the library's own file had for a loader; no code, no data.
 * The symbols are hashed by DT_GNU_HASH, in their order within a bucket.
 */
#include <assert.h>
#include <string.h>

#include "linkcheck/read/elf.h"
#include "linkcheck/resolve/replica_inside.h"

#define PAGE 0x1000u

struct stub {
	const struct replica_library *lib;
	struct arena *arena;
	struct strbuf out, strings;
	unsigned word;
	uint64_t *tags; /* pairs */
	size_t tag_count;
	size_t *order; /* of the symbols: undefined ones first, then by bucket */
	size_t undefined;
	uint32_t buckets;
};

static void
put(struct stub *s, uint64_t value, unsigned width)
{
	for (unsigned i = 0; i < width; i++) {
		unsigned shift = (s->lib->big_endian ? width - 1 - i : i) * 8;

		strbuf_addc(&s->out, (char)(value >> shift));
	}
}

static uint64_t
align(struct stub *s)
{
	while (s->out.len % 8 != 0)
		strbuf_addc(&s->out, '\0');
	return s->out.len;
}

static uint32_t
string(struct stub *s, const char *text)
{
	size_t at = s->strings.len;

	strbuf_addn(&s->strings, text, strlen(text) + 1);
	return (uint32_t)at;
}

static void
tag(struct stub *s, uint64_t name, uint64_t value)
{
	s->tags[s->tag_count++] = name;
	s->tags[s->tag_count++] = value;
}

static bool
is_defined(const struct replica_symbol *sym)
{
	return sym->place != 'u' && sym->place != 'v';
}

static uint32_t
gnu_hash(const char *name)
{
	uint32_t h = 5381;

	for (; *name; name++)
		h = h * 33 + (unsigned char)*name;
	return h;
}

/* A counting sort keeps the order of the record within a bucket, which loaders see. */
static void
order_symbols(struct stub *s)
{
	const struct replica_library *lib = s->lib;
	size_t defined = 0, *start;

	s->order = ARENA_ARRAY(s->arena, lib->symbol_count, size_t);
	for (size_t i = 0; i < lib->symbol_count; i++) {
		if (is_defined(&lib->symbols[i]))
			defined++;
		else
			s->order[s->undefined++] = i;
	}
	s->buckets = (uint32_t)(defined / 2 + 1);
	start = ARENA_ARRAY(s->arena, (size_t)s->buckets + 1, size_t);
	for (size_t i = 0; i < lib->symbol_count; i++)
		if (is_defined(&lib->symbols[i]))
			start[gnu_hash(lib->symbols[i].name) % s->buckets + 1]++;
	for (uint32_t b = 0; b < s->buckets; b++)
		start[b + 1] += start[b];
	for (size_t i = 0; i < lib->symbol_count; i++)
		if (is_defined(&lib->symbols[i]))
			s->order[s->undefined +
				 start[gnu_hash(lib->symbols[i].name) % s->buckets]++] = i;
}

static const struct replica_symbol *
symbol_at(const struct stub *s, size_t i)
{
	return &s->lib->symbols[s->order[i]];
}

static void
put_symbol(struct stub *s, const struct replica_symbol *sym)
{
	uint32_t name = string(s, sym->name);
	uint8_t info = (uint8_t)(sym->bind << 4 | sym->type);
	uint16_t section = sym->place == 'a' || sym->place == 'b' ? SHN_ABS
			   : is_defined(sym)                      ? 1
								  : SHN_UNDEF;
	bool zero = sym->place == 'z' || sym->place == 'b' || sym->place == 'u';
	uint64_t value = zero ? 0 : PAGE;

	put(s, name, 4);
	if (s->word == 4) {
		put(s, value, 4);
		put(s, 0, 4);
	}
	put(s, info, 1);
	put(s, sym->visibility, 1);
	put(s, section, 2);
	if (s->word == 8) {
		put(s, value, 8);
		put(s, 0, 8);
	}
}

static void
put_symbols(struct stub *s)
{
	size_t n = s->lib->symbol_count;

	tag(s, DT_SYMTAB, align(s));
	tag(s, DT_SYMENT, s->word == 8 ? 24 : 16);
	for (unsigned i = 0; i < (s->word == 8 ? 24 : 16); i++)
		put(s, 0, 1);
	for (size_t i = 0; i < n; i++)
		put_symbol(s, symbol_at(s, i));
	if (s->lib->def_count + s->lib->need_count == 0)
		return;
	tag(s, DT_VERSYM, align(s));
	put(s, 0, 2);
	for (size_t i = 0; i < n; i++)
		put(s, symbol_at(s, i)->version, 2);
}

static void
put_hash(struct stub *s)
{
	const uint32_t buckets = s->buckets;
	size_t n = s->lib->symbol_count, at = s->undefined;

	tag(s, DT_GNU_HASH, align(s));
	assert(buckets > 0); /* a half of the symbols and one more */
	put(s, buckets, 4);
	put(s, s->undefined + 1, 4);
	put(s, 1, 4); /* one word of bloom filter, which lets everything through */
	put(s, 0, 4);
	put(s, UINT64_MAX, s->word);
	for (uint32_t b = 0; b < buckets; b++) {
		bool any = at < n && gnu_hash(symbol_at(s, at)->name) % buckets == b;

		put(s, any ? at + 1 : 0, 4);
		while (at < n && gnu_hash(symbol_at(s, at)->name) % buckets == b)
			at++;
	}
	for (size_t i = s->undefined; i < n; i++) {
		uint32_t h = gnu_hash(symbol_at(s, i)->name);
		bool last =
			i + 1 == n || gnu_hash(symbol_at(s, i + 1)->name) % buckets != h % buckets;

		put(s, (h & ~1u) | last, 4);
	}
}

static uint32_t
sysv_hash(const char *name)
{
	uint32_t h = 0;

	for (; *name; name++) {
		uint32_t g;

		h = (h << 4) + (unsigned char)*name;
		g = h & 0xf0000000;
		h = (h ^ g >> 24) & ~g;
	}
	return h;
}

static void
put_defs(struct stub *s)
{
	size_t n = s->lib->def_count;

	if (n == 0)
		return;
	tag(s, DT_VERDEF, align(s));
	tag(s, DT_VERDEFNUM, n);
	for (size_t i = 0; i < n; i++) {
		const struct replica_version *v = &s->lib->defs[i];

		put(s, 1, 2);
		put(s, v->base ? VER_FLG_BASE : 0, 2);
		put(s, v->index, 2);
		put(s, 1, 2);
		put(s, sysv_hash(v->name), 4);
		put(s, 20, 4);
		put(s, i + 1 < n ? 28 : 0, 4);
		put(s, string(s, v->name), 4);
		put(s, 0, 4);
	}
}

/* A record of its own for each: what stands together in the file may stand apart. */
static void
put_needs(struct stub *s)
{
	size_t n = s->lib->need_count;

	if (n == 0)
		return;
	tag(s, DT_VERNEED, align(s));
	tag(s, DT_VERNEEDNUM, n);
	for (size_t i = 0; i < n; i++) {
		const struct replica_version *v = &s->lib->needs[i];

		put(s, 1, 2);
		put(s, 1, 2);
		put(s, string(s, v->file), 4);
		put(s, 16, 4);
		put(s, i + 1 < n ? 32 : 0, 4);
		put(s, sysv_hash(v->name), 4);
		put(s, v->weak ? VER_FLG_WEAK : 0, 2);
		put(s, v->index | (v->hidden ? VERSYM_HIDDEN : 0), 2);
		put(s, string(s, v->name), 4);
		put(s, 0, 4);
	}
}

static void
put_reloc(struct stub *s, uint64_t symbol, uint32_t type)
{
	put(s, 0, s->word);
	if (s->word == 4) {
		put(s, symbol << 8 | (type & 0xff), 4);
	} else if (s->lib->machine == EM_MIPS) {
		put(s, symbol, 4);
		put(s, 0, 3);
		put(s, type, 1);
	} else {
		put(s, symbol << 32 | type, 8);
	}
}

/* Type 1 is a plain relocation on every machine. */
static void
put_relocs(struct stub *s)
{
	uint32_t copy, jump, irelative;
	uint64_t start = align(s), lazy;

	elf_reloc_types(s->lib->machine, &copy, &jump, &irelative);
	if (s->lib->irelative)
		put_reloc(s, 0, irelative);
	for (size_t i = 0; i < s->lib->symbol_count; i++) {
		uint8_t how = symbol_at(s, i)->relocs;

		if (how & ELF_REF_DATA)
			put_reloc(s, i + 1, 1);
		if (how & ELF_REF_COPY && copy)
			put_reloc(s, i + 1, copy);
	}
	lazy = s->out.len;
	if (lazy > start) {
		tag(s, DT_REL, start);
		tag(s, DT_RELSZ, lazy - start);
	}
	for (size_t i = 0; i < s->lib->symbol_count; i++)
		if (symbol_at(s, i)->relocs & ELF_REF_LAZY)
			put_reloc(s, i + 1, jump ? jump : 1);
	if (s->out.len == lazy)
		return;
	tag(s, DT_JMPREL, lazy);
	tag(s, DT_PLTRELSZ, s->out.len - lazy);
	tag(s, DT_PLTREL, DT_REL);
}

static void
put_texts(struct stub *s)
{
	const struct replica_library *lib = s->lib;

	for (size_t i = 0; i < lib->dep_count; i++)
		tag(s, lib->deps[i].tag, string(s, lib->deps[i].name));
	if (lib->soname)
		tag(s, DT_SONAME, string(s, lib->soname));
	if (lib->rpath)
		tag(s, DT_RPATH, string(s, lib->rpath));
	if (lib->runpath)
		tag(s, DT_RUNPATH, string(s, lib->runpath));
	if (lib->dt_flags)
		tag(s, DT_FLAGS, lib->dt_flags);
	if (lib->dt_flags_1)
		tag(s, DT_FLAGS_1, lib->dt_flags_1);
	if (lib->textrel_tag)
		tag(s, DT_TEXTREL, 0);
	if (lib->relr)
		tag(s, DT_RELR, 0);
}

static uint64_t
put_dynamic(struct stub *s)
{
	uint64_t strings = align(s), start;

	strbuf_addn(&s->out, s->strings.ptr, s->strings.len);
	tag(s, DT_STRTAB, strings);
	tag(s, DT_STRSZ, s->strings.len);
	tag(s, DT_NULL, 0);
	start = align(s);
	for (size_t i = 0; i < s->tag_count; i++)
		put(s, s->tags[i], s->word);
	return start;
}

static void
put_segment(struct stub *s, uint32_t type, uint32_t flags, uint64_t at, uint64_t size, uint64_t mem)
{
	uint64_t page = type == PT_LOAD ? PAGE : 1;

	put(s, type, 4);
	if (s->word == 8)
		put(s, flags, 4);
	put(s, at, s->word);
	put(s, at, s->word);
	put(s, at, s->word);
	put(s, size, s->word);
	put(s, mem, s->word);
	if (s->word == 4)
		put(s, flags, 4);
	put(s, page, s->word);
}

static void
put_header(struct stub *s, unsigned segments)
{
	const struct replica_library *lib = s->lib;
	bool wide = s->word == 8;

	strbuf_add(&s->out, "\177ELF");
	put(s, wide ? 2 : 1, 1);
	put(s, lib->big_endian ? 2 : 1, 1);
	put(s, 1, 1);
	put(s, lib->osabi, 1);
	put(s, lib->abi_version, 1);
	for (unsigned i = EI_PAD; i < EI_NIDENT; i++)
		put(s, 0, 1);
	put(s, ET_DYN, 2);
	put(s, lib->machine, 2);
	put(s, 1, 4);
	put(s, 0, s->word);
	put(s, wide ? 64 : 52, s->word);
	put(s, 0, s->word);
	put(s, lib->flags, 4);
	put(s, wide ? 64 : 52, 2);
	put(s, wide ? 56 : 32, 2);
	put(s, segments, 2);
	put(s, 0, 2);
	put(s, 0, 2);
	put(s, 0, 2);
}

/* Once with sizes that are not known yet, then again over the same place. */
static void
put_headers(struct stub *s, uint64_t interp, uint64_t dynamic, uint64_t end)
{
	const struct replica_library *lib = s->lib;
	size_t interp_len = lib->interp ? strlen(lib->interp) + 1 : 0;

	put_header(s, 2u + (lib->interp ? 1 : 0) + lib->has_stack + lib->empty_segment + lib->tls);
	put_segment(s, PT_LOAD, PF_R | PF_X, 0, end, end);
	put_segment(s, PT_DYNAMIC, PF_R, dynamic, end - dynamic, end - dynamic);
	if (lib->interp)
		put_segment(s, PT_INTERP, PF_R, interp, interp_len, interp_len);
	if (lib->has_stack)
		put_segment(
			s, PT_GNU_STACK, PF_R | PF_W | (lib->stack_executable ? PF_X : 0), 0, 0, 0);
	if (lib->tls)
		put_segment(s, PT_TLS, PF_R, 0, 0, 1);
	if (lib->empty_segment)
		put_segment(s, PT_LOAD, PF_R, (end / PAGE + 1) * PAGE, 0, 0);
}

struct str
replica_stub(struct arena *a, const struct replica_library *lib)
{
	struct stub s = { .lib = lib, .arena = a, .word = lib->bits / 8 };
	uint64_t interp, dynamic;
	struct strbuf body;
	size_t tags = lib->dep_count + 32;

	strbuf_init(&s.out, a);
	strbuf_init(&s.strings, a);
	strbuf_addc(&s.strings, '\0');
	s.tags = ARENA_ARRAY(a, tags * 2, uint64_t);
	put_headers(&s, 0, 0, 0);
	interp = s.out.len;
	if (lib->interp)
		strbuf_addn(&s.out, lib->interp, strlen(lib->interp) + 1);
	order_symbols(&s);
	put_symbols(&s);
	put_hash(&s);
	put_defs(&s);
	put_needs(&s);
	put_relocs(&s);
	put_texts(&s);
	dynamic = put_dynamic(&s);
	body = s.out;
	strbuf_init(&s.out, a);
	put_headers(&s, interp, dynamic, body.len);
	memcpy(body.ptr, s.out.ptr, s.out.len);
	return (struct str){ body.ptr, body.len };
}
