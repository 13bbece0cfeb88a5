/* SPDX-License-Identifier: MIT */
/* Snapshots: the same answers as the directory they were made of, and what is refused. */
#include "tests/unit/elf_make.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "linkcheck/platform/snapshot.h"

static const char glibc_loader[] = "/lib64/ld-linux-x86-64.so.2";
static const char musl_loader[] = "/lib/ld-musl-x86_64.so.1";

struct fixture {
	struct arena arena;
	struct error err;
	char *root;
	struct strbuf text;
	struct snapshot snapshot;
	struct objects here, there; /* for the directory, for the snapshot */
	struct resolve_world world;
	struct image img;
	struct verdict_row row;
	struct resolution r;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	f->root = unit_temp_dir(&f->arena);
	f->world.root = f->root;
	objects_init(&f->here, NULL, true);
	objects_init(&f->there, NULL, true);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	objects_clear(&f->here);
	objects_clear(&f->there);
	unit_remove(f->root);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static const char *
host(struct fixture *f, const char *path)
{
	const char *ret = arena_printf(&f->arena, "%s%s", f->root, path);

	if (!file_mkdirs(path_dir(&f->arena, ret), 0755, &f->err))
		fail_msg("%s", f->err.what);
	return ret;
}

static void
put(struct fixture *f, const char *path, struct elf_make *m)
{
	elf_make(m);
	if (!file_write(host(f, path), (struct str){ (const char *)m->out, m->len }, 0755, &f->err))
		fail_msg("%s", f->err.what);
}

static void
put_text(struct fixture *f, const char *path, const char *text)
{
	if (!file_write(host(f, path), str_from(text), 0644, &f->err))
		fail_msg("%s", f->err.what);
}

static struct elf_make *
made(struct fixture *f, const char *interp, const char *soname)
{
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);

	m->interp = interp;
	m->soname = soname;
	m->hash = MAKE_GNU;
	return m;
}

static struct elf_make *
library(struct fixture *f, const char *soname, const char *name, const char *version)
{
	struct elf_make *m = made(f, NULL, soname);

	if (name)
		m->symbols[0] = (struct make_symbol){ name, version ? 2 : 0, .defined = true };
	m->defs[0] = version;
	return m;
}

static struct elf_make *
program(struct fixture *f, const char *interp, const char *needed)
{
	struct elf_make *m = made(f, interp, NULL);

	m->needed[0] = needed;
	return m;
}

static void
snap(struct fixture *f)
{
	strbuf_init(&f->text, &f->arena);
	if (!snapshot_make(&f->arena, f->root, &f->text, &f->err) ||
		!snapshot_read(&f->arena, "image.snapshot",
			(struct str){ f->text.ptr, f->text.len }, &f->snapshot, &f->err))
		fail_msg("%s: %s", f->err.what, f->err.where);
	objects_clear(&f->there);
	objects_init(&f->there, NULL, true);
	objects_clear(&f->here);
	objects_init(&f->here, NULL, true);
}

/* The program lies outside the root, as a user's does. */
static enum verdict_on
ask(struct fixture *f, struct elf_make *m)
{
	struct input *in = ARENA_NEW(&f->arena, struct input);
	struct elf_make *once = ARENA_NEW(&f->arena, struct elf_make);

	*once = *m; /* made again with small changes */
	elf_make(once);
	input_from_buffer(in, &f->arena, "/nowhere/prog", once->out, once->len);
	if (!image_open(&f->img, &f->arena, in, &f->err) ||
		!snapshot_verdict(
			&f->arena, &f->img, &f->snapshot, NULL, &f->there, &f->row, &f->err))
		fail_msg("%s", f->err.what);
	return f->row.on;
}

/* The same of the directory. */
static enum resolve_starts
directory(struct fixture *f)
{
	if (!resolve_image(&f->arena, &f->img, &f->here, &f->world, &f->r, &f->err))
		fail_msg("%s", f->err.what);
	return f->r.starts;
}

static void
expect(struct fixture *f, struct elf_make *m, enum verdict_on on, const char *reason)
{
	static const enum resolve_starts same[] = {
		[ON_RUNS] = STARTS_YES, [ON_FAILS] = STARTS_NO, [ON_UNKNOWN] = STARTS_UNKNOWN
	};

	if (ask(f, m) != on)
		fail_msg("%s, not %s: %s", verdict_on_name(f->row.on), verdict_on_name(on),
			f->row.reason_count ? f->row.reasons[0].text : reason);
	if (reason)
		assert_string_equal(f->row.reasons[0].text, reason);
	else
		assert_int_equal(f->row.reason_count, 0);
	assert_int_equal(directory(f), same[on]);
}

/* /lib is a link, a library has a second name and a private directory, another is configured. */
static void
tree(struct fixture *f)
{
	struct elf_make *m;

	assert_int_equal(mkdir(host(f, "/usr"), 0755), 0);
	assert_int_equal(mkdir(host(f, "/usr/lib64"), 0755), 0);
	assert_int_equal(symlink("usr/lib64", host(f, "/lib64")), 0);
	put(f, glibc_loader, library(f, "ld-linux-x86-64.so.2", "_rtld_global", NULL));
	put(f, "/usr/lib64/libc.so.6", library(f, "libc.so.6", "puts", "GLIBC_2.31"));
	put(f, "/usr/lib64/liba.so.1.2", library(f, "liba.so.1", "foo", NULL));
	assert_int_equal(symlink("liba.so.1.2", host(f, "/usr/lib64/liba.so.1")), 0);
	m = library(f, "libb.so", NULL, NULL);
	m->needed[0] = "libprivate.so";
	m->runpath = "$ORIGIN/private";
	put(f, "/opt/lib/libb.so", m);
	put(f, "/opt/lib/private/libprivate.so", library(f, "libprivate.so", "secret", NULL));
	put_text(f, "/etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n");
	put_text(f, "/etc/ld.so.conf.d/opt.conf", "/opt/lib\n");
	put_text(f, "/usr/lib64/libscript.so", "GROUP ( libc.so.6 )\n");
	put_text(f, "/etc/os-release",
		"NAME=x\nID=image\nVERSION_ID=\"7\"\nPRETTY_NAME=\"An "
		"image, 7\"\n");
	snap(f);
}

static void
says_the_same_as_the_directory(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m;

	tree(f);
	assert_string_equal(f->snapshot.platform.id, "image-7");
	assert_string_equal(f->snapshot.platform.label, "An image, 7");
	assert_int_equal(f->snapshot.platform.libc, LIBC_GLIBC);
	assert_string_equal(f->snapshot.platform.libc_version, "2.31");

	m = program(f, glibc_loader, "liba.so.1");
	m->symbols[0] = (struct make_symbol){ "foo", .reloc = 'd' };
	expect(f, m, ON_RUNS, NULL);
	m->symbols[0].name = "bar";
	expect(f, m, ON_FAILS, "bar is defined nowhere (wanted by /nowhere/prog)");
	assert_string_equal(f->row.reasons[0].symbol, "bar");
	assert_null(f->row.reasons[0].wanted_by);

	m = program(f, glibc_loader, "libc.so.6");
	m->symbols[0] = (struct make_symbol){ "puts", .version = 2, .reloc = 'p' };
	m->needs[0] = (struct make_need){ "libc.so.6", "GLIBC_2.31", 2 };
	expect(f, m, ON_RUNS, NULL);
	m->needs[0].version = "GLIBC_2.34";
	expect(f, m, ON_FAILS,
		"version GLIBC_2.34 is not in /lib64/libc.so.6 (required by /nowhere/prog)");

	m = program(f, glibc_loader, "libb.so");
	m->symbols[0] = (struct make_symbol){ "secret", .reloc = 'd' };
	expect(f, m, ON_UNKNOWN,
		"/opt/lib/libb.so is found once ldconfig has made /etc/ld.so.cache, which is not "
		"there");
	m->runpath = "/opt/lib";
	expect(f, m, ON_RUNS, NULL);

	expect(f, program(f, glibc_loader, "libz.so.1"), ON_FAILS,
		"libz.so.1 is not found (needed by /nowhere/prog)");
	expect(f, program(f, musl_loader, "liba.so.1"), ON_FAILS,
		"its loader /lib/ld-musl-x86_64.so.1 is not there");
	expect(f, program(f, glibc_loader, "libscript.so"), ON_FAILS,
		"libscript.so: /lib64/libscript.so: not an ELF file: the loader stops here "
		"(needed by /nowhere/prog)");
}

/* It starts, and dies at the call: that is not running. */
static void
what_dies_at_a_call_does_not_run(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m;

	tree(f);
	m = program(f, glibc_loader, "liba.so.1");
	m->symbols[0] = (struct make_symbol){ "bar", .reloc = 'p' };
	assert_int_equal(ask(f, m), ON_FAILS);
	assert_true(f->row.reasons[0].at_call);
}

static void
machines(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_AARCH64, ET_EXEC);

	tree(f);
	m->static_only = true;
	assert_int_equal(ask(f, m), ON_FAILS);
	assert_string_equal(f->row.reasons[0].text, "it has no loader and no library for arm64");
	m = elf_make_new(&f->arena, 32, false, EM_386, ET_EXEC);
	m->static_only = true;
	assert_int_equal(ask(f, m), ON_UNKNOWN);
	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_EXEC);
	m->static_only = true;
	assert_int_equal(ask(f, m), ON_RUNS);
}

/* musl searches other directories, by a file of its own. */
static void
musl(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m;

	put(f, musl_loader, library(f, NULL, "puts", NULL));
	put(f, "/opt/lib/libm1.so", library(f, "libm1.so", "foo", NULL));
	put(f, "/usr/lib/libm2.so", library(f, "libm2.so", "foo", NULL));
	put_text(f, "/etc/ld-musl-x86_64.path", "/opt/lib\n");
	snap(f);
	m = program(f, musl_loader, "libm1.so");
	m->symbols[0] = (struct make_symbol){ "foo", .reloc = 'd' };
	expect(f, m, ON_RUNS, NULL);
	m->needed[0] = "libm2.so";
	expect(f, m, ON_FAILS, "libm2.so is not found (needed by /nowhere/prog)");
	assert_int_equal(f->snapshot.platform.libc, LIBC_MUSL);
}

/* Other classes and byte orders come back as they were. */
static void
big_endian(void **state)
{
	static const struct {
		unsigned bits;
		bool big;
		uint16_t machine;
		const char *loader;
	} rows[] = {
		{ 32, true, EM_MIPS, "/lib/ld.so.1" },
		{ 64, true, EM_S390, "/lib/ld64.so.1" },
		{ 32, false, EM_ARM, "/lib/ld-linux.so.3" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m =
			elf_make_new(&f->arena, rows[i].bits, rows[i].big, rows[i].machine, ET_DYN);

		m->soname = "ld.so.1";
		m->hash = MAKE_GNU;
		put(f, rows[i].loader, m);
		m = elf_make_new(&f->arena, rows[i].bits, rows[i].big, rows[i].machine, ET_DYN);
		m->soname = "liba.so";
		m->hash = MAKE_GNU;
		m->symbols[0] = (struct make_symbol){ "foo", 2, .defined = true };
		m->defs[0] = "A_1";
		put(f, "/usr/lib/liba.so", m);
		snap(f);
		m = elf_make_new(&f->arena, rows[i].bits, rows[i].big, rows[i].machine, ET_DYN);
		m->interp = rows[i].loader;
		m->needed[0] = "liba.so";
		m->symbols[0] = (struct make_symbol){ "foo", .version = 2, .reloc = 'd' };
		m->needs[0] = (struct make_need){ "liba.so", "A_1", 2 };
		expect(f, m, ON_RUNS, NULL);
		m->needs[0].version = "A_2";
		assert_int_equal(ask(f, m), ON_FAILS);
	}
}

static void
is_made_the_same_again(void **state)
{
	struct fixture *f = *state;
	struct strbuf again;

	tree(f);
	strbuf_init(&again, &f->arena);
	assert_true(snapshot_make(&f->arena, f->root, &again, &f->err));
	assert_string_equal(again.ptr, f->text.ptr);
	assert_null(strstr(again.ptr, f->root));
}

static void
no_system(void **state)
{
	struct fixture *f = *state;
	struct strbuf text;

	strbuf_init(&text, &f->arena);
	assert_false(snapshot_make(&f->arena, f->root, &text, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
}

static void
refuses(struct fixture *f, const char *text, const char *what)
{
	struct snapshot s = { .platform.id = "untouched" };

	error_clear(&f->err);
	assert_false(snapshot_read(&f->arena, "bad", str_from(text), &s, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	if (!strstr(f->err.what, what))
		fail_msg("\"%s\" does not say \"%s\"", f->err.what, what);
	assert_string_equal(s.platform.id, "untouched");
}

static void
other_texts_are_refused(void **state)
{
	static const char head[] = "xbuild snapshot 1\nid x\n";
	static const struct {
		const char *text, *what;
	} rows[] = {
		{ "file relative\n\telf 64 little 62 0 0 0\n", "line 3" },
		{ "file /a/../b\n\telf 64 little 62 0 0 0\n", "line 3" },
		{ "file /a\n", "line 4 the file has no line \"elf\"" },
		{ "file /a\n\telf 48 little 62 0 0 0\n", "line 4" },
		{ "file /a\n\telf 64 little 62 0 0 0\n\t+ fgdd0 1\n", "line 5" },
		{ "file /a\n\telf 64 little 62 0 0 0\n\t+ fgdu0 1 x\n", "line 5" },
		{ "file /a\n\telf 64 little 62 0 0 0\n\t- fgdu8 1 x\n", "line 5" },
		{ "file /a\n\telf 64 little 62 0 0 0\n\t- fgdu0 99999 x\n", "line 5" },
		{ "file /a\n\telf 64 little 62 0 0 0\n\tsoname a%0\n", "line 5" },
		{ "file /a\n\telf 64 little 62 0 0 0\n\tsoname a%00b\n", "line 5" },
		{ "file /a\n\telf 64 little 62 0 0 0\nfile /a\n\telf 64 little 62 0 0 0\n",
			"line 5" },
		{ "file /a\n\telf 64 little 62 0 0 0\nfile /a/b\n\telf 64 little 62 0 0 0\n",
			"line 5" },
		{ "link /a\n", "line 3" },
		{ "link /a b\nfile /a/c\n\telf 64 little 62 0 0 0\n", "line 4" },
		{ "what is this\n", "line 3" },
		{ "dir /a\n\telf 64 little 62 0 0 0\n", "line 4 belongs to no file" },
		{ "id y\n", "line 3" },
		{ "\n", "line 3" },
	};
	struct fixture *f = *state;

	refuses(f, "", "line 1");
	refuses(f, "xbuild snapshot 2\nid x\n", "line 1");
	refuses(f, "xbuild snapshot 1\nend\n", "no line had an id");
	refuses(f, head, "line 2 is the last and not \"end\"");
	refuses(f, arena_printf(&f->arena, "%send\ndir /a\n", head), "line 4");
	refuses(f, arena_printf(&f->arena, "%send of it\n", head), "line 3");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		refuses(f, arena_printf(&f->arena, "%s%s", head, rows[i].text), rows[i].what);
}

static void
links_are_followed_and_end(void **state)
{
	static const char text[] = "xbuild snapshot 1\nid x\ndir /usr/lib\nlink /lib usr/lib\n"
				   "link /loop /loop\nlink /usr/lib/up ../../lib\nend\n";
	struct fixture *f = *state;
	struct snapshot s;
	const struct replica *r = &s.replica;

	assert_true(snapshot_read(&f->arena, "x", str_from(text), &s, &f->err));
	assert_true(replica_is_dir(r, &f->arena, "/lib"));
	assert_true(replica_is_dir(r, &f->arena, "/lib/up/up/."));
	assert_true(replica_is_dir(r, &f->arena, "/"));
	assert_true(replica_is_dir(r, &f->arena, "/../usr"));
	assert_string_equal(replica_find(r, &f->arena, "/lib")->path, "/usr/lib");
	assert_null(replica_find(r, &f->arena, "/loop"));
	assert_int_equal(errno, ELOOP);
	assert_null(replica_find(r, &f->arena, "/usr/share"));
	assert_int_equal(errno, ENOENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(says_the_same_as_the_directory, setup, teardown),
		cmocka_unit_test_setup_teardown(what_dies_at_a_call_does_not_run, setup, teardown),
		cmocka_unit_test_setup_teardown(machines, setup, teardown),
		cmocka_unit_test_setup_teardown(musl, setup, teardown),
		cmocka_unit_test_setup_teardown(big_endian, setup, teardown),
		cmocka_unit_test_setup_teardown(is_made_the_same_again, setup, teardown),
		cmocka_unit_test_setup_teardown(no_system, setup, teardown),
		cmocka_unit_test_setup_teardown(other_texts_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(links_are_followed_and_end, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
