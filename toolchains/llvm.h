/* SPDX-License-Identifier: MIT */
/*
 * The provider `llvm`: the machine's own clang and lld, which between them serve every target that
 * has a sysroot.
 */
#ifndef TOOLCHAINS_LLVM_H
#define TOOLCHAINS_LLVM_H

#include "toolchains/toolchain.h"

bool llvm_probe(const struct context *ctx, const struct store *store, const struct target *t,
	struct toolchain *ret, struct error *err);
/* The versions that the target needs: NULL when it is not served at all. */
const void *llvm_group(const struct target *t);

#endif
