/* SPDX-License-Identifier: MIT */
/* What the build left in the file or lost on the way: protections, and traces of its machine. */
#include <string.h>

#include "linkcheck/judge/floors.h"
#include "linkcheck/judge/rules.h"
#include "linkcheck/platform/abi.h"
#include "linkcheck/read/elf_const.h"

struct wants {
	struct arena *arena;
	struct strvec plain; /* functions that headers would have replaced */
	bool checked, canary, cxx;
};

/* glibc's bits/stdio2.h replaces these always, whatever their arguments are. */
static const char *const replaced[] = { "printf", "fprintf", "vprintf", "vfprintf", "dprintf",
	"vdprintf", "syslog", "vsyslog" };

static void
note_want(struct wants *w, const char *name)
{
	size_t n = strlen(name);

	w->canary = w->canary || strcmp(name, "__stack_chk_fail") == 0;
	w->checked = w->checked || (n > 6 && name[0] == '_' && strcmp(name + n - 4, "_chk") == 0);
	for (size_t i = 0; i < ARRAY_LEN(replaced); i++)
		if (strcmp(name, replaced[i]) == 0)
			strvec_push(&w->plain, name);
}

static bool
is_cxx(const struct image *img)
{
	for (size_t i = 0; i < img->needed.count; i++)
		if (cstr_starts(img->needed.items[i], "libstdc++.") ||
			cstr_starts(img->needed.items[i], "libc++."))
			return true;
	return false;
}

/* Only what cannot be otherwise: a printf that no fortified header let through. That nothing in a file
 * needs a canary or a check is no fault. */
enum verdict
check_unprotected(struct subject *s, struct findings *out, const char **ret_reason)
{
	struct wants w = { .arena = s->arena };
	const struct image_import *imports;
	struct error err;
	size_t n;

	*ret_reason = "nothing in it tells whether it was compiled with protections";
	if (!image_is_loadable(s->image) || s->libc.kind != LIBC_GLIBC ||
		s->libc.linked != LIBC_LINKED_DYNAMIC || is_cxx(s->image) || s->go.present)
		return VERDICT_SKIP;
	error_clear(&err);
	strvec_init(&w.plain, s->arena);
	if (s->object) {
		for (size_t i = 0; i < s->object->ref_count; i++)
			note_want(&w, object_ref_name(s->object, &s->object->refs[i]));
	} else {
		if (!image_imports(s->image, &imports, &n, &err))
			return VERDICT_UNKNOWN;
		for (size_t i = 0; i < n; i++)
			note_want(&w, imports[i].name);
	}
	if (w.checked)
		return VERDICT_PASS;
	if (w.plain.count == 0)
		return VERDICT_SKIP;
	strvec_sort(&w.plain);
	finding_add(out, s->rule, w.plain.items[0], NULL,
		"it was compiled without _FORTIFY_SOURCE: it calls %s and no checked function%s",
		floors_symbols_text(s->arena, &w.plain),
		w.canary ? "" : ", and nothing in it fails on a broken stack");
	return VERDICT_FAIL;
}

enum verdict
check_branch_guards(struct subject *s, struct findings *out, const char **ret_reason)
{
	bool x86 = s->image->machine == EM_X86_64;

	*ret_reason = "its functions have no landing pads, or none can be seen";
	if (!image_is_loadable(s->image) || s->guards_seen == 0)
		return VERDICT_SKIP;
	if (s->guards < s->guards_seen)
		return s->guards == 0 ? VERDICT_SKIP : VERDICT_PASS;
	finding_add(out, s->rule, x86 ? "IBT" : "BTI",
		x86 ? "compile every object with -fcf-protection; -Wl,-z,cet-report=error (lld: "
		      "-z force-ibt) names those that were not"
		    : "compile every object with -mbranch-protection=standard; -Wl,-z,force-bti "
		      "warns of those that were not",
		"its functions begin with %s, but the file lost the property that turns them on",
		x86 ? "endbr64" : "bti or paciasp");
	return VERDICT_FAIL;
}

/* "/home/u/src/x.c": up to the directory below the place. */
static const char *
prefix_of(struct arena *a, const char *path)
{
	const char *end = strrchr(path, '/');

	return end && end > path ? arena_strndup(a, path, (size_t)(end - path)) : path;
}

enum verdict
check_build_paths(struct subject *s, struct findings *out, const char **ret_reason)
{
	const struct image_paths *p = &s->paths;

	if (!s->paths_read) {
		*ret_reason = "only what is built for a promise is searched (-t, --mode)";
		return VERDICT_SKIP;
	}
	if (p->count == 0 && p->cut) {
		*ret_reason = "it has more constants than are searched";
		return VERDICT_UNKNOWN;
	}
	if (p->count == 0)
		return VERDICT_PASS;
	finding_add(out, s->rule, p->first,
		s->image->pe ? "link with /PDBALTPATH:%_PDB% (lld: -Wl,-Xlink=-pdbaltpath:%_PDB%)"
		: s->go.present ? "go build -trimpath"
				: arena_printf(s->arena, "compile with -ffile-prefix-map=%s=.",
					  prefix_of(s->arena, p->first)),
		p->count == 1 ? "it names a path of the machine that built it: %s"
			      : "it names paths of the machine that built it: %s and %zu more",
		p->first, p->count - 1);
	return VERDICT_FAIL;
}
