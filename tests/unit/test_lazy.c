/* SPDX-License-Identifier: MIT */
/* Libraries on demand, and the note that announces them in this very binary. */
#include "tests/unit/unit.h"

#include <elf.h>

#include "base/lazy.h"

LAZY_NOTE(math, "math", "a library for this test", "suggested", "libm.so.6");

static const char note_json[] =
	"[{\"feature\":\"math\",\"description\":\"a library for this test\","
	"\"priority\":\"suggested\",\"soname\":[\"libm.so.6\"]}]";

static void
loads(void **state)
{
	double (*root)(double) = NULL;
	const struct lazy_symbol symbols[] = { { "sqrt", (void **)&root } };
	struct error err;

	(void)state;
	if (!lazy_load("libm.so.6", "libc6", symbols, ARRAY_LEN(symbols), &err)) {
		print_message("no libm.so.6 here: %s\n", err.where);
		skip();
	}
	assert_true(root(16.0) == 4.0);
	assert_true(lazy_load("libm.so.6", "libc6", symbols, ARRAY_LEN(symbols), &err));
}

static void
missing_library(void **state)
{
	struct error err;

	(void)state;
	assert_false(lazy_load("libxbuild-none.so.9", "libxbuild-none9", NULL, 0, &err));
	assert_int_equal(err.kind, ERROR_MISSING);
	assert_string_equal(err.what, "cannot load libxbuild-none.so.9");
	assert_non_null(strstr(err.where, "libxbuild-none.so.9"));
	assert_non_null(strstr(err.hint, "libxbuild-none9"));
}

/* All slots are filled or none. */
static void
missing_symbol(void **state)
{
	double (*root)(double) = NULL;
	void (*none)(void) = NULL;
	const struct lazy_symbol symbols[] = { { "sqrt", (void **)&root },
		{ "xbuild_no_such_function", (void **)&none } };
	struct error err;

	(void)state;
	assert_false(lazy_load("libm.so.6", "libc6", symbols, ARRAY_LEN(symbols), &err));
	assert_int_equal(err.kind, ERROR_MISSING);
	assert_null(root);
	assert_null(none);
}

/* Reads the section headers of our own file, when it is a 64-bit one. */
static void
note_is_in_the_binary(void **state)
{
	struct arena a;
	struct error err;
	struct str self;
	Elf64_Ehdr header;
	bool found = false;

	(void)state;
	arena_init(&a);
	assert_true(file_read(&a, "/proc/self/exe", (uint64_t)64 << 20, &self, &err));
	memcpy(&header, self.ptr, sizeof(header));
	if (header.e_ident[EI_CLASS] != ELFCLASS64)
		skip();
	for (size_t i = 0; i < header.e_shnum && !found; i++) {
		const char *note;
		Elf64_Shdr section;
		uint32_t words[3];

		memcpy(&section, self.ptr + header.e_shoff + i * sizeof(section), sizeof(section));
		if (section.sh_type != SHT_NOTE || section.sh_size < 16 + sizeof(note_json))
			continue;
		note = self.ptr + section.sh_offset;
		memcpy(words, note, sizeof(words));
		found = words[0] == 4 && words[1] == sizeof(note_json) && words[2] == 0x407c0c0a &&
			memcmp(note + 12, "FDO", 4) == 0 &&
			memcmp(note + 16, note_json, sizeof(note_json)) == 0;
		if (found) {
			assert_int_equal(section.sh_addralign, 4);
			assert_true(section.sh_flags & SHF_ALLOC);
		}
	}
	assert_true(found);
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads),
		cmocka_unit_test(missing_library),
		cmocka_unit_test(missing_symbol),
		cmocka_unit_test(note_is_in_the_binary),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
