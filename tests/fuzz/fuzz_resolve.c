/* SPDX-License-Identifier: MIT */
/*
 * A program and what ships with it, resolved as its loader would. The first byte says with which
 * options; then come files: the number of a path below, a length of two bytes, the content. The
 * first file is the one asked about; the others are shipped with it, or lie in a root on disk.
 */
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "linkcheck/judge/audit.h"
#include "linkcheck/resolve/resolve.h"
#include "tests/fuzz/fuzz.h"

#define MAX_FILES 16

enum option {
	WITH_LIBRARY_PATH = 1,
	WITH_EMPTY_ROOT = 2,
	WITH_BIND_NOW = 4,
	WITH_TRAIL = 8,
	VERSION_SHIFT = 4, /* two bits: of versions[] */
	ON_DISK = 64,
};

static const char *const paths[] = { "/opt/app/bin/prog", "/lib64/ld-linux-x86-64.so.2",
	"/lib/x86_64-linux-gnu/libc.so.6", "/lib/ld-musl-x86_64.so.1", "/opt/app/lib/liba.so",
	"/opt/app/lib/libb.so", "/usr/lib/libx.so.1", "/lib/x86_64-linux-gnu/libm.so.6" };

static const char *const versions[] = { NULL, "2.17", "2.36", "1.2.3" };

struct ship {
	unsigned options;
	struct shipped shipped;
	struct input inputs[MAX_FILES];
	struct image images[MAX_FILES];
	size_t count;
};

/* Each path below the root, free for another trial. */
static const char *
place(struct arena *a, const char *path)
{
	char *host = arena_printf(a, "%s/root%s", fuzz_dir(), path);
	struct error err;

	error_clear(&err);
	FUZZ_CHECK(file_mkdirs(path_dir(a, host), 0755, &err));
	return host;
}

static void
empty_root(struct arena *a)
{
	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		unlink(place(a, paths[i]));
}

/* False when nothing is left. A file that is no ELF is not shipped; on disk it may lie. */
static bool
add_file(struct arena *a, struct ship *ship, struct str *rest)
{
	const unsigned char *p = (const unsigned char *)rest->ptr;
	struct image *image = &ship->images[ship->count];
	struct input *in = &ship->inputs[ship->count];
	const char *path;
	struct error err;
	struct str file;
	size_t len;

	if (rest->len < 3 || ship->count == MAX_FILES)
		return false;
	len = p[1] | (size_t)p[2] << 8;
	file = str_drop(*rest, 3);
	if (len < file.len)
		file.len = len;
	*rest = str_drop(*rest, 3 + file.len);
	path = paths[p[0] % ARRAY_LEN(paths)];
	input_from_buffer(in, a, path, file.ptr, file.len);
	if (ship->options & ON_DISK) {
		in->name = place(a, path);
		fuzz_write(in->name, file);
	}
	error_clear(&err);
	if (image_open(image, a, in, &err)) {
		shipped_add(&ship->shipped, path, image);
		ship->count++;
	}
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

/* One store serves many files, and remembers: the answers must not change. */
static void
ask(struct arena *a, struct ship *ship, const struct resolve_world *world)
{
	size_t order[] = { 0, 1 % ship->count, 0 };
	struct resolution r, first = { .deps.missing = 0 };
	struct objects store;
	struct error err;

	error_clear(&err);
	objects_init(&store, NULL, true);
	store.trail = ship->options & WITH_TRAIL;
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (!resolve_image(a, &ship->images[order[i]], &store, world, &r, &err)) {
			FUZZ_CHECK(err.kind != ERROR_NONE && err.what[0]);
			break;
		}
		check_resolution(&r);
		if (i == 0)
			first = r;
	}
	FUZZ_CHECK(err.kind != ERROR_NONE ||
		   (r.starts == first.starts && r.problem_count == first.problem_count &&
			   r.object_count == first.object_count));
	objects_clear(&store);
}

static void
audit(struct arena *a, struct ship *ship, const struct resolve_world *world)
{
	const struct contract contract = { .world = world, .on_root = true };
	struct audit result;
	struct error err;

	error_clear(&err);
	if (!audit_input(a, &ship->inputs[0], &contract, &result, &err)) {
		FUZZ_CHECK(err.kind != ERROR_NONE && err.what[0]);
		return;
	}
	for (size_t i = 0; i < result.findings.count; i++)
		FUZZ_CHECK(result.findings.items[i].message[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size };
	struct resolve_world world = { .root = NULL };
	struct ship *ship;
	struct arena a;

	if (size == 0)
		return 0;
	arena_init(&a);
	ship = ARENA_NEW(&a, struct ship);
	shipped_init(&ship->shipped, &a);
	ship->options = data[0];
	if (ship->options & ON_DISK)
		empty_root(&a);
	rest = str_drop(rest, 1);
	while (add_file(&a, ship, &rest))
		;
	world.library_path = ship->options & WITH_LIBRARY_PATH ? "/opt/app/lib:/usr/lib" : NULL;
	world.libc_version = versions[ship->options >> VERSION_SHIFT & 3];
	world.bind_now = ship->options & WITH_BIND_NOW;
	if (ship->options & ON_DISK) {
		world.root = arena_printf(&a, "%s/root", fuzz_dir());
	} else {
		world.root = ship->options & WITH_EMPTY_ROOT ? "/nonexistent" : NULL;
		world.shipped = &ship->shipped;
	}
	if (ship->count) {
		ask(&a, ship, &world);
		audit(&a, ship, &world);
	}
	arena_clear(&a);
	return 0;
}
