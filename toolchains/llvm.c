/* SPDX-License-Identifier: MIT */
/* Finds the clang and the lld that serve a target, and the binary tools beside them. */
#include "toolchains/llvm.h"

#include <string.h>

#include "base/attr.h"
#include "base/file.h"
#include "base/path.h"
#include "base/proc.h"
#include "toolchains/probe.h"

#define NEWEST 22
#define OLDEST 14

/* What a target needs; the first row that fits. Each is a measured failure of the version before. */
static const struct need {
	const char *debian; /* NULL: any */
	unsigned clang, lld;
	const char *why;
} needs[] = {
	{ "loong64", 19, 19, "older ones do not know LoongArch well" },
	{ "s390x", 14, 19, "older lld does not know the emulation elf64_s390" },
	{ "riscv64", 14, 19, "older lld has no linker relaxation for distribution objects" },
	{ "mips64el", 19, 14, "older clang's C++ tables do not link into a PIE" },
	{ NULL, OLDEST, OLDEST, "older ones were never tried" },
};

/* Another linker of the same project. */
static const struct need apple = { NULL, OLDEST, OLDEST, "older ones were never tried" };

static const struct need *
need_of(const struct target *t)
{
	const struct need *n = needs;

	if (t->row->format == FORMAT_MACHO)
		return &apple;
	for (; n->debian; n++)
		if (strcmp(n->debian, t->row->debian) == 0)
			break;
	return n;
}

struct candidate {
	char *path;
	unsigned version;
};

/* The first of NAME, NAME-22 ... NAME-14 on PATH whose version is at least `least`; else the
 * newest too old one stands in *ret_old. */
static bool
find_program(const struct context *ctx, const struct store *store, const char *name,
	const char *mark, unsigned least, struct candidate *ret, struct candidate *ret_old)
{
	for (unsigned n = NEWEST + 1; n >= OLDEST; n--) {
		char *word = n > NEWEST ? arena_strdup(ctx->arena, name)
					: arena_printf(ctx->arena, "%s-%u", name, n);
		struct candidate c = { proc_find(ctx->arena, word, ctx->env), 0 };

		if (!c.path)
			continue;
		c.version = probe_major(probe_ask(ctx, store, c.path, "--version"), mark);
		if (c.version >= least) {
			*ret = c;
			return true;
		}
		if (c.version > ret_old->version)
			*ret_old = c;
	}
	return false;
}

/* The program NAME in the directory `home` (probe_home, which may be NULL); or NULL. */
static char *
sibling(const struct context *ctx, const char *home, const char *name)
{
	char *path = home ? path_join(ctx->arena, home, name) : NULL;

	return path && file_is_executable(path) ? path : NULL;
}

/* The lld of clang's own installation is preferred: one version of bitcode for both. */
static bool
find_lld(const struct context *ctx, const struct store *store, const char *clang_home,
	const struct need *need, struct candidate *ret, struct candidate *ret_old)
{
	const char *name = need == &apple ? "ld64.lld" : "ld.lld";
	struct candidate own = { sibling(ctx, clang_home, name), 0 };
	char *plain;

	if (own.path) {
		own.version = probe_major(probe_ask(ctx, store, own.path, "--version"), "LLD ");
		if (own.version >= need->lld) {
			*ret = own;
			return true;
		}
	}
	if (!find_program(ctx, store, name, "LLD ", need->lld, ret, ret_old))
		return false;
	/* clang takes a linker whose file name is exactly "ld.lld" for lld when it does LTO. */
	plain = sibling(ctx, probe_home(ctx->arena, ret->path), name);
	if (plain)
		ret->path = plain;
	return true;
}

/* llvm-NAME beside clang, beside lld, of clang's version on PATH, of any version on PATH. */
static const char *
find_tool(const struct context *ctx, const struct toolchain *tools, const char *clang_home,
	const char *name)
{
	char *found = sibling(ctx, clang_home, name);

	if (!found)
		found = proc_find(ctx->arena,
			arena_printf(ctx->arena, "%s-%u", name, tools->compiler_version), ctx->env);
	if (!found)
		found = sibling(ctx, probe_home(ctx->arena, tools->path[TOOL_LD]), name);
	if (!found)
		found = proc_find(ctx->arena, name, ctx->env);
	for (unsigned n = NEWEST; !found && n >= OLDEST; n--)
		found = proc_find(ctx->arena, arena_printf(ctx->arena, "%s-%u", name, n), ctx->env);
	return found;
}

/* clang++ of the same name as clang ("clang-19" and "clang++-19"), else clang itself, which
 * driver_common then tells to be a C++ driver. */
static const char *
find_cxx(const struct context *ctx, const char *clang)
{
	char *dir = path_dir(ctx->arena, clang);
	const char *suffix = path_base(clang) + strlen("clang");
	char *path = path_join(ctx->arena, dir, arena_printf(ctx->arena, "clang++%s", suffix));

	return file_is_executable(path) ? path : clang;
}

static const struct {
	enum tool tool;
	const char *name;
} binary_tools[] = {
	{ TOOL_AR, "llvm-ar" },
	{ TOOL_RANLIB, "llvm-ranlib" },
	{ TOOL_STRIP, "llvm-strip" },
	{ TOOL_NM, "llvm-nm" },
	{ TOOL_OBJCOPY, "llvm-objcopy" },
	{ TOOL_OBJDUMP, "llvm-objdump" },
	{ TOOL_READELF, "llvm-readelf" },
};

static bool
too_old(const struct context *ctx, const char *program, const struct candidate *old, unsigned least,
	const struct need *need, const struct target *t, struct error *err)
{
	if (!old->path) {
		error_set(err, ERROR_MISSING, "no %s is installed", program);
		return error_hint(err, "%s",
			install_hint(ctx,
				least > OLDEST ? arena_printf(ctx->arena, "%s-%u", program, least)
					       : program));
	}
	error_set(err, ERROR_MISSING, "%s %u cannot serve %s: %s >= %u is needed (%s)", program,
		old->version, t->name, program, least, need->why);
	error_where(err, "%s", old->path);
	return error_hint(err, "%s",
		install_hint(
			ctx, arena_printf(ctx->arena, "%s-%u", program, least > 19 ? least : 19)));
}

/* The target side: what this provider has a sysroot and flags for. */
static bool
is_served(const struct target *t)
{
	static const struct {
		const char *os;
		enum target_libc libc;
	} served[] = {
		{ "darwin", LIBC_LIBSYSTEM },
		{ "freebsd", LIBC_NATIVE },
		{ "linux", LIBC_GLIBC },
		{ "linux", LIBC_MUSL },
	};

	for (size_t i = 0; t->abi && i < ARRAY_LEN(served); i++)
		if (strcmp(t->row->os, served[i].os) == 0 && t->abi->libc == served[i].libc)
			return true;
	return false;
}

const void *
llvm_group(const struct target *t)
{
	return is_served(t) ? need_of(t) : NULL;
}

static bool
llvm_serves(const struct target *t, struct error *err)
{
	if (is_served(t))
		return true;
	error_set(err, ERROR_USAGE, "no toolchain here serves %s yet", t->name);
	return error_hint(err, "clang and lld serve linux with glibc or musl, darwin and freebsd");
}

bool
llvm_probe(const struct context *ctx, const struct store *store, const struct target *t,
	struct toolchain *ret, struct error *err)
{
	const struct need *need = need_of(t);
	struct candidate clang = { 0 }, lld = { 0 }, old_clang = { 0 }, old_lld = { 0 };
	struct toolchain tc = { 0 };
	const char *home;

	if (!llvm_serves(t, err))
		return false;
	if (!find_program(ctx, store, "clang", "clang version ", need->clang, &clang, &old_clang))
		return too_old(ctx, "clang", &old_clang, need->clang, need, t, err);
	home = probe_home(ctx->arena, clang.path);
	if (!find_lld(ctx, store, home, need, &lld, &old_lld))
		return too_old(ctx, "lld", &old_lld, need->lld, need, t, err);
	tc.provider = "llvm";
	tc.path[TOOL_CC] = clang.path;
	tc.path[TOOL_CXX] = find_cxx(ctx, clang.path);
	tc.path[TOOL_LD] = lld.path;
	tc.compiler_version = clang.version;
	tc.linker_version = lld.version;
	tc.label = arena_printf(ctx->arena, "clang %u", clang.version);
	tc.linker_flag = need == &apple
				 ? arena_printf(ctx->arena, "-B%s", path_dir(ctx->arena, lld.path))
				 : arena_printf(ctx->arena, "--ld-path=%s", lld.path);
	tc.resource_dir = probe_ask(ctx, store, clang.path, "-print-resource-dir");
	for (size_t i = 0; i < ARRAY_LEN(binary_tools); i++)
		tc.path[binary_tools[i].tool] = find_tool(ctx, &tc, home, binary_tools[i].name);
	*ret = tc;
	return true;
}
