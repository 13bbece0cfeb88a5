/* SPDX-License-Identifier: MIT */
/*
 * What a finding is recognised by from one audit to the next: its rule, the file it is in and what it
 * is about. Never an offset, a size or the words of the message, so that a new build of the same
 * program has the same fingerprints.
 */
#ifndef LINKCHECK_FINGERPRINT_H
#define LINKCHECK_FINGERPRINT_H

#include "base/arena.h"
#include "linkcheck/judge/audit.h"

/* The file's name as reports tell it: below contract->cwd relative to that, "./" and the like taken
 * out, "PACKAGE!member" inside a package. */
char *audit_label(struct arena *a, const struct audit *audit);
/* The same of any path; `cwd` may be NULL. */
char *path_label(struct arena *a, const char *cwd, const char *path);

/* 32 hexadecimal digits; `label` is audit_label's. */
char *finding_fingerprint(struct arena *a, const char *label, const struct finding *finding);
/* Of any parts: NULL ends them. */
char *fingerprint_of(struct arena *a, const char *const *parts);

#endif
