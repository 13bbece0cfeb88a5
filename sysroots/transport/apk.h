/* SPDX-License-Identifier: MIT */
/*
 * The files of Alpine's package manager, version 2: gzip members one behind the other, of which the
 * first has the signature of the second. An index and a package begin alike; a package goes on with
 * its data, whose digest the second member names (apk-tools' doc, apk-package(5), apk-v2(5)).
 */
#ifndef SYSROOTS_APK_H
#define SYSROOTS_APK_H

#include "base/context.h"
#include "base/error.h"
#include "base/str.h"
#include "base/strmap.h"
#include "sysroots/transport/package.h"

/* `keys` is a directory of <name>.rsa.pub, or one such file. The text of the index; lives in the
 * arena. */
bool apk_index_open(struct arena *a, const char *path, const char *keys, struct str *ret,
	struct error *err) MUST_USE;
/* Is the package signed, the one that `checksum` ("Q1...") names, and its data whole? */
bool apk_package_check(
	const char *path, const char *keys, struct str checksum, struct error *err) MUST_USE;

struct apk_entry {
	const char *name;
	struct str version, arch, size, checksum, depends, provides;
	const char *component; /* the part of the archive it is in */
};

struct apk_index {
	struct arena *arena;
	size_t count;
	struct strmap names;    /* to struct apk_entry */
	struct strmap provided; /* "so:libz.so.1", "pc:zlib" ... */
};

void apk_index_init(struct apk_index *index, struct arena *a);
/* Adds the packages of one index; `text` outlives it. */
bool apk_index_add(struct apk_index *index, struct str text, const char *component,
	struct error *err) MUST_USE;
/* See debian_index_closure. */
void apk_index_closure(const struct apk_index *index, const struct package_list *given,
	const char *const *names, struct strvec *ret, struct strvec *ret_unknown);

#endif
