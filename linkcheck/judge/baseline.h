/* SPDX-License-Identifier: MIT */
/*
 * Findings that were there before: an audit accepts them, and only new ones count. A baseline is the JSON
 * that the report format of that name writes: one object for each finding, known by its fingerprint.
 * Read once, then asked by many threads; only the marks of what was met change.
 */
#ifndef LINKCHECK_BASELINE_H
#define LINKCHECK_BASELINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "base/strmap.h"
#include "linkcheck/judge/audit.h"

struct baseline_entry {
	const char *fingerprint, *rule, *file;
	const char *where; /* or "" */
	atomic_bool met;
};

struct baseline {
	const char *name;
	struct baseline_entry *items;
	size_t count;
	struct strmap by_fingerprint;
};

/* `name` is told in errors. */
bool baseline_parse(struct baseline *ret, struct arena *a, const char *name, struct str text,
	struct error *err) MUST_USE;
bool baseline_read(
	struct baseline *ret, struct arena *a, const char *path, struct error *err) MUST_USE;
/* Takes the findings that are in the baseline out of the count. */
void baseline_apply(const struct baseline *b, struct audit *audit);

#endif
