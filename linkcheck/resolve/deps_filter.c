/* SPDX-License-Identifier: MIT */
/*
 * The place of what DT_FILTER and DT_AUXILIARY name: elf/dl-deps.c _dl_map_object_deps inserts it
 * in its list just before the filter. What is in the list already is moved when it stands behind,
 * and its own needs are then looked at once more. The chain in which names are looked up is changed
 * likewise, but it is walked from the program on: what stands before that is never found again.
 */
#include <string.h>

#include "base/caps.h"
#include "linkcheck/resolve/deps_search.h"

/* How often the same file is loaded: what stands before the program is not known to be. */
static size_t
copies(const struct deps_search *s, const struct deps_object *of)
{
	size_t n = 0;

	for (size_t i = 0; s->objects[i]->unseen; i++)
		n += s->objects[i]->object == of->object;
	return n;
}

void
deps_filter(struct deps_search *s, struct deps_object *filter, struct deps_object *filtee)
{
	size_t from = deps_index(s, filtee), to = deps_index(s, filter);

	if (from <= to)
		return;
	if (++s->moves > CAP_DEPS_FILTERS && !s->cut)
		s->cut = "too many filters: the search ends here";
	if (s->cut)
		return;
	memmove(&s->objects[to + 1], &s->objects[to], (from - to) * sizeof(struct deps_object *));
	s->objects[to] = filtee;
	filtee->done = false;
	filtee->unseen = image_is_program(s->top) && (filter == s->file || filter->unseen);
	if (filtee->unseen && copies(s, filtee) > DEPS_ROUNDS)
		s->endless = filtee;
	deps_name_again(s);
}
