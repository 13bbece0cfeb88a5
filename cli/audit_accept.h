/* SPDX-License-Identifier: MIT */
/*
 * What an audit accepts: the policy of --policy and the baseline of --baseline, and what is to be said of
 * them when all files were looked at: suppressions that are late or in vain, findings that are gone.
 */
#ifndef CLI_AUDIT_ACCEPT_H
#define CLI_AUDIT_ACCEPT_H

#include <stdbool.h>

#include "cli/report/format.h"
#include "linkcheck/judge/baseline.h"
#include "linkcheck/judge/policy.h"

struct audit_accept {
	struct policy policy;
	struct baseline baseline;
};

/* Fills the contract. Either may be NULL. */
bool audit_accept_start(struct audit_accept *accept, struct arena *a, const char *policy,
	const char *baseline, struct contract *contract, struct error *err) MUST_USE;
/* Adds remarks to the outcome, and counts them. */
void audit_accept_end(
	struct arena *a, const struct contract *contract, struct report_outcome *outcome);

#endif
