/* SPDX-License-Identifier: MIT */
/* The inside of layers.h: what the manifests of a tree say (layers_manifest.c). */
#ifndef LINKCHECK_LAYERS_INSIDE_H
#define LINKCHECK_LAYERS_INSIDE_H

#include "linkcheck/unpack/container.h"

#define LAYERS_IMAGES 64 /* of one package */

/* One image's layers, the lowest first, as paths in the tree. */
struct layers_list {
	const char *name;
	struct strvec paths;
};

/* What cannot be understood of a manifest, or was cut. */
struct layers_remark {
	bool damaged; /* else: cut */
	const char *text;
};

/* How many images the tree is said to hold, at most `most`; 0 for what is no image. ret_wrong->text is set when
 * there is something to say. */
size_t layers_read(struct arena *a, const struct container_tree *tree, size_t most,
	struct layers_list **ret, struct layers_remark *ret_wrong);

#endif
