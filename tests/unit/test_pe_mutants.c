/* SPDX-License-Identifier: MIT */
/*
 * Thousands of damaged PE files, made from good ones with a fixed seed: cut short, or with bytes
 * changed in the headers or anywhere. Every question the audit asks must end; sanitizers watch.
 */
#include "tests/unit/pe_make.h"

#include "linkcheck/judge/audit.h"

#define MUTANTS 800 /* for each shape and kind */

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void
fill(struct pe_make *m, bool library)
{
	m->imports[0] = (struct make_import){ .dll = "KERNEL32.dll", .name = "Sleep", .hint = 4 };
	m->imports[1] = (struct make_import){ .dll = "WS2_32.dll", .ordinal = 115 };
	m->imports[2] = (struct make_import){
		.dll = "late.dll", .name = "Later", .delay = true, .delay_va = !m->plus
	};
	m->export_name = "made.dll";
	m->exports[0] = (struct make_export){ .name = "Alpha" };
	m->exports[1] = (struct make_export){ .name = "Beta", .forward = "NTDLL.RtlBeta" };
	m->exports[2] = (struct make_export){ .hole = true };
	m->exports[3] = (struct make_export){ .name = "Gamma", .forward = "made.#1" };
	m->tls = m->bound = m->certificate = true;
	m->guard_flags = 0x500;
	m->pdb = "C:\\build\\made.pdb";
	m->manifest = "<dependentAssembly><assemblyIdentity name='A.B'/></dependentAssembly>"
		      "<supportedOS Id='{1}'/>";
	if (library)
		m->characteristics |= PE_DLL;
}

enum kind { CUT, HEADER, DIRECTORIES, CONTENT, ANYWHERE, KINDS };

/* Values that hurt: extremes, near misses, small ones. */
static uint64_t
nasty(uint64_t *seed)
{
	static const uint64_t values[] = { 0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000,
		0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffffffffff0, UINT64_MAX, MAKE_RVA };
	uint64_t r = next_random(seed);

	return r % 3 == 0 ? r >> 8 : values[r / 3 % ARRAY_LEN(values)];
}

static void
mutate(unsigned char *data, size_t *len, enum kind kind, uint64_t *seed)
{
	size_t changes = 1 + next_random(seed) % 3, n = *len;

	if (kind == CUT) {
		*len = next_random(seed) % n;
		return;
	}
	for (size_t i = 0; i < changes; i++) {
		uint64_t value = nasty(seed);
		size_t width = (size_t)1 << next_random(seed) % 4, at;

		at = kind == HEADER        ? MAKE_COFF + next_random(seed) % 0x80
		     : kind == DIRECTORIES ? MAKE_OPTIONAL + 92 + next_random(seed) % 200
		     : kind == CONTENT     ? MAKE_AT + next_random(seed) % (n - MAKE_AT)
					   : 2 + next_random(seed) % (n - 2);
		for (size_t k = 0; k < width && at + k < n; k++)
			data[at + k] = (unsigned char)(value >> (8 * k));
	}
}

/* Everything that can be asked of one file. */
static void
ask_everything(struct arena *a, const unsigned char *data, size_t len)
{
	struct contract none = { .target = NULL }, ucrt = { .has_mode = true };
	const struct image_import *imports;
	const struct image_export *exports;
	struct target t;
	struct audit audit;
	struct error err;
	struct input in;
	struct bytes b;
	size_t n;

	error_clear(&err);
	input_from_buffer(&in, a, "/nonexistent/mutant.exe", data, len);
	if (!audit_input(a, &in, &none, &audit, &err)) {
		assert_int_equal(err.kind, ERROR_FORMAT);
		return;
	}
	assert_non_null(audit_summary(a, &audit));
	assert_true(audit.malformed == (audit.subject.image->defects.count > 0));
	assert_true(target_parse(&t, "windows/amd64/ucrt", NULL, &err));
	ucrt.target = &t;
	assert_true(audit_input(a, &in, &ucrt, &audit, &err));
	assert_true(image_imports(audit.subject.image, &imports, &n, &err));
	for (size_t i = 0; i < n; i++)
		assert_non_null(imports[i].library);
	assert_true(image_exports(audit.subject.image, &exports, &n, &err));
	for (size_t i = 0; i < n && i < 4; i++) {
		struct image_export e;

		if (audit.subject.image->pe)
			assert_true(pe_export_at(audit.subject.image, exports[i].ordinal, &e));
	}
	(void)image_section(audit.subject.image, ".all", &b);
}

static void
run(uint16_t machine, bool library)
{
	uint64_t seed = 0x9e3779b97f4a7c15 + machine + library;
	struct arena keep, a;
	struct pe_make *m;

	arena_init(&keep);
	arena_init(&a);
	m = pe_make_new(&keep, machine);
	fill(m, library);
	pe_make(m);
	ask_everything(&a, m->out, m->len);
	for (int kind = CUT; kind < KINDS; kind++)
		for (size_t i = 0; i < MUTANTS; i++) {
			/* A block of exactly its size: sanitizers see one byte too far. */
			unsigned char *copy = malloc(m->len);
			size_t len = m->len;

			assert_non_null(copy);
			memcpy(copy, m->out, m->len);
			mutate(copy, &len, (enum kind)kind, &seed);
			if (kind == CUT)
				memmove(copy + (m->len - len), copy, len);
			ask_everything(&a, kind == CUT ? copy + (m->len - len) : copy, len);
			assert_true(a.total < (size_t)64 << 20);
			free(copy);
			arena_clear(&a);
		}
	arena_clear(&keep);
}

static void
wide(void **state)
{
	(void)state;
	run(PE_MACHINE_AMD64, false);
	run(PE_MACHINE_ARM64, true);
}

static void
narrow(void **state)
{
	(void)state;
	run(PE_MACHINE_386, false);
	run(PE_MACHINE_386, true);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wide),
		cmocka_unit_test(narrow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
