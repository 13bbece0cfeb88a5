/* SPDX-License-Identifier: MIT */
/*
 * The files that add directories to a loader's search: glibc's /etc/ld.so.conf with its includes,
 * musl's /etc/ld-musl-ARCH.path. A root that has a cache made of ld.so.conf (ldcache.h) is
 * searched by that instead, as glibc does; in one that has none yet, what only the configuration
 * leads to is not known to be found.
 */
#ifndef LINKCHECK_LDCONF_H
#define LINKCHECK_LDCONF_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "linkcheck/resolve/rootfs.h"

/* Directories in the order of the file; a file that is not there adds none. */
void ldconf_glibc(struct arena *a, const struct rootfs_source *from, struct strvec *ret);
/* False when the file does not exist: the compiled-in path counts then. */
bool ldconf_musl(
	struct arena *a, const struct rootfs_source *from, const char *path, struct strvec *ret);

#endif
