/* SPDX-License-Identifier: MIT */
/* Release and Packages files of Debian archives: what is read, found, and refused. */
#include "tests/unit/unit.h"

#include "base/caps.h"
#include "sysroots/transport/debian_index.h"
#include "sysroots/transport/debian_release.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct arena arena;
static struct error err;

static int
setup(void **state)
{
	(void)state;
	arena_init(&arena);
	error_clear(&err);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

static void
test_dates(void **state)
{
	static const struct {
		const char *text;
		int64_t date; /* -1: refused */
	} cases[] = {
		{ "Thu, 01 Jan 1970 00:00:00 UTC", 0 },
		{ "Sat, 10 May 2025 08:28:33 UTC", 1746865713 },
		{ "Thu, 29 Feb 2024 23:59:59 GMT", 1709251199 },
		{ "Sat, 10 May 2025 8:28:33 +0000", 1746865713 },
		{ "Sat, 10 May 2025 08:28:33 CET", -1 },
		{ "Sat, 10 Mai 2025 08:28:33 UTC", -1 },
		{ "Sat, 32 May 2025 08:28:33 UTC", -1 },
		{ "Sat, 10 May 2025 24:28:33 UTC", -1 },
		{ "Sat, 10 May 2025", -1 },
		{ "", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int64_t date = -1;
		bool ok = debian_date_parse(str_from(cases[i].text), &date);
		assert_int_equal(ok, cases[i].date >= 0);
		if (ok)
			assert_int_equal(date, cases[i].date);
	}
}

static void
test_dated_bases(void **state)
{
	int64_t date = 0;

	(void)state;
	assert_true(debian_dated_base("https://h/archive/debian/20250510T082833Z/", &date));
	assert_int_equal(date, 1746865713);
	assert_false(debian_dated_base("http://h/debian", &date));
	assert_false(debian_dated_base("http://h/20250510T08283xZ", &date));
	assert_false(debian_dated_base("20250510T082833Z", &date));
	assert_false(debian_dated_base("", &date));
}

static void
test_release(void **state)
{
	static const char text[] =
		"Origin: Debian\nSuite: oldstable\nCodename: bookworm\n"
		"Date: Sat, 10 May 2025 08:28:33 UTC\nValid-Until: Sat, 17 May 2025 08:28:33 UTC\n"
		"Acquire-By-Hash: yes\nMD5Sum:\n 00 1 main/binary-arm64/Packages.xz\n"
		"SHA256:\n " HEX "  8788664 main/binary-arm64/Packages.xz\n"
		" short 5 main/binary-amd64/Packages.xz\n"
		"SHA1:\n " HEX " 5 main/binary-i386/Packages.xz\n";
	struct debian_release r;
	char sha256[DIGEST_HEX];
	uint64_t size;

	(void)state;
	assert_true(debian_release_parse(&arena, STR(text), &r, &err));
	assert_string_equal(r.suite, "oldstable");
	assert_string_equal(r.codename, "bookworm");
	assert_int_equal(r.date, 1746865713);
	assert_int_equal(r.valid_until - r.date, 7 * 86400);
	assert_true(r.by_hash);
	assert_true(debian_release_file(&r, "main/binary-arm64/Packages.xz", sha256, &size));
	assert_int_equal(size, 8788664);
	assert_string_equal(sha256, HEX);
	assert_false(debian_release_file(&r, "main/binary-amd64/Packages.xz", sha256, &size));
	assert_false(debian_release_file(&r, "main/binary-i386/Packages.xz", sha256, &size));
	assert_false(debian_release_file(&r, "binary-arm64/Packages.xz", sha256, &size));
}

static void
test_bad_releases(void **state)
{
	static const char *const bad[] = { "", "Suite: x\n", "Date: soon\nSHA256:\n a\n",
		"Date: Sat, 10 May 2025 08:28:33 UTC\n",
		"Date: Sat, 10 May 2025 08:28:33 UTC\nSHA256:\nSuite: x\n" };
	struct debian_release r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_false(debian_release_parse(&arena, str_from(bad[i]), &r, &err));
		assert_int_equal(err.kind, ERROR_FORMAT);
	}
}

static void
test_versions(void **state)
{
	static const struct {
		const char *a, *b;
		int order;
	} cases[] = {
		{ "1.0", "1.0", 0 },
		{ "1.0-1", "1.0-2", -1 },
		{ "1:0.1", "9.9", 1 },
		{ "2.36-9+deb12u10", "2.36-9+deb12u9", 1 },
		{ "1.0~rc1", "1.0", -1 },
		{ "1.0~rc1", "1.0~rc2", -1 },
		{ "1.0a", "1.0+b", -1 },
		{ "1.01", "1.1", 0 },
		{ "1.2.3-1", "1.2.3-1+b1", -1 },
		{ "0", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int order = debian_version_cmp(str_from(cases[i].a), str_from(cases[i].b));
		assert_int_equal((order > 0) - (order < 0), cases[i].order);
		order = debian_version_cmp(str_from(cases[i].b), str_from(cases[i].a));
		assert_int_equal((order > 0) - (order < 0), -cases[i].order);
	}
}

#define STANZA(name, version, arch, more)                                                          \
	"Package: " name "\nVersion: " version "\nArchitecture: " arch "\n" more                   \
	"Filename: pool/" name "_" version ".deb\nSize: 10\nSHA256: " HEX "\n\n"

static const char packages[] = STANZA("libc6-dev", "2.36", "arm64",
	"Section: libdevel\nDepends: libc6 (= 2.36), nis\n") STANZA("libc6", "2.36", "arm64",
	"Section: libs\n") STANZA("nis", "1", "all", "Section: net\n") STANZA("zlib1g-dev", "1",
	"arm64",
	"Section: libdevel\nDepends: zlib1g (= 1), libc6-dev | libc-dev\nProvides: libz-dev\n")
	STANZA("zlib1g", "1", "arm64", "Section: libs\nDepends: libc6 (>= 2.14)\n") STANZA(
		"libpng-dev", "1.6", "arm64",
		"Section: libdevel\nDepends: libz-dev, libpng16 (= 1.6), libpng-tools\n")
		STANZA("libpng16", "1.6", "arm64", "Section: libs\nPre-Depends: libpng-ring\n")
			STANZA("libpng-ring", "1", "arm64", "Section: libs\nDepends: libpng16\n")
				STANZA("png-tools", "1", "arm64", "Section: graphics\n")
					STANZA("musl", "1.2.3", "arm64", "") STANZA("musl", "1.2.4",
						"arm64", "") STANZA("musl", "1.2.2", "arm64", "")
						STANZA("other", "1", "amd64",
							"") "Package: torn\nVersion: 1\n";

static struct debian_index
index_of(const char *text)
{
	struct debian_index index;

	debian_index_init(&index, &arena);
	assert_true(debian_index_add(&index, str_from(text), "arm64", &err));
	return index;
}

static void
test_find(void **state)
{
	static const char *const names[] = { "musl", "libc6", "other", "torn", "nothing", NULL };
	struct debian_index index = index_of(packages);
	struct package_list list;

	(void)state;
	assert_true(debian_index_find(&index, names, &list, &err));
	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].name, "libc6");
	assert_string_equal(list.items[1].version, "1.2.4");
	assert_string_equal(list.items[1].path, "pool/musl_1.2.4.deb");
	assert_int_equal(list.items[1].size, 10);
	assert_string_equal(list.items[1].sha256, HEX);
}

static void
test_unfit_packages(void **state)
{
	static const char *const bad[] = {
		"Package: p\nVersion: 1\nArchitecture: all\nFilename: ../p\nSize: 1\nSHA256: " HEX
		"\n",
		"Package: p\nVersion: 1\nArchitecture: all\nFilename: /p\nSize: 1\nSHA256: " HEX
		"\n",
		"Package: p\nVersion: 1\nArchitecture: all\nFilename: p\nSize: -1\nSHA256: " HEX
		"\n",
		"Package: p\nVersion: 1\nArchitecture: all\nFilename: p\nSize: 1\nSHA256: 00\n",
		"Package: p\nVersion: 1 2\nArchitecture: all\nFilename: p\nSize: 1\nSHA256: " HEX
		"\n",
		"Package: p\nVersion: 1\nArchitecture: all\nFilename: p\nSize: "
		"9999999999\nSHA256: " HEX "\n",
	};
	static const char *const names[] = { "p", NULL };
	struct package_list list;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct debian_index index = index_of(bad[i]);
		assert_false(debian_index_find(&index, names, &list, &err));
		assert_int_equal(err.kind, ERROR_FORMAT);
	}
}

static void
test_closure(void **state)
{
	static const char *const names[] = { "libpng-dev", "nothing", NULL };
	struct package given[] = { { .name = "libc6-dev" }, { .name = "libc6" } };
	const struct package_list base = { given, 2 };
	struct debian_index index = index_of(packages);
	struct strvec found, unknown;

	(void)state;
	strvec_init(&found, &arena);
	strvec_init(&unknown, &arena);
	debian_index_closure(&index, &base, names, &found, &unknown);
	assert_int_equal(unknown.count, 1);
	assert_string_equal(unknown.items[0], "nothing");
	assert_int_equal(found.count, 5);
	assert_string_equal(found.items[0], "libpng-dev");
	assert_string_equal(found.items[1], "libpng-ring");
	assert_string_equal(found.items[2], "libpng16");
	assert_string_equal(found.items[3], "zlib1g");
	assert_string_equal(found.items[4], "zlib1g-dev");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_dates),
		T(test_dated_bases),
		T(test_release),
		T(test_bad_releases),
		T(test_versions),
		T(test_find),
		T(test_unfit_packages),
		T(test_closure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
