/* SPDX-License-Identifier: MIT */
/*
 * The Release file of a Debian archive: what a signed text says about index files, and how old it
 * is. Pure functions over untrusted text.
 */
#ifndef SYSROOTS_DEBIAN_RELEASE_H
#define SYSROOTS_DEBIAN_RELEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/str.h"

struct debian_release {
	const char *suite, *codename; /* "" when not said */
	int64_t date;                 /* seconds since 1970 */
	int64_t valid_until;          /* 0: for ever */
	bool by_hash;
	struct str files; /* lines of "sha256 size path" */
};

/* `text` outlives the result. ERROR_FORMAT names what is missing or malformed. */
bool debian_release_parse(
	struct arena *a, struct str text, struct debian_release *ret, struct error *err) MUST_USE;
/* What it says of a file ("main/binary-arm64/Packages.xz"); false when it does not name it. */
bool debian_release_file(const struct debian_release *r, const char *path, char sha256[DIGEST_HEX],
	uint64_t *ret_size) MUST_USE;
/* "Sat, 10 May 2025 08:28:33 UTC" */
bool debian_date_parse(struct str text, int64_t *ret) MUST_USE;
/* "20250510T082833Z" in a URL that ends in it: the state of an archive at that moment. */
bool debian_dated_base(const char *base, int64_t *ret) MUST_USE;

#endif
