/* SPDX-License-Identifier: MIT */
/* Names files and findings so that the next audit names them alike. */
#include "linkcheck/judge/fingerprint.h"

#include <inttypes.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"

char *
path_label(struct arena *a, const char *cwd, const char *path)
{
	const char *whole = cwd ? path_absolute(a, cwd, path) : path;
	size_t n = cwd ? strlen(cwd) : 0;

	while (n > 0 && cwd[n - 1] == '/')
		n--;
	if (cwd && strncmp(whole, cwd, n) == 0 && whole[n] == '/')
		return arena_strdup(a, whole + n + 1);
	return arena_strdup(a, *path == '/' || !cwd ? whole : path);
}

char *
audit_label(struct arena *a, const struct audit *audit)
{
	char *path = path_label(a, audit->subject.contract->cwd, audit->path);

	return audit->member ? arena_printf(a, "%s!%s", path, audit->member) : path;
}

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv: two of 64 bits are far more than the findings
 * of one project need, and want no library. Nobody gains by a collision. */
static uint64_t
hash_add(uint64_t hash, const char *text)
{
	size_t len = strlen(text) + 1; /* its NUL keeps parts apart */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
	return hash;
}

char *
fingerprint_of(struct arena *a, const char *const *parts)
{
	uint64_t one = 0xcbf29ce484222325u, two = 0x84222325cbf29ce4u;

	for (size_t i = 0; parts[i]; i++) {
		one = hash_add(one, parts[i]);
		two = hash_add(two, parts[i]);
	}
	return arena_printf(a, "%016" PRIx64 "%016" PRIx64, one, two);
}

char *
finding_fingerprint(struct arena *a, const char *label, const struct finding *finding)
{
	const char *const parts[] = { finding->rule->id, label, finding->where, NULL };

	return fingerprint_of(a, parts);
}
