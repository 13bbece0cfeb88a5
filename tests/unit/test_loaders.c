/* SPDX-License-Identifier: MIT */
/* What one loader does and others do not: filters, IFUNC, empty segments, thread-local storage. */
#include "tests/unit/resolve_make.h"

static void
expect_scope(struct fixture *f, const char *const *paths)
{
	for (size_t i = 0; paths[i]; i++) {
		assert_true(i < f->r.object_count);
		assert_string_equal(path_base(f->r.objects[i]->name), paths[i]);
	}
}

/* elf/dl-deps.c: what a filter names stands just before it, moved there when it was behind. */
static void
filter_of_a_library(void **state)
{
	static const char *const scope[] = { "x", "libf.so", "liba.so", "libb.so", "libg.so",
		NULL };
	static const char *const moved[] = { "y", "libb.so", "libc.so", "liba.so", NULL };
	struct fixture *f = *state;
	struct elf_make *a = library(f, "liba.so", "foo", NULL), *m, *c;
	struct elf_make *filtee = library(f, "libf.so", "foo", NULL);

	loaders(f);
	a->filters[0] = "libf.so";
	filtee->needed[0] = "libg.so";
	put(f, "/lib64/liba.so", a);
	put(f, "/lib64/libb.so", library(f, "libb.so", "bar", NULL));
	put(f, "/lib64/libf.so", filtee);
	put(f, "/lib64/libg.so", library(f, "libg.so", "baz", NULL));
	m = program(f, glibc_loader, "liba.so");
	m->needed[1] = "libb.so";
	put(f, "/bin/x", m);
	assert_int_equal(start(f, "/bin/x"), STARTS_YES);
	expect_scope(f, scope);
	assert_string_equal(f->r.deps.top.children[1].children[0].role, "filter");
	c = library(f, "libc.so", "quux", NULL);
	c->auxiliaries[0] = "libb.so";
	put(f, "/lib64/libc.so", c);
	put(f, "/lib64/liba.so", library(f, "liba.so", "foo", NULL));
	m = program(f, glibc_loader, "libc.so");
	m->needed[1] = "liba.so";
	m->needed[2] = "libb.so";
	put(f, "/bin/y", m);
	objects_clear(&f->store);
	objects_init(&f->store, NULL, true);
	assert_int_equal(start(f, "/bin/y"), STARTS_YES);
	expect_scope(f, moved);
}

/* A filter needs its library; an auxiliary one may be missing. musl knows neither. */
static void
filter_that_is_missing(void **state)
{
	static const struct {
		const char *loader;
		bool auxiliary;
		enum resolve_starts starts;
		size_t missing;
	} rows[] = {
		{ glibc_loader, false, STARTS_NO, 1 },
		{ glibc_loader, true, STARTS_YES, 0 },
		{ musl_loader, false, STARTS_YES, 0 },
	};
	struct fixture *f = *state;

	loaders(f);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *a = library(f, "liba.so", "foo", NULL);

		*(rows[i].auxiliary ? a->auxiliaries : a->filters) = "libgone.so";
		put(f, rows[i].loader == musl_loader ? "/lib/liba.so" : "/lib64/liba.so", a);
		put(f, "/bin/x", program(f, rows[i].loader, "liba.so"));
		objects_clear(&f->store);
		objects_init(&f->store, NULL, true);
		assert_int_equal(start(f, "/bin/x"), rows[i].starts);
		assert_int_equal(f->r.deps.missing, rows[i].missing);
		if (rows[i].auxiliary)
			assert_int_equal(f->r.deps.top.children[1].children[0].how, DEPS_WITHOUT);
		if (rows[i].missing)
			assert_string_equal(problem(f, RESOLVE_LIBRARY)->library, "libgone.so");
	}
}

/* The program's own filtees stand before it, where no name leads: who needs one loads it again. */
static void
filter_of_the_program(void **state)
{
	static const char *const scope[] = { "libf.so", "x", "liba.so", "libf.so", NULL };
	static const struct {
		const char *libc;
		bool tls, versions;
		enum resolve_starts starts;
	} rows[] = {
		{ "2.31", false, false, STARTS_NO }, /* assertion r_list[0] == map */
		{ "2.33", false, false, STARTS_UNKNOWN }, { "2.36", false, false, STARTS_YES },
		{ "2.36", true, false, STARTS_NO }, /* init_tls */
		{ "2.39", true, false, STARTS_UNKNOWN }, { "2.41", true, false, STARTS_YES },
		{ "2.41", false, true, STARTS_NO }, /* l_versions */
	};
	struct fixture *f = *state;

	loaders(f);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *a = library(f, "liba.so", "foo", NULL);
		struct elf_make *filtee =
			library(f, "libf.so", "bar", rows[i].versions ? "V1" : NULL);
		struct elf_make *m = program(f, glibc_loader, "liba.so");

		a->needed[0] = "libf.so";
		filtee->tls = rows[i].tls;
		filtee->symbols[0].reloc = 'd';
		m->filters[0] = "libf.so";
		put(f, "/lib64/liba.so", a);
		put(f, "/lib64/libf.so", filtee);
		put(f, "/bin/x", m);
		f->world.libc_version = rows[i].libc;
		objects_clear(&f->store);
		objects_init(&f->store, NULL, true);
		if (start(f, "/bin/x") != rows[i].starts)
			fail_msg("row %zu: starts %s", i, resolve_starts_name(f->r.starts));
		expect_scope(f, scope);
		assert_ptr_equal(f->r.file, f->r.objects[1]);
	}
}

/* The loader runs out of stack or memory. */
static void
filters_in_a_circle(void **state)
{
	struct fixture *f = *state;
	struct elf_make *a = library(f, "liba.so", "foo", NULL), *m;
	struct elf_make *b = library(f, "libb.so", "bar", NULL);

	loaders(f);
	a->filters[0] = "libb.so";
	b->filters[0] = "liba.so";
	put(f, "/lib64/liba.so", a);
	put(f, "/lib64/libb.so", b);
	put(f, "/bin/x", program(f, glibc_loader, "liba.so"));
	assert_int_equal(start(f, "/bin/x"), STARTS_NO);
	assert_non_null(strstr(problem(f, RESOLVE_LIBRARY)->text, "without end"));
	m = program(f, glibc_loader, NULL);
	m->filters[0] = "liba.so";
	put(f, "/bin/y", m);
	f->world.libc_version = "2.41";
	assert_int_equal(start(f, "/bin/y"), STARTS_NO);
	assert_non_null(strstr(problem(f, RESOLVE_LIBRARY)->text, "without end"));
}

/* musl takes the thread-local offset of the object that defines it, even of none. */
static void
weak_thread_local(void **state)
{
	struct fixture *f = *state;

	loaders(f);
	for (int i = 0; i < 4; i++) {
		bool musl = i & 1, tls = i & 2;
		struct elf_make *m = program(f, musl ? musl_loader : glibc_loader, NULL);

		m->symbols[0] = (struct make_symbol){ "foo", .weak = true, .reloc = 'd',
			.type = tls ? STT_TLS : STT_FUNC };
		put(f, "/bin/x", m);
		assert_int_equal(start(f, "/bin/x"), musl && tls ? STARTS_NO : STARTS_YES);
	}
}

/* map_library of musl < 1.2.3 maps the length 0, which the kernel refuses. */
static void
empty_segment(void **state)
{
	static const struct {
		const char *loader, *libc;
		enum resolve_starts starts;
	} rows[] = {
		{ musl_loader, "1.2.2", STARTS_NO },
		{ musl_loader, "1.2.3", STARTS_YES },
		{ glibc_loader, "2.31", STARTS_YES },
	};
	struct fixture *f = *state;

	loaders(f);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *a = library(f, "liba.so", "foo", NULL);

		a->empty_load = true;
		put(f, rows[i].loader == musl_loader ? "/lib/liba.so" : "/lib64/liba.so", a);
		put(f, "/bin/x", program(f, rows[i].loader, "liba.so"));
		f->world.libc_version = rows[i].libc;
		objects_clear(&f->store);
		objects_init(&f->store, NULL, true);
		assert_int_equal(start(f, "/bin/x"), rows[i].starts);
		if (rows[i].starts == STARTS_NO)
			assert_non_null(
				strstr(problem(f, RESOLVE_LIBRARY)->text, "a segment is empty"));
	}
}

/* glibc calls a resolver when its object may not be relocated yet: the program's never is. */
static void
ifunc_too_early(void **state)
{
	static const struct {
		bool program, depends,
			lazy; /* who has it; the library needs it; a PLT slot wants it */
		const char *libc;
		enum resolve_starts starts;
	} rows[] = {
		{ true, false, false, "2.36", STARTS_NO },
		{ true, false, false, "2.31", STARTS_UNKNOWN },
		{ true, false, true, "2.36", STARTS_YES },
		{ false, false, false, "2.36", STARTS_UNKNOWN },
		{ false, false, false, "2.31", STARTS_UNKNOWN },
		{ false, true, false, "2.36", STARTS_YES },
		{ false, true, false, "2.31", STARTS_YES },
	};
	struct fixture *f = *state;

	loaders(f);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = program(f, glibc_loader, "libb.so"), *b, *a;

		/* Without a need of its own, libb comes later in the list and is relocated first. */
		a = made(f, NULL, "liba.so");
		b = made(f, NULL, "libb.so");
		m->needed[0] = "liba.so";
		m->needed[1] = "libb.so";
		b->symbols[0] = (struct make_symbol){ "foo", .reloc = rows[i].lazy ? 'p' : 'd' };
		b->needed[0] = rows[i].depends ? "liba.so" : NULL;
		*(rows[i].program ? m->symbols : a->symbols) =
			(struct make_symbol){ "foo", .defined = true, .type = STT_GNU_IFUNC };
		put(f, "/lib64/liba.so", a);
		put(f, "/lib64/libb.so", b);
		put(f, "/bin/x", m);
		f->world.libc_version = rows[i].libc;
		objects_clear(&f->store);
		objects_init(&f->store, NULL, true);
		if (start(f, "/bin/x") != rows[i].starts)
			fail_msg("row %zu: starts %s", i, resolve_starts_name(f->r.starts));
		if (rows[i].starts != STARTS_YES)
			assert_string_equal(problem(f, RESOLVE_IFUNC)->symbol, "foo");
	}
}

/* Libraries below glibc-hwcaps: when the processor is not named, what is the same on all is said. */
static void
processor_not_named(void **state)
{
	static const struct {
		const char *plain,
			*v3; /* the symbol that each library has; NULL: it is not there */
		const char *hwcaps;
		enum resolve_starts starts;
	} rows[] = {
		{ "foo", "foo", NULL, STARTS_YES },
		{ "bar", "bar", NULL, STARTS_NO },
		{ "foo", "bar", NULL, STARTS_UNKNOWN },
		{ "bar", "foo", NULL, STARTS_UNKNOWN },
		{ NULL, "foo", NULL, STARTS_UNKNOWN },
		{ NULL, "foo", "x86-64-v4", STARTS_YES },
		{ NULL, "foo", "x86-64-v2", STARTS_NO },
		{ "foo", "bar", "", STARTS_YES },
		{ "foo", "bar", "x86-64-v3", STARTS_NO },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = program(f, glibc_loader, "liba.so");

		unit_remove(f->root);
		loaders(f);
		m->symbols[0] = (struct make_symbol){ "foo", .reloc = 'd' };
		put(f, "/bin/x", m);
		if (rows[i].plain)
			put(f, "/lib64/liba.so", library(f, "liba.so", rows[i].plain, NULL));
		if (rows[i].v3)
			put(f, "/lib64/glibc-hwcaps/x86-64-v3/liba.so",
				library(f, "liba.so", rows[i].v3, NULL));
		f->world.hwcaps = rows[i].hwcaps;
		objects_clear(&f->store);
		objects_init(&f->store, NULL, true);
		if (start(f, "/bin/x") != rows[i].starts)
			fail_msg("row %zu: starts %s", i, resolve_starts_name(f->r.starts));
		if (rows[i].starts == STARTS_UNKNOWN)
			assert_non_null(strstr(f->r.unknown, "x86-64-v"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(filter_of_a_library, setup, teardown),
		cmocka_unit_test_setup_teardown(filter_that_is_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(filter_of_the_program, setup, teardown),
		cmocka_unit_test_setup_teardown(filters_in_a_circle, setup, teardown),
		cmocka_unit_test_setup_teardown(ifunc_too_early, setup, teardown),
		cmocka_unit_test_setup_teardown(processor_not_named, setup, teardown),
		cmocka_unit_test_setup_teardown(weak_thread_local, setup, teardown),
		cmocka_unit_test_setup_teardown(empty_segment, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
