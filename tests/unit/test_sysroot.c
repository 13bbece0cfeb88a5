/* SPDX-License-Identifier: MIT */
/*
 * Sysroots from end to end, of packages made by hand: composed, found, locked, damaged, mended,
 * removed. No transport is needed: a lock names the packages, or an index of them is remembered, and
 * the store has them.
 */
#include "tests/unit/debs.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sysroots/added.h"
#include "sysroots/compose.h"
#include "sysroots/kept.h"
#include "sysroots/sysroot.h"

struct fixture {
	struct arena arena;
	struct error err;
	char *dir;
	struct store store;
	struct context ctx;
	struct lock lock;
	struct sysroot_request req;
	struct sysroot got;
	const char *stdio;    /* what its stdio.h says; NULL: there is none */
	const char *musl_too; /* a file of musl-dev besides what it needs */
};

/* No apt-get can be found there. */
static const char *const no_env[] = { "PATH=/nonexistent", "XBUILD_TRANSPORT=apt", NULL };

/* e_ident and the first fields of a little-endian 64-bit object for AArch64 (183). */
static const char arm64_object[] = "\x7f"
				   "ELF\2\1\1\0\0\0\0\0\0\0\0\0\1\0\xb7\0";

static void
add_blob(struct fixture *f, const char *store, struct deb *deb, const char *name,
	struct package *ret)
{
	char *path = path_join(&f->arena, f->dir, name);
	struct store s;

	store_init(&s, store);
	*ret = (struct package){ .name = name,
		.version = "1",
		.arch = "arm64",
		.path = arena_printf(&f->arena, "pool/%s.deb", name) };
	deb_write(deb, path);
	assert_true(digest_file(path, ret->sha256, &ret->size, &f->err));
	assert_true(store_take_blob(&s, &f->arena, path, ret->sha256, ret->size, &f->err));
}

static struct package_list
make_packages(struct fixture *f, const char *store)
{
	static const char *const objects[] = { "Scrt1.o", "rcrt1.o", "crti.o", "crtn.o", "libc.a" };
	static const char *const gcc[] = { "crtbegin.o", "crtbeginS.o", "crtbeginT.o", "crtend.o",
		"crtendS.o", "libgcc.a", "libgcc_eh.a" };
	struct package *p = ARENA_ARRAY(&f->arena, 3, struct package);
	struct deb deb;

	deb_init(&deb, &f->arena);
	for (size_t i = 0; i < ARRAY_LEN(gcc); i++)
		deb_file(&deb,
			arena_printf(&f->arena, "./usr/lib/gcc/aarch64-linux-gnu/12/%s", gcc[i]),
			"!<arch>\n");
	deb_link(&deb, "./usr/lib/gcc/aarch64-linux-gnu/12/libgomp.so",
		"../../../aarch64-linux-gnu/libgomp.so.1");
	add_blob(f, store, &deb, "libgcc-12-dev", &p[0]);
	deb_init(&deb, &f->arena);
	deb_file(&deb, "./usr/include/linux/errno.h", "#include <asm/errno.h>\n");
	deb_file(&deb, "./usr/lib/linux/uapi/arm64/asm/errno.h", "#define E 1\n");
	deb_link(&deb, "./usr/include/aarch64-linux-gnu/asm/errno.h",
		"../../../lib/linux/uapi/arm64/asm/errno.h");
	add_blob(f, store, &deb, "linux-libc-dev", &p[1]);
	deb_init(&deb, &f->arena);
	if (f->stdio)
		deb_file(&deb, "./usr/include/aarch64-linux-musl/stdio.h", f->stdio);
	if (f->musl_too)
		deb_file(&deb, f->musl_too, "x");
	deb_file(&deb, "./usr/include/aarch64-linux-musl/bits/alltypes.h", "\n");
	for (size_t i = 0; i < ARRAY_LEN(objects); i++)
		deb_file(&deb,
			arena_printf(&f->arena, "./usr/lib/aarch64-linux-musl/%s", objects[i]),
			"!<arch>\n");
	deb_member(&deb, "./usr/lib/aarch64-linux-musl/crt1.o", '0', 0644, "", arm64_object,
		sizeof(arm64_object) - 1, sizeof(arm64_object) - 1);
	add_blob(f, store, &deb, "musl-dev", &p[2]);
	return (struct package_list){ p, 3 };
}

static void
use_store(struct fixture *f, const char *name)
{
	store_init(&f->store, path_join(&f->arena, f->dir, name));
	assert_true(store_prepare(&f->store, &f->err));
}

static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

/* A lock whose entry has the right packages, and the root they give. */
static void
use_lock(struct fixture *f)
{
	char root[DIGEST_HEX];
	struct lock_entry entry = {
		.target = "linux/arm64/musl",
		.source = source_get("debian:12", &f->err),
		.set = SET_C_STATIC,
		.packages = make_packages(f, f->store.dir),
	};

	assert_true(compose_digest(&f->req.target, entry.source, &entry.packages, root, &f->err));
	entry.root = arena_strdup(&f->arena, root);
	assert_true(lock_read(&f->lock, &f->arena, path_join(&f->arena, f->dir, "none"), &f->err));
	lock_put(&f->lock, &entry);
	f->lock.changed = false;
	f->req.lock = &f->lock;
}

/* No lock; instead apt has been asked already, and its answer is remembered. */
static void
use_index(struct fixture *f)
{
	struct package_list packages = make_packages(f, f->store.dir);
	struct json_value *value = json_new_object();
	const char **env = ARENA_ARRAY(&f->arena, 2, const char *);
	struct strvec stamps;

	unit_file(&f->arena, f->dir, "apt-get", "#!/bin/false\n", 0755);
	env[0] = arena_printf(&f->arena, "PATH=%s", f->dir);
	f->ctx.env = env;
	f->ctx.offline = true;
	f->req.lock = NULL;
	strvec_init(&stamps, &f->arena);
	package_list_write(json_add_array(value, "packages"), &packages);
	kept_save(&f->ctx, &f->store, "packages",
		"bookworm arm64 - libgcc-12-dev linux-libc-dev musl-dev", &stamps, value);
}

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct target t;

	if (!f)
		return -1;
	arena_init(&f->arena);
	error_clear(&f->err);
	f->dir = unit_temp_dir(&f->arena);
	f->ctx = (struct context){ .arena = &f->arena, .env = no_env, .cwd = "/" };
	if (!target_parse(&t, "linux/arm64/musl", NULL, &f->err))
		return -1;
	f->req.target = target_settled(&t, true);
	f->stdio = "int printf();\n";
	use_store(f, "store");
	use_lock(f);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	unit_remove(f->dir);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static void
get(struct fixture *f)
{
	if (!sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err))
		fail_msg("%s (%s)", f->err.what, f->err.where);
}

static bool
has(struct fixture *f, const char *rel)
{
	return file_exists(path_join(&f->arena, f->got.path, rel));
}

static void
test_get(void **state)
{
	struct fixture *f = *state;

	assert_false(sysroot_find(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_NONE);
	get(f);
	assert_true(f->got.fresh);
	assert_true(has(f, "usr/include/stdio.h"));
	assert_true(has(f, "usr/include/asm/errno.h"));
	assert_true(has(f, "usr/lib/crt1.o"));
	assert_true(has(f, "usr/lib/libgcc.a"));
	assert_false(has(f, "usr/lib/gcc"));
	assert_string_equal(f->got.libc_version, "1.2.3");
	assert_string_equal(f->got.gcc, "12");
	assert_int_equal(f->got.packages.count, 3);
	assert_string_equal(f->lock.entries[0].root, f->got.digest);
	get(f);
	assert_false(f->got.fresh);
	assert_false(f->lock.changed);
	f->req.lock = NULL;
	f->req.set = SET_C_DYNAMIC;
	assert_false(sysroot_find(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_NONE);
	assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING); /* no apt-get there */
}

/* What one project's lock pins is not what others get. */
static void
test_a_lock_serves_nobody_else(void **state)
{
	struct fixture *f = *state;
	const char *pinned;
	struct sysroot_list list;

	f->stdio = "int evil();\n";
	use_lock(f);
	get(f);
	pinned = f->got.digest;
	f->req.lock = NULL;
	assert_false(sysroot_find(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_NONE);
	f->stdio = "int printf();\n";
	use_index(f);
	get(f);
	assert_true(f->got.fresh);
	assert_string_not_equal(f->got.digest, pinned);
	/* The lock still gets its own, and does not change what the others get. */
	f->req.lock = &f->lock;
	get(f);
	assert_string_equal(f->got.digest, pinned);
	f->req.lock = NULL;
	assert_true(sysroot_find(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_string_not_equal(f->got.digest, pinned);
	assert_true(sysroot_list(&f->ctx, &f->store, &list, &f->err));
	assert_int_equal(list.count, 2);
	assert_false(list.items[0].pinned);
	assert_true(list.items[1].pinned);
	assert_string_equal(list.items[1].digest, pinned);
}

/* A ref that says it is for something else was moved there. */
static void
test_a_ref_of_another(void **state)
{
	struct fixture *f = *state;
	const char *ref =
		store_path(&f->store, &f->arena, "refs/linux+arm64+musl@debian:12+c-static.json");
	struct str text;

	use_index(f);
	get(f);
	assert_true(file_read(&f->arena, ref, 10000, &text, &f->err));
	assert_true(file_rename(ref,
		store_path(&f->store, &f->arena, "refs/linux+amd64+musl@debian:12+c-static.json"),
		&f->err));
	assert_true(target_parse(&f->req.target, "linux/amd64/musl", NULL, &f->err));
	assert_false(sysroot_find(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_NONE);
}

static void
assert_lock_refused(struct fixture *f, enum error_kind kind, const char *text)
{
	for (int i = 0; i < 3; i++) {
		error_clear(&f->err);
		if (i == 0)
			assert_false(sysroot_find(&f->ctx, &f->store, &f->req, &f->got, &f->err));
		else if (i == 1)
			assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
		else
			assert_false(sysroot_lock(&f->ctx, &f->store, &f->req, false, &f->err));
		assert_int_equal(f->err.kind, kind);
		if (strstr(f->err.what, text) == NULL)
			fail_msg("\"%s\" is not in \"%s\"", text, f->err.what);
		assert_non_null(strstr(f->err.where, "targets.linux/arm64/musl."));
		assert_non_null(strstr(f->err.hint, "xbuild lock --update"));
		assert_false(f->lock.changed);
	}
}

static void
test_a_lock_that_lies(void **state)
{
	struct fixture *f = *state;
	struct lock_entry *e = &f->lock.entries[0];
	struct package *p = e->packages.items;
	const struct lock_entry good = *e;
	const char *root = e->root;

	f->lock.changed = false;
	e->root = zeros;
	assert_lock_refused(f, ERROR_VERIFY, "says root 000000000000...");
	/* Even a root that is there, when it is another's. */
	e->root = root;
	get(f);
	f->stdio = "int other();\n";
	e->packages = make_packages(f, f->store.dir);
	assert_lock_refused(f, ERROR_VERIFY, "its packages give");
	*e = good;
	e->packages.count = 2;
	assert_lock_refused(f, ERROR_USAGE, "lacks package musl-dev");
	e->packages.count = 3;
	p[1].name = "linux-libd-dev";
	assert_lock_refused(f, ERROR_USAGE, "names package linux-libd-dev");
	p[1].name = "libzzz";
	assert_lock_refused(f, ERROR_USAGE, "names package libzzz");
	p[1].name = "linux-libc-dev";
	p[1].arch = "amd64";
	assert_lock_refused(f, ERROR_USAGE, "linux-libc-dev for amd64");
	p[1].arch = "all";
	get(f);
	/* The same packages are not of another release. */
	e->source = source_get("debian:13", &f->err);
	assert_lock_refused(f, ERROR_USAGE, "debian:13");
	e->source = source_get("debian:12", &f->err);
	e->set = SET_CXX;
	assert_lock_refused(f, ERROR_USAGE, "no C++");
}

static void
test_update_mends_a_lock(void **state)
{
	struct fixture *f = *state;
	const char *root = f->lock.entries[0].root;

	use_index(f);
	f->req.lock = &f->lock;
	f->lock.entries[0].root = zeros;
	f->lock.changed = false;
	/* An update asks the index again, which offline is the one that is remembered. */
	assert_false(sysroot_lock(&f->ctx, &f->store, &f->req, true, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	f->lock.count = 0;
	assert_true(sysroot_lock(&f->ctx, &f->store, &f->req, false, &f->err));
	assert_true(f->lock.changed);
	assert_string_equal(f->lock.entries[0].root, root);
}

static void
test_locked(void **state)
{
	struct fixture *f = *state;

	f->req.locked = true;
	get(f);
	f->req.set = SET_C_DYNAMIC;
	assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_USAGE);
	assert_non_null(strstr(f->err.hint, "xbuild lock"));
	f->req.set = SET_C_STATIC;
	f->req.source = source_get("debian:13", &f->err);
	assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_USAGE);
}

/* A request for another source is one call's; the lock's entry is nobody's to change in passing. */
static void
test_another_source_leaves_the_lock(void **state)
{
	struct fixture *f = *state;
	struct lock lock = f->lock;
	struct lock_entry *e = &f->lock.entries[0];
	const char *root = e->root;

	use_index(f); /* of debian:12 */
	lock.changed = false;
	f->req.lock = &lock;
	e->source = source_get("debian:13", &f->err);
	f->req.source = source_get("debian:12", &f->err);
	get(f);
	assert_false(lock.changed);
	assert_string_equal(e->source->id, "debian:13");
	assert_string_equal(e->root, root);
	/* Without a source the entry's is meant, also where its set is too small. */
	f->req.source = NULL;
	f->req.set = SET_C_DYNAMIC;
	assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_true(file_exists(store_path(
		&f->store, &f->arena, "locks/linux+arm64+musl@debian:13+c-dynamic.json")));
	assert_false(lock.changed);
}

static void
test_added_packages(void **state)
{
	struct fixture *f = *state;
	const struct source *source = source_get("debian:12", &f->err);
	struct strvec names, read;

	strvec_init(&names, &f->arena);
	strvec_push(&names, "zlib-dev");
	assert_true(
		added_remember(&f->ctx, &f->store, "linux/arm64/musl", source, &names, &f->err));
	names.items[0] = "abc-dev";
	assert_true(
		added_remember(&f->ctx, &f->store, "linux/arm64/musl", source, &names, &f->err));
	strvec_init(&read, &f->arena);
	added_read(&f->ctx, &f->store, "linux/arm64/musl", source, &read);
	assert_int_equal(read.count, 2);
	assert_string_equal(read.items[0], "abc-dev");
	assert_true(added_within(&names, &read));
	assert_false(added_within(&read, &names));
	/* A sysroot without them is not the one that is wanted. */
	use_index(f);
	assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_true(added_forget(&f->ctx, &f->store, "linux/arm64/musl", source, &f->err));
	get(f);
	assert_int_equal(f->got.added.count, 0);
	/* They go with the sysroot that has them, and only with that one. */
	assert_true(
		added_remember(&f->ctx, &f->store, "linux/arm64/musl", source, &names, &f->err));
	assert_true(sysroot_remove(&f->ctx, &f->store, &f->got, &f->err));
	read.count = 0;
	added_read(&f->ctx, &f->store, "linux/arm64/musl", source, &read);
	assert_int_equal(read.count, 0);
}

static void
test_added_in_a_lock(void **state)
{
	struct fixture *f = *state;
	struct lock_entry *e = &f->lock.entries[0];
	struct package_list four = { ARENA_ARRAY(&f->arena, 4, struct package), 4 };
	char root[DIGEST_HEX];

	memcpy(four.items, e->packages.items, 3 * sizeof(struct package));
	four.items[3] = e->packages.items[0];
	four.items[3].name = "nlohmann-json3-dev";
	four.items[3].arch = "all";
	package_list_sort(&four);
	strvec_init(&e->added, &f->arena);
	strvec_push(&e->added, "nlohmann-json3-dev");
	assert_lock_refused(f, ERROR_USAGE, "lacks package nlohmann-json3-dev");
	e->packages = four;
	assert_true(compose_digest(&f->req.target, e->source, &four, root, &f->err));
	e->root = arena_strdup(&f->arena, root);
	if (!lock_check(&f->lock, e, &f->req.target, &f->err))
		fail_msg("%s", f->err.what);
	/* Machine code for glibc has no place in a musl sysroot. */
	for (size_t i = 0; i < four.count; i++)
		if (strcmp(four.items[i].name, "nlohmann-json3-dev") == 0)
			four.items[i].arch = "arm64";
	assert_lock_refused(f, ERROR_USAGE, "is built for glibc");
	/* The request asks for what the entry does not have. */
	f->req.locked = true;
	strvec_init(&f->req.packages, &f->arena);
	strvec_push(&f->req.packages, "zlib-dev");
	assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_USAGE);
	assert_non_null(strstr(f->err.what, "fewer packages"));
}

static bool
note_entry(void *ctx, const struct file_entry *e, struct error *err)
{
	struct strbuf *b = ctx;
	char hex[DIGEST_HEX] = "";

	if (S_ISREG(e->st.st_mode) && !digest_file(e->path, hex, NULL, err))
		return false;
	strbuf_addf(
		b, "%s %o %ld %s\n", e->rel, (unsigned)e->st.st_mode, (long)e->st.st_mtime, hex);
	return true;
}

static const char *
tree_text(struct fixture *f)
{
	struct strbuf b;

	strbuf_init(&b, &f->arena);
	assert_true(file_walk(&f->arena, f->got.path, note_entry, &b, &f->err));
	return b.ptr;
}

static void
test_two_stores_are_identical(void **state)
{
	struct fixture *f = *state;
	const char *first, *digest;

	get(f);
	first = tree_text(f);
	digest = f->got.digest;
	use_store(f, "other");
	make_packages(f, f->store.dir);
	f->ctx.jobs = 1;
	get(f);
	assert_true(f->got.fresh);
	assert_string_equal(f->got.digest, digest);
	assert_string_equal(tree_text(f), first);
}

static void
test_lock_without_composing(void **state)
{
	struct fixture *f = *state;

	assert_true(sysroot_lock(&f->ctx, &f->store, &f->req, false, &f->err));
	const char *root = f->lock.entries[0].root;
	f->req.locked = true;
	get(f);
	assert_string_equal(f->got.digest, root);
}

static void
test_damaged_blob(void **state)
{
	struct fixture *f = *state;
	char *blob = store_blob(&f->store, &f->arena, f->lock.entries[0].packages.items[1].sha256);
	size_t size = (size_t)f->lock.entries[0].packages.items[1].size;
	struct strvec names;

	assert_true(file_write(blob,
		(struct str){ memset(arena_alloc(&f->arena, size), 'x', size), size }, 0644,
		&f->err));
	assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	/* It would be fetched again, if there were an apt-get. */
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_false(file_exists(blob));
	strvec_init(&names, &f->arena);
	assert_true(file_list(
		&f->arena, store_path(&f->store, &f->arena, "quarantine"), &names, &f->err));
	assert_int_equal(names.count, 1);
	make_packages(f, f->store.dir);
	get(f);
}

static void
test_incomplete_packages(void **state)
{
	struct fixture *f = *state;
	struct strvec names;

	f->stdio = NULL;
	use_lock(f);
	assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	assert_non_null(strstr(f->err.what, "usr/include/stdio.h is missing"));
	assert_string_equal(f->err.where, "made of libgcc-12-dev 1, linux-libc-dev 1, musl-dev 1");
	assert_non_null(strstr(f->err.hint, "the packages are at fault"));
	strvec_init(&names, &f->arena);
	assert_true(file_list(&f->arena, store_path(&f->store, &f->arena, "tmp"), &names, &f->err));
	assert_int_equal(names.count, 0);
	assert_true(
		file_list(&f->arena, store_path(&f->store, &f->arena, "roots"), &names, &f->err));
	assert_int_equal(names.count, 0);
}

static void
test_errors_name_the_package(void **state)
{
	struct fixture *f = *state;

	f->musl_too = "./usr/../../evil";
	use_lock(f);
	assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	assert_string_equal(f->err.what,
		"package musl-dev 1: the archive is refused: a path that leads out of it, or is "
		"no text");
	/* A file that two packages have is theirs to mend, not the user's. */
	f->musl_too = "./usr/include/linux/errno.h";
	f->ctx.jobs = 1;
	use_lock(f);
	assert_false(sysroot_get(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	assert_non_null(strstr(f->err.what, ": usr/include/linux/errno.h is there already"));
	assert_true(strncmp(f->err.what, "package ", 8) == 0);
	assert_null(strstr(f->err.where, "/tmp/"));
}

/* A directory without a manifest may hold anything. */
static void
test_leftovers_are_not_adopted(void **state)
{
	struct fixture *f = *state;
	const char *root = store_root(&f->store, &f->arena, f->lock.entries[0].root);
	struct strvec names, damage;

	assert_true(file_mkdirs(path_join(&f->arena, root, "usr/include"), 0755, &f->err));
	unit_file(&f->arena, root, "usr/include/stdio.h", "int evil();\n", 0444);
	get(f);
	assert_true(f->got.fresh);
	strvec_init(&damage, &f->arena);
	assert_true(sysroot_verify(&f->ctx, &f->store, &f->got, &damage, &f->err));
	assert_int_equal(damage.count, 0);
	strvec_init(&names, &f->arena);
	assert_true(file_list(
		&f->arena, store_path(&f->store, &f->arena, "quarantine"), &names, &f->err));
	assert_int_equal(names.count, 1);
}

static void
test_verify(void **state)
{
	struct fixture *f = *state;
	struct strvec damage;
	char *file;

	get(f);
	strvec_init(&damage, &f->arena);
	assert_true(sysroot_verify(&f->ctx, &f->store, &f->got, &damage, &f->err));
	assert_int_equal(damage.count, 0);
	file = path_join(&f->arena, f->got.path, "usr/lib/libc.a");
	assert_int_equal(chmod(path_join(&f->arena, f->got.path, "usr/lib"), 0755), 0);
	assert_int_equal(chmod(file, 0644), 0);
	assert_true(file_write(file, STR("!<hrch>\n"), 0444, &f->err));
	unit_file(&f->arena, path_join(&f->arena, f->got.path, "usr/lib"), "extra", "x", 0444);
	assert_int_equal(unlink(path_join(&f->arena, f->got.path, "usr/lib/crtn.o")), 0);
	assert_true(sysroot_verify(&f->ctx, &f->store, &f->got, &damage, &f->err));
	assert_int_equal(damage.count, 3);
	assert_non_null(strstr(damage.items[0], "usr/lib/crtn.o is missing"));
	assert_non_null(strstr(damage.items[1], "usr/lib/libc.a has another content"));
	assert_non_null(strstr(damage.items[2], "usr/lib/extra does not belong there"));
	assert_false(file_exists(f->got.path));
	get(f);
	assert_true(f->got.fresh);
	damage.count = 0;
	assert_true(sysroot_verify(&f->ctx, &f->store, &f->got, &damage, &f->err));
	assert_int_equal(damage.count, 0);
}

static void
test_list_and_remove(void **state)
{
	struct fixture *f = *state;
	struct sysroot_list list;

	assert_true(sysroot_list(&f->ctx, &f->store, &list, &f->err));
	assert_int_equal(list.count, 0);
	get(f);
	unit_file(&f->arena, store_path(&f->store, &f->arena, "refs"), "junk.json", "{", 0644);
	assert_true(sysroot_list(&f->ctx, &f->store, &list, &f->err));
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].target.name, "linux/arm64/musl");
	assert_string_equal(list.items[0].path, f->got.path);
	assert_int_equal(list.items[0].bytes, f->got.bytes);
	assert_true(sysroot_remove(&f->ctx, &f->store, &list.items[0], &f->err));
	assert_false(file_exists(f->got.path));
	assert_true(sysroot_list(&f->ctx, &f->store, &list, &f->err));
	assert_int_equal(list.count, 0);
}

static void
age(const char *path, int days)
{
	const time_t then = time(NULL) - (time_t)days * 24 * 60 * 60;
	const struct timespec times[2] = { { .tv_sec = then }, { .tv_sec = then } };

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static size_t
gc(struct fixture *f, const struct lock *lock)
{
	uint64_t bytes;
	size_t things = 1000;

	if (!sysroot_gc(&f->ctx, &f->store, lock, &bytes, &things, &f->err))
		fail_msg("%s", f->err.what);
	return things;
}

static void
test_gc(void **state)
{
	struct fixture *f = *state;
	uint64_t bytes = 0;
	size_t things = 0;

	get(f);
	unit_file(&f->arena, store_path(&f->store, &f->arena, "blobs/sha256"), "stray", "12345",
		0644);
	assert_true(sysroot_gc(&f->ctx, &f->store, NULL, &bytes, &things, &f->err));
	assert_int_equal(bytes, 5);
	assert_int_equal(things, 1);
	/* Another project's lock asked for it, and not long ago. */
	assert_true(file_is_dir(f->got.path));
	age(arena_printf(&f->arena, "%s.json", f->got.path), 29);
	assert_int_equal(gc(f, NULL), 0);
	age(arena_printf(&f->arena, "%s.json", f->got.path), 31);
	assert_int_equal(gc(f, &f->lock), 0);
	assert_true(file_is_dir(f->got.path));
	/* Finding it is using it. */
	get(f);
	assert_int_equal(gc(f, NULL), 0);
	age(arena_printf(&f->arena, "%s.json", f->got.path), 31);
	/* root, its two manifest files, its ref, three blobs */
	assert_int_equal(gc(f, NULL), 1 + 2 + 1 + 3);
	assert_false(file_exists(f->got.path));
}

/* What the index resolved stays as long as it is the answer, used or not. */
static void
test_gc_keeps_refs(void **state)
{
	struct fixture *f = *state;
	const char *root;

	use_index(f);
	get(f);
	root = f->got.path;
	age(arena_printf(&f->arena, "%s.json", root), 1000);
	assert_int_equal(gc(f, NULL), 0);
	f->stdio = "int newer();\n";
	use_index(f);
	assert_int_equal(unlink(store_path(&f->store, &f->arena,
				 "refs/linux+arm64+musl@debian:12+c-static.json")),
		0);
	get(f);
	assert_int_equal(gc(f, NULL), 1 + 2 + 1); /* two blobs are the new root's as well */
	assert_false(file_exists(root));
	assert_true(file_is_dir(f->got.path));
}

static void
test_gc_of_caches(void **state)
{
	struct fixture *f = *state;
	const char *kits = store_path(&f->store, &f->arena, "cache/kits");
	const char *bin = store_path(&f->store, &f->arena, "cache/bin");
	const char *apt = store_path(&f->store, &f->arena, "apt/bookworm-arm64");
	struct strvec stamps, names;
	const char *kit;
	struct json json;

	get(f);
	strvec_init(&stamps, &f->arena);
	kept_stamp(&stamps, f->got.path);
	kept_save(&f->ctx, &f->store, "kits", "a kit", &stamps, json_new_object());
	assert_true(file_list(&f->arena, kits, &names, &f->err));
	kit = path_join(&f->arena, kits, names.items[0]);
	assert_true(file_mkdirs(path_join(&f->arena, bin, "t"), 0755, &f->err));
	unit_file(&f->arena, bin, "t/kit.json", "{}", 0644);
	assert_true(file_mkdirs(path_join(&f->arena, apt, "lists"), 0755, &f->err));
	unit_file(&f->arena, apt, "updated", "x", 0644);
	assert_int_equal(gc(f, NULL), 0);

	/* A kit that is in use keeps its root; being loaded is being used. */
	age(arena_printf(&f->arena, "%s.json", f->got.path), 31);
	age(kit, 31);
	assert_true(kept_load(&f->ctx, &f->store, "kits", "a kit", &json));
	json_clear(&json);
	assert_int_equal(gc(f, NULL), 0);
	age(kit, 31);
	age(path_join(&f->arena, bin, "t/kit.json"), 31);
	age(path_join(&f->arena, bin, "t"), 31);
	assert_int_equal(gc(f, NULL), 1 + 1 + 1 + 2 + 1 + 3);
	assert_false(file_exists(kit));
	assert_false(file_exists(path_join(&f->arena, bin, "t")));
	assert_true(file_exists(apt));

	age(path_join(&f->arena, apt, "updated"), 31);
	age(apt, 31);
	f->ctx.offline = true;
	assert_int_equal(gc(f, NULL), 0);
	f->ctx.offline = false;
	assert_int_equal(gc(f, NULL), 1);
	assert_false(file_exists(apt));
}

static void
test_read_only_store(void **state)
{
	struct fixture *f = *state;

	get(f);
	/* The superuser can write anything: what is checked is that nothing is written. */
	const char *refs = store_path(&f->store, &f->arena, "refs");
	const char *locks = store_path(&f->store, &f->arena, "locks");
	char *before = arena_printf(
		&f->arena, "%s %s", file_stamp(&f->arena, refs), file_stamp(&f->arena, locks));
	get(f);
	assert_string_equal(before, arena_printf(&f->arena, "%s %s", file_stamp(&f->arena, refs),
					    file_stamp(&f->arena, locks)));
	assert_false(f->got.fresh);
}

static void
test_damaged_records(void **state)
{
	struct fixture *f = *state;

	use_index(f);
	get(f);
	unit_file(&f->arena, store_path(&f->store, &f->arena, "refs"),
		"linux+arm64+musl@debian:12+c-static.json", "{\"root\":7}", 0644);
	assert_false(sysroot_find(&f->ctx, &f->store, &f->req, &f->got, &f->err));
	assert_int_equal(f->err.kind, ERROR_NONE);
	unit_file(&f->arena, store_path(&f->store, &f->arena, "roots"),
		arena_printf(&f->arena, "%s.json", f->lock.entries[0].root), "", 0644);
	get(f);
	assert_true(f->got.fresh);
	assert_true(sysroot_find(&f->ctx, &f->store, &f->req, &f->got, &f->err));
}

/* Killed at some instant: the next run has it all the same, and nothing is left behind. */
static void
test_killed(void **state)
{
	struct fixture *f = *state;
	struct strvec names;
	int status;

	for (useconds_t delay = 0; delay < 12000; delay += 1500) {
		struct sysroot s;
		pid_t pid = fork();
		if (pid == 0) {
			if (!sysroot_get(&f->ctx, &f->store, &f->req, &s, &f->err))
				_exit(1);
			_exit(0);
		}
		nanosleep(&(struct timespec){ .tv_nsec = (long)delay * 1000 }, NULL);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		get(f);
		strvec_init(&names, &f->arena);
		assert_true(sysroot_verify(&f->ctx, &f->store, &f->got, &names, &f->err));
		assert_int_equal(names.count, 0);
		assert_true(sysroot_remove(&f->ctx, &f->store, &f->got, &f->err));
		/* remove and get swept on their way */
		assert_true(file_list(
			&f->arena, store_path(&f->store, &f->arena, "roots"), &names, &f->err));
		assert_int_equal(names.count, 0);
	}
}

static void
test_side_by_side(void **state)
{
	struct fixture *f = *state;
	int status, fresh = 0;
	pid_t pids[8];

	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			struct sysroot s;
			if (!sysroot_get(&f->ctx, &f->store, &f->req, &s, &f->err))
				_exit(100);
			_exit(s.fresh ? 1 : 0);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		assert_in_range(WEXITSTATUS(status), 0, 1);
		fresh += WEXITSTATUS(status);
	}
	assert_int_equal(fresh, 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_get),
		TEST(test_a_lock_serves_nobody_else),
		TEST(test_a_ref_of_another),
		TEST(test_a_lock_that_lies),
		TEST(test_update_mends_a_lock),
		TEST(test_locked),
		TEST(test_another_source_leaves_the_lock),
		TEST(test_added_packages),
		TEST(test_added_in_a_lock),
		TEST(test_two_stores_are_identical),
		TEST(test_lock_without_composing),
		TEST(test_damaged_blob),
		TEST(test_incomplete_packages),
		TEST(test_errors_name_the_package),
		TEST(test_leftovers_are_not_adopted),
		TEST(test_verify),
		TEST(test_list_and_remove),
		TEST(test_gc),
		TEST(test_gc_keeps_refs),
		TEST(test_gc_of_caches),
		TEST(test_read_only_store),
		TEST(test_damaged_records),
		TEST(test_killed),
		TEST(test_side_by_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
