/* SPDX-License-Identifier: MIT */
/* A bundle from anywhere: every blob that it leaves in the store is what its name says. */
#include "base/env.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/vendor.h"
#include "tests/fuzz/fuzz.h"

static void
check_blobs(struct arena *a, const struct store *store)
{
	const char *dir = store_path(store, a, "blobs/sha256");
	char hex[DIGEST_HEX];
	struct strvec names;
	struct error err;

	error_clear(&err);
	strvec_init(&names, a);
	FUZZ_CHECK(file_list(a, dir, &names, &err));
	for (size_t i = 0; i < names.count; i++) {
		FUZZ_CHECK(digest_file(path_join(a, dir, names.items[i]), hex, NULL, &err));
		FUZZ_CHECK(str_is(str_from(hex), names.items[i]));
		FUZZ_CHECK(file_remove(path_join(a, dir, names.items[i]), &err));
	}
	strvec_init(&names, a);
	FUZZ_CHECK(file_list(a, store_path(store, a, "tmp"), &names, &err) && names.count == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const env[] = { NULL };
	struct context ctx = { .env = env, .cwd = "/", .offline = true };
	struct vendor_count count;
	struct store store;
	struct arena a;
	struct error err;
	struct str lock;

	arena_init(&a);
	error_clear(&err);
	ctx.arena = &a;
	store_init(&store, path_join(&a, fuzz_dir(), "store"));
	char *path = path_join(&a, fuzz_dir(), "bundle.tar");
	fuzz_write(path, (struct str){ (const char *)data, size });
	if (!vendor_read(&ctx, &store, path, &lock, &count, &err))
		FUZZ_CHECK(err.kind == ERROR_FORMAT || err.kind == ERROR_VERIFY ||
			   err.kind == ERROR_LIMIT);
	check_blobs(&a, &store);
	arena_clear(&a);
	return 0;
}
