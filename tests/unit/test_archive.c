/* SPDX-License-Identifier: MIT */
/* Archives: entries, blocks, archives inside archives, and what is broken or refused. */
#include "tests/unit/debs.h"

#include "base/archive.h"

struct fixture {
	struct arena arena;
	struct error err;
	const struct archives *lib;
	struct deb deb;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	error_clear(&f->err);
	deb_init(&f->deb, &f->arena);
	*state = f;
	return archives_open(&f->arena, &f->lib, &f->err) ? 0 : -1;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	free(f);
	return 0;
}

static struct archive_walk *
walk(struct fixture *f, const void *data, size_t len, unsigned formats)
{
	const struct archive_source source = {
		.name = "it", .data = data, .len = len, .formats = formats
	};
	struct archive_walk *w = NULL;

	assert_true(archive_open(&f->arena, f->lib, &source, &w, &f->err));
	return w;
}

/* The rest of an entry as one text. */
static const char *
content(struct fixture *f, struct archive_walk *w)
{
	struct strbuf b;
	const void *block;
	size_t len;
	uint64_t at;

	strbuf_init(&b, &f->arena);
	while (archive_block(w, &block, &len, &at, &f->err) == ARCHIVES_NEXT) {
		assert_int_equal(at, b.len);
		strbuf_addn(&b, block, len);
	}
	return b.ptr;
}

static void
test_entries(void **state)
{
	struct fixture *f = *state;
	struct archive_walk *w;
	struct archive_item item;

	deb_member(&f->deb, "d/", '5', 0755, "", "", 0, 0);
	deb_member(&f->deb, "d/a", '0', 0750, "", "abc", 3, 3);
	deb_link(&f->deb, "d/l", "../a");
	deb_member(&f->deb, "d/h", '1', 0644, "d/a", "", 0, 0);
	deb_member(&f->deb, "d/p", '6', 0644, "", "", 0, 0);
	w = walk(f, f->deb.tar.ptr, f->deb.tar.len, ARCHIVES_ALL);
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_NEXT);
	assert_int_equal(item.kind, ARCHIVES_DIR);
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_NEXT);
	assert_int_equal(item.kind, ARCHIVES_FILE);
	assert_string_equal(item.path, "d/a");
	assert_true(item.has_size);
	assert_int_equal(item.size, 3);
	assert_int_equal(item.mode, 0750);
	assert_string_equal(content(f, w), "abc");
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_NEXT);
	assert_int_equal(item.kind, ARCHIVES_SYMLINK);
	assert_string_equal(item.link, "../a");
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_NEXT);
	assert_int_equal(item.kind, ARCHIVES_HARDLINK);
	assert_string_equal(item.link, "d/a");
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_NEXT);
	assert_int_equal(item.kind, ARCHIVES_OTHER);
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_END);
	assert_true(archive_in(w) > 0);
	archive_close(w);
}

/* What was looked at is still given, whole and in order; of the next entry too. */
static void
test_head(void **state)
{
	struct fixture *f = *state;
	struct archive_walk *w;
	struct archive_item item;
	const unsigned char *head;
	size_t len;
	char big[9000];

	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)('a' + i % 23);
	deb_member(&f->deb, "big", '0', 0644, "", big, sizeof(big), sizeof(big));
	deb_file(&f->deb, "small", "xy");
	deb_file(&f->deb, "none", "");
	w = walk(f, f->deb.tar.ptr, f->deb.tar.len, ARCHIVES_TAR);
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_NEXT);
	assert_true(archive_head(w, &head, &len, &f->err));
	assert_int_equal(len, ARCHIVES_HEAD);
	assert_memory_equal(head, big, len);
	assert_memory_equal(content(f, w), big, sizeof(big));
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_NEXT);
	assert_true(archive_head(w, &head, &len, &f->err));
	assert_int_equal(len, 2);
	assert_string_equal(content(f, w), "xy");
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_NEXT);
	assert_true(archive_head(w, &head, &len, &f->err));
	assert_int_equal(len, 0);
	assert_string_equal(content(f, w), "");
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_END);
	archive_close(w);
}

static void
test_inside_another(void **state)
{
	struct fixture *f = *state;
	struct archive_source source = { .name = "inner", .formats = ARCHIVES_TAR };
	struct archive_walk *outer, *inner;
	struct archive_item item;
	const unsigned char *head;
	struct strbuf ar;
	size_t len;

	deb_file(&f->deb, "usr/bin/x", "hello");
	strbuf_init(&ar, &f->arena);
	strbuf_add(&ar, "!<arch>\n");
	deb_ar_member(&ar, "debian-binary", "2.0\n", 4);
	deb_ar_member(&ar, "data.tar", f->deb.tar.ptr, f->deb.tar.len);
	deb_ar_member(&ar, "last", "!", 1);
	outer = walk(f, ar.ptr, ar.len, ARCHIVES_ALL);
	assert_int_equal(archive_next(outer, &item, &f->err), ARCHIVES_NEXT);
	assert_int_equal(archive_next(outer, &item, &f->err), ARCHIVES_NEXT);
	assert_string_equal(item.path, "data.tar");
	assert_true(archive_head(outer, &head, &len, &f->err));
	source.outer = outer;
	assert_true(archive_open(&f->arena, f->lib, &source, &inner, &f->err));
	assert_int_equal(archive_next(inner, &item, &f->err), ARCHIVES_NEXT);
	assert_string_equal(item.path, "usr/bin/x");
	assert_string_equal(content(f, inner), "hello");
	archive_close(inner);
	assert_int_equal(archive_next(outer, &item, &f->err), ARCHIVES_NEXT);
	assert_string_equal(item.path, "last");
	archive_close(outer);
}

static void
test_broken(void **state)
{
	struct fixture *f = *state;
	struct archive_walk *w;
	struct archive_item item;
	const void *block;
	size_t len;
	uint64_t at;

	deb_member(&f->deb, "cut", '0', 0644, "", "abc", 3, 5000);
	w = walk(f, f->deb.tar.ptr, f->deb.tar.len, ARCHIVES_TAR);
	assert_int_equal(archive_next(w, &item, &f->err), ARCHIVES_NEXT);
	while (archive_block(w, &block, &len, &at, &f->err) == ARCHIVES_NEXT)
		;
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	assert_string_equal(f->err.where, "it");
	archive_close(w);
}

static void
test_not_there(void **state)
{
	struct fixture *f = *state;
	const struct archive_source source = {
		.name = "/no/such", .file = "/no/such", .formats = ARCHIVES_ALL
	};
	struct archive_walk *w = NULL;

	assert_false(archive_open(&f->arena, f->lib, &source, &w, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
	assert_null(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(test_head, setup, teardown),
		cmocka_unit_test_setup_teardown(test_inside_another, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_there, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
