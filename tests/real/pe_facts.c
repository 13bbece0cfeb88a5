/* SPDX-License-Identifier: MIT */
/*
 * Prints what linkcheck reads of the PE files named on standard input, one fact a line, in the form
 * that readobj-pe.py makes of llvm-readobj's output.
 */
#include <stdio.h>
#include <string.h>

#include "linkcheck/read/pe.h"

static void
print_header(const char *path, const struct image *img)
{
	const struct pe *pe = img->pe;

	printf("%s machine %x\n", path, img->machine);
	printf("%s characteristics %x\n", path, pe->characteristics);
	printf("%s dllcharacteristics %x\n", path, pe->dll_characteristics);
	printf("%s subsystem %u\n", path, pe->subsystem);
	printf("%s linker %u.%u\n", path, pe->linker.major, pe->linker.minor);
	printf("%s os %u.%u\n", path, pe->os_version.major, pe->os_version.minor);
	printf("%s subsystemversion %u.%u\n", path, pe->subsystem_version.major,
		pe->subsystem_version.minor);
	printf("%s base %llx\n", path, (unsigned long long)pe->base);
	printf("%s sections %zu\n", path, pe->section_count);
	for (size_t i = 0; i < pe->section_count; i++)
		printf("%s section %s %x %x\n", path, pe->sections[i].name, pe->sections[i].rva,
			pe->sections[i].file_size);
	if (pe->pdb)
		printf("%s pdb %s\n", path, pe->pdb);
	for (size_t i = 0; i < img->defects.count; i++)
		printf("%s defect %s\n", path, img->defects.items[i]);
}

static void
print_imports(const char *path, struct image *img, struct error *err)
{
	const struct image_import *imports;
	size_t n;

	if (!image_imports(img, &imports, &n, err))
		return;
	for (size_t i = 0; i < n; i++) {
		const char *kind = imports[i].when == BIND_LAZY ? "delay" : "import";

		if (imports[i].name)
			printf("%s %s %s %s\n", path, kind, imports[i].library, imports[i].name);
		else
			printf("%s %s %s #%u\n", path, kind, imports[i].library,
				imports[i].ordinal);
	}
}

static void
print_exports(const char *path, struct image *img, struct error *err)
{
	const struct image_export *exports;
	size_t n;

	if (!image_exports(img, &exports, &n, err))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct image_export *e = &exports[i];
		struct image_export found;

		printf("%s export %u %s%s%s\n", path, e->ordinal, e->name ? e->name : "",
			e->forward ? " -> " : "", e->forward ? e->forward : "");
		if (e->name && !image_export_find(img, e->name, 0, &found))
			printf("%s not found by bisection: %s\n", path, e->name);
		if (!pe_export_at(img, e->ordinal, &found))
			printf("%s not found by ordinal: %u\n", path, e->ordinal);
	}
}

int
main(void)
{
	struct arena a;
	struct error err;
	char path[4096];

	arena_init(&a);
	error_clear(&err);
	while (fgets(path, sizeof(path), stdin)) {
		struct arena_mark mark = arena_mark(&a);
		struct input in;
		struct image img;

		path[strcspn(path, "\n")] = '\0';
		if (!input_open(&in, &a, path, &err))
			continue;
		if (!image_open(&img, &a, &in, &err)) {
			printf("%s %s\n", path, err.what);
		} else if (img.pe) {
			print_header(path, &img);
			print_imports(path, &img, &err);
			print_exports(path, &img, &err);
		}
		input_close(&in);
		arena_reset(&a, mark);
	}
	arena_clear(&a);
	return 0;
}
