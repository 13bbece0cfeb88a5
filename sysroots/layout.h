/* SPDX-License-Identifier: MIT */
/*
 * Where each file of a package goes in a sysroot, decided while it is unpacked.
 *
 * The glibc view is what an installed system has, merged: usr/include, usr/lib/MULTIARCH,
 * usr/lib/gcc/TRIPLE/N, with lib and lib64 as links into usr (older releases' packages still
 * split their files over lib and usr/lib; `lib` names work for all through the links).
 * The musl view is flat: usr/include, and usr/lib with crt files and libgcc beside libc, because
 * then every version of clang finds them (with a gcc directory, clang 14 and 19 accept different
 * names for it), and lib/ld-musl-ARCH.so.1. Alpine's packages bring a C++ library for it, in
 * usr/include/c++/N with the files of its target directory among the others.
 * FreeBSD's view is FreeBSD: its include and lib directories as they are.
 */
#ifndef SYSROOTS_LAYOUT_H
#define SYSROOTS_LAYOUT_H

#include "base/arena.h"
#include "sysroots/source.h"
#include "targets/target.h"

struct layout {
	enum source_layout from;
	enum target_libc libc;
	const char *multiarch; /* directory of this architecture in the packages */
	const char *kernel;    /* the kernel's name for it */
};

/* For a settled target that the source serves. */
void layout_init(struct layout *ret, const struct source *source, const struct target *t);
/* An unpack_want: `ctx` is a struct layout. */
const char *layout_place(const void *ctx, struct arena *scratch, const char *path);

#endif
