/* SPDX-License-Identifier: MIT */
/*
 * Paths of the machine that built a file, in its constants and its debug information: assert() and
 * __FILE__ leave them, panics of Go and Rust, DW_AT_comp_dir. A bounded look: the first few
 * megabytes of the parts that hold texts.
 */
#include <string.h>

#include "linkcheck/read/elf.h"

#define SLICE ((uint64_t)256 << 10)
#define OVERLAP ((uint64_t)512)
#define MAX_SCAN ((uint64_t)16 << 20)
#define LONGEST 400

/* Beginnings of directories in which people and CI runners build. `deep`: what is below is told to be a
 * path of a build only by the name of a source file; programs make files of their own there. */
static const struct {
	const char *start;
	bool deep;
} places[] = {
	{ "/home/", false },
	{ "/root/", false },
	{ "/build/", false },
	{ "/builds/", false },
	{ "/buildroot/", false },
	{ "/Users/", false },
	{ "/__w/", false },
	{ "/github/workspace/", false },
	{ "/workspace/", false },
	{ "/var/lib/jenkins/", false },
	{ "/var/lib/buildkite-agent/", false },
	{ "/tmp/", true },
	{ "/var/tmp/", true },
};

static const char *const source_ends[] = { ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".inc",
	".rs", ".go", ".s", ".S", ".m", ".mm", ".f90", ".o", ".a" };

static bool
is_path_char(unsigned char c)
{
	return c > ' ' && c < 0x7f && !strchr("\"'`<>|*?:;,()[]{}%\\", c);
}

static bool
is_source(struct str path)
{
	for (size_t i = 0; i < ARRAY_LEN(source_ends); i++)
		if (str_ends(path, source_ends[i]))
			return true;
	return false;
}

/* Two names below the place, or a source file: "/root/.profile" is what a program looks for. */
static bool
is_build_path(struct str path)
{
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct str rest = str_drop(path, strlen(places[i].start));
		const char *slash;

		if (!str_starts(path, places[i].start))
			continue;
		if (rest.len > 0 && is_source(path))
			return true;
		slash = rest.len > 0 ? memchr(rest.ptr, '/', rest.len) : NULL;
		return !places[i].deep && slash && slash > rest.ptr &&
		       slash + 1 < rest.ptr + rest.len;
	}
	return false;
}

static void
note_path(struct elf *e, struct image_paths *ret, struct str path)
{
	if (ret->count++ == 0)
		ret->first = str_dup(e->arena, path);
}

/* Begins at `from`; what lies before it was looked at with the slice before. */
static void
scan(struct elf *e, const struct bytes *b, uint64_t from, struct image_paths *ret)
{
	const char *start = (const char *)b->ptr, *end = start + b->len, *at = start + from;

	while ((at = memchr(at, '/', (size_t)(end - at)))) {
		struct str path = { at, 0 };

		while (at + path.len < end && path.len < LONGEST &&
			is_path_char((unsigned char)at[path.len]))
			path.len++;
		if ((at == start || !is_path_char((unsigned char)at[-1]) || at[-1] == '=') &&
			is_build_path(path))
			note_path(e, ret, path);
		at += path.len;
		if (at >= end)
			return;
	}
}

static void
scan_range(struct elf *e, uint64_t off, uint64_t len, uint64_t *budget, struct image_paths *ret)
{
	uint64_t before = 0;

	if (off >= e->in->size)
		return;
	if (len > e->in->size - off)
		len = e->in->size - off;
	if (len > *budget) {
		ret->cut = true;
		len = *budget;
	}
	*budget -= len;
	for (uint64_t at = 0; at < len; at += SLICE) {
		uint64_t n = len - at < SLICE ? len - at : SLICE;
		struct arena_mark mark = arena_mark(e->in->arena);
		struct bytes b;
		struct error err;

		error_clear(&err);
		before = at < OVERLAP ? 0 : OVERLAP;
		if (!input_window(e->in, off + at - before, n + before, &b, &err))
			return;
		/* The first path is kept in the image's arena, which may be the same. */
		scan(e, &b, before, ret);
		if (!ret->first)
			arena_reset(e->in->arena, mark);
	}
}

void
elf_paths(struct elf *e, struct image_paths *ret)
{
	static const char *const sections[] = { ".rodata", ".debug_str", ".debug_line_str",
		".rodata.str1.1", ".rodata.str1.8" };
	uint64_t budget = MAX_SCAN, off, len;

	*ret = (struct image_paths){ .first = NULL };
	for (size_t i = 0; i < e->img->segment_count; i++) {
		const struct image_segment *s = &e->img->segments[i];

		if (s->type == PT_LOAD && !(s->flags & (PF_W | PF_X)))
			scan_range(e, s->offset, s->filesz, &budget, ret);
	}
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		if ((i > 0 || e->img->segment_count == 0) &&
			elf_section(e, sections[i], &off, &len))
			scan_range(e, off, len, &budget, ret);
}
