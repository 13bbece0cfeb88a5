/* SPDX-License-Identifier: MIT */
/* Resolution: closures of small made files, bound by the rules of glibc and musl. */
#include "tests/unit/resolve_make.h"

static void
bound(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so");

	loaders(f);
	put(f, "/lib64/liba.so", library(f, "liba.so", "foo", NULL));
	m->symbols[0] = (struct make_symbol){ "foo", .reloc = 'd' };
	put(f, "/bin/x", m);
	assert_int_equal(start(f, "/bin/x"), STARTS_YES);
	assert_int_equal(f->r.problem_count, 0);
	assert_int_equal(f->r.object_count, 2);
	assert_string_equal(f->r.objects[1]->name, "/lib64/liba.so");
	assert_int_equal(f->r.unused.count, 0);
	assert_null(f->r.unknown);
}

/* When a symbol that is nowhere kills: by relocation, by BIND_NOW, never when it is weak. */
static void
missing_symbol(void **state)
{
	static const struct {
		const char *loader;
		char reloc;
		bool weak;
		uint64_t flags;
		bool now;
		enum resolve_starts starts;
		enum resolve_when when;
	} rows[] = {
		{ glibc_loader, 'd', false, 0, false, STARTS_NO, RESOLVE_AT_START },
		{ glibc_loader, 'p', false, 0, false, STARTS_YES, RESOLVE_AT_CALL },
		{ glibc_loader, 'p', false, DF_BIND_NOW, false, STARTS_NO, RESOLVE_AT_START },
		{ glibc_loader, 'p', false, 0, true, STARTS_NO, RESOLVE_AT_START },
		{ glibc_loader, 'd', true, 0, true, STARTS_YES, RESOLVE_NOTE },
		{ glibc_loader, 0, false, 0, true, STARTS_YES, RESOLVE_NOTE },
		{ glibc_loader, 'c', false, 0, false, STARTS_NO, RESOLVE_AT_START },
		{ musl_loader, 'p', false, 0, false, STARTS_NO, RESOLVE_AT_START },
		{ musl_loader, 'd', true, 0, false, STARTS_YES, RESOLVE_NOTE },
	};
	struct fixture *f = *state;

	loaders(f);
	put(f, "/lib64/liba.so", library(f, "liba.so", "bar", NULL));
	put(f, "/lib/liba.so", library(f, "liba.so", "bar", NULL));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = program(f, rows[i].loader, "liba.so");

		m->symbols[0] =
			(struct make_symbol){ "foo", .reloc = rows[i].reloc, .weak = rows[i].weak };
		m->dt_flags = rows[i].flags;
		f->world.bind_now = rows[i].now;
		put(f, "/bin/x", m);
		if (start(f, "/bin/x") != rows[i].starts)
			fail_msg("row %zu: starts %s", i, resolve_starts_name(f->r.starts));
		if (rows[i].when == RESOLVE_NOTE) {
			assert_int_equal(f->r.problem_count, 0);
			continue;
		}
		assert_int_equal(problem(f, RESOLVE_SYMBOL)->when, rows[i].when);
		assert_string_equal(problem(f, RESOLVE_SYMBOL)->symbol, "foo");
		assert_true(problem(f, RESOLVE_SYMBOL)->own);
	}
}

/* A COPY relocation takes nothing from the program itself. */
static void
copy_relocation(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so");

	loaders(f);
	put(f, "/lib64/liba.so", library(f, "liba.so", "foo", NULL));
	m->symbols[0] = (struct make_symbol){ "foo", .reloc = 'c' };
	put(f, "/bin/x", m);
	assert_int_equal(start(f, "/bin/x"), STARTS_YES);
}

static void
library_missing(void **state)
{
	struct fixture *f = *state;

	loaders(f);
	put(f, "/bin/x", program(f, glibc_loader, "libgone.so.1"));
	assert_int_equal(start(f, "/bin/x"), STARTS_NO);
	assert_string_equal(problem(f, RESOLVE_LIBRARY)->library, "libgone.so.1");
	assert_int_equal(f->r.deps.missing, 1);
	put(f, "/bin/y", program(f, "/lib/ld-other.so.1", NULL));
	assert_int_equal(start(f, "/bin/y"), STARTS_NO);
	assert_string_equal(problem(f, RESOLVE_INTERPRETER)->library, "/lib/ld-other.so.1");
}

/* A program that asks `file` for foo@V1. */
static struct elf_make *
versioned(struct fixture *f, const char *loader, const char *file, const char *version)
{
	struct elf_make *m = program(f, loader, file);

	m->symbols[0] = (struct make_symbol){ "foo", 2, .reloc = 'd' };
	m->needs[0] = (struct make_need){ file, version, 2 };
	return m;
}

static void
versions(void **state)
{
	struct fixture *f = *state;
	const struct resolve_problem *p;

	loaders(f);
	put(f, "/lib64/liba.so", library(f, "liba.so", "foo", "V1"));
	put(f, "/lib/liba.so", library(f, "liba.so", "foo", "V1"));
	put(f, "/bin/x", versioned(f, glibc_loader, "liba.so", "V1"));
	assert_int_equal(start(f, "/bin/x"), STARTS_YES);
	put(f, "/bin/y", versioned(f, glibc_loader, "liba.so", "V2"));
	assert_int_equal(start(f, "/bin/y"), STARTS_NO);
	p = problem(f, RESOLVE_VERSION);
	assert_string_equal(p->version, "V2");
	assert_string_equal(p->library, "liba.so");
	assert_false(p->weak);
	/* The symbol itself has no such version either. */
	assert_string_equal(problem(f, RESOLVE_SYMBOL)->version, "V2");
	/* musl does not look at versions. */
	put(f, "/bin/z", versioned(f, musl_loader, "liba.so", "V2"));
	assert_int_equal(start(f, "/bin/z"), STARTS_YES);
}

/* Weak references alone ask for the version: glibc refuses all the same. */
static void
weak_version(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = versioned(f, glibc_loader, "liba.so", "V2");

	loaders(f);
	put(f, "/lib64/liba.so", library(f, "liba.so", "foo", "V1"));
	m->symbols[0].weak = true;
	put(f, "/bin/x", m);
	assert_int_equal(start(f, "/bin/x"), STARTS_NO);
	assert_true(problem(f, RESOLVE_VERSION)->weak);
}

/* elf/dl-lookup.c asserts that the file a version names has versions. */
static void
named_library_without_versions(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = versioned(f, glibc_loader, "liba.so", "V1");

	loaders(f);
	put(f, "/lib64/liba.so", library(f, "liba.so", "foo", NULL));
	put(f, "/bin/x", m);
	assert_int_equal(start(f, "/bin/x"), STARTS_NO);
	assert_non_null(strstr(problem(f, RESOLVE_SYMBOL)->text, "has no versions"));
	/* From another library it is taken. */
	m = versioned(f, glibc_loader, "liba.so", "V1");
	m->needed[0] = "libb.so";
	m->needed[1] = "liba.so";
	put(f, "/lib64/libb.so", library(f, "libb.so", "foo", NULL));
	put(f, "/bin/y", m);
	assert_int_equal(start(f, "/bin/y"), STARTS_YES);
}

/* check_match for a reference without version: the base, the oldest, or the only default one. */
static void
unversioned_reference(void **state)
{
	static const struct {
		uint16_t first, second; /* versions of two definitions of foo; 0: none */
		bool hidden;            /* both */
		enum resolve_starts glibc, musl;
	} rows[] = {
		{ 2, 0, false, STARTS_YES, STARTS_YES },
		{ 3, 0, false, STARTS_YES, STARTS_YES },
		{ 2, 0, true, STARTS_YES, STARTS_NO },
		{ 3, 0, true, STARTS_NO, STARTS_NO },
		{ 3, 4, false, STARTS_NO, STARTS_YES },
		{ 3, 2, true, STARTS_YES, STARTS_NO },
	};
	struct fixture *f = *state;

	loaders(f);
	for (size_t i = 0; i < ARRAY_LEN(rows) * 2; i++) {
		bool musl = i % 2 == 1;
		struct elf_make *m = program(f, musl ? musl_loader : glibc_loader, "liba.so");
		struct elf_make *lib = made(f, NULL, "liba.so");

		lib->defs[0] = "V1";
		lib->defs[1] = "V2";
		lib->defs[2] = "V3";
		lib->symbols[0] = (struct make_symbol){ "foo", rows[i / 2].first, .defined = true,
			.hidden_version = rows[i / 2].hidden };
		if (rows[i / 2].second)
			lib->symbols[1] = (struct make_symbol){ "foo", rows[i / 2].second,
				.defined = true, .hidden_version = rows[i / 2].hidden };
		m->symbols[0] = (struct make_symbol){ "foo", .reloc = 'd' };
		put(f, musl ? "/lib/liba.so" : "/lib64/liba.so", lib);
		put(f, "/bin/x", m);
		objects_clear(&f->store);
		objects_init(&f->store, NULL, true);
		if (start(f, "/bin/x") != (musl ? rows[i / 2].musl : rows[i / 2].glibc))
			fail_msg("row %zu, %s: starts %s", i / 2, musl ? "musl" : "glibc",
				resolve_starts_name(f->r.starts));
	}
}

/* What a library lacks may come from the program that loads it. */
static void
library_by_itself(void **state)
{
	struct fixture *f = *state;
	struct elf_make *lib = library(f, "liba.so", NULL, NULL);

	loaders(f);
	lib->needed[0] = "ld-linux-x86-64.so.2";
	lib->symbols[0] = (struct make_symbol){ "host_call", .reloc = 'd' };
	put(f, "/lib64/liba.so", lib);
	assert_int_equal(start(f, "/lib64/liba.so"), STARTS_UNKNOWN);
	assert_string_equal(f->r.unknown, "host_call has to come from the program that loads it");
}

/* A library's binding is remembered; another program may interpose, or load it with other needs. */
static void
remembered_binding(void **state)
{
	struct fixture *f = *state;
	struct elf_make *a = library(f, "liba.so", "foo", NULL), *x, *y;

	loaders(f);
	a->symbols[1] = a->symbols[0];
	a->symbols[0] = (struct make_symbol){ "bar", .reloc = 'd' };
	a->needed[0] = "libb.so";
	put(f, "/lib64/liba.so", a);
	put(f, "/lib64/libb.so", library(f, "libb.so", "bar", NULL));
	put(f, "/opt/libb.so", library(f, "libb.so", "other", NULL));
	x = program(f, glibc_loader, "liba.so");
	put(f, "/bin/x", x);
	y = program(f, glibc_loader, "liba.so");
	y->rpath = "/opt";
	put(f, "/bin/y", y);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(start(f, "/bin/x"), STARTS_YES);
		assert_int_equal(start(f, "/bin/y"), STARTS_NO);
		assert_string_equal(problem(f, RESOLVE_SYMBOL)->wanted_by, "/lib64/liba.so");
	}
	/* The program itself may have it. */
	y = program(f, glibc_loader, "liba.so");
	y->rpath = "/opt";
	y->symbols[0] = (struct make_symbol){ "bar", .defined = true };
	put(f, "/bin/z", y);
	assert_int_equal(start(f, "/bin/z"), STARTS_YES);
}

static void
library_path(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so");

	loaders(f);
	put(f, "/env/liba.so", library(f, "liba.so", "foo", NULL));
	put(f, "/rpath/liba.so", library(f, "liba.so", "foo", NULL));
	m->rpath = "/rpath";
	put(f, "/bin/x", m);
	m = program(f, glibc_loader, "liba.so");
	m->runpath = "/rpath";
	put(f, "/bin/y", m);
	m = program(f, musl_loader, "liba.so");
	m->rpath = "/rpath";
	put(f, "/bin/z", m);
	f->world.library_path = "/none;/env";
	assert_int_equal(start(f, "/bin/x"), STARTS_YES);
	assert_string_equal(f->r.objects[1]->name, "/rpath/liba.so");
	assert_int_equal(start(f, "/bin/y"), STARTS_YES);
	assert_string_equal(f->r.objects[1]->name, "/env/liba.so");
	f->world.library_path = "/none:/env";
	assert_int_equal(start(f, "/bin/z"), STARTS_YES);
	assert_string_equal(f->r.objects[1]->name, "/env/liba.so");
}

static void
shipped_files(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so"), *lib;
	struct shipped shipped;
	struct image img;
	struct input in;

	lib = library(f, "liba.so", "foo", NULL);
	elf_make(lib);
	input_from_buffer(&in, &f->arena, "liba.so", lib->out, lib->len);
	assert_true(image_open(&img, &f->arena, &in, &f->err));
	shipped_init(&shipped, &f->arena);
	shipped_add(&shipped, "/app/lib/liba.so", &img);
	loaders(f);
	m->runpath = "/app/lib";
	m->symbols[0] = (struct make_symbol){ "foo", .reloc = 'd' };
	put(f, "/bin/x", m);
	assert_int_equal(start(f, "/bin/x"), STARTS_NO);
	f->world.shipped = &shipped;
	assert_int_equal(start(f, "/bin/x"), STARTS_YES);
	assert_string_equal(f->r.objects[1]->name, "/app/lib/liba.so");
}

/* Ships a made file whose bytes are gone. */
static struct image *
ship(struct fixture *f, struct shipped *set, const char *path, struct elf_make *m)
{
	struct image *img = ARENA_NEW(&f->arena, struct image);
	struct input *in = ARENA_NEW(&f->arena, struct input);

	elf_make(m);
	input_lend_buffer(in, &f->arena, path, m->out, m->len);
	in->ino = (ino_t)set->count + 1;
	assert_true(image_open(img, &f->arena, in, &f->err));
	assert_true(image_settle(img, &f->err));
	input_settle(in);
	memset(m->out, 0xee, m->len);
	shipped_add(set, path, img);
	return img;
}

/* A set that is a whole file system: links to directories, the loader's configuration, default
 * directories, all in memory. */
static void
whole_image(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so.1");
	struct shipped set;
	struct image *top;

	shipped_init(&set, &f->arena);
	set.whole = true;
	f->world = (struct resolve_world){ .shipped = &set };
	m->needed[1] = "libb.so";
	m->symbols[0] = (struct make_symbol){ "foo", .reloc = 'd' };
	m->symbols[1] = (struct make_symbol){ "bar", .reloc = 'd' };
	top = ship(f, &set, "/bin/x", m);
	ship(f, &set, "/usr/lib64/ld-linux-x86-64.so.2",
		library(f, "ld-linux-x86-64.so.2", "_rtld_global", NULL));
	ship(f, &set, "/opt/a/real.so", library(f, "liba.so.1", "foo", NULL));
	ship(f, &set, "/usr/lib64/libb.so", library(f, "libb.so", "bar", NULL));
	shipped_add_link(&set, "/lib64", "usr/lib64");
	shipped_add_link(&set, "/opt/now", "a");
	shipped_add_link(&set, "/opt/a/liba.so.1", "real.so");
	shipped_add_text(&set, "/etc/ld.so.conf", str_from("include ld.so.conf.d/*.conf\n"));
	shipped_add_text(&set, "/etc/ld.so.conf.d/a.conf", str_from("/opt/now\n"));
	shipped_add_text(&set, "/etc/ld.so.conf.d/a.off", str_from("/nowhere\n"));
	shipped_close(&set);
	assert_true(resolve_image(&f->arena, top, &f->store, &f->world, &f->r, &f->err));
	assert_int_equal(f->r.starts, STARTS_UNKNOWN);
	assert_string_equal(f->r.unknown,
		"/opt/now/liba.so.1 is found once ldconfig has made /etc/ld.so.cache, which is not "
		"there");
	assert_int_equal(f->r.object_count, 3);
	assert_string_equal(f->r.objects[1]->name, "/opt/now/liba.so.1");
	assert_string_equal(f->r.objects[2]->name, "/lib64/libb.so");
	assert_false(top->input->missed);
}

/* A package goes into the root, whose own links lead to its files too. */
static void
shipped_behind_links(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so");
	struct shipped set;
	struct image *top;

	shipped_init(&set, &f->arena);
	m->symbols[0] = (struct make_symbol){ "foo", .reloc = 'd' };
	top = ship(f, &set, "/usr/bin/x", m);
	ship(f, &set, "/usr/lib64/liba.so", library(f, "liba.so", "foo", NULL));
	put(f, "/usr/lib64/ld-linux-x86-64.so.2",
		library(f, "ld-linux-x86-64.so.2", "_rtld_global", NULL));
	put(f, "/usr/lib64/liba.so", library(f, "liba.so", "older", NULL));
	assert_int_equal(symlink("usr/lib64", path_join(&f->arena, f->root, "lib64")), 0);
	f->world.shipped = &set;
	assert_true(resolve_image(&f->arena, top, &f->store, &f->world, &f->r, &f->err));
	assert_string_equal(f->r.objects[1]->name, "/lib64/liba.so");
	assert_int_equal(f->r.starts, STARTS_YES);
}

/* What is not in it is nowhere. */
static void
image_without_a_loader(void **state)
{
	struct fixture *f = *state;
	struct shipped set;
	struct image *top;

	shipped_init(&set, &f->arena);
	set.whole = true;
	f->world = (struct resolve_world){ .shipped = &set };
	top = ship(f, &set, "/bin/x", program(f, glibc_loader, NULL));
	assert_true(resolve_image(&f->arena, top, &f->store, &f->world, &f->r, &f->err));
	assert_int_equal(f->r.starts, STARTS_NO);
	assert_string_equal(problem(f, RESOLVE_INTERPRETER)->library, glibc_loader);
}

/* A static program asks no loader, but has to be whole. */
static void
damaged_static_program(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, NULL, NULL);

	m->type = ET_EXEC;
	put(f, "/bin/x", m);
	assert_int_equal(start(f, "/bin/x"), STARTS_YES);
	m->out[EI_VERSION] = 2;
	assert_true(file_write(arena_printf(&f->arena, "%s/bin/y", f->root),
		(struct str){ (const char *)m->out, m->len }, 0755, &f->err));
	assert_int_equal(start(f, "/bin/y"), STARTS_UNKNOWN);
	assert_true(f->r.damaged);
	assert_non_null(strstr(f->r.unknown, "is damaged: EI_VERSION is 2"));
}

static void
relr(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "libc.so.6");

	loaders(f);
	put(f, "/lib64/libc.so.6", library(f, "libc.so.6", "foo", "GLIBC_2.36"));
	m->relr = true;
	m->needs[0] = (struct make_need){ "libc.so.6", "GLIBC_2.36", 2 };
	put(f, "/bin/x", m);
	assert_int_equal(start(f, "/bin/x"), STARTS_NO);
	assert_string_equal(f->r.libc_version, "2.36");
	assert_int_equal(problem(f, RESOLVE_RELR)->when, RESOLVE_AT_START);
	m = program(f, musl_loader, NULL);
	m->relr = true;
	put(f, "/bin/y", m);
	assert_int_equal(start(f, "/bin/y"), STARTS_NO); /* it has open64: before 1.2.4 */
	assert_non_null(strstr(problem(f, RESOLVE_RELR)->text, "DT_RELR"));
}

static void
musl_replaces_a_second_libc(void **state)
{
	struct fixture *f = *state;
	struct elf_make *lib = library(f, "libother.so.1", "__libc_start_main", NULL);

	loaders(f);
	lib->symbols[1] = (struct make_symbol){ "stdin", .defined = true };
	put(f, "/lib/libother.so.1", lib);
	put(f, "/bin/x", program(f, musl_loader, "libother.so.1"));
	assert_int_equal(start(f, "/bin/x"), STARTS_YES);
	assert_int_equal(problem(f, RESOLVE_TWO_LIBCS)->when, RESOLVE_NOTE);
	assert_string_equal(f->r.objects[1]->name, musl_loader);
}

static void
musl_lfs64(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, musl_loader, "libc.so");

	put(f, musl_loader, library(f, NULL, "open", NULL));
	m->symbols[0] = (struct make_symbol){ "open64", .reloc = 'd' };
	put(f, "/bin/x", m);
	assert_int_equal(start(f, "/bin/x"), STARTS_YES);
	f->world.libc_version = "1.2.3";
	assert_int_equal(start(f, "/bin/x"), STARTS_NO);
}

static void
underlinked_and_unused(void **state)
{
	struct fixture *f = *state;
	struct elf_make *a = library(f, "liba.so", "foo", NULL);
	struct elf_make *m = program(f, glibc_loader, "liba.so");

	loaders(f);
	a->needed[0] = "libb.so";
	put(f, "/lib64/liba.so", a);
	put(f, "/lib64/libb.so", library(f, "libb.so", "bar", NULL));
	m->symbols[0] = (struct make_symbol){ "bar", .reloc = 'd' };
	put(f, "/bin/x", m);
	assert_int_equal(start(f, "/bin/x"), STARTS_YES);
	assert_int_equal(f->r.unused.count, 1);
	assert_string_equal(f->r.unused.items[0], "liba.so");
	assert_int_equal(f->r.underlinked.count, 1);
	assert_string_equal(f->r.underlinked.items[0], "libb.so");
}

/* FreeBSD's loader: what it refuses for certain is "no", nothing is "yes". */
static void
rtld_refuses(void **state)
{
	static const struct {
		const char *lib_version, *wanted, *symbol;
		char reloc;
		enum resolve_starts starts;
	} rows[] = {
		{ "FBSD_1.0", "FBSD_1.0", "foo", 'd', STARTS_UNKNOWN },
		{ "FBSD_1.0", "FBSD_1.8", "foo", 'd', STARTS_NO },
		{ NULL, "FBSD_1.0", "foo", 'd', STARTS_NO }, /* glibc takes a bare library */
		{ "FBSD_1.0", "FBSD_1.0", "bar", 'd', STARTS_NO },
		{ "FBSD_1.0", "FBSD_1.0", "bar", 'p', STARTS_UNKNOWN },
	};
	static const char loader[] = "/libexec/ld-elf.so.1";
	struct fixture *f = *state;

	put(f, loader, library(f, NULL, "dlopen", NULL));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = program(f, loader, "liba.so.7");

		m->symbols[0] = (struct make_symbol){ rows[i].symbol, 2, .reloc = rows[i].reloc };
		m->needs[0] = (struct make_need){ "liba.so.7", rows[i].wanted, 2 };
		put(f, "/lib/liba.so.7", library(f, "liba.so.7", "foo", rows[i].lib_version));
		put(f, "/bin/x", m);
		objects_clear(&f->store);
		objects_init(&f->store, NULL, true);
		if (start(f, "/bin/x") != rows[i].starts)
			fail_msg("row %zu: starts %s", i, resolve_starts_name(f->r.starts));
	}
	assert_int_equal(problem(f, RESOLVE_SYMBOL)->when, RESOLVE_AT_CALL);
}

/* Other systems' loaders are searched for, not bound. */
static void
other_loaders_are_unknown(void **state)
{
	struct fixture *f = *state;

	put(f, "/libexec/ld-elf.so.1", library(f, NULL, "foo", NULL));
	put(f, "/bin/x", program(f, "/libexec/ld-elf.so.1", NULL));
	assert_int_equal(start(f, "/bin/x"), STARTS_UNKNOWN);
	assert_non_null(strstr(f->r.unknown, "rtld"));
	put(f, "/bin/y", program(f, "/libexec/ld-elf.so.1", "libgone.so.7"));
	assert_int_equal(start(f, "/bin/y"), STARTS_NO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bound, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_symbol, setup, teardown),
		cmocka_unit_test_setup_teardown(copy_relocation, setup, teardown),
		cmocka_unit_test_setup_teardown(library_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(versions, setup, teardown),
		cmocka_unit_test_setup_teardown(weak_version, setup, teardown),
		cmocka_unit_test_setup_teardown(named_library_without_versions, setup, teardown),
		cmocka_unit_test_setup_teardown(unversioned_reference, setup, teardown),
		cmocka_unit_test_setup_teardown(library_by_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(remembered_binding, setup, teardown),
		cmocka_unit_test_setup_teardown(library_path, setup, teardown),
		cmocka_unit_test_setup_teardown(shipped_files, setup, teardown),
		cmocka_unit_test_setup_teardown(whole_image, setup, teardown),
		cmocka_unit_test_setup_teardown(shipped_behind_links, setup, teardown),
		cmocka_unit_test_setup_teardown(image_without_a_loader, setup, teardown),
		cmocka_unit_test_setup_teardown(damaged_static_program, setup, teardown),
		cmocka_unit_test_setup_teardown(relr, setup, teardown),
		cmocka_unit_test_setup_teardown(musl_replaces_a_second_libc, setup, teardown),
		cmocka_unit_test_setup_teardown(musl_lfs64, setup, teardown),
		cmocka_unit_test_setup_teardown(underlinked_and_unused, setup, teardown),
		cmocka_unit_test_setup_teardown(rtld_refuses, setup, teardown),
		cmocka_unit_test_setup_teardown(other_loaders_are_unknown, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
