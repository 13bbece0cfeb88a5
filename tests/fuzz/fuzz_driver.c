/* SPDX-License-Identifier: MIT */
/*
 * The arguments of a compiler call, one a line, behind two response files r1 and r2 that end at a
 * NUL byte each. Whatever they are, the user's own words arrive whole and in their order.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tests/unit/kit_make.h"
#include "toolchains/driver.h"

static const struct {
	const char *target;
	enum link_mode mode;
} kits[] = { { "linux/amd64/glibc", LINK_DYNAMIC }, { "linux/arm64/musl", LINK_STATIC_PIE },
	{ "linux/arm/v7/musl", LINK_SHARED }, { "linux/ppc64le/glibc", LINK_STATIC } };

/* The words of `args` in `argv`, in one piece but for guards around single words. */
static bool
holds(const struct strvec *argv, const struct strvec *args)
{
	for (size_t at = 0; at + args->count <= argv->count; at++) {
		size_t i = 0;

		for (size_t k = at; k < argv->count && i < args->count; k++) {
			const char *word = argv->items[k];

			if (strcmp(word, args->items[i]) == 0)
				i++;
			else if (strcmp(word, DRIVER_QUIET_BEGIN) != 0 &&
				 strcmp(word, DRIVER_QUIET_END) != 0)
				break;
		}
		if (i == args->count)
			return true;
	}
	return false;
}

static void
wrap(struct arena *a, const struct kit *kit, const struct strvec *args)
{
	static const char *const env[] = { "PATH=/nonexistent", NULL };
	const struct context ctx = { .arena = a, .env = env, .cwd = "/" };
	struct strvec argv;
	struct error err;

	for (int tool = 0; tool < TOOLS; tool++) {
		error_clear(&err);
		if (driver_wrap(&ctx, kit, (enum tool)tool, args->items, &argv, &err))
			FUZZ_CHECK(holds(&argv, args));
		else
			FUZZ_CHECK(err.kind != ERROR_NONE && err.what[0]);
		(void)driver_answer(a, kit, (enum tool)tool, args->items);
	}
}

/* The response files stand in the directory where the call is made. */
static void
classify(struct arena *a, const struct str *files, const struct strvec *args,
	struct driver_call *call)
{
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	FUZZ_CHECK(here >= 0 && chdir(fuzz_dir()) == 0);
	fuzz_write("r1", files[0]);
	fuzz_write("r2", files[1]);
	driver_classify(a, args->items, call);
	FUZZ_CHECK(fchdir(here) == 0);
	close(here);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, size }, files[2], words;
	struct driver_call call;
	struct strvec args;
	struct arena a;

	arena_init(&a);
	files[0] = str_cut(&rest, '\0');
	files[1] = str_cut(&rest, '\0');
	words = str_cut(&rest, '\0');
	strvec_init(&args, &a);
	while (words.len > 0)
		strvec_push(&args, str_dup(&a, str_cut(&words, '\n')));
	classify(&a, files, &args, &call);
	FUZZ_CHECK(!call.links || (!call.stops && !call.internal));
	for (size_t i = 0; i < ARRAY_LEN(kits); i++) {
		struct kit kit = kit_make(kits[i].target, kits[i].mode);

		FUZZ_CHECK(driver_mode(&kit, &call) < LINK_MODES);
		wrap(&a, &kit, &args);
	}
	arena_clear(&a);
	return 0;
}
