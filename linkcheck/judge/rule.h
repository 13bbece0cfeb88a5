/* SPDX-License-Identifier: MIT */
/*
 * The rules: one row each in rules.c, with a stable number and name that are never used again for
 * something else. `xbuild explain`, the manual page xbuild-rules(7), SARIF and the reports are derived
 * from the rows. A rule looks at facts (struct subject) and appends findings; it never reads bytes.
 */
#ifndef LINKCHECK_RULE_H
#define LINKCHECK_RULE_H

#include <stddef.h>

#include "base/attr.h"
#include "targets/target.h"

enum level { LEVEL_NOTE, LEVEL_WARNING, LEVEL_ERROR, LEVELS };

/* What a rule says of one file. Not simulated, or not knowable, is UNKNOWN with a reason, never a PASS. */
enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP, VERDICT_UNKNOWN };

struct subject;  /* audit.h: one file, its facts and what is asked of it */
struct findings; /* audit.h: where a rule appends */

/* Appends a finding for each violation and returns the verdict; *ret_reason says why for SKIP and UNKNOWN. */
typedef enum verdict rule_check(struct subject *s, struct findings *out, const char **ret_reason);

/* Which formats a rule is about; it is skipped for files of others. */
#define RULE_ELF (1u << FORMAT_ELF)
#define RULE_MACHO (1u << FORMAT_MACHO)
#define RULE_PE (1u << FORMAT_PE)
#define RULE_PACKAGE (1u << FORMAT_ARCHIVE) /* what lies around the binaries */
#define RULE_ANY (RULE_ELF | RULE_MACHO | RULE_PE)

struct rule {
	const char *id;      /* "LC041" */
	const char *name;    /* "rpath-relative" */
	enum level level;    /* default severity */
	const char *summary; /* one line, no full stop */
	const char *cause;   /* a paragraph: what goes wrong, under which loaders */
	const char *remedy;  /* what to do, with the flag to type */
	rule_check *check;
	unsigned formats; /* RULE_* */
};

size_t rule_count(void);
const struct rule *rule_at(size_t i);                 /* sorted by id */
const struct rule *rule_find(const char *id_or_name); /* NULL when unknown; "lc041" works too */
const char *level_name(enum level level);             /* "note", "warning", "error" */
const char *verdict_name(enum verdict verdict);

#endif
