/* SPDX-License-Identifier: MIT */
/*
 * The files that add directories to a loader's search: glibc's /etc/ld.so.conf with its includes,
 * musl's /etc/ld-musl-ARCH.path. The cache that glibc really reads is made from ld.so.conf; it is
 * not read here, because a sysroot often has none or an old one.
 */
#ifndef LINKCHECK_LDCONF_H
#define LINKCHECK_LDCONF_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* Directories in the order of the file; a file that is not there adds none. */
void ldconf_glibc(struct arena *a, const char *root, struct strvec *ret);
/* False when the file does not exist: the compiled-in path counts then. */
bool ldconf_musl(struct arena *a, const char *root, const char *path, struct strvec *ret);

#endif
