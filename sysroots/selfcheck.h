/* SPDX-License-Identifier: MIT */
/*
 * Is a normalised tree a sysroot? It must have what a compiler and a linker will look for, made
 * for the right machine, and nothing in it may lead out. A tree that fails is not promoted.
 */
#ifndef SYSROOTS_SELFCHECK_H
#define SYSROOTS_SELFCHECK_H

#include "base/error.h"
#include "sysroots/source.h"
#include "sysroots/unpack.h"

/* `list` is what is in `dir`, sorted (normalise_tree). ERROR_FORMAT names the first thing wrong. */
bool selfcheck_tree(const char *dir, const struct unpack_list *list, const struct source *source,
	const struct target *t, enum package_set set, struct error *err) MUST_USE;

#endif
