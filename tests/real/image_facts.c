/* SPDX-License-Identifier: MIT */
/*
 * Prints what linkcheck reads of the files named on standard input, one fact a line, in the form
 * that readelf-agree.t makes of readelf's output and macho-agree.t of llvm-objdump's.
 */
#include <stdio.h>
#include <string.h>

#include "linkcheck/read/fat.h"
#include "linkcheck/read/image.h"
#include "linkcheck/read/macho.h"

static void
print_symbols(const char *path, struct image *img, struct error *err)
{
	const struct image_import *imports;
	const struct image_export *exports;
	size_t n;

	if (!image_imports(img, &imports, &n, err))
		return;
	for (size_t i = 0; i < n; i++)
		if (!imports[i].copy)
			printf("%s import %s%s%s\n", path, imports[i].name,
				imports[i].version ? "@" : "",
				imports[i].version ? imports[i].version : "");
	if (!image_exports(img, &exports, &n, err))
		return;
	for (size_t i = 0; i < n; i++) {
		struct image_export e;

		printf("%s export %s\n", path, exports[i].name);
		if (!image_export_find(img, exports[i].name, 0, &e))
			printf("%s not found by its hash: %s\n", path, exports[i].name);
	}
}

static void
print_macho(const char *path, const struct macho *facts)
{
	for (size_t i = 0; i < facts->rpaths.count; i++)
		printf("%s rpath %s\n", path, facts->rpaths.items[i]);
	for (size_t i = 0; i < facts->dylib_count; i++)
		printf("%s version %s %s %s\n", path, facts->dylibs[i].name,
			facts->dylibs[i].compatible, facts->dylibs[i].current);
	if (facts->platform)
		printf("%s minos %s\n", path, facts->minos);
	if (facts->sdk)
		printf("%s sdk %s\n", path, facts->sdk);
}

static void
print_facts(const char *path, struct image *img, struct error *err)
{
	for (size_t i = 0; i < img->needed.count; i++)
		printf("%s needed %s\n", path, img->needed.items[i]);
	if (img->soname)
		printf("%s soname %s\n", path, img->soname);
	if (img->macho)
		print_macho(path, img->macho);
	if (img->rpath)
		printf("%s rpath %s\n", path, img->rpath);
	if (img->runpath)
		printf("%s runpath %s\n", path, img->runpath);
	if (img->interpreter)
		printf("%s interpreter %s\n", path, img->interpreter);
	for (size_t i = 0; i < img->version_need_count; i++)
		printf("%s version %s %s %u\n", path, img->version_needs[i].file,
			img->version_needs[i].version, img->version_needs[i].index);
	for (size_t i = 0; i < img->defects.count; i++)
		printf("%s defect %s\n", path, img->defects.items[i]);
	print_symbols(path, img, err);
}

static void
print_image(struct arena *a, struct input *in, struct error *err)
{
	struct image img;

	if (image_open(&img, a, in, err))
		print_facts(in->name, &img, err);
	else
		printf("%s %s\n", in->name, err->what);
}

static void
print_file(struct arena *a, struct input *in, struct error *err)
{
	struct fat_slice *slices;
	size_t n;

	if (!fat_is(in)) {
		print_image(a, in, err);
		return;
	}
	if (!fat_read(a, in, &slices, &n, err))
		printf("%s %s\n", in->name, err->what);
	for (size_t i = 0; i < n; i++) {
		struct input part;

		if (input_slice(&part, in, arena_printf(a, "%s/%s", in->name, slices[i].arch),
			    slices[i].offset, slices[i].size, err))
			print_image(a, &part, err);
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

		path[strcspn(path, "\n")] = '\0';
		if (!input_open(&in, &a, path, &err))
			continue;
		print_file(&a, &in, &err);
		input_close(&in);
		arena_reset(&a, mark);
	}
	arena_clear(&a);
	return 0;
}
