/* SPDX-License-Identifier: MIT */
/*
 * The tool wrapper: this process becomes the compiler, archiver or linker of a target, by `xbuild
 * cc -t T ...` or by the name it was started under. A boring wrapper: nothing of the tool's own
 * arguments is looked at beyond what decides how to link, and nothing is printed.
 */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

#include "base/error.h"
#include "cli/session.h"
#include "toolchains/kit.h"

/* `args` are the tool's own. Returns only without an exec: COMMAND_FAILED, or the exit code where
 * we answer for the tool. */
int wrap_tool(struct session *s, const struct kit_request *req, enum tool tool,
	const char *const *args, struct error *err);

#define WRAP_OTHER (-2)
/* argv[0] says which tool and target. WRAP_OTHER when it is no tool's name: then we are xbuild. */
int wrap_by_name(struct session *s, const char *const *argv, struct error *err);

#endif
