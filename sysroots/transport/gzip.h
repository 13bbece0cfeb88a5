/* SPDX-License-Identifier: MIT */
/*
 * Single members of gzip files, by zlib: Alpine signs members, so where each begins and ends matters.
 */
#ifndef SYSROOTS_GZIP_H
#define SYSROOTS_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* Inflates the member that `data` begins with. *ret_used: its compressed bytes. *ret lives in the
 * arena. ERROR_FORMAT when it is none, ERROR_LIMIT above `cap` bytes. */
bool gzip_member(struct arena *a, const void *data, size_t len, uint64_t cap, void **ret,
	size_t *ret_len, size_t *ret_used, struct error *err) MUST_USE;

#endif
