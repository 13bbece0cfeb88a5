/* SPDX-License-Identifier: MIT */
/*
 * What other build systems call a target's machine: one row for each architecture.
 */
#ifndef TOOLCHAINS_NAMES_H
#define TOOLCHAINS_NAMES_H

#include "base/arena.h"
#include "targets/target.h"

struct machine_names {
	const char *arch;
	const char *variant;   /* NULL: any */
	const char *uname;     /* uname -m: CMAKE_SYSTEM_PROCESSOR, meson's cpu */
	const char *family;    /* meson's cpu_family */
	const char *rust;      /* first part of Rust's triple */
	const char *emulation; /* lld's and GNU ld's -m for ELF; "" where there is none */
};

const struct machine_names *machine_names(const struct target *t);
/* "aarch64-unknown-linux-musl" */
char *rust_triple(struct arena *a, const struct target *t);

#endif
