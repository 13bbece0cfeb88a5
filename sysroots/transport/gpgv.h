/* SPDX-License-Identifier: MIT */
/*
 * Clear-signed texts (InRelease), by gpgv.
 */
#ifndef SYSROOTS_GPGV_H
#define SYSROOTS_GPGV_H

#include "base/context.h"
#include "base/error.h"
#include "base/str.h"

/* Writes what is signed, and nothing else, to `out` (which must not exist). One good signature by a
 * key of the keyring is needed, and none may be bad; keys that the keyring does not have are no
 * matter. `what` is for messages. ERROR_VERIFY says why not. */
bool gpgv_check(const struct context *ctx, const char *what, const char *keyring,
	const char *signed_file, const char *out, struct error *err) MUST_USE;

#endif
