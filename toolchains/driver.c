/* SPDX-License-Identifier: MIT */
/* How clang is told: flags of a kit, and the whole argv of a wrapped call. */
#include "toolchains/driver.h"

#include <string.h>

#include "base/attr.h"
#include "base/proc.h"

/* What an architecture needs beyond its row's flags. The rows that fit add up. */
struct quirk {
	const char *debian;  /* Debian's name says architecture and ABI */
	const char *compile; /* NULL: nothing */
	enum target_libc libc;
	bool no_pie;   /* lld cannot link a dynamic PIE */
	bool only_pic; /* the ABI has no other code: -fno-pie is a warning */
	bool atomic;   /* 64-bit atomics are calls: libatomic */
};

static const struct quirk quirks[] = {
	/* libgcc's helpers ask __getauxval, which musl does not export. Objects do not know
	 * what they will be linked into, so this holds for every mode. */
	{ "arm64", "-mno-outline-atomics", LIBC_MUSL, false, false, false },
	/* Not with musl: libatomic's functions for it are IFUNCs, which musl never resolves (the
	 * program then runs, and counts wrong). An undefined symbol is better. */
	{ "armel", NULL, LIBC_GLIBC, false, false, true },
	{ "mipsel", NULL, LIBC_UNKNOWN, true, false, true },
	{ "mips", NULL, LIBC_UNKNOWN, true, false, true },
	{ "mips64el", NULL, LIBC_UNKNOWN, false, true, false },
	{ "mips64", NULL, LIBC_UNKNOWN, false, true, false },
};

static bool
quirk_fits(const struct quirk *q, const struct kit *kit)
{
	return strcmp(q->debian, kit->target.row->debian) == 0 &&
	       (q->libc == LIBC_UNKNOWN || q->libc == kit->target.abi->libc);
}

static bool
is_musl(const struct kit *kit)
{
	return kit->target.abi->libc == LIBC_MUSL;
}

static bool
has_prefix(const char *const *args, const char *prefix)
{
	for (; args && *args; args++)
		if (cstr_starts(*args, prefix))
			return true;
	return false;
}

/* Does the user's own choice of a processor stand against this flag of the row? clang lets -march
 * win over -mcpu wherever it stands, so ours must not be there at all. */
static bool
user_overrides(const char *const *user, const char *flag)
{
	bool chose = has_prefix(user, "-mcpu=") || has_prefix(user, "-march=");

	if (cstr_starts(flag, "-march=") || cstr_starts(flag, "-mcpu="))
		return chose;
	return cstr_starts(flag, "-mfpu=") && (chose || has_prefix(user, "-mfpu="));
}

static void
common(const struct kit *kit, enum language language, const char *const *user, struct strvec *argv)
{
	const struct toolchain *tc = &kit->tools;
	const struct target_row *row = kit->target.row;

	/* The host distribution's defaults (clang.cfg, read since 16) are the host's. */
	if (tc->compiler_version >= 16)
		strvec_push(argv, "--no-default-config");
	if (language == LANGUAGE_CXX && tc->path[TOOL_CXX] == tc->path[TOOL_CC])
		strvec_push(argv, "--driver-mode=g++");
	strvec_push(argv, "-target");
	strvec_push(argv, target_triple(argv->arena, &kit->target));
	if (row->format == FORMAT_MACHO) {
		/* --sysroot would do for headers and libraries, but not for the SDK's version. */
		strvec_push(argv, "-isysroot");
		strvec_push(argv, kit->sysroot);
	} else {
		strvec_pushf(argv, "--sysroot=%s", kit->sysroot);
		/* A BSD's compiler files are its own, and clang calls the option unused. */
		if (kit->target.abi->libc != LIBC_NATIVE)
			strvec_pushf(argv, "--gcc-toolchain=%s/usr", kit->sysroot);
	}
	/* The flat musl view has no gcc directory that a C++ library's headers would be found by. */
	if (language == LANGUAGE_CXX && is_musl(kit) && kit->set >= SET_CXX &&
		kit->gcc[0] != '\0') {
		strvec_push(argv, "-stdlib++-isystem");
		strvec_pushf(argv, "%s/usr/include/c++/%s", kit->sysroot, kit->gcc);
	}
	for (size_t i = 0; i < ARRAY_LEN(row->flags) && row->flags[i]; i++)
		if (!user_overrides(user, row->flags[i]))
			strvec_push(argv, row->flags[i]);
	for (size_t i = 0; i < ARRAY_LEN(quirks); i++)
		if (quirk_fits(&quirks[i], kit) && quirks[i].compile)
			strvec_push(argv, quirks[i].compile);
}

void
driver_common(const struct kit *kit, enum language language, struct strvec *argv)
{
	common(kit, language, NULL, argv);
}

static bool
links_no_pie(const struct kit *kit, enum link_mode mode)
{
	if (mode == LINK_STATIC)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(quirks); i++)
		if (mode == LINK_DYNAMIC && quirk_fits(&quirks[i], kit) && quirks[i].no_pie)
			return true;
	return false;
}

static bool
only_pic(const struct kit *kit)
{
	for (size_t i = 0; i < ARRAY_LEN(quirks); i++)
		if (quirk_fits(&quirks[i], kit) && quirks[i].only_pic)
			return true;
	return false;
}

void
driver_compile(const struct kit *kit, enum link_mode mode, struct strvec *argv)
{
	if (mode == LINK_SHARED)
		strvec_push(argv, "-fPIC");
	else if (links_no_pie(kit, mode) && !only_pic(kit))
		strvec_push(argv, "-fno-pie");
	else
		strvec_push(argv, "-fPIE");
}

static void
link_tail(const struct kit *kit, struct strvec *tail)
{
	for (size_t i = 0; i < ARRAY_LEN(quirks); i++)
		if (quirk_fits(&quirks[i], kit) && quirks[i].atomic) {
			strvec_push(tail, "-Wl,--push-state,--as-needed");
			strvec_push(tail, "-latomic");
			strvec_push(tail, "-Wl,--pop-state");
			return;
		}
}

/* NULL: nothing needs saying. */
static const char *
mode_flag(const struct kit *kit, enum link_mode mode)
{
	/* Apple's programs are all position-independent, and the flag is an unused one. */
	if (kit->target.row->format == FORMAT_MACHO && mode != LINK_SHARED)
		return NULL;
	switch (mode) {
	case LINK_STATIC:
		return "-static";
	case LINK_STATIC_PIE:
		return "-static-pie";
	case LINK_SHARED:
		return "-shared";
	default:
		return links_no_pie(kit, mode) ? "-no-pie" : "-pie";
	}
}

/* musl's sysroot has no libgcc_s. */
static bool
static_libgcc(const struct kit *kit, enum link_mode mode)
{
	return is_musl(kit) && !link_mode_is_static(mode);
}

/* Only where clang looks lld up by itself does it know that it is none of Apple's linkers (then it says
 * -platform_version): the flag is the directory to look in. */
static void
push_linker(const struct kit *kit, struct strvec *argv)
{
	if (kit->target.row->format == FORMAT_MACHO)
		strvec_push(argv, "-fuse-ld=lld");
	strvec_push(argv, kit->tools.linker_flag);
}

void
driver_link(const struct kit *kit, enum link_mode mode, struct strvec *argv, struct strvec *tail)
{
	push_linker(kit, argv);
	if (mode_flag(kit, mode))
		strvec_push(argv, mode_flag(kit, mode));
	if (static_libgcc(kit, mode))
		strvec_push(argv, "-static-libgcc");
	link_tail(kit, tail);
}

void
driver_reproducible(const struct kit *kit, const char *cwd, struct strvec *argv)
{
	strvec_pushf(argv, "-ffile-prefix-map=%s=.", cwd);
	strvec_pushf(argv, "-ffile-prefix-map=%s=/sysroot", kit->sysroot);
	if (kit->tools.resource_dir && kit->tools.resource_dir[0])
		strvec_pushf(argv, "-ffile-prefix-map=%s=/clang", kit->tools.resource_dir);
	strvec_push(argv, "-fdebug-compilation-dir=.");
}

enum link_mode
driver_mode(const struct kit *kit, const struct driver_call *call)
{
	if (call->shared)
		return LINK_SHARED;
	if (call->static_pie)
		return LINK_STATIC_PIE;
	if (call->is_static)
		return LINK_STATIC;
	if (kit->mode == LINK_STATIC_PIE && call->no_pie)
		return LINK_STATIC;
	if (kit->mode == LINK_STATIC && call->pie)
		return LINK_STATIC_PIE;
	return kit->mode;
}

static bool
says_mode(const struct driver_call *call, enum link_mode mode)
{
	return call->relocatable || call->shared || call->static_pie || call->is_static ||
	       (mode == LINK_DYNAMIC && (call->pie || call->no_pie));
}

/* The flags of the mode that the user did not say himself. */
static void
wrap_link(const struct kit *kit, const struct driver_call *call, enum link_mode mode,
	struct strvec *argv, struct strvec *tail)
{
	if (!call->has_linker)
		push_linker(kit, argv);
	if (!says_mode(call, mode) && mode_flag(kit, mode))
		strvec_push(argv, mode_flag(kit, mode));
	if (static_libgcc(kit, mode) && !call->relocatable)
		strvec_push(argv, "-static-libgcc");
	if (!call->nostdlib && !call->relocatable)
		link_tail(kit, tail);
}

/* Does a flag of ours say more than the user's -pie, -no-pie or -shared-libgcc? */
static bool
ours_decides(const struct kit *kit, const struct driver_call *call, enum link_mode mode)
{
	return !says_mode(call, mode) || (static_libgcc(kit, mode) && !call->relocatable);
}

/* May this very call be linked so? Only what differs from the kit's own mode is asked. */
static bool
wrap_allowed(const struct kit *kit, const struct driver_call *call, enum link_mode mode,
	struct error *err)
{
	if (!call->links || call->relocatable || mode == kit->mode)
		return true;
	/* A static sysroot may have no libc.so (lld would take libc.a for it and say nothing),
	 * and a library that was built all the same would only break the static link that
	 * follows. Configure scripts take the refusal for an answer. */
	if (mode == LINK_SHARED && link_mode_is_static(kit->mode) && !call->nostdlib) {
		error_set(err, ERROR_USAGE, "a shared library in a static build of %s",
			kit->target.name);
		return error_hint(err, "ask for the target without --static, or configure with "
				       "--disable-shared");
	}
	return gate_check(&kit->target, &kit->tools, mode, LANGUAGE_C, err);
}

/* GNU as for x86 serves both. */
static bool
host_assembles(const struct kit *kit)
{
	const char *arch = kit->target.row->arch;
	struct target host;

	target_host(&host);
	return strcmp(host.row->arch, arch) == 0 ||
	       (strcmp(host.row->arch, "amd64") == 0 && strcmp(arch, "386") == 0);
}

/* clang looks for TRIPLE-as on PATH, and takes the host's `as` when there is none. */
static bool
assembler_allowed(const struct context *ctx, const struct kit *kit, const struct driver_call *call,
	struct error *err)
{
	char *name = NULL;

	if (!call->external_as || call->as_text || (!call->stops && !call->links) ||
		host_assembles(kit))
		return true;
	name = arena_printf(ctx->arena, "%s-as", target_triple(ctx->arena, &kit->target));
	if (proc_find(ctx->arena, name, ctx->env))
		return true;
	error_set(err, ERROR_USAGE, "this machine's assembler cannot assemble for %s",
		kit->target.name);
	error_where(err, "-fno-integrated-as");
	return error_hint(
		err, "leave the option out: clang assembles by itself; or install %s", name);
}

/* Unused-argument warnings are the user's to get for his arguments, not for ours. */
static void
push_quiet(struct strvec *argv, const struct strvec *flags)
{
	if (flags->count == 0)
		return;
	strvec_push(argv, DRIVER_QUIET_BEGIN);
	strvec_push_all(argv, flags->items);
	strvec_push(argv, DRIVER_QUIET_END);
}

static bool
wrap_compiler(const struct context *ctx, const struct kit *kit, enum language language,
	const char *const *args, struct strvec *argv, struct error *err)
{
	struct driver_call call;
	struct strvec head, tail;
	enum link_mode mode;

	driver_classify(argv->arena, args, &call);
	if (call.internal) {
		strvec_push_all(argv, args);
		return true;
	}
	mode = driver_mode(kit, &call);
	if (!wrap_allowed(kit, &call, mode, err) || !assembler_allowed(ctx, kit, &call, err))
		return false;
	strvec_init(&head, argv->arena);
	strvec_init(&tail, argv->arena);
	common(kit, language, args, &head);
	if (!call.has_pic)
		driver_compile(kit, mode, &head);
	if (call.links)
		wrap_link(kit, &call, mode, &head, &tail);
	push_quiet(argv, &head);
	if (call.links && call.overruled && ours_decides(kit, &call, mode))
		driver_push_overruled(args, argv);
	else
		strvec_push_all(argv, args);
	push_quiet(argv, &tail);
	return true;
}

bool
driver_wrap(const struct context *ctx, const struct kit *kit, enum tool tool,
	const char *const *args, struct strvec *ret, struct error *err)
{
	const char *path = tool < TOOLS ? kit->tools.path[tool] : NULL;
	struct strvec argv;

	if (!path) {
		error_set(err, ERROR_MISSING, "no '%s' that goes with %s is installed",
			tool < TOOLS ? tool_name(tool) : "?", kit->tools.label);
		return error_hint(err, "%s", install_hint(ctx, "llvm"));
	}
	strvec_init(&argv, ctx->arena);
	strvec_push(&argv, path);
	if (tool == TOOL_CC || tool == TOOL_CXX) {
		enum language language = tool == TOOL_CXX ? LANGUAGE_CXX : LANGUAGE_C;

		if (!wrap_compiler(ctx, kit, language, args, &argv, err))
			return false;
	} else {
		if (tool == TOOL_LD)
			driver_linker(kit, &argv);
		strvec_push_all(&argv, args);
	}
	*ret = argv;
	return true;
}
