/* SPDX-License-Identifier: MIT */
/* Does the file ask for a newer processor than the target's variant stands for? */
#include <stdlib.h>
#include <string.h>

#include "linkcheck/judge/rules.h"
#include "linkcheck/read/elf_const.h"

/* x86-64 psABI, "Micro-Architecture Levels"; glibc's loader refuses a file above its machine's level
 * (sysdeps/x86/dl-prop.h, dl_isa_level_check). */
static unsigned
x86_level(const struct image *img)
{
	unsigned level = 0;

	if (img->machine != EM_X86_64)
		return 0;
	for (unsigned i = 0; i < 4; i++)
		if (img->notes.x86_isa_needed & (1u << i))
			level = i + 1;
	return level;
}

/* Tag_CPU_arch of IHI 0045, by the number GOARM has for it; 0: makes no statement. */
static unsigned
arm_level(const struct image *img)
{
	static const uint8_t levels[] = { 0, 4, 4, 5, 5, 5, 6, 6, 7, 6, 7 };

	if (img->machine != EM_ARM)
		return 0;
	/* 11 to 13 and some above are microcontrollers'; 14 is the first v8 of the A profile. */
	if (img->arm_cpu_arch < ARRAY_LEN(levels))
		return levels[img->arm_cpu_arch];
	return img->arm_cpu_arch == 14 ? 8 : 0;
}

/* "v3" is 300, "v8.2,lse" 802, "power9" 900, "7,softfloat" 700, "softfloat" 0. */
static unsigned long
level_of(const char *value)
{
	unsigned long major, minor = 0;
	char *end;

	value += strcspn(value, "0123456789,");
	major = strtoul(value, &end, 10);
	if (*end == '.')
		minor = strtoul(end + 1, NULL, 10);
	return major < 1000 && minor < 100 ? major * 100 + minor : 0;
}

const char *
rules_cpu_text(const struct subject *s)
{
	const char *go = rules_go_setting(s, "GOAMD64");
	unsigned level = x86_level(s->image);

	if (s->image->machine != EM_X86_64)
		return NULL;
	if (go && level_of(go) / 100 > level)
		level = (unsigned)(level_of(go) / 100);
	return level > 1 && level < 5 ? arena_printf(s->arena, "x86-64-v%u", level) : NULL;
}

static void
check_code(struct subject *s, struct findings *out, unsigned long limit)
{
	const struct target *t = s->contract->target;
	unsigned x86 = x86_level(s->image), arm = arm_level(s->image);
	const char *fix = arena_printf(
		s->arena, "leave out -march (-t %s sets it), or promise the higher level", t->name);

	if (x86 * 100ul > limit)
		finding_add(out, s->rule, ".note.gnu.property", fix,
			"it needs an x86-64-v%u processor, %s stands for v%lu", x86, t->name,
			limit / 100);
	if (arm * 100ul > limit)
		finding_add(out, s->rule, "Tag_CPU_arch", fix,
			"it needs an ARMv%u processor, %s stands for ARMv%lu", arm, t->name,
			limit / 100);
}

enum verdict
check_cpu(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct target *t = s->contract->target;
	size_t before = out->count;
	const char *go;

	if (!t || t->row->elf.machine != s->image->machine || t->row->elf.bits != s->image->bits) {
		*ret_reason = "no target of its architecture is promised";
		return VERDICT_SKIP;
	}
	go = rules_go_setting(s, t->row->go_name);
	if (*t->row->go_value)
		check_code(s, out, level_of(t->row->go_value));
	if (go && level_of(go) > level_of(t->row->go_value))
		finding_add(out, s->rule, t->row->go_name,
			arena_printf(
				s->arena, "build with %s=%s", t->row->go_name, t->row->go_value),
			"its Go code was compiled with %s=%s, %s stands for %s", t->row->go_name,
			go, t->name, t->row->go_value);
	return rules_verdict(out, before);
}
