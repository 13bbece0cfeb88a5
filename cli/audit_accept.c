/* SPDX-License-Identifier: MIT */
/* The policy and the baseline of an audit, and what becomes of them. */
#include "cli/audit_accept.h"

#include <string.h>
#include <time.h>

#include "targets/linkmode.h"

#define STALE_SHOWN 3

/* "2026-11-25", where the user is. */
static char *
today(struct arena *a)
{
	time_t now = time(NULL);
	char text[16] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d", &tm);
	return arena_strdup(a, text);
}

bool
audit_accept_start(struct audit_accept *accept, struct arena *a, const char *policy,
	const char *baseline, struct contract *contract, struct error *err)
{
	if (policy) {
		if (!policy_get(&accept->policy, a, policy, today(a), err))
			return false;
		contract->policy = &accept->policy;
	}
	if (policy && accept->policy.mode && !contract->has_mode) {
		contract->has_mode = true;
		contract->mode = link_mode_find(accept->policy.mode);
	}
	if (baseline) {
		if (!baseline_read(&accept->baseline, a, baseline, err))
			return false;
		contract->baseline = &accept->baseline;
	}
	return true;
}

static void
remark(struct arena *a, struct report_outcome *o, enum level level, const char *name,
	const char *text)
{
	struct report_remark *items = ARENA_ARRAY(a, o->remark_count + 1, struct report_remark);

	if (o->remark_count)
		memcpy(items, o->remarks, o->remark_count * sizeof(*items));
	items[o->remark_count++] = (struct report_remark){ level, name, text };
	o->remarks = items;
	o->totals.warnings += level == LEVEL_WARNING;
	o->totals.notes += level == LEVEL_NOTE;
}

/* "LC041 in lib*.so about lib". */
static char *
suppression_text(struct arena *a, const struct suppression *s)
{
	return arena_printf(a, "%s%s%s%s%s (%s)", s->rule ? s->rule->id : "every rule",
		s->file ? " in " : "", s->file ? s->file : "", s->symbol ? " about " : "",
		s->symbol ? s->symbol : "", s->reason);
}

static void
judge_suppressions(struct arena *a, const struct policy *p, struct report_outcome *o)
{
	for (size_t i = 0; i < p->suppression_count; i++) {
		const struct suppression *s = &p->suppressions[i];
		const char *text = suppression_text(a, s);

		if (s->expired)
			remark(a, o, LEVEL_WARNING, "suppression-expired",
				arena_printf(a, "%s: %s ended on %s", p->name, text, s->expires));
		else if (!atomic_load(&s->used))
			remark(a, o, LEVEL_NOTE, "suppression-unused",
				arena_printf(a, "%s: nothing matches %s", p->name, text));
	}
}

static void
judge_baseline(struct arena *a, const struct baseline *b, struct report_outcome *o)
{
	struct strbuf names;
	size_t stale = 0;

	strbuf_init(&names, a);
	for (size_t i = 0; i < b->count; i++) {
		const struct baseline_entry *e = &b->items[i];

		if (atomic_load(&e->met) || stale++ >= STALE_SHOWN)
			continue;
		strbuf_addf(&names, "%s%s in %s", names.len ? ", " : "", e->rule, e->file);
		if (*e->where)
			strbuf_addf(&names, " (%s)", e->where);
	}
	if (stale > STALE_SHOWN)
		strbuf_addf(&names, " and %zu more", stale - STALE_SHOWN);
	if (stale)
		remark(a, o, LEVEL_NOTE, "baseline-stale",
			arena_printf(a,
				"%s of %s %s gone: %s; write it again with --write-baseline",
				ui_count(a, stale, "finding"), b->name, stale == 1 ? "is" : "are",
				names.ptr));
}

void
audit_accept_end(struct arena *a, const struct contract *contract, struct report_outcome *outcome)
{
	if (contract->policy)
		judge_suppressions(a, contract->policy, outcome);
	if (contract->baseline)
		judge_baseline(a, contract->baseline, outcome);
}
