/* SPDX-License-Identifier: MIT */
/* GitLab's Code Quality report: the part of Code Climate's format that GitLab reads. */
#include "base/json.h"
#include "cli/report/format.h"
#include "linkcheck/judge/fingerprint.h"

static void
add(struct report_pieces *out, enum level level, const char *label, const char *check,
	const char *description, const char *fingerprint)
{
	static const char *const severities[LEVELS] = {
		[LEVEL_NOTE] = "info",
		[LEVEL_WARNING] = "minor",
		[LEVEL_ERROR] = "major",
	};
	struct json_value *item = json_new_object(), *location;

	json_add_string(item, "description", description);
	json_add_string(item, "check_name", check);
	json_add_string(item, "fingerprint", fingerprint);
	json_add_string(item, "severity", severities[level]);
	location = json_add_object(item, "location");
	json_add_string(location, "path", label);
	json_add_u64(json_add_object(location, "lines"), "begin", 1);
	report_piece_add(out, PART_BODY, level, fingerprint, json_text(out->arena, item, false));
	json_free(item);
}

void
report_gitlab_begin(struct strbuf *out, const struct report_run *run)
{
	(void)run;
	strbuf_add(out, "[\n");
}

void
report_gitlab_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	struct arena *a = out->arena;
	const char *label = report_label(a, run, item);

	if (!item->audit) {
		const char *const parts[] = { "unreadable", label, NULL };

		add(out, LEVEL_ERROR, label, "unreadable", item->err->what,
			fingerprint_of(a, parts));
		return;
	}
	for (size_t i = 0; i < item->audit->findings.count; i++) {
		const struct finding *f = &item->audit->findings.items[i];

		if (f->state == FINDING_COUNTS)
			add(out, f->level, label,
				arena_printf(a, "%s %s", f->rule->id, f->rule->name),
				arena_printf(a, "%s. Fix: %s", f->message, finding_fix(f)),
				finding_fingerprint(a, label, f));
	}
}

void
report_gitlab_end(struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	(void)run;
	strbuf_add(out, rest->written ? "\n]\n" : "]\n");
}
