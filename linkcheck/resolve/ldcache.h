/* SPDX-License-Identifier: MIT */
/*
 * /etc/ld.so.cache, in which glibc's loader looks instead of the directories of ld.so.conf: which
 * path ldconfig(8) found for each name. A library that was put into such a directory later, or
 * whose file is not called like its soname, is not in it, and not found.
 */
#ifndef LINKCHECK_LDCACHE_H
#define LINKCHECK_LDCACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strmap.h"
#include "linkcheck/resolve/rootfs.h"

/* A path for a name; those of one name stand together, in the order of the file. */
struct ldcache_entry {
	const char *path;
	const char *hwcaps; /* "x86-64-v3" when it lies below glibc-hwcaps, else NULL */
	struct ldcache_entry *next;
	struct ldcache_entry *last; /* set in the first one of a name */
};

struct ldcache {
	struct strmap names;        /* to struct ldcache_entry */
	struct ldcache_pair *pairs; /* all entries, in the order of the file */
	size_t count, cap;
};

struct ldcache_pair {
	const char *name, *path;
};

/* NULL when the root has none, or none that can be read. */
struct ldcache *ldcache_read(struct arena *a, const struct rootfs_source *from, bool big_endian);
/* An empty one, and one more entry for it; names and paths are kept, not copied. */
struct ldcache *ldcache_new(struct arena *a);
void ldcache_add(struct arena *a, struct ldcache *c, const char *name, const char *path);
const struct ldcache_entry *ldcache_find(const struct ldcache *c, const char *name);

#endif
