/* SPDX-License-Identifier: MIT */
/* The inside of layers.h: what the manifests of a tree say (layers_manifest.c). */
#ifndef LINKCHECK_LAYERS_INSIDE_H
#define LINKCHECK_LAYERS_INSIDE_H

#include "linkcheck/unpack/container.h"

/* One image's layers, the lowest first, as paths in the tree. */
struct layers_list {
	const char *name;
	struct strvec paths;
};

/* How many images the tree is said to hold; 0 for what is no image. *ret_wrong: what cannot be understood. */
size_t layers_read(struct arena *a, const struct container_tree *tree, struct layers_list **ret,
	const char **ret_wrong);

#endif
