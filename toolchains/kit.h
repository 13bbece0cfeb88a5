/* SPDX-License-Identifier: MIT */
/*
 * A kit: one target with the toolchain and the sysroot that serve it, and the link mode that was
 * asked for. Resolving one looks at the machine and may compose a sysroot; the result is kept in
 * the store, so that `xbuild cc` costs one small file and an exec. A kept kit holds as long as the
 * stamps of PATH's directories, the tools, the sysroot and the lock do.
 */
#ifndef TOOLCHAINS_KIT_H
#define TOOLCHAINS_KIT_H

#include <stdbool.h>

#include "base/context.h"
#include "base/error.h"
#include "sysroots/sysroot.h"
#include "targets/linkmode.h"
#include "targets/target.h"
#include "toolchains/gate.h"
#include "toolchains/toolchain.h"

struct kit_request {
	const char *target; /* as typed; GOARM & co. are taken from ctx->env */
	bool is_static; /* --static: choose musl when no libc is named, and the best static mode */
	bool has_mode;  /* an exact mode was asked for */
	enum link_mode mode;
	enum language language;
	enum package_set
		at_least;      /* a sysroot no smaller than this, whatever mode and language need */
	const char *provider;  /* --toolchain, or NULL */
	const char *source;    /* --sysroot: a source id ("debian:13"), a directory, or the name of
				* an imported one; or NULL */
	const char *lock_path; /* absolute path of xbuild.lock; it need not exist; NULL: none */
	bool locked;
};

struct kit {
	struct target target; /* settled */
	enum link_mode mode;
	struct toolchain tools;
	const char *sysroot;        /* absolute directory */
	const char *sysroot_digest; /* "" for a directory of the user's */
	const char *source;         /* "debian:12", "dir", or the name of an imported one */
	enum package_set set;
	const char *libc_version; /* "1.2.3" */
	const char *gcc;          /* "12" */
	const char *lock_path;    /* of the request, or NULL */
	bool locked;
	bool fetched; /* the sysroot was composed by this call */
	uint64_t fetched_bytes;
	size_t fetched_packages;
};

/* From the kept one, else resolved and kept. A lock file that exists is obeyed, and gets the
 * entry it lacks unless `locked`. */
bool kit_get(const struct context *ctx, const struct store *store, const struct kit_request *req,
	struct kit *ret, struct error *err) MUST_USE;
/* "clang 14 · musl 1.2.3 (debian:12) · static-pie" */
char *kit_label(struct arena *a, const struct kit *kit);

#endif
