/* SPDX-License-Identifier: MIT */
/*
 * The ways a program can be linked. Which of them a target supports is decided by toolchains/gate;
 * whether a result kept the promise is decided by linkcheck.
 */
#ifndef TARGETS_LINKMODE_H
#define TARGETS_LINKMODE_H

#include <stdbool.h>

enum link_mode {
	LINK_DYNAMIC,    /* a program that the target's loader starts */
	LINK_STATIC,     /* a program at a fixed address without loader or needs */
	LINK_STATIC_PIE, /* the same, position independent */
	LINK_SHARED,     /* a shared library */
	LINK_MODES
};

/* "dynamic", "static", "static-pie", "shared". */
const char *link_mode_name(enum link_mode mode);
/* LINK_MODES when the word is not known. */
enum link_mode link_mode_find(const char *name);
/* Static of either kind. */
bool link_mode_is_static(enum link_mode mode);

#endif
