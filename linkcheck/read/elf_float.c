/* SPDX-License-Identifier: MIT */
/*
 * The float ABI where e_flags alone do not tell it, and the processor of ARM code: MIPS ABI flags and
 * ARM build attributes. Values: image.h, float_abi and arm_cpu_arch.
 */
#include "linkcheck/read/elf.h"

enum { FLOAT_UNKNOWN, FLOAT_SOFT, FLOAT_SINGLE, FLOAT_DOUBLE };

#define MAX_ATTRIBUTES ((uint64_t)64 << 10)
#define TAG_FILE 1
#define TAG_CPU_RAW_NAME 4
#define TAG_CPU_NAME 5
#define TAG_CPU_ARCH 6
#define TAG_COMPATIBILITY 32
#define TAG_ABI_VFP_ARGS 28

/* MIPS, Elf_ABIFlags_v0: fp_abi is the byte at 7 (Val_GNU_MIPS_ABI_FP_*). */
static uint8_t
mips_float(struct elf *e)
{
	static const uint8_t kinds[] = { FLOAT_UNKNOWN, FLOAT_DOUBLE, FLOAT_SINGLE, FLOAT_SOFT,
		FLOAT_DOUBLE, FLOAT_DOUBLE, FLOAT_DOUBLE, FLOAT_DOUBLE };

	for (size_t i = 0; i < e->img->segment_count; i++) {
		const struct image_segment *s = &e->img->segments[i];
		struct bytes b;
		uint8_t fp;

		if (s->type != PT_MIPS_ABIFLAGS || s->filesz < 24 ||
			!elf_peek(e, s->offset, 24, &b))
			continue;
		fp = bytes_u8(&b, 7);
		return fp < ARRAY_LEN(kinds) ? kinds[fp] : FLOAT_UNKNOWN;
	}
	return FLOAT_UNKNOWN;
}

static uint64_t
uleb(struct bytes *b, uint64_t *at)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = bytes_u8(b, (*at)++);

		value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80) || b->bad)
			break;
	}
	return value;
}

/*
 * IHI 0045 "Addenda to the ABI for the Arm Architecture", 2.2: even tags hold a number, odd ones above 32 a text. Without
 * the tag arguments go in core registers (0); 3 means that no function passes floats.
 */
static uint8_t
arm_file_attributes(struct bytes *b, uint8_t *ret_cpu)
{
	uint8_t abi = FLOAT_SOFT;
	uint64_t at = 0;

	while (at < b->len && !b->bad) {
		uint64_t tag = uleb(b, &at), value = 0;

		if (tag == TAG_COMPATIBILITY)
			value = uleb(b, &at);
		if (tag == TAG_CPU_RAW_NAME || tag == TAG_CPU_NAME || tag == TAG_COMPATIBILITY ||
			(tag > 32 && (tag & 1)))
			at += bytes_cstr(b, at, b->len).len + 1;
		else
			value = uleb(b, &at);
		if (b->bad)
			break;
		if (tag == TAG_CPU_ARCH)
			*ret_cpu = value < UINT8_MAX ? (uint8_t)value : 0;
		if (tag == TAG_ABI_VFP_ARGS)
			abi = value == 0 ? FLOAT_SOFT : value == 1 ? FLOAT_DOUBLE : FLOAT_UNKNOWN;
	}
	return b->bad ? FLOAT_UNKNOWN : abi;
}

static uint8_t
arm_attributes(struct elf *e)
{
	uint64_t off, len, at, sub;
	struct bytes b, part;

	if (!elf_section_by_type(e, SHT_ARM_ATTRIBUTES, &off, &len, NULL) || len > MAX_ATTRIBUTES ||
		!elf_peek(e, off, len, &b) || bytes_u8(&b, 0) != 'A')
		return FLOAT_UNKNOWN;
	/* 'A', then: u32 length, "aeabi", then: tag, u32 length (both included), attributes. */
	at = 5 + bytes_cstr(&b, 5, 16).len + 1;
	if (b.bad || bytes_u8(&b, at) != TAG_FILE)
		return FLOAT_UNKNOWN;
	sub = bytes_u32(&b, at + 1);
	if (sub < 5)
		return FLOAT_UNKNOWN;
	part = bytes_slice(&b, at + 5, sub - 5);
	return b.bad ? FLOAT_UNKNOWN : arm_file_attributes(&part, &e->img->arm_cpu_arch);
}

/* The header's word counts where it has one. */
static uint8_t
arm_float(struct elf *e)
{
	uint8_t abi = arm_attributes(e);

	if (e->img->flags & EF_ARM_ABI_FLOAT_HARD)
		return FLOAT_DOUBLE;
	return e->img->flags & EF_ARM_ABI_FLOAT_SOFT ? FLOAT_SOFT : abi;
}

void
elf_read_float_abi(struct elf *e)
{
	static const uint8_t riscv[] = { FLOAT_SOFT, FLOAT_SINGLE, FLOAT_DOUBLE, FLOAT_DOUBLE };
	struct image *img = e->img;

	if (img->machine == EM_MIPS)
		img->float_abi = mips_float(e);
	else if (img->machine == EM_ARM)
		img->float_abi = arm_float(e);
	else if (img->machine == EM_RISCV)
		img->float_abi = riscv[(img->flags & EF_RISCV_FLOAT_ABI) >> 1];
}
