/* SPDX-License-Identifier: MIT */
/* Packages: what is found in them, at which path, and what is told of damage and of too much. */
#include "tests/unit/debs.h"

#include "base/caps.h"
#include "linkcheck/unpack/container.h"
#include "linkcheck/unpack/layers.h"

#define ELF "\177ELF"
#define ONE "\177ELF1"
#define TWO "\177ELF2"
#define THREE "\177ELF3"

struct fixture {
	struct arena arena;
	struct error err;
	char *dir, *path;
	const struct archives *lib;
	struct container c;
	struct strbuf found; /* "member=content\n" */
	size_t room;         /* binaries that are taken */
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	error_clear(&f->err);
	f->dir = unit_temp_dir(&f->arena);
	f->path = path_join(&f->arena, f->dir, "p");
	f->room = 1000000;
	*state = f;
	return archives_open(&f->arena, &f->lib, &f->err) ? 0 : -1;
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

static void *
take(void *ctx, const struct container_binary *b)
{
	struct fixture *f = ctx;

	if (f->room == 0) {
		free(b->data);
		return NULL;
	}
	f->room--;
	strbuf_addf(&f->found, "%s=%.*s\n", container_member(&f->arena, b->tree, b->path, b->arch),
		(int)b->len - 4, (char *)b->data + 4);
	free(b->data);
	return f;
}

static void
look(struct fixture *f, const char *path)
{
	const struct container_sink sink = { .ctx = f, .binary = take };

	strbuf_init(&f->found, &f->arena);
	if (!container_read(&f->arena, f->lib, path, &sink, &f->c, &f->err))
		fail_msg("%s", f->err.what);
}

static void
look_at(struct fixture *f, const char *data, size_t len)
{
	deb_write_bytes(f->path, (struct str){ data, len });
	look(f, f->path);
}

static void
look_at_tar(struct fixture *f, struct deb *d)
{
	look_at(f, d->tar.ptr, d->tar.len);
}

static struct deb *
tar(struct fixture *f)
{
	struct deb *d = ARENA_NEW(&f->arena, struct deb);

	deb_init(d, &f->arena);
	return d;
}

static void
add_bytes(struct deb *d, const char *name, const char *data, size_t len)
{
	deb_member(d, name, '0', 0755, "", data, len, len);
}

static const struct container_entry *
entry(const struct container_tree *t, enum container_kind kind, const char *path)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->items[i].kind == kind && strcmp(t->items[i].path, path) == 0)
			return &t->items[i];
	return NULL;
}

static void
one_archive(void **state)
{
	struct fixture *f = *state;
	struct deb *d = tar(f);

	deb_file(d, "./usr/bin/x", ELF "x");
	deb_file(d, "usr/share/readme", "text");
	deb_file(d, "../../etc/../a//b", ELF "up");
	deb_file(d, "/abs", ELF "abs");
	deb_file(d, "usr/.wh.hidden", ELF "wh");
	deb_link(d, "usr/lib/l.so", "l.so.1");
	deb_member(d, "usr/bin/y", '1', 0755, "usr/bin/x", "", 0, 0);
	deb_file(d, "etc/ld.so.conf.d/a.conf", "/opt/lib\n");
	look_at_tar(f, d);
	assert_string_equal(f->found.ptr, "usr/bin/x=x\na/b=up\nabs=abs\nusr/.wh.hidden=wh\n");
	assert_int_equal(f->c.remark_count, 0);
	assert_string_equal(entry(f->c.trees, CONTAINER_LINK, "usr/lib/l.so")->target, "l.so.1");
	assert_string_equal(
		entry(f->c.trees, CONTAINER_HARDLINK, "usr/bin/y")->target, "usr/bin/x");
	assert_string_equal(entry(f->c.trees, CONTAINER_TEXT, "etc/ld.so.conf.d/a.conf")->text.ptr,
		"/opt/lib\n");
	assert_null(entry(f->c.trees, CONTAINER_TEXT, "usr/share/readme"));
}

/* What a .deb installs is its own content; archives in it are others. */
static void
nested(void **state)
{
	struct fixture *f = *state;
	struct deb *inner = tar(f), *data = tar(f), *outer = tar(f);
	struct strbuf ar;

	deb_file(inner, "deep", ELF "d");
	deb_file(data, "usr/bin/x", ELF "x");
	add_bytes(data, "usr/share/in.tar", inner->tar.ptr, inner->tar.len);
	deb_file(data, "usr/bin/z", ELF "z");
	strbuf_init(&ar, &f->arena);
	strbuf_add(&ar, "!<arch>\n");
	deb_ar_member(&ar, "debian-binary", "2.0\n", 4);
	deb_ar_member(&ar, "control.tar", inner->tar.ptr, inner->tar.len);
	deb_ar_member(&ar, "data.tar", data->tar.ptr, data->tar.len);
	add_bytes(outer, "pool/p.deb", ar.ptr, ar.len);
	deb_file(outer, "last", ELF "l");
	look_at_tar(f, outer);
	assert_string_equal(f->found.ptr,
		"pool/p.deb!control.tar!deep=d\npool/p.deb!usr/bin/x=x\n"
		"pool/p.deb!usr/share/in.tar!deep=d\npool/p.deb!usr/bin/z=z\nlast=l\n");
	assert_int_equal(f->c.remark_count, 0);
}

static void
static_archive(void **state)
{
	struct fixture *f = *state;
	struct deb *d = tar(f);
	struct strbuf ar;

	strbuf_init(&ar, &f->arena);
	strbuf_add(&ar, "!<arch>\n");
	deb_ar_member(&ar, "/", "\0\0\0\0", 4);
	deb_ar_member(&ar, "a.o/", ELF "a", 5);
	deb_ar_member(&ar, "notes/", "text", 4);
	deb_ar_member(&ar, "b.o/", ELF "b", 5);
	look_at(f, ar.ptr, ar.len);
	assert_string_equal(f->found.ptr, "a.o=a\nb.o=b\n");
	assert_true(f->c.trees->is_static);
	add_bytes(d, "lib/libx.a", ar.ptr, ar.len);
	look_at_tar(f, d);
	assert_string_equal(f->found.ptr, "lib/libx.a!a.o=a\nlib/libx.a!b.o=b\n");
	look_at(f, ar.ptr, ar.len - 8);
	assert_string_equal(f->found.ptr, "a.o=a\n");
	assert_int_equal(f->c.remark_count, 1);
	assert_true(f->c.remarks[0].damaged);
}

static void
thin_archive(void **state)
{
	struct fixture *f = *state;
	struct strbuf ar;

	strbuf_init(&ar, &f->arena);
	strbuf_add(&ar, "!<thin>\n");
	deb_ar_member(&ar, "a.o/", "", 0);
	look_at(f, ar.ptr, ar.len);
	assert_string_equal(f->found.ptr, "");
	assert_int_equal(f->c.remark_count, 1);
	assert_false(f->c.remarks[0].damaged);
	assert_non_null(strstr(f->c.remarks[0].text, "thin archive"));
}

static void
damaged(void **state)
{
	struct fixture *f = *state;
	struct deb *inner = tar(f), *outer = tar(f);

	deb_file(inner, "x", ELF "x");
	deb_member(inner, "cut", '0', 0644, "", ELF, 4, 9000);
	add_bytes(outer, "in.tar", inner->tar.ptr, inner->tar.len);
	deb_file(outer, "y", ELF "y");
	look_at_tar(f, outer);
	assert_string_equal(f->found.ptr, "in.tar!x=x\ny=y\n");
	assert_int_equal(f->c.remark_count, 1);
	assert_true(f->c.remarks[0].damaged);
	assert_true(cstr_starts(f->c.remarks[0].text, "in.tar!cut: "));
	/* An end that all archives share is told once. */
	look_at(f, outer->tar.ptr, 1500);
	assert_int_equal(f->c.remark_count, 1);
	look_at(f, "PK\3\4junk and nothing more", 23);
	assert_int_equal(f->c.remark_count, 1);
	assert_true(f->c.remarks[0].damaged);
}

static void
not_a_package(void **state)
{
	struct fixture *f = *state;
	const struct container_sink sink = { .ctx = f, .binary = take };

	deb_write_bytes(f->path, str_from("text"));
	assert_false(container_read(&f->arena, f->lib, f->path, &sink, &f->c, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	assert_false(container_read(&f->arena, f->lib, "/no/such", &sink, &f->c, &f->err));
	assert_int_equal(f->err.kind, ERROR_MISSING);
}

static const char *
only_remark(struct fixture *f, bool is_damaged)
{
	assert_int_equal(f->c.remark_count, 1);
	assert_int_equal(f->c.remarks[0].damaged, is_damaged);
	return f->c.remarks[0].text;
}

static void
too_deep(void **state)
{
	struct fixture *f = *state;
	struct deb *d = tar(f);

	deb_file(d, "x", ELF "x");
	for (size_t i = 0; i < 30; i++) {
		struct deb *outer = tar(f);

		add_bytes(outer, "n.tar", d->tar.ptr, d->tar.len);
		deb_file(outer, "y", ELF "y");
		d = outer;
	}
	look_at_tar(f, d);
	assert_non_null(strstr(only_remark(f, false), "archives lie 8 deep"));
	assert_int_equal(f->c.binaries, CAP_AUDIT_DEPTH + 1); /* one beside each */
}

static void
too_many_binaries(void **state)
{
	struct fixture *f = *state;
	struct deb *d = tar(f);

	for (size_t i = 0; i < 5; i++)
		deb_file(d, arena_printf(&f->arena, "f%zu", i), ELF "x");
	f->room = 3;
	look_at_tar(f, d);
	assert_string_equal(f->found.ptr, "f0=x\nf1=x\nf2=x\n");
	assert_non_null(strstr(only_remark(f, false), "those from f3 on were not looked at"));
	assert_int_equal(f->c.trees->count, 3);
}

/* Sizes that are claimed are believed only as far as the package could hold them. */
static void
absurd_sizes(void **state)
{
	struct fixture *f = *state;
	struct deb *d = tar(f);

	deb_file(d, "x", ELF "x");
	deb_member(d, "huge", '0', 0755, "", ELF, 4, 077777777777ull);
	look_at_tar(f, d);
	assert_string_equal(f->found.ptr, "x=x\n");
	assert_non_null(strstr(only_remark(f, false), "it expands beyond all measure"));
}

static void
add_layer(struct fixture *f, struct deb *image, const char *name, const char *const *files)
{
	struct deb *layer = tar(f);

	for (size_t i = 0; files[i]; i += 2)
		if (cstr_starts(files[i + 1], "->"))
			deb_link(layer, files[i], files[i + 1] + 2);
		else
			deb_file(layer, files[i], files[i + 1]);
	add_bytes(image, name, layer->tar.ptr, layer->tar.len);
}

static const char *
items(struct fixture *f, const struct layers_image *image)
{
	struct strbuf b;

	strbuf_init(&b, &f->arena);
	for (size_t i = 0; i < image->count; i++)
		if (image->items[i]->kind == CONTAINER_BINARY ||
			image->items[i]->kind == CONTAINER_LINK)
			strbuf_addf(&b, "%s ", image->items[i]->path);
	return b.ptr;
}

static const char *const lower[] = { "bin/a", ONE, "bin/b", ONE, "lib/c", ONE, "opt/x/d", ONE,
	"opt/y/e", ONE, "srv/f", ONE, NULL };
static const char *const upper[] = { "bin/b", TWO, "lib/.wh.c", "", "opt/x/.wh..wh..opq", "",
	"opt/x/new", TWO, "opt/.wh.y", "", "srv", "->usr/srv", NULL };
static const char *const top[] = { "bin/a", "#!/bin/sh", "lib/c", THREE, NULL };

/* docker save: the layers stand in any order, the manifest says which is on which. */
static void
docker_image(void **state)
{
	struct fixture *f = *state;
	struct deb *d = tar(f);
	struct layers_image *images;
	size_t count;

	add_layer(f, d, "3/layer.tar", top);
	add_layer(f, d, "1/layer.tar", lower);
	add_layer(f, d, "2/layer.tar", upper);
	deb_file(d, "manifest.json",
		"[{\"Config\":\"c.json\",\"RepoTags\":[\"it:1\"],\"Layers\":[\"1/layer.tar\","
		"\"2/layer.tar\",\"3/layer.tar\"]},"
		"{\"Config\":\"d.json\",\"RepoTags\":null,\"Layers\":[\"1/layer.tar\"]}]");
	look_at_tar(f, d);
	layers_find(&f->c, &images, &count);
	assert_int_equal(count, 2);
	assert_string_equal(images[0].name, "it:1");
	assert_string_equal(items(f, &images[0]), "lib/c bin/b opt/x/new srv ");
	assert_string_equal(images[1].name, "d.json");
	assert_string_equal(items(f, &images[1]), "bin/a bin/b lib/c opt/x/d opt/y/e srv/f ");
	assert_int_equal(f->c.remark_count, 0);
	for (struct container_tree *t = f->c.trees->next; t; t = t->next)
		assert_true(t->in_image);
}

static void
missing_layer(void **state)
{
	struct fixture *f = *state;
	struct deb *d = tar(f);
	struct layers_image *images;
	size_t count;

	add_layer(f, d, "1/layer.tar", lower);
	deb_link(d, "2/layer.tar", "../1/layer.tar");
	deb_file(d, "manifest.json",
		"[{\"Config\":\"c\",\"Layers\":[\"2/layer.tar\",\"3/layer.tar\"]}]");
	look_at_tar(f, d);
	layers_find(&f->c, &images, &count);
	assert_int_equal(count, 1);
	assert_int_equal(images[0].count, 6);
	assert_string_equal(
		only_remark(f, true), "c: the layer 3/layer.tar is not in it, or no archive");
}

/* An OCI layout, unpacked, with an index in the index. */
static void
oci_layout(void **state)
{
	static const char layer[] = "blobs/sha256/aaaa";
	struct fixture *f = *state;
	struct deb *d = tar(f);
	struct layers_image *images;
	size_t count;
	char *blobs = path_join(&f->arena, f->dir, "blobs/sha256");

	for (size_t i = 0; lower[i]; i += 2)
		deb_file(d, lower[i], lower[i + 1]);
	assert_true(file_mkdirs(blobs, 0755, &f->err));
	deb_write_bytes(
		path_join(&f->arena, f->dir, layer), (struct str){ d->tar.ptr, d->tar.len });
	unit_file(&f->arena, f->dir, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}", 0644);
	unit_file(&f->arena, f->dir, "index.json", "{\"manifests\":[{\"digest\":\"sha256:bbbb\"}]}",
		0644);
	unit_file(&f->arena, blobs, "bbbb",
		"{\"manifests\":[{\"digest\":\"sha256:cccc\",\"platform\":{\"os\":\"linux\","
		"\"architecture\":\"arm64\"}},{\"digest\":\"sha256:dddd\"}]}",
		0644);
	unit_file(&f->arena, blobs, "cccc", "{\"layers\":[{\"digest\":\"sha256:aaaa\"}]}", 0644);
	/* An attestation: its layer is no archive. */
	unit_file(&f->arena, blobs, "dddd", "{\"layers\":[{\"digest\":\"sha256:eeee\"}]}", 0644);
	unit_file(&f->arena, blobs, "eeee", "{}", 0644);
	assert_true(container_is_layout(&f->arena, f->dir));
	look(f, f->dir);
	layers_find(&f->c, &images, &count);
	assert_int_equal(count, 1);
	assert_non_null(strstr(images[0].name, "linux/arm64"));
	assert_string_equal(items(f, &images[0]), "bin/a bin/b lib/c opt/x/d opt/y/e srv/f ");
	assert_int_equal(f->c.remark_count, 0);
}

/* An index that lists itself, again and again, is read only so often. */
static void
endless_index(void **state)
{
	struct fixture *f = *state;
	struct layers_image *images;
	struct deb *d = tar(f);
	struct strbuf b;
	size_t count;

	strbuf_init(&b, &f->arena);
	strbuf_add(&b, "{\"manifests\":[{\"digest\":\"sha256:a\"}");
	for (size_t i = 0; i < 100; i++)
		strbuf_add(&b, ",{\"digest\":\"sha256:a\"}");
	strbuf_add(&b, "]}");
	deb_file(d, "oci-layout", "{}");
	deb_file(d, "index.json", b.ptr);
	deb_file(d, "blobs/sha256/a", b.ptr);
	look_at_tar(f, d);
	layers_find(&f->c, &images, &count);
	assert_int_equal(count, 0);
	assert_string_equal(
		only_remark(f, false), "its indexes list more manifests than are looked at");
}

/* As many layers as a manifest likes are missing, of images with names as long as it likes. */
static void
many_missing_layers(void **state)
{
	struct fixture *f = *state;
	struct layers_image *images;
	struct deb *d = tar(f);
	struct strbuf b;
	size_t count;

	strbuf_init(&b, &f->arena);
	strbuf_add(&b, "[{\"RepoTags\":[\"");
	for (size_t i = 0; i < 1000; i++)
		strbuf_add(&b, "name");
	strbuf_add(&b, "\"],\"Layers\":[\"x\"");
	for (size_t i = 0; i < 1100; i++)
		strbuf_add(&b, ",\"x\"");
	strbuf_add(&b, "]}]");
	deb_file(d, "manifest.json", b.ptr);
	look_at_tar(f, d);
	layers_find(&f->c, &images, &count);
	assert_int_equal(count, 1);
	assert_int_equal(strlen(images[0].name), 512);
	assert_in_range(f->c.remark_count, 2, 100);
	assert_string_equal(f->c.remarks[0].text, "an image has more layers than are looked at");
	assert_string_equal(f->c.remarks[f->c.remark_count - 1].text,
		"more is wrong with it; this list was cut");
}

/* Somebody else's manifest.json says nothing, be it JSON or not. */
static void
other_manifests(void **state)
{
	static const char *const texts[] = { "{\"name\":\"extension\"}", "[]", "[1,\"x\"]", "//",
		"[{\"Layers\":7}]", "[{}]" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct layers_image *images;
		struct deb *d = tar(f);
		size_t count;

		deb_file(d, "manifest.json", texts[i]);
		deb_file(d, "x", ELF "x");
		look_at_tar(f, d);
		layers_find(&f->c, &images, &count);
		assert_int_equal(count, 0);
		assert_int_equal(f->c.remark_count, 0);
		assert_false(f->c.trees->in_image);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_archive),
		TEST(nested),
		TEST(static_archive),
		TEST(thin_archive),
		TEST(damaged),
		TEST(not_a_package),
		TEST(too_deep),
		TEST(too_many_binaries),
		TEST(absurd_sizes),
		TEST(docker_image),
		TEST(missing_layer),
		TEST(oci_layout),
		TEST(endless_index),
		TEST(many_missing_layers),
		TEST(other_manifests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
