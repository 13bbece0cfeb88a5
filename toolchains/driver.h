/* SPDX-License-Identifier: MIT */
/*
 * How a compiler driver is told: functions from a kit to argv, tested against goldens. Rules:
 * target, sysroot and gcc-toolchain are always said; PIE or no PIE is always said; `-target T` is
 * two words (distcc drops --target=T and returns host objects); a result does not depend on where
 * it was built. Ours stands before the user's arguments, so that theirs win; none of theirs is ever
 * dropped, changed or moved. What would quietly be the host's instead is refused, or answered here.
 */
#ifndef TOOLCHAINS_DRIVER_H
#define TOOLCHAINS_DRIVER_H

#include <stdbool.h>

#include "base/context.h"
#include "base/str.h"
#include "toolchains/kit.h"

/* Flags for every call of the compiler: target, sysroot, variant, runtime. */
void driver_common(const struct kit *kit, enum language language, struct strvec *argv);
/* Further flags for compiling a source in this mode: position independence. */
void driver_compile(const struct kit *kit, enum link_mode mode, struct strvec *argv);
/* Further flags for linking: goes before the objects; `tail` goes behind them. */
void driver_link(
	const struct kit *kit, enum link_mode mode, struct strvec *argv, struct strvec *tail);
/* Flags for a call of the linker by itself. Of several -m the last counts: the user's wins. */
void driver_linker(const struct kit *kit, struct strvec *argv);
/* -ffile-prefix-map & co., so that neither the sysroot's nor the project's place is in the
 * result. */
void driver_reproducible(const struct kit *kit, const char *cwd, struct strvec *argv);

/* What a call of `cc ARGS` is about to do, told from its arguments alone (and from the response
 * files among them, which are read as the compiler reads them). */
struct driver_call {
	bool stops;       /* -c, -S, -E, -M ...: no link */
	bool links;       /* it does not stop, and there is something to link */
	bool internal;    /* -cc1 ...: not the driver at all */
	bool shared;      /* -shared */
	bool relocatable; /* -r */
	bool is_static;   /* -static */
	bool static_pie;  /* -static-pie */
	bool pie, no_pie; /* the last of -pie and -no-pie */
	bool has_pic;     /* -fPIC, -fno-pie and their kin */
	bool nostdlib;    /* -nostdlib, -nodefaultlibs, -nolibc */
	bool has_linker;  /* -fuse-ld= (of another linker than lld), --ld-path= */
	bool overruled;   /* -pie, -shared-libgcc ...: unused beside a flag of ours that decides */
	bool as_text;     /* it stops before an assembler would run */
	bool external_as; /* the last of -fintegrated-as and -fno-integrated-as */
	bool dumpmachine;
	bool multiarch;        /* -print-multiarch */
	const char *prog_name; /* of -print-prog-name=; else NULL */
};
void driver_classify(struct arena *a, const char *const *args, struct driver_call *ret);
/* `args` for a call whose link mode our own flag decides: each that this overrules stands between
 * the guards that keep clang from calling it unused. */
void driver_push_overruled(const char *const *args, struct strvec *argv);
#define DRIVER_QUIET_BEGIN "--start-no-unused-arguments"
#define DRIVER_QUIET_END "--end-no-unused-arguments"
/* The mode that such a call links in: the user's own flags win over the kit's. */
enum link_mode driver_mode(const struct kit *kit, const struct driver_call *call);

/* The whole argv of `xbuild TOOL -t T ARGS` (argv[0] is the real tool). */
bool driver_wrap(const struct context *ctx, const struct kit *kit, enum tool tool,
	const char *const *args, struct strvec *ret, struct error *err) MUST_USE;
/* What a call only asks for and the kit knows better than the compiler: the triple that the links
 * are named by, the library directory's name, and the kit's own binary tools, where clang would name
 * the host's. One line without its newline, or NULL: run the tool. */
const char *driver_answer(
	struct arena *a, const struct kit *kit, enum tool tool, const char *const *args);

#endif
