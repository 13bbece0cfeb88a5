/* SPDX-License-Identifier: MIT */
/* The neutral picture of a binary: which reader serves which format, and names for its facts. */
#include "linkcheck/read/image.h"

#include <string.h>

#include "base/str.h"
#include "linkcheck/read/elf.h"

/* Machines that are no target of ours but that a file may be for. */
static const struct {
	uint16_t machine;
	const char *name;
} other_machines[] = {
	{ EM_SPARC, "sparc" },
	{ EM_386, "386" },
	{ EM_68K, "m68k" },
	{ EM_PARISC, "hppa" },
	{ EM_SPARC32PLUS, "sparc" },
	{ EM_PPC, "ppc" },
	{ EM_S390, "s390" },
	{ EM_SH, "sh4" },
	{ EM_SPARCV9, "sparc64" },
	{ EM_IA_64, "ia64" },
	{ EM_X86_64, "x32" },
	{ EM_AARCH64, "arm64ilp32" },
	{ EM_RISCV, "riscv32" },
	{ EM_BPF, "bpf" },
	{ EM_ALPHA, "alpha" },
};

bool
image_is_supported(const struct input *in)
{
	return elf_is(in);
}

bool
image_open(struct image *ret, struct arena *a, struct input *in, struct error *err)
{
	struct image *img = ret;

	if (!elf_is(in)) {
		error_set(err, ERROR_FORMAT, "%s is not an ELF file", in->name);
		return error_hint(err, "only ELF programs, libraries and objects can be examined");
	}
	*img = (struct image){ .path = in->name, .input = in, .arena = a };
	strvec_init(&img->defects, a);
	strvec_init(&img->unsimulated, a);
	return elf_open(img, err);
}

bool
image_imports(
	struct image *img, const struct image_import **ret, size_t *ret_count, struct error *err)
{
	struct elf *e = img->reader;

	if (!elf_imports(e, err))
		return false;
	*ret = e->imports;
	*ret_count = e->import_count;
	return true;
}

bool
image_exports(
	struct image *img, const struct image_export **ret, size_t *ret_count, struct error *err)
{
	struct elf *e = img->reader;

	if (!elf_exports(e, err))
		return false;
	*ret = e->exports;
	*ret_count = e->export_count;
	return true;
}

bool
image_export_find(struct image *img, const char *name, size_t i, struct image_export *ret)
{
	return elf_export_find(img->reader, name, i, ret);
}

bool
image_version_users(struct image *img, const bool *wanted, size_t limit, image_user *visit,
	void *ctx, struct error *err)
{
	return elf_version_users(img->reader, wanted, limit, visit, ctx, err);
}

bool
image_static_libc(struct image *img, struct image_static_libc *ret, struct error *err)
{
	*ret = (struct image_static_libc){ .libc = LIBC_UNKNOWN };
	return elf_static_libc(img->reader, ret, err);
}

bool
image_go(struct image *img, struct image_go *ret, struct error *err)
{
	return go_build_info(img->reader, ret, err);
}

bool
image_section(struct image *img, const char *name, struct bytes *ret)
{
	uint64_t off, len;

	return elf_section(img->reader, name, &off, &len) &&
	       elf_window(img->reader, off, len, name, ret);
}

const char *
image_type_name(const struct image *img)
{
	static const char *const names[] = {
		[IMAGE_RELOCATABLE] = "object",
		[IMAGE_EXECUTABLE] = "program",
		[IMAGE_PIE] = "PIE",
		[IMAGE_SHARED] = "library",
		[IMAGE_CORE] = "core dump",
		[IMAGE_OTHER] = "other",
	};

	return img->debug_only ? "debug information" : names[img->type];
}

bool
image_is_program(const struct image *img)
{
	return img->type == IMAGE_EXECUTABLE || img->type == IMAGE_PIE;
}

bool
image_is_loadable(const struct image *img)
{
	return image_is_program(img) || img->type == IMAGE_SHARED;
}

const struct target_row *
image_row(const struct image *img)
{
	const struct target_row *best = NULL;

	for (size_t i = 0; i < target_row_count(); i++) {
		const struct target_row *row = target_row_at(i);

		if (row->format != FORMAT_ELF || row->elf.machine != img->machine ||
			row->elf.bits != img->bits || row->elf.big_endian != img->big_endian)
			continue;
		if ((img->flags & row->elf.flags_mask) == row->elf.flags &&
			strcmp(row->os, "linux") == 0 && (!best || row->implied))
			best = row;
	}
	return best;
}

const char *
image_arch_name(struct arena *a, const struct image *img)
{
	for (size_t i = 0; i < target_row_count(); i++) {
		const struct target_row *row = target_row_at(i);

		if (row->format == FORMAT_ELF && row->elf.machine == img->machine &&
			row->elf.bits == img->bits && row->elf.big_endian == img->big_endian)
			return row->arch;
	}
	for (size_t i = 0; i < ARRAY_LEN(other_machines); i++)
		if (other_machines[i].machine == img->machine)
			return other_machines[i].name;
	return arena_printf(a, "machine 0x%04x", img->machine);
}
