/* SPDX-License-Identifier: MIT */
/*
 * Which tool a program name stands for: `aarch64-linux-musl-cc` is the C compiler of that target.
 * When the folder that holds the name also holds a kit.json (environment.h makes such folders),
 * target, mode, sysroot and toolchain come from that file, and a bare `ar` is understood too; else
 * the triple alone says the target, and the rest is the default.
 */
#ifndef TOOLCHAINS_DISPATCH_H
#define TOOLCHAINS_DISPATCH_H

#include <stdbool.h>

#include "base/context.h"
#include "base/error.h"
#include "toolchains/kit.h"

enum dispatch_kind {
	DISPATCH_TOOL,       /* `xbuild TOOL -t T` */
	DISPATCH_PKG_CONFIG, /* <triple>-pkg-config */
	DISPATCH_RUN         /* <triple>-run: `xbuild run -t T` */
};

struct dispatch {
	enum dispatch_kind kind;
	enum tool tool;             /* for DISPATCH_TOOL */
	struct kit_request request; /* lock_path is NULL when no kit.json said one */
	const char *dir;            /* the folder with kit.json, or NULL */
};

/* False with err->kind ERROR_NONE when argv0 is no tool's name (it is `xbuild` itself, then). */
bool dispatch_find(const struct context *ctx, const char *argv0, struct dispatch *ret,
	struct error *err) MUST_USE;

#define DISPATCH_FILE "kit.json"
/* The text of kit.json for a kit. */
char *dispatch_text(struct arena *a, const struct kit *kit);

#endif
