/* SPDX-License-Identifier: MIT */
/*
 * One PE file, asked everything the program can ask of it: the audit with and without a contract, its
 * imports, its exports by name and by ordinal, Go's build information; and the same file as a DLL
 * that a program imports from, so that its forwarders are followed.
 */
#include <string.h>

#include "linkcheck/judge/audit.h"
#include "linkcheck/read/pe.h"
#include "linkcheck/resolve/nt.h"
#include "tests/fuzz/fuzz.h"

#define MAX_ASKED 64 /* exports and imports that are looked up */

static void
ask_exports(struct image *img)
{
	const struct image_export *exports;
	struct error err;
	size_t n;

	error_clear(&err);
	FUZZ_CHECK(image_exports(img, &exports, &n, &err));
	for (size_t i = 0; i < n; i++) {
		struct image_export found;

		if (i >= MAX_ASKED)
			break;
		FUZZ_CHECK(pe_export_at(img, exports[i].ordinal, &found));
		if (exports[i].name && image_export_find(img, exports[i].name, 0, &found))
			FUZZ_CHECK(strcmp(found.name, exports[i].name) == 0);
		else
			FUZZ_CHECK(!exports[i].name || img->pe->exports_unsorted);
	}
}

static void
ask_imports(struct image *img)
{
	const struct image_import *imports;
	struct image_export found;
	struct error err;
	size_t n;

	error_clear(&err);
	FUZZ_CHECK(image_imports(img, &imports, &n, &err));
	for (size_t i = 0; i < n; i++) {
		FUZZ_CHECK(imports[i].library && imports[i].library[0]);
		FUZZ_CHECK(!imports[i].name || imports[i].name[0]);
		if (i < MAX_ASKED)
			(void)pe_export_bind(img, &imports[i], &found);
	}
}

static void
ask_image(struct arena *a, struct image *img)
{
	struct image_go go;
	struct error err;
	struct bytes b;

	ask_imports(img);
	ask_exports(img);
	error_clear(&err);
	FUZZ_CHECK(image_go(img, &go, &err));
	(void)image_section(img, ".text", &b);
	(void)image_row(img);
	FUZZ_CHECK(image_arch_name(a, img) && pe_subsystem_name(a, img->pe->subsystem));
}

/* It ships with itself, under the name that it imports first: a circle, if it exports anything. */
static void
load(struct arena *a, struct image *img)
{
	struct resolve_world world = { .root = NULL };
	struct shipped shipped;
	struct resolution r;
	struct error err;

	shipped_init(&shipped, a);
	shipped_add(&shipped, "/app/program.exe", img);
	for (size_t i = 0; i < img->needed.count && i < 8; i++)
		if (!strchr(img->needed.items[i], '/'))
			shipped_add(
				&shipped, arena_printf(a, "/app/%s", img->needed.items[i]), img);
	world.shipped = &shipped;
	error_clear(&err);
	if (!nt_resolve(a, img, &world, &r, &err)) {
		FUZZ_CHECK(err.kind != ERROR_NONE);
		return;
	}
	FUZZ_CHECK(r.object_count >= 1);
	FUZZ_CHECK((r.starts == STARTS_UNKNOWN) == (r.unknown != NULL));
	for (size_t i = 0; i < r.problem_count; i++)
		FUZZ_CHECK(r.problems[i].text && r.problems[i].library);
}

static void
judge(struct arena *a, struct input *in, const struct contract *contract)
{
	struct audit audit = { 0 };
	struct error err;

	error_clear(&err);
	if (!audit_input(a, in, contract, &audit, &err)) {
		FUZZ_CHECK(err.kind != ERROR_NONE && err.what[0]);
		return;
	}
	FUZZ_CHECK(audit_summary(a, &audit) != NULL);
	FUZZ_CHECK(audit.malformed == (audit.subject.image->defects.count > 0));
	FUZZ_CHECK(!audit.malformed || audit.findings.count > 0);
	for (size_t i = 0; i < audit.findings.count; i++)
		FUZZ_CHECK(audit.findings.items[i].message[0] && audit.findings.items[i].where);
	if (contract->target || !audit.subject.image->pe)
		return;
	ask_image(a, audit.subject.image);
	load(a, audit.subject.image);
}

/* Parsed once: this is about files. */
static const struct target *
wanted(void)
{
	static struct target target;
	struct error err;

	error_clear(&err);
	if (!target.row)
		FUZZ_CHECK(target_parse(&target, "windows/amd64/ucrt/6.1", NULL, &err));
	return &target;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct contract none = { .target = NULL };
	struct contract contract = { .has_mode = true };
	struct input in;
	struct arena a;

	arena_init(&a);
	/* A directory that is not there: nothing lies beside it. */
	input_from_buffer(&in, &a, "/nonexistent/fuzz.exe", data, size);
	judge(&a, &in, &none);
	contract.target = wanted();
	contract.mode = size % 2 ? LINK_STATIC : LINK_DYNAMIC;
	judge(&a, &in, &contract);
	input_close(&in);
	arena_clear(&a);
	return 0;
}
