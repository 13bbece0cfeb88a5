/* SPDX-License-Identifier: MIT */
/*
 * The link-mode gate: may this toolchain link this target in this mode, in this language? Refused
 * early, with the reason and the nearest mode that works, instead of a flag that silently does
 * something else. One table (gate.c); every row is something that was tried.
 */
#ifndef TOOLCHAINS_GATE_H
#define TOOLCHAINS_GATE_H

#include <stdbool.h>

#include "base/error.h"
#include "targets/linkmode.h"
#include "targets/target.h"
#include "toolchains/toolchain.h"

enum language { LANGUAGE_C, LANGUAGE_CXX };

/* True when it works; else ERROR_USAGE with reason and nearest mode. `tools` may be NULL: then
 * only what no toolchain can do is refused. */
bool gate_check(const struct target *t, const struct toolchain *tools, enum link_mode mode,
	enum language language, struct error *err) MUST_USE;
/* The best static mode: static-pie where it works, else static. */
enum link_mode gate_static_mode(const struct target *t, const struct toolchain *tools);

#endif
