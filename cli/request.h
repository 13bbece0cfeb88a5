/* SPDX-License-Identifier: MIT */
/*
 * What many commands ask for in the same words: a target, how to link it, where its sysroot and its
 * compiler come from. The rows of those options, and the kit request made of them.
 */
#ifndef CLI_REQUEST_H
#define CLI_REQUEST_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"
#include "cli/option.h"
#include "cli/session.h"
#include "toolchains/kit.h"

struct request_options {
	bool is_static, dynamic;
	const char *sysroot, *toolchain;
};

/* ERROR_USAGE when --static and --dynamic are both there. */
bool request_kit(struct session *s, const char *target, const struct request_options *o,
	struct kit_request *ret, struct error *err) MUST_USE;
/* For a whole project, whose languages nobody has said: with the C++ library where the target's
 * sysroots have one. */
bool request_project(struct session *s, const char *target, const struct request_options *o,
	struct kit_request *ret, struct error *err) MUST_USE;
/* Are the values of this option directories, each of them? */
bool request_dirs(const struct strvec *dirs, const char *option, struct error *err) MUST_USE;
/* The target alone, settled. */
bool request_target(struct session *s, const char *text, bool is_static, struct target *ret,
	struct error *err) MUST_USE;

/* One target that was asked for by name, or through a pattern. */
struct request_item {
	const char *text; /* what a kit request takes */
	bool by_pattern;
};
struct request_list {
	struct request_item *items;
	size_t count;
};
/* Each element of `specs` is a target, a pattern, or a list of these with commas. Doubles are
 * dropped. */
bool request_targets(struct session *s, const struct strvec *specs, struct request_list *ret,
	struct error *err) MUST_USE;

extern const char *const request_text_json[]; /* "text", "json" */

/* Rows; `type` is the command's struct. */
#define TARGET_ROW(type)                                                                           \
	{                                                                                          \
		't', "target", "TARGET", "what to build for: linux/arm64/musl", OPTION_STRING,     \
			offsetof(type, target), NULL, true                                         \
	}
#define REQUEST_ROWS(type)                                                                         \
	{ 0, "static", NULL, "link statically, with musl where no libc is named", OPTION_FLAG,     \
		offsetof(type, request.is_static), NULL, false },                                  \
		{ 0, "dynamic", NULL, "link dynamically (the default)", OPTION_FLAG,               \
			offsetof(type, request.dynamic), NULL, false },                            \
		{ 0, "sysroot", "SOURCE",                                                          \
			"a release (debian:13), a directory, or the name of an imported one",      \
			OPTION_STRING, offsetof(type, request.sysroot), NULL, false },             \
	{                                                                                          \
		0, "toolchain", "ID", "use this compiler: llvm", OPTION_STRING,                    \
			offsetof(type, request.toolchain), NULL, false                             \
	}
#define FORMAT_ROW(type)                                                                           \
	{                                                                                          \
		0, "format", "FORMAT", "text or json", OPTION_CHOICE, offsetof(type, format),      \
			request_text_json, false                                                   \
	}

#endif
