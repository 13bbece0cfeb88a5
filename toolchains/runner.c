/* SPDX-License-Identifier: MIT */
/* Running a program of the target on this machine. */
#include "toolchains/runner.h"

#include <string.h>

#include "base/attr.h"
#include "base/env.h"
#include "base/file.h"
#include "base/path.h"
#include "base/proc.h"
#include "toolchains/toolchain.h"

/* Does this machine's processor and kernel run the target's instructions? */
static bool
is_native(const struct target *t)
{
	struct target host;

	target_host(&host);
	if (strcmp(host.row->os, t->row->os) != 0)
		return false;
	return strcmp(host.row->arch, t->row->arch) == 0 ||
	       (strcmp(host.row->arch, "amd64") == 0 && strcmp(t->row->arch, "386") == 0);
}

static char *
loader_in_sysroot(const struct context *ctx, const char *sysroot, const char *interpreter)
{
	char *path = sysroot ? arena_printf(ctx->arena, "%s%s", sysroot, interpreter) : NULL;

	return path && file_exists(path) ? path : NULL;
}

static bool
missing_loader(const struct target *t, const char *interpreter, struct error *err)
{
	error_set(err, ERROR_MISSING, "the loader %s of %s is not here", interpreter, t->name);
	return error_hint(err,
		"it comes with a sysroot for dynamic programs: "
		"xbuild sysroot add %s",
		t->name);
}

/* Where the target's libraries lie in its sysroot, as a loader's search path. */
static char *
library_path(const struct context *ctx, const struct target *t, const char *s)
{
	const char *m = t->row->multiarch;

	if (t->abi && t->abi->libc == LIBC_GLIBC)
		return arena_printf(
			ctx->arena, "%s/lib/%s:%s/usr/lib/%s:%s/lib:%s/usr/lib", s, m, s, m, s, s);
	return arena_printf(ctx->arena, "%s/lib:%s/usr/lib", s, s);
}

/* The target's own loader as a program: it is told where the target's libraries are, because its
 * defaults are this machine's directories. */
static void
push_loader(const struct context *ctx, const struct target *t, const char *sysroot,
	const char *loader, struct runner *r)
{
	r->how = "native, by the sysroot's loader";
	strvec_push(&r->argv, loader);
	strvec_push(&r->argv, "--library-path");
	strvec_push(&r->argv, library_path(ctx, t, sysroot));
}

/* Does glibc ask for a file's state by statx here? All 32-bit ports do (for times past 2038), and
 * those 64-bit ones whose kernel has no other call that is wide enough. */
static bool
loader_uses_statx(const struct target *t)
{
	return t->row->elf.bits == 32 || cstr_starts(t->row->arch, "mips64") ||
	       strcmp(t->row->arch, "loong64") == 0;
}

/* qemu redirects what is opened, but (up to 7.2) not statx, by which the loader learns whether a
 * directory of its search path exists: after one miss there it never looks again. LD_LIBRARY_PATH
 * then names the real directories. Not where it can be avoided: it goes before DT_RUNPATH. */
static void
push_qemu_root(
	const struct context *ctx, const struct target *t, const char *sysroot, struct runner *r)
{
	const char *own = env_get(ctx->env, "LD_LIBRARY_PATH");

	strvec_push(&r->argv, "-L");
	strvec_push(&r->argv, sysroot);
	if (!t->abi || t->abi->libc != LIBC_GLIBC || !loader_uses_statx(t))
		return;
	strvec_push(&r->argv, "-E");
	strvec_pushf(&r->argv, "LD_LIBRARY_PATH=%s%s%s", own ? own : "", own && own[0] ? ":" : "",
		library_path(ctx, t, sysroot));
}

static bool
find_qemu(const struct context *ctx, const struct target *t, struct runner *r, struct error *err)
{
	char *names[2];
	char *path = NULL;

	if (!t->row->qemu[0])
		return error_set(
			err, ERROR_MISSING, "nothing here can run a program of %s", t->name);
	names[0] = arena_printf(ctx->arena, "qemu-%s-static", t->row->qemu);
	names[1] = arena_printf(ctx->arena, "qemu-%s", t->row->qemu);
	for (size_t i = 0; i < ARRAY_LEN(names) && !path; i++) {
		path = proc_find(ctx->arena, names[i], ctx->env);
		r->how = names[i];
	}
	if (!path) {
		error_set(err, ERROR_MISSING, "no %s is installed to run a program of %s", names[1],
			t->name);
		return error_hint(err, "%s", install_hint(ctx, "qemu-user-static"));
	}
	strvec_push(&r->argv, path);
	return true;
}

bool
runner_get(const struct context *ctx, const struct target *t, const char *sysroot,
	const char *interpreter, struct runner *ret, struct error *err)
{
	bool dynamic = interpreter && interpreter[0];
	char *loader = dynamic ? loader_in_sysroot(ctx, sysroot, interpreter) : NULL;
	struct runner r = { .how = "native" };

	strvec_init(&r.argv, ctx->arena);
	if (is_native(t)) {
		if (dynamic && !file_exists(interpreter)) {
			if (!loader)
				return missing_loader(t, interpreter, err);
			push_loader(ctx, t, sysroot, loader, &r);
		}
		*ret = r;
		return true;
	}
	if (!find_qemu(ctx, t, &r, err))
		return false;
	if (dynamic) {
		/* qemu looks for the loader here when the root is not given. */
		if (!loader && !file_exists(interpreter))
			return missing_loader(t, interpreter, err);
		if (loader)
			push_qemu_root(ctx, t, sysroot, &r);
	}
	*ret = r;
	return true;
}
