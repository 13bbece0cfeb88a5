/* SPDX-License-Identifier: MIT */
/*
 * Where sysroots come from: one row for each release of a distribution, and one row for each
 * package set. Rows are constant.
 */
#ifndef SYSROOTS_SOURCE_H
#define SYSROOTS_SOURCE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"
#include "targets/target.h"

/* How much of the target system is wanted; each includes the ones before it. */
enum package_set {
	SET_C_STATIC,  /* enough to compile C and link it statically */
	SET_C_DYNAMIC, /* also the shared libc and libgcc, and the loader to run with */
	SET_CXX,       /* also libstdc++ */
	PACKAGE_SETS
};

/* How an archive is laid out, and what vouches for it. */
enum source_layout { LAYOUT_DEBIAN, LAYOUT_ALPINE, LAYOUT_FREEBSD };

/* What all releases of a distribution share. */
struct distribution {
	const char *name; /* "debian": XBUILD_MIRROR_DEBIAN, and in config.json */
	const char *os;   /* as in a target */
	enum source_layout layout;
	const char *preferred; /* the release that is taken when nothing else decides */
	bool named;            /* never chosen, only named */
	const char *bases[3];  /* where its archive is, unless somebody says otherwise */
	const char *ports[2];  /* the same for all architectures but amd64; none: no difference */
	const char *components[3]; /* parts of the archive that are looked into */
	const char *keys;          /* where its keys are on a machine that has them; "" for none */
	const char *keys_package;  /* Debian's package of them */
};

struct source {
	const struct distribution *of;
	const char *id;    /* "debian:12" */
	const char *label; /* "Debian 12" */
	const char *suite; /* "bookworm": the name in the archive */
	const char *glibc; /* version it ships, "" when none */
	const char *musl;
	const char *system;     /* the version of the system, where that is what targets ask for */
	const char *gcc;        /* version in package and directory names */
	bool moving;            /* changes from day to day: never chosen, only named */
	const char *arches[16]; /* the distribution's own names, NULL-terminated */
};

size_t source_count(void);
const struct source *source_at(size_t i);
const struct distribution *source_distribution(const char *name); /* or NULL */
/* ERROR_USAGE naming the nearest ids. Suite names ("bookworm") are understood too. */
const struct source *source_get(const char *id, struct error *err);
/* The source that serves a settled target best: the default release where it has the architecture,
 * else the next one that has; with a libc version in the target, the newest release whose libc is not
 * newer than that. NULL with ERROR_USAGE and the reason. A moving source is chosen only where no other has the architecture. */
const struct source *source_for(const struct target *t, struct error *err);
/* Does it carry this settled target? If not, `err` says why. */
bool source_serves(const struct source *s, const struct target *t, struct error *err);
/* The source's own name of the target's architecture; "" when it has none. */
const char *source_arch(const struct source *s, const struct target *t);
/* The libc version of a settled target from this source. */
const char *source_libc_version(const struct source *s, const struct target *t);
/* The package names of a set, for this target's libc. ERROR_USAGE when the set does not exist (C++
 * on Debian's musl). */
bool source_packages(const struct source *s, const struct target *t, enum package_set set,
	struct strvec *ret, struct error *err) MUST_USE;

const char *package_set_name(enum package_set set);  /* "c-static", "c-dynamic", "c++" */
enum package_set package_set_find(const char *name); /* PACKAGE_SETS when unknown */

#endif
