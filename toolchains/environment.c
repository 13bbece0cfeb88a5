/* SPDX-License-Identifier: MIT */
/* What of the caller's environment reaches a child: the allow list, the deny list, and
 * pkg-config's. */
#include "toolchains/environment.h"

#include <string.h>

#include "base/env.h"
#include "base/path.h"
#include "base/proc.h"

/* For cross tools. A loader's variables (LD_*) are for host programs: our lld does not read them. */
static const char *const allowed[] = { "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG",
	"LANGUAGE", "LC_*", "TZ", "TMPDIR", "TMP", "TEMP", "PWD", "XDG_*", "XBUILD_*", "SSH_*",
	"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
	"no_proxy", "NO_PROXY", "SSL_CERT_*", "SOURCE_DATE_EPOCH", "NO_COLOR", "CLICOLOR*",
	"FORCE_COLOR", "CI", "GITHUB_*", "RUNNER_*", "MAKEFLAGS", "MAKELEVEL", "MFLAGS",
	"NINJA_STATUS", "GO*", "CARGO_HOME", "RUSTUP_*", "CCACHE_*", "SCCACHE_*", "DISTCC_*",
	"ICECC_*", "LD_LIBRARY_PATH", "LD_PRELOAD", "FAKEROOTKEY", "FAKED_MODE", "NIX_*",
	"TSAN_OPTIONS", "ASAN_OPTIONS", NULL };

/* For a user's command: what makes some tool take the host's files for the target's, or another
 * compiler than CC. Each was seen to leak, or is documented to be read. */
static const char *const denied[] = { "LIBRARY_PATH", "CPATH", "C_INCLUDE_PATH",
	"CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH", "OBJCPLUS_INCLUDE_PATH", "COMPILER_PATH",
	"GCC_EXEC_PREFIX", "LD_RUN_PATH", "CCC_OVERRIDE_OPTIONS", "CLANG_CONFIG_FILE_*", "SDKROOT",
	"MACOSX_DEPLOYMENT_TARGET", "IPHONEOS_DEPLOYMENT_TARGET", "PKG_CONFIG_*",
	"CMAKE_PREFIX_PATH", "CMAKE_INCLUDE_PATH", "CMAKE_LIBRARY_PATH", "CMAKE_TOOLCHAIN_FILE",
	"CONFIG_SITE", "CPP", "AS", "QEMU_LD_PREFIX", NULL };

void
environment_clean(const struct context *ctx, struct strvec *ret)
{
	env_keep(ret, ctx->env, allowed);
}

/* Is the entry among those that env_keep would keep? */
static bool
is_denied(const struct context *ctx, const char *entry)
{
	const char *one[] = { entry, NULL };
	struct strvec kept;

	strvec_init(&kept, ctx->arena);
	env_keep(&kept, one, denied);
	return kept.count > 0;
}

void
environment_denied(const struct context *ctx, struct strvec *ret)
{
	env_keep(ret, ctx->env, denied);
}

static void
push_undenied(const struct context *ctx, struct strvec *ret)
{
	for (const char *const *e = ctx->env; *e; e++)
		if (strchr(*e, '=') && !is_denied(ctx, *e))
			strvec_push(ret, *e);
}

void
environment_for_exec(const struct context *ctx, const struct environment *env, struct strvec *ret)
{
	const char *path = env_get(ctx->env, "PATH");

	push_undenied(ctx, ret);
	for (size_t i = 0; i < env->count; i++)
		env_set(ret, env->items[i].name, env->items[i].value);
	env_set(ret, "PATH",
		path && path[0] ? arena_printf(ctx->arena, "%s:%s", env->tools_dir, path)
				: env->tools_dir);
}

/* PATH without one directory. */
static char *
path_without(const struct context *ctx, const char *dir)
{
	const char *path = env_get(ctx->env, "PATH");
	struct str rest = str_from(path ? path : "");
	struct strbuf ret;

	strbuf_init(&ret, ctx->arena);
	while (rest.ptr && rest.len > 0) {
		struct str part = str_cut(&rest, ':');

		if (dir && str_is(part, dir))
			continue;
		if (ret.len > 0)
			strbuf_addc(&ret, ':');
		strbuf_addn(&ret, part.ptr, part.len);
	}
	return ret.ptr;
}

bool
environment_pkg_config(const struct context *ctx, const struct kit *kit, const char *dir,
	const char *const *args, struct strvec *argv, struct strvec *env, struct error *err)
{
	char *program;

	push_undenied(ctx, env);
	env_set(env, "PATH", path_without(ctx, dir));
	program = proc_find(ctx->arena, "pkg-config", env->items);
	if (!program)
		program = proc_find(ctx->arena, "pkgconf", env->items);
	if (!program) {
		error_set(err, ERROR_MISSING, "no pkg-config is installed");
		return error_hint(err, "%s", install_hint(ctx, "pkg-config"));
	}
	env_set(env, "PKG_CONFIG_LIBDIR", environment_pkg_config_dirs(ctx->arena, kit));
	env_set(env, "PKG_CONFIG_SYSROOT_DIR", kit->sysroot);
	strvec_push(argv, program);
	if (link_mode_is_static(kit->mode))
		strvec_push(argv, "--static");
	strvec_push_all(argv, args);
	return true;
}

char *
environment_pkg_config_dirs(struct arena *a, const struct kit *kit)
{
	const char *s = kit->sysroot;

	if (strcmp(kit->target.row->os, "freebsd") == 0)
		return arena_printf(
			a, "%s/usr/libdata/pkgconfig:%s/usr/local/libdata/pkgconfig", s, s);
	if (kit->target.abi->libc == LIBC_MUSL || !kit->target.row->multiarch[0])
		return arena_printf(a, "%s/usr/lib/pkgconfig:%s/usr/share/pkgconfig", s, s);
	return arena_printf(a,
		"%s/usr/lib/%s/pkgconfig:%s/usr/lib/pkgconfig:%s/usr/share/pkgconfig", s,
		kit->target.row->multiarch, s, s);
}
