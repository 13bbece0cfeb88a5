/* SPDX-License-Identifier: MIT */
/*
 * The inside of verdicts. A demand is something that some platforms do not meet; what all meet
 * leaves no trace. verdict.c collects demands and answers, verdict_libc.c asks the facts about the
 * C library, verdict_text.c words the reasons.
 */
#ifndef LINKCHECK_VERDICT_INSIDE_H
#define LINKCHECK_VERDICT_INSIDE_H

#include <stdint.h>

#include "linkcheck/platform/abi_port.h"
#include "linkcheck/platform/verdict.h"
#include "linkcheck/resolve/deps_search.h"

enum demand_kind {
	DEMAND_TEXT,    /* `text` says it */
	DEMAND_VERSION, /* a version node of a library */
	DEMAND_SYMBOL,  /* a symbol that the C library lacks */
};

struct demand {
	enum demand_kind kind;
	uint64_t met, unknown;                 /* platforms, by position in the set */
	const char *text, *fix;                /* `fix`: or NULL */
	struct object *of;                     /* who asks */
	const struct deps_object *who;         /* ... when that is a shipped library; else NULL */
	const struct image_version_need *need; /* VERSION; or of the symbol */
	const struct object_ref *ref;          /* SYMBOL */
	bool at_call;
	struct verdict_reason reason; /* VERSION: worded once; `text` NULL before */
};

struct judge {
	struct arena *arena;
	struct object *top;               /* the file, or the shipped library that is judged now */
	const struct deps_object *self;   /* ... in the closure; NULL where there is none */
	const struct resolution *closure; /* or NULL */
	enum target_libc libc;            /* of the file */
	bool program;                     /* the file is one */
	const struct verdict_set *set;
	uint64_t asked; /* platforms of the libc that is judged now */
	struct abi_port port;
	uint64_t wanted;    /* releases that the asked platforms have */
	uint32_t libraries; /* of the C library, that will be in the process */
	bool cxx;           /* the platform's libstdc++ will be in it */
	struct strvec *given;
	struct demand *demands;
	size_t count, cap;
	size_t symbols;        /* demands for symbols so far */
	uint64_t *version_met; /* by version index: platforms that have the version */
};

/* Does it say that it is made for a BSD or Solaris? */
bool verdict_is_other_system(const struct image *img);
/* Platforms of the libc judged now whose release is among `releases`. */
uint64_t judge_platforms(const struct judge *j, uint64_t releases);
/* `met` may have platforms that are not asked. */
void judge_demand(struct judge *j, struct demand d);
/* The asked platforms that meet everything so far. */
uint64_t judge_open(const struct judge *j);
/* verdict_libc.c: the libraries that the file asks for, then everything else it asks. All members of a
 * closure tell their needs before the first is judged. */
void judge_needs(struct judge *j);
void judge_glibc(struct judge *j);
void judge_musl(struct judge *j);
/* verdict_closure.c: calls `visit` for the file and each library that ships with it; between, j->top and
 * j->self say whose turn it is. */
void judge_members(struct judge *j, void (*visit)(struct judge *j));
/* The shipped library that the loader takes for this needed name; NULL: the platform's is meant. */
const struct deps_object *judge_provider(const struct judge *j, const char *name);
/* What ships under that name stops the loader, wherever else the platform may have it: NULL when none does. */
const struct deps_try *judge_stop(const struct judge *j, const char *name);
/* Does a shipped library define it? */
bool judge_is_shipped_symbol(const struct judge *j, const char *name);
/* Versions that are asked of shipped libraries. True when `need` is one of those. */
bool judge_shipped_version(struct judge *j, const struct image_version_need *need);
/* verdict_text.c: the reasons why platform number `i` does not run it, or is not known to. */
void judge_reasons(struct judge *j, size_t i, bool unknown, struct verdict_row *row);

#endif
