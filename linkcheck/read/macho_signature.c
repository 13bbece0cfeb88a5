/* SPDX-License-Identifier: MIT */
/*
 * Who signed the file: nobody, a linker, or somebody with a certificate; and whether the header is still
 * the one that was signed, which no tool that edits load commands leaves alone. Nothing else is verified.
 */
#include <string.h>

#include "base/digest.h"
#include "linkcheck/read/macho_file.h"

/* xnu's kern/cs_blobs.h; all of it is big-endian. */
#define MAGIC_SUPERBLOB 0xfade0cc0u
#define MAGIC_DIRECTORY 0xfade0c02u
#define SLOT_DIRECTORY 0u
#define SLOT_CMS 0x10000u
#define FLAG_AD_HOC 2u
#define MAX_SLOTS ((uint64_t)64)
#define HASH_SHA256 2
#define SHA256_BYTES 32
#define MAX_PAGE_BITS 16
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

/* CS_CodeDirectory: is the first page another than its hash says? Only told where it is sure. */
static bool
is_stale(struct macho_file *m, uint32_t directory)
{
	struct bytes d, page, hash;
	char got[DIGEST_HEX], want[DIGEST_HEX];
	uint64_t len, limit;
	struct error err;

	if (!peek(m, directory, 40, &d) || bytes_u8(&d, 37) != HASH_SHA256 ||
		bytes_u8(&d, 36) != SHA256_BYTES || bytes_u32(&d, 28) == 0)
		return false;
	limit = bytes_u32(&d, 32);
	if (bytes_u8(&d, 39) == 0 || bytes_u8(&d, 39) > MAX_PAGE_BITS)
		return false;
	len = (uint64_t)1 << bytes_u8(&d, 39);
	if (len > limit)
		len = limit;
	if (!peek(m, (uint64_t)directory + bytes_u32(&d, 16), SHA256_BYTES, &hash) ||
		!input_window(m->img->input, 0, len, &page, &err) ||
		!digest_bytes(page.ptr, (size_t)len, got, &err))
		return false;
	for (uint64_t i = 0; i < SHA256_BYTES; i++) {
		static const char digits[] = "0123456789abcdef";
		uint8_t byte = bytes_u8(&hash, i);

		want[2 * i] = digits[byte >> 4];
		want[2 * i + 1] = digits[byte & 15];
	}
	return memcmp(got, want, 2 * (size_t)SHA256_BYTES) != 0;
}

/* A CMS blob of eight bytes is its header alone, which ad-hoc signatures have. */
static enum macho_signature
judge(struct macho_file *m, uint32_t directory, uint32_t cms)
{
	struct bytes b;

	if (!peek(m, directory, 16, &b) || bytes_u32(&b, 0) != MAGIC_DIRECTORY)
		return MACHO_SIGNATURE_BROKEN;
	if (is_stale(m, directory))
		return MACHO_SIGNATURE_STALE;
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
