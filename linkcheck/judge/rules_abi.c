/* SPDX-License-Identifier: MIT */
/* Is it a file for that machine, linked as promised, and started by that loader? */
#include <inttypes.h>
#include <string.h>

#include "linkcheck/judge/rules.h"
#include "linkcheck/judge/rules_pe.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/read/libc.h"

/* EI_OSABI values that name another system than the one promised. */
static bool
foreign_osabi(uint8_t osabi, uint8_t expected)
{
	static const uint8_t systems[] = { 1, ELFOSABI_NETBSD, ELFOSABI_GNU, ELFOSABI_SOLARIS,
		ELFOSABI_FREEBSD, ELFOSABI_OPENBSD };

	if (osabi == expected)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(systems); i++)
		if (osabi == systems[i])
			return true;
	return false;
}

/* The float bits of ARM are written into programs and libraries by GNU linkers only; a file
 * without them (an object, Go's own linker) makes no statement. */
static uint32_t
comparable_flags(const struct image *img, uint32_t mask)
{
	const uint32_t arm_float = EF_ARM_ABI_FLOAT_SOFT | EF_ARM_ABI_FLOAT_HARD;

	if (img->machine == EM_ARM && (img->flags & arm_float) == 0)
		return mask & ~arm_float;
	return mask;
}

static const char *
float_name(uint8_t abi)
{
	static const char *const names[] = { "unknown", "soft", "hard, single precision", "hard" };

	return abi < ARRAY_LEN(names) ? names[abi] : "unknown";
}

/* The float ABI the target stands for where e_flags do not hold it; 0 when they do. */
static uint8_t
expected_float(const struct target_row *row)
{
	if (row->elf.machine == EM_MIPS)
		return strstr(row->variant, "softfloat") || strstr(row->go_value, "softfloat") ? 1
											       : 3;
	if (row->elf.machine == EM_ARM && (row->elf.flags & EF_ARM_ABI_FLOAT_HARD))
		return 3;
	if (row->elf.machine == EM_ARM && (row->elf.flags & EF_ARM_ABI_FLOAT_SOFT))
		return 1;
	return 0;
}

/* Formats that name system and architecture themselves. */
static void
check_named(struct subject *s, struct findings *out)
{
	const struct image *img = s->image;
	const struct target_row *row = s->contract->target->row;

	if (strcmp(img->arch, row->arch) != 0)
		finding_add(
			out, s->rule, NULL, NULL, "it is for %s, not for %s", img->arch, row->arch);
	else if (!img->os || strcmp(img->os, row->os) != 0)
		finding_add(out, s->rule, NULL, NULL, "it is for %s, not for %s",
			img->os ? img->os : "the firmware", row->os);
}

static void
check_machine(struct subject *s, struct findings *out)
{
	const struct image *img = s->image;
	const struct target *target = s->contract->target;
	const struct target_elf *elf = &target->row->elf;
	uint32_t mask = comparable_flags(img, elf->flags_mask);
	uint8_t want = expected_float(target->row);

	if (img->machine != elf->machine)
		finding_add(out, s->rule, NULL, NULL, "it is for %s, not for %s",
			image_arch_name(s->arena, img), target->row->arch);
	else if (img->bits != elf->bits)
		finding_add(out, s->rule, NULL, NULL, "it is a %u-bit file, %s has %u bits",
			img->bits, target->name, elf->bits);
	else if (img->big_endian != elf->big_endian)
		finding_add(out, s->rule, NULL, NULL, "it is %s-endian, %s is not",
			img->big_endian ? "big" : "little", target->name);
	else if ((img->flags & mask) != (elf->flags & mask))
		finding_add(out, s->rule, NULL, NULL,
			"its ABI flags are 0x%" PRIx32 ", %s has 0x%" PRIx32 " (of 0x%" PRIx32 ")",
			img->flags & mask, target->name, elf->flags & mask, mask);
	else if (want != 0 && img->float_abi != 0 && img->float_abi != want)
		finding_add(out, s->rule, NULL, NULL, "its float ABI is %s, %s has %s",
			float_name(img->float_abi), target->name, float_name(want));
	if (foreign_osabi(img->osabi, elf->osabi))
		finding_add(out, s->rule, NULL, NULL,
			"its EI_OSABI is %u, which is another system's; %s has 0 or %u", img->osabi,
			target->name, elf->osabi);
}

enum verdict
check_abi(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct target *target = s->contract->target;
	size_t before = out->count;

	if (!target) {
		*ret_reason = "no target is promised";
		return VERDICT_SKIP;
	}
	if (target->row->format != s->image->format) {
		finding_add(out, s->rule, NULL, NULL, "it is %s, %s has %s",
			target_format_name(s->image->format), target->name,
			target_format_name(target->row->format));
		return VERDICT_FAIL;
	}
	if (s->image->arch)
		check_named(s, out);
	else
		check_machine(s, out);
	return rules_verdict(out, before);
}

static void
check_static_mode(struct subject *s, struct findings *out)
{
	const struct image *img = s->image;

	if (img->interpreter)
		finding_add(out, s->rule, img->interpreter, NULL,
			"it was to be %s, but names the loader %s",
			link_mode_name(s->contract->mode), img->interpreter);
	if (img->needed.count > 0)
		finding_add(out, s->rule, img->needed.items[0], NULL,
			"it was to be %s, but needs %zu librar%s, first %s",
			link_mode_name(s->contract->mode), img->needed.count,
			img->needed.count == 1 ? "y" : "ies", img->needed.items[0]);
	if (s->contract->mode == LINK_STATIC_PIE && img->type == IMAGE_EXECUTABLE)
		finding_add(out, s->rule, NULL, NULL,
			"it was to be static-pie, but has a fixed address");
}

enum verdict
check_mode(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image *img = s->image;
	size_t before = out->count;

	if (!s->contract->has_mode) {
		*ret_reason = "no link mode is promised";
		return VERDICT_SKIP;
	}
	if (img->debug_only) {
		*ret_reason = "it is debug information of another file";
		return VERDICT_SKIP;
	}
	if (!image_is_loadable(img)) {
		finding_add(out, s->rule, NULL, "link it, or leave it out of the audit",
			"it was to be a %s, but is %s %s",
			s->contract->mode == LINK_SHARED ? "shared library" : "program",
			img->type == IMAGE_RELOCATABLE ? "an" : "a", image_type_name(img));
		return VERDICT_FAIL;
	}
	if (rules_damaged(s, ret_reason))
		return VERDICT_UNKNOWN;
	if (s->contract->mode == LINK_SHARED) {
		if (img->type != IMAGE_SHARED)
			finding_add(out, s->rule, NULL, "link with -shared",
				"it was to be a shared library, but is a program");
	} else if (img->type == IMAGE_SHARED) {
		finding_add(out, s->rule, NULL, "link without -shared",
			"it was to be a program, but is a shared library");
	} else if (link_mode_is_static(s->contract->mode)) {
		if (img->pe)
			rules_check_static_pe(s, out);
		else
			check_static_mode(s, out);
	} else if (!img->interpreter && !img->pe) {
		finding_add(out, s->rule, NULL, "link without -static",
			"it was to be dynamic, but names no loader");
	}
	return rules_verdict(out, before);
}

/* A loader of the target table that belongs to other machines only. */
static bool
loader_of_other_machine(const struct image *img)
{
	bool other = false;

	for (size_t i = 0; i < target_row_count(); i++) {
		const struct target_row *row = target_row_at(i);

		for (size_t k = 0; k < ARRAY_LEN(row->abis) && row->abis[k].loader; k++) {
			if (strcmp(row->abis[k].loader, img->interpreter) != 0)
				continue;
			if (row->elf.machine == img->machine && row->elf.bits == img->bits)
				return false;
			other = true;
		}
	}
	return other;
}

static void
check_promised_loader(struct subject *s, struct findings *out, const char *loader)
{
	const char *got = s->image->interpreter;
	const char *fix = arena_printf(s->arena, "link with -Wl,--dynamic-linker=%s", loader);

	if (strcmp(got, loader) != 0)
		finding_add(out, s->rule, got, fix, "its loader is %s, the loader of %s is %s", got,
			s->contract->target->name, loader);
}

/* The kernel jumps to such a program's entry and nobody loads its libraries or relocates it
 * (Linux: fs/binfmt_elf.c load_elf_binary). A link mode that was promised is LC035's. */
static bool
lacks_loader(const struct subject *s)
{
	return image_is_program(s->image) && s->image->needed.count > 0 && !s->contract->has_mode;
}

static void
add_no_loader(struct subject *s, struct findings *out)
{
	const struct target *t = s->contract->target;
	const struct target_row *row = image_row(s->image);
	const struct target_abi *abi = t ? t->abi : row ? target_row_abi(row, s->libc.kind) : NULL;
	const char *fix =
		abi && *abi->loader
			? arena_printf(s->arena, "link with -Wl,--dynamic-linker=%s", abi->loader)
			: NULL;
	size_t n = s->image->needed.count;

	finding_add(out, s->rule, s->image->needed.items[0], fix,
		"it needs %zu librar%s, first %s, but names no loader: it cannot start", n,
		n == 1 ? "y" : "ies", s->image->needed.items[0]);
}

enum verdict
check_interpreter(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct target *t = s->contract->target;
	const struct image *img = s->image;
	size_t before = out->count;

	if (!img->interpreter) {
		*ret_reason = "it names no loader";
		if (!lacks_loader(s))
			return VERDICT_SKIP;
		if (rules_damaged(s, ret_reason))
			return VERDICT_UNKNOWN;
		add_no_loader(s, out);
		return VERDICT_FAIL;
	}
	if (t && t->abi && t->abi->loader && *t->abi->loader)
		check_promised_loader(s, out, t->abi->loader);
	else if (img->interpreter[0] != '/')
		finding_add(out, s->rule, img->interpreter, NULL,
			"its loader \"%s\" is looked up from the current directory",
			img->interpreter);
	else if (loader_of_other_machine(img))
		finding_add(out, s->rule, img->interpreter, NULL,
			"its loader %s is that of another machine, the file is for %s",
			img->interpreter, image_arch_name(s->arena, img));
	return rules_verdict(out, before);
}
