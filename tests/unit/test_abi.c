/* SPDX-License-Identifier: MIT */
/* Unit tests of linkcheck/platform/abi.h: facts that other sources state too (glibc's NEWS, musl's release
 * notes, GCC's ABI page), the edges of the tables, and the tables' own invariants. */
#include "base/str.h"
#include "linkcheck/platform/abi.h"
#include "linkcheck/platform/abi_table.h"
#include "tests/unit/unit.h"

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

static const struct abi *
get(enum target_libc libc, const char *version, const char *arch)
{
	struct error err;
	const struct abi *abi;

	error_clear(&err);
	abi = abi_get(&arena, libc, version, arch, &err);
	if (!abi)
		fail_msg("%s", err.what);
	return abi;
}

/* "libc.so.6 GLIBC_2.2.5, libc.so.6 GLIBC_2.34": all definitions, in the table's order. */
static const char *
found(const struct abi *abi, const char *name)
{
	struct strbuf b;
	struct abi_symbol s;

	strbuf_init(&b, &arena);
	for (size_t i = 0; abi_find(abi, name, i, &s); i++)
		strbuf_addf(&b, "%s%s%s%s", i > 0 ? ", " : "", s.library, *s.version ? " " : "",
			s.version);
	return b.ptr;
}

static bool
has_library(const struct abi *abi, const char *soname)
{
	for (const char *const *l = abi_libraries(abi); *l; l++)
		if (strcmp(*l, soname) == 0)
			return true;
	return false;
}

/* NEWS for 2.34: libpthread, libdl, libutil, libanl were merged into libc. */
static void
test_moved(void **state)
{
	const struct abi *before = get(LIBC_GLIBC, "2.33", "amd64");
	const struct abi *after = get(LIBC_GLIBC, "2.34", "amd64");

	(void)state;
	assert_string_equal(found(before, "pthread_create"), "libpthread.so.0 GLIBC_2.2.5");
	assert_string_equal(
		found(after, "pthread_create"), "libc.so.6 GLIBC_2.2.5, libc.so.6 GLIBC_2.34");
	assert_string_equal(found(before, "dlopen"), "libdl.so.2 GLIBC_2.2.5");
	assert_string_equal(found(after, "dlopen"), "libc.so.6 GLIBC_2.2.5, libc.so.6 GLIBC_2.34");
	assert_string_equal(found(get(LIBC_GLIBC, "2.34", "arm64"), "pthread_create"),
		"libc.so.6 GLIBC_2.17, libc.so.6 GLIBC_2.34");
	assert_string_equal(found(get(LIBC_GLIBC, "2.36", "loong64"), "pthread_create"),
		"libc.so.6 GLIBC_2.36");
}

static void
test_find(void **state)
{
	const struct abi *abi = get(LIBC_GLIBC, "2.31", "amd64");
	struct abi_symbol s = { "as it was", "as it was" };

	(void)state;
	assert_string_equal(found(abi, "memcpy"), "libc.so.6 GLIBC_2.2.5, libc.so.6 GLIBC_2.14");
	assert_string_equal(
		found(get(LIBC_GLIBC, "2.31", "arm64"), "memcpy"), "libc.so.6 GLIBC_2.17");
	assert_string_equal(found(abi, "__tls_get_addr"), "ld-linux-x86-64.so.2 GLIBC_2.3");
	assert_string_equal(found(abi, "cos"), "libm.so.6 GLIBC_2.2.5");
	assert_string_equal(found(abi, "_ZGVbN2v_cos"), "libmvec.so.1 GLIBC_2.22");
	assert_string_equal(found(get(LIBC_GLIBC, "2.31", "arm64"), "_ZGVbN2v_cos"), "");
	assert_string_equal(
		found(get(LIBC_GLIBC, "2.31", "386"), "__register_frame"), "libc.so.6 GLIBC_2.0");
	assert_string_equal(found(abi, "arc4random"), "");
	assert_string_equal(
		found(get(LIBC_GLIBC, "2.36", "amd64"), "arc4random"), "libc.so.6 GLIBC_2.36");
	assert_string_equal(found(abi, ""), "");
	assert_string_equal(found(abi, "-"), "");
	assert_string_equal(found(abi, "no_such_symbol"), "");
	assert_false(abi_find(abi, "memcpy", 2, &s));
	assert_false(abi_find(abi, "memcpy", SIZE_MAX, &s));
	assert_string_equal(s.library, "as it was");
}

static void
test_musl(void **state)
{
	const struct abi *abi = get(LIBC_MUSL, "1.2.3", "amd64");

	(void)state;
	assert_string_equal(found(abi, "pthread_create"), "libc.so");
	assert_string_equal(found(abi, "open64"), "libc.so");
	assert_string_equal(found(get(LIBC_MUSL, "1.2.4", "amd64"), "open64"), "");
	assert_string_equal(found(abi, "__time64"), "");
	assert_string_equal(found(get(LIBC_MUSL, "1.2.3", "arm"), "__time64"), "libc.so");
	assert_string_equal(found(get(LIBC_MUSL, "1.1.24", "arm"), "__time64"), "");
	assert_string_equal(found(get(LIBC_MUSL, "1.2.3", "arm"), "__aeabi_memcpy"), "libc.so");
	assert_string_equal(found(abi, "__aeabi_memcpy"), "");
	assert_string_equal(found(abi, "iopl"), "libc.so");
	assert_string_equal(found(get(LIBC_MUSL, "1.2.3", "arm64"), "iopl"), "");
	assert_string_equal(found(get(LIBC_MUSL, "1.2.4", "386"), "__xstat"), "libc.so");
	assert_string_equal(found(get(LIBC_MUSL, "1.2.3", "386"), "__xstat"), "");
	assert_string_equal(found(abi, "gnu_get_libc_version"), "");
	assert_string_equal(found(get(LIBC_MUSL, "1.2.5", "ppc64"), "memcpy"), "libc.so");
	assert_true(has_library(abi, "libc.so"));
	assert_true(has_library(abi, "ld-musl-x86_64.so.1"));
	assert_false(abi_has_version(abi, "libc.so", "GLIBC_2.2.5"));
	assert_false(abi_has_version(abi, "libc.so", ""));
}

static void
test_libraries(void **state)
{
	const struct abi *abi = get(LIBC_GLIBC, "2.36", "arm64");

	(void)state;
	assert_true(has_library(abi, "libc.so.6"));
	assert_true(has_library(abi, "libpthread.so.0"));
	assert_true(has_library(abi, "ld-linux-aarch64.so.1"));
	assert_false(has_library(abi, "libmvec.so.1"));
	assert_true(has_library(get(LIBC_GLIBC, "2.38", "arm64"), "libmvec.so.1"));
	assert_true(has_library(get(LIBC_GLIBC, "2.38", "arm64"), "libcrypt.so.1"));
	assert_false(has_library(get(LIBC_GLIBC, "2.39", "arm64"), "libcrypt.so.1"));
	assert_true(has_library(get(LIBC_GLIBC, "2.36", "loong64"), "libpthread.so.0"));
	assert_false(has_library(get(LIBC_GLIBC, "2.36", "loong64"), "libnsl.so.1"));
	assert_true(has_library(get(LIBC_GLIBC, "2.31", "arm"), "ld-linux-armhf.so.3"));
	assert_true(has_library(get(LIBC_GLIBC, "2.31", "arm/v5"), "ld-linux.so.3"));
	assert_true(has_library(get(LIBC_GLIBC, "2.31", "mipsle"), "ld.so.1"));
	assert_true(has_library(get(LIBC_GLIBC, "2.31", "mips64le"), "libc.so.6"));
}

static void
test_versions(void **state)
{
	const struct abi *abi = get(LIBC_GLIBC, "2.36", "amd64");

	(void)state;
	assert_true(abi_has_version(abi, "libc.so.6", "GLIBC_2.34"));
	assert_true(abi_has_version(abi, "libc.so.6", "GLIBC_2.36"));
	assert_false(abi_has_version(abi, "libc.so.6", "GLIBC_2.37"));
	assert_false(abi_has_version(abi, "libm.so.6", "GLIBC_2.34"));
	assert_true(abi_has_version(abi, "libm.so.6", "GLIBC_2.29"));
	assert_false(abi_has_version(abi, "libc.so.6", "GLIBC_2.0"));
	assert_false(abi_has_version(abi, "libc.so.6", ""));
	assert_false(abi_has_version(abi, "libz.so.1", "GLIBC_2.2.5"));
	assert_true(abi_has_version(abi, "libpthread.so.0", "GLIBC_2.3.2"));
	assert_true(abi_has_version(abi, "libc.so.6", "GLIBC_ABI_DT_RELR"));
	assert_false(abi_has_version(
		get(LIBC_GLIBC, "2.35", "amd64"), "libc.so.6", "GLIBC_ABI_DT_RELR"));
	assert_false(abi_has_version(
		get(LIBC_GLIBC, "2.42", "amd64"), "libc.so.6", "GLIBC_ABI_GNU2_TLS"));
	assert_true(abi_has_version(abi, "ld-linux-x86-64.so.2", "GLIBC_PRIVATE"));
	assert_false(abi_has_version(abi, "libm.so.6", "GLIBC_PRIVATE"));
	assert_true(abi_has_version(
		get(LIBC_GLIBC, "2.31", "amd64"), "libpthread.so.0", "GLIBC_PRIVATE"));
	assert_false(abi_has_version(abi, "libpthread.so.0", "GLIBC_PRIVATE"));
}

static void
test_get_errors(void **state)
{
	static const struct {
		enum target_libc libc;
		const char *version, *arch, *what, *hint;
	} cases[] = {
		{ LIBC_GLIBC, "2.26", "riscv64", "nothing is known of glibc 2.26 on riscv64",
			"2.27 to 2.42 are known" },
		{ LIBC_GLIBC, "2.43", "amd64", "nothing is known of glibc 2.43 on amd64",
			"2.17 to 2.42 are known" },
		{ LIBC_GLIBC, "1.2.3", "amd64", "nothing is known of glibc 1.2.3 on amd64",
			"2.17 to 2.42 are known" },
		{ LIBC_MUSL, "2.17", "amd64", "nothing is known of musl 2.17 on amd64",
			"1.1.16 to 1.2.6 are known" },
		{ LIBC_MUSL, "1.2.4", "loong64", "nothing is known of musl 1.2.4 on loong64",
			"1.2.5 to 1.2.6 are known" },
		{ LIBC_GLIBC, "2.31", "ppc64", "nothing is known of glibc 2.31 on ppc64",
			"glibc is known for 386, amd64, arm, arm64, loong64, mips, mips64, "
			"ppc64le, riscv64, s390x" },
		{ LIBC_GLIBC, "2.31", "arm/v9", "nothing is known of glibc 2.31 on arm/v9",
			"glibc is known for 386, amd64, arm, arm64, loong64, mips, mips64, "
			"ppc64le, riscv64, s390x" },
		{ LIBC_BIONIC, "21", "arm64", "the exports of this libc (bionic) are not recorded",
			"" },
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_null(abi_get(&arena, cases[i].libc, cases[i].version, cases[i].arch, &err));
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_string_equal(err.what, cases[i].what);
		assert_string_equal(err.hint, cases[i].hint);
	}
}

static void
test_since(void **state)
{
	const char *last = NULL;

	(void)state;
	assert_string_equal(
		abi_since(LIBC_GLIBC, "amd64", "pthread_create", "GLIBC_2.34", &last), "2.34");
	assert_string_equal(last, "");
	assert_string_equal(
		abi_since(LIBC_GLIBC, "amd64", "pthread_create", "GLIBC_2.2.5", &last), "2.17");
	assert_string_equal(last, "");
	assert_string_equal(abi_since(LIBC_GLIBC, "riscv64", "memcpy", NULL, &last), "2.27");
	assert_string_equal(abi_since(LIBC_GLIBC, "amd64", "__isoc23_strtol", NULL, &last), "2.38");
	assert_string_equal(abi_since(LIBC_MUSL, "amd64", "open64", NULL, &last), "1.1.16");
	assert_string_equal(last, "1.2.3");
	assert_string_equal(abi_since(LIBC_MUSL, "386", "__xstat", NULL, &last), "1.1.16");
	assert_string_equal(last, "");
	assert_string_equal(abi_since(LIBC_MUSL, "riscv64", "memcpy", "", &last), "1.1.23");
	last = "as it was";
	assert_null(abi_since(LIBC_GLIBC, "amd64", "memcpy", "GLIBC_2.3", &last));
	assert_null(abi_since(LIBC_GLIBC, "sparc64", "memcpy", NULL, &last));
	assert_null(abi_since(LIBC_BIONIC, "arm64", "memcpy", NULL, &last));
	assert_string_equal(last, "as it was");
	assert_true(abi_ever(LIBC_GLIBC, "arm/v5", "memcpy"));
	assert_true(abi_ever(LIBC_GLIBC, "amd64", "crypt"));
	assert_false(abi_ever(LIBC_MUSL, "amd64", "backtrace"));
	assert_false(abi_ever(LIBC_GLIBC, "amd64", "strlcpyx"));
}

static void
test_releases(void **state)
{
	(void)state;
	assert_string_equal(abi_release_at(LIBC_GLIBC, 0), "2.17");
	assert_string_equal(abi_release_at(LIBC_GLIBC, 25), "2.42");
	assert_null(abi_release_at(LIBC_GLIBC, 26));
	assert_string_equal(abi_release_at(LIBC_MUSL, 0), "1.1.16");
	assert_string_equal(abi_release_at(LIBC_MUSL, 15), "1.2.6");
	assert_null(abi_release_at(LIBC_MUSL, 16));
	assert_null(abi_release_at(LIBC_BIONIC, 0));
	assert_true(abi_is_release(LIBC_MUSL, "1.2.1"));
	assert_false(abi_is_release(LIBC_MUSL, "2.17"));
	assert_false(abi_is_release(LIBC_UNKNOWN, "2.17"));
}

/* Every row of every name: found again by each release and architecture that has it, in a library
 * that is listed and under a version node that is defined. */
static void
check_release(enum target_libc libc, const char *version, const char *arch, size_t least)
{
	const struct abi *abi = get(libc, version, arch);
	struct abi_symbol s;
	size_t symbols = 0;

	for (size_t slot = 0; slot < ABI_TABLE_SLOTS; slot++) {
		const char *name;

		if (!abi_slots[slot])
			continue;
		name = abi_text + abi_names[abi_slots[slot] - 1].text;
		for (size_t i = 0; abi_find(abi, name, i, &s); i++) {
			symbols++;
			if (!has_library(abi, s.library))
				fail_msg("%s: %s is not listed", name, s.library);
			if (*s.version && !abi_has_version(abi, s.library, s.version))
				fail_msg("%s: %s has no %s", name, s.library, s.version);
		}
	}
	assert_true(symbols >= least);
}

static void
test_all(void **state)
{
	const char *release, *arch;
	struct error err;

	(void)state;
	for (size_t a = 0; a < abi_arch_count; a++) {
		arch = abi_arches[a];
		for (size_t i = 0; (release = abi_release_at(LIBC_GLIBC, i)); i++)
			if (abi_get(&arena, LIBC_GLIBC, release, arch, &err))
				check_release(LIBC_GLIBC, release, arch, 3000);
		for (size_t i = 0; (release = abi_release_at(LIBC_MUSL, i)); i++)
			if (abi_get(&arena, LIBC_MUSL, release, arch, &err))
				check_release(LIBC_MUSL, release, arch, 1500);
	}
}

static void
test_cxx(void **state)
{
	static const struct {
		const char *level, *node;
		bool has, known;
	} cases[] = {
		{ "3.4.28", "GLIBCXX_3.4.28", true, true },
		{ "3.4.28", "GLIBCXX_3.4.29", false, true },
		{ "3.4.28", "GLIBCXX_3.4.9", true, true },
		{ "3.4.28", "GLIBCXX_3.4", true, true },
		{ "3.4.28", "CXXABI_1.3.12", true, true },
		{ "3.4.28", "CXXABI_1.3.13", false, true },
		{ "3.4.28", "CXXABI_1.3", true, true },
		{ "3.4.28", "GCC_7.0.0", true, true },
		{ "3.4.28", "GCC_11.0", false, true },
		{ "3.4.28", "GCC_12.0.0", false, true },
		{ "3.4.30", "GCC_12.0.0", true, true },
		{ "3.4.29", "GCC_11.0", true, true },
		{ "3.4.33", "GCC_14.0", true, true },
		{ "3.4.25", "CXXABI_TM_1", true, true },
		{ "3.4.16", "CXXABI_TM_1", false, true },
		{ "3.4.28", "CXXABI_FLOAT128", true, true },
		{ "3.4.19", "CXXABI_FLOAT128", false, false },
		{ "3.4.30", "GLIBCXX_LDBL_3.4.31", false, true },
		{ "3.4.30", "GLIBCXX_IEEE128_3.4.30", true, true },
		{ "3.4.30", "CXXABI_LDBL_1.3", true, true },
		{ "3.4.30", "CXXABI_ARM_1.3.3", true, true },
		{ "3.4.34", "GLIBCXX_3.4.34", true, true },
		{ "3.4.99", "GLIBCXX_3.4.1", false, false },
		{ "", "GLIBCXX_3.4.1", false, false },
		{ "3.4.28", "GLIBCXX_DEBUG_MESSAGE_LENGTH", false, false },
		{ "3.4.28", "CXXABI_", false, false },
		{ "3.4.28", "GLIBC_2.0", false, false },
		{ "3.4.28", "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool known = !cases[i].known;
		bool has = cxx_level_has(cases[i].level, cases[i].node, &known);

		if (has != cases[i].has || known != cases[i].known)
			fail_msg("%s at %s", cases[i].node, cases[i].level);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_moved, setup, teardown),
		cmocka_unit_test_setup_teardown(test_find, setup, teardown),
		cmocka_unit_test_setup_teardown(test_musl, setup, teardown),
		cmocka_unit_test_setup_teardown(test_libraries, setup, teardown),
		cmocka_unit_test_setup_teardown(test_versions, setup, teardown),
		cmocka_unit_test_setup_teardown(test_get_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(test_since, setup, teardown),
		cmocka_unit_test_setup_teardown(test_releases, setup, teardown),
		cmocka_unit_test_setup_teardown(test_all, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cxx, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
