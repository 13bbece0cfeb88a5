/* SPDX-License-Identifier: MIT */
/*
 * Container images: what `docker save` writes, and the OCI layout, as a tar archive or a directory.
 * Which layers an image has, bottom first; each blob of an OCI layout is held to the digest it is
 * named by. For import.c alone.
 */
#ifndef SYSROOTS_IMPORT_IMAGE_H
#define SYSROOTS_IMPORT_IMAGE_H

#include "base/archive.h"
#include "base/str.h"
#include "base/strmap.h"
#include "sysroots/unpack.h"

struct import_image {
	struct arena *arena;
	const struct archives *lib;
	const char *path;
	bool is_dir;
	struct strmap texts; /* of an archive: the small JSON files in it, by path (struct str *) */
	struct strmap links; /* of an archive: where its links lead */
	struct strvec layers; /* paths in it, bottom first, no doubles */
};

/* Reads what stands in it. *ret_is: it is an image at all; a file or directory that is none is no
 * error. `platform` is "linux/arm64" or NULL. */
bool import_image_open(struct import_image *img, struct arena *a, const struct archives *lib,
	const char *path, const char *platform, bool *ret_is, struct error *err) MUST_USE;
/* Unpacks all layers, each into the sink that `sink_of` gives for its index. */
typedef const struct unpack_sink *import_image_sink(void *ctx, size_t layer);
bool import_image_unpack(struct import_image *img, import_image_sink *sink_of, void *ctx,
	struct error *err) MUST_USE;

#endif
