/* SPDX-License-Identifier: MIT */
/*
 * IFUNC: the loader calls a resolver while it relocates, so the object that has it should be
 * relocated before. sysdeps/x86_64/dl-machine.h elf_machine_rela: since 2.33 a program's is fatal
 * (BZ 20019), which is relocated last; for a library's "Relink `X' with `Y' for IFUNC symbol `S'"
 * is printed and the resolver called all the same. Other processors call it silently. What a
 * resolver does before it is relocated is not known here.
 */
#include <string.h>

#include "linkcheck/read/elf.h"
#include "linkcheck/resolve/bind.h"

/* elf/dl-deps.c, elf/dl-sort-maps.c: the order of initialization, whose reverse is that of
 * relocation. */
struct order {
	struct bind *b;
	struct deps_object **items;
	size_t count;
	size_t placed; /* from the end */
};

/* Before 2.35: each object moves behind the last one that needs it. */
static bool
loads(const struct deps_object *o, const struct deps_object *dep)
{
	for (size_t i = 0; i < o->load_count; i++)
		if (o->loads[i] == dep)
			return true;
	return false;
}

static size_t
last_user(const struct order *order, size_t i)
{
	size_t k = order->count - 1;

	while (k > i && !loads(order->items[k], order->items[i]))
		k--;
	return k;
}

static void
sort_old(struct order *order)
{
	struct deps_object **maps = order->items;
	size_t n = order->count, i = 0;
	uint16_t *seen = ARENA_ARRAY(order->b->search->arena, n + 1, uint16_t);

	while (i < n) {
		size_t k = last_user(order, i);
		struct deps_object *o = maps[i];
		uint16_t rounds = ++seen[i];

		if (k > i) {
			memmove(&maps[i], &maps[i + 1], (k - i) * sizeof(struct deps_object *));
			maps[k] = o;
			if (seen[i + 1] <= n - i) {
				memmove(&seen[i], &seen[i + 1], (k - i) * sizeof(seen[0]));
				seen[k] = rounds;
				continue;
			}
		}
		i++;
		memset(&seen[i], 0, (n - i) * sizeof(seen[0]));
	}
}

/* Since 2.35: depth first. An explicit stack, because a chain may be thousands long. */
struct visit {
	struct deps_object *o;
	size_t next;
};

static void
place_from(struct order *order, struct deps_object *start, struct visit *stack)
{
	struct bind *b = order->b;
	size_t depth = 0;

	if (start->sorted)
		return;
	start->sorted = true;
	stack[depth++] = (struct visit){ start, 0 };
	while (depth > 0) {
		struct visit *v = &stack[depth - 1];
		struct deps_object *dep;

		if (v->next == v->o->load_count) {
			order->items[order->count - ++order->placed] = v->o;
			depth--;
			continue;
		}
		dep = v->o->loads[v->next++];
		if (dep->sorted || dep == b->search->file)
			continue;
		dep->sorted = true;
		stack[depth++] = (struct visit){ dep, 0 };
	}
}

static void
sort_new(struct order *order)
{
	struct arena *a = order->b->search->arena;
	struct visit *stack = ARENA_ARRAY(a, order->count, struct visit);
	struct deps_object **maps = ARENA_ARRAY(a, order->count, struct deps_object *);

	memcpy(maps, order->items, order->count * sizeof(struct deps_object *));
	for (size_t i = order->count; i-- > 0;)
		place_from(order, maps[i], stack);
}

static bool
is_before(const struct bind *b, const char *release)
{
	const char *libc = b->ret->libc_version;

	return libc && cstr_version_cmp(libc, release) < 0;
}

static bool
is_libc(const struct deps_object *o)
{
	return o->img->soname && strcmp(o->img->soname, "libc.so.6") == 0;
}

/* Gives each object its turn. The loader relocates itself first; since 2.39 libc.so.6 is second
 * (BZ 31083). The program is last. */
static void
number(struct bind *b)
{
	struct deps_search *s = b->search;
	struct order order = { .b = b };

	order.items = ARENA_ARRAY(s->arena, s->object_count, struct deps_object *);
	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i] != s->file)
			order.items[order.count++] = s->objects[i];
	if (is_before(b, "2.35"))
		sort_old(&order);
	else
		sort_new(&order);
	for (size_t i = 0; i < order.count; i++) {
		struct deps_object *o = order.items[i];

		o->turn = order.count - i + 1;
		if (o == s->interpreter)
			o->turn = 0;
		else if (is_libc(o) && !is_before(b, "2.39"))
			o->turn = 1;
	}
	s->file->turn = order.count + 2;
}

static bool
has_ifunc(struct object *o)
{
	struct elf *e = o->img->reader;

	if (o->ifunc_known)
		return o->has_ifunc;
	o->ifunc_known = true;
	for (uint64_t i = 1; i < e->symbol_count && !o->has_ifunc; i++) {
		uint8_t info = bytes_u8(
			&e->dynsym, i * (e->word == 8 ? 24 : 16) + (e->word == 8 ? 4 : 12));

		o->has_ifunc = (info & 15) == STT_GNU_IFUNC;
	}
	return o->has_ifunc;
}

/* Is there an IFUNC that comes too late for this object? Rarely: what it needs comes before. */
static bool
may_be_late(struct bind *b, const struct deps_object *o)
{
	struct deps_search *s = b->search;

	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i]->turn > o->turn && has_ifunc(s->objects[i]->object))
			return true;
	return false;
}

static void
report(struct bind *b, const struct deps_object *o, const struct deps_object *by, const char *name)
{
	struct deps_search *s = b->search;
	bool x86 = s->top->machine == EM_X86_64 || s->top->machine == EM_386;
	bool fatal = o == s->file && x86 && !is_before(b, "2.33");

	bind_problem(
		b, (struct resolve_problem){
			   .kind = RESOLVE_IFUNC,
			   .when = fatal ? RESOLVE_AT_START : RESOLVE_NOTE,
			   .symbol = name,
			   .wanted_by = by->name,
			   .own = o == s->file,
			   .text = arena_printf(s->arena,
				   fatal ? "%s is an IFUNC of %s, which is relocated after %s: "
					   "glibc's loader stops"
					 : "%s is an IFUNC of %s, whose resolver is called for "
					   "%s before it is relocated",
				   name, o->name, by->name),
		   });
	b->late_ifunc = b->late_ifunc || !fatal;
}

/* As elf_machine_rela looks it up: a PLT slot wants a definition, other relocations any entry. */
static void
check_symbol(struct bind *b, struct deps_object *o, uint64_t index, uint8_t how)
{
	struct deps_search *s = b->search;
	struct elf *e = o->img->reader;
	struct elf_symbol sym = elf_symbol_at(e, &e->dynsym, index);
	struct object_ref ref = {
		.name = sym.name,
		.symbol = (uint32_t)index,
		.version = elf_symbol_version(e, index) & (VERSYM_HIDDEN - 1),
	};
	size_t i;

	if (sym.bind == STB_LOCAL || sym.visibility == STV_HIDDEN ||
		sym.visibility == STV_INTERNAL || !elf_symbol_name(e, &sym))
		return;
	ref.hash = object_hash(object_ref_name(o->object, &ref));
	i = bind_ref(b, o, &ref, !(how & ELF_REF_DATA), (how & ELF_REF_COPY) != 0);
	if (i < s->object_count && s->objects[i] != o && s->objects[i]->turn > o->turn &&
		bind_is_ifunc(b, o, &ref, !(how & ELF_REF_DATA), i))
		report(b, s->objects[i], o, object_ref_name(o->object, &ref));
}

static void
check_object(struct bind *b, struct deps_object *o)
{
	struct elf *e = o->img->reader;
	bool now = bind_is_now(b, o->img);

	if (!object_relocs(o->object)) {
		o->object->relocs_unknown = true;
		return;
	}
	for (uint64_t i = 1; i < e->symbol_count; i++) {
		uint8_t how = o->object->relocs[i];

		if ((how & (ELF_REF_DATA | ELF_REF_COPY)) || (now && (how & ELF_REF_LAZY)))
			check_symbol(b, o, i, how);
	}
}

void
bind_check_ifuncs(struct bind *b)
{
	struct deps_search *s = b->search;

	if (!image_is_program(s->top))
		return;
	number(b);
	for (size_t i = 0; i < s->object_count; i++)
		if (s->objects[i] != s->interpreter && may_be_late(b, s->objects[i]))
			check_object(b, s->objects[i]);
}
