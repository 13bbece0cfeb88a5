/* SPDX-License-Identifier: MIT */
/* What DT_FILTER and DT_AUXILIARY do to the start of a program under glibc, besides the order of
 * objects (deps_filter.c). */
#include <string.h>

#include "linkcheck/read/elf.h"
#include "linkcheck/resolve/bind.h"

static void
add(struct bind *b, enum resolve_when when, const struct deps_object *o, const char *text)
{
	bind_problem(b, (struct resolve_problem){
				.kind = RESOLVE_LIBRARY,
				.when = when,
				.library = o->node->name,
				.wanted_by = b->search->file->name,
				.own = true,
				.text = text,
			});
}

/* When a reference is bound that has an entry in DT_VERSYM: RESOLVE_MAP then reads l_versions, which
 * nobody has made. Index 0 is the null pointer itself, and serves. */
static enum resolve_when
versions_read(struct bind *b, const struct deps_object *o)
{
	struct elf *e = o->img->reader;
	bool now = bind_is_now(b, o->img);
	enum resolve_when when = RESOLVE_NOTE;

	if (e->versym.len == 0 || !o->object->relocs)
		return RESOLVE_NOTE;
	for (uint64_t i = 1; i < e->symbol_count; i++) {
		struct elf_symbol s = elf_symbol_at(e, &e->dynsym, i);
		uint8_t how = o->object->relocs[i];

		if (!how || s.bind == STB_LOCAL || s.visibility == STV_HIDDEN ||
			s.visibility == STV_INTERNAL ||
			(elf_symbol_version(e, i) & (VERSYM_HIDDEN - 1)) == 0)
			continue;
		if (now || (how & (ELF_REF_DATA | ELF_REF_COPY)))
			return RESOLVE_AT_START;
		when = RESOLVE_AT_CALL;
	}
	return when;
}

static bool
has_tls(const struct image *img)
{
	for (size_t i = 0; i < img->segment_count; i++)
		if (img->segments[i].type == PT_TLS && img->segments[i].memsz > 0)
			return true;
	return false;
}

bool
bind_has_unseen_tls(const struct bind *b)
{
	for (size_t i = 0; b->search->objects[i]->unseen; i++)
		if (has_tls(b->search->objects[i]->img))
			return true;
	return false;
}

void
bind_check_filters(struct bind *b)
{
	struct deps_search *s = b->search;
	const char *libc = b->ret->libc_version;

	if (s->endless)
		add(b, RESOLVE_AT_START, s->endless,
			arena_printf(s->arena,
				"%s and its filters are loaded and moved without end: the loader "
				"crashes",
				s->endless->name));
	/* map->l_searchlist.r_list[0] == map, which holds for no such program. */
	if (s->objects[0]->unseen && libc && cstr_version_cmp(libc, "2.32") < 0)
		add(b, RESOLVE_AT_START, s->objects[0],
			arena_printf(s->arena,
				"%s is filtered by %s: glibc %s aborts on such a program",
				s->file->name, s->objects[0]->name, libc));
	else if (bind_has_unseen_tls(b) && libc && cstr_version_cmp(libc, "2.37") < 0)
		add(b, RESOLVE_AT_START, s->objects[0],
			arena_printf(s->arena,
				"%s is filtered by libraries with thread-local storage: glibc %s "
				"aborts on such a program (init_tls)",
				s->file->name, libc));
	for (size_t i = 0; s->objects[i]->unseen && !s->endless; i++) {
		enum resolve_when when = versions_read(b, s->objects[i]);

		if (when != RESOLVE_NOTE)
			add(b, when, s->objects[i],
				arena_printf(s->arena,
					"%s has versions, which glibc does not read when it is "
					"loaded before the program: it crashes",
					s->objects[i]->name));
	}
}
