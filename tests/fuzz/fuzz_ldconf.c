/* SPDX-License-Identifier: MIT */
/*
 * The loader's configuration in a root that somebody made. Three files, each ending at a NUL byte;
 * the first is read as musl's path file too.
 */
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "linkcheck/resolve/ldconf.h"
#include "tests/fuzz/fuzz.h"

static const char *const names[] = { "etc/ld.so.conf", "etc/ld.so.conf.d/a.conf",
	"etc/ld.so.conf.d/b.conf" };

static void
write_files(struct arena *a, const char *root, struct str rest)
{
	struct error err;

	error_clear(&err);
	FUZZ_CHECK(file_mkdirs(path_join(a, root, "etc/ld.so.conf.d"), 0755, &err));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		fuzz_write(path_join(a, root, names[i]), str_cut(&rest, '\0'));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strvec dirs;
	struct arena a;

	arena_init(&a);
	write_files(&a, fuzz_dir(), (struct str){ (const char *)data, size });
	strvec_init(&dirs, &a);
	ldconf_glibc(&a, &(struct rootfs_source){ .root = fuzz_dir() }, &dirs);
	for (size_t i = 0; i < dirs.count; i++) {
		FUZZ_CHECK(dirs.items[i][0] == '/');
		FUZZ_CHECK(strcmp(path_normal(&a, dirs.items[i]), dirs.items[i]) == 0);
	}
	strvec_init(&dirs, &a);
	FUZZ_CHECK(ldconf_musl(
		&a, &(struct rootfs_source){ .root = fuzz_dir() }, "/etc/ld.so.conf", &dirs));
	for (size_t i = 0; i < dirs.count; i++)
		FUZZ_CHECK(dirs.items[i][0] && !strpbrk(dirs.items[i], ":\n"));
	arena_clear(&a);
	return 0;
}
