/* SPDX-License-Identifier: MIT */
/*
 * A root file system that is not there as a directory, only as a snapshot of what its loaders see:
 * links and directories, configured search paths, and for each library the dynamic section's facts
 * and the symbols it defines and wants (xbuild-snapshot(5)). What a snapshot does not list is not
 * there.
 *
 * Read once and then only looked at, so threads may share it. Each library is made an ELF file again
 * when the snapshot is read; whoever opens it gets an image of their own, in their arena. Nothing here touches a file system.
 */
#ifndef LINKCHECK_REPLICA_H
#define LINKCHECK_REPLICA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "base/strmap.h"
#include "linkcheck/read/image.h"
#include "linkcheck/resolve/ldcache.h"

enum replica_kind { REPLICA_DIR, REPLICA_LINK, REPLICA_BROKEN, REPLICA_FILE };

struct replica_entry {
	enum replica_kind kind;
	const char *path;
	const char *target; /* of a link */
	struct str stub;    /* a file: a small ELF file with the same dynamic section and symbols */
	struct strvec unread; /* ... and what is not understood of it (LC121) */
	size_t line;          /* of the text; tells files apart */
};

/* A directory list of musl's loader: /etc/ld-musl-ARCH.path. */
struct replica_path {
	const char *file;
	struct strvec dirs;
};

struct replica {
	struct arena *arena;
	const char *name; /* of the file, for messages */
	const char *id, *label;
	struct strmap entries;      /* by path, to struct replica_entry */
	struct strvec libcs;        /* "glibc 2.31" */
	struct strvec conf;         /* of ld.so.conf */
	struct ldcache *cache;      /* or NULL */
	struct replica_path *paths; /* of musl */
	size_t path_count;
	struct replica_entry **files; /* all of kind FILE, in the order of the text */
	size_t file_count;
};

/* `name` must outlive it, `text` need not. ERROR_FORMAT names the line that is wrong. */
bool replica_read(struct arena *a, const char *name, struct str text, struct replica *ret,
	struct error *err) MUST_USE;

/* What is at an absolute path when its links are followed; NULL with errno when nothing is. */
const struct replica_entry *replica_find(
	const struct replica *r, struct arena *a, const char *path);
bool replica_is_dir(const struct replica *r, struct arena *a, const char *path);
/* musl's directories in this file; NULL when there is no such file. */
const struct strvec *replica_musl_path(const struct replica *r, const char *file);

/* The library as an image; NULL when it is none that can be read. */
struct image *replica_open(const struct replica_entry *entry, struct arena *a, struct error *err);
/* Does any file of it have this machine, word size and byte order? */
bool replica_has_machine(const struct replica *r, const struct image *img);

/* A word of a snapshot: blanks, controls, '%' and what is not ASCII become %XX. */
char *replica_escape(struct arena *a, const char *text);

#endif
