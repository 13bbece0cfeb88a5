/* SPDX-License-Identifier: MIT */
/* Calls that are not about compiling: the linker's own, and questions that the kit answers. */
#include <string.h>

#include "toolchains/driver.h"
#include "toolchains/names.h"

/* Apple's linker takes the architecture by its own name, and the versions one by one. */
static void
linker_of_apple(const struct kit *kit, struct strvec *argv)
{
	const struct target *t = &kit->target;
	const char *triple = target_triple(argv->arena, t);
	const char *least = t->version[0] ? t->version : t->row->os_minimum;

	strvec_push(argv, "-arch");
	strvec_push(argv, arena_strndup(argv->arena, triple, strcspn(triple, "-")));
	strvec_push(argv, "-platform_version");
	strvec_push(argv, "macos");
	strvec_push_dup(argv, least);
	strvec_push(argv, kit->libc_version[0] ? kit->libc_version : least);
	strvec_push(argv, "-syslibroot");
	strvec_push(argv, kit->sysroot);
}

/* lld learns the target from its first object; where there is none (-b binary) it must be told. */
void
driver_linker(const struct kit *kit, struct strvec *argv)
{
	if (kit->target.row->format == FORMAT_MACHO) {
		linker_of_apple(kit, argv);
		return;
	}
	const char *emulation = machine_names(&kit->target)->emulation;

	if (kit->target.row->format == FORMAT_ELF && emulation[0]) {
		strvec_push(argv, "-m");
		strvec_push(argv, emulation);
	}
	strvec_pushf(argv, "--sysroot=%s", kit->sysroot);
}

/* Programs that the kit has none of: clang would find the host's. gcc, too, gives the bare name for
 * what it does not have. */
static const char *const not_ours[] = { "as", "cc", "c++", "cpp", "gcc", "g++", "ld.bfd", "ld.gold",
	NULL };

static const char *
program_of(const struct kit *kit, const char *name)
{
	enum tool tool = tool_find(name);

	for (const char *const *n = not_ours; *n; n++)
		if (strcmp(*n, name) == 0)
			return name;
	if (tool == TOOLS || tool == TOOL_CC || tool == TOOL_CXX)
		return NULL;
	return kit->tools.path[tool] ? kit->tools.path[tool] : name;
}

/* Debian's names; musl's are made like glibc's. */
static const char *
multiarch_of(struct arena *a, const struct kit *kit)
{
	const char *name = kit->target.row->multiarch;
	const char *gnu = strstr(name, "-linux-gnu");
	static const char word[] = "-linux-gnu";

	if (!gnu)
		return target_triple(a, &kit->target);
	if (kit->target.abi->libc != LIBC_MUSL)
		return name;
	return arena_printf(a, "%.*s-linux-musl%s", (int)(gnu - name), name, gnu + strlen(word));
}

const char *
driver_answer(struct arena *a, const struct kit *kit, enum tool tool, const char *const *args)
{
	struct driver_call call;

	if (tool != TOOL_CC && tool != TOOL_CXX)
		return NULL;
	driver_classify(a, args, &call);
	if (call.dumpmachine)
		return target_triple(a, &kit->target);
	if (call.multiarch)
		return multiarch_of(a, kit);
	return call.prog_name ? program_of(kit, call.prog_name) : NULL;
}
