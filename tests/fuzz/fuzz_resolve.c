/* SPDX-License-Identifier: MIT */
/*
 * A program and what ships with it, resolved as its loader would. The first byte says with which
 * options; then come files: the number of a path below, a length of two bytes, the content. The
 * first file is the one asked about.
 */
#include <string.h>

#include "linkcheck/resolve.h"
#include "tests/fuzz/fuzz.h"

#define MAX_FILES 16

static const char *const paths[] = { "/opt/app/bin/prog", "/lib64/ld-linux-x86-64.so.2",
	"/lib/x86_64-linux-gnu/libc.so.6", "/lib/ld-musl-x86_64.so.1", "/opt/app/lib/liba.so",
	"/opt/app/lib/libb.so", "/usr/lib/libx.so.1", "/lib/x86_64-linux-gnu/libm.so.6" };

static const char *const versions[] = { NULL, "2.17", "2.36", "1.2.3" };

struct ship {
	struct resolve_file files[MAX_FILES];
	struct input inputs[MAX_FILES];
	struct image images[MAX_FILES];
	size_t count;
};

/* False when nothing is left. A file that is no ELF is not shipped. */
static bool
add_file(struct arena *a, struct ship *ship, struct str *rest)
{
	const unsigned char *p = (const unsigned char *)rest->ptr;
	struct error err;
	struct str file;
	size_t n = ship->count, len;

	if (rest->len < 3 || n == MAX_FILES)
		return false;
	len = p[1] | (size_t)p[2] << 8;
	file = str_drop(*rest, 3);
	if (len > file.len)
		len = file.len;
	*rest = str_drop(file, len);
	error_clear(&err);
	input_from_buffer(&ship->inputs[n], a, paths[p[0] % ARRAY_LEN(paths)], file.ptr, len);
	if (!image_open(&ship->images[n], a, &ship->inputs[n], &err))
		return true;
	ship->files[n] = (struct resolve_file){ ship->inputs[n].name, &ship->images[n] };
	ship->count++;
	return true;
}

static void
check_node(const struct deps_node *node, unsigned depth)
{
	FUZZ_CHECK(node->name != NULL);
	FUZZ_CHECK((node->how == DEPS_MISSING) == (node->path == NULL));
	FUZZ_CHECK(deps_how_name(node->how) != NULL);
	for (size_t i = 0; i < node->try_count; i++)
		FUZZ_CHECK(node->tries[i].path && node->tries[i].origin);
	FUZZ_CHECK(depth < MAX_FILES + 1);
	for (size_t i = 0; i < node->child_count; i++)
		check_node(&node->children[i], depth + 1);
}

static void
check_resolution(const struct resolution *r)
{
	bool dies = false;

	for (size_t i = 0; i < r->problem_count; i++) {
		const struct resolve_problem *p = &r->problems[i];

		FUZZ_CHECK(p->text && p->text[0] && p->wanted_by);
		FUZZ_CHECK(p->kind < RESOLVE_KINDS && resolve_kind_name(p->kind));
		FUZZ_CHECK(i == 0 || r->problems[i - 1].when <= p->when);
		dies = dies || p->when == RESOLVE_AT_START;
	}
	FUZZ_CHECK(r->starts != STARTS_YES || !dies);
	FUZZ_CHECK(r->starts != STARTS_NO || dies);
	FUZZ_CHECK((r->starts == STARTS_UNKNOWN) == (r->unknown != NULL));
	FUZZ_CHECK(r->object_count > 0 && r->object_count <= MAX_FILES + 1);
	check_node(&r->deps.top, 0);
}

static void
ask(struct arena *a, struct ship *ship, unsigned options)
{
	const struct resolve_world world = {
		.root = options & 2 ? "/nonexistent" : NULL,
		.library_path = options & 1 ? "/opt/app/lib:/usr/lib" : NULL,
		.libc_version = versions[options >> 4 & 3],
		.bind_now = options & 4,
		.files = ship->files,
		.file_count = ship->count,
	};
	struct resolution r;
	struct objects store;
	struct error err;

	error_clear(&err);
	objects_init(&store, NULL, true);
	store.trail = options & 8;
	if (resolve_image(a, &ship->images[0], &store, &world, &r, &err))
		check_resolution(&r);
	else
		FUZZ_CHECK(err.kind != ERROR_NONE && err.what[0]);
	objects_clear(&store);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size };
	struct ship *ship;
	struct arena a;

	if (size == 0)
		return 0;
	arena_init(&a);
	ship = ARENA_NEW(&a, struct ship);
	rest = str_drop(rest, 1);
	while (add_file(&a, ship, &rest))
		;
	if (ship->count)
		ask(&a, ship, data[0]);
	arena_clear(&a);
	return 0;
}
