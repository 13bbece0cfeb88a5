/* SPDX-License-Identifier: MIT */
/* The PE reader, PE32 and PE32+: headers, imports of every form, exports, the small directories. */
#include "tests/unit/pe_make.h"

#include "base/caps.h"
#include "linkcheck/read/reader.h"

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

static void
open_bytes(struct fixture *f, const void *data, size_t len)
{
	input_from_buffer(&f->in, &f->arena, "made.exe", data, len);
	if (!image_open(&f->img, &f->arena, &f->in, &f->err))
		fail_msg("%s", f->err.what);
}

static void
open_made(struct fixture *f, struct pe_make *m)
{
	pe_make(m);
	open_bytes(f, m->out, m->len);
}

static void
expect_defect(struct fixture *f, const char *text)
{
	const struct image_import *imports;
	const struct image_export *exports;
	size_t n;

	assert_true(image_imports(&f->img, &imports, &n, &f->err));
	assert_true(image_exports(&f->img, &exports, &n, &f->err));
	for (size_t i = 0; i < f->img.defects.count; i++)
		if (strstr(f->img.defects.items[i], text))
			return;
	fail_msg("no defect \"%s\" among %zu: %s", text, f->img.defects.count,
		f->img.defects.count ? f->img.defects.items[0] : "");
}

static struct pe_make *
program(struct fixture *f, uint16_t machine)
{
	struct pe_make *m = pe_make_new(&f->arena, machine);

	m->imports[0] = (struct make_import){ "KERNEL32.dll", "ExitProcess", 0, 7, false, false };
	m->imports[1] = (struct make_import){ "KERNEL32.dll", "Sleep", 0, 9, false, false };
	m->imports[2] = (struct make_import){ "WS2_32.dll", NULL, 115, 0, false, false };
	m->imports[3] = (struct make_import){ "late.dll", "Later", 0, 0, true, !m->plus };
	m->imports[4] = (struct make_import){ "kernel32.DLL", "Beep", 0, 0, false, false };
	return m;
}

static void
headers(void **state)
{
	static const struct {
		uint16_t machine;
		const char *arch;
		unsigned bits;
	} shapes[] = { { PE_MACHINE_386, "386", 32 }, { PE_MACHINE_AMD64, "amd64", 64 },
		{ PE_MACHINE_ARM64, "arm64", 64 }, { PE_MACHINE_ARMNT, "arm", 32 } };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct pe_make *m = program(f, shapes[i].machine);
		const struct pe *pe;

		m->tls = m->certificate = m->bound = true;
		m->guard_flags = 0x10500;
		open_made(f, m);
		pe = f->img.pe;
		assert_int_equal(f->img.format, FORMAT_PE);
		assert_string_equal(f->img.os, "windows");
		assert_string_equal(f->img.arch, shapes[i].arch);
		assert_int_equal(f->img.bits, shapes[i].bits);
		assert_int_equal(f->img.type, IMAGE_PIE);
		assert_string_equal(pe_subsystem_name(&f->arena, pe->subsystem), "console");
		assert_int_equal(pe->linker.major, 14);
		assert_int_equal(pe->linker.minor, 30);
		assert_int_equal(pe->os_version.major, 6);
		assert_int_equal(pe->subsystem_version.minor, 1);
		assert_true(pe->relocatable && pe->tls && pe->has_certificate && pe->bound);
		assert_true(pe->has_load_config && pe->has_cookie);
		assert_int_equal(pe->guard_flags, 0x10500);
		assert_false(pe->managed || pe->rich || pe->hybrid);
		assert_int_equal(pe->section_count, 1);
		assert_string_equal(pe->sections[0].name, ".all");
		assert_int_equal(f->img.defects.count, 0);
	}
	assert_ptr_equal(image_row(&f->img), NULL); /* there is no windows/arm */
	open_made(f, program(f, PE_MACHINE_ARM64));
	assert_string_equal(image_row(&f->img)->arch, "arm64");
}

static void
types(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, PE_MACHINE_AMD64);

	m->characteristics |= PE_RELOCS_STRIPPED;
	open_made(f, m);
	assert_int_equal(f->img.type, IMAGE_EXECUTABLE);
	m->characteristics |= PE_DLL;
	open_made(f, m);
	assert_int_equal(f->img.type, IMAGE_SHARED);
	m->subsystem = PE_EFI_FIRST;
	open_made(f, m);
	assert_null(f->img.os);
}

static void
check_import(const struct image_import *i, const char *library, const char *name, uint32_t ordinal,
	enum image_binding_time when)
{
	assert_string_equal(i->library, library);
	if (name)
		assert_string_equal(i->name, name);
	else
		assert_null(i->name);
	assert_int_equal(i->ordinal, ordinal);
	assert_int_equal(i->when, when);
}

static void
imports(void **state)
{
	static const uint16_t shapes[] = { PE_MACHINE_386, PE_MACHINE_AMD64 };
	struct fixture *f = *state;

	for (size_t k = 0; k < ARRAY_LEN(shapes); k++) {
		const struct image_import *i;
		size_t n;

		open_made(f, program(f, shapes[k]));
		assert_int_equal(f->img.needed.count, 2);
		assert_string_equal(f->img.needed.items[0], "KERNEL32.dll");
		assert_string_equal(f->img.needed.items[1], "WS2_32.dll");
		assert_int_equal(f->img.pe->delay_needed.count, 1);
		assert_string_equal(f->img.pe->delay_needed.items[0], "late.dll");
		assert_true(image_imports(&f->img, &i, &n, &f->err));
		assert_int_equal(n, 5);
		check_import(&i[0], "KERNEL32.dll", "ExitProcess", 0, BIND_START);
		assert_int_equal(i[0].hint, 7);
		check_import(&i[1], "KERNEL32.dll", "Sleep", 0, BIND_START);
		check_import(&i[2], "WS2_32.dll", NULL, 115, BIND_START);
		check_import(&i[3], "kernel32.DLL", "Beep", 0, BIND_START);
		check_import(&i[4], "late.dll", "Later", 0, BIND_LAZY);
		assert_int_equal(f->img.defects.count, 0);
	}
}

static struct pe_make *
library(struct fixture *f)
{
	struct pe_make *m = pe_make_new(&f->arena, PE_MACHINE_AMD64);

	m->characteristics |= PE_DLL;
	m->export_name = "real-name.dll";
	m->ordinal_base = 10;
	m->exports[0] = (struct make_export){ .name = "Alpha" };
	m->exports[1] = (struct make_export){ .name = "Beta", .forward = "NTDLL.RtlBeta" };
	m->exports[2] = (struct make_export){ .hole = true };
	m->exports[3] = (struct make_export){ .forward = "-" }; /* by ordinal alone */
	m->exports[4] = (struct make_export){ .name = "Gamma", .forward = "OTHER.#7" };
	m->exports[5] = (struct make_export){ .name = "alpha" };
	return m;
}

static void
exports(void **state)
{
	struct fixture *f = *state;
	const struct image_export *e;
	struct image_export found;
	struct image_import want = { .name = "Gamma", .hint = 2 };
	size_t n;

	open_made(f, library(f));
	assert_string_equal(f->img.soname, "real-name.dll");
	assert_true(image_exports(&f->img, &e, &n, &f->err));
	assert_int_equal(n, 5);
	assert_string_equal(e[0].name, "Alpha");
	assert_int_equal(e[0].ordinal, 10);
	assert_null(e[0].forward);
	assert_string_equal(e[1].forward, "NTDLL.RtlBeta");
	assert_string_equal(e[2].forward, "OTHER.#7");
	assert_null(e[4].name);
	assert_int_equal(e[4].ordinal, 13);
	for (size_t i = 0; i < 4; i++) {
		assert_true(image_export_find(&f->img, e[i].name, 0, &found));
		assert_int_equal(found.ordinal, e[i].ordinal);
		assert_false(image_export_find(&f->img, e[i].name, 1, &found));
	}
	assert_false(image_export_find(&f->img, "beta", 0, &found)); /* case counts */
	assert_false(image_export_find(&f->img, "", 0, &found));
	assert_true(pe_export_at(&f->img, 13, &found));
	assert_false(pe_export_at(&f->img, 12, &found)); /* the hole */
	assert_false(pe_export_at(&f->img, 9, &found));
	assert_false(pe_export_at(&f->img, 16, &found));
	for (uint16_t hint = 0; hint < 9; hint++) {
		want.hint = hint;
		assert_true(pe_export_bind(&f->img, &want, &found));
		assert_int_equal(found.ordinal, 14);
	}
	assert_false(f->img.pe->exports_unsorted);
	assert_int_equal(f->img.defects.count, 0);
}

/* The loader bisects: an unsorted table loses names, but not those the hint leads to. */
static void
unsorted(void **state)
{
	struct fixture *f = *state;
	struct image_import want = { .name = "Zeta", .hint = 0 };
	struct image_export found;
	struct pe_make *m = library(f);

	m->exports[0].name = "Zeta";
	open_made(f, m);
	assert_false(image_export_find(&f->img, "Zeta", 0, &found));
	assert_true(pe_export_bind(&f->img, &want, &found));
	want.hint = 1;
	assert_false(pe_export_bind(&f->img, &want, &found));
	expect_defect(f, "not sorted (Zeta before Beta)");
	assert_true(f->img.pe->exports_unsorted);
}

static void
small_directories(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, PE_MACHINE_AMD64);
	struct image_paths paths;
	const struct pe *pe;

	m->pdb = "C:\\Users\\me\\build\\app.pdb";
	m->clr = true;
	m->manifest = "<assembly><assemblyIdentity version='1.0.0.0' name=\"Me.App\"/><dependency>"
		      "<dependentAssembly>\n<assemblyIdentity type='win32' "
		      "name='Microsoft.VC90.CRT' version='9.0'/></dependentAssembly></dependency>"
		      "<supportedOS Id=\"{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}\"/></assembly>";
	open_made(f, m);
	pe = f->img.pe;
	assert_string_equal(pe->pdb, "C:\\Users\\me\\build\\app.pdb");
	image_build_paths(&f->img, &paths);
	assert_int_equal(paths.count, 1);
	assert_ptr_equal(paths.first, pe->pdb);
	assert_string_equal(pe->debug_id, "0403020106050807090A0B0C0D0E0F103");
	assert_true(pe->managed && pe->il_only);
	assert_int_equal(f->img.unsimulated.count, 1);
	assert_int_equal(pe->assemblies.count, 1);
	assert_string_equal(pe->assemblies.items[0], "Microsoft.VC90.CRT");
	assert_int_equal(pe->supported_os.count, 1);
	assert_string_equal(pe->supported_os.items[0], "{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}");
	assert_int_equal(f->img.defects.count, 0);
}

static void
go(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, PE_MACHINE_AMD64);
	struct image_go go;
	struct bytes b;
	size_t at;

	pe_make(m);
	memcpy(m->out + MAKE_OPTIONAL + 112 + 128, ".data", 5);
	at = (m->len + 15) & ~(size_t)15;
	memcpy(m->out + at, "\xff Go buildinf:\x08\x02", 16);
	m->out[at + 32] = 8;
	memcpy(m->out + at + 33, "go1.22.1", 8);
	m->len = at + 64;
	pe_put(m, MAKE_OPTIONAL + 112 + 128 + 16, m->len - MAKE_AT, 4);
	pe_put(m, MAKE_OPTIONAL + 112 + 128 + 8, m->len - MAKE_AT, 4);
	open_bytes(f, m->out, m->len);
	assert_true(image_go(&f->img, &go, &f->err));
	assert_true(go.present);
	assert_string_equal(go.version, "go1.22.1");
	assert_true(image_section(&f->img, ".data", &b));
	assert_int_equal(b.len, m->len - MAKE_AT);
	assert_false(image_section(&f->img, ".text", &b));
}

static void
no_pe(void **state)
{
	struct fixture *f = *state;
	unsigned char dos[256] = "MZ";

	input_from_buffer(&f->in, &f->arena, "dos.exe", dos, sizeof(dos));
	assert_false(image_is_supported(&f->in)); /* MS-DOS: what is at 60 leads to no "PE" */
	dos[60] = 200;
	memcpy(dos + 200, "NE", 2);
	assert_false(image_is_supported(&f->in));
	memcpy(dos + 200, "PE\0", 4);
	assert_true(image_is_supported(&f->in));
	assert_false(image_open(&f->img, &f->arena, &f->in, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	assert_non_null(strstr(f->err.what, "optional header is cut short"));
	dos[62] = 1; /* far behind the end */
	assert_true(image_is_supported(&f->in));
	assert_false(image_open(&f->img, &f->arena, &f->in, &f->err));
	assert_non_null(strstr(f->err.what, "names no PE header"));
}

/* Tables that lie: each is one defect, and the rest is still read. */
static void
damaged(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, PE_MACHINE_AMD64);
	size_t section = MAKE_OPTIONAL + 112 + 128;

	pe_make(m);
	pe_put(m, m->import_at + 12, 0x7ffffff0, 4);
	open_bytes(f, m->out, m->len);
	expect_defect(f, "name of an imported DLL");
	assert_int_equal(f->img.pe->delay_needed.count, 1);

	pe_make(m);
	pe_put(m, m->import_at, 0x7ffffff0, 4);
	open_bytes(f, m->out, m->len);
	expect_defect(f, "imports from KERNEL32.dll: no entry");

	/* The directory runs into what is no descriptor. */
	pe_make(m);
	pe_dir(m, 1, pe_rva(m->len - 8), 0);
	open_bytes(f, m->out, m->len);
	expect_defect(f, "import directory: no descriptor");

	pe_make(m);
	pe_put(m, section + 16, 0x100000, 4);
	open_bytes(f, m->out, m->len);
	expect_defect(f, "lies outside the file");

	pe_make(m);
	pe_put(m, MAKE_COFF + 2, 3, 2); /* two more sections, at address 0 */
	open_bytes(f, m->out, m->len);
	expect_defect(f, "does not lie behind");

	pe_make(m);
	pe_dir(m, 4, (uint32_t)m->len, 100);
	open_bytes(f, m->out, m->len);
	expect_defect(f, "certificates lie outside");

	m = library(f);
	pe_make(m);
	pe_put(m, m->export_at + 20, 0xffffffff, 4);
	open_bytes(f, m->out, m->len);
	expect_defect(f, "an ordinal has 16 bits");

	pe_make(m);
	pe_put(m, m->export_at + 24, 60000, 4);
	open_bytes(f, m->out, m->len);
	expect_defect(f, "export names: 240000 bytes");
}

/* A table of imports that all lead to one name, and one that has no end but the file's. */
static void
endless(void **state)
{
	struct fixture *f = *state;
	struct pe_make *m = program(f, PE_MACHINE_AMD64);
	const struct image_import *imports;
	size_t n, big = 3 << 20, at;
	unsigned char *out;

	pe_make(m);
	out = arena_alloc(&f->arena, big);
	memcpy(out, m->out, m->len);
	at = 0x4000;
	for (size_t i = at; i + 8 <= big; i += 8)
		out[i + 1] = 0x3c; /* RVA 0x3c00, for ever */
	out[0x3002] = 'x';
	memcpy(m->out, out, sizeof(m->out));
	pe_put(m, m->import_at, pe_rva(at), 4);
	pe_put(m, MAKE_OPTIONAL + 112 + 128 + 8, big, 4);
	pe_put(m, MAKE_OPTIONAL + 112 + 128 + 16, big - MAKE_AT, 4);
	memcpy(out, m->out, m->len);
	open_bytes(f, out, big);
	assert_true(image_imports(&f->img, &imports, &n, &f->err));
	assert_true(n > 1000 && n <= CAP_PE_IMPORTS);
	assert_true(f->img.defects.count > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(headers, setup, teardown),
		cmocka_unit_test_setup_teardown(types, setup, teardown),
		cmocka_unit_test_setup_teardown(imports, setup, teardown),
		cmocka_unit_test_setup_teardown(exports, setup, teardown),
		cmocka_unit_test_setup_teardown(unsorted, setup, teardown),
		cmocka_unit_test_setup_teardown(small_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(go, setup, teardown),
		cmocka_unit_test_setup_teardown(no_pe, setup, teardown),
		cmocka_unit_test_setup_teardown(damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(endless, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
