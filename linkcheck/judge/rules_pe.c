/* SPDX-License-Identifier: MIT */
/* PE files: what Windows' loader says of the DLLs and functions they need, and how they are protected. */
#include "linkcheck/judge/rules_pe.h"

#include <string.h>

#include "base/path.h"
#include "linkcheck/judge/floors.h"
#include "linkcheck/read/pe.h"
#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/nt_system.h"

#define MAX_FAMILIES 8

/* Modules that are not Windows' own, and were read. */
static bool
is_ours(const struct deps_object *o)
{
	return o->img && o->img->pe && o->node->how != DEPS_GIVEN;
}

static enum level
missing_level(const struct subject *s, const struct resolve_problem *p)
{
	if (p->when == RESOLVE_AT_START)
		return s->rule->level;
	return p->when == RESOLVE_AT_CALL || nt_dll_kind(p->library) == NT_DLL_REDIST
		       ? LEVEL_WARNING
		       : LEVEL_NOTE;
}

static const char *
missing_fix(const struct subject *s, const char *dll)
{
	if (nt_dll_kind(dll) == NT_DLL_REDIST)
		return arena_printf(s->arena,
			"put %s beside the program, let it be installed (Visual C++ "
			"Redistributable), or link the runtime statically (cl /MT)",
			dll);
	return arena_printf(s->arena,
		"put %s into the directory of the program, or link with its static library", dll);
}

static bool
is_toolchain(const char *dll)
{
	return nt_dll_kind(dll) == NT_DLL_TOOLCHAIN;
}

static bool
skip(const struct subject *s, const char **ret_reason)
{
	if (rules_skip_unloadable(s, ret_reason))
		return true;
	*ret_reason = "nothing was loaded";
	return !s->resolution;
}

enum verdict
check_dll_missing(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count;

	if (skip(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 0; i < s->resolution->problem_count; i++) {
		const struct resolve_problem *p = &s->resolution->problems[i];

		/* A plug-in may import from the program that loads it. */
		if (p->kind == RESOLVE_LIBRARY && !is_toolchain(p->library) &&
			!(p->when == RESOLVE_NOTE && cstr_ends(p->library, ".exe")))
			finding_add_level(out, s->rule, missing_level(s, p), p->library,
				missing_fix(s, p->library), "%s", p->text);
	}
	return rules_verdict(out, before);
}

static bool
same_symbols(const struct resolve_problem *a, const struct resolve_problem *b)
{
	return b->kind == RESOLVE_SYMBOL && a->when == b->when && a->wanted_by == b->wanted_by &&
	       strcmp(a->library, b->library) == 0;
}

static bool
told_before(const struct resolution *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_symbols(&r->problems[i], &r->problems[k]))
			return true;
	return false;
}

/* All that one file misses in one DLL is one finding. */
static void
add_entries(struct subject *s, struct findings *out, size_t first)
{
	const struct resolution *r = s->resolution;
	const struct resolve_problem *p = &r->problems[first];
	struct strvec names;
	const char *who;

	strvec_init(&names, s->arena);
	for (size_t i = first; i < r->problem_count; i++)
		if (same_symbols(p, &r->problems[i]))
			strvec_push(&names, r->problems[i].symbol);
	who = floors_symbols_text(s->arena, &names);
	finding_add_level(out, s->rule,
		p->when == RESOLVE_AT_START ? s->rule->level : LEVEL_WARNING, who, NULL,
		names.count == 1 ? "%s" : "%s; in all %zu such functions: %s", p->text, names.count,
		who);
}

enum verdict
check_entry_missing(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count;

	if (skip(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 0; i < s->resolution->problem_count; i++)
		if (s->resolution->problems[i].kind == RESOLVE_SYMBOL &&
			!told_before(s->resolution, i))
			add_entries(s, out, i);
	if (out->count == before && s->resolution->incomplete) {
		*ret_reason = s->resolution->unknown;
		return VERDICT_UNKNOWN;
	}
	return rules_verdict(out, before);
}

enum verdict
check_dll_machine(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count;

	if (skip(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 0; i < s->resolution->problem_count; i++) {
		const struct resolve_problem *p = &s->resolution->problems[i];

		if (p->kind == RESOLVE_MACHINE)
			finding_add_level(out, s->rule,
				p->when == RESOLVE_AT_START ? s->rule->level : LEVEL_WARNING,
				p->library,
				arena_printf(s->arena, "build or fetch the %s one of %s",
					image_arch_name(s->arena, s->image), p->library),
				"%s", p->text);
	}
	return rules_verdict(out, before);
}

/* One C library in the process: which, and who brought it. */
struct family {
	const char *name, *dll, *who;
};

static size_t
add_family(struct family *families, size_t n, const char *dll, const char *who)
{
	const char *name;

	if (nt_dll_crt(dll, &name) == NT_CRT_NONE || n == MAX_FAMILIES)
		return n;
	for (size_t i = 0; i < n; i++)
		if (strcmp(families[i].name, name) == 0)
			return n;
	families[n] = (struct family){ name, dll, who };
	return n + 1;
}

static size_t
add_families(struct family *families, size_t n, const struct image *img)
{
	for (size_t i = 0; i < img->needed.count; i++)
		n = add_family(families, n, img->needed.items[i], path_base(img->path));
	return n;
}

static void
check_promised_crt(struct subject *s, struct findings *out)
{
	const struct target *t = s->contract->target;
	enum target_libc promised = t && t->abi ? t->abi->libc : LIBC_UNKNOWN;

	if ((promised != LIBC_UCRT && promised != LIBC_MSVCRT) || s->libc.kind == LIBC_UNKNOWN ||
		s->libc.kind == promised)
		return;
	finding_add(out, s->rule, target_libc_name(s->libc.kind), NULL,
		"its C library is %s, that of %s is %s", target_libc_name(s->libc.kind), t->name,
		target_libc_name(promised));
}

enum verdict
check_mixed_crt(struct subject *s, struct findings *out, const char **ret_reason)
{
	struct family families[MAX_FAMILIES];
	size_t before = out->count, n;

	if (skip(s, ret_reason))
		return VERDICT_SKIP;
	check_promised_crt(s, out);
	n = add_families(families, 0, s->image);
	for (size_t i = 1; i < s->resolution->object_count; i++)
		if (is_ours(s->resolution->objects[i]))
			n = add_families(families, n, s->resolution->objects[i]->img);
	for (size_t i = 1; i < n; i++)
		finding_add(out, s->rule, families[i].dll, NULL,
			"two C libraries in one process: %s has %s (%s), %s has %s (%s)",
			families[0].who, families[0].name, families[0].dll, families[i].who,
			families[i].name, families[i].dll);
	return rules_verdict(out, before);
}

static void
harden(struct subject *s, struct findings *out, const char *where, const char *fix,
	const char *message)
{
	finding_add_level(out, s->rule, rules_has_promise(s) ? s->rule->level : LEVEL_NOTE, where,
		fix, "%s", message);
}

static void
check_addresses(struct subject *s, struct findings *out)
{
	const struct pe *pe = s->image->pe;
	uint16_t flags = pe->dll_characteristics;

	if (!(flags & PE_DYNAMIC_BASE))
		harden(s, out, "DYNAMIC_BASE",
			"link with -Wl,--dynamicbase (link.exe: /DYNAMICBASE)",
			"it is loaded at a fixed address (no ASLR)");
	else if (!pe->relocatable)
		harden(s, out, ".reloc",
			"do not strip relocations: leave out -Wl,--disable-reloc-section "
			"(link.exe: "
			"/FIXED)",
			"it asks for ASLR, but has no base relocations to be moved by");
	else if (pe->plus && !(flags & PE_HIGH_ENTROPY_VA))
		harden(s, out, "HIGH_ENTROPY_VA",
			"link with -Wl,--high-entropy-va (link.exe: /HIGHENTROPYVA)",
			"it is moved within few addresses only (no high-entropy ASLR)");
}

enum verdict
check_pe_hardening(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct pe *pe = s->image->pe;
	uint16_t flags = pe->dll_characteristics;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (pe->subsystem >= PE_EFI_FIRST && pe->subsystem <= PE_EFI_LAST) {
		*ret_reason = "it runs before Windows";
		return VERDICT_SKIP;
	}
	check_addresses(s, out);
	if (!(flags & PE_NX_COMPAT))
		harden(s, out, "NX_COMPAT", "link with -Wl,--nxcompat (link.exe: /NXCOMPAT)",
			"its data may be executed (no DEP)");
	/* GNU ld has no such option, and lld's MinGW driver only since 18. */
	if (pe->rich && !pe->managed && !(flags & PE_GUARD_CF))
		finding_add_level(out, s->rule, LEVEL_NOTE, "GUARD_CF",
			"compile and link with /guard:cf",
			"indirect calls are not checked (no control flow guard)");
	if ((flags & PE_FORCE_INTEGRITY) && !pe->has_certificate)
		finding_add_level(out, s->rule, LEVEL_ERROR, "FORCE_INTEGRITY",
			"sign it, or link without /INTEGRITYCHECK",
			"it asks to be loaded only when it is signed, and has no signature "
			"(0xC0000428)");
	return rules_verdict(out, before);
}

/* "10.0" of the promised target; of the file itself when nobody promises. */
static const char *
declared_windows(const struct subject *s)
{
	const struct target *t = s->contract->target;
	const struct pe *pe = s->image->pe;

	if (t && t->row->format == FORMAT_PE)
		return t->version[0] ? t->version : t->row->os_minimum;
	return arena_printf(
		s->arena, "%u.%u", pe->subsystem_version.major, pe->subsystem_version.minor);
}

static const char *
since_of(const struct subject *s, const struct image_import *i)
{
	const char *since, *name = i->name ? i->name : arena_printf(s->arena, "#%u", i->ordinal);

	if (i->when == BIND_LAZY || !i->library ||
		nt_dll_exports(i->library, image_arch_name(s->arena, s->image), name, &since) !=
			NT_EXPORTED)
		return NULL;
	return since;
}

const char *
rules_windows_floor(struct subject *s, struct strvec *ret_names)
{
	const struct image_import *imports;
	const char *floor = NULL;
	struct error err;
	size_t n;

	strvec_init(ret_names, s->arena);
	error_clear(&err);
	if (!image_imports(s->image, &imports, &n, &err))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const char *since = since_of(s, &imports[i]);
		int order = since ? floor ? cstr_version_cmp(since, floor) : 1 : -1;

		if (order > 0) {
			floor = since;
			strvec_init(ret_names, s->arena);
		}
		if (order >= 0 && !strvec_has(ret_names, imports[i].name))
			strvec_push(ret_names, imports[i].name);
	}
	return floor;
}

enum verdict
check_windows_version(struct subject *s, struct findings *out, const char **ret_reason)
{
	bool promised = s->contract->target && s->contract->target->row->format == FORMAT_PE;
	const char *declared = declared_windows(s), *floor, *names;
	struct strvec users;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	floor = rules_windows_floor(s, &users);
	if (floor && cstr_version_cmp(floor, declared) > 0) {
		names = floors_symbols_text(s->arena, &users);
		finding_add_level(out, s->rule, promised ? s->rule->level : LEVEL_NOTE, names, NULL,
			"it imports %s, which Windows has since %s; it says %s", names, floor,
			declared);
		return VERDICT_FAIL;
	}
	if (!promised || cstr_version_cmp(declared, "10.0") >= 0)
		return VERDICT_PASS;
	*ret_reason = "not of every function it is recorded which Windows has it first";
	return VERDICT_UNKNOWN;
}

static const char *
runtime_fix(const struct subject *s, const char *dll)
{
	const char *triple = s->image->machine == PE_MACHINE_386 ? "i686" : "x86_64";

	if (cstr_starts(dll, "libgcc_s") || cstr_starts(dll, "libstdc++"))
		return arena_printf(s->arena,
			"link with -static-libgcc -static-libstdc++, or put there what "
			"`%s-w64-mingw32-gcc -print-file-name=%s` names",
			triple, dll);
	return arena_printf(s->arena,
		"link with -static, or put there what `%s-w64-mingw32-gcc -print-file-name=%s` "
		"names",
		triple, dll);
}

enum verdict
check_runtime_dll(struct subject *s, struct findings *out, const char **ret_reason)
{
	size_t before = out->count;

	if (skip(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 0; i < s->resolution->problem_count; i++) {
		const struct resolve_problem *p = &s->resolution->problems[i];

		if (p->kind == RESOLVE_LIBRARY && is_toolchain(p->library))
			finding_add_level(out, s->rule,
				p->when == RESOLVE_AT_START ? LEVEL_ERROR : s->rule->level,
				p->library, runtime_fix(s, p->library),
				"%s needs %s, the compiler's own, which is not shipped with it",
				p->own ? "it" : path_base(p->wanted_by), p->library);
	}
	return rules_verdict(out, before);
}

/* Windows has no static programs: all of them need its DLLs. No other one is what is meant. */
void
rules_check_static_pe(struct subject *s, struct findings *out)
{
	const struct image_list *needed = &s->image->needed;

	for (size_t i = 0; i < needed->count; i++) {
		enum nt_dll_kind kind = nt_dll_kind(needed->items[i]);

		if (kind != NT_DLL_SYSTEM && kind != NT_DLL_API_SET)
			finding_add(out, s->rule, needed->items[i], NULL,
				"it was to be %s, but needs %s, which is no part of Windows",
				link_mode_name(s->contract->mode), needed->items[i]);
	}
}

void
rules_find_crt(struct subject *s)
{
	const struct image_list *needed = &s->image->needed;

	for (size_t i = 0; i < needed->count; i++) {
		const char *name;
		enum nt_crt crt = nt_dll_crt(needed->items[i], &name);

		if (crt != NT_CRT_MSVCRT && crt != NT_CRT_UCRT)
			continue;
		s->libc.kind = crt == NT_CRT_UCRT ? LIBC_UCRT : LIBC_MSVCRT;
		s->libc.linked = LIBC_LINKED_DYNAMIC;
		s->libc.evidence = arena_printf(s->arena, "it needs %s", needed->items[i]);
		return;
	}
}

static void
add_crts(struct strbuf *b, const struct image *img)
{
	struct family families[MAX_FAMILIES];
	size_t n = add_families(families, 0, img);

	for (size_t i = 0; i < n; i++)
		strbuf_addf(b, "%s%s", i ? "+" : " · ", families[i].name);
}

void
rules_summary_pe(struct strbuf *b, const struct subject *s)
{
	const struct pe *pe = s->image->pe;
	uint16_t flags = pe->dll_characteristics;
	struct subject copy = *s;
	struct strvec names;
	const char *floor = rules_windows_floor(&copy, &names);

	strbuf_add(b, s->image->type == IMAGE_SHARED ? " · library" : " · program");
	if (s->image->type != IMAGE_SHARED)
		strbuf_addf(b, " · %s", pe_subsystem_name(b->arena, pe->subsystem));
	if (pe->managed)
		strbuf_add(b, " · .NET");
	add_crts(b, s->image);
	if (floor)
		strbuf_addf(b, " · Windows >= %s", floor);
	if ((flags & PE_DYNAMIC_BASE) && pe->relocatable)
		strbuf_add(b, " · ASLR");
	if (flags & PE_NX_COMPAT)
		strbuf_add(b, " · NX");
	if (flags & PE_GUARD_CF)
		strbuf_add(b, " · CFG");
	if (pe->has_certificate)
		strbuf_add(b, " · signed");
	if (s->go.present)
		strbuf_addf(b, " · %s", s->go.version ? s->go.version : "Go");
}
