/* SPDX-License-Identifier: MIT */
/* The conditions at start-up, before symbols are bound: loader, libraries, versions, relocations. */
#include <string.h>

#include "linkcheck/resolve/bind.h"

static bool
is_program(const struct bind *b)
{
	return image_is_program(b->search->top);
}

static void
add(struct bind *b, enum resolve_kind kind, enum resolve_when when, const struct deps_object *o,
	const char *library, const char *text)
{
	bind_problem(b, (struct resolve_problem){
				.kind = kind,
				.when = when,
				.library = library,
				.wanted_by = o->name,
				.own = o == b->search->file,
				.text = text,
			});
}

/* Why the last place where the loader looked ended the search, or that there was none. */
static const char *
missing_text(struct bind *b, const struct deps_node *node, const struct deps_object *by)
{
	const struct deps_try *last =
		node->try_count > 0 ? &node->tries[node->try_count - 1] : NULL;
	size_t foreign = 0;

	for (size_t i = 0; i < node->try_count; i++)
		foreign += node->tries[i].reason &&
			   cstr_starts(node->tries[i].reason, "other machine");
	if (last && last->reason && strcmp(last->reason, "not there") != 0)
		return arena_printf(b->search->arena, "%s: %s: %s (needed by %s)", node->name,
			last->path, last->reason, by->name);
	return arena_printf(b->search->arena, "%s is not found%s (needed by %s)", node->name,
		foreign ? " for this machine" : "", by->name);
}

void
bind_check_libraries(struct bind *b)
{
	struct deps_search *s = b->search;

	if (s->cut)
		return; /* what was not looked for may be there */
	for (size_t i = 0; i < s->object_count; i++) {
		const struct deps_object *o = s->objects[i];
		const struct deps_node *end = o->node->children + o->node->child_count;

		for (const struct deps_node *n = o->needed; n && n < end; n++)
			if (n->how == DEPS_MISSING)
				add(b, RESOLVE_LIBRARY, RESOLVE_AT_START, o, n->name,
					missing_text(b, n, o));
	}
}

void
bind_check_interpreter(struct bind *b)
{
	struct deps_search *s = b->search;
	const struct deps_object *top = s->file;
	const char *interp = s->top->interpreter;

	if (!is_program(b))
		return;
	if (!interp && s->top->needed.count > 0)
		add(b, RESOLVE_INTERPRETER, RESOLVE_AT_START, top, NULL,
			"it needs libraries but names no loader");
	if (interp && !s->interpreter)
		add(b, RESOLVE_INTERPRETER, RESOLVE_AT_START, top, interp,
			arena_printf(s->arena, "its loader %s is not there", interp));
}

struct version_users {
	bool any, strong;
};

static void
visit_user(void *ctx, const char *name, uint16_t index, bool weak)
{
	struct version_users *u = ctx;

	(void)name;
	(void)index;
	u->any = true;
	u->strong = u->strong || !weak;
}

static bool
only_weak(struct deps_object *o, uint16_t index)
{
	struct version_users users = { false, false };

	for (size_t i = 0; i < o->object->ref_count; i++)
		if (o->object->refs[i].version == index)
			visit_user(&users, NULL, index, o->object->refs[i].weak);
	return users.any && !users.strong;
}

static bool
defines(const struct image *img, const struct image_version_need *need)
{
	for (size_t i = 0; i < img->version_def_count; i++)
		if (img->version_defs[i].hash == need->hash &&
			strcmp(img->version_defs[i].version, need->version) == 0)
			return true;
	return false;
}

/* elf/dl-version.c find_needed: the chain of objects, then the scope, which the program alone has. */
static const struct deps_object *
find_needed(const struct deps_search *s, const struct deps_object *by, const char *file)
{
	const struct deps_object *o = strmap_get(&s->exact, file);

	for (size_t i = 0; !o && by == s->file && s->objects[i]->unseen; i++)
		if (strvec_has(&s->objects[i]->names, file))
			o = s->objects[i];
	return o;
}

/* elf/dl-version.c match_symbol: a library without DT_VERDEF satisfies everything, a weak version
 * need not be there. A file that no loaded object answers to fails an assertion. */
static void
check_version(struct bind *b, struct deps_object *o, const struct image_version_need *need)
{
	struct deps_search *s = b->search;
	const struct deps_object *provider = find_needed(s, o, need->file);
	struct resolve_problem p = {
		.kind = RESOLVE_VERSION,
		.version = need->version,
		.library = need->file,
		.wanted_by = o->name,
		.own = o == s->file,
	};

	if (provider && (provider->img->version_def_count == 0 || need->weak ||
				defines(provider->img, need)))
		return;
	p.weak = only_weak(o, need->index);
	p.text = provider ? arena_printf(s->arena, "version %s is not in %s (required by %s)",
				    need->version, provider->name, o->name)
			  : arena_printf(s->arena,
				    "version %s is asked of %s, which is not loaded (by %s)",
				    need->version, need->file, o->name);
	bind_problem(b, p);
}

static bool
lacks_library(const struct deps_object *o, const char *file)
{
	for (size_t i = 0; i < o->img->needed.count; i++)
		if (!o->deps[i] && strcmp(o->img->needed.items[i], file) == 0)
			return true;
	return false;
}

static void
check_versions(struct bind *b, struct deps_object *o)
{
	for (size_t i = 0; i < o->img->version_need_count; i++)
		if (!lacks_library(o, o->img->version_needs[i].file))
			check_version(b, o, &o->img->version_needs[i]);
}

static bool
asks_for_relr(const struct image *img)
{
	for (size_t i = 0; i < img->version_need_count; i++)
		if (strcmp(img->version_needs[i].version, "GLIBC_ABI_DT_RELR") == 0)
			return true;
	return false;
}

static bool
needs_libc_so(const struct image *img)
{
	for (size_t i = 0; i < img->needed.count; i++)
		if (cstr_starts(img->needed.items[i], "libc.so."))
			return true;
	return false;
}

/* elf/dl-version.c, since 2.36. An older loader passes over DT_RELR: the first pointer that is used
 * then, in .init_array as a rule, kills the process. */
static void
check_relr_glibc(struct bind *b, const struct deps_object *o)
{
	const char *libc = b->ret->libc_version;

	if (!o->img->has_relr || o == b->search->interpreter)
		return;
	if (libc && cstr_version_cmp(libc, "2.36") < 0)
		add(b, RESOLVE_RELR, RESOLVE_AT_START, o, NULL,
			arena_printf(b->search->arena,
				"%s has DT_RELR, which glibc %s does not know (2.36 does)", o->name,
				libc));
	else if (o->img->version_need_count > 0 && needs_libc_so(o->img) && !asks_for_relr(o->img))
		add(b, RESOLVE_RELR, RESOLVE_AT_START, o, NULL,
			arena_printf(b->search->arena,
				"%s has DT_RELR without asking for GLIBC_ABI_DT_RELR", o->name));
}

/* Since 2.41 dlopen does not make stacks executable; programs and their needs still may. */
static void
check_stack(struct bind *b, const struct deps_object *o)
{
	const char *libc = b->ret->libc_version;

	if (is_program(b) || !o->img->has_stack_segment || !o->img->stack_executable)
		return;
	if (!libc || cstr_version_cmp(libc, "2.41") >= 0)
		add(b, RESOLVE_EXEC_STACK, RESOLVE_NOTE, o, NULL,
			arena_printf(b->search->arena,
				"%s wants an executable stack: dlopen of glibc 2.41 refuses that",
				o->name));
}

void
bind_check_glibc(struct bind *b)
{
	struct deps_search *s = b->search;

	for (size_t i = 0; i < s->object_count; i++) {
		struct deps_object *o = s->objects[i];

		if (o->unseen)
			continue;
		check_versions(b, o);
		check_relr_glibc(b, o);
		check_stack(b, o);
	}
	bind_check_filters(b);
}

/* ldso/dynlink.c: do_relocs knows no IRELATIVE; only map_library makes text writable, and the
 * kernel maps the program; RELR came with 1.2.4. */
static void
check_musl_object(struct bind *b, struct deps_object *o)
{
	struct arena *a = b->search->arena;
	const char *libc = b->ret->libc_version;

	if (!object_relocs(o->object))
		return;
	if (o->img->has_irelative)
		add(b, RESOLVE_IRELATIVE, RESOLVE_AT_START, o, NULL,
			arena_printf(a, "%s has IRELATIVE relocations (IFUNC), which musl has not",
				o->name));
	if (o->img->has_textrel && o == b->search->file && is_program(b))
		add(b, RESOLVE_TEXTREL, RESOLVE_AT_START, o, NULL,
			arena_printf(a,
				"%s has text relocations, which musl does in libraries only",
				o->name));
	else if (o->img->has_textrel && !o->img->has_textrel_tag)
		add(b, RESOLVE_TEXTREL, RESOLVE_AT_START, o, NULL,
			arena_printf(a,
				"%s has text relocations without DT_TEXTREL, which musl looks for",
				o->name));
	if (o->img->has_relr && libc && cstr_version_cmp(libc, "1.2.4") < 0)
		add(b, RESOLVE_RELR, RESOLVE_AT_START, o, NULL,
			arena_printf(a,
				"%s has DT_RELR, which this musl does not know (1.2.4 does)",
				o->name));
}

void
bind_check_musl(struct bind *b)
{
	struct deps_search *s = b->search;

	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i] != s->interpreter)
			check_musl_object(b, s->objects[i]);
	if (s->second_libc)
		add(b, RESOLVE_TWO_LIBCS, RESOLVE_NOTE, s->file, s->second_libc,
			arena_printf(s->arena, "%s is a libc: musl's loader takes itself instead",
				s->second_libc));
}
