/* SPDX-License-Identifier: MIT */
/* The search for one needed name: places in the loader's order, each leaving its trail. */
#include "linkcheck/resolve/deps_search.h"

#include <string.h>

#include "base/caps.h"
#include "base/path.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/resolve/rootfs.h"
#include "linkcheck/resolve/rpath.h"

#define MUSL_NAME_MAX 255

static bool
done(const struct deps_query *q)
{
	return q->object || q->stop;
}

static const char *
platform_name(const struct image *img)
{
	switch (img->machine) {
	case EM_X86_64:
		return "x86_64";
	case EM_AARCH64:
		return "aarch64";
	case EM_386:
		return "i686";
	default:
		return NULL;
	}
}

/* The token at `s`. glibc reads the longest name ($ORIGINX is none), musl compares beginnings. */
static size_t
token_at(const struct deps_search *s, const char *text, size_t *ret_which)
{
	const char *const *tokens = rpath_tokens(s->dialect->libc);

	*ret_which = 0;
	if (s->dialect->libc != LIBC_MUSL)
		return rpath_token_at(text, tokens, ret_which);
	return cstr_starts(text, "$ORIGIN")     ? strlen("$ORIGIN")
	       : cstr_starts(text, "${ORIGIN}") ? strlen("${ORIGIN}")
						: 0;
}

/* One element with its tokens replaced; NULL when it vanishes. */
static const char *
expand(struct deps_search *s, const struct deps_object *o, const char *element, bool *ret_outside)
{
	const char *const *tokens = rpath_tokens(s->dialect->libc);
	struct strbuf b;

	strbuf_init(&b, s->arena);
	*ret_outside = false;
	while (*element) {
		size_t which, n = token_at(s, element, &which);
		const char *value;

		if (n == 0) {
			strbuf_addc(&b, *element++);
			continue;
		}
		value = strcmp(tokens[which], "ORIGIN") == 0     ? o->dir
			: strcmp(tokens[which], "LIB") == 0      ? s->view->lib_token
			: strcmp(tokens[which], "PLATFORM") == 0 ? platform_name(s->top)
								 : NULL;
		if (!value)
			return NULL;
		if (value == o->dir && b.len == 0)
			*ret_outside = o->outside;
		strbuf_add(&b, value);
		element += n;
	}
	return b.ptr;
}

/* musl, fixup_rpath: any $ besides $ORIGIN makes the whole path void. */
static bool
is_void(const struct deps_search *s, const char *path)
{
	size_t which;

	if (!s->dialect->strict_tokens)
		return false;
	for (const char *p = strchr(path, '$'); p; p = strchr(p + 1, '$'))
		if (token_at(s, p, &which) == 0)
			return true;
	return false;
}

/* One element of a search path, its tokens replaced. */
static void
try_element(struct deps_query *q, const struct deps_object *o, const char *element,
	const char *origin, enum deps_how how)
{
	struct deps_search *s = q->s;
	bool outside = false;
	const char *dir;

	if (!deps_spend(q, element, origin))
		return;
	dir = o ? expand(s, o, element, &outside) : element;
	if (*element == '\0' && s->dialect->libc == LIBC_MUSL)
		return; /* path_open passes over empty elements */
	if (!dir)
		deps_add_try(q, element, origin, "the value of its token is not known here");
	else if (dir[0] != '/')
		/* The current directory at run time is nobody's promise. */
		deps_add_try(q, deps_join(s, *dir ? dir : ".", q->name), origin,
			"relative to the current directory: not looked at");
	else
		deps_try_dir(q, dir, outside, origin, how);
}

/* `separators`: ':' everywhere, and what else this loader takes for one. */
static void
try_elements(struct deps_query *q, const struct deps_object *o, const char *path,
	const char *separators, const char *origin, enum deps_how how)
{
	size_t n = 0;

	q->leave = false;
	for (;;) {
		size_t len = strcspn(path, separators);

		try_element(q, o, arena_strndup(q->s->arena, path, len), origin, how);
		path += len;
		if (done(q) || q->leave || *path == '\0' || ++n >= CAP_RPATH_ENTRIES)
			return;
		path++;
	}
}

static void
try_search_path(struct deps_query *q, const struct deps_object *o, const char *path,
	const char *tag, enum deps_how how)
{
	struct deps_search *s = q->s;
	bool musl = s->dialect->libc == LIBC_MUSL;
	const char *origin;

	if (!path || *path == '\0')
		return;
	origin = q->trail ? arena_printf(s->arena, "%s of %s", tag, o->name) : tag;
	if (is_void(s, path)) {
		deps_add_try(q, path, origin, "ignored: it has a token that musl does not know");
		return;
	}
	try_elements(q, o, path, musl ? ":\n" : ":", origin, how);
}

/* LD_LIBRARY_PATH. */
static void
step_environment(struct deps_query *q)
{
	const char *path = q->s->world->library_path;
	enum target_libc libc = q->s->dialect->libc;

	/* glibc replaces tokens here too, as for the program; musl does not. */
	if (path && *path)
		try_elements(q, libc == LIBC_MUSL ? NULL : q->s->file, path,
			libc == LIBC_MUSL    ? ":\n"
			: libc == LIBC_GLIBC ? ":;"
					     : ":",
			"LD_LIBRARY_PATH", DEPS_ENV);
}

/* elf/dl-load.c: only when the object has no RUNPATH; then up the chain of loaders, each with its
 * RPATH unless it has a RUNPATH itself, and the program's at the end. */
static void
step_rpath_chain(struct deps_query *q)
{
	if (q->from->img->runpath)
		return;
	for (const struct deps_object *o = q->from; o && !done(q); o = o->loader)
		if (!o->img->runpath)
			try_search_path(q, o, o->img->rpath, "RPATH", DEPS_RPATH);
}

static void
step_rpath_main(struct deps_query *q)
{
	const struct deps_object *top = q->s->file;

	if (q->from->img->runpath)
		return;
	try_search_path(q, q->from, q->from->img->rpath, "RPATH", DEPS_RPATH);
	if (!done(q) && q->from != top && !top->img->runpath)
		try_search_path(q, top, top->img->rpath, "RPATH", DEPS_RPATH);
}

static void
step_path_chain(struct deps_query *q)
{
	for (const struct deps_object *o = q->from; o && !done(q); o = o->loader) {
		if (o->img->runpath)
			try_search_path(q, o, o->img->runpath, "RUNPATH", DEPS_RUNPATH);
		else
			try_search_path(q, o, o->img->rpath, "RPATH", DEPS_RPATH);
	}
}

static void
run_step(struct deps_query *q, enum dialect_step step)
{
	switch (step) {
	case STEP_RPATH_CHAIN:
		step_rpath_chain(q);
		break;
	case STEP_RPATH_MAIN:
		step_rpath_main(q);
		break;
	case STEP_RUNPATH:
		try_search_path(q, q->from, q->from->img->runpath, "RUNPATH", DEPS_RUNPATH);
		break;
	case STEP_PATH_CHAIN:
		step_path_chain(q);
		break;
	case STEP_ENVIRONMENT:
		step_environment(q);
		break;
	case STEP_SYSTEM:
		deps_look_in_system(q);
		break;
	case STEP_END:
		break;
	}
}

static void
look_in_steps(struct deps_query *q)
{
	const struct dialect *d = q->s->dialect;

	for (size_t i = 0; d->steps[i] != STEP_END && !done(q); i++)
		run_step(q, d->steps[i]);
}

const char *
deps_expand_name(struct deps_search *s, const struct deps_object *from, const char *name)
{
	bool outside;

	if (s->dialect->libc == LIBC_MUSL || !strchr(name, '$'))
		return name;
	return expand(s, from, name, &outside);
}

static void
look_at_path(struct deps_query *q)
{
	const char *name = q->name;
	/* The same file, whichever way its directory is named. */
	bool outside = q->from->outside && strcmp(name, q->node->name) != 0 &&
		       path_inside(q->from->dir, path_normal(q->s->arena, name));

	if (name[0] == '/')
		deps_try(q, name, outside, "its own path", DEPS_PATH);
	else
		deps_add_try(q, name, "its own path",
			"relative to the current directory: not looked at");
}

static bool
is_too_long(const struct deps_query *q)
{
	return q->s->dialect->libc == LIBC_MUSL && strlen(q->name) > MUSL_NAME_MAX;
}

static void
look(struct deps_query *q)
{
	if (q->s->object_count >= CAP_DEPS_OBJECTS && !q->s->cut)
		q->s->cut = "too many objects: the search ends here";
	if (!deps_spend(q, q->name, ""))
		return;
	if (strchr(q->name, '/'))
		look_at_path(q);
	else if (is_too_long(q))
		deps_add_try(q, q->name, "", "the name is too long");
	else
		look_in_steps(q);
}

void
deps_look(struct deps_query *q)
{
	q->trail = q->s->trail;
	look(q);
	if (q->object || q->trail)
		return;
	/* Only what is missing is told in full. */
	q->trail = true;
	q->stop = false;
	look(q);
}
