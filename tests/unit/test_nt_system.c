/* SPDX-License-Identifier: MIT */
/* What is recorded of Windows: kinds of DLLs, API sets by contract, exports, C libraries. */
#include "tests/unit/unit.h"

#include "linkcheck/resolve/nt_system.h"

static void
sorted(void **state)
{
	(void)state;
	assert_true(nt_dll_count > 1000);
	for (size_t i = 0; i < nt_dll_count; i++) {
		const struct nt_dll_row *d = &nt_dlls[i];

		if (i > 0)
			assert_true(strcmp(nt_text + nt_dlls[i - 1].name, nt_text + d->name) < 0);
		for (size_t k = 1; k < d->count; k++)
			assert_true(strcmp(nt_text + nt_exports[d->first + k - 1].name,
					    nt_text + nt_exports[d->first + k].name) < 0);
	}
}

static void
kinds(void **state)
{
	static const struct {
		const char *dll;
		enum nt_dll_kind kind;
	} cases[] = {
		{ "kernel32.dll", NT_DLL_SYSTEM },
		{ "KERNEL32.DLL", NT_DLL_SYSTEM },
		{ "kernel32", NT_DLL_UNKNOWN },
		{ "winspool.drv", NT_DLL_SYSTEM },
		{ "mscoree.dll", NT_DLL_SYSTEM },
		{ "vcruntime140.dll", NT_DLL_REDIST },
		{ "MSVCP140.dll", NT_DLL_REDIST },
		{ "d3dx9_43.dll", NT_DLL_REDIST },
		{ "libgcc_s_seh-1.dll", NT_DLL_TOOLCHAIN },
		{ "libstdc++-6.dll", NT_DLL_TOOLCHAIN },
		{ "libwinpthread-1.dll", NT_DLL_TOOLCHAIN },
		{ "libc++.dll", NT_DLL_TOOLCHAIN },
		{ "libfoo-1.dll", NT_DLL_UNKNOWN },
		{ "api-ms-win-crt-stdio-l1-1-0.dll", NT_DLL_API_SET },
		{ "api-ms-win-crt-stdio-l1-1-7.dll", NT_DLL_API_SET },
		{ "API-MS-Win-Core-Synch-l1-2-0.dll", NT_DLL_API_SET },
		{ "api-ms-win-core-synch-l1-20-0.dll", NT_DLL_UNKNOWN },
		{ "api-ms-win-crt-stdio-l9-1-0.dll", NT_DLL_UNKNOWN },
		{ "api-ms-win-crt", NT_DLL_UNKNOWN },
		{ "", NT_DLL_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (nt_dll_kind(cases[i].dll) != cases[i].kind)
			fail_msg("%s is %d", cases[i].dll, nt_dll_kind(cases[i].dll));
	assert_true(nt_dll_is_known("Kernel32.dll"));
	assert_false(nt_dll_is_known("kernel32.dll.dll"));
	assert_false(nt_dll_is_known("version.dll"));
	assert_true(nt_dll_is_extension("ext-ms-win-foo-l1-1-0.dll"));
}

static void
exports(void **state)
{
	const char *since;

	(void)state;
	assert_int_equal(
		nt_dll_exports("KERNEL32.dll", "amd64", "CreateFileW", &since), NT_EXPORTED);
	assert_null(since);
	assert_int_equal(nt_dll_exports("kernel32.dll", "386", "CreateFile2", &since), NT_EXPORTED);
	assert_string_equal(since, "6.2");
	assert_int_equal(
		nt_dll_exports("kernel32.dll", "amd64", "createfilew", &since), NT_NOT_RECORDED);
	/* i386 alone has it as a function; nothing is known of arm64 then. */
	assert_int_equal(
		nt_dll_exports("kernel32.dll", "386", "InterlockedIncrement", &since), NT_EXPORTED);
	assert_int_equal(nt_dll_exports("kernel32.dll", "arm64", "InterlockedIncrement", &since),
		NT_NOT_RECORDED);
	assert_int_equal(nt_dll_exports("ws2_32.dll", "amd64", "WSAStartup", &since), NT_EXPORTED);
	assert_int_equal(
		nt_dll_exports("api-ms-win-crt-stdio-l1-1-3.dll", "amd64", "fopen", &since),
		NT_EXPORTED);
	assert_int_equal(nt_dll_exports("kernelbase.dll", "amd64", "Sleep", &since), NT_NO_RECORDS);
	assert_int_equal(nt_dll_exports("mine.dll", "amd64", "x", &since), NT_NO_RECORDS);
}

static void
c_libraries(void **state)
{
	const char *name;

	(void)state;
	assert_int_equal(nt_dll_crt("MSVCRT.dll", &name), NT_CRT_MSVCRT);
	assert_string_equal(name, "msvcrt");
	assert_int_equal(nt_dll_crt("api-ms-win-crt-heap-l1-1-0.dll", &name), NT_CRT_UCRT);
	assert_int_equal(nt_dll_crt("ucrtbase.dll", &name), NT_CRT_UCRT);
	assert_string_equal(name, "ucrt");
	assert_int_equal(nt_dll_crt("MSVCR120.dll", &name), NT_CRT_OTHER);
	assert_string_equal(name, "msvcr120");
	assert_int_equal(nt_dll_crt("msvcr120d.dll", &name), NT_CRT_OTHER);
	assert_int_equal(nt_dll_crt("kernel32.dll", &name), NT_CRT_NONE);
	assert_null(name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorted),
		cmocka_unit_test(kinds),
		cmocka_unit_test(exports),
		cmocka_unit_test(c_libraries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
