/* SPDX-License-Identifier: MIT */
/* A snapshot that somebody made, and a program that is asked whether it starts in it. */
#include <string.h>

#include "linkcheck/platform/snapshot.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/resolve/replica_inside.h"
#include "tests/fuzz/fuzz.h"

static const char *const wanted[] = { "puts", "memcpy", "__libc_start_main", "errno" };

/* A program for the machine of the snapshot's first library, made as its libraries are. */
static struct image *
program(struct arena *a, const struct replica *r)
{
	struct replica_library lib = { .bits = 64, .machine = EM_X86_64, .dt_flags_1 = DF_1_PIE };
	struct replica_dep deps[] = { { DT_NEEDED, "libc.so.6" }, { DT_NEEDED, "libbad.so" } };
	struct replica_symbol symbols[ARRAY_LEN(wanted)];
	struct image *img = ARENA_NEW(a, struct image);
	struct input *in = ARENA_NEW(a, struct input);
	struct error err;
	struct str stub;

	error_clear(&err);
	if (r->file_count > 0) {
		struct bytes b = bytes_from(r->files[0]->stub.ptr, r->files[0]->stub.len, 0, false);

		lib.bits = bytes_u8(&b, EI_CLASS) * 32u;
		b.big_endian = lib.big_endian = bytes_u8(&b, EI_DATA) == 2;
		lib.machine = bytes_u16(&b, 18);
	}
	lib.interp = "/lib64/ld-linux-x86-64.so.2";
	lib.deps = deps;
	lib.dep_count = ARRAY_LEN(deps);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		symbols[i] = (struct replica_symbol){ .name = wanted[i],
			.version = 1,
			.type = STT_FUNC,
			.bind = STB_GLOBAL,
			.relocs = (uint8_t)(i + 1),
			.place = 'u' };
	lib.symbols = symbols;
	lib.symbol_count = ARRAY_LEN(symbols);
	stub = replica_stub(a, &lib);
	input_from_buffer(in, a, "/opt/prog", stub.ptr, stub.len);
	FUZZ_CHECK(image_open(img, a, in, &err));
	return img;
}

/* Every file of a snapshot that was taken is an image without a fault of ours. */
static void
check_files(struct arena *a, const struct replica *r)
{
	for (size_t i = 0; i < r->file_count && i < 64; i++) {
		struct image *img;
		struct error err;

		error_clear(&err);
		img = replica_open(r->files[i], a, &err);
		FUZZ_CHECK(img && img->dynamic);
		FUZZ_CHECK(replica_find(r, a, r->files[i]->path) == r->files[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct verdict_row row;
	struct snapshot s;
	struct objects store;
	struct error err;
	struct arena a;

	arena_init(&a);
	error_clear(&err);
	if (!snapshot_read(&a, "snapshot", (struct str){ (const char *)data, size }, &s, &err)) {
		FUZZ_CHECK(err.kind == ERROR_FORMAT && err.what[0] && err.hint[0]);
		arena_clear(&a);
		return 0;
	}
	check_files(&a, &s.replica);
	objects_init(&store, NULL, true);
	FUZZ_CHECK(snapshot_verdict(&a, program(&a, &s.replica), &s, NULL, &store, &row, &err));
	FUZZ_CHECK((row.on == ON_RUNS) == (row.reason_count == 0));
	for (size_t i = 0; i < row.reason_count; i++)
		FUZZ_CHECK(row.reasons[i].text && row.reasons[i].text[0]);
	objects_clear(&store);
	arena_clear(&a);
	return 0;
}
