/* SPDX-License-Identifier: MIT */
/* The load commands, one function for each kind that says something about loading. */
#include <inttypes.h>
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/read/macho_file.h"

#define REQ_DYLD 0x80000000u
#define DYLIB_USE_MARKER 0x1a741800u /* dylib_use_command: flags follow */
#define USE_WEAK 1u
#define USE_REEXPORT 2u
#define USE_UPWARD 4u
#define USE_DELAYED 8u

#define VM_PROT_READ 1u
#define VM_PROT_WRITE 2u
#define VM_PROT_EXECUTE 4u
#define SECTION_TYPE 0xffu
#define S_ZEROFILL 1u
#define S_GB_ZEROFILL 0xcu
#define S_THREAD_LOCAL_ZEROFILL 0x12u

/* LC_BUILD_VERSION's numbers (PLATFORM_*). */
static const char *const platforms[] = { NULL, "macos", "ios", "tvos", "watchos", "bridgeos",
	"maccatalyst", "ios-simulator", "tvos-simulator", "watchos-simulator", "driverkit",
	"visionos", "visionos-simulator", "firmware", "sepos" };

struct command {
	uint32_t cmd;
	const char *name;
	void (*read)(struct macho_file *m, const struct command *c, struct bytes *b);
	const char *platform; /* of LC_VERSION_MIN_* */
};

static const char *
version_text(struct arena *a, uint32_t v)
{
	if (v & 0xff)
		return arena_printf(
			a, "%" PRIu32 ".%" PRIu32 ".%" PRIu32, v >> 16, v >> 8 & 0xff, v & 0xff);
	return arena_printf(a, "%" PRIu32 ".%" PRIu32, v >> 16, v >> 8 & 0xff);
}

/* The lc_str whose offset, from the command's start, stands at `at`. */
static const char *
text_of(struct macho_file *m, const struct command *c, struct bytes *b, uint64_t at)
{
	uint32_t off = bytes_u32(b, at);
	struct str text = bytes_cstr(b, off, CAP_PATH);

	/* No NUL: dyld takes the command's end for it. */
	if (b->bad && off >= at + 4 && off < b->len && b->len - off < CAP_PATH) {
		b->bad = false;
		text = (struct str){ (const char *)b->ptr + off, (size_t)(b->len - off) };
	}
	if (b->bad || off < at + 4) {
		image_defect(m->img, "%s at offset 0x%" PRIx64 " has no text at %" PRIu32, c->name,
			b->origin, off);
		b->bad = false; /* told */
		return NULL;
	}
	return str_dup(m->arena, text);
}

static bool
push(struct macho_file *m, struct image_list *list, const char *text)
{
	size_t n = list->count;

	if (n >= CAP_MACHO_LIST) {
		image_unsimulated(
			m->img, "it has more than %d libraries or search paths", CAP_MACHO_LIST);
		return false;
	}
	if ((n & (n - 1)) == 0) /* full at each power of two */
		list->items =
			arena_grow(m->arena, list->items, n, n ? 2 * n : 1, sizeof(*list->items));
	list->items[list->count++] = text;
	return true;
}

static bool
is_marked_use(struct bytes *b)
{
	return bytes_u32(b, 12) == DYLIB_USE_MARKER && bytes_u32(b, 8) >= 28;
}

static void
read_dylib(struct macho_file *m, const struct command *c, struct bytes *b)
{
	struct macho *f = &m->facts;
	const char *name = text_of(m, c, b, 8);
	uint32_t use = is_marked_use(b) ? bytes_u32(b, 24) : 0;
	size_t n = f->dylib_count;

	/* An ordinal must not move because a name is bad. */
	if (!push(m, &m->img->needed, name ? name : ""))
		return;
	if ((n & (n - 1)) == 0)
		f->dylibs = arena_grow(m->arena, f->dylibs, n, n ? 2 * n : 1, sizeof(*f->dylibs));
	f->dylibs[f->dylib_count++] = (struct macho_dylib){
		.name = m->img->needed.items[n],
		.current = version_text(m->arena, bytes_u32(b, 16)),
		.compatible = version_text(m->arena, bytes_u32(b, 20)),
		.weak = strstr(c->name, "WEAK") || (use & USE_WEAK),
		.reexport = strstr(c->name, "REEXPORT") || (use & USE_REEXPORT),
		.lazy = strstr(c->name, "LAZY") || (use & USE_DELAYED),
		.upward = strstr(c->name, "UPWARD") || (use & USE_UPWARD),
	};
}

static void
read_id(struct macho_file *m, const struct command *c, struct bytes *b)
{
	m->img->soname = text_of(m, c, b, 8);
	m->facts.id_current = version_text(m->arena, bytes_u32(b, 16));
	m->facts.id_compatible = version_text(m->arena, bytes_u32(b, 20));
}

static void
read_rpath(struct macho_file *m, const struct command *c, struct bytes *b)
{
	const char *text = text_of(m, c, b, 8);

	if (text)
		(void)push(m, &m->facts.rpaths, text);
}

static void
read_dylinker(struct macho_file *m, const struct command *c, struct bytes *b)
{
	m->img->interpreter = text_of(m, c, b, 8);
}

static void
read_environment(struct macho_file *m, const struct command *c, struct bytes *b)
{
	(void)c, (void)b;
	image_unsimulated(m->img, "LC_DYLD_ENVIRONMENT changes how dyld searches libraries");
}

static void
set_platform(struct macho_file *m, const char *platform, uint32_t minos, uint32_t sdk)
{
	/* A zippered file is for macOS and Mac Catalyst at once; macOS is what it is here for. */
	if (m->facts.platform && strcmp(platform, "macos") != 0)
		return;
	m->facts.platform = platform;
	m->facts.minos = version_text(m->arena, minos);
	m->facts.sdk = sdk ? version_text(m->arena, sdk) : NULL;
}

static void
read_build(struct macho_file *m, const struct command *c, struct bytes *b)
{
	uint32_t platform = bytes_u32(b, 8);
	const char *name = platform < ARRAY_LEN(platforms) ? platforms[platform] : NULL;

	(void)c;
	if (!name)
		name = arena_printf(m->arena, "platform %" PRIu32, platform);
	set_platform(m, name, bytes_u32(b, 12), bytes_u32(b, 16));
}

static void
read_version_min(struct macho_file *m, const struct command *c, struct bytes *b)
{
	set_platform(m, c->platform, bytes_u32(b, 8), bytes_u32(b, 12));
}

static void
read_uuid(struct macho_file *m, const struct command *c, struct bytes *b)
{
	struct strbuf text;

	(void)c;
	if (!bytes_has(b, 8, 16)) {
		image_defect(m->img, "LC_UUID at offset 0x%" PRIx64 " is too short", b->origin);
		return;
	}
	strbuf_init(&text, m->arena);
	for (uint64_t i = 0; i < 16; i++)
		strbuf_addf(&text, "%02x", bytes_u8(b, 8 + i));
	m->facts.uuid = text.ptr;
	m->img->notes.build_id = text.ptr;
}

static void
read_main(struct macho_file *m, const struct command *c, struct bytes *b)
{
	(void)c;
	m->facts.has_entry = true;
	m->img->entry = bytes_u64(b, 8);
}

static void
read_thread(struct macho_file *m, const struct command *c, struct bytes *b)
{
	(void)c, (void)b;
	m->facts.has_entry = true;
}

static void
read_encryption(struct macho_file *m, const struct command *c, struct bytes *b)
{
	(void)c;
	if (bytes_u32(b, 16) == 0)
		return;
	m->facts.encrypted = true;
	image_unsimulated(m->img, "its code is encrypted");
}

static struct macho_part
part_at(struct bytes *b, uint64_t at)
{
	return (struct macho_part){ bytes_u32(b, at), bytes_u32(b, at + 4) };
}

static void
read_dyld_info(struct macho_file *m, const struct command *c, struct bytes *b)
{
	(void)c;
	m->has_dyld_info = true;
	m->bind = part_at(b, 16);
	m->weak_bind = part_at(b, 24);
	m->lazy_bind = part_at(b, 32);
	m->trie = part_at(b, 40);
}

static void
read_trie(struct macho_file *m, const struct command *c, struct bytes *b)
{
	(void)c;
	m->trie = part_at(b, 8);
}

static void
read_chained(struct macho_file *m, const struct command *c, struct bytes *b)
{
	(void)c;
	m->facts.chained = true;
	m->chained = part_at(b, 8);
}

static void
read_signature(struct macho_file *m, const struct command *c, struct bytes *b)
{
	(void)c;
	m->facts.signature = MACHO_SIGNATURE_BROKEN; /* until it was looked at */
	m->signature = part_at(b, 8);
}

static void
read_symtab(struct macho_file *m, const struct command *c, struct bytes *b)
{
	(void)c;
	m->symoff = bytes_u32(b, 8);
	m->nsyms = bytes_u32(b, 12);
	m->stroff = bytes_u32(b, 16);
	m->strsize = bytes_u32(b, 20);
	m->img->has_symtab = m->nsyms > 0;
}

static uint32_t
elf_flags(uint32_t prot)
{
	return (prot & VM_PROT_READ ? PF_R : 0u) | (prot & VM_PROT_WRITE ? PF_W : 0u) |
	       (prot & VM_PROT_EXECUTE ? PF_X : 0u);
}

static void
take_name(struct bytes *b, uint64_t at, char to[17])
{
	for (uint64_t i = 0; i < 16; i++)
		to[i] = (char)bytes_u8(b, at + i);
	to[16] = '\0';
}

static void
read_sections(struct macho_file *m, struct bytes *b, uint64_t at, uint32_t count)
{
	uint64_t size = m->word == 8 ? 80 : 68, w = m->word;

	m->sections = arena_grow(m->arena, m->sections, m->section_count, m->section_count + count,
		sizeof(*m->sections));
	for (uint32_t i = 0; i < count; i++, at += size) {
		struct macho_section *s = &m->sections[m->section_count++];
		uint32_t type = bytes_u32(b, at + 48 + 2 * w) & SECTION_TYPE;

		take_name(b, at, s->name);
		take_name(b, at + 16, s->segment);
		s->addr = bytes_word(b, at + 32, m->word);
		s->size = bytes_word(b, at + 32 + w, m->word);
		s->off = bytes_u32(b, at + 32 + 2 * w);
		s->zero_fill = type == S_ZEROFILL || type == S_GB_ZEROFILL ||
			       type == S_THREAD_LOCAL_ZEROFILL;
	}
}

/* What xnu's parse_machfile refuses. */
static void
check_segment(struct macho_file *m, const char *name, const struct image_segment *s)
{
	uint64_t end;

	if (m->img->debug_only)
		return; /* a dSYM keeps the segments without their content */
	if (!u64_add(s->offset, s->filesz, &end) || end > m->img->input->size)
		image_defect(m->img,
			"segment %s: its content at offset 0x%" PRIx64 " (%" PRIu64
			" bytes) lies outside the file of %" PRIu64 " bytes",
			name, s->offset, s->filesz, m->img->input->size);
	if (s->filesz > s->memsz)
		image_defect(m->img, "segment %s: larger in the file than in memory", name);
	if (!u64_add(s->vaddr, s->memsz, &end))
		image_defect(m->img, "segment %s: its addresses wrap around", name);
}

static void
read_segment(struct macho_file *m, const struct command *c, struct bytes *b)
{
	struct image *img = m->img;
	uint64_t w = m->word, size = m->word == 8 ? 80 : 68;
	uint32_t sections = bytes_u32(b, 32 + 4 * w);
	size_t n = img->segment_count;
	char name[17];
	struct image_segment s = {
		.type = PT_LOAD,
		.vaddr = bytes_word(b, 24, m->word),
		.memsz = bytes_word(b, 24 + w, m->word),
		.offset = bytes_word(b, 24 + 2 * w, m->word),
		.filesz = bytes_word(b, 24 + 3 * w, m->word),
		.flags = elf_flags(bytes_u32(b, 28 + 4 * w)), /* initprot, behind maxprot */
	};

	take_name(b, 8, name);
	if (b->bad || !bytes_has(b, 40 + 4 * w, sections * size)) {
		image_defect(m->img,
			"%s at offset 0x%" PRIx64 " is too short for %" PRIu32 " sections", c->name,
			b->origin, sections);
		return;
	}
	if ((n & (n - 1)) == 0)
		img->segments = arena_grow(
			m->arena, img->segments, n, n ? 2 * n : 1, sizeof(*img->segments));
	img->segments[img->segment_count++] = s;
	check_segment(m, name, &s);
	read_sections(m, b, 40 + 4 * w, sections);
	img->has_sections |= sections > 0;
}

/* The class's other command is as unknown to dyld as to us. */
static void
read_segment_32(struct macho_file *m, const struct command *c, struct bytes *b)
{
	if (m->word == 4)
		read_segment(m, c, b);
}

static void
read_segment_64(struct macho_file *m, const struct command *c, struct bytes *b)
{
	if (m->word == 8)
		read_segment(m, c, b);
}

static void
pass_over(struct macho_file *m, const struct command *c, struct bytes *b)
{
	(void)m, (void)c, (void)b;
}

static const struct command commands[] = {
	{ 0x1, "LC_SEGMENT", read_segment_32, NULL },
	{ 0x2, "LC_SYMTAB", read_symtab, NULL },
	{ 0x5, "LC_UNIXTHREAD", read_thread, NULL },
	{ 0xc, "LC_LOAD_DYLIB", read_dylib, NULL },
	{ 0xd, "LC_ID_DYLIB", read_id, NULL },
	{ 0xe, "LC_LOAD_DYLINKER", read_dylinker, NULL },
	{ 0x18 | REQ_DYLD, "LC_LOAD_WEAK_DYLIB", read_dylib, NULL },
	{ 0x19, "LC_SEGMENT_64", read_segment_64, NULL },
	{ 0x1b, "LC_UUID", read_uuid, NULL },
	{ 0x1c | REQ_DYLD, "LC_RPATH", read_rpath, NULL },
	{ 0x1d, "LC_CODE_SIGNATURE", read_signature, NULL },
	{ 0x1f | REQ_DYLD, "LC_REEXPORT_DYLIB", read_dylib, NULL },
	{ 0x20, "LC_LAZY_LOAD_DYLIB", read_dylib, NULL },
	{ 0x21, "LC_ENCRYPTION_INFO", read_encryption, NULL },
	{ 0x22, "LC_DYLD_INFO", read_dyld_info, NULL },
	{ 0x22 | REQ_DYLD, "LC_DYLD_INFO_ONLY", read_dyld_info, NULL },
	{ 0x23 | REQ_DYLD, "LC_LOAD_UPWARD_DYLIB", read_dylib, NULL },
	{ 0x24, "LC_VERSION_MIN_MACOSX", read_version_min, "macos" },
	{ 0x25, "LC_VERSION_MIN_IPHONEOS", read_version_min, "ios" },
	{ 0x27, "LC_DYLD_ENVIRONMENT", read_environment, NULL },
	{ 0x28 | REQ_DYLD, "LC_MAIN", read_main, NULL },
	{ 0x2c, "LC_ENCRYPTION_INFO_64", read_encryption, NULL },
	{ 0x2f, "LC_VERSION_MIN_TVOS", read_version_min, "tvos" },
	{ 0x30, "LC_VERSION_MIN_WATCHOS", read_version_min, "watchos" },
	{ 0x32, "LC_BUILD_VERSION", read_build, NULL },
	{ 0x33 | REQ_DYLD, "LC_DYLD_EXPORTS_TRIE", read_trie, NULL },
	{ 0x34 | REQ_DYLD, "LC_DYLD_CHAINED_FIXUPS", read_chained, NULL },
	{ 0x35 | REQ_DYLD, "LC_FILESET_ENTRY", pass_over, NULL },
};

/* A command that must be understood to load the file. What an unknown one means for the answer nobody here
 * can say. */
static void
read_unknown(struct macho_file *m, uint32_t cmd)
{
	if (cmd & REQ_DYLD)
		image_unsimulated(m->img, "load command 0x%" PRIx32 " is not known here", cmd);
}

static void
read_command(struct macho_file *m, uint32_t cmd, struct bytes *b)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		if (commands[i].cmd != cmd)
			continue;
		commands[i].read(m, &commands[i], b);
		if (b->bad)
			image_defect(m->img, "%s at offset 0x%" PRIx64 " is too short",
				commands[i].name, b->origin);
		return;
	}
	read_unknown(m, cmd);
}

void
macho_read_commands(struct macho_file *m, uint32_t count, struct bytes *all)
{
	uint64_t at = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t cmd, size;
		struct bytes b;

		if (!bytes_has(all, at, 8)) {
			image_defect(m->img,
				"load command %" PRIu32 " of %" PRIu32 " lies outside the %" PRIu64
				" bytes of all",
				i, count, all->len);
			return;
		}
		cmd = bytes_u32(all, at);
		size = bytes_u32(all, at + 4);
		if (size < 8 || size % 4 != 0 || !bytes_has(all, at, size)) {
			image_defect(m->img,
				"load command %" PRIu32 " (0x%" PRIx32 ") at offset 0x%" PRIx64
				" claims %" PRIu32 " bytes",
				i, cmd, all->origin + at, size);
			return;
		}
		b = bytes_slice(all, at, size);
		b.big_endian = m->img->big_endian;
		read_command(m, cmd, &b);
		at += size;
	}
}
