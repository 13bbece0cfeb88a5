/* SPDX-License-Identifier: MIT */
/*
 * FreeBSD's libexec/rtld-elf, as far as its sources leave no doubt: what it certainly refuses. The
 * answer is "no" or "unknown", never "yes", because no FreeBSD loader was there to be asked:
 * untried are the search (libmap.conf, ldconfig's hints, $ORIGIN without DF_ORIGIN, which releases
 * treat differently), filters, and which of several definitions a reference is bound to.
 */
#include <string.h>

#include "linkcheck/read/elf.h"
#include "linkcheck/resolve/bind.h"

static bool
defines(const struct image *img, const struct image_version_need *need)
{
	for (size_t i = 0; i < img->version_def_count; i++)
		if (strcmp(img->version_defs[i].version, need->version) == 0)
			return true;
	return false;
}

/* check_object_provided_version: unlike glibc, a library without DT_VERDEF provides none, and
 * VER_FLG_WEAK is looked at only behind that. */
static void
check_version(struct bind *b, struct deps_object *o, const struct image_version_need *need)
{
	const struct deps_object *provider = strmap_get(&b->search->known, need->file);
	bool bare;

	if (!provider)
		return;
	bare = provider->img->version_def_count == 0;
	if (!bare && (need->weak || defines(provider->img, need)))
		return;
	bind_problem(b, (struct resolve_problem){
				.kind = RESOLVE_VERSION,
				.version = need->version,
				.library = need->file,
				.wanted_by = o->name,
				.own = o == b->search->file,
				.text = arena_printf(b->search->arena,
					"version %s is not %s %s (required by %s)", need->version,
					bare ? "defined by" : "in", provider->name, o->name),
			});
}

/* Has any object, rtld itself among them, an entry that matched_symbol could take? */
static bool
is_anywhere(const struct bind *b, const struct object_query *q)
{
	struct deps_search *s = b->search;

	for (size_t i = 0; i < s->object_count; i++)
		if (object_names(s->objects[i]->object, q->name) ||
			object_find_glibc(s->objects[i]->object, q))
			return true;
	return object_names(s->interpreter->object, q->name);
}

/* find_symdef: only a weak reference may be left open. */
static void
check_symbols(struct bind *b, struct deps_object *o)
{
	for (size_t i = 0; i < o->object->ref_count; i++) {
		const struct object_ref *ref = &o->object->refs[i];
		struct object_query q = {
			.name = object_ref_name(o->object, ref),
			.hash = ref->hash,
		};
		uint8_t how;

		if (ref->weak || ref->local || ref->defined || is_anywhere(b, &q))
			continue;
		if (!object_relocs(o->object))
			return;
		how = object_ref_relocs(o->object, ref);
		if (!how)
			continue;
		bind_problem(
			b, (struct resolve_problem){
				   .kind = RESOLVE_SYMBOL,
				   .when = (how & (ELF_REF_DATA | ELF_REF_COPY)) ||
							   bind_is_now(b, o->img)
						   ? RESOLVE_AT_START
						   : RESOLVE_AT_CALL,
				   .symbol = q.name,
				   .wanted_by = o->name,
				   .own = o == b->search->file,
				   .text = arena_printf(b->search->arena,
					   "%s is defined nowhere (wanted by %s)", q.name, o->name),
			   });
	}
}

/* A filter's symbols may come from libraries that are loaded when they are first asked for. */
static bool
is_whole(const struct deps_search *s)
{
	if (s->deps->missing > 0 || !s->interpreter || s->cut)
		return false;
	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i]->img->filter_count > 0)
			return false;
	return true;
}

void
bind_check_rtld(struct bind *b)
{
	struct deps_search *s = b->search;
	bool whole = is_whole(s);

	for (size_t i = 0; i < s->object_count; i++) {
		struct deps_object *o = s->objects[i];

		for (size_t k = 0; k < o->img->version_need_count; k++)
			check_version(b, o, &o->img->version_needs[k]);
		if (whole && o != s->interpreter)
			check_symbols(b, o);
	}
}
