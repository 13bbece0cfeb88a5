/* SPDX-License-Identifier: MIT */
/* The answer for each platform. */
#include "linkcheck/platform/verdict.h"

#include <inttypes.h>
#include <string.h>

#include "base/path.h"
#include "linkcheck/platform/verdict_inside.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/read/libc.h"

#define BIT(i) ((uint64_t)1 << (i))

static size_t
release_index(enum target_libc libc, const char *version)
{
	const char *release;
	size_t i = 0;

	while ((release = abi_release_at(libc, i)) && strcmp(release, version) != 0)
		i++;
	return i;
}

bool
verdict_set_add(struct verdict_set *set, const struct platform *p)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->items[i]->id, p->id) == 0)
			return true;
	if (set->count == VERDICT_PLATFORMS)
		return false;
	set->release[set->count] = (uint8_t)release_index(p->libc, p->libc_version);
	set->items[set->count++] = p;
	return true;
}

void
verdict_set_init(struct verdict_set *set)
{
	const struct platform *p;

	*set = (struct verdict_set){ .count = 0 };
	for (size_t i = 0; (p = platform_at(i)) && verdict_set_add(set, p); i++)
		;
}

uint64_t
judge_platforms(const struct judge *j, uint64_t releases)
{
	uint64_t ret = 0;

	if ((releases & j->wanted) == j->wanted)
		return j->asked;
	for (size_t i = 0; i < j->set->count; i++)
		if ((j->asked & BIT(i)) && (releases & BIT(j->set->release[i])))
			ret |= BIT(i);
	return ret;
}

void
judge_demand(struct judge *j, struct demand d)
{
	d.of = j->top;
	d.who = j->closure && j->self != j->closure->file ? j->self : NULL;
	d.met |= ~j->asked;
	d.unknown &= j->asked & ~d.met;
	if (!~d.met)
		return;
	if (j->count == j->cap) {
		size_t grown = j->cap ? j->cap * 2 : 16;

		j->demands = arena_grow(j->arena, j->demands, j->cap, grown, sizeof(j->demands[0]));
		j->cap = grown;
	}
	j->demands[j->count++] = d;
}

uint64_t
judge_open(const struct judge *j)
{
	uint64_t open = j->asked;

	for (size_t i = 0; i < j->count; i++)
		open &= j->demands[i].met | j->demands[i].unknown;
	return open;
}

static void
demand_text(struct judge *j, uint64_t met, const char *text, const char *fix)
{
	judge_demand(
		j, (struct demand){ .kind = DEMAND_TEXT, .met = met, .text = text, .fix = fix });
}

static uint64_t
platforms_with(const struct verdict_set *set, enum target_libc libc)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < set->count; i++)
		if (set->items[i]->libc == libc)
			ret |= BIT(i);
	return ret;
}

/* The kernel opens exactly the path that PT_INTERP names. */
static void
judge_interpreter(struct judge *j, const struct target_abi *abi)
{
	const char *interp = j->top->img->interpreter;

	if (!interp || !abi || strcmp(interp, abi->loader) == 0)
		return;
	demand_text(j, 0, arena_printf(j->arena, "its loader is %s, not %s", interp, abi->loader),
		arena_printf(j->arena, "link with -Wl,--dynamic-linker=%s", abi->loader));
}

/* Which pages a kernel has is not recorded for each platform: one distribution has arm64 kernels of two kinds. */
static void
judge_pages(struct judge *j)
{
	const struct image *img = j->top->img;
	const struct target_row *row = image_row(img);

	if (img->format == FORMAT_ELF && row && image_page_fit(img) < row->elf.page_max)
		judge_demand(j,
			(struct demand){ .unknown = ~(uint64_t)0,
				.text = arena_printf(j->arena,
					"it is linked for pages of %" PRIu64
					" bytes, and those of %s kernels may have %u",
					image_page_fit(img), row->arch, row->elf.page_max),
				.fix = arena_printf(j->arena, "link with -Wl,-z,max-page-size=%u",
					row->elf.page_max) });
}

/* A file of one libc on platforms of another. A program there has no loader; a library's needs are
 * partly answered by musl's loader itself, so it is judged by its symbols. */
static bool
is_foreign(struct judge *j, enum target_libc libc)
{
	const char *name = target_libc_name(j->libc);

	if (j->libc == libc || (j->libc == LIBC_UNKNOWN && !j->top->img->interpreter))
		return false;
	if (!j->top->img->interpreter && j->libc == LIBC_GLIBC && libc == LIBC_MUSL)
		return false;
	if (j->libc == LIBC_UNKNOWN || j->libc == LIBC_NATIVE)
		name = j->top->img->interpreter ? j->top->img->interpreter : "another system's";
	demand_text(j, 0,
		arena_printf(j->arena,
			j->top->img->interpreter ? "needs the %s loader" : "needs %s libraries",
			name),
		NULL);
	return true;
}

static uint64_t
wanted_releases(const struct judge *j, enum target_libc libc)
{
	uint64_t ret = 0;

	for (size_t i = 0; i < j->set->count; i++) {
		if ((j->asked & BIT(i)) && abi_release_at(libc, j->set->release[i]))
			ret |= BIT(j->set->release[i]);
	}
	return ret;
}

static void
judge_on(struct judge *j, enum target_libc libc)
{
	struct arena *a = j->arena;
	const struct target_row *row = image_row(j->top->img);
	const struct target_abi *abi = row ? target_row_abi(row, libc) : NULL;
	const char *arch = image_arch_name(a, j->top->img);

	j->asked = platforms_with(j->set, libc);
	if (!j->asked || is_foreign(j, libc))
		return;
	if (row && *row->variant)
		arch = arena_printf(a, "%s/%s", arch, row->variant);
	if (!abi || !abi_port_find(&j->port, libc, arch, path_base(abi->loader))) {
		judge_demand(j,
			(struct demand){ .unknown = ~(uint64_t)0,
				.fix = "xbuild audit --snapshot ROOT -o FILE makes a platform of "
				       "such a system: --on FILE",
				.text = arena_printf(a, "nothing is recorded of %s on %s",
					target_libc_name(libc), image_arch_name(a, j->top->img)) });
		return;
	}
	j->wanted = wanted_releases(j, libc);
	j->cxx = false;
	j->libraries = j->program ? 0
				  : abi_port_library(&j->port, "libc.so.6") |
					    abi_port_library(&j->port, j->port.loader);
	judge_interpreter(j, abi);
	demand_text(j, judge_platforms(j, j->port.releases),
		arena_printf(a, "its %s has no %s", target_libc_name(libc),
			image_arch_name(a, j->top->img)),
		"none there: that architecture came with a later release");
	if (j->closure && j->closure->unknown)
		judge_demand(
			j, (struct demand){ .unknown = ~(uint64_t)0, .text = j->closure->unknown });
	judge_members(j, judge_pages);
	judge_members(j, judge_needs);
	/* What else a library that is not judged brings into the process is not known. */
	if (j->given->count > 0)
		j->libraries = ~(uint32_t)0;
	judge_members(j, libc == LIBC_GLIBC ? judge_glibc : judge_musl);
}

static void
fill(struct judge *j, struct verdicts *ret)
{
	uint64_t met = ~(uint64_t)0, unknown = 0;

	for (size_t i = 0; i < j->count; i++) {
		met &= j->demands[i].met | j->demands[i].unknown;
		unknown |= j->demands[i].unknown;
	}
	ret->count = j->set->count;
	ret->rows = ARENA_ARRAY(j->arena, ret->count, struct verdict_row);
	for (size_t i = 0; i < ret->count; i++) {
		struct verdict_row *row = &ret->rows[i];

		row->platform = j->set->items[i];
		row->on = !(met & BIT(i)) ? ON_FAILS : unknown & BIT(i) ? ON_UNKNOWN : ON_RUNS;
		if (row->on != ON_RUNS)
			judge_reasons(j, i, row->on == ON_UNKNOWN, row);
	}
}

bool
verdict_is_other_system(const struct image *img)
{
	const struct image_notes *n = &img->notes;

	return n->freebsd_version || n->netbsd_version || n->openbsd_version ||
	       img->osabi == ELFOSABI_FREEBSD || img->osabi == ELFOSABI_NETBSD ||
	       img->osabi == ELFOSABI_OPENBSD || img->osabi == ELFOSABI_SOLARIS;
}

static bool
needs_a_loader(const struct image *img)
{
	return !image_is_program(img) || img->interpreter || img->needed.count > 0;
}

static const char again[] = "link it again, or take another copy";

void
verdict_find(struct arena *a, struct object *top, enum target_libc libc,
	const struct resolution *closure, const struct verdict_set *set, struct verdicts *ret)
{
	struct judge j = {
		.arena = a,
		.top = top,
		.libc = libc,
		.closure = closure,
		.self = closure ? closure->file : NULL,
		.program = image_is_program(top->img),
		.set = set,
		.given = &ret->given,
	};
	struct image *img = top->img;

	*ret = (struct verdicts){ .count = 0 };
	strvec_init(&ret->given, a);
	if (!image_is_loadable(img))
		return;
	j.asked = ~(uint64_t)0;
	if (verdict_is_other_system(img)) {
		demand_text(&j, 0, "it is made for another system", NULL);
	} else if (image_is_program(img) && img->needed.count > 0 && !img->interpreter) {
		demand_text(&j, 0, "it needs libraries but names no loader",
			"link with the compiler, or with -static");
	} else if (img->defects.count > 0) {
		judge_demand(&j, (struct demand){ .unknown = ~(uint64_t)0,
					 .fix = again,
					 .text = arena_printf(
						 a, "it is damaged: %s", img->defects.items[0]) });
	} else if (image_start_fault(img)) {
		judge_demand(&j, (struct demand){ .unknown = ~(uint64_t)0,
					 .fix = again,
					 .text = image_start_fault(img) });
	} else if (!needs_a_loader(img)) {
		judge_pages(&j);
	} else {
		judge_on(&j, LIBC_GLIBC);
		judge_on(&j, LIBC_MUSL);
	}
	fill(&j, ret);
}

const char *
verdict_on_name(enum verdict_on on)
{
	static const char *const names[] = { "runs", "fails", "unknown" };

	return names[on];
}
