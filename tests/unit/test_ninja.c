/* SPDX-License-Identifier: MIT */
/* build.ninja: one golden, quoting, and what cannot be written. */
#include "tests/unit/kit_make.h"
#include "toolchains/ninja.h"

static struct arena arena;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

static const char *const none[] = { NULL };

static struct ninja_program
program(const struct kit *kit, const char *const *sources)
{
	struct ninja_program p = { .kit = kit,
		.name = "hello",
		.output = "out/hello",
		.work = "work",
		.sources = sources,
		.cflags = none,
		.ldflags = none };

	return p;
}

static const char *
text(const struct ninja_program *p, size_t count)
{
	struct error err;
	char *ret = NULL;

	error_clear(&err);
	if (!ninja_text(&arena, "/bin/xbuild", "/home/me", p, count, &ret, &err))
		return arena_printf(&arena, "error: %s", err.what);
	return ret;
}

static void
test_golden(void **state)
{
	static const char *const sources[] = { "hello.c", "../lib/x.c", "pre.o", NULL };
	static const char *const cflags[] = { "-DX=\"a b\"", NULL };
	static const char *const ldflags[] = { "-Wl,-rpath,$ORIGIN", NULL };
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct ninja_program p = program(&kit, sources);
	const char *got;

	(void)state;
	p.cflags = cflags;
	p.ldflags = ldflags;
	got = text(&p, 1);
	assert_non_null(
		strstr(got, "# linux/arm64/musl: clang 14 · musl 1.2.3 (debian:12) · static-pie\n"
			    "rule cc0\n  command = /t/clang -target aarch64-linux-musl "));
	assert_non_null(strstr(got, " '-DX=\"a b\"' -MD -MF $out.d -o $out -c $in\n"
				    "  depfile = $out.d\n  deps = gcc\n"
				    "  description = linux/arm64/musl cc $in\n"));
	assert_non_null(strstr(got, " -static-pie "));
	assert_non_null(strstr(got, " -o $out $in '-Wl,-rpath,$$ORIGIN'\n"));
	assert_non_null(strstr(got, "rule audit0\n  command = /bin/xbuild audit --quiet -t "
				    "linux/arm64/musl --mode static-pie --stamp $out -- $in\n"));
	assert_non_null(strstr(got, "build work/hello.obj/hello.c.o: cc0 hello.c\n"
				    "build work/hello.obj/__/lib/x.c.o: cc0 ../lib/x.c\n"
				    "build out/hello: link0 work/hello.obj/hello.c.o "
				    "work/hello.obj/__/lib/x.c.o pre.o\n"
				    "build work/hello.audited: audit0 out/hello | /bin/xbuild\n"
				    "default work/hello.audited\n"));
	assert_null(strstr(got, "rule cxx0"));
}

static void
test_cxx_links_with_cxx(void **state)
{
	static const char *const sources[] = { "a.c", "b.cpp", NULL };
	struct kit kit = kit_make("linux/amd64/glibc", LINK_DYNAMIC);
	struct ninja_program p = program(&kit, sources);
	const char *got = text(&p, 1);

	(void)state;
	assert_non_null(strstr(got, "rule cc0\n  command = /t/clang -target"));
	assert_non_null(strstr(got, "rule cxx0\n  command = /t/clang++ -target"));
	assert_non_null(strstr(got, "rule link0\n  command = /t/clang++ -target"));
	assert_non_null(strstr(got, "build work/hello.obj/b.cpp.o: cxx0 b.cpp\n"));
}

static void
test_matrix_is_one_file(void **state)
{
	static const char *const sources[] = { "a.c", NULL };
	struct kit one = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct kit two = kit_make("linux/amd64/glibc", LINK_DYNAMIC);
	struct ninja_program p[] = { program(&one, sources), program(&two, sources) };
	const char *got;

	(void)state;
	p[0].work = "w/1";
	p[1].work = "w/2";
	got = text(p, 2);
	assert_non_null(strstr(got, "build w/1/hello.obj/a.c.o: cc0 a.c\n"));
	assert_non_null(strstr(got, "build w/2/hello.obj/a.c.o: cc1 a.c\n"));
	assert_non_null(strstr(got, "-target x86_64-linux-gnu"));
}

static void
test_long_link(void **state)
{
	const char **many = ARENA_ARRAY(&arena, 302, const char *);
	struct kit kit = kit_make("linux/amd64/glibc", LINK_DYNAMIC);
	struct ninja_program p = program(&kit, many);

	(void)state;
	for (size_t i = 0; i < 300; i++)
		many[i] = arena_printf(&arena, "s%zu.c", i);
	assert_non_null(strstr(text(&p, 1), " -o $out @$out.rsp\n"));
	assert_non_null(strstr(text(&p, 1), "  rspfile = $out.rsp\n  rspfile_content = $in\n"));
}

static void
test_names(void **state)
{
	static const char *const odd[] = { "a b$c:d.c", NULL };
	static const char *const broken[] = { "a\nb.c", NULL };
	static const char *const piped[] = { "a|b.c", NULL };
	struct kit kit = kit_make("linux/amd64/glibc", LINK_DYNAMIC);
	struct ninja_program p = program(&kit, odd);

	(void)state;
	assert_non_null(
		strstr(text(&p, 1), "build work/hello.obj/a$ b$$c$:d.c.o: cc0 a$ b$$c$:d.c\n"));
	p.sources = piped;
	assert_string_equal(
		text(&p, 1), "error: a file name with a '|' cannot be built: ninja cannot take it");
	p.sources = odd;
	p.output = "o|o";
	assert_true(cstr_starts(text(&p, 1), "error: a file name with a '|'"));
	p.output = "out/hello";
	p.ldflags = piped; /* a word of a command is no path */
	assert_non_null(strstr(text(&p, 1), " -o $out $in 'a|b.c'\n"));
	p.ldflags = none;
	p.sources = broken;
	assert_string_equal(text(&p, 1), "error: a file name with a line break cannot be built");
	assert_string_equal(ninja_quote(&arena, "it's $x"), "'it'\\''s $$x'");
	assert_string_equal(ninja_quote(&arena, "plain"), "plain");
}

/* Names that a compiler reads as something else. */
static void
test_names_like_options(void **state)
{
	static const char *const odd[] = { "-x.c", "@a.c", "-y.o", NULL };
	struct kit kit = kit_make("linux/amd64/glibc", LINK_DYNAMIC);
	struct ninja_program p = program(&kit, odd);
	const char *got = text(&p, 1);

	(void)state;
	assert_non_null(strstr(got, "build work/hello.obj/-x.c.o: cc0 /home/me/-x.c\n"
				    "build work/hello.obj/@a.c.o: cc0 /home/me/@a.c\n"
				    "build out/hello: link0 work/hello.obj/-x.c.o "
				    "work/hello.obj/@a.c.o /home/me/-y.o\n"));
}

/* Each source has an object of its own. */
static void
test_objects(void **state)
{
	static const char *const sources[] = { "../a.c", "__/a.c", "____/a.c", "_/a.c", "/a.c",
		"a.c", "__a/a.c", "___/a.c", NULL };
	static const char *const objects[] = { "__/a.c.o: cc0 ../a.c", "____/a.c.o: cc0 __/a.c",
		"______/a.c.o: cc0 ____/a.c", "___/a.c.o: cc0 _/a.c", "_/a.c.o: cc0 /a.c",
		"a.c.o: cc0 a.c", "__a/a.c.o: cc0 __a/a.c", "_____/a.c.o: cc0 ___/a.c" };
	struct kit kit = kit_make("linux/amd64/glibc", LINK_DYNAMIC);
	struct ninja_program p = program(&kit, sources);
	const char *got = text(&p, 1);

	(void)state;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++)
		if (!strstr(got, arena_printf(&arena, "build work/hello.obj/%s\n", objects[i])))
			fail_msg("%s", objects[i]);
}

static void
test_language(void **state)
{
	(void)state;
	assert_int_equal(language_of("a.c"), LANGUAGE_C);
	assert_int_equal(language_of("a.C"), LANGUAGE_CXX);
	assert_int_equal(language_of("x/a.cc"), LANGUAGE_CXX);
	assert_int_equal(language_of("a.cxx"), LANGUAGE_CXX);
	assert_int_equal(language_of("a.S"), LANGUAGE_C);
	assert_int_equal(language_of("a.o"), LANGUAGE_C);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_cxx_links_with_cxx),
		cmocka_unit_test(test_matrix_is_one_file),
		cmocka_unit_test(test_long_link),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_like_options),
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_language),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
