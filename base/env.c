/* SPDX-License-Identifier: MIT */
/* Environments as values. */
#include "base/env.h"

#include <string.h>

/* The value in "NAME=value" when that is its name, or NULL. */
static const char *
value_of(const char *entry, const char *name)
{
	size_t n = strlen(name);

	return strncmp(entry, name, n) == 0 && entry[n] == '=' ? entry + n + 1 : NULL;
}

const char *
env_get(const char *const *env, const char *name)
{
	for (; *env; env++) {
		const char *value = value_of(*env, name);

		if (value)
			return value;
	}
	return NULL;
}

static bool
is_allowed(const char *entry, const char *const *allow)
{
	for (; *allow; allow++) {
		size_t n = strlen(*allow);

		if (n > 0 && (*allow)[n - 1] == '*' && strncmp(entry, *allow, n - 1) == 0)
			return true;
		if (value_of(entry, *allow))
			return true;
	}
	return false;
}

void
env_keep(struct strvec *ret, const char *const *env, const char *const *allow)
{
	for (; *env; env++)
		if (strchr(*env, '=') && is_allowed(*env, allow))
			strvec_push(ret, *env);
}

void
env_set(struct strvec *env, const char *name, const char *value)
{
	size_t kept = 0;

	for (size_t i = 0; i < env->count; i++)
		if (!value_of(env->items[i], name))
			env->items[kept++] = env->items[i];
	env->count = kept;
	env->items[kept] = NULL;
	if (value)
		strvec_pushf(env, "%s=%s", name, value);
}
