/* SPDX-License-Identifier: MIT */
/* Who signed the file: nobody, a linker, or somebody with a certificate. Nothing is verified. */
#include "linkcheck/read/macho_file.h"

/* xnu's kern/cs_blobs.h; all of it is big-endian. */
#define MAGIC_SUPERBLOB 0xfade0cc0u
#define MAGIC_DIRECTORY 0xfade0c02u
#define SLOT_DIRECTORY 0u
#define SLOT_CMS 0x10000u
#define FLAG_AD_HOC 2u
#define MAX_SLOTS 64
#define HEAD ((uint64_t)12 + 8 * MAX_SLOTS)

static bool
peek(struct macho_file *m, uint64_t at, uint64_t len, struct bytes *ret)
{
	struct error err;

	if (!input_window(m->img->input, m->signature.off + at, len, ret, &err))
		return false;
	ret->big_endian = true;
	return true;
}

/* A CMS blob of eight bytes is its header alone, which ad-hoc signatures have. */
static enum macho_signature
judge(struct macho_file *m, uint32_t directory, uint32_t cms)
{
	struct bytes b;

	if (!peek(m, directory, 16, &b) || bytes_u32(&b, 0) != MAGIC_DIRECTORY)
		return MACHO_SIGNATURE_BROKEN;
	if (bytes_u32(&b, 12) & FLAG_AD_HOC)
		return MACHO_AD_HOC;
	return cms && peek(m, cms, 8, &b) && bytes_u32(&b, 4) > 8 ? MACHO_SIGNED : MACHO_AD_HOC;
}

void
macho_read_signature(struct macho_file *m)
{
	uint64_t len = m->signature.len < HEAD ? m->signature.len : HEAD;
	uint32_t directory = 0, cms = 0, count;
	struct bytes b;

	if (m->facts.signature == MACHO_UNSIGNED)
		return;
	if (!macho_inside(m, m->signature, "code signature") || m->signature.len < 12 ||
		!peek(m, 0, len, &b) || bytes_u32(&b, 0) != MAGIC_SUPERBLOB)
		return;
	count = bytes_u32(&b, 8);
	for (uint64_t i = 0; i < count && bytes_has(&b, 12 + 8 * i, 8); i++) {
		if (bytes_u32(&b, 12 + 8 * i) == SLOT_DIRECTORY)
			directory = bytes_u32(&b, 16 + 8 * i);
		else if (bytes_u32(&b, 12 + 8 * i) == SLOT_CMS)
			cms = bytes_u32(&b, 16 + 8 * i);
	}
	if (directory)
		m->facts.signature = judge(m, directory, cms);
}
