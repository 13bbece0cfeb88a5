/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target over files instead of searching: those named, else the corpus that belongs to
 * the program's name (fuzz_elf: tests/fuzz/corpus/elf). Prints TAP. A file that takes longer than
 * LIMIT seconds ends the program, as one that crashes it does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/path.h"
#include "tests/fuzz/fuzz.h"

#define LIMIT 30
#define MAX_FILE ((uint64_t)16 << 20)

/* From a block of exactly its size, so that sanitizers see one byte too far. */
static void
replay(const char *path)
{
	struct arena a;
	struct error err;
	struct str text;
	uint8_t *copy;

	arena_init(&a);
	error_clear(&err);
	if (!file_read(&a, path, MAX_FILE, &text, &err)) {
		printf("Bail out! %s\n", err.what);
		exit(1);
	}
	copy = malloc(text.len ? text.len : 1);
	FUZZ_CHECK(copy != NULL);
	if (text.len)
		memcpy(copy, text.ptr, text.len);
	alarm(LIMIT);
	(void)LLVMFuzzerTestOneInput(copy, text.len);
	alarm(0);
	free(copy);
	arena_clear(&a);
}

static void
corpus_of(struct arena *a, const char *program, struct strvec *files)
{
	const char *name = strrchr(program, '_'), *dir;
	struct strvec names;
	struct error err;

	FUZZ_CHECK(name != NULL);
	dir = arena_printf(a, "tests/fuzz/corpus/%s", name + 1);
	strvec_init(&names, a);
	error_clear(&err);
	if (!file_list(a, dir, &names, &err)) {
		printf("Bail out! %s\n", err.what);
		exit(1);
	}
	for (size_t i = 0; i < names.count; i++)
		strvec_push(files, path_join(a, dir, names.items[i]));
}

int
main(int argc, char **argv)
{
	struct strvec files;
	struct arena a;

	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	arena_init(&a);
	strvec_init(&files, &a);
	for (int i = 1; i < argc; i++)
		strvec_push(&files, argv[i]);
	if (argc < 2)
		corpus_of(&a, argv[0], &files);
	printf("1..%zu\n", files.count);
	for (size_t i = 0; i < files.count; i++) {
		replay(files.items[i]);
		printf("ok %zu - %s\n", i + 1, path_base(files.items[i]));
	}
	arena_clear(&a);
	return 0;
}
