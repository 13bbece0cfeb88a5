/* SPDX-License-Identifier: MIT */
/*
 * The inside of nt.h: the modules of one process. nt.c loads and answers, nt_search.c looks for one
 * name, nt_bind.c binds imports.
 */
#ifndef LINKCHECK_NT_LOAD_H
#define LINKCHECK_NT_LOAD_H

#include "base/strmap.h"
#include "linkcheck/read/pe.h"
#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/nt.h"
#include "linkcheck/resolve/nt_system.h"

struct nt_module {
	struct deps_object shown; /* what the result tells of it; img NULL: recorded only */
	const char *name;         /* as it was asked for first */
	enum deps_how how;
	bool missing;
	bool foreign; /* missing: what was found is for another machine, or broken */
	bool guest;   /* missing, but whatever loads the file asked about may have it */
	bool system;  /* Windows' own: what it needs is taken as given */
};

/* A directory's names, found in any case. */
struct nt_dir {
	const char *path;
	const char *origin;
	struct strmap names; /* in lower case: as they are spelled */
	struct strvec keys;  /* of `names` */
};

struct nt {
	struct arena *arena;
	const struct resolve_world *world;
	struct resolution *ret;
	struct image *top;
	struct nt_dir app;
	const char *app_shipped; /* the program's directory among world->shipped; or NULL */
	struct nt_dir *dlls;
	size_t dll_count;
	bool whole_system;          /* the given directories are Windows', and all of it */
	struct nt_module **modules; /* in the order of loading */
	size_t module_count, module_cap;
	struct strmap by_name; /* lower case */
	size_t problem_cap, tries_left;
	const char *cut; /* why the answer is not known, or NULL */
};

/* nt_search.c */
void nt_search_init(struct nt *nt);
/* The module of this name, loaded when it is not there yet. NULL with nt->cut when there are too many. */
struct nt_module *nt_load(struct nt *nt, const char *name, struct deps_node *node);
/* The one that is there already; or NULL. */
struct nt_module *nt_find(const struct nt *nt, const char *name);

/* nt_bind.c: checks all imports of a module that has an image. */
void nt_bind(struct nt *nt, struct nt_module *from);

/* nt.c */
char *nt_lower(struct arena *a, const char *s);
void nt_add_problem(struct nt *nt, const struct resolve_problem *p);

#endif
