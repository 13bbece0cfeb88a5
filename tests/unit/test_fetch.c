/* SPDX-License-Identifier: MIT */
/* Fetching: mirrors in turn, tries again, resuming, caps, digests, redirections; and the rules. */
#include "tests/unit/web.h"

#include "base/context.h"
#include "base/file.h"
#include "base/path.h"
#include "sysroots/transport/fetch.h"
#include "sysroots/transport/fetch_rules.h"

#define BODY "0123456789abcdefghijklmnopqrstuvwxyz"
#define SIZE 36
#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Length: 36\r\nConnection: close\r\n"
#define FAIL(status) "HTTP/1.1 " status " x\r\nContent-Length: 0\r\nConnection: close\r\n"

struct fixture {
	struct arena arena;
	struct context ctx;
	struct error err;
	char *dir;
	char sha256[DIGEST_HEX];
	struct web web[2];
	struct fetch_item item;
	const char *urls[3];
};

static const char *const quick_env[] = { "XBUILD_TIMEOUT=1", NULL };

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	error_clear(&f->err);
	f->ctx = (struct context){ .arena = &f->arena, .env = quick_env, .cwd = "/" };
	f->dir = unit_temp_dir(&f->arena);
	if (!digest_bytes(BODY, SIZE, f->sha256, &f->err))
		return -1;
	f->item = (struct fetch_item){ .label = "a thing",
		.urls = f->urls,
		.path = path_join(&f->arena, f->dir, "thing"),
		.cap = 1000 };
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	unit_remove(f->dir);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static bool
fetch(struct fixture *f)
{
	for (size_t i = 0; i < 2; i++)
		if (f->web[i].port)
			f->urls[i] = arena_printf(
				&f->arena, "http://127.0.0.1:%u/a/thing", f->web[i].port);
	bool ok = fetch_all(&f->ctx, "things", &f->item, 1, &f->err);
	for (size_t i = 0; i < 2; i++)
		if (f->web[i].port)
			web_stop(&f->web[i]);
	return ok;
}

static void
promise(struct fixture *f)
{
	f->item.size = SIZE;
	f->item.sha256 = f->sha256;
}

static void
assert_whole(struct fixture *f)
{
	struct str text;

	assert_string_equal(f->err.what, "");
	assert_true(file_read(&f->arena, f->item.path, 1000, &text, &f->err));
	assert_string_equal(text.ptr, BODY);
	assert_int_equal(f->item.got_size, SIZE);
	assert_string_equal(f->item.got_sha256, f->sha256);
}

#define SERVE(i, ...)                                                                              \
	static const struct web_step steps##i[] = { __VA_ARGS__ };                                 \
	web_start(&f->web[i], steps##i, ARRAY_LEN(steps##i))

static void
test_plain(void **state)
{
	struct fixture *f = *state;

	SERVE(0, { .head = OK_HEAD, .body = BODY });
	assert_true(fetch(f));
	assert_whole(f);
	assert_non_null(strstr(f->web[0].requests[0], "GET /a/thing HTTP/1.1\r\n"));
}

static void
test_resumes(void **state)
{
	struct fixture *f = *state;

	promise(f);
	SERVE(0, { .head = OK_HEAD, .body = BODY, .send = 10 },
		{ .head = "HTTP/1.1 206 x\r\nContent-Range: bytes 10-35/36\r\nContent-Length: "
			  "26\r\n"
			  "Connection: close\r\n",
			.body = BODY + 10 });
	assert_true(fetch(f));
	assert_whole(f);
	assert_non_null(strstr(f->web[0].requests[1], "Range: bytes=10-\r\n"));
}

/* Without a digest only the server's word says that it is still the same file. */
static void
test_resumes_by_etag(void **state)
{
	struct fixture *f = *state;

	SERVE(0,
		{ .head = "HTTP/1.1 200 OK\r\nETag: \"e1\"\r\nContent-Length: 36\r\n"
			  "Connection: close\r\n",
			.body = BODY,
			.send = 10 },
		{ .head = OK_HEAD, .body = BODY });
	assert_true(fetch(f));
	assert_whole(f);
	assert_non_null(strstr(f->web[0].requests[1], "If-Range: \"e1\"\r\n"));
}

static void
test_does_not_resume_the_unknown(void **state)
{
	struct fixture *f = *state;

	SERVE(0, { .head = OK_HEAD, .body = BODY, .send = 10 }, { .head = OK_HEAD, .body = BODY });
	assert_true(fetch(f));
	assert_whole(f);
	assert_null(strstr(f->web[0].requests[1], "Range:"));
}

/* A part from another place than was asked for is not taken. */
static void
test_wrong_part(void **state)
{
	struct fixture *f = *state;

	promise(f);
	SERVE(0, { .head = OK_HEAD, .body = BODY, .send = 10 },
		{ .head = "HTTP/1.1 206 x\r\nContent-Range: bytes 11-35/36\r\nContent-Length: "
			  "25\r\n"
			  "Connection: close\r\n",
			.body = BODY + 11 },
		{ .head = OK_HEAD, .body = BODY });
	assert_true(fetch(f));
	assert_whole(f);
}

static void
test_statuses_that_pass(void **state)
{
	struct fixture *f = *state;

	SERVE(0, { .head = FAIL("503") }, { .head = FAIL("408") },
		{ .head = "HTTP/1.1 429 x\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
			  "Connection: close\r\n" },
		{ .head = OK_HEAD, .body = BODY });
	assert_true(fetch(f));
	assert_whole(f);
}

static void
test_reset_and_stall(void **state)
{
	struct fixture *f = *state;

	promise(f);
	SERVE(0, { .head = OK_HEAD, .body = BODY, .send = 5, .reset = true },
		{ .head = OK_HEAD, .body = BODY, .send = 20, .wait_ms = 3000 }, { .head = NULL },
		{ .head = OK_HEAD, .body = BODY });
	assert_true(fetch(f));
	assert_whole(f);
}

static void
test_gives_up(void **state)
{
	struct fixture *f = *state;

	SERVE(0, { .head = FAIL("500") }, { .head = FAIL("500") }, { .head = FAIL("500") },
		{ .head = FAIL("500") }, { .head = FAIL("500") }, { .head = FAIL("502") });
	assert_false(fetch(f));
	assert_int_equal(f->err.kind, ERROR_NET);
	assert_non_null(strstr(f->err.what, "a thing: the server answers with status 502"));
	assert_non_null(strstr(f->err.where, "http://127.0.0.1"));
}

static void
test_absent(void **state)
{
	struct fixture *f = *state;

	f->item.optional = true;
	SERVE(0, { .head = FAIL("404") });
	SERVE(1, { .head = FAIL("410") });
	assert_true(fetch(f));
	assert_true(f->item.absent);
}

static void
test_next_mirror(void **state)
{
	struct fixture *f = *state;

	promise(f);
	SERVE(0, { .head = OK_HEAD, .body = "0123456789abcdefghijklmnopqrstuvwxyZ" });
	SERVE(1, { .head = OK_HEAD, .body = BODY });
	assert_true(fetch(f));
	assert_whole(f);
	assert_int_equal(f->item.from, 1);
}

static void
test_wrong_everywhere(void **state)
{
	struct fixture *f = *state;

	promise(f);
	SERVE(0, { .head = OK_HEAD, .body = "0123456789abcdefghijklmnopqrstuvwxyZ" },
		{ .head = OK_HEAD, .body = "0123456789abcdefghijklmnopqrstuvwxyZ" });
	SERVE(1, { .head = FAIL("404") });
	assert_false(fetch(f));
	assert_int_equal(f->err.kind, ERROR_VERIFY);
	assert_non_null(strstr(f->err.what, "not the file that was promised"));
}

/* Whatever the header says. */
static void
test_caps(void **state)
{
	struct fixture *f = *state;

	f->item.cap = SIZE - 1;
	SERVE(0, { .head = "HTTP/1.0 200 OK\r\n", .body = BODY },
		{ .head = "HTTP/1.0 200 OK\r\n", .body = BODY });
	assert_false(fetch(f));
	assert_int_equal(f->err.kind, ERROR_VERIFY);
	assert_non_null(strstr(f->err.what, "larger than promised"));
}

static void
test_redirects(void **state)
{
	struct fixture *f = *state;

	SERVE(0,
		{ .head = "HTTP/1.1 302 x\r\nLocation: /b\r\nContent-Length: 0\r\n"
			  "Connection: close\r\n" },
		{ .head = OK_HEAD, .body = BODY });
	assert_true(fetch(f));
	assert_whole(f);
	assert_non_null(strstr(f->web[0].requests[1], "GET /b "));
}

static void
test_redirects_end(void **state)
{
	struct fixture *f = *state;
#define ROUND                                                                                      \
	{ .head = "HTTP/1.1 302 x\r\nLocation: /b\r\nContent-Length: 0\r\nConnection: close\r\n" }
	SERVE(0, ROUND, ROUND, ROUND, ROUND, ROUND, ROUND);
	assert_false(fetch(f));
	assert_non_null(strstr(f->err.what, "without end"));
}

static void
test_offline(void **state)
{
	struct fixture *f = *state;

	f->urls[0] = "http://127.0.0.1:9/a";
	f->ctx.offline = true;
	assert_false(fetch(f));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_non_null(strstr(f->err.what, "offline, and a thing is not in the store"));
}

static void
test_file(void **state)
{
	struct fixture *f = *state;
	const char *source = path_join(&f->arena, f->dir, "source");

	assert_true(file_write(source, STR(BODY), 0644, &f->err));
	f->urls[0] = "file:///nonexistent/thing";
	f->urls[1] = arena_printf(&f->arena, "file://%s", source);
	f->ctx.offline = true;
	promise(f);
	assert_true(fetch(f));
	assert_whole(f);
}

static void
test_size_only(void **state)
{
	struct fixture *f = *state;

	f->item.path = NULL;
	SERVE(0, { .head = OK_HEAD });
	assert_true(fetch(f));
	assert_int_equal(f->item.got_size, SIZE);
	assert_non_null(strstr(f->web[0].requests[0], "HEAD /a/thing"));
}

static void
test_many(void **state)
{
	struct fixture *f = *state;
	struct fetch_item items[20];
	const char *urls[] = { NULL, NULL };

	urls[0] = arena_printf(&f->arena, "file://%s/source", f->dir);
	assert_true(file_write(urls[0] + 7, STR(BODY), 0644, &f->err));
	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		items[i] = (struct fetch_item){ .label = "one",
			.urls = urls,
			.cap = 100,
			.path = arena_printf(&f->arena, "%s/%zu", f->dir, i) };
	assert_true(fetch_all(&f->ctx, "many", items, ARRAY_LEN(items), &f->err));
	for (size_t i = 0; i < ARRAY_LEN(items); i++)
		assert_string_equal(items[i].got_sha256, f->sha256);
}

static void
test_bad_timeout(void **state)
{
	struct fixture *f = *state;
	static const char *const env[] = { "XBUILD_TIMEOUT=soon", NULL };

	f->ctx.env = env;
	f->urls[0] = "http://127.0.0.1:9/";
	assert_false(fetch(f));
	assert_int_equal(f->err.kind, ERROR_USAGE);
}

static void
test_rules(void **state)
{
	struct fixture *f = *state;
	static const char *const env[] = { "http_proxy=http://a", "HTTPS_PROXY=http://b",
		"HTTP_PROXY=http://c", NULL };
	uint64_t start;

	assert_string_equal(
		fetch_url_shown(&f->arena, "https://me:secret@host/a@b"), "https://host/a@b");
	assert_string_equal(fetch_url_shown(&f->arena, "http://host/a"), "http://host/a");
	assert_true(fetch_may_redirect("http://a", "https://b"));
	assert_true(fetch_may_redirect("http://a", "http://b"));
	assert_false(fetch_may_redirect("https://a", "http://b"));
	assert_false(fetch_may_redirect("http://a", "file:///etc/passwd"));
	assert_false(fetch_may_redirect("file:///a", "http://b"));
	assert_string_equal(fetch_proxy(env, "http://x/"), "http://a");
	assert_string_equal(fetch_proxy(env, "https://x/"), "http://b");
	assert_string_equal(fetch_proxy(env + 2, "http://x/"), "");
	assert_true(fetch_range_start("bytes 5-9/10", &start));
	assert_int_equal(start, 5);
	assert_false(fetch_range_start("bytes */10", &start));
	assert_false(fetch_range_start("", &start));
	assert_int_equal(fetch_pause_ms(0, 5), 0);
	for (unsigned round = 1; round < 40; round++)
		for (uint64_t n = 0; n < 50; n++) {
			assert_true(fetch_pause_ms(round, n * 999983) <= 10000);
			assert_true(fetch_pause_ms(round, n * 999983) >= 100);
		}
	assert_string_equal(fetch_encode(&f->arena, "a/b+c_1%3a2~x"), "a/b%2bc_1%253a2~x");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_plain),
		T(test_resumes),
		T(test_resumes_by_etag),
		T(test_does_not_resume_the_unknown),
		T(test_wrong_part),
		T(test_statuses_that_pass),
		T(test_reset_and_stall),
		T(test_gives_up),
		T(test_absent),
		T(test_next_mirror),
		T(test_wrong_everywhere),
		T(test_caps),
		T(test_redirects),
		T(test_redirects_end),
		T(test_offline),
		T(test_file),
		T(test_size_only),
		T(test_many),
		T(test_bad_timeout),
		T(test_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
