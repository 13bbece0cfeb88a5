/* SPDX-License-Identifier: MIT */
/* Made files below a root of their own, and what their loader would do with them: for the tests of
 * linkcheck/resolve. */
#ifndef TESTS_UNIT_RESOLVE_MAKE_H
#define TESTS_UNIT_RESOLVE_MAKE_H

#include "tests/unit/elf_make.h"

#include <sys/stat.h>
#include <unistd.h>

#include "linkcheck/resolve/deps_search.h"
#include "linkcheck/resolve/resolve.h"

static const char glibc_loader[] = "/lib64/ld-linux-x86-64.so.2";
static const char musl_loader[] = "/lib/ld-musl-x86_64.so.1";

struct fixture {
	struct arena arena;
	struct error err;
	char *root;
	struct resolve_world world;
	struct objects store;
	struct input in;
	struct image img;
	struct resolution r;
};

static inline int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	f->root = unit_temp_dir(&f->arena);
	f->world.root = f->root;
	objects_init(&f->store, NULL, true);
	*state = f;
	return 0;
}

static inline int
teardown(void **state)
{
	struct fixture *f = *state;

	objects_clear(&f->store);
	unit_remove(f->root);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static inline void
put(struct fixture *f, const char *path, struct elf_make *m)
{
	const char *host = arena_printf(&f->arena, "%s%s", f->root, path);

	elf_make(m);
	if (!file_mkdirs(path_dir(&f->arena, host), 0755, &f->err) ||
		!file_write(host, (struct str){ (const char *)m->out, m->len }, 0755, &f->err))
		fail_msg("%s", f->err.what);
}

static inline struct elf_make *
made(struct fixture *f, const char *interp, const char *soname)
{
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);

	m->interp = interp;
	m->soname = soname;
	m->hash = MAKE_GNU;
	return m;
}

static inline struct elf_make *
program(struct fixture *f, const char *interp, const char *needed)
{
	struct elf_make *m = made(f, interp, NULL);

	m->needed[0] = needed;
	return m;
}

/* A library that defines `name`, of version `version` unless that is NULL. */
static inline struct elf_make *
library(struct fixture *f, const char *soname, const char *name, const char *version)
{
	struct elf_make *m = made(f, NULL, soname);

	if (name)
		m->symbols[0] = (struct make_symbol){ name, version ? 2 : 0, .defined = true };
	m->defs[0] = version;
	return m;
}

static inline enum resolve_starts
start(struct fixture *f, const char *path)
{
	const char *host = arena_printf(&f->arena, "%s%s", f->root, path);

	if (!input_open(&f->in, &f->arena, host, &f->err) ||
		!image_open(&f->img, &f->arena, &f->in, &f->err) ||
		!resolve_image(&f->arena, &f->img, &f->store, &f->world, &f->r, &f->err))
		fail_msg("%s", f->err.what);
	input_close(&f->in);
	return f->r.starts;
}

static inline const struct resolve_problem *
problem(struct fixture *f, enum resolve_kind kind)
{
	for (size_t i = 0; i < f->r.problem_count; i++)
		if (f->r.problems[i].kind == kind)
			return &f->r.problems[i];
	fail_msg("there is no problem of kind %s", resolve_kind_name(kind));
	return NULL;
}

static inline void
loaders(struct fixture *f)
{
	put(f, glibc_loader, library(f, "ld-linux-x86-64.so.2", "_rtld_global", NULL));
	put(f, musl_loader, library(f, NULL, "open64", NULL));
}

#endif
