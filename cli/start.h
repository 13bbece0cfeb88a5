/* SPDX-License-Identifier: MIT */
/*
 * Starts a program that was built for some target, and says why when it cannot start.
 */
#ifndef CLI_START_H
#define CLI_START_H

#include "base/error.h"
#include "cli/session.h"

/* `argv` is the program and its arguments. `target` as typed, or NULL: what the file itself says.
 * `sysroot` is a source or a directory, or NULL. Returns the program's exit code (128 + n for signal
 * n), EXIT_NO after explaining why it did not start, or COMMAND_FAILED. */
int start_program(struct session *s, const char *target, const char *sysroot,
	const char *const *argv, struct error *err);

#endif
