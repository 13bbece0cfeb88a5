/* SPDX-License-Identifier: MIT */
/*
 * What a file is for. A fact that is an error in a program is often none in a plugin, whose symbols
 * its program brings, or in firmware, where nobody can write. The table of role.c says how bad the
 * findings of which rules can be at most; everything else is as the rule says.
 */
#ifndef LINKCHECK_ROLE_H
#define LINKCHECK_ROLE_H

#include "linkcheck/judge/rule.h"
#include "linkcheck/read/image.h"

enum role { ROLE_PROGRAM, ROLE_LIBRARY, ROLE_PLUGIN, ROLE_FIRMWARE, ROLES };

extern const char *const role_names[]; /* "program" ..., NULL-terminated */
/* Told from the file: a shared library without a soname is loaded by its path, a plugin. Firmware is
 * never told from a file. */
enum role role_of(const struct image *img);
/* At most how bad a finding of the rule is in this role. */
enum level role_level(enum role role, const struct rule *rule, enum level level);

#endif
