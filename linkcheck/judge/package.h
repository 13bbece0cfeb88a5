/* SPDX-License-Identifier: MIT */
/*
 * The audit of everything in a package: all binaries are read in one pass, on several threads and without
 * unpacking to disk; then each is judged against those that are installed with it: its own archive's, or
 * those of its image. What is kept of a binary are its facts and symbol tables, not its bytes.
 *
 * A package owns its memory until it is closed. Between reading and closing nothing in it changes, so
 * threads may judge different members at once.
 */
#ifndef LINKCHECK_PACKAGE_H
#define LINKCHECK_PACKAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/archive.h"
#include "linkcheck/judge/audit.h"

struct package;

/* Bytes of the package read so far; called often, from the caller's thread. */
typedef void package_progress(void *ctx, uint64_t done, uint64_t total);

/* `contract` outlives the package; what ships with a member is added to a copy of it. Fails when the file
 * cannot be read, or is no package; a damaged one has a member of its own that says so. */
bool package_read(struct package **ret, const struct archives *lib, const char *path,
	const struct contract *contract, package_progress *progress, void *ctx,
	struct error *err) MUST_USE;
void package_close(struct package *p);

size_t package_count(const struct package *p);
/* "usr/bin/x", "inner.whl!x.so"; NULL for the package itself. */
const char *package_member(const struct package *p, size_t i);
/* What it is judged by: objects_use is for this contract's `shipped`. */
const struct contract *package_contract(const struct package *p, size_t i);
/* The result lives in `scratch`, and as long as the package. */
bool package_judge(const struct package *p, size_t i, struct arena *scratch, struct objects *store,
	struct audit *ret, struct error *err) MUST_USE;
/* A binary as an image of the caller's; NULL when it could not be read. */
struct image *package_image(
	const struct package *p, size_t i, struct arena *a, struct error *err) MUST_USE;

#endif
