/* SPDX-License-Identifier: MIT */
/* Libraries that are found here and not elsewhere: by this machine's paths, by one loader's rules. */
#include <string.h>

#include "linkcheck/judge/rules.h"
#include "linkcheck/read/libc.h"
#include "linkcheck/resolve/deps_search.h"

/* A needed name with a slash is no name but a path: no loader searches for it. */
static void
add_needed_paths(struct subject *s, struct findings *out)
{
	const struct image *img = s->image;

	for (size_t i = 0; i < img->needed.count; i++) {
		const char *name = img->needed.items[i];

		/* glibc replaces tokens in needed names too. */
		if (strchr(name, '/') && name[0] != '$')
			finding_add(out, s->rule, name,
				"link that library with -Wl,-soname, then this file again",
				name[0] == '/'
					? "it needs \"%s\": found at this very path only, which is "
					  "that of "
					  "the machine that linked it"
					: "it needs \"%s\": looked up from the current directory",
				name);
	}
}

static const char *
foreign_reason(const struct deps_object *o)
{
	if (o->node->how == DEPS_ENV)
		return "only through LD_LIBRARY_PATH";
	if (o->name[0] != '/')
		return "only from this current directory";
	return NULL;
}

enum verdict
check_host_path(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct resolution *r = s->resolution;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	add_needed_paths(s, out);
	for (size_t i = 0; r && i < r->object_count; i++) {
		const struct deps_object *o = r->objects[i];
		const char *why = o == r->file || !o->node ? NULL : foreign_reason(o);

		if (why && !strchr(o->node->name, '/'))
			finding_add(out, s->rule, o->node->name,
				"link with -Wl,-rpath,'$ORIGIN' and ship it beside the file, or "
				"install it",
				"%s is found %s (%s)", o->node->name, why, o->name);
	}
	return rules_verdict(out, before);
}

static const struct deps_object *
loaded(const struct resolution *r, const char *name)
{
	for (size_t i = 0; i < r->object_count; i++)
		if (r->objects[i] != r->file && r->objects[i]->node && r->objects[i]->node->name &&
			strcmp(r->objects[i]->node->name, name) == 0)
			return r->objects[i];
	return NULL;
}

/* What `there` loads by a search path inside a file, and `here` does not. */
static void
add_difference(struct subject *s, struct findings *out, const struct resolution *there,
	const char *finds, const struct resolution *here, const char *misses)
{
	for (size_t i = 0; i < there->object_count; i++) {
		const struct deps_object *o = there->objects[i];

		if (o == there->file || !o->node ||
			(o->node->how != DEPS_RPATH && o->node->how != DEPS_RUNPATH) ||
			libc_of_soname(o->node->name) != LIBC_UNKNOWN ||
			loaded(here, o->node->name))
			continue;
		finding_add_level(out, s->rule, rules_has_promise(s) ? s->rule->level : LEVEL_NOTE,
			o->node->name,
			arena_printf(s->arena, "give %s a RUNPATH of its own",
				o->loader ? o->loader->name : "the library that needs it"),
			"%s's loader finds %s (needed by %s) by a search path, %s's does not",
			finds, o->node->name, o->loader ? o->loader->name : "it", misses);
	}
}

enum verdict
check_dialects(struct subject *s, struct findings *out, const char **ret_reason)
{
	bool musl = s->libc.kind == LIBC_MUSL;
	size_t before = out->count;

	if (rules_skip_unloadable(s, ret_reason))
		return VERDICT_SKIP;
	if (!s->resolution || !s->other) {
		*ret_reason = "no search path inside the file or its libraries is judged (--root)";
		return VERDICT_SKIP;
	}
	add_difference(
		s, out, s->resolution, musl ? "musl" : "glibc", s->other, musl ? "glibc" : "musl");
	add_difference(
		s, out, s->other, musl ? "glibc" : "musl", s->resolution, musl ? "musl" : "glibc");
	return rules_verdict(out, before);
}
