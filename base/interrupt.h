/* SPDX-License-Identifier: MIT */
/*
 * SIGINT, SIGTERM and SIGHUP. The handler only sets a flag; long work polls it, children are told by
 * base/proc.h, and the paths registered here are removed by the code that unwinds. This flag is
 * the program's only mutable global.
 */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

#include <stdbool.h>

#include "base/error.h"

/* Installs the handlers, and ignores SIGPIPE (a write then fails with EPIPE). */
void interrupt_install(void);
/* Default dispositions again: for a child that takes our place (proc_exec). */
void interrupt_restore(void);
/* The signal that arrived, or 0. */
int interrupt_signal(void);
/* False with ERROR_INTERRUPTED when a signal arrived: `if (!interrupt_check(err)) goto out;` */
bool interrupt_check(struct error *err) MUST_USE;

#endif
