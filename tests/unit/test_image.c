/* SPDX-License-Identifier: MIT */
/* The ELF reader, over both classes and both byte orders, without section headers. */
#include "tests/unit/elf_make.h"

#include "linkcheck/read/image.h"

static const struct shape {
	unsigned bits;
	bool big;
	uint16_t machine;
	const char *arch;
} shapes[] = {
	{ 64, false, EM_X86_64, "amd64" },
	{ 64, true, EM_S390, "s390x" },
	{ 32, false, EM_ARM, "arm" },
	{ 32, true, EM_PPC, "ppc" },
};

struct fixture {
	struct arena arena;
	struct error err;
	struct input in;
	struct image img;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	free(f);
	return 0;
}

static struct elf_make *
program(struct fixture *f, const struct shape *s, enum make_hash hash)
{
	struct elf_make *m = elf_make_new(&f->arena, s->bits, s->big, s->machine, ET_DYN);

	m->hash = hash;
	m->interp = "/lib/ld-linux-x.so.2";
	m->runpath = "$ORIGIN/../lib";
	m->needed[0] = "libm.so.6";
	m->needed[1] = "libc.so.6";
	m->symbols[0] = (struct make_symbol){ .name = "puts", .version = 2, .reloc = 'p' };
	m->symbols[1] = (struct make_symbol){ .name = "environ", .version = 3, .reloc = 'd' };
	m->symbols[2] = (struct make_symbol){ .name = "maybe", .weak = true };
	m->symbols[3] = (struct make_symbol){ .name = "stdout", .version = 2, .reloc = 'c' };
	m->symbols[4] = (struct make_symbol){ .name = "mine", .defined = true };
	m->symbols[5] = (struct make_symbol){ .name = "other", .defined = true, .weak = true };
	m->needs[0] = (struct make_need){ "libc.so.6", "GLIBC_2.17", 2 };
	m->needs[1] = (struct make_need){ "libc.so.6", "GLIBC_2.34", 3 };
	m->needs[2] = (struct make_need){ "libm.so.6", "GLIBC_2.29", 4 };
	return m;
}

static void
open_made(struct fixture *f, struct elf_make *m)
{
	elf_make(m);
	input_from_buffer(&f->in, &f->arena, "made", m->out, m->len);
	if (!image_open(&f->img, &f->arena, &f->in, &f->err))
		fail_msg("%s", f->err.what);
}

static void
check_facts(struct image *img, const struct shape *s)
{
	assert_int_equal(img->bits, s->bits);
	assert_int_equal(img->big_endian, s->big);
	assert_int_equal(img->machine, s->machine);
	assert_int_equal(img->type, IMAGE_PIE);
	assert_string_equal(img->interpreter, "/lib/ld-linux-x.so.2");
	assert_string_equal(img->runpath, "$ORIGIN/../lib");
	assert_null(img->rpath);
	assert_null(img->soname);
	assert_int_equal(img->needed.count, 2);
	assert_string_equal(img->needed.items[0], "libm.so.6");
	assert_string_equal(img->needed.items[1], "libc.so.6");
	assert_true(img->has_stack_segment);
	assert_false(img->stack_executable);
	assert_true(img->has_relro);
	assert_false(img->has_sections);
	assert_int_equal(img->defects.count, 0);
	assert_string_equal(image_arch_name(img->arena, img), s->arch);
}

static void
check_versions(const struct image *img)
{
	assert_int_equal(img->version_need_count, 3);
	assert_string_equal(img->version_needs[1].version, "GLIBC_2.34");
	assert_string_equal(img->version_needs[1].file, "libc.so.6");
	assert_int_equal(img->version_needs[1].index, 3);
	assert_int_equal(img->version_needs[1].hash, make_elf_hash("GLIBC_2.34"));
	assert_string_equal(img->version_needs[2].file, "libm.so.6");
	assert_false(img->version_needs[2].weak);
}

static void
check_imports(struct image *img, struct error *err)
{
	const struct image_import *i;
	size_t n;

	assert_true(image_imports(img, &i, &n, err));
	assert_int_equal(n, 4);
	assert_string_equal(i[0].name, "puts");
	assert_string_equal(i[0].version, "GLIBC_2.17");
	assert_string_equal(i[0].version_file, "libc.so.6");
	assert_int_equal(i[0].when, BIND_LAZY);
	assert_true(i[0].function_type);
	assert_string_equal(i[1].version, "GLIBC_2.34");
	assert_int_equal(i[1].when, BIND_START);
	assert_string_equal(i[2].name, "maybe");
	assert_null(i[2].version);
	assert_true(i[2].weak);
	assert_int_equal(i[2].when, BIND_UNUSED);
	assert_string_equal(i[3].name, "stdout");
	assert_true(i[3].copy);
	assert_int_equal(i[3].when, BIND_START);
}

static void
check_exports(struct image *img, struct error *err)
{
	const struct image_export *e;
	struct image_export one;
	size_t n;

	assert_true(image_exports(img, &e, &n, err));
	assert_int_equal(n, 3); /* the copied stdout is one too */
	assert_string_equal(e[1].name, "mine");
	assert_true(e[2].weak);
	assert_true(image_export_find(img, "other", 0, &one));
	assert_string_equal(one.name, "other");
	assert_true(one.weak);
	assert_false(image_export_find(img, "other", 1, &one));
	assert_false(image_export_find(img, "puts", 0, &one));
	assert_false(image_export_find(img, "nothing", 0, &one));
	assert_false(image_export_find(img, "", 0, &one));
}

static void
reads_every_shape(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		for (int hash = MAKE_SYSV; hash <= MAKE_NO_HASH; hash++) {
			struct elf_make *m = program(f, &shapes[i], (enum make_hash)hash);

			open_made(f, m);
			check_facts(&f->img, &shapes[i]);
			check_versions(&f->img);
			check_imports(&f->img, &f->err);
			check_exports(&f->img, &f->err);
		}
}

static void
binding_is_immediate(void **state)
{
	static const struct {
		uint64_t flags, flags_1;
	} rows[] = { { DF_BIND_NOW, 0 }, { 0, DF_1_NOW } };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = program(f, &shapes[0], MAKE_GNU);
		const struct image_import *imports;
		size_t n;

		m->dt_flags = rows[i].flags;
		m->dt_flags_1 = rows[i].flags_1;
		open_made(f, m);
		assert_true(image_imports(&f->img, &imports, &n, &f->err));
		assert_int_equal(imports[0].when, BIND_START);
		assert_int_equal(imports[2].when, BIND_UNUSED);
	}
}

static void
libraries(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct elf_make *m = elf_make_new(
			&f->arena, shapes[i].bits, shapes[i].big, shapes[i].machine, ET_DYN);
		struct image_export e;

		m->hash = MAKE_GNU;
		m->soname = "libx.so.1";
		m->rpath = "/opt/x";
		m->symbols[0] = (struct make_symbol){ .name = "f", .defined = true, .version = 3 };
		m->symbols[1] = (struct make_symbol){
			.name = "f", .defined = true, .version = 2, .hidden_version = true
		};
		m->defs[0] = "X_1";
		m->defs[1] = "X_2";
		open_made(f, m);
		assert_int_equal(f->img.type, IMAGE_SHARED);
		assert_string_equal(f->img.soname, "libx.so.1");
		assert_string_equal(f->img.rpath, "/opt/x");
		assert_int_equal(f->img.version_def_count, 3);
		assert_true(f->img.version_defs[0].base);
		assert_string_equal(f->img.version_defs[2].version, "X_2");
		assert_true(image_export_find(&f->img, "f", 0, &e));
		assert_string_equal(e.version, "X_2");
		assert_false(e.hidden_version);
		assert_true(image_export_find(&f->img, "f", 1, &e));
		assert_string_equal(e.version, "X_1");
		assert_true(e.hidden_version);
	}
}

static void
a_loader_is_a_library(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);

	m->soname = "libc.so.6";
	m->interp = "/lib64/ld-linux-x86-64.so.2";
	open_made(f, m);
	assert_int_equal(f->img.type, IMAGE_SHARED);
	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);
	m->dt_flags_1 = DF_1_PIE;
	open_made(f, m);
	assert_int_equal(f->img.type, IMAGE_PIE);
	assert_string_equal(image_type_name(&f->img), "PIE");
}

static void
notes(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct elf_make *m = elf_make_new(
			&f->arena, shapes[i].bits, shapes[i].big, shapes[i].machine, ET_EXEC);

		m->note_owner = "GNU";
		m->note_type = NT_GNU_ABI_TAG;
		m->note_words = 4;
		m->note_desc[1] = 3;
		m->note_desc[2] = 2;
		open_made(f, m);
		assert_true(f->img.notes.gnu_abi);
		assert_int_equal(f->img.notes.gnu_abi_version[0], 3);
		assert_int_equal(f->img.notes.gnu_abi_version[1], 2);
		m = elf_make_new(
			&f->arena, shapes[i].bits, shapes[i].big, shapes[i].machine, ET_EXEC);
		m->note_owner = "FreeBSD";
		m->note_type = 1;
		m->note_words = 1;
		m->note_desc[0] = 1400097;
		open_made(f, m);
		assert_int_equal(f->img.notes.freebsd_version, 1400097);
		assert_false(f->img.notes.gnu_abi);
	}
}

static void
refuses_what_is_no_elf(void **state)
{
	static const unsigned char bad_class[64] = "\177ELF\3\1\1";
	static const struct {
		const void *data;
		size_t len;
		const char *what;
	} rows[] = {
		{ "#!/bin/sh\n", 10, "x is not a binary of a known format" },
		{ "", 0, "x is not a binary of a known format" },
		{ "\177EL", 3, "x is not a binary of a known format" },
		{ "\177ELF\2\1\1", 7, "x ends inside its ELF header" },
		{ bad_class, 64, "x has an ELF header of no known class or byte order" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		input_from_buffer(&f->in, &f->arena, "x", rows[i].data, rows[i].len);
		assert_false(image_open(&f->img, &f->arena, &f->in, &f->err));
		assert_int_equal(f->err.kind, ERROR_FORMAT);
		assert_string_equal(f->err.what, rows[i].what);
	}
}

static bool
has_defect(const struct image *img, const char *part)
{
	for (size_t i = 0; i < img->defects.count; i++)
		if (strstr(img->defects.items[i], part))
			return true;
	return false;
}

static void
defects_are_told(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, &shapes[0], MAKE_SYSV);

	elf_make(m);
	make_put(m, 54, 57, 2); /* e_phentsize */
	input_from_buffer(&f->in, &f->arena, "x", m->out, m->len);
	assert_true(image_open(&f->img, &f->arena, &f->in, &f->err));
	assert_true(has_defect(&f->img, "e_phentsize is 57, not 56"));

	m = program(f, &shapes[0], MAKE_SYSV);
	elf_make(m);
	input_from_buffer(&f->in, &f->arena, "x", m->out, m->len - 200);
	assert_true(image_open(&f->img, &f->arena, &f->in, &f->err));
	assert_true(has_defect(&f->img, "lies outside the file"));
}

/* The bytes are gone; everything that judging asks for is still there, in a copy too. */
static void
settled(void **state)
{
	static const enum make_hash hashes[] = { MAKE_GNU, MAKE_SYSV };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(shapes) * ARRAY_LEN(hashes); i++) {
		const struct shape *s = &shapes[i % ARRAY_LEN(shapes)];
		struct elf_make *m = program(f, s, hashes[i / ARRAY_LEN(shapes)]);
		unsigned char *bytes;
		struct image *copy;
		struct arena other;

		elf_make(m);
		bytes = malloc(m->len);
		assert_non_null(bytes);
		memcpy(bytes, m->out, m->len);
		input_lend_buffer(&f->in, &f->arena, "made", bytes, m->len);
		assert_true(image_open(&f->img, &f->arena, &f->in, &f->err));
		assert_true(image_settle(&f->img, &f->err));
		input_settle(&f->in);
		memset(bytes, 0xee, m->len);
		free(bytes);
		arena_init(&other);
		copy = image_share(&other, &f->img);
		check_facts(copy, s);
		check_versions(copy);
		check_imports(copy, &f->err);
		check_exports(copy, &f->err);
		arena_clear(&other);
		check_facts(&f->img, s);
		check_imports(&f->img, &f->err);
		check_exports(&f->img, &f->err);
		assert_false(f->in.missed);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_every_shape, setup, teardown),
		cmocka_unit_test_setup_teardown(binding_is_immediate, setup, teardown),
		cmocka_unit_test_setup_teardown(libraries, setup, teardown),
		cmocka_unit_test_setup_teardown(a_loader_is_a_library, setup, teardown),
		cmocka_unit_test_setup_teardown(notes, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_is_no_elf, setup, teardown),
		cmocka_unit_test_setup_teardown(defects_are_told, setup, teardown),
		cmocka_unit_test_setup_teardown(settled, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
