/* SPDX-License-Identifier: MIT */
/*
 * A package, all the way through: every member read, judged with what ships with it, and asked what
 * the reports ask. Sums of tar headers are mended first, because libarchive refuses what they do
 * not fit. Nothing may be judged by bytes that are gone, and what is damaged has to be told.
 */
#include <stdio.h>
#include <string.h>

#include "base/path.h"
#include "linkcheck/judge/package.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/debs.h"

#define BLOCK 512
#define MAGIC_AT 257
#define MOST_JUDGED 64

static const struct archives *
the_library(void)
{
	static const struct archives *lib;
	static struct arena arena;
	struct error err;

	error_clear(&err);
	if (!lib && !archives_open(&arena, &lib, &err)) {
		fprintf(stderr, "%s\n", err.what);
		fuzz_fail(__FILE__, __LINE__, "libarchive can be loaded");
	}
	return lib;
}

static void
mend_sums(char *tar, size_t len)
{
	for (size_t at = 0; at + BLOCK <= len; at++)
		if (memcmp(tar + at + MAGIC_AT, "ustar", 5) == 0)
			deb_sum(tar + at);
}

static void
ask(struct audit *audit)
{
	const struct image_import *imports;
	const struct image_export *exports;
	struct error err;
	size_t n;

	error_clear(&err);
	FUZZ_CHECK(image_imports(audit->subject.image, &imports, &n, &err));
	FUZZ_CHECK(image_exports(audit->subject.image, &exports, &n, &err));
	FUZZ_CHECK(!audit->subject.image->input->missed);
	for (size_t i = 0; i < audit->findings.count; i++)
		FUZZ_CHECK(audit->findings.items[i].message[0] != '\0');
}

static void
judge(const struct package *p, size_t i)
{
	struct audit audit = { 0 };
	struct objects store;
	struct arena a;
	struct error err;

	arena_init(&a);
	error_clear(&err);
	objects_init(&store, NULL, true);
	objects_use(&store, package_contract(p, i)->shipped);
	if (package_judge(p, i, &a, &store, &audit, &err)) {
		FUZZ_CHECK(audit.result_count > 0);
		if (!package_member(p, i)) /* the package itself */
			FUZZ_CHECK(audit.errors > 0);
		ask(&audit);
	} else {
		FUZZ_CHECK(err.kind != ERROR_NONE && err.kind != ERROR_BUG);
	}
	objects_clear(&store);
	arena_clear(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verdict_set set;
	struct contract contract = { .cwd = "/", .platforms = &set };
	struct package *p = NULL;
	struct arena a;
	struct error err;
	const char *path;
	char *bytes;

	arena_init(&a);
	error_clear(&err);
	verdict_set_init(&set);
	path = path_join(&a, fuzz_dir(), "p");
	bytes = arena_strndup(&a, (const char *)data, size);
	mend_sums(bytes, size);
	fuzz_write(path, (struct str){ bytes, size });
	if (package_read(&p, the_library(), path, &contract, NULL, NULL, &err))
		for (size_t i = 0; i < package_count(p) && i < MOST_JUDGED; i++)
			judge(p, i);
	else
		FUZZ_CHECK(err.kind == ERROR_FORMAT && err.what[0]);
	package_close(p);
	arena_clear(&a);
	return 0;
}
