/* SPDX-License-Identifier: MIT */
/* Mach-O identification and header, widened into the image. */
#include "linkcheck/read/macho.h"

#include <inttypes.h>
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/read/macho_file.h"

/* As their bytes stand in the file, read in big-endian order. */
#define MAGIC_32_BIG 0xfeedfaceu
#define MAGIC_64_BIG 0xfeedfacfu
#define MAGIC_32_LITTLE 0xcefaedfeu
#define MAGIC_64_LITTLE 0xcffaedfeu

#define CPU_SUBTYPE_MASK 0xff000000u /* capabilities: LIB64, pointer authentication */
#define ANY_SUBTYPE UINT32_MAX

static const struct {
	uint32_t cpu, subtype;
	const char *name;
} arches[] = {
	{ 0x01000007, ANY_SUBTYPE, "amd64" }, /* x86_64h too: programs of both start there */
	{ 0x0100000c, 2, "arm64e" },
	{ 0x0100000c, ANY_SUBTYPE, "arm64" },
	{ 0x0200000c, ANY_SUBTYPE, "arm64_32" },
	{ 7, ANY_SUBTYPE, "386" },
	{ 12, ANY_SUBTYPE, "arm" },
	{ 18, ANY_SUBTYPE, "ppc" },
	{ 0x01000012, ANY_SUBTYPE, "ppc64" },
};

static const struct {
	const char *platform, *os, *label;
} platforms[] = {
	{ "macos", "darwin", "macOS" },
	{ "ios", "ios", "iOS" },
	{ "tvos", "tvos", "tvOS" },
	{ "watchos", "watchos", "watchOS" },
	{ "visionos", "visionos", "visionOS" },
	{ "maccatalyst", "ios", "Mac Catalyst" },
};

const char *
macho_arch_name(uint32_t cpu, uint32_t subtype)
{
	subtype &= ~CPU_SUBTYPE_MASK;
	for (size_t i = 0; i < ARRAY_LEN(arches); i++)
		if (arches[i].cpu == cpu &&
			(arches[i].subtype == ANY_SUBTYPE || arches[i].subtype == subtype))
			return arches[i].name;
	return NULL;
}

const char *
macho_platform_label(const char *platform)
{
	for (size_t i = 0; i < ARRAY_LEN(platforms); i++)
		if (strcmp(platforms[i].platform, platform) == 0)
			return platforms[i].label;
	return platform;
}

const struct macho_dylib *
macho_dylib_at(const struct image *img, int64_t ordinal)
{
	const struct macho *facts = img->macho;

	if (ordinal < 1 || (uint64_t)ordinal > facts->dylib_count)
		return NULL;
	return &facts->dylibs[ordinal - 1];
}

bool
macho_inside(struct macho_file *m, struct macho_part part, const char *what)
{
	uint64_t size = m->img->input->size;

	if (part.off <= size && part.len <= size - part.off)
		return true;
	image_defect(m->img,
		"%s: %" PRIu64 " bytes at offset 0x%" PRIx64 " lie outside the file of %" PRIu64
		" bytes",
		what, part.len, part.off, size);
	return false;
}

static uint32_t
magic_of(const struct input *in)
{
	struct bytes head = in->head;

	head.big_endian = true;
	return bytes_u32(&head, 0);
}

static bool
is_macho(const struct input *in)
{
	switch (magic_of(in)) {
	case MAGIC_32_BIG:
	case MAGIC_64_BIG:
	case MAGIC_32_LITTLE:
	case MAGIC_64_LITTLE:
		return true;
	default:
		return false;
	}
}

static enum image_type
type_of(const struct macho *facts)
{
	switch (facts->filetype) {
	case MH_OBJECT:
		return IMAGE_RELOCATABLE;
	case MH_EXECUTE:
		return facts->flags & MH_PIE ? IMAGE_PIE : IMAGE_EXECUTABLE;
	case MH_DYLIB:
	case MH_BUNDLE:
		return IMAGE_SHARED;
	case MH_CORE:
		return IMAGE_CORE;
	default:
		return IMAGE_OTHER;
	}
}

static void
read_header(struct macho_file *m, struct bytes *h)
{
	struct macho *facts = &m->facts;
	struct image *img = m->img;

	facts->cpu = bytes_u32(h, 4);
	facts->subtype = bytes_u32(h, 8) & ~CPU_SUBTYPE_MASK;
	facts->filetype = bytes_u32(h, 12);
	facts->flags = bytes_u32(h, 24);
	img->arch = macho_arch_name(facts->cpu, facts->subtype);
	if (!img->arch)
		img->arch = arena_printf(m->arena, "machine 0x%08" PRIx32, facts->cpu);
	img->flags = facts->flags;
	img->type = type_of(facts);
	img->debug_only = facts->filetype == MH_DSYM;
	if (facts->filetype == MH_EXECUTE) {
		img->has_stack_segment = true; /* the header's flag says it either way */
		img->stack_executable = (facts->flags & MH_ALLOW_STACK_EXECUTION) != 0;
	}
	if (facts->filetype == MH_FILESET)
		image_unsimulated(img, "a file set (a kernel collection) holds more files");
}

static void
set_system(struct macho_file *m)
{
	const char *platform = m->facts.platform;

	m->img->os = "darwin";
	for (size_t i = 0; platform && i < ARRAY_LEN(platforms); i++)
		if (strcmp(platforms[i].platform, platform) == 0)
			m->img->os = platforms[i].os;
	/* Simulators, DriverKit, firmware: no target of ours is like them. */
	if (platform && strcmp(m->img->os, "darwin") == 0 && strcmp(platform, "macos") != 0)
		m->img->os = platform;
}

static bool
macho_open(struct image *img, struct error *err)
{
	struct macho_file *m = ARENA_NEW(img->arena, struct macho_file);
	uint32_t magic = magic_of(img->input), count, size;
	struct bytes head = img->input->head, commands;
	uint64_t header;

	img->bits = magic == MAGIC_64_BIG || magic == MAGIC_64_LITTLE ? 64 : 32;
	img->big_endian = magic == MAGIC_32_BIG || magic == MAGIC_64_BIG;
	header = img->bits == 64 ? 32 : 28;
	if (head.len < header) {
		error_set(err, ERROR_FORMAT, "%s ends inside its Mach-O header", img->path);
		return error_where(err, "%s, offset %" PRIu64, img->path, head.len);
	}
	head.big_endian = img->big_endian;
	m->img = img;
	m->arena = img->arena;
	m->word = img->bits / 8;
	img->reader = m;
	img->macho = &m->facts;
	strmap_init(&m->import_index, m->arena);
	strmap_init(&m->export_index, m->arena);
	read_header(m, &head);
	count = bytes_u32(&head, 16);
	size = bytes_u32(&head, 20);
	if (size > CAP_MACHO_COMMANDS)
		image_defect(img, "its load commands claim %" PRIu32 " bytes", size);
	else if (image_window(img, header, size, "load commands", &commands))
		macho_read_commands(m, count, &commands);
	macho_read_signature(m);
	set_system(m);
	return true;
}

static bool
section(struct image *img, const char *name, uint64_t *ret_off, uint64_t *ret_len)
{
	struct macho_file *m = img->reader;

	for (size_t i = 0; i < m->section_count; i++) {
		const struct macho_section *s = &m->sections[i];

		if (strcmp(s->name, name) != 0 || s->zero_fill)
			continue;
		*ret_off = s->off;
		*ret_len = s->size;
		return true;
	}
	return false;
}

static bool
locate(struct image *img, uint64_t vaddr, uint64_t *ret_off, uint64_t *ret_room)
{
	for (size_t i = 0; i < img->segment_count; i++) {
		const struct image_segment *s = &img->segments[i];
		uint64_t delta = vaddr - s->vaddr, off;

		if (vaddr < s->vaddr || delta >= s->filesz)
			continue;
		if (!u64_add(s->offset, delta, &off) || off >= img->input->size)
			return false;
		*ret_off = off;
		*ret_room = s->filesz - delta;
		if (*ret_room > img->input->size - off)
			*ret_room = img->input->size - off;
		return true;
	}
	return false;
}

/* go/src/debug/buildinfo: the section, or the first writable segment. */
static bool
go_range(struct image *img, uint64_t *ret_off, uint64_t *ret_len)
{
	if (section(img, "__go_buildinfo", ret_off, ret_len))
		return true;
	for (size_t i = 0; i < img->segment_count; i++) {
		const struct image_segment *s = &img->segments[i];

		if ((s->flags & (PF_R | PF_W)) != (PF_R | PF_W) || s->filesz == 0)
			continue;
		*ret_off = s->offset;
		*ret_len = s->filesz;
		return true;
	}
	return false;
}

const struct image_reader macho_reader = {
	.format = FORMAT_MACHO,
	.name = "Mach-O",
	.is = is_macho,
	.open = macho_open,
	.imports = macho_imports,
	.exports = macho_exports,
	.export_find = macho_export_find,
	.section = section,
	.locate = locate,
	.go_range = go_range,
};
