/* SPDX-License-Identifier: MIT */
/*
 * A package, all the way into a sysroot: unpacked, placed, normalised, checked. The input is a .deb
 * or a tar archive that is put into one; its header sums are mended first, because libarchive
 * refuses what they do not fit. Nothing may be written beside the directory, and nothing in it
 * may lead out of it or be anything but a plain file, a directory or a link.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "sysroots/layout.h"
#include "sysroots/normalise.h"
#include "sysroots/selfcheck.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/debs.h"

#define BLOCK 512
#define SUM_AT 148
#define MAGIC_AT 257

struct trial {
	struct arena *arena;
	const char *dir, *into, *deb;
	struct target target;
	struct layout layout;
	bool done;     /* it became a sysroot */
	size_t beside; /* entries outside of `into` */
};

/* POSIX pax, "ustar Interchange Format": the sum of all bytes, its own field as blanks. */
static void
mend_sums(char *tar, size_t len)
{
	for (size_t at = 0; at + BLOCK <= len; at += BLOCK) {
		char *header = tar + at;
		unsigned sum = 0;

		if (memcmp(header + MAGIC_AT, "ustar", 5) != 0)
			continue;
		memset(header + SUM_AT, ' ', 8);
		for (size_t i = 0; i < BLOCK; i++)
			sum += (unsigned char)header[i];
		snprintf(header + SUM_AT, 8, "%06o", sum);
	}
}

static void
write_deb(struct trial *t, struct str data)
{
	struct strbuf ar;
	char *tar;

	if (str_starts(data, "!<arch>\n")) {
		fuzz_write(t->deb, data);
		return;
	}
	tar = str_dup(t->arena, data);
	mend_sums(tar, data.len);
	strbuf_init(&ar, t->arena);
	strbuf_add(&ar, "!<arch>\n");
	deb_ar_member(&ar, "debian-binary", "2.0\n", 4);
	deb_ar_member(&ar, "data.tar", tar, data.len);
	fuzz_write(t->deb, (struct str){ ar.ptr, ar.len });
}

/* Where a link points, by text: inside the tree. */
static bool
stays_inside(struct arena *a, const struct file_entry *entry)
{
	char text[4096];
	ssize_t n = readlink(entry->path, text, sizeof(text) - 1);
	const char *to;

	if (n <= 0 || text[0] == '/')
		return false;
	text[n] = '\0';
	to = path_normal(a, path_join(a, path_dir(a, entry->rel), text));
	return strcmp(to, "..") != 0 && strncmp(to, "../", 3) != 0;
}

static bool
check_entry(void *ctx, const struct file_entry *entry, struct error *err)
{
	struct trial *t = ctx;
	struct file_entry inside = *entry;

	(void)err;
	if (!path_inside(t->into, entry->path)) {
		t->beside++;
		return true;
	}
	inside.rel = strcmp(entry->rel, "into") == 0 ? "." : entry->rel + strlen("into/");
	if (S_ISLNK(entry->st.st_mode))
		FUZZ_CHECK(stays_inside(t->arena, &inside));
	else
		FUZZ_CHECK(S_ISREG(entry->st.st_mode) || S_ISDIR(entry->st.st_mode));
	FUZZ_CHECK((entry->st.st_mode & 07000) == 0);
	/* Who fails may leave a file half-written; its caller throws the tree away. */
	if (S_ISREG(entry->st.st_mode) && t->done)
		FUZZ_CHECK((entry->st.st_mode & 0222) == 0);
	return true;
}

static const struct archives *
the_unpacker(void)
{
	static const struct archives *unpacker;
	static struct arena arena;
	struct error err;

	error_clear(&err);
	if (!unpacker && !archives_open(&arena, &unpacker, &err)) {
		fprintf(stderr, "%s\n", err.what);
		fuzz_fail(__FILE__, __LINE__, "libarchive can be loaded");
	}
	return unpacker;
}

static void
unpack(struct trial *t)
{
	struct unpack_totals totals = { 0 };
	struct unpack_list list = { .arena = t->arena };
	const struct unpack_sink sink = { .dir = t->into,
		.want = layout_place,
		.want_ctx = &t->layout,
		.totals = &totals,
		.ret = &list };
	const struct source *source;
	struct error err;

	error_clear(&err);
	source = source_get("debian:12", &err);
	FUZZ_CHECK(source != NULL);
	t->done = unpack_deb(the_unpacker(), t->deb, &sink, &err) &&
		  normalise_tree(t->into, &t->layout, &list, &err);
	if (!t->done || !selfcheck_tree(t->into, &list, source, &t->target, SET_C_STATIC, &err))
		FUZZ_CHECK(err.kind != ERROR_NONE && err.what[0]);
	for (size_t i = 0; i < list.count; i++)
		FUZZ_CHECK(list.items[i].path[0] != '/');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct trial t = { .dir = fuzz_dir() };
	struct target parsed;
	struct arena a;
	struct error err;

	arena_init(&a);
	error_clear(&err);
	t.arena = &a;
	t.into = path_join(&a, t.dir, "into");
	t.deb = path_join(&a, t.dir, "p.deb");
	/* The kernel's and musl's names differ from glibc's: both places of files are tried. */
	FUZZ_CHECK(target_parse(
		&parsed, size % 2 ? "linux/amd64/glibc" : "linux/arm64/musl", NULL, &err));
	t.target = target_settled(&parsed, false);
	layout_init(&t.layout, source_get("debian:12", &(struct error){ 0 }), &t.target);
	FUZZ_CHECK(file_mkdirs(t.into, 0755, &err));
	write_deb(&t, (struct str){ (const char *)data, size });
	unpack(&t);
	FUZZ_CHECK(file_walk(&a, t.dir, check_entry, &t, &err));
	FUZZ_CHECK(t.beside == 1); /* the package itself */
	FUZZ_CHECK(file_remove(t.into, &err));
	arena_clear(&a);
	return 0;
}
