/* SPDX-License-Identifier: MIT */
/*
 * How an error is told: `xbuild: WHAT`, `  at WHERE`, `  hint: HINT` on standard error, and with
 * --format json also as an object on standard output: {"schema":1,"error":{...}}.
 */
#ifndef CLI_DIAG_H
#define CLI_DIAG_H

#include "base/error.h"
#include "cli/ui.h"

void diag_error(struct ui *ui, const struct error *err);
/* The same for something that did not stop the command. */
void diag_warning(struct ui *ui, const char *text, const char *hint);

#endif
