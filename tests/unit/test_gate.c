/* SPDX-License-Identifier: MIT */
/* The link-mode gate: what is refused, with which reason, and what is proposed instead. */
#include "tests/unit/kit_make.h"
#include "toolchains/gate.h"

static const struct toolchain llvm = { .provider = "llvm" };

static bool
allowed(const char *target, enum link_mode mode, enum language language, struct error *err)
{
	struct target t = kit_target(target);

	error_clear(err);
	return gate_check(&t, &llvm, mode, language, err);
}

static void
test_matrix(void **state)
{
	static const struct {
		const char *target;
		bool static_pie, cxx;
	} rows[] = {
		{ "linux/amd64/glibc", true, true },
		{ "linux/arm64/glibc", true, true },
		{ "linux/amd64/v3/glibc", true, true },
		{ "linux/arm/glibc", false, true },
		{ "linux/386/glibc", false, true },
		{ "linux/s390x/glibc", false, true },
		{ "linux/riscv64/glibc", true, true },
		{ "linux/ppc64le/glibc", false, true },
		{ "linux/amd64/musl", true, true },
		{ "linux/arm64/musl", true, true },
		{ "linux/386/musl", true, true },
		{ "linux/s390x/musl", true, true },
		{ "linux/mips64le/musl", false, true },
		{ "linux/mipsle/musl", false, true },
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *t = rows[i].target;

		assert_true(allowed(t, LINK_DYNAMIC, LANGUAGE_C, &err));
		assert_true(allowed(t, LINK_STATIC, LANGUAGE_C, &err));
		assert_true(allowed(t, LINK_SHARED, LANGUAGE_C, &err));
		assert_int_equal(allowed(t, LINK_STATIC_PIE, LANGUAGE_C, &err), rows[i].static_pie);
		assert_int_equal(allowed(t, LINK_DYNAMIC, LANGUAGE_CXX, &err), rows[i].cxx);
		assert_int_equal(allowed(t, LINK_STATIC, LANGUAGE_CXX, &err), rows[i].cxx);
	}
}

static void
test_refusal_names_nearest(void **state)
{
	struct error err;

	(void)state;
	assert_false(allowed("linux/arm/glibc", LINK_STATIC_PIE, LANGUAGE_C, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.what, "linux/arm/v7/glibc cannot be linked static-pie: "
				      "glibc's start file for static-pie (rcrt1.o) is not shipped");
	assert_string_equal(err.hint, "the nearest mode that works is static");

	assert_false(allowed("darwin/arm64", LINK_STATIC, LANGUAGE_C, &err));
	assert_string_equal(err.hint, "the nearest mode that works is dynamic");
	assert_false(allowed("zigos/amd64", LINK_DYNAMIC, LANGUAGE_C, &err));
	assert_string_equal(err.hint, "the nearest mode that works is static");
}

/* Without a toolchain only what none can do is refused: GNU ld makes a good static-pie for 386. */
static void
test_without_toolchain(void **state)
{
	struct target t = kit_target("linux/386/glibc");
	struct target mac = kit_target("darwin/amd64");
	struct error err;

	(void)state;
	error_clear(&err);
	assert_true(gate_check(&t, NULL, LINK_STATIC_PIE, LANGUAGE_C, &err));
	assert_false(gate_check(&t, &llvm, LINK_STATIC_PIE, LANGUAGE_C, &err));
	assert_false(gate_check(&mac, NULL, LINK_STATIC, LANGUAGE_C, &err));
}

static void
test_static_mode(void **state)
{
	static const struct {
		const char *target;
		enum link_mode mode;
	} rows[] = {
		{ "linux/arm64/musl", LINK_STATIC_PIE },
		{ "linux/arm64/glibc", LINK_STATIC_PIE },
		{ "linux/arm/glibc", LINK_STATIC },
		{ "linux/arm/v5/musl", LINK_STATIC_PIE },
		{ "linux/mipsle/musl", LINK_STATIC },
		{ "zigos/amd64", LINK_STATIC },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct target t = kit_target(rows[i].target);

		assert_int_equal(gate_static_mode(&t, &llvm), rows[i].mode);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_refusal_names_nearest),
		cmocka_unit_test(test_without_toolchain),
		cmocka_unit_test(test_static_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
