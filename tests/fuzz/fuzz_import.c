/* SPDX-License-Identifier: MIT */
/*
 * An archive or a container image on its way into the store: manifests, layers, whiteouts, the top of
 * an SDK, what the system is told by. The input is a tar archive whose header sums are mended, because
 * libarchive refuses what they do not fit. Nothing may appear outside the store, and nothing of an
 * import that failed may stay in it.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "sysroots/import.h"
#include "tests/fuzz/fuzz.h"

#define BLOCK 512
#define SUM_AT 148
#define MAGIC_AT 257

/* POSIX pax, "ustar Interchange Format": the sum of all bytes, its own field as blanks. */
static void
mend_sums(char *tar, size_t len)
{
	for (size_t at = 0; at + BLOCK <= len; at += BLOCK) {
		char *header = tar + at;
		unsigned sum = 0;

		if (memcmp(header + MAGIC_AT, "ustar", 5) != 0)
			continue;
		memset(header + SUM_AT, ' ', 8);
		for (size_t i = 0; i < BLOCK; i++)
			sum += (unsigned char)header[i];
		snprintf(header + SUM_AT, 8, "%06o", sum & 0777777u);
	}
}

/* Every file is an object for arm64. */
static bool
look(void *unused, struct arena *scratch, const char *path, struct import_binary *ret)
{
	(void)unused;
	(void)scratch;
	FUZZ_CHECK(path[0] == '/');
	*ret = (struct import_binary){ .machine = 183, .bits = 64 };
	return true;
}

static bool
check_entry(void *ctx, const struct file_entry *entry, struct error *err)
{
	size_t *left = ctx;

	(void)err;
	FUZZ_CHECK(strcmp(entry->rel, "a.tar") == 0 || path_inside("store", entry->rel));
	FUZZ_CHECK((entry->st.st_mode & 07000) == 0);
	if (path_inside("store/tmp", entry->rel) && strcmp(entry->rel, "store/tmp") != 0)
		(*left)++;
	if (path_inside("store/roots", entry->rel) && strcmp(entry->rel, "store/roots") != 0)
		FUZZ_CHECK(S_ISREG(entry->st.st_mode) || S_ISDIR(entry->st.st_mode) ||
			   S_ISLNK(entry->st.st_mode));
	return true;
}

static void
try_import(struct arena *a, const char *dir)
{
	static const char *const no_env[] = { NULL };
	const struct context ctx = { .arena = a, .env = no_env, .cwd = dir };
	struct import_request req = { .name = "it", .look = look };
	struct import made;
	struct store store;
	struct error err;
	size_t left = 0;

	error_clear(&err);
	store_init(&store, path_join(a, dir, "store"));
	strvec_init(&req.inputs, a);
	strvec_push(&req.inputs, "a.tar");
	if (import_add(&ctx, &store, &req, &made, &err)) {
		FUZZ_CHECK(made.arch_count > 0 && digest_is_hex(made.digest));
		FUZZ_CHECK(import_find(&ctx, &store, "it", &made));
		FUZZ_CHECK(import_remove(&ctx, &store, &made, &err));
	} else {
		FUZZ_CHECK(err.kind != ERROR_NONE && err.kind != ERROR_BUG && err.what[0] != '\0');
	}
	FUZZ_CHECK(file_walk(a, dir, check_entry, &left, &err));
	FUZZ_CHECK(left == 0);
	FUZZ_CHECK(!file_exists(store_path(&store, a, "imported/it.json")));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	char *tar;

	arena_init(&arena);
	const char *dir = fuzz_dir();
	tar = arena_alloc(&arena, size + 1);
	memcpy(tar, data, size);
	mend_sums(tar, size);
	fuzz_write(path_join(&arena, dir, "a.tar"), (struct str){ tar, size });
	try_import(&arena, dir);
	arena_clear(&arena);
	return 0;
}
