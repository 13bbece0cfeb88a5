/* SPDX-License-Identifier: MIT */
/* The words for the ways of linking, in one table. */
#include "targets/linkmode.h"

#include <string.h>

#include "base/attr.h"

static const struct {
	const char *name;
	bool is_static;
} modes[] = {
	[LINK_DYNAMIC] = { "dynamic", false },
	[LINK_STATIC] = { "static", true },
	[LINK_STATIC_PIE] = { "static-pie", true },
	[LINK_SHARED] = { "shared", false },
};

const char *
link_mode_name(enum link_mode mode)
{
	return (size_t)mode < ARRAY_LEN(modes) ? modes[mode].name : "unknown";
}

enum link_mode
link_mode_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		if (strcmp(modes[i].name, name) == 0)
			return (enum link_mode)i;
	}
	return LINK_MODES;
}

bool
link_mode_is_static(enum link_mode mode)
{
	return (size_t)mode < ARRAY_LEN(modes) && modes[mode].is_static;
}
