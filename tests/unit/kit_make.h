/* SPDX-License-Identifier: MIT */
/*
 * Kits without a machine behind them, for the tests of toolchains/.
 */
#ifndef TESTS_UNIT_KIT_MAKE_H
#define TESTS_UNIT_KIT_MAKE_H

#include "tests/unit/unit.h"
#include "toolchains/kit.h"

static inline struct target
kit_target(const char *text)
{
	struct target t;
	struct error err;

	error_clear(&err);
	if (!target_parse(&t, text, NULL, &err))
		fail_msg("%s", err.what);
	return target_settled(&t, false);
}

static inline struct kit
kit_make(const char *target, enum link_mode mode)
{
	struct kit kit = {
		.target = kit_target(target),
		.mode = mode,
		.sysroot = "/S",
		.sysroot_digest = "00",
		.source = "debian:12",
		.set = link_mode_is_static(mode) ? SET_C_STATIC : SET_C_DYNAMIC,
		.libc_version = "1.2.3",
		.gcc = "12",
		.tools = {
			.provider = "llvm",
			.label = "clang 14",
			.path = { [TOOL_CC] = "/t/clang", [TOOL_CXX] = "/t/clang++",
				[TOOL_LD] = "/t/ld.lld", [TOOL_AR] = "/t/llvm-ar" },
			.compiler_version = 14,
			.linker_version = 14,
			.linker_flag = "--ld-path=/t/ld.lld",
			.resource_dir = "/t/res",
		},
	};

	return kit;
}

/* The words with one blank between them, as goldens are written. */
static inline char *
joined(struct arena *a, const struct strvec *v)
{
	struct strbuf b;

	strbuf_init(&b, a);
	for (size_t i = 0; i < v->count; i++)
		strbuf_addf(&b, "%s%s", i > 0 ? " " : "", v->items[i]);
	return b.ptr;
}

#endif
