/* SPDX-License-Identifier: MIT */
/* The inside of making snapshots: one library's lines. */
#ifndef LINKCHECK_SNAPSHOT_INSIDE_H
#define LINKCHECK_SNAPSHOT_INSIDE_H

#include "linkcheck/platform/snapshot.h"

/* Appends the lines about a library; false when no loader would load it (or it is damaged). */
bool snapshot_library(struct strbuf *out, struct image *img);

#endif
