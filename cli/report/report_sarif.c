/* SPDX-License-Identifier: MIT */
/*
 * SARIF 2.1.0 (OASIS), as GitHub's code scanning takes it: relative URIs, fingerprints of our own,
 * one result for what one rule says of one thing in one file.
 */
#include <string.h>

#include "cli/report/escape.h"
#include "cli/report/format.h"
#include "linkcheck/judge/fingerprint.h"

/* Results that one rule has in one file; what is beyond is counted in the last. */
#define RULE_RESULTS 100

#define SCHEMA                                                                                     \
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"                      \
	"sarif-schema-2.1.0.json"

static void
add_text(struct json_value *object, const char *key, const char *text)
{
	json_add_string(json_add_object(object, key), "text", text);
}

static void
add_rule(struct arena *a, struct json_value *rules, const struct rule *r)
{
	struct json_value *item = json_push_object(rules), *help;

	json_add_string(item, "id", r->id);
	json_add_string(item, "name", r->name);
	add_text(item, "shortDescription", r->summary);
	add_text(item, "fullDescription", r->cause);
	help = json_add_object(item, "help");
	json_add_string(help, "text", arena_printf(a, "%s\n\n%s", r->cause, r->remedy));
	json_add_string(help, "markdown",
		arena_printf(a, "%s\n\n**What to do:** %s\n\n`xbuild explain %s` says it too.",
			r->cause, r->remedy, r->id));
	json_add_string(
		json_add_object(item, "defaultConfiguration"), "level", level_name(r->level));
	json_push_string(json_add_array(json_add_object(item, "properties"), "tags"), "linking");
}

void
report_sarif_begin(struct strbuf *out, const struct report_run *run)
{
	struct json_value *driver = json_new_object(), *rules;

	(void)run;
	json_add_string(driver, "name", "xbuild");
	json_add_string(driver, "version", XBUILD_VERSION);
	rules = json_add_array(driver, "rules");
	for (size_t i = 0; i < rule_count(); i++)
		add_rule(out->arena, rules, rule_at(i));
	strbuf_addf(out,
		"{\"$schema\":\"" SCHEMA "\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":"
		"%s},\"columnKind\":\"utf16CodeUnits\",\"results\":[\n",
		json_text(out->arena, driver, false));
	json_free(driver);
}

static size_t
rule_index(const struct rule *rule)
{
	size_t i = 0;

	while (i + 1 < rule_count() && rule_at(i) != rule)
		i++;
	return i;
}

/* GitHub wants a region; a binary has no lines, so it is the first. */
static void
add_location(struct arena *a, struct json_value *array, const char *label, const char *where)
{
	struct json_value *location = json_push_object(array), *physical, *file;
	struct strbuf uri;

	strbuf_init(&uri, a);
	escape_uri(&uri, label);
	physical = json_add_object(location, "physicalLocation");
	file = json_add_object(physical, "artifactLocation");
	json_add_string(file, "uri", uri.ptr);
	if (*label != '/')
		json_add_string(file, "uriBaseId", "%SRCROOT%");
	json_add_u64(json_add_object(physical, "region"), "startLine", 1);
	if (where && *where)
		json_add_string(json_push_object(json_add_array(location, "logicalLocations")),
			"fullyQualifiedName", where);
}

static void
add_state(struct json_value *result, const struct report_run *run, const struct finding *f)
{
	if (run->has_baseline)
		json_add_string(
			result, "baselineState", f->state == FINDING_KNOWN ? "unchanged" : "new");
	if (f->state == FINDING_SUPPRESSED) {
		struct json_value *item = json_push_object(json_add_array(result, "suppressions"));

		json_add_string(item, "kind", "external");
		json_add_string(item, "justification", f->accepted);
	}
}

static bool
is_same(const struct finding *f, const struct finding *other)
{
	return f->rule == other->rule && f->level == other->level && f->state == other->state &&
	       strcmp(f->where, other->where) == 0;
}

/* The messages of all findings that are the same thing, and how it is mended. */
static char *
message_of(struct arena *a, const struct findings *all, size_t first, size_t more)
{
	const struct finding *f = &all->items[first];
	struct strbuf b;

	strbuf_init(&b, a);
	strbuf_add(&b, f->message);
	for (size_t i = first + 1; i < all->count; i++)
		if (is_same(f, &all->items[i]))
			strbuf_addf(&b, "; %s", all->items[i].message);
	if (more)
		strbuf_addf(&b, "; and %zu more of this rule in this file", more);
	strbuf_addf(&b, ".\nFix: %s", finding_fix(f));
	return b.ptr;
}

static void
add_result(struct report_pieces *out, const struct report_run *run, const char *label,
	const struct findings *all, size_t i, size_t more)
{
	const struct finding *f = &all->items[i];
	struct json_value *result = json_new_object();

	json_add_string(result, "ruleId", f->rule->id);
	json_add_u64(result, "ruleIndex", rule_index(f->rule));
	json_add_string(result, "level", level_name(f->level));
	add_text(result, "message", message_of(out->arena, all, i, more));
	add_location(out->arena, json_add_array(result, "locations"), label, f->where);
	json_add_string(json_add_object(result, "partialFingerprints"), "xbuild/v1",
		finding_fingerprint(out->arena, label, f));
	add_state(result, run, f);
	report_piece_add(out, PART_BODY, f->level, NULL, json_text(out->arena, result, false));
	json_free(result);
}

/* How many different things the rule says before `i`, and behind it. */
static void
count_around(const struct findings *all, size_t i, size_t *ret_before, size_t *ret_behind)
{
	*ret_before = *ret_behind = 0;
	for (size_t k = 0; k < all->count; k++)
		if (all->items[k].rule == all->items[i].rule)
			*(k < i ? ret_before : ret_behind) += k != i;
}

static bool
is_told(const struct findings *all, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_same(&all->items[k], &all->items[i]))
			return true;
	return false;
}

static void
add_unreadable(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	struct json_value *note = json_new_object();

	json_add_string(note, "level", "error");
	add_text(note, "message", item->err->what);
	add_location(out->arena, json_add_array(note, "locations"),
		path_label(out->arena, run->cwd, item->path), NULL);
	report_piece_add(out, PART_TAIL, LEVEL_ERROR, NULL, json_text(out->arena, note, false));
	json_free(note);
}

void
report_sarif_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	const struct findings *all;
	const char *label;

	if (!item->audit) {
		add_unreadable(out, run, item);
		return;
	}
	all = &item->audit->findings;
	label = audit_label(out->arena, item->audit);
	for (size_t i = 0; i < all->count; i++) {
		size_t before, behind;

		if (is_told(all, i))
			continue;
		count_around(all, i, &before, &behind);
		if (before < RULE_RESULTS)
			add_result(
				out, run, label, all, i, before + 1 == RULE_RESULTS ? behind : 0);
	}
}

static void
add_notification(struct strbuf *out, bool first, const char *level, const char *text)
{
	struct json_value *note = json_new_object();

	json_add_string(note, "level", level);
	add_text(note, "message", text);
	strbuf_addf(out, "%s\n%s", first ? "" : ",", json_text(out->arena, note, false));
	json_free(note);
}

void
report_sarif_end(struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	size_t told = rest->tail->count;
	size_t left_out = rest->left_out[0] + rest->left_out[1] + rest->left_out[2];
	const char *ok = run->outcome.totals.unreadable ? "false" : "true";

	strbuf_addf(out,
		"\n],\"invocations\":[{\"executionSuccessful\":%s,\"exitCode\":%d,"
		"\"toolExecutionNotifications\":[",
		ok, run->outcome.exit_code);
	for (size_t i = 0; i < rest->tail->count; i++)
		strbuf_addf(out, "%s\n%s", i ? "," : "", rest->tail->items[i]);
	if (left_out)
		add_notification(out, told++ == 0, "warning",
			arena_printf(out->arena,
				"%zu results are beyond what code scanning takes and are left out",
				left_out));
	for (size_t i = 0; i < run->outcome.remark_count; i++)
		add_notification(out, told++ == 0, level_name(run->outcome.remarks[i].level),
			arena_printf(out->arena, "%s: %s", run->outcome.remarks[i].name,
				run->outcome.remarks[i].text));
	strbuf_addf(out, "]}],\"properties\":{\"files\":%zu,\"unchecked\":%zu}}]}\n",
		run->outcome.totals.files, run->outcome.totals.unchecked);
}
