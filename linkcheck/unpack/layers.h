/* SPDX-License-Identifier: MIT */
/*
 * Images that a package holds: `docker save` (manifest.json) or an OCI layout (index.json). Their layers are
 * put on each other in order; what a layer takes away or replaces is gone. Entries are those of the layers'
 * trees, which own them.
 */
#ifndef LINKCHECK_LAYERS_H
#define LINKCHECK_LAYERS_H

#include "linkcheck/unpack/container.h"

struct layers_image {
	const char *name; /* "debian:12", a platform or a digest */
	const struct container_entry **items;
	size_t count;
};

/* Every image of every tree; marks the trees that are layers. What is missing is a remark of `c`. */
void layers_find(struct container *c, struct layers_image **ret, size_t *ret_count);

#endif
