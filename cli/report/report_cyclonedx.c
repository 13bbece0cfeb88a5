/* SPDX-License-Identifier: MIT */
/*
 * CycloneDX 1.6: the audited files and what they load as components, with digests, and who needs whom.
 * Facts only: no names of packages and no claims about weaknesses. With --root the libraries are those
 * that the loader finds there; without, a needed name stands for a library that nobody looked up.
 */
#include <string.h>

#include "base/json.h"
#include "base/path.h"
#include "cli/report/escape.h"
#include "cli/report/format.h"
#include "linkcheck/judge/fingerprint.h"
#include "linkcheck/resolve/deps_search.h"

/* A bom-ref: the path as a URI, which every path has, and each its own. */
static const char *
ref_of(struct arena *a, const char *label)
{
	struct strbuf b;

	strbuf_init(&b, a);
	escape_uri(&b, label);
	return b.ptr;
}

static const char *
needed_ref(struct arena *a, const char *name)
{
	return arena_printf(a, "needed:%s", ref_of(a, name));
}

static void
add_property(struct json_value *array, const char *name, const char *value)
{
	struct json_value *item;

	if (!value)
		return;
	item = json_push_object(array);
	json_add_string(item, "name", name);
	json_add_string(item, "value", value);
}

static void
add_facts(struct json_value *object, struct arena *a, const struct audit *audit)
{
	struct json_value *array = json_add_array(object, "properties");
	const struct subject *s = &audit->subject;

	add_property(array, "xbuild:format", target_format_name(s->image->format));
	add_property(array, "xbuild:arch", image_arch_name(a, s->image));
	add_property(array, "xbuild:build_id", s->image->notes.build_id);
	if (s->libc.kind != LIBC_UNKNOWN)
		add_property(array, "xbuild:libc", target_libc_name(s->libc.kind));
	for (size_t i = 0; i < s->floor_count; i++)
		add_property(array, arena_printf(a, "xbuild:floor:%s", s->floors[i].family),
			s->floors[i].version);
	add_property(array, "xbuild:go", s->go.version);
}

/* `audit` NULL: a library that the audited file loads; `path` NULL: nobody looked for it. */
static void
add_component(struct report_pieces *out, const struct report_run *run, const char *ref,
	const char *name, const char *path, const struct audit *audit)
{
	struct json_value *object = json_new_object(), *hash;
	const char *hex = path ? digests_of(run->digests, path) : NULL;
	bool program = audit && image_is_program(audit->subject.image);

	json_add_string(object, "type", program ? "application" : "library");
	json_add_string(object, "bom-ref", ref);
	json_add_string(object, "name", name);
	if (hex) {
		hash = json_push_object(json_add_array(object, "hashes"));
		json_add_string(hash, "alg", "SHA-256");
		json_add_string(hash, "content", hex);
	}
	if (audit)
		add_facts(object, out->arena, audit);
	else if (!path)
		add_property(json_add_array(object, "properties"), "xbuild:resolved", "false");
	report_piece_add(out, PART_BODY, LEVEL_NOTE, arena_printf(out->arena, "c %s", ref),
		json_text(out->arena, object, false));
	json_free(object);
}

static void
add_dependency(struct report_pieces *out, const char *ref, const struct strvec *on)
{
	struct json_value *object = json_new_object(), *array;

	json_add_string(object, "ref", ref);
	array = json_add_array(object, "dependsOn");
	for (size_t i = 0; i < on->count; i++) {
		bool told = false;

		for (size_t k = 0; k < i; k++)
			told = told || strcmp(on->items[k], on->items[i]) == 0;
		if (!told && strcmp(on->items[i], ref) != 0)
			json_push_string(array, on->items[i]);
	}
	report_piece_add(out, PART_TAIL, LEVEL_NOTE, arena_printf(out->arena, "d %s", ref),
		json_text(out->arena, object, false));
	json_free(object);
}

static const char *
object_ref(
	struct arena *a, const struct report_run *run, const struct deps_object *o, const char *top)
{
	const char *host = o->object ? o->object->host : NULL;

	return host        ? ref_of(a, path_label(a, run->cwd, host))
	       : o->loader ? ref_of(a, o->name)
			   : top;
}

/* One loaded object: itself unless it is the audited file, and what it needs. */
static void
add_loaded(struct report_pieces *out, const struct report_run *run, const struct deps_object *o,
	const char *top)
{
	struct arena *a = out->arena;
	const char *ref = object_ref(a, run, o, top);
	struct strvec on;

	strvec_init(&on, a);
	if (o->loader)
		add_component(out, run, ref, path_base(o->name), o->object ? o->object->host : NULL,
			NULL);
	for (size_t i = 0; o->deps && i < o->img->needed.count; i++) {
		const char *needed = o->img->needed.items[i];

		if (o->deps[i]) {
			strvec_push(&on, object_ref(a, run, o->deps[i], top));
			continue;
		}
		add_component(out, run, needed_ref(a, needed), needed, NULL, NULL);
		strvec_push(&on, needed_ref(a, needed));
	}
	add_dependency(out, ref, &on);
}

static void
add_needed(struct report_pieces *out, const struct report_run *run, const struct image *img,
	const char *ref)
{
	struct strvec on;

	strvec_init(&on, out->arena);
	for (size_t i = 0; i < img->needed.count; i++) {
		const char *needed = needed_ref(out->arena, img->needed.items[i]);

		add_component(out, run, needed, img->needed.items[i], NULL, NULL);
		strvec_push(&on, needed);
	}
	add_dependency(out, ref, &on);
}

void
report_cyclonedx_begin(struct strbuf *out, const struct report_run *run)
{
	(void)run;
	strbuf_add(out,
		"{\"$schema\":\"http://cyclonedx.org/schema/bom-1.6.schema.json\",\"bomFormat\":"
		"\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"metadata\":{\"tools\":{"
		"\"components\":[{\"type\":\"application\",\"name\":\"xbuild\",\"version\":"
		"\"" XBUILD_VERSION "\"}]}},\"components\":[\n");
}

void
report_cyclonedx_file(
	struct report_pieces *out, const struct report_run *run, const struct report_item *item)
{
	const struct audit *audit = item->audit;
	const struct resolution *r;
	const char *label, *ref;

	if (!audit)
		return;
	label = audit_label(out->arena, audit);
	ref = ref_of(out->arena, label);
	r = audit->subject.resolution;
	add_component(out, run, ref,
		audit->subject.image->soname ? audit->subject.image->soname : path_base(label),
		audit->member ? NULL : item->path, audit);
	if (!r)
		add_needed(out, run, audit->subject.image, ref);
	for (size_t i = 0; r && i < r->object_count; i++)
		add_loaded(out, run, r->objects[i], ref);
}

void
report_cyclonedx_end(
	struct strbuf *out, const struct report_run *run, const struct report_rest *rest)
{
	(void)run;
	strbuf_add(out, "\n],\"dependencies\":[");
	for (size_t i = 0; i < rest->tail->count; i++)
		strbuf_addf(out, "%s\n%s", i ? "," : "", rest->tail->items[i]);
	strbuf_add(out, "\n]}\n");
}
