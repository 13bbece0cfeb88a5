/* SPDX-License-Identifier: MIT */
/* Libraries that ship with a file: which of them its loader takes, and what they have. */
#include <string.h>

#include "base/path.h"
#include "linkcheck/platform/verdict_inside.h"

static bool
is_platforms_own(const struct judge *j, const char *name)
{
	return abi_port_library(&j->port, name) != 0 || strcmp(name, "libstdc++.so.6") == 0 ||
	       strcmp(name, "libgcc_s.so.1") == 0;
}

/* A copy of the system's own library in a system directory (a whole root is audited) stands for whatever the
 * platform has there; one that a search path leads to is the one that is used everywhere. */
static bool
counts(const struct judge *j, const struct deps_object *o)
{
	switch (o->node->how) {
	case DEPS_PATH:
	case DEPS_RPATH:
	case DEPS_RUNPATH:
		return true;
	case DEPS_LOADER:
		return false;
	default:
		return !is_platforms_own(j, path_base(o->name));
	}
}

const struct deps_object *
judge_provider(const struct judge *j, const char *name)
{
	const struct resolution *c = j->closure;
	const struct deps_object *self = j->self;

	if (!c)
		return NULL;
	for (size_t i = 0; self && i < self->img->needed.count; i++)
		if (strcmp(self->img->needed.items[i], name) == 0)
			return self->deps[i] && counts(j, self->deps[i]) ? self->deps[i] : NULL;
	/* A version may be asked of a library that another one needs. */
	for (size_t i = 1; i < c->object_count; i++)
		if (c->objects[i]->img->soname && strcmp(c->objects[i]->img->soname, name) == 0 &&
			counts(j, c->objects[i]))
			return c->objects[i];
	return NULL;
}

const struct deps_try *
judge_stop(const struct judge *j, const char *name)
{
	const struct deps_object *self = j->self;

	for (size_t i = 0; j->closure && self && i < self->img->needed.count; i++)
		if (strcmp(self->img->needed.items[i], name) == 0)
			return self->needed[i].stop;
	return NULL;
}

bool
judge_is_shipped_symbol(const struct judge *j, const char *name)
{
	struct image_export export;

	for (size_t i = 0; j->closure && i < j->closure->object_count; i++) {
		const struct deps_object *o = j->closure->objects[i];

		if (o->object != j->top && (i == 0 || counts(j, o)) &&
			image_export_find(o->img, name, 0, &export))
			return true;
	}
	return false;
}

static bool
defines(const struct image *img, const struct image_version_need *need)
{
	if (img->version_def_count == 0)
		return true; /* elf/dl-version.c: a library without versions satisfies all */
	for (size_t i = 0; i < img->version_def_count; i++)
		if (strcmp(img->version_defs[i].version, need->version) == 0)
			return true;
	return false;
}

bool
judge_shipped_version(struct judge *j, const struct image_version_need *need)
{
	const struct deps_object *o = judge_provider(j, need->file);

	if (!o)
		return false;
	if (j->port.libc == LIBC_GLIBC && !need->weak && !defines(o->img, need))
		judge_demand(
			j, (struct demand){ .text = arena_printf(j->arena, "%s has no version %s",
						    o->name, need->version) });
	return true;
}

static void
visit_member(struct judge *j, const struct deps_object *o, void (*visit)(struct judge *j))
{
	if (o->img->defects.count > 0) {
		judge_demand(j, (struct demand){ .unknown = ~(uint64_t)0,
					.text = arena_printf(j->arena, "%s is damaged: %s", o->name,
						o->img->defects.items[0]) });
		return;
	}
	j->self = o;
	j->top = o->object;
	visit(j);
}

void
judge_members(struct judge *j, void (*visit)(struct judge *j))
{
	const struct resolution *c = j->closure;
	struct object *top = j->top;

	if (!c) {
		visit(j);
		return;
	}
	j->self = c->file;
	visit(j);
	for (size_t i = 0; i < c->object_count; i++)
		if (c->objects[i] != c->file && counts(j, c->objects[i]))
			visit_member(j, c->objects[i], visit);
	j->top = top;
	j->self = c->file;
}
