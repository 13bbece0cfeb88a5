/* SPDX-License-Identifier: MIT */
/*
 * What dyld is told to bind: the opcodes of LC_DYLD_INFO (mach-o/loader.h, BIND_OPCODE_*) or the table of imports of
 * LC_DYLD_CHAINED_FIXUPS (mach-o/fixup-chains.h). Only which symbols, not where to.
 */
#include <inttypes.h>

#include "base/caps.h"
#include "linkcheck/read/macho_file.h"

enum {
	DONE = 0x00,
	SET_ORDINAL_IMM = 0x10,
	SET_ORDINAL_ULEB = 0x20,
	SET_SPECIAL_IMM = 0x30,
	SET_SYMBOL = 0x40,
	SET_TYPE_IMM = 0x50,
	SET_ADDEND = 0x60,
	SET_SEGMENT = 0x70,
	ADD_ADDRESS = 0x80,
	DO_BIND = 0x90,
	DO_BIND_ADD_ADDRESS = 0xa0,
	DO_BIND_ADD_SCALED = 0xb0,
	DO_BIND_TIMES = 0xc0,
	THREADED = 0xd0,
};
#define FLAG_WEAK_IMPORT 1

#define IMPORT 1          /* DYLD_CHAINED_IMPORT */
#define IMPORT_ADDEND 2   /* ..._ADDEND */
#define IMPORT_ADDEND64 3 /* ..._ADDEND64 */

struct binder {
	struct macho_file *m;
	struct bytes b;
	uint64_t at;
	const char *what;
	const char *symbol; /* in place; NULL before the first */
	int64_t ordinal;
	bool weak, lazy;
	bool coalesced; /* the table of weak definitions: any library may have it */
};

uint64_t
macho_uleb(struct bytes *b, uint64_t *at)
{
	uint64_t value = 0;

	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = bytes_u8(b, *at);
		uint64_t part = byte & 0x7f;

		if (b->bad)
			return 0;
		(*at)++;
		if (shift >= 64 || (shift == 63 && part > 1)) {
			(void)bytes_u8(b, b->len); /* marks the window as bad */
			return 0;
		}
		value |= part << shift;
		if (!(byte & 0x80))
			return value;
	}
}

static void
pass_sleb(struct binder *d)
{
	while (bytes_u8(&d->b, d->at++) & 0x80)
		;
}

static void
set_symbol(struct binder *d, uint8_t flags)
{
	struct str name = bytes_cstr(&d->b, d->at, CAP_NAME);

	d->symbol = name.ptr;
	d->at += name.len + 1;
	d->weak = (flags & FLAG_WEAK_IMPORT) != 0;
}

/* Definitions that any library may replace need nobody: the regular table says who has to have them. */
static void
bind(struct binder *d)
{
	bool now = (d->m->facts.flags & MH_BINDATLOAD) != 0;

	if (!d->symbol)
		image_defect(d->m->img, "%s binds before it names a symbol", d->what);
	else if (d->coalesced)
		macho_add_import(d->m, d->symbol, MACHO_WEAK_LOOKUP, true, BIND_START);
	else
		macho_add_import(d->m, d->symbol, d->ordinal, d->weak,
			d->lazy && !now ? BIND_LAZY : BIND_START);
}

/* False at the end. */
static bool
step(struct binder *d)
{
	uint8_t byte = bytes_u8(&d->b, d->at++), imm = byte & 0xf;

	switch (byte & 0xf0) {
	case DONE: /* each lazy entry ends in one */
		return d->lazy;
	case SET_ORDINAL_IMM:
		d->ordinal = imm;
		break;
	case SET_ORDINAL_ULEB:
		d->ordinal = (int64_t)(macho_uleb(&d->b, &d->at) & INT32_MAX);
		break;
	case SET_SPECIAL_IMM:
		d->ordinal = imm ? (int64_t)imm - 16 : 0;
		break;
	case SET_SYMBOL:
		set_symbol(d, imm);
		break;
	case SET_TYPE_IMM:
		break;
	case SET_ADDEND:
		pass_sleb(d);
		break;
	case SET_SEGMENT:
	case ADD_ADDRESS:
		(void)macho_uleb(&d->b, &d->at);
		break;
	case DO_BIND:
	case DO_BIND_ADD_SCALED:
		bind(d);
		break;
	case DO_BIND_ADD_ADDRESS:
		bind(d);
		(void)macho_uleb(&d->b, &d->at);
		break;
	case DO_BIND_TIMES:
		bind(d);
		(void)macho_uleb(&d->b, &d->at);
		(void)macho_uleb(&d->b, &d->at);
		break;
	case THREADED: /* 0: how many binds follow; 1: apply, without operands */
		if (imm == 0)
			(void)macho_uleb(&d->b, &d->at);
		break;
	default:
		image_unsimulated(d->m->img, "%s has an opcode 0x%02x", d->what, byte);
		return false;
	}
	return true;
}

static void
read_opcodes(struct macho_file *m, struct macho_part part, const char *what, bool lazy, bool weak)
{
	struct binder d = { .m = m, .what = what, .lazy = lazy, .coalesced = weak };

	if (part.len == 0 || !image_window(m->img, part.off, part.len, what, &d.b))
		return;
	while (d.at < d.b.len && step(&d) && !d.b.bad)
		;
	if (d.b.bad)
		image_defect(
			m->img, "%s end in the middle, at offset 0x%" PRIx64, what, d.b.bad_at);
}

struct chained {
	uint32_t imports, symbols, count, format, symbols_format;
};

static uint64_t
import_size(uint32_t format)
{
	return format == IMPORT ? 4 : format == IMPORT_ADDEND ? 8 : 16;
}

/* The ordinal is signed where it is near its end: -1 and below stand for special look-ups. */
static int64_t
signed_ordinal(uint64_t value, uint64_t special, int64_t size)
{
	return value > special ? (int64_t)value - size : (int64_t)value;
}

static void
read_chained_import(struct macho_file *m, const struct chained *c, struct bytes *table,
	struct bytes *names, uint32_t i)
{
	bool wide = c->format == IMPORT_ADDEND64, weak;
	uint64_t at = i * import_size(c->format);
	uint64_t v = wide ? bytes_u64(table, at) : bytes_u32(table, at), off;
	struct bytes all = *names;
	struct str name;
	int64_t ordinal;

	if (wide) {
		ordinal = signed_ordinal(v & 0xffff, 0xfff0, 0x10000);
		weak = (v >> 16 & 1) != 0;
		off = v >> 32;
	} else {
		ordinal = signed_ordinal(v & 0xff, 0xf0, 0x100);
		weak = (v >> 8 & 1) != 0;
		off = v >> 9;
	}
	name = bytes_cstr(&all, off, CAP_NAME);
	if (all.bad)
		image_defect(m->img,
			"chained fixups: the name of import %" PRIu32
			" is outside the table of names",
			i);
	else
		macho_add_import(m, name.ptr, ordinal, weak, BIND_START);
}

static bool
is_known_format(struct macho_file *m, const struct chained *c)
{
	if (c->symbols_format != 0)
		image_unsimulated(m->img, "the names of its chained fixups are compressed");
	else if (c->format < IMPORT || c->format > IMPORT_ADDEND64)
		image_unsimulated(
			m->img, "chained fixups have imports of format %" PRIu32, c->format);
	else
		return true;
	return false;
}

static void
read_chained(struct macho_file *m)
{
	struct bytes b, table, names;
	struct chained c;
	uint64_t size;

	if (!image_window(m->img, m->chained.off, m->chained.len, "chained fixups", &b))
		return;
	c = (struct chained){ bytes_u32(&b, 8), bytes_u32(&b, 12), bytes_u32(&b, 16),
		bytes_u32(&b, 20), bytes_u32(&b, 24) };
	if (b.bad) {
		image_defect(m->img, "chained fixups: %" PRIu64 " bytes are too few", b.len);
		return;
	}
	if (bytes_u32(&b, 0) != 0) {
		image_unsimulated(m->img, "chained fixups of version %" PRIu32, bytes_u32(&b, 0));
		return;
	}
	if (c.count == 0 || !is_known_format(m, &c))
		return;
	size = c.count * import_size(c.format);
	if (!bytes_has(&b, c.imports, size) || c.symbols > b.len) {
		image_defect(
			m->img, "chained fixups: %" PRIu32 " imports lie outside of them", c.count);
		return;
	}
	table = bytes_slice(&b, c.imports, size);
	names = bytes_slice(&b, c.symbols, b.len - c.symbols);
	for (uint32_t i = 0; i < c.count; i++)
		read_chained_import(m, &c, &table, &names, i);
}

void
macho_bind_imports(struct macho_file *m)
{
	if (m->facts.chained)
		read_chained(m);
	read_opcodes(m, m->bind, "bind opcodes", false, false);
	read_opcodes(m, m->lazy_bind, "lazy bind opcodes", true, false);
	read_opcodes(m, m->weak_bind, "weak bind opcodes", false, true);
}
