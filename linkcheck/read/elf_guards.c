/* SPDX-License-Identifier: MIT */
/*
 * Do exported functions begin with the landing pads that -fcf-protection and -mbranch-protection
 * make? The linker drops the property that makes them work as soon as one object lacks it, and the
 * instructions stay. Only a few functions are looked at: a compiler makes all or none.
 */
#include "linkcheck/read/elf.h"

#define MOST_SEEN 4
#define MOST_TRIED 64

static bool
is_guard(const struct elf *e, struct bytes *code)
{
	static const unsigned char endbr64[] = { 0xf3, 0x0f, 0x1e, 0xfa };
	uint32_t word;

	if (e->img->machine == EM_X86_64)
		return bytes_equal(code, 0, endbr64, sizeof(endbr64));
	word = bytes_u32(code, 0);
	return word == 0xd503245f || word == 0xd50324df || /* bti c, bti jc */
	       word == 0xd503233f || word == 0xd503237f;   /* paciasp, pacibsp */
}

static bool
may_have(const struct image *img)
{
	if (img->machine == EM_X86_64 && img->bits == 64)
		return !(img->notes.x86_feature_1 & GNU_PROPERTY_X86_FEATURE_1_IBT);
	return img->machine == EM_AARCH64 && !img->big_endian &&
	       !(img->notes.aarch64_feature_1 & GNU_PROPERTY_AARCH64_FEATURE_1_BTI);
}

bool
elf_guards(struct elf *e, unsigned *ret_seen, unsigned *ret_guarded)
{
	unsigned tried = 0;

	*ret_seen = *ret_guarded = 0;
	if (!may_have(e->img) || !elf_symbols_ready(e))
		return false;
	for (uint64_t i = e->symbol_count;
		i-- > 1 && *ret_seen < MOST_SEEN && tried < MOST_TRIED;) {
		struct elf_symbol s = elf_symbol_at(e, &e->dynsym, i);
		uint64_t off, room;
		struct bytes code;

		if (s.section == SHN_UNDEF || s.type != STT_FUNC || s.size < 16)
			continue;
		tried++;
		if (!elf_locate(e, s.value, &off, &room) || room < 4 || !elf_peek(e, off, 4, &code))
			continue;
		(*ret_seen)++;
		*ret_guarded += is_guard(e, &code);
	}
	return *ret_seen > 0;
}
