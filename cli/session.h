/* SPDX-License-Identifier: MIT */
/*
 * One run of xbuild: what main settles before a command starts, and what every command is handed.
 * The session owns the arena; everything a command allocates lives as long as the run.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "base/context.h"
#include "base/error.h"
#include "cli/settings.h"
#include "cli/ui.h"
#include "sysroots/store.h"
#include "toolchains/kit.h"

struct session {
	struct arena arena;
	struct notify notify;
	struct context context;
	struct settings settings;
	struct ui ui;
	struct store store;
	const char *argv0;
};

/* `global` holds what was given on the command line. Changes directory for -C. */
bool session_start(struct session *s, const char *argv0, const char *const *env,
	const struct global_options *global, struct error *err) MUST_USE;
void session_end(struct session *s);

/* This program's own path, absolute. */
const char *session_self(struct session *s);

/* The options by which many commands name a target; a command's struct holds one of these. */
struct target_options {
	bool is_static, dynamic;
	const char *sysroot, *toolchain;
};
/* A kit request from them and the settings. ERROR_USAGE when --static and --dynamic are both there. */
bool session_request(struct session *s, const char *target, const struct target_options *o,
	struct kit_request *ret, struct error *err) MUST_USE;

/* The four rows of struct target_options at `field` of struct `type`. */
#define TARGET_OPTION_ROWS(type, field)                                                            \
	{ 0, "static", NULL, "link statically; musl where no libc is named", OPTION_FLAG,          \
		offsetof(type, field.is_static), NULL },                                           \
	{ 0, "dynamic", NULL, "link dynamically (the default)", OPTION_FLAG,                       \
		offsetof(type, field.dynamic), NULL },                                             \
	{ 0, "sysroot", "SOURCE", "where headers and libraries come from: debian:13, or a directory", \
		OPTION_STRING, offsetof(type, field.sysroot), NULL },                              \
	{ 0, "toolchain", "ID", "the compiler to use: llvm ...", OPTION_STRING,                    \
		offsetof(type, field.toolchain), NULL }

#endif
