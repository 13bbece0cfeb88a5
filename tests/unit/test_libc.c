/* SPDX-License-Identifier: MIT */
/* Which libc names belong to. */
#include "tests/unit/unit.h"

#include "linkcheck/read/libc.h"

static void
loaders(void **state)
{
	static const struct {
		const char *path;
		enum target_libc libc;
	} rows[] = {
		{ "/lib64/ld-linux-x86-64.so.2", LIBC_GLIBC },
		{ "/lib/ld-linux.so.2", LIBC_GLIBC },
		{ "/lib/ld-linux-riscv64-lp64d.so.1", LIBC_GLIBC },
		{ "/nix/store/x-glibc-2.38/lib/ld-linux-x86-64.so.2", LIBC_GLIBC },
		{ "/lib64/ld64.so.2", LIBC_GLIBC },
		{ "/lib/ld.so.1", LIBC_GLIBC },
		{ "/lib/ld-musl-armhf.so.1", LIBC_MUSL },
		{ "/system/bin/linker64", LIBC_BIONIC },
		{ "/libexec/ld-elf.so.1", LIBC_NATIVE },
		{ "/usr/libexec/ld.so", LIBC_NATIVE },
		{ "/usr/lib/ld.so.1", LIBC_NATIVE },
		{ "/usr/lib/amd64/ld.so.1", LIBC_NATIVE },
		{ "/lib/ld-uClibc.so.0", LIBC_UNKNOWN },
		{ "", LIBC_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (libc_of_loader(rows[i].path) != rows[i].libc)
			fail_msg("%s: %s", rows[i].path,
				target_libc_name(libc_of_loader(rows[i].path)));
	/* Every loader of the target table is known. */
	for (size_t i = 0; i < target_row_count(); i++) {
		const struct target_row *row = target_row_at(i);

		for (size_t k = 0; k < ARRAY_LEN(row->abis); k++) {
			const struct target_abi *abi = &row->abis[k];

			if (row->format != FORMAT_ELF || strcmp(row->os, "linux") != 0 ||
				!abi->loader || *abi->loader == '\0')
				continue;
			if (libc_of_loader(abi->loader) != abi->libc)
				fail_msg("%s of %s/%s", abi->loader, row->os, row->arch);
		}
	}
}

static void
sonames(void **state)
{
	static const struct {
		const char *name;
		enum target_libc libc;
		bool is_libc;
	} rows[] = {
		{ "libc.so.6", LIBC_GLIBC, true },
		{ "libm.so.6", LIBC_GLIBC, false },
		{ "ld-linux-x86-64.so.2", LIBC_GLIBC, false },
		{ "libc.musl-x86_64.so.1", LIBC_MUSL, true },
		{ "libc.so", LIBC_UNKNOWN, true },
		{ "libc.so.7", LIBC_NATIVE, true },
		{ "libcurl.so.4", LIBC_UNKNOWN, false },
		{ "libc++.so.1", LIBC_UNKNOWN, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(libc_of_soname(rows[i].name), rows[i].libc);
		assert_int_equal(libc_is_libc_name(rows[i].name), rows[i].is_libc);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loaders),
		cmocka_unit_test(sonames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
