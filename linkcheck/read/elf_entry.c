/* SPDX-License-Identifier: MIT */
/*
 * The first instructions of a program, which come from the libc's crt1.o and survive strip. musl's
 * are the _start of its arch/ARCH/crt_arch.h; each pattern below was read from Debian's musl-dev.
 */
#include "linkcheck/read/elf.h"

#define MAX_PATTERN 64

struct pattern {
	uint16_t machine;
	uint8_t bits;
	uint8_t unit;    /* bytes that a big-endian file has the other way round */
	const char *hex; /* little-endian; '?' is any half byte */
};

static const struct pattern musl[] = {
	/* xor %rbp,%rbp; mov %rsp,%rdi; lea _DYNAMIC(%rip),%rsi; and $-16,%rsp; call */
	{ EM_X86_64, 64, 1, "4831ed 4889e7 488d35???????? 4883e4f0 e8" },
	/* xor %ebp,%ebp; mov %esp,%eax; and $-16,%esp; push %eax; push %eax; call 1f; addl; push; call */
	{ EM_386, 32, 1, "31ed 89e0 83e4f0 50 50 e800000000 810424???????? 50 e8" },
	/* mov x29,#0; mov x30,#0; mov x0,sp; adrp x1; add x1,x1 (or nop; adr); and sp,x0,#-16 */
	{ EM_AARCH64, 64, 4, "1d0080d2 1e0080d2 e0030091 ???????? ???????? 1fec7c92" },
	/* mov fp,#0; mov lr,#0; ldr a2,1f; add a2,pc,a2; mov a1,sp; and ip,a1,#-16; mov sp,ip */
	{ EM_ARM, 32, 4, "00b0a0e3 00e0a0e3 ??1?9fe5 01108fe0 0d00a0e1 0fc0c0e3 0cd0a0e1" },
	/* the same in Thumb-2 */
	{ EM_ARM, 32, 2, "4ff0000b 4ff0000e ??49 7944 6846 20f00f0c e546" },
	/* bal 1f; move $fp,$0; .gpword x3; 1: lw $gp,0($ra); subu $gp,$ra,$gp; move $a0,$sp */
	{ EM_MIPS, 32, 4,
		"0?001104 25f00000 ???????? ???????? ???????? 0000fc8f 23e0fc03 2520a003" },
	{ EM_MIPS, 32, 4, "0?001104 25f00000 ???????? ???????? 0000fc8f 23e0fc03 2520a003" },
	{ EM_MIPS, 64, 4,
		"0?001104 25f00000 ???????? ???????? ???????? ???????? ???????? ???????? "
		"0000fcdf 2fe0fc03 2520a003" },
	/* lwz/addi with the TOC first: addis r2; addi r2; lwz r4,40(r12); add; mr r3,r1; clrrdi */
	{ EM_PPC64, 64, 4, "???????? ????4238 ????8c80 1462847c 780b237c e4062178 00000038" },
	/* lgr %r2,%r15; larl %r3; agf %r3; aghi %r15,-160; lghi %r0,0; stg %r0,0(%r15) */
	{ EM_S390, 64, 1, "b904002f c030???????? e33030000018 a7fbff60 a7090000 e300f0000024" },
	/* auipc gp; addi gp; mv a0,sp; auipc a1; addi a1; andi sp,sp,-16 */
	{ EM_RISCV, 64, 2, "97?1???? 9381???? 0a85 97?5???? 9385???? 137101ff" },
};

static int
nibble(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* The i-th byte of the pattern's text into value and mask; false at its end. */
static bool
next_byte(const char **text, uint8_t *ret_value, uint8_t *ret_mask)
{
	uint8_t value = 0, mask = 0;

	while (**text == ' ')
		(*text)++;
	if (**text == '\0')
		return false;
	for (int i = 0; i < 2; i++) {
		char c = *(*text)++;

		value = (uint8_t)(value << 4 | (c == '?' ? 0 : nibble(c)));
		mask = (uint8_t)(mask << 4 | (c == '?' ? 0 : 15));
	}
	*ret_value = value;
	*ret_mask = mask;
	return true;
}

static bool
matches(const struct pattern *p, struct bytes *code)
{
	const char *text = p->hex;
	uint8_t value, mask;

	for (uint64_t i = 0; next_byte(&text, &value, &mask); i++) {
		/* Unit sizes are powers of two: the mirrored place inside its unit. */
		uint64_t at = code->big_endian ? i ^ (p->unit - 1u) : i;

		if ((bytes_u8(code, at) & mask) != value)
			return false;
	}
	return !code->bad;
}

bool
elf_entry_is_musl(struct elf *e)
{
	const struct image *img = e->img;
	uint64_t entry = img->entry, off, room;
	struct bytes code;

	if (img->machine == EM_ARM)
		entry &= ~(uint64_t)1; /* bit 0: Thumb */
	if (entry == 0 || !elf_locate(e, entry, &off, &room) ||
		!elf_peek(e, off, room < MAX_PATTERN ? room : MAX_PATTERN, &code))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(musl); i++) {
		struct bytes copy = code;

		if (musl[i].machine == img->machine && musl[i].bits == img->bits &&
			matches(&musl[i], &copy))
			return true;
	}
	return false;
}
