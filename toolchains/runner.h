/* SPDX-License-Identifier: MIT */
/*
 * How a built program is run here: directly, or under qemu-user with the sysroot as its root.
 */
#ifndef TOOLCHAINS_RUNNER_H
#define TOOLCHAINS_RUNNER_H

#include "base/context.h"
#include "base/error.h"
#include "base/str.h"
#include "targets/target.h"

struct runner {
	const char *how;    /* "native", "qemu-aarch64-static" */
	struct strvec argv; /* prefix; the program and its arguments follow */
};

/* `sysroot` may be NULL for a static program. `interpreter` is the program's PT_INTERP or NULL.
 * ERROR_MISSING with what to install when nothing here can run the target. */
bool runner_get(const struct context *ctx, const struct target *t, const char *sysroot,
	const char *interpreter, struct runner *ret, struct error *err) MUST_USE;

#endif
