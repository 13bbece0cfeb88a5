/* SPDX-License-Identifier: MIT */
/* LC_RPATH entries: what is wrong with each, and what it should be. Twice the same is LC081's. */
#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "linkcheck/read/macho.h"
#include "linkcheck/resolve/dyld.h"
#include "linkcheck/resolve/rpath.h"

/* Other systems' words, and what stands for a variable that nobody filled in. */
static const char *const mangled[] = { "$ORIGIN", "${ORIGIN}", "$$ORIGIN", "\\$ORIGIN", "RIGIN",
	"ORIGIN", "@rpath", "@loader-path", "@executable-path", "@origin", "loader_path" };

static bool
begins(const char *s, const char *word)
{
	size_t n = strlen(word);

	return strncmp(s, word, n) == 0 && (s[n] == '/' || s[n] == '\0');
}

static const char *
mended(struct arena *a, const char *s)
{
	for (size_t i = 0; i < ARRAY_LEN(mangled); i++)
		if (begins(s, mangled[i]))
			return arena_printf(a, "@loader_path%s", s + strlen(mangled[i]));
	return NULL;
}

static void
judge(struct arena *a, const struct image *img, const char *place, struct rpath_entry *e)
{
	e->fault = RPATH_FINE;
	e->corrected = e->text;
	if (*e->text == '\0') {
		e->fault = RPATH_EMPTY;
		e->corrected = NULL;
	} else if (begins(e->text, "@loader_path") || begins(e->text, "@executable_path")) {
		return;
	} else if (mended(a, e->text)) {
		e->fault = RPATH_MANGLED;
		e->corrected = mended(a, e->text);
	} else if (e->text[0] != '/') {
		e->fault = RPATH_RELATIVE;
		e->corrected = arena_printf(a, "@loader_path/%s", path_normal(a, e->text));
	} else if (rpath_is_build_dir(path_normal(a, e->text))) {
		e->fault = RPATH_BUILD_DIR;
		e->corrected = NULL;
	} else if (!dyld_is_system(arena_printf(a, "%s/", e->text))) {
		e->fault = RPATH_ABSOLUTE;
		e->corrected = path_inside(path_dir(a, e->text), place) || !image_is_program(img)
				       ? "@loader_path"
				       : "@executable_path/../lib";
	}
}

void
rpath_read_macho(
	struct arena *a, const struct image *img, const char *place, struct rpath_list *ret)
{
	const struct image_list *rpaths = &img->macho->rpaths;
	size_t n = rpaths->count < CAP_RPATH_ENTRIES ? rpaths->count : CAP_RPATH_ENTRIES;

	*ret = (struct rpath_list){ .corrected = "" };
	ret->cut = n < rpaths->count;
	ret->items = ARENA_ARRAY(a, n, struct rpath_entry);
	ret->count = n;
	for (size_t i = 0; i < n; i++) {
		ret->items[i].text = rpaths->items[i];
		judge(a, img, place, &ret->items[i]);
	}
}
