/* SPDX-License-Identifier: MIT */
/*
 * One Mach-O file, thin or fat, asked everything the program can ask of each architecture: the
 * audit with and without a contract, imports, exports, each export by name.
 */
#include <string.h>

#include "linkcheck/judge/audit.h"
#include "linkcheck/read/fat.h"
#include "linkcheck/read/macho.h"
#include "tests/fuzz/fuzz.h"

#define MAX_ASKED 64 /* exports that are looked up by name */

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
		uint32_t ordinal;
		const char *name;

		FUZZ_CHECK(exports[i].name != NULL);
		if (i >= MAX_ASKED)
			continue;
		FUZZ_CHECK(image_export_find(img, exports[i].name, 0, &found));
		FUZZ_CHECK(strcmp(found.name, exports[i].name) == 0);
		if (macho_reexport(img, exports[i].name, &ordinal, &name))
			FUZZ_CHECK(ordinal > 0 && name && found.forward);
	}
}

static void
ask_imports(struct image *img)
{
	const struct image_import *imports;
	struct error err;
	size_t n;

	error_clear(&err);
	FUZZ_CHECK(image_imports(img, &imports, &n, &err));
	for (size_t i = 0; i < n; i++)
		FUZZ_CHECK(imports[i].name != NULL);
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
	if (!image_go(img, &go, &err))
		FUZZ_CHECK(err.kind != ERROR_NONE);
	(void)image_section(img, "__text", &b);
	FUZZ_CHECK(image_type_name(img) != NULL);
	FUZZ_CHECK(image_arch_name(a, img) != NULL);
	if (img->macho) {
		FUZZ_CHECK(img->macho->dylib_count == img->needed.count);
		FUZZ_CHECK(!img->macho->platform || img->macho->minos);
	}
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
	FUZZ_CHECK(!audit.malformed || audit.findings.count > 0);
	for (size_t i = 0; i < audit.findings.count; i++) {
		const struct finding *f = &audit.findings.items[i];

		FUZZ_CHECK(f->rule && f->message && f->message[0] && f->where);
	}
	ask_image(a, audit.subject.image);
}

static void
judge_both(struct arena *a, struct input *in)
{
	static struct target target;
	const struct contract none = { .target = NULL };
	struct contract contract = { .has_mode = true, .mode = LINK_DYNAMIC, .target = &target };
	struct error err;

	error_clear(&err);
	if (!target.row)
		FUZZ_CHECK(target_parse(&target, "darwin/arm64/11.0", NULL, &err));
	judge(a, in, &none);
	judge(a, in, &contract);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fat_slice *slices;
	struct input in, part;
	struct error err;
	struct arena a;
	size_t n;

	arena_init(&a);
	error_clear(&err);
	input_from_buffer(&in, &a, "fuzz.macho", data, size);
	if (!fat_is(&in))
		judge_both(&a, &in);
	else if (fat_read(&a, &in, &slices, &n, &err))
		for (size_t i = 0; i < n; i++)
			if (input_slice(&part, &in, slices[i].arch, slices[i].offset,
				    slices[i].size, &err))
				judge_both(&a, &part);
	arena_clear(&a);
	return 0;
}
