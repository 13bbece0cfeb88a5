/* SPDX-License-Identifier: MIT */
/*
 * Binds imports (LdrpSnapThunk): by hint and name, or by ordinal, in the one DLL that the import
 * names; through forwarders, which may load further DLLs. What is missing stops the program before
 * it runs; of a delay-loaded DLL, at the first call.
 */
#include <inttypes.h>
#include <string.h>

#include "base/path.h"
#include "linkcheck/resolve/nt_load.h"

#define MAX_FORWARDS 32

struct binding {
	struct nt *nt;
	struct nt_module *from;
	const struct image_import *import;
	const char *text; /* of the import: "Sleep", "ordinal 7" */
};

static const char *
who(const struct nt_module *m)
{
	return m->shown.name ? path_base(m->shown.name) : m->name;
}

static void
fail(struct binding *b, const char *dll, uint32_t status, const char *text)
{
	bool late = b->import->when == BIND_LAZY;

	nt_add_problem(b->nt, &(struct resolve_problem){
				      .kind = RESOLVE_SYMBOL,
				      .when = late ? RESOLVE_AT_CALL : RESOLVE_AT_START,
				      .symbol = b->text,
				      .library = dll,
				      .wanted_by = b->from->shown.name,
				      .own = b->from->shown.img == b->nt->top,
				      .status = late ? 0 : status,
				      .text = text,
			      });
}

static void
fail_missing(struct binding *b, const struct nt_module *dll, const struct image_import *want)
{
	uint32_t status = want->name ? NT_ENTRYPOINT_NOT_FOUND : NT_ORDINAL_NOT_FOUND;
	struct arena *a = b->nt->arena;
	const char *what = want->name ? want->name : arena_printf(a, "ordinal %u", want->ordinal);

	fail(b, dll->name, status,
		arena_printf(a, "%s does not export %s, which %s imports%s", dll->name, what,
			who(b->from), want == b->import ? "" : arena_printf(a, " as %s", b->text)));
}

static void
not_known(struct binding *b, const char *why)
{
	if (!b->nt->cut)
		b->nt->cut = why;
}

/* What is only recorded of Windows: presence is sure, absence never is. */
static void
bind_recorded(struct binding *b, const struct nt_module *dll, const struct image_import *want)
{
	struct nt *nt = b->nt;
	const char *since,
		*name = want->name ? want->name : arena_printf(nt->arena, "#%u", want->ordinal);
	enum nt_answer answer =
		nt_dll_exports(dll->name, image_arch_name(nt->arena, nt->top), name, &since);

	if (answer == NT_EXPORTED)
		return;
	not_known(b, answer == NT_NO_RECORDS
			     ? arena_printf(nt->arena, "what %s exports is not recorded", dll->name)
			     : arena_printf(nt->arena, "%s is not among the recorded exports of %s",
				       b->text, dll->name));
}

/* "NTDLL.RtlAllocateHeap", "OTHER.#7": the module before the last dot. False when it is no such text. */
static bool
read_forward(struct nt *nt, const char *text, const char **ret_dll, struct image_import *ret)
{
	const char *dot = strrchr(text, '.');
	uint64_t ordinal = 0;

	if (!dot || dot == text || !dot[1])
		return false;
	*ret = (struct image_import){ .name = dot + 1, .hint = UINT16_MAX };
	if (dot[1] == '#') {
		if (!str_to_u64(str_from(dot + 2), UINT16_MAX, &ordinal))
			return false;
		ret->name = NULL;
		ret->ordinal = (uint32_t)ordinal;
	}
	*ret_dll = arena_printf(nt->arena, "%.*s.dll", (int)(dot - text), text);
	return true;
}

/* The DLL that a forwarder names, which is then loaded like any other. NULL when that is a problem. */
static struct nt_module *
load_forward(struct binding *b, const struct nt_module *dll, const char *forward, const char *name)
{
	struct deps_node *node = ARENA_NEW(b->nt->arena, struct deps_node);
	struct nt_module *next;

	node->name = name;
	next = nt_load(b->nt, name, node);
	if (!next || !next->missing)
		return next;
	if (dll->system)
		not_known(b, arena_printf(b->nt->arena, "%s forwards %s to %s, which is not there",
				     dll->name, b->text, name));
	else
		fail(b, dll->name, NT_DLL_NOT_FOUND,
			arena_printf(b->nt->arena, "%s forwards %s to %s, whose DLL is not found",
				dll->name, b->text, forward));
	return NULL;
}

static void
bind_one(struct binding *b, struct nt_module *dll)
{
	struct image_import want = *b->import;
	struct image_export e;

	for (unsigned depth = 0; dll && !dll->missing; depth++) {
		const char *forward, *name;

		if (!dll->shown.img) {
			bind_recorded(b, dll, &want);
			return;
		}
		if (!pe_export_bind(dll->shown.img, &want, &e)) {
			fail_missing(b, dll, depth ? &want : b->import);
			return;
		}
		forward = e.forward;
		if (!forward)
			return;
		if (depth == MAX_FORWARDS || !read_forward(b->nt, forward, &name, &want)) {
			fail(b, dll->name, NT_ENTRYPOINT_NOT_FOUND,
				arena_printf(b->nt->arena,
					"%s forwards %s to %s, which leads nowhere", dll->name,
					b->text, forward));
			return;
		}
		dll = load_forward(b, dll, forward, name);
	}
}

/* Damage and gaps in a file make its imports uncertain; names out of order are looked up as ntdll does. */
static void
check_readable(struct nt *nt, const struct nt_module *m)
{
	const struct image *img = m->shown.img;

	if (img->defects.count > img->pe->exports_unsorted && !nt->cut)
		nt->cut =
			arena_printf(nt->arena, "%s is damaged: %s", who(m), img->defects.items[0]);
	if (img->unsimulated.count > 0 && !nt->cut)
		nt->cut = arena_printf(nt->arena, "%s: %s", who(m), img->unsimulated.items[0]);
}

void
nt_bind(struct nt *nt, struct nt_module *from)
{
	const struct image_import *imports;
	struct nt_module *dll = NULL;
	struct error err;
	size_t n;

	error_clear(&err);
	if (!image_imports(from->shown.img, &imports, &n, &err)) {
		nt->cut = arena_printf(nt->arena, "%s: %s", who(from), err.what);
		return;
	}
	check_readable(nt, from);
	for (size_t i = 0; i < n; i++) {
		struct binding b = { .nt = nt, .from = from, .import = &imports[i] };

		if (i == 0 || imports[i].library != imports[i - 1].library)
			dll = nt_find(nt, imports[i].library);
		b.text = imports[i].name
				 ? imports[i].name
				 : arena_printf(nt->arena, "ordinal %u", imports[i].ordinal);
		bind_one(&b, dll);
	}
}
