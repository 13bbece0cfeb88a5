/* SPDX-License-Identifier: MIT */
/*
 * A target's file system seen as a directory of this machine's. Symbolic links are followed inside
 * it: an absolute link starts again at the root, and ".." never leads out of it.
 */
#ifndef LINKCHECK_ROOTFS_H
#define LINKCHECK_ROOTFS_H

#include <stdbool.h>

#include "base/arena.h"

/* The path of this machine that absolute `path` stands for, with all links resolved; NULL with errno when
 * there is no such file. `root` "" or "/" is this machine itself. */
char *rootfs_resolve(struct arena *a, const char *root, const char *path);
bool rootfs_is_dir(struct arena *a, const char *root, const char *path);
/* True when `root` is this machine's own file system. */
bool rootfs_is_host(const char *root);

/* `path` of this machine, relative or not, made absolute and with all links resolved; or NULL. */
char *rootfs_real(struct arena *a, const char *path);

#endif
