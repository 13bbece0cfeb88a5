/* SPDX-License-Identifier: MIT */
/*
 * What is said of a target that is not understood: one function for each sort of mistake, shared by
 * parsing and patterns. Each sets ERROR_USAGE with the part at fault, the target it stands in and a
 * hint, and returns false. `shown` is the target as complain_shown made it; `part` is a text of the
 * characters that a target may have.
 */
#ifndef TARGETS_COMPLAIN_H
#define TARGETS_COMPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "targets/target.h"

/* Room for COMPLAIN_BYTES bytes of any kind, escaped, and "...". */
#define COMPLAIN_BYTES 64
#define COMPLAIN_SHOWN (4 * COMPLAIN_BYTES + 4)

/* Writes `text` so that it may be printed: bytes that are not printable ASCII as \xNN, cut at
 * COMPLAIN_BYTES. */
void complain_shown(char ret[COMPLAIN_SHOWN], const char *text);

/* Appends ", word" while there is room, then "...". */
void complain_list(char *buf, size_t size, const char *word);

/* The nearest known words are looked for among these. */
enum complain_among { AMONG_OS, AMONG_ARCH, AMONG_OS_OR_ARCH, AMONG_REST };

/* `os` and `arch` are what is known already, or NULL. `byte` is where the part starts, from 0. */
bool complain_unknown(struct error *err, enum complain_among among, const char *part,
	const char *shown, size_t byte, const char *os, const char *arch);
bool complain_no_match(struct error *err, const char *shown);
bool complain_pair(struct error *err, const char *os, const char *arch);
bool complain_no_arch(struct error *err, const char *os, const char *shown);
bool complain_variant(struct error *err, const char *os, const char *arch, const char *variant);
bool complain_libc(struct error *err, const struct target_row *row, const char *libc);
/* A word that fits other systems only, or one of words_refused; `arch` may be NULL. */
bool complain_refused(struct error *err, const char *part, const char *os, const char *arch);
/* `t` has no version yet; `version` is below its ABI's minimum. */
bool complain_too_old(struct error *err, const struct target *t, const char *version);

#endif
