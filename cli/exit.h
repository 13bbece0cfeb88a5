/* SPDX-License-Identifier: MIT */
/*
 * What the process says when it ends: one table of codes, and the code of each kind of error. A
 * script may rely on them; xbuild(1) lists the same rows, and a test compares the two.
 */
#ifndef CLI_EXIT_H
#define CLI_EXIT_H

#include <stddef.h>

#include "base/error.h"

enum exit_code {
	EXIT_CLEAN = 0,
	EXIT_NO = 1,
	EXIT_USAGE = 2,
	EXIT_MISSING = 3,
	EXIT_MALFORMED = 4,
	EXIT_BUILD = 5,
	EXIT_NETWORK = 6,
	EXIT_BUG = 70,
	EXIT_SIGNAL = 128, /* plus the number of the signal that ended the work */
};

struct exit_row {
	int code;
	const char *meaning; /* one line */
};

size_t exit_count(void);
const struct exit_row *exit_at(size_t i);
/* The code that an error ends the process with. */
int exit_of(const struct error *err);

#endif
