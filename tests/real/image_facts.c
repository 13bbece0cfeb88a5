/* SPDX-License-Identifier: MIT */
/*
 * Prints what linkcheck reads of the ELF files named on standard input, one fact a line, in the
 * form that readelf-agree.t makes of readelf's output.
 */
#include <stdio.h>
#include <string.h>

#include "linkcheck/read/image.h"

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
print_facts(const char *path, struct image *img, struct error *err)
{
	for (size_t i = 0; i < img->needed.count; i++)
		printf("%s needed %s\n", path, img->needed.items[i]);
	if (img->soname)
		printf("%s soname %s\n", path, img->soname);
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
		if (image_open(&img, &a, &in, &err))
			print_facts(path, &img, &err);
		else
			printf("%s %s\n", path, err.what);
		input_close(&in);
		arena_reset(&a, mark);
	}
	arena_clear(&a);
	return 0;
}
