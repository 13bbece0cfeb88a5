/* SPDX-License-Identifier: MIT */
/* The smaller data directories: relocations, TLS, load configuration, debug, CLR, certificates. */
#include <inttypes.h>

#include "base/caps.h"
#include "linkcheck/read/pe_file.h"

#define DEBUG_ENTRY 28
#define DEBUG_ENTRIES 64
#define DEBUG_CODEVIEW 2
#define CODEVIEW_HEADER 24 /* "RSDS", GUID, age */
#define CLR_IL_ONLY 1

/* The load configuration grew with each Windows: its first word says how much of it is there. */
struct load_config {
	unsigned cookie, seh_table, seh_count, guard_flags, hybrid;
};

static const struct load_config layouts[] = {
	{ 60, 64, 68, 88, 132 }, /* PE32 */
	{ 88, 96, 104, 144, 200 },
};

static void
read_load_config(struct pe_file *p)
{
	const struct pe_range *dir = &p->dirs[PE_DIR_LOAD_CONFIG];
	const struct load_config *at = &layouts[p->facts.plus];
	struct pe *f = &p->facts;
	uint64_t off, room;
	struct bytes b;
	uint32_t size;

	if (dir->rva == 0 || !pe_locate(p, dir->rva, &off, &room) || room < 4 ||
		!pe_peek_file(p, off, 4, &b))
		return;
	/* Windows XP wanted the directory's size to be 64, whatever is there. */
	size = bytes_u32(&b, 0);
	if (size < 4 || size > room || size > 4096 || !pe_peek_file(p, off, size, &b))
		return;
	f->has_load_config = true;
	if (size >= at->cookie + p->word)
		f->has_cookie = bytes_word(&b, at->cookie, p->word) != 0;
	if (size >= at->seh_count + p->word)
		f->safe_seh = !f->plus && bytes_word(&b, at->seh_table, p->word) != 0;
	if (size >= at->guard_flags + 4)
		f->guard_flags = bytes_u32(&b, at->guard_flags);
	if (size >= at->hybrid + p->word)
		f->hybrid = bytes_word(&b, at->hybrid, p->word) != 0;
}

static void
read_codeview(struct pe_file *p, uint64_t off, uint64_t size)
{
	struct bytes b, id;
	struct str path;

	if (size <= CODEVIEW_HEADER || size > CODEVIEW_HEADER + CAP_PATH ||
		!pe_peek_file(p, off, size, &b) || !bytes_equal(&b, 0, "RSDS", 4))
		return;
	id = b;
	id.big_endian = true; /* the GUID's last 8 bytes are no numbers */
	p->facts.debug_id = arena_printf(p->arena, "%08X%04X%04X%08X%08X%X", bytes_u32(&b, 4),
		bytes_u16(&b, 8), bytes_u16(&b, 10), bytes_u32(&id, 12), bytes_u32(&id, 16),
		bytes_u32(&b, 20));
	path = bytes_cstr(&b, CODEVIEW_HEADER, size - CODEVIEW_HEADER);
	if (!b.bad && path.len > 0)
		p->facts.pdb = str_dup(p->arena, path);
}

static void
read_debug(struct pe_file *p)
{
	const struct pe_range *dir = &p->dirs[PE_DIR_DEBUG];
	struct bytes b;

	if (dir->rva == 0)
		return;
	for (uint32_t i = 0; i < dir->size / DEBUG_ENTRY && i < DEBUG_ENTRIES; i++) {
		if (!pe_peek(p, dir->rva + (uint64_t)i * DEBUG_ENTRY, DEBUG_ENTRY, &b)) {
			image_defect(p->img, "debug directory: no entry at address 0x%" PRIx64,
				dir->rva + (uint64_t)i * DEBUG_ENTRY);
			return;
		}
		if (bytes_u32(&b, 12) == DEBUG_CODEVIEW)
			read_codeview(p, bytes_u32(&b, 24), bytes_u32(&b, 16));
	}
}

static void
read_clr(struct pe_file *p)
{
	const struct pe_range *dir = &p->dirs[PE_DIR_CLR];
	struct bytes b;

	if (dir->rva == 0 || dir->size == 0)
		return;
	p->facts.managed = true;
	if (pe_peek(p, dir->rva, 20, &b))
		p->facts.il_only = (bytes_u32(&b, 16) & CLR_IL_ONLY) != 0;
	image_unsimulated(p->img, "it is a .NET assembly: what it loads is decided by the runtime");
}

/* The only directory whose address is an offset in the file. */
static void
read_certificate(struct pe_file *p)
{
	const struct pe_range *dir = &p->dirs[PE_DIR_CERTIFICATE];
	uint64_t size = p->img->input->size;

	if (dir->rva == 0 || dir->size == 0)
		return;
	if (dir->rva > size || dir->size > size - dir->rva)
		image_defect(p->img, "its certificates lie outside the file");
	else
		p->facts.has_certificate = true;
}

void
pe_read_directories(struct pe_file *p)
{
	struct pe *f = &p->facts;

	/* Without the flag an empty directory means that nothing has to be changed: lld's way. */
	f->relocatable = !(f->characteristics & PE_RELOCS_STRIPPED);
	f->tls = p->dirs[PE_DIR_TLS].rva != 0;
	read_load_config(p);
	read_debug(p);
	read_clr(p);
	read_certificate(p);
}
