/* SPDX-License-Identifier: MIT */
/*
 * The words that other tools use for what targets/table.c names: one row each, no code. Go's own
 * words for operating systems and architectures are not repeated here; they are in the table.
 * Everything is lower case, sorted, and read only inside targets/ and by tests.
 */
#ifndef TARGETS_WORDS_H
#define TARGETS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "targets/target.h"

/* Another word for an operating system. */
struct words_os {
	const char *word;
	const char *os;
	enum target_libc libc; /* what the word says of the libc, or LIBC_UNKNOWN */
};

/* Another word for an architecture, perhaps with a variant in it (armhf, armv7l). */
struct words_arch {
	const char *word;
	const char *arch;
	const char *variant; /* NULL when the word leaves it open */
};

/* A variant of `arch` (a glob) in another spelling. */
struct words_variant {
	const char *word;
	const char *arch;
	const char *variant;
};

enum words_float { FLOAT_OPEN, FLOAT_SOFT, FLOAT_HARD };

/* The last word of a triple: it fits one os and arch (both globs), and may say which libc, which
 * float ABI, or even another operating system (x-linux-android). */
struct words_env {
	const char *word;
	const char *os;
	const char *arch;
	enum target_libc libc;
	enum words_float fp;
	const char *real_os; /* NULL: the one that was named */
};

/* What a float ABI makes of a variant (NULL: none was named) of `arch` (a glob). */
struct words_fp {
	const char *arch;
	const char *variant;
	enum words_float fp;
	const char *result;
};

/* A word that is understood but not served, and what to do instead. */
struct words_refused {
	const char *word;
	const char *hint;
};

/* A whole name whose parts would be read otherwise. */
struct words_whole {
	const char *word;
	const char *canonical;
};

extern const struct words_os words_os[];
extern const size_t words_os_count;
extern const struct words_arch words_arch[];
extern const size_t words_arch_count;
extern const struct words_variant words_variant[];
extern const size_t words_variant_count;
extern const struct words_env words_env[];
extern const size_t words_env_count;
extern const struct words_fp words_fp[];
extern const size_t words_fp_count;
extern const struct words_refused words_refused[];
extern const size_t words_refused_count;
extern const struct words_whole words_whole[];
extern const size_t words_whole_count;

/* The canonical operating system for a whole word, or NULL. `ret_libc` may be NULL. */
const char *words_find_os(const char *word, enum target_libc *ret_libc);
/* The same for an architecture; *ret_variant may become NULL. */
const char *words_find_arch(const char *word, const char **ret_variant);
/* The row of (os, arch) whose variant `word` means, in any spelling, or NULL. */
const struct target_row *words_find_variant(const char *os, const char *arch, const char *word);
/* What `word` means behind (os, arch), or NULL. A libc's own name is not in this table. */
const struct words_env *words_find_env(const char *os, const char *arch, const char *word);

/* 1 to 4 numbers with dots between them, short enough for struct target. */
bool words_is_version(const char *s);
/* Moves a version off the end of a word: gnu.2.17, musl1.2.3, macosx11, darwin-10.9. False, and
 * nothing changed, when there is none. */
bool words_take_version(char *word, char version[static 16]);

#endif
