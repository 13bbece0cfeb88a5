/* SPDX-License-Identifier: MIT */
/*
 * Environments for children. Two rules, because two sorts of children differ:
 *
 * A cross tool (cc, ld, ar ..., ninja for our own build file) gets an allow list: what a compiler,
 * a cache or a distributor in front of it needs, and nothing else.
 *
 * A command of the user's (make, cmake, go, cargo ...) gets his environment without a deny list:
 * the variables that make some tool on the way take the host's headers and libraries for the
 * target's (LIBRARY_PATH, CPATH, PKG_CONFIG_PATH and their kin), and with what makes the command
 * build for the target: CC, PKG_CONFIG_*, GOOS, CARGO_* ... One table names each variable. CFLAGS
 * and LDFLAGS pass: a person wrote them for this build.
 */
#ifndef TOOLCHAINS_ENVIRONMENT_H
#define TOOLCHAINS_ENVIRONMENT_H

#include "base/context.h"
#include "base/str.h"
#include "toolchains/kit.h"

/* The allow list's part of the caller's environment: for cross tools. */
void environment_clean(const struct context *ctx, struct strvec *ret);

struct environment_variable {
	const char *name;
	const char *value;
	const char *about; /* one line: who reads it */
};
struct environment {
	struct environment_variable *items; /* sorted by name */
	size_t count;
	const char *tools_dir; /* folder of links named <triple>-cc ...; first in PATH */
};

/* The variables of a kit. `self` is the absolute path of this program: CC is a link to it in a
 * folder of links in the store, one per target, mode and request, so that a tool's name alone
 * says everything. Makes that folder, and in it a toolchain file for CMake and a cross file for
 * Meson. */
bool environment_get(const struct context *ctx, const struct store *store, const struct kit *kit,
	const char *self, struct environment *ret, struct error *err) MUST_USE;
/* The caller's environment without the deny list, with those variables and PATH. */
void environment_for_exec(
	const struct context *ctx, const struct environment *env, struct strvec *ret);
/* One line each for a variable that is in the caller's environment and will not reach the
 * command. */
void environment_denied(const struct context *ctx, struct strvec *ret);

/* For a command that is about to be run: what must be added to its arguments for it to obey
 * (make: CC=...; ./configure: --host; meson setup: --cross-file; go build: external linking).
 * Most commands: nothing. */
void environment_adapt(const struct context *ctx, const struct kit *kit,
	const struct environment *env, struct strvec *argv);

/* argv and environment of the host's pkg-config that sees the kit's libraries only. `dir` is the
 * folder of links to be left out when it is looked up, or NULL. */
bool environment_pkg_config(const struct context *ctx, const struct kit *kit, const char *dir,
	const char *const *args, struct strvec *argv, struct strvec *env,
	struct error *err) MUST_USE;
/* Where the kit's .pc files are: PKG_CONFIG_LIBDIR. */
char *environment_pkg_config_dirs(struct arena *a, const struct kit *kit);

#endif
