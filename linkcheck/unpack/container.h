/* SPDX-License-Identifier: MIT */
/*
 * What lies inside a package, read in one pass and without unpacking to disk: an archive and the archives
 * in it become trees of entries, as they would be installed. Of an archive only what matters to loaders is
 * kept: the names of binaries, links, the loaders' small configuration files, and what says how layers
 * make an image (layers.h). The binaries themselves go to the sink as they are met.
 *
 * Everything in a package is hostile: base/caps.h bounds depth, entries, bytes and their ratio. What is damaged
 * or cut is a remark, never passed over, and the rest is still told. Only what the system refuses is an error.
 */
#ifndef LINKCHECK_CONTAINER_H
#define LINKCHECK_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/archive.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

enum container_kind {
	CONTAINER_BINARY,
	CONTAINER_LINK,     /* symbolic */
	CONTAINER_HARDLINK, /* another name of an entry of this tree */
	CONTAINER_TEXT,
	CONTAINER_OTHER,    /* some file of a layer */
	CONTAINER_WHITEOUT, /* a layer takes away what is below; `target` "": all in this directory */
};

struct container_entry {
	enum container_kind kind;
	const char *path;   /* normal and relative; of a whiteout what it takes away */
	const char *arch;   /* of one slice of a fat file, else NULL */
	const char *target; /* of links */
	struct str text;
	void *binary; /* what the sink gave back */
};

/* One archive's content. */
struct container_tree {
	struct container_tree *parent; /* NULL for the outermost */
	const char *path;              /* in its parent */
	const char *name;              /* "inner.zip!x.whl", "" for the outermost */
	bool is_static;                /* members of a static archive: not installed anywhere */
	bool is_layer;                 /* of an image, by its name */
	bool in_image;                 /* layers.h has used it for one */
	bool is_deb;                   /* a Debian package: what it installs is its own content */
	bool is_rooted; /* its top is that of a file system; of others nobody knows */
	struct container_entry *items;
	size_t count, cap;
	struct container_tree *next; /* all trees, in the order they were met */
};

struct container_remark {
	bool damaged; /* else: cut */
	const char *text;
};

struct container {
	struct arena *arena;
	const char *path; /* the package */
	struct container_tree *trees, **last;
	struct container_remark *remarks; /* the first few */
	size_t remark_count;
	size_t binaries;
};

/* A whole binary. */
struct container_binary {
	const struct container_tree *tree;
	const char *path, *arch; /* as in container_entry */
	unsigned char *data;     /* from malloc; the sink's */
	size_t len;
	mode_t mode;
};

struct container_sink {
	void *ctx;
	/* Takes the data over. NULL: it can take no more; nothing is read any further. */
	void *(*binary)(void *ctx, const struct container_binary *binary);
	/* Bytes of the package read so far; called often. Or NULL. */
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
};

/* Reads a package, or a directory that holds an image's layers. `ret` lives in `a`. Fails when the file cannot
 * be read, or begins like no container. */
bool container_read(struct arena *a, const struct archives *lib, const char *path,
	const struct container_sink *sink, struct container *ret, struct error *err) MUST_USE;
/* Does a directory hold layers (an unpacked OCI image)? */
bool container_is_layout(struct arena *a, const char *dir);

/* "inner.whl!path" for an entry of that tree; with the architecture behind it for a slice. */
char *container_member(
	struct arena *a, const struct container_tree *tree, const char *path, const char *arch);

#endif
