/* SPDX-License-Identifier: MIT */
/*
 * Environments as values: NULL-terminated lists of "NAME=value". Nothing below cli/ reads the
 * process's own environment; it is handed one of these.
 */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include "base/arena.h"
#include "base/str.h"

/* The value of `name`, or NULL. Points into `env`. */
const char *env_get(const char *const *env, const char *name);
/* The entries of `env` whose names match one of `allow` (NULL-terminated; a trailing '*' matches
 * any rest), in their order. */
void env_keep(struct strvec *ret, const char *const *env, const char *const *allow);
/* Replaces or adds NAME=value; a NULL value removes the name. */
void env_set(struct strvec *env, const char *name, const char *value);

#endif
