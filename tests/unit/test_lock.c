/* SPDX-License-Identifier: MIT */
/* xbuild.lock: what is written is read back, stays stable, and nonsense is refused by name. */
#include "tests/unit/unit.h"

#include <sys/stat.h>

#include "sysroots/lock.h"

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct fixture {
	struct arena arena;
	struct error err;
	char *dir;
	char *path;
	struct lock lock;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	error_clear(&f->err);
	f->dir = unit_temp_dir(&f->arena);
	f->path = path_join(&f->arena, f->dir, "xbuild.lock");
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

static struct lock_entry
entry_of(struct fixture *f, const char *target, const char *root)
{
	struct package *p = ARENA_ARRAY(&f->arena, 2, struct package);

	p[0] = (struct package){ "linux-libc-dev", "6.1.176-1", "arm64",
		"pool/main/l/linux/linux-libc-dev_6.1.176-1_arm64.deb", 2000, SHA_A };
	p[1] = (struct package){ "musl-dev", "1.2.3-1", "arm64",
		"pool/main/m/musl/musl-dev_1.2.3-1_arm64.deb", 566724, SHA_B };
	return (struct lock_entry){
		.target = target,
		.source = source_get("debian:12", &f->err),
		.set = SET_C_DYNAMIC,
		.packages = { p, 2 },
		.root = root,
	};
}

static void
test_absent(void **state)
{
	struct fixture *f = *state;

	assert_true(lock_read(&f->lock, &f->arena, f->path, &f->err));
	assert_false(f->lock.exists);
	assert_int_equal(f->lock.count, 0);
	assert_null(lock_find(&f->lock, "linux/arm64/musl", SET_C_STATIC));
}

static void
test_round_trip(void **state)
{
	struct fixture *f = *state;
	struct lock_entry b = entry_of(f, "linux/arm64/musl", SHA_B);
	struct lock_entry a = entry_of(f, "linux/amd64/glibc", SHA_A);
	const struct lock_entry *found;
	struct str first, second;

	strvec_init(&b.added, &f->arena);
	strvec_push(&b.added, "zlib-dev");
	assert_true(lock_read(&f->lock, &f->arena, f->path, &f->err));
	lock_put(&f->lock, &b);
	lock_put(&f->lock, &a);
	assert_true(f->lock.changed);
	assert_string_equal(f->lock.entries[0].target, "linux/amd64/glibc");
	assert_true(lock_write(&f->lock, &f->err));
	assert_false(f->lock.changed);
	assert_true(file_read(&f->arena, f->path, 100000, &first, &f->err));

	assert_true(lock_read(&f->lock, &f->arena, f->path, &f->err));
	assert_true(f->lock.exists);
	assert_int_equal(f->lock.count, 2);
	found = lock_find(&f->lock, "linux/arm64/musl", SET_C_STATIC);
	assert_non_null(found);
	assert_ptr_equal(found->source, b.source);
	assert_int_equal(found->set, SET_C_DYNAMIC);
	assert_string_equal(found->root, SHA_B);
	assert_int_equal(found->added.count, 1);
	assert_string_equal(found->added.items[0], "zlib-dev");
	assert_int_equal(found->packages.count, 2);
	assert_string_equal(found->packages.items[1].name, "musl-dev");
	assert_int_equal(found->packages.items[1].size, 566724);
	assert_null(lock_find(&f->lock, "linux/arm64/musl", SET_CXX));
	assert_null(lock_find(&f->lock, "linux/arm64", SET_C_STATIC));

	lock_put(&f->lock, &a);
	assert_false(f->lock.changed);
	assert_true(lock_write(&f->lock, &f->err));
	assert_true(file_read(&f->arena, f->path, 100000, &second, &f->err));
	assert_true(str_eq(first, second));
}

static void
test_replace(void **state)
{
	struct fixture *f = *state;
	struct lock_entry e = entry_of(f, "linux/arm64/musl", SHA_B);

	assert_true(lock_read(&f->lock, &f->arena, f->path, &f->err));
	lock_put(&f->lock, &e);
	f->lock.changed = false;
	e = entry_of(f, "linux/arm64/musl", SHA_A);
	lock_put(&f->lock, &e);
	assert_true(f->lock.changed);
	assert_int_equal(f->lock.count, 1);
	f->lock.changed = false;
	e = entry_of(f, "linux/arm64/musl", SHA_A);
	e.packages.items[0].version = "6.1.177-1";
	lock_put(&f->lock, &e);
	assert_true(f->lock.changed);
	f->lock.changed = false;
	strvec_init(&e.added, &f->arena);
	strvec_push(&e.added, "zlib-dev");
	lock_put(&f->lock, &e);
	assert_true(f->lock.changed);
}

#define PACKAGE(path, size, sha)                                                                   \
	"{\"name\":\"n\",\"version\":\"1\",\"arch\":\"all\",\"path\":\"" path "\",\"size\":" size  \
	",\"sha256\":\"" sha "\"}"
#define NAMED(name, version, arch)                                                                 \
	"{\"name\":\"" name "\",\"version\":\"" version "\",\"arch\":\"" arch                      \
	"\",\"path\":\"p\",\"size\":1,\"sha256\":\"" SHA_A "\"}"
#define LOCK_OF(target, schema, source, set, root, package)                                        \
	"{\"schema\":" schema ",\"targets\":{\"" target "\":{\"source\":\"" source                 \
	"\",\"set\":\"" set "\",\"root\":\"" root "\",\"packages\":[" package "]}}}"
#define LOCK(schema, source, set, root, package)                                                   \
	LOCK_OF("linux/arm64/musl", schema, source, set, root, package)
#define GOOD PACKAGE("pool/n.deb", "1", SHA_A)
#define WITH(package) LOCK("1", "debian:12", "c++", SHA_A, package)
#define ADDED(names)                                                                               \
	"{\"schema\":1,\"targets\":{\"linux/arm64/musl\":{\"source\":\"debian:12\","               \
	"\"set\":\"c-static\",\"root\":\"" SHA_A "\",\"added\":" names ",\"packages\":[" GOOD      \
	"]}}}"
#define FOR(target) LOCK_OF(target, "1", "debian:12", "c-static", SHA_A, GOOD)

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *why;
		enum error_kind kind;
	} cases[] = {
		{ "", "", ERROR_FORMAT },
		{ "[]", "", ERROR_USAGE },
		{ "{\"schema\":1}", "targets", ERROR_USAGE },
		{ "{\"schema\":1,\"targets\":{},\"x\":1}", "x", ERROR_USAGE },
		{ LOCK("2", "debian:12", "c-static", SHA_A, GOOD), "another version", ERROR_USAGE },
		{ LOCK("1", "debian:99", "c-static", SHA_A, GOOD), "debian:99", ERROR_USAGE },
		{ LOCK("1", "debian:12", "c", SHA_A, GOOD), "unknown set \"c\"", ERROR_USAGE },
		{ LOCK("1", "debian:12", "c++", "../..", GOOD), "malformed root", ERROR_USAGE },
		{ LOCK("1", "debian:12", "c++", SHA_A, PACKAGE("p", "1", "AB")), "malformed sha256",
			ERROR_USAGE },
		{ LOCK("1", "debian:12", "c++", SHA_A, PACKAGE("../p", "1", SHA_A)),
			"not inside the archive", ERROR_USAGE },
		{ LOCK("1", "debian:12", "c++", SHA_A, PACKAGE("/p", "1", SHA_A)),
			"not inside the archive", ERROR_USAGE },
		{ LOCK("1", "debian:12", "c++", SHA_A, PACKAGE("p", "0", SHA_A)), "impossible size",
			ERROR_USAGE },
		{ LOCK("1", "debian:12", "c++", SHA_A, PACKAGE("p", "99999999999", SHA_A)),
			"impossible size", ERROR_USAGE },
		{ LOCK("1", "debian:12", "c++", SHA_A, "{\"name\":\"n\"}"), "version",
			ERROR_USAGE },
		{ LOCK("1", "debian:12", "c++", SHA_A, "7"), "", ERROR_USAGE },
		{ WITH(""), "has no packages", ERROR_USAGE },
		{ WITH(GOOD "," GOOD), "two entries", ERROR_USAGE },
		{ WITH(NAMED("", "1", "all")), "a name", ERROR_USAGE },
		{ WITH(NAMED("a b", "1", "all")), "a name", ERROR_USAGE },
		{ WITH(NAMED("-o", "1", "all")), "a name", ERROR_USAGE },
		{ WITH(NAMED("../a", "1", "all")), "a name", ERROR_USAGE },
		{ WITH(NAMED("a\\u001b[2J", "1", "all")), "a name", ERROR_USAGE },
		{ WITH(NAMED("a", "1\\u001b[2J", "all")), "a version", ERROR_USAGE },
		{ WITH(NAMED("a", "", "all")), "a version", ERROR_USAGE },
		{ WITH(NAMED("a", "1", "arm64\\n")), "an architecture", ERROR_USAGE },
		{ WITH(PACKAGE("p;x", "1", SHA_A)), "not inside the archive", ERROR_USAGE },
		{ WITH(PACKAGE("p/", "1", SHA_A)), "not inside the archive", ERROR_USAGE },
		{ ADDED("7"), "added", ERROR_USAGE },
		{ ADDED("[7]"), "a name that no package has", ERROR_USAGE },
		{ ADDED("[\"-o=x\"]"), "a name that no package has", ERROR_USAGE },
		{ ADDED("[\"libc6-\"]"), "a name that no package has", ERROR_USAGE },
		{ ADDED("[\"a/b\"]"), "a name that no package has", ERROR_USAGE },
		{ FOR("linux/arm64"), "not the full name", ERROR_USAGE },
		{ FOR("aarch64-linux-musl"), "not the full name", ERROR_USAGE },
		{ FOR("linux/\\u001b[2J"), "", ERROR_USAGE },
		{ FOR(""), "", ERROR_USAGE },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		unit_file(&f->arena, f->dir, "xbuild.lock", cases[i].text, 0644);
		error_clear(&f->err);
		if (lock_read(&f->lock, &f->arena, f->path, &f->err))
			fail_msg("accepted: %s", cases[i].text);
		if (f->err.kind != cases[i].kind || strstr(f->err.what, cases[i].why) == NULL)
			fail_msg("%s: kind %d, %s", cases[i].text, (int)f->err.kind, f->err.what);
	}
	/* What cannot be read cannot be updated. */
	unit_file(&f->arena, f->dir, "xbuild.lock", LOCK("2", "debian:12", "c-static", SHA_A, GOOD),
		0644);
	assert_false(lock_read(&f->lock, &f->arena, f->path, &f->err));
	assert_non_null(strstr(f->err.hint, "remove it, then xbuild lock -t TARGET"));
	assert_null(strstr(f->err.hint, "--update"));
	unit_file(&f->arena, f->dir, "xbuild.lock", LOCK("1", "debian:12", "c-static", SHA_A, GOOD),
		0644);
	if (!lock_read(&f->lock, &f->arena, f->path, &f->err))
		fail_msg("%s", f->err.what);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_absent),
		TEST(test_round_trip),
		TEST(test_replace),
		TEST(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
