/* SPDX-License-Identifier: MIT */
/*
 * Thousands of damaged ELF files, made from good ones with a fixed seed: cut short, or with bytes
 * changed in the header, the program headers, the dynamic section or anywhere. Every question the
 * audit asks must end; sanitizers watch.
 */
#include "tests/unit/elf_make.h"

#include "base/caps.h"
#include "linkcheck/judge/audit.h"
#include "linkcheck/resolve/deps.h"

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
fill(struct elf_make *m, bool library)
{
	static const unsigned char code[32] = { 0x48, 0x31, 0xed, 0x48, 0x89, 0xe7 };

	m->hash = library ? MAKE_GNU : MAKE_SYSV;
	m->soname = library ? "libx.so.1" : NULL;
	m->interp = library ? NULL : "/lib/ld-linux.so.2";
	m->runpath = "$ORIGIN/../lib:rel:/tmp/x::$LIB";
	m->rpath = "RIGIN/lib";
	m->needed[0] = "libc.so.6";
	m->needed[1] = "libm.so.6";
	m->symbols[0] = (struct make_symbol){ .name = "puts", .version = 3, .reloc = 'p' };
	m->symbols[1] = (struct make_symbol){ .name = "data", .version = 4, .reloc = 'd' };
	m->symbols[2] = (struct make_symbol){ .name = "mine", .defined = true, .version = 2 };
	m->symbols[3] = (struct make_symbol){ .name = "more", .defined = true };
	m->needs[0] = (struct make_need){ "libc.so.6", "GLIBC_2.17", 3 };
	m->needs[1] = (struct make_need){ "libc.so.6", "GLIBC_2.38", 4 };
	m->defs[0] = library ? "X_1" : NULL;
	m->note_owner = "GNU";
	m->note_type = NT_GNU_PROPERTY_TYPE_0;
	m->note_words = 4;
	m->note_desc[0] = GNU_PROPERTY_X86_FEATURE_1_AND;
	m->note_desc[1] = 4;
	m->note_desc[2] = 3;
	m->code = (const char *)code;
	m->code_len = sizeof(code);
	m->text = "Fatal glibc error";
}

enum kind { CUT, HEADER, SEGMENTS, TAIL, ANYWHERE, KINDS };

/* Values that hurt: extremes, near misses, small ones. */
static uint64_t
nasty(uint64_t *seed)
{
	static const uint64_t values[] = { 0, 1, 2, 3, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000,
		0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffffffffff0, UINT64_MAX, 0x10040 };
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

		at = kind == HEADER     ? 4 + next_random(seed) % 60
		     : kind == SEGMENTS ? 52 + next_random(seed) % 448
		     : kind == TAIL     ? n - 1 - next_random(seed) % (n / 2)
					: next_random(seed) % n;
		for (size_t k = 0; k < width && at + k < n; k++)
			data[at + k] = (unsigned char)(value >> (8 * k));
	}
}

/* Everything that can be asked of one file. */
static void
ask_everything(struct arena *a, const unsigned char *data, size_t len)
{
	struct contract none = { .target = NULL }, musl = { .has_mode = true, .floor = "2.17" };
	const struct image_import *imports;
	const struct image_export *exports, *found;
	struct target t;
	struct audit audit;
	struct error err;
	struct input in;
	struct deps deps;
	struct bytes b;
	size_t n;

	error_clear(&err);
	input_from_buffer(&in, a, "mutant", data, len);
	if (!audit_input(a, &in, &none, &audit, &err)) {
		assert_int_equal(err.kind, ERROR_FORMAT);
		return;
	}
	assert_non_null(audit_summary(a, &audit));
	assert_true(audit.malformed == (audit.subject.image->defects.count > 0));
	assert_true(target_parse(&t, "linux/amd64/musl", NULL, &err));
	musl.target = &t;
	assert_true(audit_input(a, &in, &musl, &audit, &err));
	assert_true(image_imports(audit.subject.image, &imports, &n, &err));
	for (size_t i = 0; i < n; i++)
		assert_non_null(imports[i].name);
	assert_true(image_exports(audit.subject.image, &exports, &n, &err));
	found = exports;
	for (size_t i = 0; i < n && i < 4; i++) {
		struct image_export e;

		(void)image_export_find(audit.subject.image, found[i].name, 0, &e);
	}
	(void)image_section(audit.subject.image, ".text", &b);
	if (image_is_loadable(audit.subject.image))
		assert_true(deps_find(a, audit.subject.image, "/nonexistent", &deps, &err));
}

static void
run(unsigned bits, bool big, uint16_t machine, bool library)
{
	uint64_t seed = 0x9e3779b97f4a7c15 + bits + big + machine + library;
	struct arena keep, a;
	struct elf_make *m;
	unsigned char *copy;

	arena_init(&keep);
	arena_init(&a);
	m = elf_make_new(&keep, bits, big, machine, library ? ET_DYN : ET_EXEC);
	fill(m, library);
	elf_make(m);
	ask_everything(&a, m->out, m->len);
	for (int kind = CUT; kind < KINDS; kind++)
		for (size_t i = 0; i < MUTANTS; i++) {
			size_t len = m->len;

			/* A block of exactly its size: sanitizers see one byte too far. */
			copy = malloc(m->len);
			assert_non_null(copy);
			memcpy(copy, m->out, m->len);
			mutate(copy, &len, (enum kind)kind, &seed);
			if (kind == CUT)
				memmove(copy + (m->len - len), copy, len);
			ask_everything(&a, kind == CUT ? copy + (m->len - len) : copy, len);
			free(copy);
			arena_clear(&a);
		}
	arena_clear(&keep);
}

static void
little_64(void **state)
{
	(void)state;
	run(64, false, EM_X86_64, false);
	run(64, false, EM_X86_64, true);
}

static void
big_64(void **state)
{
	(void)state;
	run(64, true, EM_S390, false);
	run(64, true, EM_MIPS, true);
}

static void
little_32(void **state)
{
	(void)state;
	run(32, false, EM_ARM, false);
	run(32, false, EM_386, true);
}

static void
big_32(void **state)
{
	(void)state;
	run(32, true, EM_PPC, false);
	run(32, true, EM_MIPS, true);
}

/* As many program headers as there can be, all of them about the same few bytes. */
static void
too_many_of_everything(void **state)
{
	static const uint32_t types[] = { PT_LOAD, PT_NOTE, PT_INTERP, PT_DYNAMIC };
	const size_t count = 65534, size = 64 + count * 56 + 4096;
	unsigned char *data = calloc(1, size);
	struct elf_make *m;
	struct arena keep, a;

	(void)state;
	assert_non_null(data);
	arena_init(&keep);
	arena_init(&a);
	m = elf_make_new(&keep, 64, false, EM_X86_64, ET_DYN);
	fill(m, true);
	m->note_type = NT_GNU_BUILD_ID;
	elf_make(m);
	for (size_t t = 0; t < ARRAY_LEN(types); t++) {
		struct elf_make *h = ARENA_NEW(&keep, struct elf_make);

		memset(data, 0, size);
		memcpy(data, m->out, m->len < size ? m->len : size);
		h->bits = 64;
		memcpy(h->out, m->out, MAKE_MAX);
		make_put(h, 56, count, 2);
		memcpy(data, h->out, 64);
		for (size_t i = MAKE_HEADERS; i < count; i++) {
			h->phnum = 0;
			make_segment(h, types[t], PF_R | PF_W | PF_X, 0x600, 0x400, 8);
			/* the real file's content is overwritten: only the headers count here */
			memcpy(data + 64 + i * 56, h->out + 64, 56);
		}
		ask_everything(&a, data, size);
		assert_true(a.total < (size_t)256 << 20);
		arena_clear(&a);
	}
	free(data);
	arena_clear(&keep);
}

/* Versions and needs without end: every record points at the next. */
static void
endless_lists(void **state)
{
	struct arena a;
	struct elf_make *m;
	struct error err;
	struct input in;
	struct image img;
	unsigned char *data;
	size_t at, size = (size_t)4 << 20;

	(void)state;
	arena_init(&a);
	m = elf_make_new(&a, 64, false, EM_X86_64, ET_DYN);
	fill(m, true);
	m->needs[2] = (struct make_need){ "libm.so.6", "GLIBC_2.1", 5 };
	elf_make(m);
	data = calloc(1, size);
	assert_non_null(data);
	memcpy(data, m->out, m->len);
	/* the last segment is the PT_LOAD: let it map the whole file */
	at = 64 + (m->phnum - 1) * 56;
	for (size_t i = 0; i < 8; i++)
		data[at + 32 + i] = data[at + 40 + i] = (unsigned char)(size >> (8 * i));
	for (at = m->len; at + 32 <= size; at += 32) {
		static const unsigned char need[16] = { 1, 0, 1, 0, 1, 0, 0, 0, 16, 0, 0, 0, 32 };
		static const unsigned char aux[16] = { 0, 0, 0, 0, 0, 0, 9, 0, 1 };

		memcpy(data + at, need, 16);
		memcpy(data + at + 16, aux, 16);
	}
	for (size_t i = 0; i + 16 <= m->len; i += 8) {
		static const unsigned char tag[8] = { 0xfe, 0xff, 0xff, 0x6f };
		uint64_t to = MAKE_BASE + ((m->len + 31) & ~(size_t)31);

		if (memcmp(data + i, tag, 8) == 0) /* DT_VERNEED */
			memcpy(data + i + 8, &to, 8);
		if (data[i] == 0xff && memcmp(data + i + 1, tag + 1, 7) == 0) /* DT_VERNEEDNUM */
			memset(data + i + 8, 0xff, 8);
	}
	ask_everything(&a, data, size);
	error_clear(&err);
	input_from_buffer(&in, &a, "endless", data, size);
	assert_true(image_open(&img, &a, &in, &err));
	assert_int_equal(img.version_need_count, CAP_ELF_VERSIONS);
	assert_true(a.total < (size_t)256 << 20);
	free(data);
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(little_64),
		cmocka_unit_test(big_64),
		cmocka_unit_test(little_32),
		cmocka_unit_test(big_32),
		cmocka_unit_test(too_many_of_everything),
		cmocka_unit_test(endless_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
