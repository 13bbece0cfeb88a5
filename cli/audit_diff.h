/* SPDX-License-Identifier: MIT */
/*
 * Two releases, compared: both are audited alike, files are paired by their path below what was named,
 * and what differs is told as worse, better or merely changed. The facts compared are those that the
 * json report tells of a file, so nothing is known here that a reader of it could not know.
 */
#ifndef CLI_AUDIT_DIFF_H
#define CLI_AUDIT_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "cli/ui.h"

enum diff_verdict { DIFF_WORSE, DIFF_BETTER, DIFF_CHANGED, DIFF_VERDICTS };

struct diff_change {
	enum diff_verdict verdict;
	const char *kind; /* "floor", "platforms", "needed", "finding", "size" */
	const char *text;
};

struct diff_file {
	const char *path;   /* below what was named; its own name when that is the file */
	const char *status; /* "changed", "same", "added", "removed" */
	struct diff_change *changes;
	size_t count, cap;
};

struct diff {
	struct arena *arena;
	struct diff_file
		*files; /* those of the new release in their order, then those that are gone */
	size_t count, cap;
	size_t totals[DIFF_VERDICTS], added, removed;
};

/* `old` and `new` are objects of the json report as texts; the names are those that were audited. */
bool diff_find(struct diff *ret, struct arena *a, const struct strvec *old, const char *old_name,
	const struct strvec *new, const char *new_name, struct error *err) MUST_USE;
/* "text", "json" or "markdown". */
char *diff_text(const struct diff *d, const struct ui *ui, const char *format);

#endif
