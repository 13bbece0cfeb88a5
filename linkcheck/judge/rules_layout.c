/* SPDX-License-Identifier: MIT */
/* How the file is laid out: position, protection, alignment; and whether it could be read. */
#include <inttypes.h>

#include "linkcheck/judge/rules.h"
#include "linkcheck/read/elf_const.h"

#define SMALLEST_PAGE 0x1000u

bool
rules_has_promise(const struct subject *s)
{
	return s->contract->target || s->contract->has_mode || s->contract->floor;
}

bool
rules_skip_unloadable(const struct subject *s, const char **ret_reason)
{
	*ret_reason = "it is no program or shared library";
	return !image_is_loadable(s->image);
}

bool
rules_damaged(const struct subject *s, const char **ret_reason)
{
	*ret_reason = "the file is damaged (LC120)";
	return s->image->defects.count > 0;
}

enum verdict
rules_verdict(const struct findings *out, size_t before)
{
	return out->count > before ? VERDICT_FAIL : VERDICT_PASS;
}

static enum level
style_level(const struct subject *s)
{
	return rules_has_promise(s) ? s->rule->level : LEVEL_NOTE;
}

enum verdict
check_pie(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct contract *c = s->contract;

	if (!image_is_program(s->image)) {
		*ret_reason = "it is no program";
		return VERDICT_SKIP;
	}
	if (c->has_mode && c->mode == LINK_STATIC) {
		*ret_reason = "a fixed address was asked for";
		return VERDICT_SKIP;
	}
	if (s->image->type == IMAGE_PIE)
		return VERDICT_PASS;
	/* Go links programs at a fixed address unless told otherwise. */
	finding_add_level(out, s->rule, s->go.present ? LEVEL_NOTE : style_level(s), NULL,
		s->go.present ? "build with -buildmode=pie" : NULL,
		"it is not position independent");
	return VERDICT_FAIL;
}

enum verdict
check_relro(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image *img = s->image;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (rules_damaged(s, ret_reason))
		return VERDICT_UNKNOWN;
	if (!img->dynamic || img->osabi == ELFOSABI_SOLARIS) {
		*ret_reason = "it has no dynamic section to protect";
		return VERDICT_SKIP;
	}
	if (img->has_relro)
		return VERDICT_PASS;
	finding_add_level(out, s->rule, s->go.present ? LEVEL_NOTE : style_level(s), NULL, NULL,
		"its relocated data stays writable (no PT_GNU_RELRO)");
	return VERDICT_FAIL;
}

/* OpenBSD, NetBSD and Solaris do not use PT_GNU_STACK; a static program's stack is the kernel's
 * decision, and Linux gives only 32-bit x86 an executable one when nothing is said. */
static bool
silent_stack_matters(const struct subject *s)
{
	const struct image *img = s->image;

	if (s->libc.kind != LIBC_GLIBC || img->segment_count == 0)
		return false;
	return img->dynamic || img->machine == EM_386;
}

/* GNU ld makes the stack of everything executable for one object without the note (ld(1), -z
 * execstack); lld does not. Objects of other systems have none. */
static enum verdict
check_object_stack(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image_object *o = &s->parts;

	*ret_reason = "it has no code";
	if (!o->has_code || (s->image->osabi != ELFOSABI_NONE && s->image->osabi != ELFOSABI_GNU))
		return VERDICT_SKIP;
	if (o->stack_executable)
		finding_add(out, s->rule, ".note.GNU-stack", NULL,
			"the object asks for an executable stack");
	else if (!o->says_stack && rules_has_promise(s))
		finding_add_level(out, s->rule, LEVEL_WARNING, ".note.GNU-stack", NULL,
			"the object does not say that its stack need not be executable: GNU ld "
			"then "
			"makes it so");
	else
		return VERDICT_PASS;
	return VERDICT_FAIL;
}

enum verdict
check_exec_stack(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image *img = s->image;
	size_t before = out->count;

	if (img->type == IMAGE_RELOCATABLE)
		return check_object_stack(s, out, ret_reason);
	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	/* On MIPS whole distributions do: its FPU emulation needed it once. */
	if (img->has_stack_segment && img->stack_executable)
		finding_add_level(out, s->rule,
			img->machine == EM_MIPS ? LEVEL_WARNING : s->rule->level, "PT_GNU_STACK",
			NULL, "it asks for an executable stack");
	else if (!img->has_stack_segment && img->stack_executable && silent_stack_matters(s))
		finding_add_level(out, s->rule, LEVEL_WARNING, "PT_GNU_STACK", NULL,
			"it does not say that its stack need not be executable");
	for (size_t i = 0; i < img->segment_count; i++) {
		const struct image_segment *seg = &img->segments[i];

		if (seg->type != PT_LOAD || (seg->flags & (PF_W | PF_X)) != (PF_W | PF_X))
			continue;
		finding_add(out, s->rule, arena_printf(s->arena, "segment %zu", i), NULL,
			"segment %zu at 0x%" PRIx64 " is writable and executable", i, seg->vaddr);
		break;
	}
	return rules_verdict(out, before);
}

enum verdict
check_textrel(struct subject *s, struct findings *out, const char **ret_reason)
{
	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (!s->image->has_textrel)
		return VERDICT_PASS;
	finding_add(out, s->rule, NULL, NULL, "the loader has to write into its code (DT_TEXTREL)");
	return VERDICT_FAIL;
}

static void
check_segment_alignment(struct subject *s, struct findings *out, size_t i, uint64_t page)
{
	const struct image_segment *seg = &s->image->segments[i];
	const char *where = arena_printf(s->arena, "segment %zu", i);
	uint64_t align = seg->align;

	if (align > 1 && (align & (align - 1)) != 0)
		finding_add(out, s->rule, where, NULL,
			"segment %zu: its alignment 0x%" PRIx64 " is no power of two", i, align);
	else if (((seg->vaddr - seg->offset) & (SMALLEST_PAGE - 1)) != 0)
		finding_add(out, s->rule, where, NULL,
			"segment %zu: address 0x%" PRIx64 " and offset 0x%" PRIx64
			" do not lie alike within a page",
			i, seg->vaddr, seg->offset);
	else if (align > 1 && ((seg->vaddr - seg->offset) & (align - 1)) != 0)
		finding_add(out, s->rule, where, NULL,
			"segment %zu: address 0x%" PRIx64 " and offset 0x%" PRIx64
			" differ modulo its alignment 0x%" PRIx64,
			i, seg->vaddr, seg->offset, align);
	else if (align < page && s->image->segment_count > 0)
		finding_add(out, s->rule, where,
			arena_printf(s->arena, "link with -Wl,-z,max-page-size=%" PRIu64, page),
			"segment %zu is aligned to %" PRIu64
			" bytes; kernels of %s may have pages of "
			"%" PRIu64,
			i, align, s->contract->target->name, page);
}

enum verdict
check_alignment(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct target *t = s->contract->target;
	uint64_t page = t && t->row->elf.machine == s->image->machine ? t->row->elf.page_max : 0;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	for (size_t i = 0; i < s->image->segment_count; i++) {
		const struct image_segment *seg = &s->image->segments[i];

		if (seg->type != PT_LOAD || seg->memsz == 0)
			continue;
		check_segment_alignment(s, out, i, page);
		if (out->count > before)
			break; /* the others have the same cause */
	}
	return rules_verdict(out, before);
}

enum verdict
check_malformed(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct strvec *defects = &s->image->defects;

	(void)ret_reason;
	for (size_t i = 0; i < defects->count; i++)
		finding_add(out, s->rule, NULL, NULL, "%s", defects->items[i]);
	return defects->count > 0 ? VERDICT_FAIL : VERDICT_PASS;
}

/* What is in a package and was not looked at might be anything: it does not pass. */
static enum verdict
check_cut(struct subject *s, struct findings *out)
{
	const struct strvec *cuts = &s->image->unsimulated;

	for (size_t i = 0; i < cuts->count; i++)
		finding_add_level(out, s->rule, LEVEL_ERROR, NULL,
			"look into it by other means, or ship it in parts", "%s", cuts->items[i]);
	return cuts->count > 0 ? VERDICT_FAIL : VERDICT_PASS;
}

/* A gap in what we read is an UNKNOWN, not a fault of the file: no finding. */
enum verdict
check_simulated(struct subject *s, struct findings *out, const char **ret_reason)
{
	if (s->image->format == FORMAT_ARCHIVE)
		return check_cut(s, out);
	if (s->rpath.cut) {
		*ret_reason = "its search path has more entries than are looked at";
		return VERDICT_UNKNOWN;
	}
	if (s->image->unsimulated.count == 0)
		return VERDICT_PASS;
	*ret_reason = s->image->unsimulated.items[0];
	return VERDICT_UNKNOWN;
}
