/* SPDX-License-Identifier: MIT */
/* The notifier: called with what was formatted, and absent without harm. */
#include "tests/unit/unit.h"

#include "base/context.h"

struct heard {
	char text[2048];
	const char *const *argv;
	uint64_t done, total;
};

static void
on_command(void *ctx, const char *const *argv)
{
	((struct heard *)ctx)->argv = argv;
}

static void
on_step(void *ctx, const char *verb, const char *detail)
{
	struct heard *h = ctx;

	snprintf(h->text, sizeof(h->text), "%s|%s", verb, detail);
}

static void
on_progress(void *ctx, const char *what, uint64_t done, uint64_t total)
{
	struct heard *h = ctx;

	snprintf(h->text, sizeof(h->text), "%s", what);
	h->done = done;
	h->total = total;
}

static void
tells(void **state)
{
	static const char *const argv[] = { "cc", NULL };
	struct heard h = { .done = 0 };
	struct notify n = { &h, on_command, on_step, on_progress };
	struct context ctx = { .notify = &n };
	char big[3000];

	(void)state;
	context_command(&ctx, argv);
	assert_ptr_equal(h.argv, argv);
	context_step(&ctx, "fetched", "%d packages", 3);
	assert_string_equal(h.text, "fetched|3 packages");
	context_progress(&ctx, "libc6", 5, 10);
	assert_string_equal(h.text, "libc6");
	assert_true(h.done == 5 && h.total == 10);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	context_step(&ctx, "v", "%s", big);
	assert_int_equal(strlen(h.text), strlen("v|") + 1023);
}

static void
tells_nobody(void **state)
{
	static const char *const argv[] = { "cc", NULL };
	struct notify silent = { 0 };
	struct context with = { .notify = &silent }, without = { .notify = NULL };
	const struct context *const both[] = { &with, &without };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		context_command(both[i], argv);
		context_step(both[i], "v", "%d", 1);
		context_progress(both[i], "w", 1, 2);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells),
		cmocka_unit_test(tells_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
