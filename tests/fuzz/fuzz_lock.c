/* SPDX-License-Identifier: MIT */
/* A lock file from somebody's repository: refused by name, or written back without loss. */
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "sysroots/lock.h"
#include "tests/fuzz/fuzz.h"

static void
check_entry(const struct lock *l, const struct lock_entry *e)
{
	FUZZ_CHECK(e->target && e->source && e->set < PACKAGE_SETS);
	FUZZ_CHECK(strlen(e->root) == DIGEST_HEX - 1);
	for (size_t i = 0; i < e->packages.count; i++)
		FUZZ_CHECK(strlen(e->packages.items[i].sha256) == DIGEST_HEX - 1);
	FUZZ_CHECK(lock_find(l, e->target, e->set) == e);
}

/* Once written, reading and writing change nothing any more. */
static void
check_stable(struct arena *a, struct lock *l, const char *path)
{
	struct lock_entry first = l->entries[0];
	struct lock again;
	struct error err;
	struct str one, two;

	error_clear(&err);
	lock_put(l, &first);
	l->changed = true;
	FUZZ_CHECK(lock_write(l, &err));
	FUZZ_CHECK(file_read(a, path, UINT64_MAX, &one, &err));
	FUZZ_CHECK(lock_read(&again, a, path, &err));
	FUZZ_CHECK(again.count == l->count);
	again.changed = true;
	FUZZ_CHECK(lock_write(&again, &err));
	FUZZ_CHECK(file_read(a, path, UINT64_MAX, &two, &err));
	FUZZ_CHECK(str_eq(one, two));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a;
	struct error err;
	struct lock l;
	char *path;

	arena_init(&a);
	error_clear(&err);
	path = path_join(&a, fuzz_dir(), "xbuild.lock");
	fuzz_write(path, (struct str){ (const char *)data, size });
	if (lock_read(&l, &a, path, &err)) {
		FUZZ_CHECK(l.exists && !l.changed);
		for (size_t i = 0; i < l.count; i++)
			check_entry(&l, &l.entries[i]);
		if (l.count)
			check_stable(&a, &l, path);
	} else {
		FUZZ_CHECK(err.kind == ERROR_USAGE || err.kind == ERROR_FORMAT ||
			   err.kind == ERROR_LIMIT);
	}
	arena_clear(&a);
	return 0;
}
