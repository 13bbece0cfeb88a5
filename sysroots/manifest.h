/* SPDX-License-Identifier: MIT */
/*
 * What the store knows of a root: roots/<digest>.json (source, architecture, libc, packages),
 * roots/<digest>.files (every file and link), and refs/<target>@<source>+<set>.json, which say
 * which root serves a request. All small but .files, which only `verify` reads.
 *
 * Only what an index resolved gets such a ref. A root that a lock asked for is one project's affair:
 * its ref has "=<digest>" in its name and is there to be listed and collected, never to be found.
 */
#ifndef SYSROOTS_MANIFEST_H
#define SYSROOTS_MANIFEST_H

#include "base/context.h"
#include "sysroots/store.h"
#include "sysroots/transport/package.h"
#include "sysroots/unpack.h"

struct manifest {
	const char *digest;
	const struct source *source;
	const char *arch;
	enum target_libc libc;
	uint64_t bytes; /* unpacked */
	uint64_t files; /* files and links */
	struct package_list packages;
	bool fresh; /* composed by this very call */
};

/* Written into `dir`, a temporary one, and renamed from there: who is killed leaves nothing beside
 * the roots. */
bool manifest_write(const struct context *ctx, const struct store *store, const char *dir,
	const struct manifest *m, const struct unpack_list *list, struct error *err) MUST_USE;
/* The list of files alone, for a root that has a record elsewhere (import.h). */
bool manifest_write_files(const struct context *ctx, const struct store *store, const char *dir,
	const char *digest, const struct unpack_list *list, struct error *err) MUST_USE;
/* The text of that list. */
struct str manifest_files_text(struct arena *a, const struct unpack_list *list);
/* A root that is wholly there. A damaged manifest is as good as none: the root is composed again. */
bool manifest_find(const struct context *ctx, const struct store *store, const char *digest,
	struct manifest *ret) MUST_USE;
/* Is it a root of this source for this target's architecture and libc? */
bool manifest_serves(const struct manifest *m, const struct source *source, const struct target *t);
/* Notes that a root is in use. */
void manifest_used(const struct context *ctx, const struct store *store, const char *digest);
/* The files of a root, sorted by path; they live in `ctx->arena`. */
bool manifest_files(const struct context *ctx, const struct store *store, const char *digest,
	struct unpack_list *ret, struct error *err) MUST_USE;

/* A ref, by what it is for. */
struct manifest_ref {
	const char *target; /* canonical name */
	const struct source *source;
	enum package_set set;
	const char *digest;
	struct strvec added; /* packages that were asked for beyond the set; sorted */
	bool pinned;         /* asked for by a lock */
};

char *manifest_ref_path(
	const struct context *ctx, const struct store *store, const struct manifest_ref *ref);
bool manifest_ref_write(const struct context *ctx, const struct store *store,
	const struct manifest_ref *ref, struct error *err) MUST_USE;
/* Fills in the digest of a ref that is not pinned. False when there is none, it is damaged, or it
 * says that it is for something else, or with other packages added. */
bool manifest_ref_find(
	const struct context *ctx, const struct store *store, struct manifest_ref *ref) MUST_USE;
/* The ref in a file of refs/ ("linux+arm64+musl@debian:12+c-static.json"). */
bool manifest_ref_read(const struct context *ctx, const char *path, struct manifest_ref *ret,
	struct error *err) MUST_USE;

/* All refs and the paths of their files, whether their root is there or not; a damaged one is left
 * out. No directory is no refs. */
bool manifest_refs(const struct context *ctx, const struct store *store, struct strvec *paths,
	struct manifest_ref **ret, size_t *count, struct error *err) MUST_USE;

#endif
