/* SPDX-License-Identifier: MIT */
/*
 * Runs ninja on a build file of ours and sorts what it says: progress goes to the moving line, the
 * output of compilers is shown as they printed it under the step it belongs to, and each failed
 * step is credited to its program.
 */
#ifndef CLI_NINJA_RUN_H
#define CLI_NINJA_RUN_H

#include <stdbool.h>

#include "cli/session.h"
#include "toolchains/ninja.h"

/* `failed` has one flag for each program, set when a step of it failed. */
bool ninja_run(struct session *s, const char *file, unsigned jobs,
	const struct ninja_program *programs, size_t count, bool *failed,
	struct error *err) MUST_USE;

#endif
