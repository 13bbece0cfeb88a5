/* SPDX-License-Identifier: MIT */
/*
 * The recorded releases of one libc on one architecture, asked all at once: each answer is a set of
 * releases, bit i standing for abi_release_at(libc, i). So one pass over a file's symbols judges it
 * on every platform.
 */
#ifndef LINKCHECK_ABI_PORT_H
#define LINKCHECK_ABI_PORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "targets/target.h"

struct abi_port {
	enum target_libc libc;
	unsigned libc_index, arch; /* of the compiled tables */
	const char *loader;        /* soname */
	uint64_t releases;         /* those that have this port */
};

/* False when nothing is recorded of this libc on this architecture ("arm64", "arm/v5"). */
bool abi_port_find(
	struct abi_port *ret, enum target_libc libc, const char *arch, const char *loader) MUST_USE;
/* A bit for a library (soname), 0 when no release of the libc has it. */
uint32_t abi_port_library(const struct abi_port *p, const char *soname);
/* The releases that have these libraries: all of them, each. */
uint64_t abi_port_with_library(const struct abi_port *p, uint32_t library);
/* ... whose library (one bit) defines the version node. */
uint64_t abi_port_with_version(const struct abi_port *p, uint32_t library, const char *version);
/* ... that have name@version in one of the libraries (bits). `hash` is DT_GNU_HASH's; `version`
 * NULL: any version. */
uint64_t abi_port_with_symbol(const struct abi_port *p, const char *name, uint32_t hash,
	const char *version, uint32_t libraries);

#endif
