/* SPDX-License-Identifier: MIT */
/* The loaders' search, in trees of small libraries below a root. */
#include "tests/unit/elf_make.h"

#include <sys/stat.h>
#include <unistd.h>

#include "linkcheck/resolve/deps.h"
#include "linkcheck/resolve/ldconf.h"
#include "linkcheck/resolve/rootfs.h"

struct fixture {
	struct arena arena;
	struct error err;
	char *root;
	struct input in;
	struct image img;
	struct deps deps;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	f->root = unit_temp_dir(&f->arena);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	unit_remove(f->root);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static void
put_text(struct fixture *f, const char *path, struct str text)
{
	const char *host = arena_printf(&f->arena, "%s%s", f->root, path);

	if (!file_mkdirs(path_dir(&f->arena, host), 0755, &f->err) ||
		!file_write(host, text, 0755, &f->err))
		fail_msg("%s", f->err.what);
}

static void
put(struct fixture *f, const char *path, struct elf_make *m)
{
	elf_make(m);
	put_text(f, path, (struct str){ (const char *)m->out, m->len });
}

static struct elf_make *
new_file(struct fixture *f, const char *interp, const char *soname)
{
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);

	m->interp = interp;
	m->soname = soname;
	return m;
}

static struct elf_make *
library(struct fixture *f, const char *soname)
{
	return new_file(f, NULL, soname);
}

static const char glibc_loader[] = "/lib64/ld-linux-x86-64.so.2";
static const char musl_loader[] = "/lib/ld-musl-x86_64.so.1";

/* A Debian-like root with a libc. */
static void
glibc_root(struct fixture *f)
{
	put(f, glibc_loader, library(f, "ld-linux-x86-64.so.2"));
	put(f, "/usr/lib/x86_64-linux-gnu/libc.so.6", library(f, "libc.so.6"));
}

static void
resolve(struct fixture *f, const char *path)
{
	const char *host = arena_printf(&f->arena, "%s%s", f->root, path);

	if (!input_open(&f->in, &f->arena, host, &f->err) ||
		!image_open(&f->img, &f->arena, &f->in, &f->err) ||
		!deps_find(&f->arena, &f->img, f->root, &f->deps, &f->err))
		fail_msg("%s", f->err.what);
	input_close(&f->in);
}

static const struct deps_node *
node_below(const struct deps_node *n, const char *name)
{
	for (size_t i = 0; i < n->child_count; i++)
		if (strcmp(n->children[i].name, name) == 0)
			return &n->children[i];
	fail_msg("%s does not need %s", n->name, name);
	return NULL;
}

static void
expect(const struct deps_node *n, enum deps_how how, const char *path)
{
	assert_string_equal(deps_how_name(n->how), deps_how_name(how));
	if (path)
		assert_string_equal(n->path, path);
	else
		assert_null(n->path);
}

static void
default_directories(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, glibc_loader, NULL);
	const struct deps_node *n;

	glibc_root(f);
	m->needed[0] = "libc.so.6";
	m->needed[1] = "libgone.so.1";
	put(f, "/usr/bin/x", m);
	resolve(f, "/usr/bin/x");
	assert_int_equal(f->deps.missing, 1);
	assert_int_equal(f->deps.objects, 3);
	expect(node_below(&f->deps.top, glibc_loader), DEPS_LOADER, glibc_loader);
	n = node_below(&f->deps.top, "libc.so.6");
	expect(n, DEPS_DEFAULT, "/usr/lib/x86_64-linux-gnu/libc.so.6");
	n = node_below(&f->deps.top, "libgone.so.1");
	expect(n, DEPS_MISSING, NULL);
	assert_int_equal(n->try_count, 4);
	assert_string_equal(n->tries[0].path, "/lib/x86_64-linux-gnu/libgone.so.1");
	assert_string_equal(n->tries[0].origin, "default");
	assert_string_equal(n->tries[0].reason, "not there");
	assert_string_equal(n->tries[3].path, "/usr/lib/libgone.so.1");
}

static void
lib64_without_multiarch(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, glibc_loader, NULL);

	put(f, glibc_loader, library(f, "ld-linux-x86-64.so.2"));
	put(f, "/usr/lib64/libc.so.6", library(f, "libc.so.6"));
	put(f, "/usr/lib64/plug/libp.so", library(f, NULL));
	m->needed[0] = "libc.so.6";
	m->needed[1] = "libp.so";
	m->runpath = "/usr/$LIB/plug";
	put(f, "/usr/bin/x", m);
	resolve(f, "/usr/bin/x");
	assert_int_equal(f->deps.missing, 0);
	expect(node_below(&f->deps.top, "libc.so.6"), DEPS_DEFAULT, "/usr/lib64/libc.so.6");
	expect(node_below(&f->deps.top, "libp.so"), DEPS_RUNPATH, "/usr/lib64/plug/libp.so");
}

/* x needs liba, liba needs libb; both only reachable by the program's path. */
static void
chain(struct fixture *f, const char *interp, bool runpath)
{
	struct elf_make *m = new_file(f, interp, NULL), *a = library(f, "liba.so");

	m->needed[0] = "liba.so";
	if (runpath)
		m->runpath = "$ORIGIN/../lib/x";
	else
		m->rpath = "$ORIGIN/../lib/x";
	a->needed[0] = "libb.so";
	put(f, "/opt/x/bin/x", m);
	put(f, "/opt/x/lib/x/liba.so", a);
	put(f, "/opt/x/lib/x/libb.so", library(f, "libb.so"));
	resolve(f, "/opt/x/bin/x");
}

static void
runpath_is_not_inherited(void **state)
{
	struct fixture *f = *state;
	const struct deps_node *a;

	glibc_root(f);
	chain(f, glibc_loader, true);
	a = node_below(&f->deps.top, "liba.so");
	expect(a, DEPS_RUNPATH, "/opt/x/bin/../lib/x/liba.so");
	expect(node_below(a, "libb.so"), DEPS_MISSING, NULL);
	chain(f, glibc_loader, false);
	a = node_below(&f->deps.top, "liba.so");
	expect(a, DEPS_RPATH, "/opt/x/bin/../lib/x/liba.so");
	expect(node_below(a, "libb.so"), DEPS_RPATH, "/opt/x/bin/../lib/x/libb.so");
	assert_int_equal(f->deps.missing, 0);
}

static void
musl_inherits_both(void **state)
{
	struct fixture *f = *state;
	const struct deps_node *a;

	put(f, musl_loader, library(f, NULL));
	chain(f, musl_loader, true);
	a = node_below(&f->deps.top, "liba.so");
	expect(node_below(a, "libb.so"), DEPS_RUNPATH, "/opt/x/bin/../lib/x/libb.so");
	assert_int_equal(f->deps.missing, 0);
}

static void
a_library_with_runpath_hides_rpath(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, glibc_loader, NULL), *a = library(f, "liba.so");
	const struct deps_node *n;

	glibc_root(f);
	m->needed[0] = "liba.so";
	m->rpath = "/x";
	a->needed[0] = "libb.so";
	a->runpath = "/nowhere";
	put(f, "/bin/x", m);
	put(f, "/x/liba.so", a);
	put(f, "/x/libb.so", library(f, "libb.so"));
	resolve(f, "/bin/x");
	n = node_below(node_below(&f->deps.top, "liba.so"), "libb.so");
	expect(n, DEPS_MISSING, NULL);
	assert_string_equal(n->tries[0].path, "/nowhere/libb.so");
	assert_string_equal(n->tries[0].origin, "RUNPATH of /x/liba.so");
}

static void
foreign_machines(void **state)
{
	static const struct {
		const char *loader;
		enum deps_how how;
		const char *reason;
	} rows[] = {
		{ glibc_loader, DEPS_DEFAULT, "other machine (arm64, 64-bit)" },
		{ musl_loader, DEPS_MISSING, "other machine (arm64, 64-bit)" },
	};
	struct fixture *f = *state;

	glibc_root(f);
	put(f, musl_loader, library(f, NULL));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = new_file(f, rows[i].loader, NULL);
		struct elf_make *other = elf_make_new(&f->arena, 64, false, EM_AARCH64, ET_DYN);
		const struct deps_node *n;

		m->needed[0] = "libz.so";
		m->runpath = "/alien";
		put(f, "/bin/x", m);
		put(f, "/alien/libz.so", other);
		put(f, "/usr/lib/libz.so", library(f, NULL));
		resolve(f, "/bin/x");
		n = node_below(&f->deps.top, "libz.so");
		expect(n, rows[i].how, rows[i].how == DEPS_MISSING ? NULL : "/usr/lib/libz.so");
		assert_string_equal(n->tries[0].reason, rows[i].reason);
	}
}

static void
broken_file_stops_the_search(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, glibc_loader, NULL);
	const struct deps_node *n;

	glibc_root(f);
	m->needed[0] = "libz.so";
	m->runpath = "/a";
	put(f, "/bin/x", m);
	put_text(f, "/a/libz.so", STR("INPUT(libz.so.1)"));
	put(f, "/usr/lib/libz.so", library(f, NULL));
	resolve(f, "/bin/x");
	n = node_below(&f->deps.top, "libz.so");
	expect(n, DEPS_MISSING, NULL);
	assert_int_equal(n->try_count, 1);
	assert_string_equal(n->tries[0].reason, "not an ELF file: the loader stops here");
}

static void
musl_names(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, musl_loader, NULL);

	put(f, musl_loader, library(f, NULL));
	m->needed[0] = "libc.so.6";
	m->needed[1] = "libpthread.so.0";
	m->needed[2] = "libresolv.so.2";
	put(f, "/bin/x", m);
	resolve(f, "/bin/x");
	expect(node_below(&f->deps.top, "libc.so.6"), DEPS_LOADER, musl_loader);
	expect(node_below(&f->deps.top, "libpthread.so.0"), DEPS_LOADER, musl_loader);
	expect(node_below(&f->deps.top, "libresolv.so.2"), DEPS_MISSING, NULL);
	assert_int_equal(node_below(&f->deps.top, "libresolv.so.2")->try_count, 3);
}

static void
musl_path_file(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, musl_loader, NULL);

	put(f, musl_loader, library(f, NULL));
	put_text(f, "/etc/ld-musl-x86_64.path", STR("/one:/two\n/three\n"));
	put(f, "/three/libz.so", library(f, NULL));
	put(f, "/usr/lib/liby.so", library(f, NULL));
	m->needed[0] = "libz.so";
	m->needed[1] = "liby.so";
	put(f, "/bin/x", m);
	resolve(f, "/bin/x");
	expect(node_below(&f->deps.top, "libz.so"), DEPS_CONF, "/three/libz.so");
	expect(node_below(&f->deps.top, "liby.so"), DEPS_MISSING, NULL);
}

static void
musl_ignores_a_path_with_tokens(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, musl_loader, NULL);
	const struct deps_node *n;

	put(f, musl_loader, library(f, NULL));
	put(f, "/x/libz.so", library(f, NULL));
	m->needed[0] = "libz.so";
	m->runpath = "/x:/usr/$LIB";
	put(f, "/bin/x", m);
	resolve(f, "/bin/x");
	n = node_below(&f->deps.top, "libz.so");
	expect(n, DEPS_MISSING, NULL);
	assert_string_equal(n->tries[0].reason, "ignored: it has a token that musl does not know");
}

static void
soname_answers(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, glibc_loader, NULL), *a = library(f, "libreal.so.1");

	glibc_root(f);
	m->needed[0] = "libalias.so";
	m->needed[1] = "libreal.so.1";
	put(f, "/usr/lib/libalias.so", a);
	put(f, "/bin/x", m);
	resolve(f, "/bin/x");
	expect(node_below(&f->deps.top, "libreal.so.1"), DEPS_LOADED, "/usr/lib/libalias.so");
}

static void
configuration_with_includes(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, glibc_loader, NULL);
	struct strvec dirs;

	glibc_root(f);
	put_text(f, "/etc/ld.so.conf",
		STR("# first\ninclude ld.so.conf.d/*.conf\n/last  # comment\n"));
	put_text(f, "/etc/ld.so.conf.d/b.conf", STR("/b=libc6\ninclude /etc/ld.so.conf\n"));
	put_text(f, "/etc/ld.so.conf.d/a.conf", STR("/a/\nrelative\n"));
	put_text(f, "/etc/ld.so.conf.d/c.off", STR("/c\n"));
	strvec_init(&dirs, &f->arena);
	ldconf_glibc(&f->arena, &(struct rootfs_source){ .root = f->root }, &dirs);
	assert_true(dirs.count >= 3);
	assert_string_equal(dirs.items[0], "/a");
	assert_string_equal(dirs.items[1], "/b");
	assert_string_equal(dirs.items[dirs.count - 1], "/last");
	assert_false(strvec_has(&dirs, "/c"));
	m->needed[0] = "libz.so";
	put(f, "/b/libz.so", library(f, NULL));
	put(f, "/bin/x", m);
	resolve(f, "/bin/x");
	expect(node_below(&f->deps.top, "libz.so"), DEPS_CONF, "/b/libz.so");
}

/* ld.so.cache in the form of glibc 2.32: name and path of each entry, in order. */
static void
put_cache(struct fixture *f, const char *const (*entries)[2], size_t count)
{
	unsigned char out[2048] = "glibc-ld.so.cache1.1";
	size_t text = 48 + count * 24;

	out[20] = (unsigned char)count;
	for (size_t i = 0; i < count; i++) {
		unsigned char *entry = out + 48 + i * 24;

		for (size_t k = 0; k < 2; k++) {
			size_t len = strlen(entries[i][k]) + 1;

			assert_true(text + len <= sizeof(out));
			entry[4 + k * 4] = (unsigned char)text;
			entry[5 + k * 4] = (unsigned char)(text >> 8);
			memcpy(out + text, entries[i][k], len);
			text += len;
		}
	}
	put_text(f, "/etc/ld.so.cache", (struct str){ (const char *)out, text });
}

/* elf/dl-cache.c: the first plain entry of a name is taken, be its file there or not; entries for
 * another machine are passed over. */
static void
cache_takes_the_first_entry(void **state)
{
	static const char *const entries[][2] = {
		{ "libgone.so", "/a/libgone.so" },
		{ "libgone.so", "/b/libgone.so" },
		{ "libforeign.so", "/a/libforeign.so" },
		{ "libforeign.so", "/b/libforeign.so" },
	};
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, glibc_loader, NULL), *foreign;

	glibc_root(f);
	put_cache(f, entries, ARRAY_LEN(entries));
	m->needed[0] = "libgone.so";
	m->needed[1] = "libforeign.so";
	put(f, "/bin/x", m);
	put(f, "/b/libgone.so", library(f, "libgone.so"));
	put(f, "/b/libforeign.so", library(f, "libforeign.so"));
	foreign = elf_make_new(&f->arena, 64, false, EM_AARCH64, ET_DYN);
	foreign->soname = "libforeign.so";
	put(f, "/a/libforeign.so", foreign);
	resolve(f, "/bin/x");
	expect(node_below(&f->deps.top, "libgone.so"), DEPS_MISSING, NULL);
	assert_string_equal(node_below(&f->deps.top, "libgone.so")->tries[0].path, "/a/libgone.so");
	expect(node_below(&f->deps.top, "libforeign.so"), DEPS_CONF, "/b/libforeign.so");
}

static void
no_default_directories(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, glibc_loader, NULL);

	glibc_root(f);
	m->needed[0] = "libc.so.6";
	m->dt_flags_1 = DF_1_NODEFLIB;
	put(f, "/bin/x", m);
	resolve(f, "/bin/x");
	expect(node_below(&f->deps.top, "libc.so.6"), DEPS_MISSING, NULL);
}

static void
hwcaps(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, glibc_loader, NULL);

	glibc_root(f);
	m->needed[0] = "libz.so";
	m->needed[1] = "liby.so";
	put(f, "/bin/x", m);
	put(f, "/usr/lib/glibc-hwcaps/x86-64-v3/libz.so", library(f, NULL));
	put(f, "/usr/lib/glibc-hwcaps/x86-64-v3/liby.so", library(f, NULL));
	put(f, "/usr/lib/liby.so", library(f, NULL));
	resolve(f, "/bin/x");
	expect(node_below(&f->deps.top, "libz.so"), DEPS_DEFAULT,
		"/usr/lib/glibc-hwcaps/x86-64-v3/libz.so");
	expect(node_below(&f->deps.top, "liby.so"), DEPS_DEFAULT, "/usr/lib/liby.so");
}

static void
circles_end(void **state)
{
	struct fixture *f = *state;
	struct elf_make *a = library(f, "liba.so"), *b = library(f, "libb.so");

	glibc_root(f);
	a->needed[0] = "libb.so";
	b->needed[0] = "liba.so";
	b->needed[1] = "libb.so";
	put(f, "/usr/lib/liba.so", a);
	put(f, "/usr/lib/libb.so", b);
	resolve(f, "/usr/lib/liba.so");
	assert_int_equal(f->deps.objects, 2);
	assert_int_equal(f->deps.missing, 0);
}

static void
missing_interpreter(void **state)
{
	struct fixture *f = *state;

	put(f, "/bin/x", new_file(f, "/lib/ld-musl-x86_64.so.1", NULL));
	resolve(f, "/bin/x");
	assert_int_equal(f->deps.missing, 1);
	expect(&f->deps.top.children[0], DEPS_MISSING, NULL);
	assert_string_equal(f->deps.top.children[0].tries[0].origin, "interpreter");
}

static void
link_to(struct fixture *f, const char *target, const char *path)
{
	const char *host = arena_printf(&f->arena, "%s%s", f->root, path);

	assert_true(file_mkdirs(path_dir(&f->arena, host), 0755, &f->err));
	assert_int_equal(symlink(target, host), 0);
}

static void
links_stay_inside(void **state)
{
	struct fixture *f = *state;

	put_text(f, "/real/file", STR("x"));
	link_to(f, "/real", "/abs");
	link_to(f, "../../../../../../../real", "/a/b/up");
	link_to(f, "loop2", "/loop1");
	link_to(f, "loop1", "/loop2");
	link_to(f, "/etc/hostname", "/outside");
	assert_string_equal(rootfs_resolve(&f->arena, f->root, "/abs/file"),
		arena_printf(&f->arena, "%s/real/file", f->root));
	assert_string_equal(rootfs_resolve(&f->arena, f->root, "/a/b/up/file"),
		arena_printf(&f->arena, "%s/real/file", f->root));
	assert_null(rootfs_resolve(&f->arena, f->root, "/loop1/file"));
	assert_null(rootfs_resolve(&f->arena, f->root, "/outside"));
	assert_null(rootfs_resolve(&f->arena, f->root, "/real/file/x"));
	assert_true(rootfs_is_dir(&f->arena, f->root, "/abs"));
	assert_false(rootfs_is_dir(&f->arena, f->root, "/abs/file"));
	assert_string_equal(rootfs_resolve(&f->arena, f->root, "/../../.."),
		arena_printf(&f->arena, "%s/", f->root));
}

/* A program that is not below the root is seen from where it is; its needs are looked for there and in the root. */
static void
program_outside_the_root(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = new_file(f, glibc_loader, NULL);
	const char *root = arena_printf(&f->arena, "%s/root", f->root);
	char *whole = f->root;

	m->needed[0] = "libown.so";
	m->needed[1] = "libc.so.6";
	m->runpath = "$ORIGIN";
	put(f, "/out/x", m);
	put(f, "/out/libown.so", library(f, NULL));
	put(f, "/root/usr/lib64/libc.so.6", library(f, "libc.so.6"));
	put(f, "/root/lib64/ld-linux-x86-64.so.2", library(f, "ld-linux-x86-64.so.2"));
	f->in.name = NULL;
	if (!input_open(&f->in, &f->arena, arena_printf(&f->arena, "%s/out/x", whole), &f->err) ||
		!image_open(&f->img, &f->arena, &f->in, &f->err) ||
		!deps_find(&f->arena, &f->img, root, &f->deps, &f->err))
		fail_msg("%s", f->err.what);
	input_close(&f->in);
	assert_int_equal(f->deps.missing, 0);
	assert_string_equal(path_base(node_below(&f->deps.top, "libown.so")->path), "libown.so");
	expect(node_below(&f->deps.top, "libc.so.6"), DEPS_DEFAULT, "/usr/lib64/libc.so.6");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(default_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(lib64_without_multiarch, setup, teardown),
		cmocka_unit_test_setup_teardown(runpath_is_not_inherited, setup, teardown),
		cmocka_unit_test_setup_teardown(musl_inherits_both, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_library_with_runpath_hides_rpath, setup, teardown),
		cmocka_unit_test_setup_teardown(foreign_machines, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_file_stops_the_search, setup, teardown),
		cmocka_unit_test_setup_teardown(musl_names, setup, teardown),
		cmocka_unit_test_setup_teardown(musl_path_file, setup, teardown),
		cmocka_unit_test_setup_teardown(musl_ignores_a_path_with_tokens, setup, teardown),
		cmocka_unit_test_setup_teardown(soname_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(configuration_with_includes, setup, teardown),
		cmocka_unit_test_setup_teardown(cache_takes_the_first_entry, setup, teardown),
		cmocka_unit_test_setup_teardown(no_default_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(hwcaps, setup, teardown),
		cmocka_unit_test_setup_teardown(circles_end, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_interpreter, setup, teardown),
		cmocka_unit_test_setup_teardown(links_stay_inside, setup, teardown),
		cmocka_unit_test_setup_teardown(program_outside_the_root, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
