/* SPDX-License-Identifier: MIT */
/* The records of imported sysroots, for import.c alone. */
#ifndef SYSROOTS_IMPORT_RECORD_H
#define SYSROOTS_IMPORT_RECORD_H

#include "sysroots/import.h"

bool import_record_write(const struct context *ctx, const struct store *store,
	const struct import *i, struct error *err) MUST_USE;
char *import_record_path(const struct context *ctx, const struct store *store, const char *name);

#endif
