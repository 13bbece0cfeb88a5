/* SPDX-License-Identifier: MIT */
/* The loader's cache in a root that somebody made, of either byte order. */
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "linkcheck/resolve/ldcache.h"
#include "tests/fuzz/fuzz.h"

static void
read_it(const char *root, bool big_endian)
{
	static const char *const names[] = { "libc.so.6", "libx.so.1", "" };
	struct ldcache *cache;
	struct arena a;

	arena_init(&a);
	cache = ldcache_read(&a, &(struct rootfs_source){ .root = root }, big_endian);
	for (size_t i = 0; cache && i < ARRAY_LEN(names); i++) {
		const struct ldcache_entry *e = ldcache_find(cache, names[i]);

		for (; e; e = e->next)
			FUZZ_CHECK(e->path && (!e->hwcaps || !strchr(e->hwcaps, '/')));
	}
	arena_clear(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *path;
	static struct arena keep;
	struct error err;

	if (!path) {
		error_clear(&err);
		path = path_join(&keep, fuzz_dir(), "etc/ld.so.cache");
		FUZZ_CHECK(file_mkdirs(path_dir(&keep, path), 0755, &err));
	}
	fuzz_write(path, (struct str){ (const char *)data, size });
	read_it(fuzz_dir(), false);
	read_it(fuzz_dir(), true);
	return 0;
}
