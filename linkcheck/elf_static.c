/* SPDX-License-Identifier: MIT */
/*
 * Which libc a program has inside, from what survives strip: the ABI tag and texts of glibc, the
 * entry code and texts of musl, Android's note. Names of functions need .symtab.
 */
#include <string.h>

#include "base/caps.h"
#include "linkcheck/elf.h"

#define SLICE ((uint64_t)64 << 10)
#define MAX_SCAN ((uint64_t)64 << 20)

enum text {
	GLIBC_FATAL,
	GLIBC_TUNABLES_TEXT,
	GLIBC_STDIO,
	GLIBC_NSS_NEXT,
	GLIBC_NSS_CONF,
	MUSL_FLOAT,
	MUSL_NO_ERROR,
	UCLIBC,
	TEXTS
};

/* Texts of the libcs' sources; the longest is the overlap of two slices. */
static const char *const texts[TEXTS] = {
	[GLIBC_FATAL] = "Fatal glibc error",
	[GLIBC_TUNABLES_TEXT] = "GLIBC_TUNABLES",
	[GLIBC_STDIO] = "glibc detected an invalid stdio handle",
	[GLIBC_NSS_NEXT] = "Illegal status in __nss_next.",
	[GLIBC_NSS_CONF] = "/etc/nsswitch.conf",
	[MUSL_FLOAT] = "-0X+0X 0X-0x+0x 0x",       /* src/stdio/vfprintf.c, fmt_fp */
	[MUSL_NO_ERROR] = "No error information", /* src/errno/__strerror.h */
	[UCLIBC] = "uClibc",
};

/* Functions of a static glibc that load shared parts of the same glibc at run time. */
static const char *const glibc_functions[] = { "dlmopen", "dlopen", "getaddrinfo", "getgrgid",
	"getgrnam", "gethostbyaddr", "gethostbyname", "getpwnam", "getpwuid", "getservbyname",
	"getservbyport", "iconv_open", "initgroups" };

static bool
contains(const unsigned char *p, uint64_t len, const char *text)
{
	size_t n = strlen(text);

	while (len >= n) {
		const unsigned char *hit = memchr(p, text[0], (size_t)(len - n + 1));

		if (!hit)
			return false;
		if (memcmp(hit, text, n) == 0)
			return true;
		len -= (uint64_t)(hit - p) + 1;
		p = hit + 1;
	}
	return false;
}

static void
scan_range(struct elf *e, uint64_t off, uint64_t len, uint64_t *budget, bool found[TEXTS])
{
	const uint64_t overlap = 64;

	for (uint64_t at = 0; at < len && *budget > 0; at += SLICE - overlap) {
		uint64_t n = len - at < SLICE ? len - at : SLICE;
		struct arena_mark mark = arena_mark(e->in->arena);
		struct bytes b;

		if (!elf_window(e, off + at, n, "text of the program", &b))
			return;
		for (size_t i = 0; i < TEXTS; i++)
			found[i] = found[i] || contains(b.ptr, b.len, texts[i]);
		arena_reset(e->in->arena, mark);
		*budget -= n < *budget ? n : *budget;
	}
}

/* Texts lie in read-only segments; old linkers put them beside the code. */
static void
scan_texts(struct elf *e, bool found[TEXTS])
{
	uint64_t budget = MAX_SCAN;

	for (size_t i = 0; i < e->img->segment_count; i++) {
		const struct image_segment *s = &e->img->segments[i];

		if (s->type == PT_LOAD && !(s->flags & PF_W) && s->offset < e->in->size)
			scan_range(e, s->offset,
				s->filesz < e->in->size - s->offset ? s->filesz
								    : e->in->size - s->offset,
				&budget, found);
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
judge_glibc(struct elf *e, const bool found[TEXTS], struct image_static_libc *ret)
{
	ret->libc = LIBC_GLIBC;
	ret->uses_nss = found[GLIBC_NSS_NEXT] || found[GLIBC_NSS_CONF];
	read_functions(e, ret);
}

static void
judge(struct elf *e, const bool found[TEXTS], struct image_static_libc *ret)
{
	const struct image_notes *notes = &e->img->notes;

	if (elf_entry_is_musl(e)) {
		ret->libc = LIBC_MUSL;
		ret->evidence = "its entry code is musl's";
	} else if (found[GLIBC_FATAL] || found[GLIBC_STDIO] || found[GLIBC_TUNABLES_TEXT]) {
		ret->evidence = "it contains glibc's messages";
		judge_glibc(e, found, ret);
	} else if (found[MUSL_FLOAT] || found[MUSL_NO_ERROR]) {
		ret->libc = LIBC_MUSL;
		ret->evidence = "it contains musl's messages";
	} else if (notes->gnu_abi && !found[UCLIBC]) {
		ret->evidence = "it carries glibc's ABI tag";
		judge_glibc(e, found, ret);
	}
}

bool
elf_static_libc(struct elf *e, struct image_static_libc *ret, struct error *err)
{
	bool found[TEXTS] = { false };

	(void)err; /* what cannot be read is a defect of the image */
	strvec_init(&ret->functions, e->arena);
	if (e->img->notes.android_api > 0) {
		ret->libc = LIBC_BIONIC;
		ret->evidence = "it carries Android's note";
	} else if (e->img->notes.freebsd_version > 0 || e->img->notes.netbsd_version > 0 ||
		   e->img->notes.openbsd_version > 0) {
		ret->libc = LIBC_NATIVE;
		ret->evidence = "it carries the note of a BSD";
	} else {
		scan_texts(e, found);
		judge(e, found, ret);
	}
	return true;
}
