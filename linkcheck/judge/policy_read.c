/* SPDX-License-Identifier: MIT */
/* Reads policies: JSON that somebody wrote by hand, so that errors name the key and what is meant. */
#include <string.h>

#include "base/caps.h"
#include "base/file.h"
#include "base/json.h"
#include "linkcheck/judge/policy.h"
#include "targets/linkmode.h"

struct reader {
	struct policy *policy;
	struct arena *arena;
	const struct json *doc;
	const char *today;
	struct error *err;
};

static const char *const top_keys[] = { "$schema", "name", "summary", "extends", "mode", "floors",
	"needs", "rpath", "rules", "roles", "arches", "suppressions", "platforms", NULL };
static const char *const part_keys[] = { "floors", "needs", "rpath", "rules", NULL };

static bool
bad(struct reader *r, const char *key, const char *what)
{
	return error_set(r->err, ERROR_USAGE, "%s: key %s %s", r->doc->name, key, what);
}

/* The member of that key when it is there; false when it is no object. */
static bool
object_at(struct reader *r, const struct json_value *object, const char *key,
	const struct json_value **ret)
{
	*ret = json_find(object, key);
	return !*ret || json_get_object(r->doc, object, key, ret, r->err);
}

static bool
text_at(struct reader *r, const struct json_value *object, const char *key, const char **ret)
{
	const char *text;

	if (!json_find(object, key))
		return true;
	if (!json_get_string(r->doc, object, key, &text, r->err))
		return false;
	*ret = arena_strdup(r->arena, text);
	return true;
}

static bool
texts_at(struct reader *r, const struct json_value *object, const char *key, struct strvec *ret,
	bool *ret_there)
{
	const struct json_value *array;

	if (!json_find(object, key))
		return true;
	if (!json_get_array(r->doc, object, key, &array, r->err))
		return false;
	for (const struct json_value *v = json_at(array, 0); v; v = json_next(v)) {
		if (!json_text_of(v))
			return bad(r, key, "must hold strings");
		strvec_push_dup(ret, json_text_of(v));
	}
	if (ret_there)
		*ret_there = true;
	return true;
}

static bool
is_version(const char *s)
{
	if (*s < '0' || *s > '9')
		return false;
	return strspn(s, "0123456789.") == strlen(s);
}

static bool
read_floors(struct reader *r, const struct json_value *floors, struct policy_part *part)
{
	for (const struct json_value *v = floors ? json_at(floors, 0) : NULL; v; v = json_next(v)) {
		const char *version;

		if (!json_get_string(r->doc, floors, json_key(v), &version, r->err))
			return false;
		if (!is_version(version)) {
			bad(r, json_key(v), "must be a version");
			return error_hint(r->err, "write digits and dots: \"2.17\"");
		}
		part->floors = arena_grow(r->arena, part->floors, part->floor_count,
			part->floor_count + 1, sizeof(*part->floors));
		part->floors[part->floor_count++] =
			(struct policy_floor){ arena_strdup(r->arena, json_key(v)),
				arena_strdup(r->arena, version) };
	}
	return true;
}

static const struct rule *
rule_of(struct reader *r, const char *name)
{
	const struct rule *rule = rule_find(name);
	struct strvec names;
	const char *near;

	if (rule)
		return rule;
	strvec_init(&names, r->arena);
	for (size_t i = 0; i < rule_count(); i++) {
		strvec_push(&names, rule_at(i)->id);
		strvec_push(&names, rule_at(i)->name);
	}
	error_set(r->err, ERROR_USAGE, "%s: there is no rule %s", r->doc->name, name);
	near = cstr_nearest(name, names.items, names.count);
	error_hint(r->err, near ? "did you mean %s?" : "man xbuild-rules lists them%s",
		near ? near : "");
	return NULL;
}

static bool
level_from(struct reader *r, const char *key, const char *text, enum level *ret)
{
	static const char *const names[] = { "note", "warning", "error", "off" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i], text) == 0) {
			*ret = (enum level)i;
			return true;
		}
	error_set(r->err, ERROR_USAGE, "%s: rule %s cannot be \"%s\"", r->doc->name, key, text);
	return error_hint(r->err, "it is one of: off, note, warning, error");
}

static bool
read_rules(struct reader *r, const struct json_value *rules, struct policy_part *part)
{
	for (const struct json_value *v = rules ? json_at(rules, 0) : NULL; v; v = json_next(v)) {
		const struct rule *rule = rule_of(r, json_key(v));
		enum level level = LEVEL_UNSET;
		const char *text;

		if (!rule || !json_get_string(r->doc, rules, json_key(v), &text, r->err) ||
			!level_from(r, json_key(v), text, &level))
			return false;
		for (size_t i = 0; i < rule_count(); i++)
			if (rule_at(i) == rule)
				part->levels[i] = level;
	}
	return true;
}

static bool
read_part(struct reader *r, const struct json_value *object, struct policy_part *part)
{
	static const char *const needs_keys[] = { "allow", "forbid", NULL };
	static const char *const rpath_keys[] = { "allow", NULL };
	const struct json_value *floors, *needs, *rpath, *rules;

	if (!object_at(r, object, "floors", &floors) || !object_at(r, object, "needs", &needs) ||
		!object_at(r, object, "rpath", &rpath) || !object_at(r, object, "rules", &rules))
		return false;
	if (needs && (!json_only_keys(r->doc, needs, needs_keys, r->err) ||
			     !texts_at(r, needs, "allow", &part->allow, &part->has_allow) ||
			     !texts_at(r, needs, "forbid", &part->forbid, NULL)))
		return false;
	if (rpath && (!json_only_keys(r->doc, rpath, rpath_keys, r->err) ||
			     !texts_at(r, rpath, "allow", &part->rpath, &part->has_rpath)))
		return false;
	return read_floors(r, floors, part) && read_rules(r, rules, part);
}

static void
init_part(struct arena *a, struct policy_part *part)
{
	*part = (struct policy_part){ 0 };
	strvec_init(&part->allow, a);
	strvec_init(&part->forbid, a);
	strvec_init(&part->rpath, a);
	part->levels = ARENA_ARRAY(a, rule_count(), enum level);
	for (size_t i = 0; i < rule_count(); i++)
		part->levels[i] = LEVEL_UNSET;
}

static bool
read_roles(struct reader *r, const struct json_value *roles)
{
	if (!roles)
		return true;
	if (!json_only_keys(r->doc, roles, role_names, r->err))
		return false;
	for (size_t i = 0; i < ROLES; i++) {
		const struct json_value *object;

		if (!object_at(r, roles, role_names[i], &object))
			return false;
		if (object && (!json_only_keys(r->doc, object, part_keys, r->err) ||
				      !read_part(r, object, &r->policy->roles[i])))
			return false;
	}
	return true;
}

static struct policy_part *
arch_part(struct reader *r, const char *arch)
{
	struct policy *p = r->policy;

	for (size_t i = 0; i < p->arch_count; i++)
		if (strcmp(p->arches[i].arch, arch) == 0)
			return &p->arches[i].part;
	p->arches = arena_grow(
		r->arena, p->arches, p->arch_count, p->arch_count + 1, sizeof(*p->arches));
	p->arches[p->arch_count].arch = arena_strdup(r->arena, arch);
	init_part(r->arena, &p->arches[p->arch_count].part);
	return &p->arches[p->arch_count++].part;
}

/* As the table of targets has them. */
static bool
is_arch(const char *name)
{
	for (size_t i = 0; i < target_row_count(); i++)
		if (strcmp(target_row_at(i)->arch, name) == 0)
			return true;
	return false;
}

static bool
read_arches(struct reader *r, const struct json_value *arches)
{
	for (const struct json_value *v = arches ? json_at(arches, 0) : NULL; v; v = json_next(v)) {
		const struct json_value *object;

		if (!is_arch(json_key(v))) {
			bad(r, json_key(v), "is no architecture");
			return error_hint(r->err, "use Go's names: amd64, arm64, ppc64le");
		}
		if (!object_at(r, arches, json_key(v), &object) ||
			!json_only_keys(r->doc, object, part_keys, r->err) ||
			!read_part(r, object, arch_part(r, json_key(v))))
			return false;
	}
	return true;
}

/* "2026-12-31": dates of this form compare as texts. */
static bool
is_date(const char *s)
{
	static const char form[] = "dddd-dd-dd";

	if (strlen(s) != sizeof(form) - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return strncmp(s + 5, "01", 2) >= 0 && strncmp(s + 5, "12", 2) <= 0 &&
	       strcmp(s + 8, "01") >= 0 && strcmp(s + 8, "31") <= 0;
}

static bool
read_suppression(struct reader *r, const struct json_value *object, struct suppression *s)
{
	static const char *const keys[] = { "rule", "file", "symbol", "reason", "expires", NULL };
	const char *rule = NULL;

	if (!json_is_object(object))
		return bad(r, "suppressions", "must hold objects");
	if (!json_only_keys(r->doc, object, keys, r->err) || !text_at(r, object, "rule", &rule) ||
		!text_at(r, object, "file", &s->file) ||
		!text_at(r, object, "symbol", &s->symbol) ||
		!text_at(r, object, "expires", &s->expires))
		return false;
	if (!json_get_string(r->doc, object, "reason", &s->reason, r->err))
		return error_hint(r->err, "say why the finding is accepted");
	s->reason = arena_strdup(r->arena, s->reason);
	if (!rule && !s->file && !s->symbol) {
		bad(r, "suppressions", "has one that would accept everything");
		return error_hint(r->err, "name a rule, a file or a symbol");
	}
	if (s->expires && !is_date(s->expires)) {
		bad(r, "expires", "must be a date");
		return error_hint(r->err, "write the last day: \"2026-12-31\"");
	}
	s->expired = s->expires && strcmp(s->expires, r->today) < 0;
	if (rule)
		s->rule = rule_of(r, rule);
	return !rule || s->rule;
}

static bool
read_suppressions(struct reader *r, const struct json_value *top)
{
	struct policy *p = r->policy;
	const struct json_value *array;

	if (!json_find(top, "suppressions"))
		return true;
	if (!json_get_array(r->doc, top, "suppressions", &array, r->err))
		return false;
	p->suppressions = arena_grow(r->arena, p->suppressions, p->suppression_count,
		p->suppression_count + json_count(array), sizeof(*p->suppressions));
	for (const struct json_value *v = json_at(array, 0); v; v = json_next(v))
		if (!read_suppression(r, v, &p->suppressions[p->suppression_count++]))
			return false;
	return true;
}

static bool read_document(struct reader *r, const struct json_value *top);

/* Only a built-in one: a policy is one file. */
static bool
read_base(struct reader *r, const char *name)
{
	const struct policy_row *row = policy_row_find(name);
	struct reader base = *r;
	struct json doc;
	bool ok;

	if (!row) {
		error_set(r->err, ERROR_USAGE, "%s: there is no built-in policy %s", r->doc->name,
			name);
		return error_hint(r->err, "xbuild explain default tells which there are");
	}
	if (!json_parse(&doc, row->name, str_from(row->text), r->err))
		return false;
	base.doc = &doc;
	ok = read_document(&base, doc.root);
	json_clear(&doc);
	return ok;
}

static bool
read_mode(struct reader *r, const struct json_value *top)
{
	const char *mode = NULL;

	if (!text_at(r, top, "mode", &mode))
		return false;
	if (mode && strcmp(mode, "dynamic") != 0 && strcmp(mode, "static") != 0 &&
		strcmp(mode, "static-pie") != 0 && strcmp(mode, "shared") != 0) {
		bad(r, "mode", "is no way of linking");
		return error_hint(r->err, "it is one of: dynamic, static, static-pie, shared");
	}
	if (mode)
		r->policy->mode = mode;
	return true;
}

static bool
read_document(struct reader *r, const struct json_value *top)
{
	const struct json_value *roles, *arches;
	const char *base = NULL, *ignored = NULL;

	if (!json_is_object(top)) {
		error_set(r->err, ERROR_USAGE, "%s does not hold a JSON object", r->doc->name);
		return error_hint(r->err, "write at least: {}");
	}
	if (!json_only_keys(r->doc, top, top_keys, r->err) || !text_at(r, top, "extends", &base) ||
		(base && !read_base(r, base)))
		return false;
	return text_at(r, top, "$schema", &ignored) && text_at(r, top, "name", &r->policy->name) &&
	       text_at(r, top, "summary", &r->policy->summary) && read_mode(r, top) &&
	       object_at(r, top, "roles", &roles) && object_at(r, top, "arches", &arches) &&
	       read_part(r, top, &r->policy->all) && read_roles(r, roles) &&
	       read_arches(r, arches) && read_suppressions(r, top) &&
	       texts_at(r, top, "platforms", &r->policy->platforms, NULL);
}

bool
policy_parse(struct policy *ret, struct arena *a, const char *name, struct str text,
	const char *today, struct error *err)
{
	struct policy p = { .arena = a, .name = name, .summary = "" };
	struct reader r = { &p, a, NULL, today, err };
	struct json doc;
	bool ok;

	if (!json_parse(&doc, name, text, err))
		return false;
	r.doc = &doc;
	init_part(a, &p.all);
	for (size_t i = 0; i < ROLES; i++)
		init_part(a, &p.roles[i]);
	strvec_init(&p.platforms, a);
	ok = read_document(&r, doc.root);
	json_clear(&doc);
	if (ok)
		*ret = p;
	return ok;
}

static bool
no_such(struct arena *a, const char *name, struct error *err)
{
	struct strvec names;
	const char *near;

	strvec_init(&names, a);
	for (size_t i = 0; i < policy_row_count(); i++)
		strvec_push(&names, policy_row_at(i)->name);
	near = cstr_nearest(name, names.items, names.count);
	error_set(err, ERROR_USAGE, "there is no policy %s, and no such file", name);
	return near ? error_hint(err, "the nearest one is %s", near)
		    : error_hint(err, "name a file, or one of those that man xbuild-policy lists");
}

bool
policy_get(struct policy *ret, struct arena *a, const char *name_or_path, const char *today,
	struct error *err)
{
	const struct policy_row *row = policy_row_find(name_or_path);
	struct str text;

	if (row)
		return policy_parse(ret, a, row->name, str_from(row->text), today, err);
	if (!file_exists(name_or_path))
		return no_such(a, name_or_path, err);
	if (!file_read(a, name_or_path, CAP_TEXT_FILE, &text, err))
		return false;
	if (policy_parse(ret, a, name_or_path, text, today, err))
		return true;
	if (err->kind == ERROR_FORMAT)
		err->kind = ERROR_USAGE;
	return *err->hint ? false
			  : error_hint(err, "mend the file; man xbuild-policy tells the keys");
}
