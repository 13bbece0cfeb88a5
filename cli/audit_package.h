/* SPDX-License-Identifier: MIT */
/* One package in a run of `xbuild audit`: read with all processors, then its members are judged and told
 * like files. */
#ifndef CLI_AUDIT_PACKAGE_H
#define CLI_AUDIT_PACKAGE_H

#include "cli/audit_run.h"

/* Fails only when the run has to end; a package that cannot be looked at is counted and told. */
bool audit_package(
	struct audit_run *run, const struct audit_file *file, struct error *err) MUST_USE;

#endif
