/* SPDX-License-Identifier: MIT */
/* Reads baselines, and recognises their findings. */
#include "linkcheck/judge/baseline.h"

#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/json.h"
#include "linkcheck/judge/fingerprint.h"

static bool
take_text(struct arena *a, const struct json *doc, const struct json_value *object, const char *key,
	const char **ret, struct error *err)
{
	const char *text;

	if (!json_get_string(doc, object, key, &text, err))
		return false;
	*ret = arena_strdup(a, text);
	return true;
}

static bool
take_entry(struct arena *a, const struct json *doc, const struct json_value *object,
	struct baseline_entry *ret, struct error *err)
{
	static const char *const keys[] = { "fingerprint", "rule", "file", "where", "message",
		NULL };

	if (!json_is_object(object))
		return error_set(err, ERROR_USAGE, "%s: key findings must hold objects", doc->name);
	ret->where = "";
	return json_only_keys(doc, object, keys, err) &&
	       take_text(a, doc, object, "fingerprint", &ret->fingerprint, err) &&
	       take_text(a, doc, object, "rule", &ret->rule, err) &&
	       take_text(a, doc, object, "file", &ret->file, err) &&
	       (!json_find(object, "where") ||
		       take_text(a, doc, object, "where", &ret->where, err));
}

static bool
take_document(struct baseline *b, struct arena *a, const struct json *doc, struct error *err)
{
	static const char *const keys[] = { "baseline", "findings", NULL };
	const struct json_value *array;
	uint64_t version;

	if (!json_is_object(doc->root))
		return error_set(err, ERROR_USAGE, "%s does not hold a JSON object", doc->name);
	if (!json_only_keys(doc, doc->root, keys, err) ||
		!json_get_u64(doc, doc->root, "baseline", &version, err) ||
		!json_get_array(doc, doc->root, "findings", &array, err))
		return false;
	if (version != 1)
		return error_set(err, ERROR_USAGE, "%s is a baseline of a newer xbuild", doc->name);
	b->items = ARENA_ARRAY(a, json_count(array), struct baseline_entry);
	for (const struct json_value *v = json_at(array, 0); v; v = json_next(v)) {
		struct baseline_entry *e = &b->items[b->count++];

		if (!take_entry(a, doc, v, e, err))
			return false;
		strmap_set(&b->by_fingerprint, e->fingerprint, e);
	}
	return true;
}

bool
baseline_parse(
	struct baseline *ret, struct arena *a, const char *name, struct str text, struct error *err)
{
	struct baseline b = { .name = name };
	struct json doc;
	bool ok;

	strmap_init(&b.by_fingerprint, a);
	if (!json_parse(&doc, name, text, err))
		return false;
	ok = take_document(&b, a, &doc, err);
	json_clear(&doc);
	if (ok)
		*ret = b;
	return ok;
}

bool
baseline_read(struct baseline *ret, struct arena *a, const char *path, struct error *err)
{
	struct str text;

	if (!file_read(a, path, CAP_BASELINE, &text, err))
		return *err->hint
			       ? false
			       : error_hint(err, "write it first: xbuild audit --write-baseline");
	if (baseline_parse(ret, a, path, text, err))
		return true;
	if (err->kind == ERROR_FORMAT)
		err->kind = ERROR_USAGE;
	return *err->hint ? false : error_hint(err, "write it again with --write-baseline");
}

void
baseline_apply(const struct baseline *b, struct audit *audit)
{
	struct arena *a = audit->subject.arena;
	const char *label = audit_label(a, audit);

	for (size_t i = 0; i < audit->findings.count; i++) {
		struct finding *f = &audit->findings.items[i];
		struct baseline_entry *e =
			strmap_get(&b->by_fingerprint, finding_fingerprint(a, label, f));

		if (!e || f->state != FINDING_COUNTS)
			continue;
		atomic_store(&e->met, true);
		f->state = FINDING_KNOWN;
		f->accepted = "it is in the baseline";
	}
}
