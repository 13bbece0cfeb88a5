/* SPDX-License-Identifier: MIT */
/*
 * What a project promises of everything it ships, beyond the rules: highest versions asked of libraries,
 * which libraries may be needed, where search paths may point, how bad each rule is, and which findings
 * are accepted, by whom it may concern and until when. A policy is a JSON object (xbuild-policy(7)); the
 * built-in ones are rows of policy_table.c in the same language.
 *
 * A policy is read once and then judged by on many threads; only the marks of used suppressions change.
 */
#ifndef LINKCHECK_POLICY_H
#define LINKCHECK_POLICY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "linkcheck/judge/audit.h"
#include "linkcheck/judge/role.h"
#include "linkcheck/judge/rule.h"

/* "glibc", "glibcxx", "cxxabi", "gcc", or what stands before the number in a library's versions: "ZLIB". */
struct policy_floor {
	const char *family;
	const char *version;
};

/* Highest versions and lists, of all files or of those with one role or architecture. */
struct policy_part {
	struct policy_floor *floors;
	size_t floor_count;
	struct strvec allow, forbid,
		rpath;             /* patterns: needed libraries, entries of search paths */
	bool has_allow, has_rpath; /* an empty list allows nothing */
	enum level *levels;        /* by rule's place in the table; LEVEL_UNSET, LEVEL_OFF */
};

#define LEVEL_OFF LEVELS
#define LEVEL_UNSET (LEVELS + 1)

struct suppression {
	const struct rule *rule; /* or NULL: every rule */
	const char *file;        /* pattern, or NULL */
	const char *symbol;      /* pattern of what the finding is about, or NULL */
	const char *reason;
	const char *expires; /* "2026-12-31", the last day; or NULL */
	bool expired;
	atomic_bool used;
};

struct policy_arch {
	const char *arch; /* "arm64" */
	struct policy_part part;
};

struct policy {
	struct arena *arena;
	const char *name, *summary;
	const char *mode; /* of link_mode_find, or NULL */
	struct policy_part all, roles[ROLES];
	struct policy_arch *arches;
	size_t arch_count;
	struct suppression *suppressions;
	size_t suppression_count;
	struct strvec platforms; /* on which each file has to start */
};

/* A built-in one. */
struct policy_row {
	const char *name, *summary;
	const char *text; /* the JSON */
};
size_t policy_row_count(void);
const struct policy_row *policy_row_at(size_t i); /* NULL behind the end */
const struct policy_row *policy_row_find(const char *name);

/* `name` is told in errors; `today` is "2026-11-25". ERROR_USAGE and ERROR_FORMAT name the key. */
bool policy_parse(struct policy *ret, struct arena *a, const char *name, struct str text,
	const char *today, struct error *err) MUST_USE;
/* A built-in policy, else a file. */
bool policy_get(struct policy *ret, struct arena *a, const char *name_or_path, const char *today,
	struct error *err) MUST_USE;

/* For rules: what the policy says of this file. A version that is allowed at most, or NULL. */
const char *policy_floor(const struct policy *p, const struct subject *s, const char *family);
/* Every family that has one, each once. */
void policy_families(const struct policy *p, const struct subject *s, struct strvec *ret);
enum policy_answer { POLICY_SILENT, POLICY_ALLOWS, POLICY_FORBIDS, POLICY_NOT_LISTED };
enum policy_answer policy_need(
	const struct policy *p, const struct subject *s, const char *library);
enum policy_answer policy_rpath(const struct policy *p, const struct subject *s, const char *entry);

/* Gives the findings of an audit their levels here, and takes those that are accepted out of the
 * count. */
void policy_apply(const struct policy *p, struct audit *audit);

#endif
