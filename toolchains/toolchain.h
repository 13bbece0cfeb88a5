/* SPDX-License-Identifier: MIT */
/*
 * Compilers and binary tools of this machine that can serve a target. A provider is one row of
 * provider.c; probing it gives a struct toolchain: absolute paths and versions. Probes are cached
 * in the store and hold as long as the programs' stamps do.
 */
#ifndef TOOLCHAINS_TOOLCHAIN_H
#define TOOLCHAINS_TOOLCHAIN_H

#include <stdbool.h>

#include "base/context.h"
#include "base/error.h"
#include "sysroots/store.h"
#include "targets/target.h"

enum tool {
	TOOL_CC,
	TOOL_CXX,
	TOOL_LD,
	TOOL_AR,
	TOOL_RANLIB,
	TOOL_STRIP,
	TOOL_NM,
	TOOL_OBJCOPY,
	TOOL_OBJDUMP,
	TOOL_READELF,
	TOOLS
};

struct toolchain {
	const char *provider;      /* "llvm" */
	const char *label;         /* "clang 14", for people */
	const char *path[TOOLS];   /* absolute; NULL when the machine has none */
	unsigned compiler_version; /* major */
	unsigned linker_version;   /* major */
	/* "--ld-path=/usr/lib/llvm-19/bin/ld.lld": never left to a search; for Mach-O the directory
	 * to search first, "-B/usr/lib/llvm-19/bin" */
	const char *linker_flag;
	const char *resource_dir; /* clang's own headers */
};

struct provider {
	const char *id;      /* "llvm" */
	const char *summary; /* one line for `xbuild targets` and doctor */
	/* Finds the programs for a settled target. ERROR_MISSING with the command that mends it,
	 * also when a version is too old for the target ("lld 14 cannot link s390x: lld >= 19
	 * needed"). */
	bool (*probe)(const struct context *ctx, const struct store *store, const struct target *t,
		struct toolchain *ret, struct error *err);
	/* Targets with the same answer here get the same programs; compared by address only. */
	const void *(*group)(const struct target *t);
};

/* What was found for the targets asked about so far, for a command that asks about many. Zero it
 * first; it lives in the context's arena. */
struct toolchain_memo {
	struct {
		const struct provider *provider;
		const void *group;
		struct toolchain tools;
	} items[32];
	size_t count;
};

size_t provider_count(void);
const struct provider *provider_at(size_t i);
/* By id (ERROR_USAGE when unknown), or with a NULL id the first that serves the target. */
bool toolchain_get(const struct context *ctx, const struct store *store, const char *provider,
	const struct target *t, struct toolchain *ret, struct error *err) MUST_USE;
/* The same, looking at the machine once for each group of targets. */
bool toolchain_get_memo(const struct context *ctx, const struct store *store, const char *provider,
	const struct target *t, struct toolchain_memo *memo, struct toolchain *ret,
	struct error *err) MUST_USE;

/* "cc", "c++", "ar" ... and the enum of such a word (also "gcc", "clang", "g++", "clang++",
 * "ld.lld", "gcc-ar" ...); TOOLS when unknown. */
const char *tool_name(enum tool tool);
enum tool tool_find(const char *name);
/* The words tool_find understands, for those who make links of these names; NULL behind the last. */
const char *tool_word_at(size_t i);
/* The command that installs a package on this machine: "apt-get install clang lld", "apk add
 * ...". */
char *install_hint(const struct context *ctx, const char *debian_packages);

#endif
