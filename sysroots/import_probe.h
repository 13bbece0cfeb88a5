/* SPDX-License-Identifier: MIT */
/*
 * What an unpacked tree is: found from what lies in it, for import.c alone. Every system is one row
 * of a table in import_probe.c: a file that only it has, and the function that looks further.
 */
#ifndef SYSROOTS_IMPORT_PROBE_H
#define SYSROOTS_IMPORT_PROBE_H

#include "sysroots/import.h"
#include "sysroots/unpack.h"

/* Fills in label, about, os, libc, version, gcc and archs. `list` is sorted, and what is in `dir`.
 * ERROR_FORMAT when it is no sysroot of a system that is known: what was looked for. */
bool import_probe(struct arena *a, const char *dir, const struct unpack_list *list,
	import_look *look, void *look_ctx, struct import *ret, struct error *err) MUST_USE;

#endif
