/* SPDX-License-Identifier: MIT */
/*
 * Version floors: the newest version a file asks of each family of versioned symbols, told by
 * DT_VERNEED alone, and the symbols that ask for it.
 */
#ifndef LINKCHECK_FLOORS_H
#define LINKCHECK_FLOORS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "linkcheck/judge/audit.h"

/* All families that are present, in the order of struct subject. */
bool floors_find(
	struct image *img, struct floor **ret, size_t *ret_count, struct error *err) MUST_USE;
/* One floor for each version of `family` above `limit`, newest first, with its symbols. */
bool floors_above(struct image *img, const char *family, const char *limit, struct floor **ret,
	size_t *ret_count, struct error *err) MUST_USE;
/* "a, b, c and 4 more". */
const char *floors_symbols_text(struct arena *a, const struct strvec *symbols);

#endif
