/* SPDX-License-Identifier: MIT */
/*
 * What a file is, told by its first bytes: a binary, something that has binaries inside, or neither.
 * Names and suffixes are never asked.
 */
#ifndef LINKCHECK_KIND_H
#define LINKCHECK_KIND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/input.h"

enum kind {
	KIND_OTHER,
	KIND_BINARY, /* image_open reads it */
	KIND_FAT,    /* several binaries for several machines */
	KIND_STATIC, /* a static archive */
	KIND_DEB,    /* a Debian package, which is one by its format */
	KIND_RPM,
	KIND_ARCHIVE,    /* tar or cpio */
	KIND_ZIP,        /* ... whose list of members is at its end */
	KIND_COMPRESSED, /* an archive, or a single file */
};

/* Looks at in->head only. */
enum kind kind_of(const struct input *in);
enum kind kind_of_bytes(const void *head, size_t len);
bool kind_is_container(enum kind kind); /* more than a binary is, or may be, inside */

#endif
