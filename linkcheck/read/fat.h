/* SPDX-License-Identifier: MIT */
/*
 * Fat files: several Mach-O files or archives, one for each architecture, in one (mach-o/fat.h). Each slice is a file of
 * its own: input_slice opens it. Java class files begin with the same four bytes and are told apart.
 */
#ifndef LINKCHECK_FAT_H
#define LINKCHECK_FAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/input.h"

struct fat_slice {
	const char *arch; /* Go's name, or "machine 0x..." */
	uint64_t offset, size;
};

/* Does the file begin like one? */
bool fat_is(const struct input *in);
/* The slices as the header lists them; whether one lies inside the file is for input_slice to say.
 * ERROR_FORMAT for a header that is cut or lists none. */
bool fat_read(struct arena *a, struct input *in, struct fat_slice **ret, size_t *ret_count,
	struct error *err) MUST_USE;

#endif
