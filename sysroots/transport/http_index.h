/* SPDX-License-Identifier: MIT */
/*
 * What the layouts share, for http.c and them alone: the index of one release for one architecture,
 * as it lies in the store (index/<release>-<arch>/), verified. The caller holds its lock.
 */
#ifndef SYSROOTS_HTTP_INDEX_H
#define SYSROOTS_HTTP_INDEX_H

#include "sysroots/transport/fetch.h"
#include "sysroots/transport/package.h"

struct http_index {
	const struct context *ctx;
	const struct store *store;
	const struct source *source;
	const char *arch;
	const char *dir;
	const char *const *bases;
	const char *keys;
};

struct http_layout {
	/* Fetches and verifies the index anew. */
	bool (*update)(const struct http_index *x, struct error *err);
	/* The packages of these names that the index has. */
	bool (*find)(const struct http_index *x, const char *const *names, struct package_list *ret,
		struct error *err);
	/* See struct transport. */
	bool (*closure)(const struct http_index *x, const struct package_list *given,
		const char *const *names, struct strvec *ret, struct error *err);
};

extern const struct http_layout debian_layout, alpine_layout, freebsd_layout;

/* "the index of debian:12 for arm64" */
char *http_index_name(const struct http_index *x);
/* Writes a small file of the index; who is killed meanwhile leaves nothing beside it. */
bool http_index_put(
	const struct http_index *x, const char *name, const char *text, struct error *err) MUST_USE;
/* That the keys are there; ERROR_MISSING says which package has them. */
bool http_index_need_keys(const struct http_index *x, struct error *err) MUST_USE;
/* A name that was asked for is not there. */
bool http_index_unknown(const struct http_index *x, const char *names, struct error *err);

#endif
