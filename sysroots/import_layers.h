/* SPDX-License-Identifier: MIT */
/*
 * From what somebody gave (directories, archives, images) to one tree: each layer is unpacked into a
 * directory of its own, then they are laid over one another as overlayfs would show them. For
 * import.c alone.
 */
#ifndef SYSROOTS_IMPORT_LAYERS_H
#define SYSROOTS_IMPORT_LAYERS_H

#include "sysroots/import.h"
#include "sysroots/unpack.h"

/* `dir` is a temporary directory; the tree becomes dir/root, what is in it *ret (not sorted). */
bool import_layers(const struct context *ctx, const struct import_request *req, const char *dir,
	struct unpack_list *ret, struct error *err) MUST_USE;

#endif
