/* SPDX-License-Identifier: MIT */
/* Loads the DLLs of a PE file, lets their imports be bound, and answers whether it starts. */
#include "linkcheck/resolve/nt.h"

#include <string.h>
#include <strings.h>

#include "base/caps.h"
#include "base/path.h"
#include "linkcheck/resolve/nt_load.h"

void
nt_add_problem(struct nt *nt, const struct resolve_problem *p)
{
	struct resolution *r = nt->ret;

	if (r->problem_count >= CAP_PROBLEMS) {
		r->left_out++;
		/* One that keeps it from starting is never left out for those that do not. */
		if (p->when == RESOLVE_AT_START)
			r->problems[CAP_PROBLEMS - 1] = *p;
		return;
	}
	if (r->problem_count == nt->problem_cap) {
		size_t grown = nt->problem_cap ? nt->problem_cap * 2 : 8;

		r->problems = arena_grow(
			nt->arena, r->problems, nt->problem_cap, grown, sizeof(r->problems[0]));
		nt->problem_cap = grown;
	}
	r->problems[r->problem_count++] = *p;
}

/* Why the DLL may be there although nothing here has it; NULL when it cannot. */
static const char *
excuse(const struct nt *nt, const struct nt_module *m)
{
	if (m->foreign)
		return NULL;
	if (m->guest)
		return "it has to be the program that loads this file";
	if (nt->whole_system)
		return NULL;
	if (strncasecmp(m->name, "api-ms-", 7) == 0 || nt_dll_is_extension(m->name))
		return "not every API set is recorded";
	if (nt_dll_kind(m->name) == NT_DLL_REDIST)
		return "a redistributable package of Microsoft's has it";
	if (!image_is_program(nt->top))
		return "the program that loads this file may have it beside itself";
	return NULL;
}

static void
add_missing(struct nt *nt, const struct nt_module *from, const struct nt_module *m, bool late)
{
	const char *name = path_base(from->shown.name), *maybe = excuse(nt, m);
	const char *verb = late ? "loads later" : "needs", *text;

	if (m->foreign)
		text = arena_printf(nt->arena,
			"%s, which %s %s, is for another machine or no PE file", m->name, name,
			verb);
	else
		text = arena_printf(nt->arena,
			"%s, which %s %s, is neither beside it nor part of Windows%s%s", m->name,
			name, verb, maybe ? ": " : "", maybe ? maybe : "");
	if (maybe && !late && !nt->cut)
		nt->cut = text;
	nt_add_problem(nt, &(struct resolve_problem){
				   .kind = m->foreign ? RESOLVE_MACHINE : RESOLVE_LIBRARY,
				   .when = maybe  ? RESOLVE_NOTE
					   : late ? RESOLVE_AT_CALL
						  : RESOLVE_AT_START,
				   .library = m->name,
				   .wanted_by = from->shown.name,
				   .own = from->shown.img == nt->top,
				   .status = late || maybe ? 0
					     : m->foreign  ? NT_INVALID_IMAGE_FORMAT
							   : NT_DLL_NOT_FOUND,
				   .text = text,
			   });
}

static void
load_list(struct nt *nt, struct nt_module *from, const struct image_list *list, size_t first,
	bool late)
{
	struct deps_node *node = from->shown.node;

	for (size_t i = 0; i < list->count; i++) {
		struct deps_node *child = &node->children[first + i];
		struct nt_module *m;

		child->name = list->items[i];
		m = nt_load(nt, list->items[i], child);
		if (m && m->missing)
			add_missing(nt, from, m, late);
	}
}

static void
load_needed(struct nt *nt, struct nt_module *m)
{
	const struct image *img = m->shown.img;
	struct deps_node *node = m->shown.node;

	node->child_count = img->needed.count + img->pe->delay_needed.count;
	node->children = ARENA_ARRAY(nt->arena, node->child_count, struct deps_node);
	load_list(nt, m, &img->needed, 0, false);
	load_list(nt, m, &img->pe->delay_needed, img->needed.count, true);
}

/* What a manifest asks for is looked up elsewhere, before the program's directory. */
static void
check_assemblies(struct nt *nt, const struct nt_module *m)
{
	const struct strvec *names = &m->shown.img->pe->assemblies;

	for (size_t i = 0; i < names->count && !nt->cut; i++)
		if (strcasecmp(names->items[i], "Microsoft.Windows.Common-Controls") != 0)
			nt->cut = arena_printf(nt->arena,
				"side-by-side assemblies are not looked at: %s wants %s",
				path_base(m->shown.name), names->items[i]);
}

static void
load_all(struct nt *nt)
{
	for (size_t i = 0; i < nt->module_count; i++) {
		struct nt_module *m = nt->modules[i];

		if (!m->shown.img || m->system)
			continue;
		check_assemblies(nt, m);
		load_needed(nt, m);
		nt_bind(nt, m);
	}
}

static void
start_with(struct nt *nt)
{
	struct deps *deps = &nt->ret->deps;
	struct nt_module *m = ARENA_NEW(nt->arena, struct nt_module);

	deps->top = (struct deps_node){
		.name = nt->top->path,
		.path = nt->top->path,
		.how = DEPS_PATH,
	};
	m->name = path_base(nt->top->path);
	m->how = DEPS_PATH;
	m->shown.img = nt->top;
	m->shown.node = &deps->top;
	m->shown.name = nt->top->path;
	nt->modules = ARENA_ARRAY(nt->arena, 16, struct nt_module *);
	nt->module_cap = 16;
	nt->modules[nt->module_count++] = m;
	strmap_set(&nt->by_name, nt_lower(nt->arena, m->name), m);
}

/* Whose loader is another one than simulated here. */
static const char *
other_loader(const struct image *img)
{
	uint16_t subsystem = img->pe->subsystem;

	if (subsystem >= PE_EFI_FIRST && subsystem <= PE_EFI_LAST)
		return "it is loaded by the firmware, whose loader is not simulated";
	if (subsystem == PE_NATIVE)
		return "it is loaded by the kernel or at boot, which is not simulated";
	return NULL;
}

static void
answer(struct nt *nt)
{
	struct resolution *r = nt->ret;
	bool fatal = false;

	for (size_t i = 0; i < r->problem_count; i++)
		fatal |= r->problems[i].when == RESOLVE_AT_START;
	r->incomplete = nt->cut && !fatal;
	r->starts = fatal ? STARTS_NO : nt->cut ? STARTS_UNKNOWN : STARTS_YES;
	r->unknown = fatal ? NULL : nt->cut;
}

static void
sort_problems(struct nt *nt)
{
	struct resolution *r = nt->ret;
	struct resolve_problem *sorted =
		ARENA_ARRAY(nt->arena, r->problem_count, struct resolve_problem);
	size_t n = 0;

	for (int when = RESOLVE_AT_START; when <= RESOLVE_NOTE; when++)
		for (size_t i = 0; i < r->problem_count; i++)
			if ((int)r->problems[i].when == when)
				sorted[n++] = r->problems[i];
	r->problems = sorted;
}

static void
list_objects(struct nt *nt)
{
	struct resolution *r = nt->ret;

	r->objects = ARENA_ARRAY(nt->arena, nt->module_count, struct deps_object *);
	for (size_t i = 0; i < nt->module_count; i++)
		if (!nt->modules[i]->missing)
			r->objects[r->object_count++] = &nt->modules[i]->shown;
	r->file = r->objects[0];
	r->deps.objects = r->object_count;
}

bool
nt_resolve(struct arena *a, struct image *img, const struct resolve_world *world,
	struct resolution *ret, struct error *err)
{
	struct resolution r = { .starts = STARTS_UNKNOWN };
	struct nt nt = { .arena = a, .world = world, .ret = &r, .top = img };

	if (!image_is_loadable(img))
		return error_set(err, ERROR_FORMAT,
			"%s is no program or shared library: nothing loads it", img->path);
	strvec_init(&r.unused, a);
	strvec_init(&r.underlinked, a);
	strmap_init(&nt.by_name, a);
	start_with(&nt);
	nt.cut = other_loader(img);
	if (!nt.cut) {
		nt_search_init(&nt);
		load_all(&nt);
	}
	answer(&nt);
	sort_problems(&nt);
	list_objects(&nt);
	*ret = r;
	ret->deps.top = r.deps.top;
	ret->objects[0]->node = &ret->deps.top;
	return true;
}
