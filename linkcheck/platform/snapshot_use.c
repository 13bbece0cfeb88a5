/* SPDX-License-Identifier: MIT */
/* A snapshot as a platform: what the simulation of its loader says, in the words of verdicts. */
#include <string.h>

#include "linkcheck/platform/snapshot.h"
#include "linkcheck/platform/verdict_inside.h"
#include "linkcheck/read/elf_const.h"

bool
snapshot_read(
	struct arena *a, const char *name, struct str text, struct snapshot *ret, struct error *err)
{
	struct snapshot s = { .platform = { .libc = LIBC_UNKNOWN } };

	if (!replica_read(a, name, text, &s.replica, err))
		return false;
	s.platform.id = s.replica.id;
	s.platform.label = s.replica.label;
	s.platform.libc_version = "";
	s.platform.glibcxx = "";
	for (size_t i = 0; i < s.replica.libcs.count; i++) {
		struct str version = str_from(s.replica.libcs.items[i]);
		char *libc = str_dup(a, str_cut(&version, ' '));

		if (s.platform.libc != LIBC_UNKNOWN)
			break;
		s.platform.libc = target_libc_find(libc);
		s.platform.libc_version = str_dup(a, version);
	}
	*ret = s;
	return true;
}

static void
add_reason(struct verdict_row *row, struct verdict_reason reason)
{
	if (row->reason_count < VERDICT_REASONS)
		row->reasons[row->reason_count++] = reason;
}

static void
add_text(struct verdict_row *row, enum verdict_on on, const char *text)
{
	row->on = on;
	add_reason(row, (struct verdict_reason){ .text = text });
}

/* Kernels run the 32-bit programs of the same family, most of them: nobody promised it. */
static bool
is_sibling(const struct replica *r, const struct image *img)
{
	struct image wide = *img;

	wide.bits = 64;
	wide.machine = img->machine == EM_386 ? EM_X86_64 : img->machine == EM_ARM ? EM_AARCH64 : 0;
	return wide.machine != 0 && replica_has_machine(r, &wide);
}

static bool
judge_machine(
	struct arena *a, const struct replica *r, const struct image *img, struct verdict_row *row)
{
	if (replica_has_machine(r, img))
		return true;
	add_text(row, is_sibling(r, img) ? ON_UNKNOWN : ON_FAILS,
		arena_printf(a, "it has no loader and no library for %s", image_arch_name(a, img)));
	return false;
}

/* What the process dies of, at its start or at a call: neither counts as running. */
static void
judge_problems(const struct resolution *r, bool program, struct verdict_row *row)
{
	for (size_t i = 0; i < r->problem_count; i++) {
		const struct resolve_problem *p = &r->problems[i];

		if (p->when == RESOLVE_NOTE || (p->kind == RESOLVE_SYMBOL && !program))
			continue;
		row->on = ON_FAILS;
		add_reason(row, (struct verdict_reason){
					.symbol = p->symbol,
					.version = p->version,
					.library = p->library,
					.wanted_by = p->own ? NULL : p->wanted_by,
					.text = p->text,
					.weak = p->weak,
					.at_call = p->when == RESOLVE_AT_CALL,
				});
	}
}

bool
snapshot_verdict(struct arena *a, struct image *img, const struct snapshot *snapshot,
	const struct shipped *shipped, struct objects *store, struct verdict_row *ret,
	struct error *err)
{
	const struct resolve_world world = { .replica = &snapshot->replica, .shipped = shipped };
	struct verdict_row row = { .platform = &snapshot->platform, .on = ON_RUNS };
	struct resolution r;

	row.reasons = ARENA_ARRAY(a, VERDICT_REASONS, struct verdict_reason);
	if (verdict_is_other_system(img)) {
		add_text(&row, ON_FAILS, "it is made for another system");
	} else if (img->defects.count > 0) {
		add_text(&row, ON_UNKNOWN,
			arena_printf(a, "it is damaged: %s", img->defects.items[0]));
	} else if (judge_machine(a, &snapshot->replica, img, &row)) {
		if (!resolve_image(a, img, store, &world, &r, err))
			return false;
		judge_problems(&r, image_is_program(img), &row);
		if (row.on == ON_RUNS && r.starts != STARTS_YES)
			add_text(&row, r.starts == STARTS_NO ? ON_FAILS : ON_UNKNOWN,
				r.unknown ? r.unknown : "it does not start");
	}
	*ret = row;
	return true;
}
