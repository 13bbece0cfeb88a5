/* SPDX-License-Identifier: MIT */
/*
 * The MANIFEST of a FreeBSD release: one line for each of its archives.
 */
#ifndef SYSROOTS_FREEBSD_H
#define SYSROOTS_FREEBSD_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/str.h"

/* The digest that it gives for a file ("base.txz"); false when it does not name it. */
bool freebsd_manifest_find(struct str text, const char *file, char sha256[DIGEST_HEX]);

#endif
