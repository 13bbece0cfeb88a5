/* SPDX-License-Identifier: MIT */
/*
 * Sysroots that somebody brings himself, kept in the store under a name: an SDK of macOS, the base
 * system of a BSD, the sysroot of an Android NDK, the root file system of a machine or a container
 * image. What is in it is found by looking, never by its name: which system, for which
 * architectures, which libc of which version, and what can be compiled and linked with it.
 *
 *	imported/<name>.json	what was found, and what it was made from
 *	roots/<digest>/		the files; the digest is that of their content
 *
 * A name is one of ours: letters, digits and "._+-", and no source's.
 */
#ifndef SYSROOTS_IMPORT_H
#define SYSROOTS_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/context.h"
#include "base/error.h"
#include "base/str.h"
#include "sysroots/store.h"
#include "targets/target.h"

/* What an object file or library says of itself. */
struct import_binary {
	uint16_t machine;
	uint8_t bits;
	bool big_endian;
	uint32_t flags;
};
/* Reads one; false when it is no ELF file. Whoever imports brings this: sysroots/ reads no ELF. */
typedef bool import_look(
	void *ctx, struct arena *scratch, const char *path, struct import_binary *ret);

/* What can be done with it. */
#define IMPORT_COMPILE 1u /* C */
#define IMPORT_DYNAMIC 2u
#define IMPORT_STATIC 4u
#define IMPORT_CXX 8u

struct import_arch {
	const struct target_row *row; /* the implied variant, where several look alike */
	unsigned serves;              /* IMPORT_* */
};

struct import {
	const char *name;
	const char *label; /* "macos-sdk", "freebsd-base", "linux-rootfs" ... */
	const char *about; /* the system's own words ("Debian GNU/Linux 12"), or "" */
	const char *os;    /* Go's */
	enum target_libc libc;
	const char
		*version; /* of the libc on linux, else of the system; "" when it cannot be told */
	const char *gcc;  /* of libgcc and libstdc++, or "" */
	struct import_arch *archs; /* at least one */
	size_t arch_count;
	const char *input;  /* what it was made from: file names, for people */
	const char *sha256; /* of that file, "" for a directory or several files */
	const char *digest;
	const char *path;
	uint64_t bytes, files;
	bool fresh; /* made by this very call */
};

struct import_request {
	const char *name;
	struct strvec inputs; /* directories, archives; later ones go over earlier ones */
	const char *platform; /* of an image for several: "linux/arm64"; or NULL */
	import_look *look;
	void *look_ctx;
};

/* Could a sysroot be called so? ERROR_USAGE says why not. */
bool import_name_check(const char *name, struct error *err) MUST_USE;
/* Unpacks, normalises, looks, keeps. A name that is taken by something else is ERROR_USAGE. */
bool import_add(const struct context *ctx, const struct store *store,
	const struct import_request *req, struct import *ret, struct error *err) MUST_USE;
/* By name; false when there is none, or its files are gone. */
bool import_find(const struct context *ctx, const struct store *store, const char *name,
	struct import *ret) MUST_USE;
struct import_list {
	struct import *items;
	size_t count;
};
/* All, sorted by name. */
bool import_list(const struct context *ctx, const struct store *store, struct import_list *ret,
	struct error *err) MUST_USE;
/* The name, and the files unless another name has them. */
bool import_remove(const struct context *ctx, const struct store *store, const struct import *i,
	struct error *err) MUST_USE;
/* May a program of the target be made with it? `wants` is IMPORT_*. ERROR_USAGE says why not. */
bool import_serves(
	const struct import *i, const struct target *t, unsigned wants, struct error *err) MUST_USE;
/* What it can do for the target's architecture; 0: it is not for that one. */
unsigned import_abilities(const struct import *i, const struct target *t);
/* "linux/arm64, linux/amd64" and "C, C++, dynamic, static". */
char *import_targets_text(struct arena *a, const struct import *i);
char *import_serves_text(struct arena *a, unsigned serves);

#endif
