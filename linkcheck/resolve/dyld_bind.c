/* SPDX-License-Identifier: MIT */
/* Binding: every import in the library its ordinal names, and in what that one passes on. */
#include <string.h>

#include "base/caps.h"
#include "linkcheck/resolve/dyld.h"

#define MAX_PASSED 32 /* re-exports of re-exports */

enum found {
	NOT_FOUND,
	FOUND,
	HIDDEN,  /* the SDK says: not for this minimum version */
	UNKNOWN, /* it may come from a library that is taken as given */
};

void
dyld_problem(struct dyld *d, const struct resolve_problem *p)
{
	struct resolution *r = d->ret;

	if (r->problem_count >= CAP_PROBLEMS) {
		r->left_out++;
		/* One that keeps it from starting is never left out for those that do not. */
		if (p->when == RESOLVE_AT_START)
			r->problems[CAP_PROBLEMS - 1] = *p;
		return;
	}
	if (r->problem_count == d->problem_cap) {
		size_t grown = d->problem_cap ? d->problem_cap * 2 : 8;

		r->problems = arena_grow(
			d->arena, r->problems, d->problem_cap, grown, sizeof(*r->problems));
		d->problem_cap = grown;
	}
	r->problems[r->problem_count++] = *p;
}

static enum found
better(enum found a, enum found b)
{
	static const int rank[] = { [NOT_FOUND] = 0, [HIDDEN] = 1, [UNKNOWN] = 2, [FOUND] = 3 };

	return rank[b] > rank[a] ? b : a;
}

static enum found
find_in_stub(struct dyld *d, const struct tbd *file, const struct tbd_library *stub,
	const char *name, unsigned depth)
{
	enum tbd_found there = tbd_find(stub, name, d->top->macho->minos);
	enum found found = there == TBD_THERE ? FOUND : there == TBD_HIDDEN ? HIDDEN : NOT_FOUND;

	for (size_t i = 0; found != FOUND && i < stub->reexports.count; i++) {
		const struct tbd *other = file;
		const struct tbd_library *l = NULL;

		if (depth >= MAX_PASSED)
			return better(found, UNKNOWN);
		for (size_t k = 0; !l && k < file->count; k++)
			if (strcmp(file->items[k].install_name, stub->reexports.items[i]) == 0)
				l = &file->items[k];
		if (!l)
			l = dyld_stub(d, stub->reexports.items[i], &other);
		if (l == stub)
			continue;
		found = better(found, l ? find_in_stub(d, other, l, name, depth + 1) : UNKNOWN);
	}
	return found;
}

static enum found find_in(struct dyld *d, struct dyld_library *l, const char *name, unsigned depth);

static enum found
find_in_file(struct dyld *d, struct dyld_library *l, const char *name, unsigned depth)
{
	const struct macho *facts = l->object.img->macho;
	struct image_export e;
	enum found found = NOT_FOUND;
	uint32_t ordinal;

	if (image_export_find(l->object.img, name, 0, &e)) {
		if (!macho_reexport(l->object.img, name, &ordinal, &name))
			return FOUND;
		return ordinal <= facts->dylib_count && depth < MAX_PASSED
			       ? find_in(d, l->needs[ordinal - 1], name, depth + 1)
			       : UNKNOWN;
	}
	if (l->visited == d->walks)
		return NOT_FOUND; /* a circle of re-exports */
	l->visited = d->walks;
	for (size_t i = 0; found != FOUND && i < facts->dylib_count; i++)
		if (facts->dylibs[i].reexport)
			found = better(found, depth < MAX_PASSED
						      ? find_in(d, l->needs[i], name, depth + 1)
						      : UNKNOWN);
	return found;
}

static enum found
find_in(struct dyld *d, struct dyld_library *l, const char *name, unsigned depth)
{
	switch (l->kind) {
	case DYLD_FILE:
		return find_in_file(d, l, name, depth);
	case DYLD_STUB:
		return find_in_stub(d, l->stubs, l->stub, name, depth);
	case DYLD_GIVEN:
		return UNKNOWN;
	case DYLD_ABSENT:
		break;
	}
	return NOT_FOUND;
}

/* Flat look-up: every library, in the order of loading. */
static enum found
find_flat(struct dyld *d, const char *name)
{
	enum found found = NOT_FOUND;

	for (size_t i = 0; found != FOUND && i < d->count; i++) {
		d->walks++;
		found = better(found, find_in(d, d->items[i], name, 0));
	}
	return found;
}

static enum found
find(struct dyld *d, struct dyld_library *l, const struct image_import *import,
	struct dyld_library **ret_where)
{
	int64_t ordinal = (int32_t)import->ordinal;

	*ret_where = NULL;
	d->walks++;
	if (l->object.img->macho->flags & MH_FORCE_FLAT)
		return find_flat(d, import->name);
	if (ordinal == MACHO_SELF)
		return find_in(d, l, import->name, 0);
	if (ordinal == MACHO_MAIN)
		return find_in(d, d->items[0], import->name, 0);
	if (ordinal < 0)
		return find_flat(d, import->name);
	if ((uint64_t)ordinal > l->object.img->macho->dylib_count)
		return UNKNOWN; /* a defect of the file */
	*ret_where = l->needs[ordinal - 1];
	/* What a weakly linked library would have had is 0; one that had to be there is told of. */
	if ((*ret_where)->kind == DYLD_ABSENT)
		return FOUND;
	return find_in(d, *ret_where, import->name, 0);
}

static void
miss(struct dyld *d, const struct dyld_library *l, const struct image_import *import,
	const struct dyld_library *where, enum found found)
{
	bool stub = where && where->kind == DYLD_STUB;
	const char *library = where ? where->object.name : NULL;
	const char *text = arena_printf(d->arena, "symbol not found: %s", import->name);

	if (library)
		text = arena_printf(d->arena, "%s, expected in %s", text, library);
	if (found == HIDDEN)
		text = arena_printf(
			d->arena, "%s, which has it after %s", text, d->top->macho->minos);
	if (l != d->items[0])
		text = arena_printf(d->arena, "%s (wanted by %s)", text, l->object.name);
	dyld_problem(
		d, &(struct resolve_problem){
			   .kind = stub ? RESOLVE_STUB : RESOLVE_SYMBOL,
			   .when = import->when == BIND_LAZY ? RESOLVE_AT_CALL : RESOLVE_AT_START,
			   .symbol = import->name,
			   .library = library,
			   .wanted_by = l->object.name,
			   .own = l == d->items[0],
			   .text = text,
		   });
}

static void
bind_library(struct dyld *d, struct dyld_library *l)
{
	const struct image_import *imports;
	struct error err;
	size_t n;

	if (!image_imports(l->object.img, &imports, &n, &err))
		return;
	for (size_t i = 0; i < n; i++) {
		struct dyld_library *where;
		enum found found;

		if (imports[i].weak)
			continue; /* 0 when nobody has it */
		found = find(d, l, &imports[i], &where);
		if (found == NOT_FOUND || found == HIDDEN)
			miss(d, l, &imports[i], where, found);
	}
}

void
dyld_bind(struct dyld *d)
{
	size_t files = d->count;

	for (size_t i = 0; i < files; i++)
		if (d->items[i]->kind == DYLD_FILE)
			bind_library(d, d->items[i]);
}
