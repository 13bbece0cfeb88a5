/* SPDX-License-Identifier: MIT */
/* For which machines an imported tree is, and what it can do for each; for import_probe.c alone. */
#ifndef SYSROOTS_IMPORT_ARCHS_H
#define SYSROOTS_IMPORT_ARCHS_H

#include "sysroots/import.h"
#include "sysroots/unpack.h"

/* What was found of one machine. Paths are relative to the tree; NULL: not found. */
struct import_found {
	const struct target_row *row;
	const char *start; /* directory of crt1.o */
	const char *libc;  /* the shared libc */
	const char *gcc;   /* directory of libgcc.a */
};

struct import_tree {
	struct arena *arena;
	const char *dir;
	const struct unpack_list *list; /* sorted */
	import_look *look;
	void *look_ctx;
	struct import_found found[16];
	size_t count;
};

/* Each fills in ret->archs (ret->os and ret->libc are there), or says what was not found. */
bool import_archs_elf(struct import_tree *t, struct import *ret, struct error *err) MUST_USE;
bool import_archs_android(struct import_tree *t, struct import *ret, struct error *err) MUST_USE;
/* `tbd` is the text of libSystem's. */
bool import_archs_apple(
	struct import_tree *t, struct str tbd, struct import *ret, struct error *err) MUST_USE;

#endif
