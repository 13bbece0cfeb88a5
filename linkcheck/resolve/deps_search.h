/* SPDX-License-Identifier: MIT */
/*
 * The inside of deps and of resolution: the objects of one closure, and the search for one name in
 * the order of the loader's dialect. deps.c loads, deps_search.c looks for names, deps_system.c in
 * the system's directories, deps_open.c at one place; deps_dirs.c finds out which directories the
 * loader has; deps_filter.c puts the objects of filters in their place.
 */
#ifndef LINKCHECK_DEPS_SEARCH_H
#define LINKCHECK_DEPS_SEARCH_H

#include <stdint.h>

#include "base/strmap.h"
#include "linkcheck/resolve/deps.h"
#include "linkcheck/resolve/dialect.h"
#include "linkcheck/resolve/ldcache.h"
#include "linkcheck/resolve/object.h"
#include "linkcheck/resolve/resolve.h"

/* A loaded file. */
struct deps_object {
	struct object *object;
	struct image *img;
	struct deps_node *node;
	struct deps_object *loader; /* who caused the load; NULL for the top */
	struct deps_object **deps;  /* for each needed entry the object, NULL when missing */
	struct deps_node *needed;   /* for each needed entry its node */
	struct deps_object *
		*loads; /* glibc's l_initfini: all that it asked for, in the file's order */
	size_t load_count;
	const char *dir;     /* $ORIGIN */
	bool outside;        /* `dir` is a path of this machine, not below the root */
	const char *name;    /* what it is called in messages: its path */
	struct strvec names; /* that other objects ask for it by */
	bool done;           /* what it needs is loaded */
	unsigned rounds;     /* how often that was done: filters can undo it */
	size_t turn;         /* bind_ifunc.c: objects are relocated by it, the lowest first */
	bool sorted;
	bool unseen; /* it stands before the program: no name leads to it */
};

/* What the loader of one kind of file has in one root; kept in the store of objects. */
struct deps_view {
	const char *lib_token;    /* $LIB */
	const char *multiarch;    /* Debian's directory name, or NULL */
	struct ldcache *cache;    /* glibc: what is looked into instead of `conf`; or NULL */
	struct strvec conf;       /* configured directories */
	bool conf_is_whole;       /* musl: the file replaces the default directories */
	struct strvec defaults;   /* compiled-in directories */
	const char *libc_version; /* glibc's, by the libc.so.6 that is there; or NULL */
	bool hwcaps;              /* glibc >= 2.33 looks into glibc-hwcaps */
	struct strmap places;     /* names already looked for in conf and defaults */
};

/* What look-ups in the configured and default directories gave. */
struct deps_place {
	struct object *object;
	const char *path;
	enum deps_how how;
	bool is_libc, stop, by_processor;
};

struct deps_search {
	struct arena *arena;
	const struct resolve_world *world;
	struct objects *store;
	struct deps_view *view;
	const char *root; /* or NULL */
	bool has_files;   /* there is a root, or a replica of one */
	const struct image *top;
	const struct dialect *dialect;
	bool trail; /* keep every place that is looked at; else only for what is missing */
	struct deps_object *file;     /* the one asked about */
	struct deps_object **objects; /* the scope, in the order of loading */
	size_t object_count, object_cap;
	size_t moves;                      /* by filters */
	const struct deps_object *endless; /* filters that move each other without end */
	const char *second_libc;           /* musl: a file that was passed over for the loader */
	struct deps_node interpreter_node;
	struct deps_object *interpreter; /* joins the objects when somebody needs it */
	bool interpreter_listed;
	struct strmap known; /* names that a loaded object answers to */
	struct strmap exact; /* glibc: those that _dl_name_match_p compares */
	uint64_t place_budget, text_budget;
	bool by_processor; /* what is found depends on glibc-hwcaps, and the processor is not known */
	const char *cut;   /* why the search ended before it was done, or NULL */
	struct deps *deps;
};

/* One search for one name. */
struct deps_query {
	struct deps_search *s;
	struct deps_object *from;
	struct deps_node *node;
	const char *name; /* looked for: node->name with its tokens replaced */
	bool trail;
	size_t try_cap;
	/* found: */
	struct object *object;
	const char *path;
	enum deps_how how;
	bool outside;
	bool is_libc; /* musl: what is there is a libc, and the loader stands for it */
	bool stop;    /* the loader gives up: a broken file where it looked */
	bool leave;   /* glibc gives up this list of directories: open failed in a strange way */
};

/* deps.c: loads the closure of `img`, breadth first. */
bool deps_load(struct deps_search *s, struct image *img, struct error *err) MUST_USE;

/* No chain of filters moves or loads a file as often, but a circle of them does it without end. */
#define DEPS_ROUNDS 64

/* deps.c: the place of an object in the scope. */
size_t deps_index(const struct deps_search *s, const struct deps_object *o);
/* deps.c: who answers to which name, anew. */
void deps_name_again(struct deps_search *s);
/* deps_filter.c: puts `filtee` before `filter`, as glibc does. */
void deps_filter(struct deps_search *s, struct deps_object *filter, struct deps_object *filtee);

/* deps_search.c: looks for q->name, which q->from needs. */
void deps_look(struct deps_query *q);
/* A needed name as this loader understands it: glibc replaces tokens in it. NULL when one has no
 * value. */
const char *deps_expand_name(
	struct deps_search *s, const struct deps_object *from, const char *name);

/* deps_system.c */
void deps_try_dir(
	struct deps_query *q, const char *dir, bool outside, const char *origin, enum deps_how how);
void deps_look_in_system(struct deps_query *q);

/* deps_open.c */
/* Asked before each place. False when the search has taken too much: it ends, and says so. */
bool deps_spend(struct deps_query *q, const char *path, const char *origin);
void deps_add_try(struct deps_query *q, const char *path, const char *origin, const char *reason);
/* Looks at one path; sets object or stop, and leaves its trail. */
void deps_try(struct deps_query *q, const char *path, bool outside, const char *origin,
	enum deps_how how);

/* The file at a path of the root, without asking whether the loader would take it; or NULL. */
struct object *deps_peek(struct deps_search *s, const char *path);
/* A name in a directory, spelled as the loader spells it. */
char *deps_join(struct deps_search *s, const char *dir, const char *name);
/* Is there such a directory below the root? Looked up once. */
bool deps_is_dir(struct deps_search *s, const char *path);

/* deps_dirs.c */
struct deps_view *deps_view_of(struct deps_search *s);
/* The interpreter, or for a library what its target's programs have; NULL when not known. */
const char *deps_loader_path(const struct deps_search *s);

#endif
