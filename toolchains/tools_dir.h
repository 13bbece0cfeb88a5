/* SPDX-License-Identifier: MIT */
/*
 * The folder of links that stands first in the PATH of a user's command: <triple>-cc ... and the
 * bare names of those tools that serve any target (ar, ranlib, strip, nm, objcopy ..., pkg-config).
 * A bare cc, gcc, ld or as is not among them: the command may build programs for this machine, too.
 * All are links to this program, which finds kit.json beside its name (dispatch.h). Also in it:
 * toolchain.cmake and cross.meson.
 */
#ifndef TOOLCHAINS_TOOLS_DIR_H
#define TOOLCHAINS_TOOLS_DIR_H

#include "base/context.h"
#include "toolchains/kit.h"

#define TOOLS_DIR_CMAKE "toolchain.cmake"
#define TOOLS_DIR_MESON "cross.meson"

/* Makes or completes the folder. Two processes may do so at once. */
bool tools_dir_make(const struct context *ctx, const struct store *store, const struct kit *kit,
	const char *self, const char **ret, struct error *err) MUST_USE;
/* The link of a tool in it: "DIR/aarch64-linux-musl-cc". `word` is "cc", "run", "pkg-config" ... */
char *tools_dir_link(struct arena *a, const struct kit *kit, const char *dir, const char *word);

/* The texts of the two files. */
char *cmake_text(struct arena *a, const struct kit *kit, const char *dir);
char *meson_text(struct arena *a, const struct kit *kit, const char *dir);

#endif
