/* SPDX-License-Identifier: MIT */
/* The baseline that linkcheck/judge/baseline.c reads: what is accepted from now on, one finding a line. */
#include "base/json.h"
#include "cli/report/format.h"
#include "linkcheck/judge/fingerprint.h"

void
report_baseline_begin(struct strbuf *out, const struct report_run *run)
{
	(void)run;
	strbuf_add(out, "{\"baseline\":1,\"findings\":[\n");
}

void
report_baseline_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	const char *label = report_label(out->arena, run, item);

	for (size_t i = 0; item->audit && i < item->audit->findings.count; i++) {
		const struct finding *f = &item->audit->findings.items[i];
		const char *fingerprint = finding_fingerprint(out->arena, label, f);
		struct json_value *object;

		if (f->state == FINDING_SUPPRESSED)
			continue; /* the policy has it */
		object = json_new_object();
		json_add_string(object, "fingerprint", fingerprint);
		json_add_string(object, "rule", f->rule->id);
		json_add_string(object, "file", label);
		json_add_string(object, "where", *f->where ? f->where : NULL);
		json_add_string(object, "message", f->message);
		report_piece_add(out, PART_BODY, f->level, fingerprint,
			json_text(out->arena, object, false));
		json_free(object);
	}
}

void
report_baseline_end(
	struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	(void)run;
	strbuf_add(out, rest->written ? "\n]}\n" : "]}\n");
}
