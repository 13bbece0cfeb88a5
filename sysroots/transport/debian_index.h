/* SPDX-License-Identifier: MIT */
/*
 * The Packages file of a Debian archive: which packages there are, and what they depend on. Pure
 * functions over untrusted text; the entries are views of it.
 */
#ifndef SYSROOTS_DEBIAN_INDEX_H
#define SYSROOTS_DEBIAN_INDEX_H

#include "base/strmap.h"
#include "sysroots/transport/package.h"

struct debian_entry {
	const char *name;
	struct str version, arch, path, size, sha256;
	struct str depends, pre_depends, provides, section;
};

struct debian_index {
	struct arena *arena;
	size_t count;
	struct strmap names;    /* to the entry with the highest version */
	struct strmap provided; /* to the first that provides a name */
};

void debian_index_init(struct debian_index *index, struct arena *a);
/* Adds the packages for `arch` (and "all") of one Packages file; `text` outlives the index.
 * ERROR_LIMIT when there are too many. A paragraph that lacks what it must have is passed over. */
bool debian_index_add(
	struct debian_index *index, struct str text, const char *arch, struct error *err) MUST_USE;

/* The packages of these names that are there, sorted by name. ERROR_FORMAT when one is not fit to be
 * used. */
bool debian_index_find(const struct debian_index *index, const char *const *names,
	struct package_list *ret, struct error *err) MUST_USE;
/* `names` and, over their dependencies, all that bring headers or libraries, sorted; but none of
 * `given`, nor what only those need. What the index does not have is in *ret_unknown. */
void debian_index_closure(const struct debian_index *index, const struct package_list *given,
	const char *const *names, struct strvec *ret, struct strvec *ret_unknown);

/* As dpkg compares them (deb-version(7)): negative, 0 or positive. */
int debian_version_cmp(struct str a, struct str b);

#endif
