/* SPDX-License-Identifier: MIT */
/* The neutral picture of a binary: which reader serves which format, and names for its facts. */
#include "linkcheck/read/image.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/str.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/read/reader.h"

#define MAX_REMARKS 32

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

static const struct image_reader *const readers[] = { &elf_reader, &macho_reader, &pe_reader };

static const struct image_reader *
find_reader(const struct input *in)
{
	for (size_t i = 0; i < ARRAY_LEN(readers); i++)
		if (readers[i]->is(in))
			return readers[i];
	return NULL;
}

bool
image_is_supported(const struct input *in)
{
	return find_reader(in) != NULL;
}

static const struct target_row *
find_row(const struct image *img)
{
	const struct target_row *best = NULL;

	if (img->format != FORMAT_ELF)
		return img->os && img->arch ? target_row_find(img->os, img->arch, NULL) : NULL;
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

bool
image_open(struct image *ret, struct arena *a, struct input *in, struct error *err)
{
	const struct image_reader *reader = find_reader(in);
	struct image *img = ret;

	if (!reader) {
		error_set(err, ERROR_FORMAT, "%s is not a binary of a known format", in->name);
		return error_hint(err,
			"programs, libraries and objects in ELF, Mach-O and PE can be examined");
	}
	*img = (struct image){ .path = in->name, .input = in, .arena = a, .ops = reader };
	img->format = reader->format;
	strvec_init(&img->defects, a);
	strvec_init(&img->unsimulated, a);
	if (!reader->open(img, err))
		return false;
	img->row = find_row(img);
	return true;
}

static void add_remark(struct strvec *list, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

static void
add_remark(struct strvec *list, const char *fmt, va_list ap)
{
	struct arena_mark mark = arena_mark(list->arena);
	const char *text;

	if (list->count >= MAX_REMARKS)
		return;
	text = arena_vprintf(list->arena, fmt, ap);
	if (strvec_has(list, text)) {
		arena_reset(list->arena, mark);
		return;
	}
	strvec_push(list, text);
	if (list->count == MAX_REMARKS)
		list->items[MAX_REMARKS - 1] = "more is wrong with it; this list was cut";
}

void
image_defect(struct image *img, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_remark(&img->defects, fmt, ap);
	va_end(ap);
}

void
image_unsimulated(struct image *img, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_remark(&img->unsimulated, fmt, ap);
	va_end(ap);
}

bool
image_window(struct image *img, uint64_t off, uint64_t len, const char *what, struct bytes *ret)
{
	struct input *in = img->input;
	struct error err;
	struct bytes got;

	error_clear(&err);
	if (!input_window(in, off, len, &got, &err)) {
		if (off > in->size || len > in->size - off)
			image_defect(img,
				"%s: %" PRIu64 " bytes at offset 0x%" PRIx64
				" lie outside the file of %" PRIu64 " bytes",
				what, len, off, in->size);
		else
			image_defect(img, "%s: %s", what, err.what);
		return false;
	}
	got.big_endian = img->big_endian;
	*ret = got;
	return true;
}

bool
image_imports(
	struct image *img, const struct image_import **ret, size_t *ret_count, struct error *err)
{
	return img->ops->imports(img, ret, ret_count, err);
}

bool
image_exports(
	struct image *img, const struct image_export **ret, size_t *ret_count, struct error *err)
{
	return img->ops->exports(img, ret, ret_count, err);
}

bool
image_export_find(struct image *img, const char *name, size_t i, struct image_export *ret)
{
	return img->ops->export_find(img, name, i, ret);
}

bool
image_version_users(struct image *img, const bool *wanted, size_t limit, image_user *visit,
	void *ctx, struct error *err)
{
	return !img->ops->version_users ||
	       img->ops->version_users(img, wanted, limit, visit, ctx, err);
}

bool
image_static_libc(struct image *img, struct image_static_libc *ret, struct error *err)
{
	*ret = (struct image_static_libc){ .libc = LIBC_UNKNOWN };
	return !img->ops->static_libc || img->ops->static_libc(img, ret, err);
}

bool
image_object_parts(struct image *img, struct image_object *ret)
{
	*ret = (struct image_object){ .has_code = false };
	strvec_init(&ret->wants, img->arena);
	return img->ops->object_parts && img->ops->object_parts(img, ret);
}

bool
image_guards(struct image *img, unsigned *ret_seen, unsigned *ret_guarded)
{
	*ret_seen = *ret_guarded = 0;
	return img->ops->guards && img->ops->guards(img, ret_seen, ret_guarded);
}

void
image_build_paths(struct image *img, struct image_paths *ret)
{
	*ret = (struct image_paths){ .first = NULL };
	if (img->ops->build_paths)
		img->ops->build_paths(img, ret);
}

bool
image_settle(struct image *img, struct error *err)
{
	const struct image_import *imports;
	const struct image_export *exports;
	size_t n;

	if (img->ops->settle)
		return img->ops->settle(img, err);
	return image_imports(img, &imports, &n, err) && image_exports(img, &exports, &n, err);
}

static void
copy_remarks(struct strvec *list, struct arena *a)
{
	struct strvec old = *list;

	strvec_init(list, a);
	strvec_push_all(list, old.items);
}

struct image *
image_share(struct arena *a, const struct image *settled)
{
	struct image *copy = ARENA_NEW(a, struct image);
	struct input *input = ARENA_NEW(a, struct input);

	*copy = *settled;
	*input = *settled->input;
	input->arena = a;
	copy->arena = a;
	copy->input = input;
	copy_remarks(&copy->defects, a);
	copy_remarks(&copy->unsimulated, a);
	if (copy->ops->share)
		copy->reader = copy->ops->share(copy);
	return copy;
}

bool
image_go(struct image *img, struct image_go *ret, struct error *err)
{
	return go_build_info(img, ret, err);
}

bool
image_section(struct image *img, const char *name, struct bytes *ret)
{
	uint64_t off, len;
	struct error err;

	if (!img->ops->section(img, name, &off, &len) ||
		!input_window(img->input, off, len, ret, &err))
		return false;
	ret->big_endian = img->big_endian;
	return true;
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

const char *
image_os(const struct image *img)
{
	const struct image_notes *n = &img->notes;
	const char *interp = img->interpreter ? img->interpreter : "";

	if (img->os)
		return img->os;
	if (img->format != FORMAT_ELF)
		return NULL;
	if (n->freebsd_version || img->osabi == ELFOSABI_FREEBSD ||
		strcmp(interp, "/libexec/ld-elf.so.1") == 0)
		return "freebsd";
	if (n->netbsd_version || img->osabi == ELFOSABI_NETBSD)
		return "netbsd";
	if (n->openbsd_version || img->osabi == ELFOSABI_OPENBSD)
		return "openbsd";
	if (n->android_api || cstr_starts(interp, "/system/bin/linker"))
		return "android";
	return n->gnu_abi && n->gnu_abi_os == 0 ? "linux" : NULL;
}

bool
image_is_program(const struct image *img)
{
	return img->type == IMAGE_EXECUTABLE || img->type == IMAGE_PIE;
}

#define SMALLEST_PAGE 0x1000u
#define MOST_ADDRESS ((uint64_t)1 << 57) /* five levels of page tables */

/* ELFv1 of ppc64: the entry is that of a function descriptor, which is data. */
static bool
has_descriptors(const struct image *img)
{
	return img->machine == EM_PPC64 && (img->flags & 3) != 2;
}

static const char *
segment_fault(const struct image_segment *s)
{
	if (((s->vaddr - s->offset) & (SMALLEST_PAGE - 1)) != 0)
		return "address and offset of a segment do not fit, so it cannot be mapped";
	if (s->memsz > MOST_ADDRESS || s->vaddr > MOST_ADDRESS)
		return "a segment lies beyond all addresses";
	return NULL;
}

const char *
image_start_fault(const struct image *img)
{
	uint64_t entry = img->entry & ~(uint64_t)1; /* bit 0: Thumb, microMIPS */
	bool code = false, loaded = false;

	if (img->format != FORMAT_ELF || !image_is_program(img))
		return NULL;
	for (size_t i = 0; i < img->segment_count; i++) {
		const struct image_segment *s = &img->segments[i];
		const char *fault;

		if (s->type != PT_LOAD || s->memsz == 0)
			continue;
		loaded = true;
		fault = segment_fault(s);
		if (fault)
			return fault;
		if (entry >= s->vaddr && entry - s->vaddr < s->memsz)
			code = code || (s->flags & PF_X) != 0 || has_descriptors(img);
	}
	if (!loaded)
		return "it has no segment to load";
	if (!code && !(img->soname && img->entry == 0))
		return "its entry point is not in a segment with code";
	return NULL;
}

uint64_t
image_page_fit(const struct image *img)
{
	uint64_t differ = 0;

	for (size_t i = 0; i < img->segment_count; i++) {
		const struct image_segment *s = &img->segments[i];

		if (s->type == PT_LOAD && s->memsz > 0)
			differ |= s->vaddr - s->offset;
	}
	return differ ? differ & (~differ + 1) : UINT64_MAX;
}

bool
image_is_loadable(const struct image *img)
{
	return image_is_program(img) || img->type == IMAGE_SHARED;
}

const struct target_row *
image_row(const struct image *img)
{
	return img->row;
}

const char *
image_arch_name(struct arena *a, const struct image *img)
{
	if (img->arch)
		return img->arch;
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
