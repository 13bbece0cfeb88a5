/* SPDX-License-Identifier: MIT */
/* Levels by role: one table. */
#include "linkcheck/judge/role.h"

#include <string.h>

#define IN(role) (1u << ROLE_##role)

const char *const role_names[] = { "program", "library", "plugin", "firmware", NULL };

/* In these roles, findings of this rule are at most so bad. */
static const struct {
	const char *rule;
	unsigned roles;
	enum level most;
} rows[] = {
	/* The program that loads it may define them. */
	{ "LC003", IN(LIBRARY) | IN(PLUGIN), LEVEL_NOTE },
	{ "LC004", IN(LIBRARY) | IN(PLUGIN), LEVEL_NOTE },
	/* A plugin uses what its program has loaded, and is nobody's needed library. */
	{ "LC007", IN(PLUGIN), LEVEL_NOTE },
	{ "LC009", IN(PLUGIN), LEVEL_NOTE },
	/* Firmware is one image: its paths are its own, nobody else writes there, addresses are fixed. */
	{ "LC043", IN(FIRMWARE), LEVEL_NOTE },
	{ "LC046", IN(FIRMWARE), LEVEL_NOTE },
	{ "LC060", IN(FIRMWARE), LEVEL_NOTE },
	{ "LC061", IN(FIRMWARE), LEVEL_NOTE },
};

enum role
role_of(const struct image *img)
{
	if (img->type != IMAGE_SHARED)
		return ROLE_PROGRAM;
	return img->soname ? ROLE_LIBRARY : ROLE_PLUGIN;
}

enum level
role_level(enum role role, const struct rule *rule, enum level level)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].rule, rule->id) == 0 && (rows[i].roles >> role & 1) &&
			level > rows[i].most)
			return rows[i].most;
	return level;
}
