/* SPDX-License-Identifier: MIT */
/* The exit codes, and which kind of error ends with which. */
#include "cli/exit.h"

#include "base/interrupt.h"

static const struct exit_row rows[] = {
	{ EXIT_CLEAN, "done and clean" },
	{ EXIT_NO, "the answer is no: findings, or a program that cannot start" },
	{ EXIT_USAGE, "the command line or a configuration file asks for something impossible" },
	{ EXIT_MISSING, "a toolchain, a sysroot or an input is missing or unreadable" },
	{ EXIT_MALFORMED, "an input is malformed" },
	{ EXIT_BUILD, "a compile or a link failed" },
	{ EXIT_NETWORK, "a transfer or its verification failed" },
	{ EXIT_BUG, "a bug in xbuild, or out of memory" },
	{ EXIT_SIGNAL, "ended by a signal: 128 and the signal's number" },
};

static const int by_kind[ERROR_KINDS] = {
	[ERROR_NONE] = EXIT_BUG, /* a failure that does not say why */
	[ERROR_USAGE] = EXIT_USAGE,
	[ERROR_MISSING] = EXIT_MISSING,
	[ERROR_IO] = EXIT_MISSING,
	[ERROR_FORMAT] = EXIT_MALFORMED,
	[ERROR_LIMIT] = EXIT_MALFORMED,
	[ERROR_BUILD] = EXIT_BUILD,
	[ERROR_NET] = EXIT_NETWORK,
	[ERROR_VERIFY] = EXIT_NETWORK,
	[ERROR_INTERRUPTED] = EXIT_SIGNAL,
	[ERROR_BUG] = EXIT_BUG,
};

size_t
exit_count(void)
{
	return ARRAY_LEN(rows);
}

const struct exit_row *
exit_at(size_t i)
{
	return &rows[i];
}

int
exit_of(const struct error *err)
{
	int code = by_kind[err->kind];

	return code == EXIT_SIGNAL ? EXIT_SIGNAL + interrupt_signal() : code;
}
