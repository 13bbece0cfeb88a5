/* SPDX-License-Identifier: MIT */
/* The inside of package.h: package.c reads and judges, package_group.c says what is installed with what. */
#ifndef LINKCHECK_PACKAGE_INSIDE_H
#define LINKCHECK_PACKAGE_INSIDE_H

#include "base/threads.h"
#include "linkcheck/judge/package.h"
#include "linkcheck/unpack/container.h"

/* A binary that was read, once, however many members it is. */
struct package_binary {
	struct package *package;
	const char *member, *arch;
	unsigned char *data; /* until it was read */
	size_t len;
	mode_t mode;
	size_t number;
	struct audit audit;
	const struct error *err; /* why it could not be read, or NULL */
};

/* What is installed together. */
struct package_set {
	struct shipped shipped;
	struct contract contract;
	struct resolve_world world;
};

struct package_member {
	const char *name;              /* NULL: the package itself */
	struct package_binary *binary; /* NULL: the package itself */
	const char *place;             /* absolute */
	const struct package_set *set; /* NULL: it is installed nowhere */
};

struct package {
	struct arena arena;
	const char *path;
	const struct contract *contract;
	struct threads_crew *crew; /* whose arenas hold the facts */
	package_progress *progress;
	void *progress_ctx;
	struct container container;
	size_t binaries;
	struct package_member *members;
	size_t count, cap;
	struct audit remarks; /* of the package itself */
};

/* Fills in the members. */
void package_group(struct package *p);

#endif
