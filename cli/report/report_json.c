/* SPDX-License-Identifier: MIT */
/* The audit report for machines; man/xbuild-audit.schema.json is its contract. */
#include "cli/report/format.h"
#include "cli/report/report.h"

#include <string.h>

#include "linkcheck/read/macho.h"

#include "linkcheck/judge/fingerprint.h"

static void
add_strings(struct json_value *object, const char *key, const char *const *items, size_t count)
{
	struct json_value *array;

	if (!count)
		return;
	array = json_add_array(object, key);
	for (size_t i = 0; i < count; i++)
		json_push_string(array, items[i]);
}

/* An rpath as the loader splits it. */
static void
add_path_list(struct json_value *object, const char *key, const char *text)
{
	struct json_value *array;
	struct str rest = str_from(text);
	struct arena a;

	if (!text)
		return;
	arena_init(&a);
	array = json_add_array(object, key);
	do {
		json_push_string(array, str_dup(&a, str_cut(&rest, ':')));
	} while (rest.ptr);
	arena_clear(&a);
}

/* Only what the file itself states; NULL when nothing does. */
static const char *
os_of(const struct subject *s)
{
	const char *os = image_os(s->image);

	return !os && (s->libc.kind == LIBC_GLIBC || s->libc.kind == LIBC_MUSL) ? "linux" : os;
}

static const char *
type_of(const struct image *img)
{
	switch (img->type) {
	case IMAGE_RELOCATABLE:
		return "object";
	case IMAGE_EXECUTABLE:
		return "program";
	case IMAGE_PIE:
		return "pie";
	case IMAGE_SHARED:
		return "library";
	case IMAGE_CORE:
		return "core";
	case IMAGE_OTHER:
		break;
	}
	return "other";
}

static void
add_dylibs(struct json_value *object, const struct macho *facts)
{
	struct json_value *array = json_add_array(object, "dylibs");

	for (size_t i = 0; i < facts->dylib_count; i++) {
		const struct macho_dylib *d = &facts->dylibs[i];
		struct json_value *item = json_push_object(array);

		json_add_string(item, "name", d->name);
		json_add_string(item, "current", d->current);
		json_add_string(item, "compatible", d->compatible);
		json_add_string(item, "kind",
			d->reexport ? "reexport"
			: d->weak   ? "weak"
			: d->upward ? "upward"
			: d->lazy   ? "lazy"
				    : "load");
	}
}

static void
add_macho(struct json_value *object, const struct macho *facts)
{
	static const char *const signatures[] = {
		[MACHO_UNSIGNED] = "none",
		[MACHO_AD_HOC] = "ad-hoc",
		[MACHO_SIGNED] = "signed",
		[MACHO_SIGNATURE_STALE] = "stale",
		[MACHO_SIGNATURE_BROKEN] = "broken",
	};
	struct json_value *value;

	if (!facts)
		return;
	add_strings(object, "rpath", (const char *const *)facts->rpaths.items, facts->rpaths.count);
	value = json_add_object(object, "macho");
	json_add_string(value, "platform", facts->platform);
	json_add_string(value, "minos", facts->minos);
	json_add_string(value, "sdk", facts->sdk);
	json_add_string(value, "signature", signatures[facts->signature]);
	json_add_string(value, "current", facts->id_current);
	json_add_string(value, "compatible", facts->id_compatible);
	add_dylibs(value, facts);
}

static void
add_image(struct json_value *object, struct arena *a, const struct subject *s)
{
	const struct image *img = s->image;

	json_add_string(object, "format", target_format_name(img->format));
	json_add_string(object, "os", os_of(s));
	if (img->format != FORMAT_ARCHIVE)
		json_add_string(object, "arch", image_arch_name(a, img));
	json_add_string(object, "role", image_is_loadable(img) ? role_names[s->role] : NULL);
	json_add_string(object, "type", type_of(img));
	json_add_string(object, "interpreter", img->interpreter);
	json_add_string(object, "soname", img->soname);
	add_strings(object, "needed", (const char *const *)img->needed.items, img->needed.count);
	add_path_list(object, "rpath", img->rpath);
	add_path_list(object, "runpath", img->runpath);
	add_macho(object, img->macho);
	json_add_string(object, "build_id", img->notes.build_id);
	add_strings(object, "dlopen", img->notes.dlopen.items, img->notes.dlopen.count);
}

static void
add_libc(struct json_value *object, const struct libc_use *use)
{
	static const char *const linked[] = {
		[LIBC_LINKED_NONE] = "none",
		[LIBC_LINKED_DYNAMIC] = "dynamic",
		[LIBC_LINKED_STATIC] = "static",
	};
	struct json_value *libc = json_add_object(object, "libc");

	if (use->kind != LIBC_UNKNOWN)
		json_add_string(libc, "kind", target_libc_name(use->kind));
	json_add_string(libc, "linked", linked[use->linked]);
	json_add_string(libc, "version", use->version);
}

static void
add_floors(struct json_value *object, const struct subject *s)
{
	struct json_value *floors, *symbols;

	if (!s->floor_count)
		return;
	floors = json_add_object(object, "floors");
	for (size_t i = 0; i < s->floor_count; i++)
		json_add_string(floors, s->floors[i].family, s->floors[i].version);
	symbols = json_add_object(object, "floor_symbols");
	for (size_t i = 0; i < s->floor_count; i++)
		add_strings(symbols, s->floors[i].family, s->floors[i].symbols.items,
			s->floors[i].symbols.count);
}

static void
add_counts(struct json_value *object, struct image *img)
{
	const struct image_import *imports;
	const struct image_export *exports;
	struct error err;
	size_t n;

	if (image_imports(img, &imports, &n, &err))
		json_add_u64(object, "imports", n);
	if (image_exports(img, &exports, &n, &err))
		json_add_u64(object, "exports", n);
}

static void
add_go(struct json_value *object, struct arena *a, const struct image_go *go)
{
	struct json_value *value, *settings = NULL;

	if (!go->present)
		return;
	value = json_add_object(object, "go");
	json_add_string(value, "version", go->version);
	json_add_string(value, "path", go->path);
	for (size_t i = 0; i < go->settings.count; i++) {
		struct str rest = str_from(go->settings.items[i]);
		const char *key = str_dup(a, str_cut(&rest, '='));
		const char *text = rest.ptr ? str_dup(a, rest) : "";

		if (strcmp(key, "CGO_ENABLED") == 0)
			json_add_bool(value, "cgo", strcmp(text, "1") == 0);
		if (!settings)
			settings = json_add_object(value, "settings");
		if (!json_find(settings, key))
			json_add_string(settings, key, text);
	}
}

static void
add_findings(struct json_value *object, struct arena *a, const struct audit *audit)
{
	static const char *const states[] = {
		[FINDING_COUNTS] = NULL,
		[FINDING_SUPPRESSED] = "suppressed",
		[FINDING_KNOWN] = "known",
	};
	const struct findings *findings = &audit->findings;
	const char *label = audit_label(a, audit);
	struct json_value *array = json_add_array(object, "findings");

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];
		struct json_value *item = json_push_object(array);

		json_add_string(item, "rule", f->rule->id);
		json_add_string(item, "name", f->rule->name);
		json_add_string(item, "level", level_name(f->level));
		json_add_string(item, "message", f->message);
		json_add_string(item, "where", f->where && *f->where ? f->where : NULL);
		json_add_string(item, "fix", finding_fix(f));
		json_add_string(item, "state", states[f->state]);
		json_add_string(item, "accepted", f->accepted);
		json_add_string(item, "fingerprint", finding_fingerprint(a, label, f));
	}
}

/* What could not be told is said, with the reason. */
static void
add_unchecked(struct json_value *object, const struct audit *audit)
{
	struct json_value *array = NULL;

	for (size_t i = 0; i < audit->result_count; i++) {
		const struct rule_result *r = &audit->results[i];
		struct json_value *item;

		if (r->verdict != VERDICT_UNKNOWN)
			continue;
		if (!array)
			array = json_add_array(object, "unchecked");
		item = json_push_object(array);
		json_add_string(item, "rule", r->rule->id);
		json_add_string(item, "reason", r->reason);
	}
}

struct json_value *
report_json(struct arena *a, const struct audit *audit)
{
	struct json_value *object = json_new_object();

	json_add_string(object, "path", audit->path);
	json_add_string(object, "member", audit->member);
	if (audit->size)
		json_add_u64(object, "size", audit->size);
	add_image(object, a, &audit->subject);
	add_libc(object, &audit->subject.libc);
	add_floors(object, &audit->subject);
	add_counts(object, audit->subject.image);
	add_go(object, a, &audit->subject.go);
	report_pe_json(object, a, &audit->subject);
	report_where_json(object, &audit->subject);
	add_findings(object, a, audit);
	add_unchecked(object, audit);
	return object;
}

/* The document has an object for a file that could not be looked at, too. */
static struct json_value *
error_json(const struct report_item *item)
{
	struct json_value *object = json_new_object();
	struct json_value *value;

	json_add_string(object, "path", item->path);
	value = json_add_object(object, "error");
	json_add_string(value, "kind", error_kind_name(item->err->kind));
	json_add_string(value, "what", item->err->what);
	return object;
}

void
report_json_begin(struct strbuf *out, const struct report_run *run)
{
	(void)run;
	strbuf_add(out, "{\"schema\":1,\"tool\":{\"name\":\"xbuild\",\"version\":\"" XBUILD_VERSION
			"\"},\"files\":[\n");
}

void
report_json_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	struct json_value *object =
		item->audit ? report_json(out->arena, item->audit) : error_json(item);

	(void)run;
	report_piece_add(out, PART_BODY, LEVEL_NOTE, NULL, json_text(out->arena, object, false));
	json_free(object);
}

static void
add_remarks(struct strbuf *out, const struct report_run *run)
{
	for (size_t i = 0; i < run->outcome.remark_count; i++) {
		const struct report_remark *r = &run->outcome.remarks[i];
		struct json_value *item = json_new_object();

		json_add_string(item, "name", r->name);
		json_add_string(item, "level", level_name(r->level));
		json_add_string(item, "text", r->text);
		strbuf_addf(out, "%s%s", i ? "," : ",\"remarks\":[",
			json_text(out->arena, item, false));
		json_free(item);
	}
	strbuf_add(out, run->outcome.remark_count ? "]" : "");
}

void
report_json_end(struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	const struct report_totals *t = &run->outcome.totals;
	struct json_value *summary = json_new_object();

	(void)rest;
	json_add_u64(summary, "files", t->files);
	json_add_u64(summary, "errors", t->errors);
	json_add_u64(summary, "warnings", t->warnings);
	json_add_u64(summary, "notes", t->notes);
	json_add_u64(summary, "suppressed", t->suppressed);
	json_add_u64(summary, "known", t->known);
	json_add_u64(summary, "unchecked", t->unchecked);
	json_add_u64(summary, "unreadable", t->unreadable);
	strbuf_add(out, "\n]");
	add_remarks(out, run);
	strbuf_addf(out, ",\"summary\":%s}\n", json_text(out->arena, summary, false));
	json_free(summary);
}

void
report_ndjson_end(struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	(void)run;
	if (rest->written)
		strbuf_addc(out, '\n');
}
