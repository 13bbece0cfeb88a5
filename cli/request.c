/* SPDX-License-Identifier: MIT */
/* Turns the target options of a command into targets and kit requests. */
#include "cli/request.h"

#include <string.h>

#include "base/file.h"
#include "sysroots/import.h"
#include "sysroots/source.h"

const char *const request_text_json[] = { "text", "json", NULL };

static bool
one_mode(const struct request_options *o, struct error *err)
{
	if (!o->is_static || !o->dynamic)
		return true;
	error_set(err, ERROR_USAGE, "--static and --dynamic exclude each other");
	return error_hint(err, "give one of them");
}

bool
request_kit(struct session *s, const char *target, const struct request_options *o,
	struct kit_request *ret, struct error *err)
{
	const struct settings *settings = &s->settings;

	if (!one_mode(o, err))
		return false;
	*ret = (struct kit_request){ 0 };
	ret->target = target;
	ret->is_static = o->is_static;
	ret->provider = o->toolchain ? o->toolchain : settings_text(settings, SETTING_TOOLCHAIN);
	ret->source = o->sysroot ? o->sysroot : settings_text(settings, SETTING_SOURCE);
	ret->lock_path = settings_text(settings, SETTING_LOCK);
	ret->locked = settings_flag(settings, SETTING_LOCKED);
	return true;
}

bool
request_target(
	struct session *s, const char *text, bool is_static, struct target *ret, struct error *err)
{
	struct target open;

	if (!target_parse(&open, text, s->context.env, err))
		return false;
	*ret = target_settled(&open, is_static);
	return true;
}

/* Does the source that will serve the target have a C++ library for it? */
static bool
has_cxx(struct session *s, const struct target *t, const char *source_id)
{
	const struct source *source;
	struct import import;
	struct strvec names;
	struct error ignored;

	if (source_id && import_find(&s->context, &s->store, source_id, &import))
		return import_abilities(&import, t) & IMPORT_CXX;
	strvec_init(&names, &s->arena);
	source = source_id ? source_get(source_id, &ignored) : source_for(t, &ignored);
	return source && source_packages(source, t, SET_CXX, &names, &ignored);
}

bool
request_project(struct session *s, const char *target, const struct request_options *o,
	struct kit_request *ret, struct error *err)
{
	struct target settled;

	if (!request_kit(s, target, o, ret, err) ||
		!request_target(s, target, o->is_static, &settled, err))
		return false;
	if (has_cxx(s, &settled, ret->source))
		ret->at_least = SET_CXX;
	return true;
}

static void
add(struct session *s, struct request_list *list, const char *text, bool by_pattern)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].text, text) == 0)
			return;
	list->items = arena_grow(
		&s->arena, list->items, list->count, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = (struct request_item){ text, by_pattern };
}

static bool
add_spec(struct session *s, struct request_list *list, const char *spec, struct error *err)
{
	struct target_list found;
	struct target one;

	if (!strpbrk(spec, "*?")) {
		if (!target_parse(&one, spec, s->context.env, err))
			return false;
		add(s, list, arena_strdup(&s->arena, one.name), false);
		return true;
	}
	if (!target_expand(&s->arena, spec, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		add(s, list, arena_strdup(&s->arena, found.items[i].name), true);
	return true;
}

bool
request_targets(
	struct session *s, const struct strvec *specs, struct request_list *ret, struct error *err)
{
	struct request_list list = { 0 };

	for (size_t i = 0; i < specs->count; i++) {
		struct str rest = str_from(specs->items[i]);

		do {
			struct str part = str_trim(str_cut(&rest, ','));

			if (!add_spec(s, &list, str_dup(&s->arena, part), err))
				return false;
		} while (rest.ptr);
	}
	*ret = list;
	return true;
}

bool
request_dirs(const struct strvec *dirs, const char *option, struct error *err)
{
	for (size_t i = 0; i < dirs->count; i++)
		if (!file_is_dir(dirs->items[i])) {
			error_set(err, ERROR_MISSING, "%s: there is no directory %s", option,
				dirs->items[i]);
			return error_hint(err, "name a directory that is there");
		}
	return true;
}
