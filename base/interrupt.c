/* SPDX-License-Identifier: MIT */
/* The signal flag. */
#include "base/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

static volatile sig_atomic_t arrived;

static const struct {
	int number;
	const char *name;
} watched[] = {
	{ SIGINT, "SIGINT" }, { SIGTERM, "SIGTERM" },
	{ SIGHUP, "SIGHUP" }, /* the terminal is gone: what is half made goes, too */
};

static void
on_signal(int number)
{
	arrived = number;
}

/* No SA_RESTART: a call that waits must return, so that its loop sees the flag. A signal that our
 * parent ignores (nohup, a shell's background job) stays ignored. */
void
interrupt_install(void)
{
	struct sigaction ours, old;

	memset(&ours, 0, sizeof(ours));
	sigemptyset(&ours.sa_mask);
	ours.sa_handler = on_signal;
	for (size_t i = 0; i < ARRAY_LEN(watched); i++)
		if (sigaction(watched[i].number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(watched[i].number, &ours, NULL);
	ours.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &ours, NULL);
	/* A parent may have left SIGCHLD ignored; the kernel would then throw exit statuses away. */
	ours.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &ours, NULL);
	arrived = 0;
}

void
interrupt_restore(void)
{
	struct sigaction standard, old;

	memset(&standard, 0, sizeof(standard));
	sigemptyset(&standard.sa_mask);
	standard.sa_handler = SIG_DFL;
	for (size_t i = 0; i < ARRAY_LEN(watched); i++)
		if (sigaction(watched[i].number, NULL, &old) == 0 && old.sa_handler == on_signal)
			sigaction(watched[i].number, &standard, NULL);
	sigaction(SIGPIPE, &standard, NULL);
}

int
interrupt_signal(void)
{
	return arrived;
}

bool
interrupt_check(struct error *err)
{
	int number = arrived;

	if (number == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(watched); i++)
		if (watched[i].number == number)
			error_set(err, ERROR_INTERRUPTED, "interrupted by %s", watched[i].name);
	return false;
}
