/* SPDX-License-Identifier: MIT */
/*
 * xbuild.lock for commands that ask for a sysroot themselves, without a kit (toolchains/kit.h does
 * the same for those with one): a file that is there is obeyed, gets the entry it lacks unless
 * --locked, and with --locked has to be there.
 */
#ifndef CLI_LOCK_USE_H
#define CLI_LOCK_USE_H

#include "base/error.h"
#include "cli/session.h"
#include "sysroots/sysroot.h"

/* Puts the lock into the request, for a question that changes nothing. */
bool lock_look(struct session *s, struct sysroot_request *req, struct error *err) MUST_USE;
/* The same before sysroot_get; ERROR_USAGE when --locked is given and there is no file. */
bool lock_use(struct session *s, struct sysroot_request *req, struct error *err) MUST_USE;
/* After sysroot_get: writes what it added. */
bool lock_keep(struct sysroot_request *req, struct error *err) MUST_USE;

#endif
