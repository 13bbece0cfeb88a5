/* SPDX-License-Identifier: MIT */
/*
 * xbuild audit --snapshot: makes a snapshot of a root directory, or of an image (docker save, OCI
 * layout, a tar of a root), whose files are laid out in a directory of ours while it is read.
 */
#ifndef CLI_AUDIT_SNAPSHOT_H
#define CLI_AUDIT_SNAPSHOT_H

#include "base/arena.h"
#include "base/error.h"

/* Writes the snapshot of `from` to `output`. */
bool audit_snapshot(
	struct arena *a, const char *from, const char *output, struct error *err) MUST_USE;

#endif
