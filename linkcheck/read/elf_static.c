/* SPDX-License-Identifier: MIT */
/*
 * Which libc a program has inside, from what survives strip: the ABI tag and texts of glibc, the
 * entry code and texts of musl, Android's note. Names of functions need .symtab.
 */
#include <string.h>

#include "base/caps.h"
#include "linkcheck/read/elf.h"

#define SLICE ((uint64_t)64 << 10)
#define OVERLAP ((uint64_t)64) /* more than the longest text */
#define MAX_SCAN ((uint64_t)64 << 20)

enum text { GLIBC_FATAL, GLIBC_STDIO, GLIBC_NSS_CONF, MUSL_FLOAT, MUSL_NO_ERROR, TEXTS };

/* Texts of the libcs' sources; the longest is the overlap of two slices. */
static const char *const texts[TEXTS] = {
	[GLIBC_FATAL] = "Fatal glibc error",
	[GLIBC_STDIO] = "glibc detected an invalid stdio handle",
	[GLIBC_NSS_CONF] = "/etc/nsswitch.conf",
	[MUSL_FLOAT] = "-0X+0X 0X-0x+0x 0x",      /* src/stdio/vfprintf.c, fmt_fp */
	[MUSL_NO_ERROR] = "No error information", /* src/errno/__strerror.h */
};

/* Functions of a static glibc that load shared parts of the same glibc at run time. dlopen is not
 * among them: gconv brings it into every static program. */
static const char *const glibc_functions[] = { "getaddrinfo", "getgrgid", "getgrnam",
	"gethostbyaddr", "gethostbyname", "getpwnam", "getpwuid", "getservbyname", "getservbyport",
	"iconv_open", "initgroups" };

/* Horspool's search: most bytes are passed over, which matters in programs of many megabytes. */
static bool
contains(const unsigned char *p, size_t len, const char *text)
{
	size_t n = strlen(text), skip[256];

	for (size_t i = 0; i < ARRAY_LEN(skip); i++)
		skip[i] = n;
	for (size_t i = 0; i + 1 < n; i++)
		skip[(unsigned char)text[i]] = n - 1 - i;
	for (size_t at = 0; at + n <= len; at += skip[p[at + n - 1]])
		if (p[at + n - 1] == (unsigned char)text[n - 1] && memcmp(p + at, text, n) == 0)
			return true;
	return false;
}

/* What is looked for and what was found. */
struct search {
	bool wanted[TEXTS];
	bool found[TEXTS];
	uint64_t budget; /* bytes that may still be looked at */
};

static bool
search_ends(const struct search *s)
{
	for (size_t i = 0; i < TEXTS; i++)
		if (s->wanted[i] && !s->found[i])
			return s->budget == 0;
	return true;
}

/* From the end: libc.a is linked last. */
static void
scan_range(struct elf *e, uint64_t off, uint64_t len, struct search *s)
{
	uint64_t end = len;

	while (end > 0 && !search_ends(s)) {
		uint64_t n = end < SLICE ? end : SLICE;
		struct arena_mark mark = arena_mark(e->in->arena);
		struct bytes b;

		if (!elf_window(e, off + end - n, n, "text of the program", &b))
			return;
		for (size_t i = 0; i < TEXTS; i++)
			if (s->wanted[i] && !s->found[i])
				s->found[i] = contains(b.ptr, (size_t)b.len, texts[i]);
		arena_reset(e->in->arena, mark);
		s->budget -= n < s->budget ? n : s->budget;
		end -= n < end ? n - OVERLAP : n;
	}
}

static bool
has_data_only_segment(const struct elf *e)
{
	for (size_t i = 0; i < e->img->segment_count; i++)
		if (e->img->segments[i].type == PT_LOAD &&
			(e->img->segments[i].flags & (PF_W | PF_X)) == 0)
			return true;
	return false;
}

/* Texts lie in the read-only segments without code, or beside the code where there are none. */
static void
scan_texts(struct elf *e, struct search *s)
{
	uint32_t without = has_data_only_segment(e) ? PF_W | PF_X : PF_W;

	s->budget = MAX_SCAN;
	for (size_t i = 0; i < e->img->segment_count; i++) {
		const struct image_segment *seg = &e->img->segments[i];

		if (seg->type == PT_LOAD && !(seg->flags & without) && seg->offset < e->in->size)
			scan_range(e, seg->offset,
				seg->filesz < e->in->size - seg->offset ? seg->filesz
									: e->in->size - seg->offset,
				s);
	}
}

static void
note_function(struct image_static_libc *ret, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(glibc_functions); i++)
		if (strcmp(name, glibc_functions[i]) == 0 && !strvec_has(&ret->functions, name))
			strvec_push(&ret->functions, glibc_functions[i]);
}

static void
read_functions(struct elf *e, struct image_static_libc *ret)
{
	uint64_t off, len, names_off, names_len, size = e->word == 8 ? 24 : 16;
	uint32_t link;
	struct bytes table, names;

	if (!elf_section_by_type(e, SHT_SYMTAB, &off, &len, &link) ||
		!elf_section_by_index(e, link, &names_off, &names_len))
		return;
	if (!elf_window(e, off, len, ".symtab", &table) ||
		!elf_window(e, names_off, names_len, ".strtab", &names))
		return;
	ret->has_functions = true;
	for (uint64_t i = 1; i < len / size; i++) {
		struct elf_symbol s = elf_symbol_at(e, &table, i);
		struct bytes text = names;
		struct str name;

		if (s.section == SHN_UNDEF || s.type != STT_FUNC || s.bind == STB_LOCAL)
			continue;
		name = bytes_cstr(&text, s.name, CAP_NAME);
		if (!text.bad)
			note_function(ret, name.ptr);
	}
	strvec_sort(&ret->functions);
}

static void
judge_glibc(struct elf *e, struct search *s, struct image_static_libc *ret, const char *evidence)
{
	s->wanted[GLIBC_NSS_CONF] = true;
	scan_texts(e, s);
	ret->libc = LIBC_GLIBC;
	ret->evidence = evidence;
	ret->uses_nss = s->found[GLIBC_NSS_CONF];
	read_functions(e, ret);
}

/* No entry code or tag that is known: the libcs' own messages, unless it is Go without C code. */
static void
judge_texts(struct elf *e, struct search *s, struct image_static_libc *ret)
{
	struct search all = { .budget = 0 };

	if (e->img->notes.go)
		return;
	memset(all.wanted, true, sizeof(all.wanted));
	scan_texts(e, &all);
	if (all.found[GLIBC_FATAL] || all.found[GLIBC_STDIO]) {
		judge_glibc(e, s, ret, "it contains glibc's messages");
	} else if (all.found[MUSL_FLOAT] || all.found[MUSL_NO_ERROR]) {
		ret->libc = LIBC_MUSL;
		ret->evidence = "it contains musl's messages";
	}
}

bool
elf_static_libc(struct elf *e, struct image_static_libc *ret, struct error *err)
{
	const struct image_notes *notes = &e->img->notes;
	struct search s = { .budget = 0 };

	(void)err; /* what cannot be read is a defect of the image */
	strvec_init(&ret->functions, e->arena);
	if (notes->android_api > 0) {
		ret->libc = LIBC_BIONIC;
		ret->evidence = "it carries Android's note";
	} else if (notes->freebsd_version > 0 || notes->netbsd_version > 0 ||
		   notes->openbsd_version > 0) {
		ret->libc = LIBC_NATIVE;
		ret->evidence = "it carries the note of a BSD";
	} else if (elf_entry_is_musl(e)) {
		ret->libc = LIBC_MUSL;
		ret->evidence = "its entry code is musl's";
	} else if (notes->gnu_abi) {
		judge_glibc(e, &s, ret, "it carries glibc's ABI tag");
	} else {
		judge_texts(e, &s, ret);
	}
	return true;
}
