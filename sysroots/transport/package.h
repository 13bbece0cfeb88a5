/* SPDX-License-Identifier: MIT */
/*
 * Packages as a lock names them, and the ways to get them. A transport resolves names to exact
 * packages (with digests that a signed index vouches for) and fetches them into the store. Each is
 * one row in transport.c.
 */
#ifndef SYSROOTS_PACKAGE_H
#define SYSROOTS_PACKAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/str.h"
#include "sysroots/source.h"
#include "sysroots/store.h"

struct package {
	const char *name;
	const char *version;
	const char *arch;
	const char *path; /* within the archive: "pool/main/m/musl/musl-dev_1.2.3-1_arm64.deb" */
	uint64_t size;
	char sha256[DIGEST_HEX];
};

struct package_list {
	struct package *items;
	size_t count;
};

struct transport {
	const char *name;
	/* Can it serve this source on this machine? If not, `err` says what is missing. */
	bool (*available)(
		const struct context *ctx, const struct source *source, struct error *err);
	/* Exact packages for names, sorted by name. The index is fetched when there is none, when
	 * it is older than a day, or when `refresh` asks for it. */
	bool (*resolve)(const struct context *ctx, const struct store *store,
		const struct source *source, const char *arch, const char *const *names,
		bool refresh, struct package_list *ret, struct error *err);
	/* The names of the packages that linking against `names` takes: these and, over their
	 * dependencies, all that bring headers or libraries, sorted; not those that are `given`
	 * anyway, and no programs. A name that the source does not have is ERROR_MISSING with the
	 * names it may have been meant for. */
	bool (*closure)(const struct context *ctx, const struct store *store,
		const struct source *source, const char *arch, const struct package_list *given,
		const char *const *names, struct strvec *ret, struct error *err);
	/* Fetches what the store lacks; every blob is verified. */
	bool (*fetch)(const struct context *ctx, const struct store *store,
		const struct source *source, const char *arch, const struct package_list *packages,
		struct error *err);
};

/* The first available transport for a source, or NULL with what would make one available. */
const struct transport *transport_get(
	const struct context *ctx, const struct source *source, struct error *err);

/* Can a package be called so? No option, no pattern, nothing that a tool reads as more than a name. */
bool package_is_name(const char *name);
/* What is wrong with a package that untrusted text told of: NULL, or "a malformed sha256". */
const char *package_fault(const struct package *p);

/* By name. */
void package_list_sort(struct package_list *list);
/* The total of their sizes; the packages the store does not hold yet, in `ret`. */
uint64_t package_list_bytes(const struct package_list *list);
struct package_list package_list_missing(
	struct arena *a, const struct store *store, const struct package_list *list);
/* As an array of objects, in lock files and manifests. What was read lives in `a`; it is sorted, no
 * name is there twice, and no text has a character that a package's cannot have. */
void package_list_write(struct json_value *array, const struct package_list *list);
bool package_list_read(struct arena *a, const struct json *doc, const struct json_value *array,
	struct package_list *ret, struct error *err) MUST_USE;

#endif
