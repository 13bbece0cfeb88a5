/* SPDX-License-Identifier: MIT */
/*
 * 32-bit time_t and off_t on 32-bit targets. Which functions tell is the export table's to say: one
 * that has a 64-bit twin beside it, which the headers name when they are asked to.
 */
#include <string.h>

#include "linkcheck/judge/floors.h"
#include "linkcheck/judge/rules.h"
#include "linkcheck/platform/abi.h"
#include "linkcheck/read/elf_const.h"

/* Their time_t and off_t were never narrow (glibc's bits/typesizes.h). */
static bool
is_always_wide(const struct image *img)
{
	return img->machine == EM_RISCV || img->machine == EM_X86_64 ||
	       img->machine == EM_LOONGARCH;
}

struct wide {
	struct arena *arena;
	enum target_libc libc;
	const char *arch;
	struct strvec times, files;
};

static bool
has(const struct wide *w, const char *name, const char *since)
{
	const char *last, *first = abi_since(w->libc, w->arch, name, NULL, &last);

	return first && cstr_version_cmp(first, since) >= 0;
}

/* glibc 2.34 brought __X64 and __X_time64, musl 1.2.0 __X_time64, and __time64 and its kin. */
static bool
has_time_twin(const struct wide *w, const char *name)
{
	const char *since = w->libc == LIBC_GLIBC ? "2.34" : "1.2.0";

	return has(w, arena_printf(w->arena, "__%s64", name), since) ||
	       has(w, arena_printf(w->arena, "__%s_time64", name), since);
}

static void
note_name(struct wide *w, const char *name)
{
	struct arena_mark mark = arena_mark(w->arena);
	bool time, file;

	if (name[0] == '_' || strlen(name) > 64)
		return;
	time = has_time_twin(w, name);
	/* musl's off_t has 64 bits everywhere. */
	file = w->libc == LIBC_GLIBC && has(w, arena_printf(w->arena, "%s64", name), "0");
	arena_reset(w->arena, mark);
	if (time && !strvec_has(&w->times, name))
		strvec_push(&w->times, name);
	else if (file && !time && !strvec_has(&w->files, name))
		strvec_push(&w->files, name);
}

static bool
note_all(struct subject *s, struct wide *w)
{
	const struct image_import *imports;
	struct error err;
	size_t n;

	error_clear(&err);
	if (s->image->type == IMAGE_RELOCATABLE) {
		for (size_t i = 0; i < s->parts.wants.count; i++)
			note_name(w, s->parts.wants.items[i]);
		return true;
	}
	if (!image_imports(s->image, &imports, &n, &err))
		return false;
	for (size_t i = 0; i < n; i++)
		note_name(w, imports[i].name);
	return true;
}

enum verdict
check_narrow_time(struct subject *s, struct findings *out, const char **ret_reason)
{
	enum level level = rules_has_promise(s) ? s->rule->level : LEVEL_NOTE;
	struct wide w = { .libc = rules_libc(s), .arch = image_arch_name(s->arena, s->image) };
	size_t before = out->count;
	struct arena scratch;

	*ret_reason = "it has 64-bit time_t and off_t, or no libc of which that is known";
	if (s->image->bits != 32 || is_always_wide(s->image) ||
		(w.libc != LIBC_GLIBC && w.libc != LIBC_MUSL) ||
		(s->libc.linked != LIBC_LINKED_DYNAMIC && s->image->type != IMAGE_RELOCATABLE) ||
		!abi_ever(w.libc, w.arch, "printf"))
		return VERDICT_SKIP;
	arena_init(&scratch);
	w.arena = &scratch;
	strvec_init(&w.times, s->arena);
	strvec_init(&w.files, s->arena);
	if (!note_all(s, &w)) {
		arena_clear(&scratch);
		*ret_reason = "its symbols could not be read";
		return VERDICT_UNKNOWN;
	}
	arena_clear(&scratch);
	strvec_sort(&w.times);
	strvec_sort(&w.files);
	if (w.times.count > 0)
		finding_add_level(out, s->rule, level, w.times.items[0],
			w.libc == LIBC_GLIBC ? "compile with -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64"
					     : "compile with the headers of musl 1.2.0 or later",
			"its time_t has 32 bits, which end in 2038: %s",
			floors_symbols_text(s->arena, &w.times));
	if (w.files.count > 0)
		finding_add_level(out, s->rule, level, w.files.items[0],
			"compile with -D_FILE_OFFSET_BITS=64",
			"its off_t has 32 bits, so files above 2 GB fail: %s",
			floors_symbols_text(s->arena, &w.files));
	return rules_verdict(out, before);
}
