/* SPDX-License-Identifier: MIT */
/*
 * One ELF file, asked everything the program can ask of it: the audit with and without a contract,
 * its imports and exports, each export through the file's own hash table, the libc inside, Go's
 * build information, and the search for what it needs on a machine that has nothing.
 */
#include <string.h>

#include "linkcheck/judge/audit.h"
#include "linkcheck/resolve/deps.h"
#include "tests/fuzz/fuzz.h"

#define MAX_ASKED 64 /* exports that are looked up by name */

static void
ask_exports(struct image *img)
{
	const struct image_export *exports;
	struct error err;
	size_t n;

	error_clear(&err);
	if (!image_exports(img, &exports, &n, &err)) {
		FUZZ_CHECK(err.kind != ERROR_NONE);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct image_export found;

		FUZZ_CHECK(exports[i].name != NULL);
		if (i < MAX_ASKED && image_export_find(img, exports[i].name, 0, &found))
			FUZZ_CHECK(strcmp(found.name, exports[i].name) == 0);
	}
}

static void
ask_imports(struct image *img)
{
	const struct image_import *imports;
	struct error err;
	size_t n;

	error_clear(&err);
	if (!image_imports(img, &imports, &n, &err)) {
		FUZZ_CHECK(err.kind != ERROR_NONE);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct image_export found;

		FUZZ_CHECK(imports[i].name != NULL);
		if (i < MAX_ASKED)
			(void)image_export_find(img, imports[i].name, 0, &found);
	}
}

static void
ask_image(struct arena *a, struct image *img)
{
	struct image_static_libc libc;
	struct image_go go;
	struct error err;
	struct bytes b;

	ask_imports(img);
	ask_exports(img);
	error_clear(&err);
	if (!image_static_libc(img, &libc, &err))
		FUZZ_CHECK(err.kind != ERROR_NONE);
	error_clear(&err);
	if (!image_go(img, &go, &err))
		FUZZ_CHECK(err.kind != ERROR_NONE);
	(void)image_section(img, ".text", &b);
	(void)image_row(img);
	FUZZ_CHECK(image_type_name(img) != NULL);
	FUZZ_CHECK(image_arch_name(a, img) != NULL);
}

/* Every finding is one line of text, and what is malformed is never passed over. */
static void
check_audit(struct arena *a, const struct audit *audit)
{
	FUZZ_CHECK(audit_summary(a, audit) != NULL);
	FUZZ_CHECK(audit->malformed == (audit->subject.image->defects.count > 0));
	FUZZ_CHECK(audit->findings.count >= audit->errors + audit->warnings);
	FUZZ_CHECK(!audit->malformed || audit->findings.count > 0);
	for (size_t i = 0; i < audit->findings.count; i++) {
		const struct finding *f = &audit->findings.items[i];

		FUZZ_CHECK(f->rule && f->message && f->message[0]);
		FUZZ_CHECK(f->where != NULL);
	}
}

static void
judge(struct arena *a, struct input *in, const struct contract *contract)
{
	struct audit audit = { 0 };
	struct deps deps;
	struct error err;

	error_clear(&err);
	if (!audit_input(a, in, contract, &audit, &err)) {
		FUZZ_CHECK(err.kind != ERROR_NONE && err.what[0]);
		return;
	}
	check_audit(a, &audit);
	if (contract->target)
		return;
	ask_image(a, audit.subject.image);
	error_clear(&err);
	if (!deps_find(a, audit.subject.image, "/nonexistent", &deps, &err))
		FUZZ_CHECK(err.kind != ERROR_NONE);
}

/* Parsed once: this is about files. */
static const struct target *
wanted(bool is_static)
{
	static struct target targets[2];
	struct error err;

	error_clear(&err);
	if (!targets[is_static].row)
		FUZZ_CHECK(target_parse(&targets[is_static],
			is_static ? "linux/arm/v7/musl" : "linux/amd64/glibc", NULL, &err));
	return &targets[is_static];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct contract none = { .target = NULL };
	struct contract contract = { .has_mode = true, .floor = "2.17" };
	bool is_static = size % 2;
	struct input in;
	struct arena a;

	arena_init(&a);
	input_from_buffer(&in, &a, "fuzz.elf", data, size);
	judge(&a, &in, &none);
	contract.target = wanted(is_static);
	contract.mode = is_static ? LINK_STATIC_PIE : LINK_DYNAMIC;
	judge(&a, &in, &contract);
	input_close(&in);
	arena_clear(&a);
	return 0;
}
