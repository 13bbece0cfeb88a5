/* SPDX-License-Identifier: MIT */
/* Audits of packages: members judged with what ships with them, and packages that say so themselves. */
#include "tests/unit/debs.h"
#include "tests/unit/elf_make.h"

#include "linkcheck/judge/package.h"

static const char loader[] = "/lib64/ld-linux-x86-64.so.2";

struct fixture {
	struct arena arena;
	struct error err;
	char *dir, *path;
	const struct archives *lib;
	struct verdict_set set;
	struct contract contract;
	struct package *package;
	struct objects store;
	struct audit audit;
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
	f->path = path_join(&f->arena, f->dir, "p.tar");
	f->contract.cwd = "/";
	verdict_set_init(&f->set);
	f->contract.platforms = &f->set;
	objects_init(&f->store, NULL, true);
	*state = f;
	return archives_open(&f->arena, &f->lib, &f->err) ? 0 : -1;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	objects_clear(&f->store);
	package_close(f->package);
	unit_remove(f->dir);
	arena_clear(&f->arena);
	free(f);
	return 0;
}

static struct elf_make *
made(struct fixture *f, const char *interp, const char *soname, const char *needed)
{
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);

	m->interp = interp;
	m->soname = soname;
	m->needed[0] = needed;
	m->hash = MAKE_GNU;
	return m;
}

static void
add(struct deb *d, const char *name, struct elf_make *m)
{
	elf_make(m);
	deb_member(d, name, '0', 0755, "", (const char *)m->out, m->len, m->len);
}

static void
open_tar(struct fixture *f, struct deb *d)
{
	deb_write_bytes(f->path, (struct str){ d->tar.ptr, d->tar.len });
	if (!package_read(&f->package, f->lib, f->path, &f->contract, NULL, NULL, &f->err))
		fail_msg("%s", f->err.what);
}

static size_t
member(struct fixture *f, const char *name)
{
	for (size_t i = 0; i < package_count(f->package); i++)
		if (package_member(f->package, i) &&
			strcmp(package_member(f->package, i), name) == 0)
			return i;
	fail_msg("there is no member %s", name);
	return 0;
}

static struct audit *
judged(struct fixture *f, size_t i)
{
	objects_use(&f->store, package_contract(f->package, i)->shipped);
	if (!package_judge(f->package, i, &f->arena, &f->store, &f->audit, &f->err))
		fail_msg("%s", f->err.what);
	return &f->audit;
}

static const struct finding *
found(const struct audit *audit, const char *rule)
{
	for (size_t i = 0; i < audit->findings.count; i++)
		if (strcmp(audit->findings.items[i].rule->id, rule) == 0)
			return &audit->findings.items[i];
	return NULL;
}

static void
together(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = made(f, loader, NULL, "liba.so.1"), *lib;
	struct audit *audit;
	struct deb d;

	deb_init(&d, &f->arena);
	m->runpath = "$ORIGIN/../lib";
	m->needed[1] = "libfar.so";
	m->symbols[0] = (struct make_symbol){ "foo", .reloc = 'd' };
	add(&d, "app/bin/x", m);
	lib = made(f, NULL, "liba.so.1", NULL);
	lib->symbols[0] = (struct make_symbol){ "foo", .defined = true };
	add(&d, "app/lib/liba.so.1.2", lib);
	deb_link(&d, "app/lib/liba.so.1", "liba.so.1.2");
	add(&d, "app/far/libfar.so", made(f, NULL, "libfar.so", NULL));
	open_tar(f, &d);
	assert_int_equal(package_count(f->package), 3);
	audit = judged(f, member(f, "app/bin/x"));
	assert_string_equal(audit->path, f->path);
	assert_string_equal(audit->member, "app/bin/x");
	assert_string_equal(audit->subject.place, "/app/bin/x");
	assert_int_equal(audit->subject.closure->object_count, 2);
	assert_int_equal(audit->subject.verdicts.given.count, 1);
	assert_string_equal(audit->subject.verdicts.given.items[0], "libfar.so");
	assert_string_equal(found(audit, "LC001")->fix, "link with -Wl,-rpath,'$ORIGIN/../far'");
	assert_false(audit->subject.image->input->missed);
}

/* Each archive is installed by itself. */
static void
apart(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = made(f, loader, NULL, "liba.so");
	struct deb inner, outer;

	deb_init(&inner, &f->arena);
	deb_init(&outer, &f->arena);
	m->runpath = "$ORIGIN";
	add(&inner, "x", m);
	add(&outer, "liba.so", made(f, NULL, "liba.so", NULL));
	deb_member(&outer, "in.tar", '0', 0644, "", inner.tar.ptr, inner.tar.len, inner.tar.len);
	open_tar(f, &outer);
	judged(f, member(f, "in.tar!x"));
	assert_null(f->audit.subject.closure);
	assert_int_equal(f->audit.subject.verdicts.given.count, 1);
}

static void
damaged(void **state)
{
	struct fixture *f = *state;
	struct audit *audit;
	struct deb d;

	deb_init(&d, &f->arena);
	add(&d, "good", made(f, loader, NULL, "libc.so.6"));
	deb_member(&d, "bad", '0', 0755, "", "\177ELF\2\1\1", 7, 7);
	deb_member(&d, "cut", '0', 0755, "", "\177ELF", 4, 5000);
	open_tar(f, &d);
	assert_int_equal(package_count(f->package), 3);
	assert_null(package_member(f->package, 0));
	audit = judged(f, 0);
	assert_true(audit->malformed);
	assert_int_equal(audit->errors, 1);
	assert_non_null(strstr(found(audit, "LC120")->message, "cut: "));
	assert_int_equal(judged(f, member(f, "good"))->errors, 0);
	assert_false(package_judge(
		f->package, member(f, "bad"), &f->arena, &f->store, &f->audit, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
	assert_null(package_image(f->package, member(f, "bad"), &f->arena, &f->err));
}

/* A set-uid program keeps its mode, which LC045 asks for. */
static void
set_uid(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = made(f, loader, NULL, "libc.so.6");
	struct deb d;

	deb_init(&d, &f->arena);
	m->runpath = "$ORIGIN/../lib";
	elf_make(m);
	deb_member(&d, "bin/su", '0', 04755, "", (const char *)m->out, m->len, m->len);
	open_tar(f, &d);
	assert_non_null(found(judged(f, 0), "LC045"));
}

/* Where an archive will be unpacked nobody knows; a distribution's package is unpacked at the root. */
static void
leaving(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m[2];
	const struct finding *finding;
	struct deb bare, outer, apk;

	for (size_t i = 0; i < 2; i++) {
		m[i] = made(f, loader, NULL, "libx.so");
		m[i]->runpath = "$ORIGIN/../../../x";
	}
	deb_init(&bare, &f->arena);
	deb_init(&apk, &f->arena);
	deb_init(&outer, &f->arena);
	add(&bare, "lib/a/x", m[0]);
	deb_member(&apk, ".PKGINFO", '0', 0644, "", "", 0, 0);
	add(&apk, "lib/a/x", m[1]);
	deb_member(&outer, "bare.tar", '0', 0644, "", bare.tar.ptr, bare.tar.len, bare.tar.len);
	deb_member(&outer, "apk.tar", '0', 0644, "", apk.tar.ptr, apk.tar.len, apk.tar.len);
	open_tar(f, &outer);
	finding = found(judged(f, member(f, "bare.tar!lib/a/x")), "LC044");
	assert_int_equal(finding->level, LEVEL_NOTE);
	assert_string_equal(finding->message,
		"RUNPATH entry \"$ORIGIN/../../../x\" leaves the package: what is looked up there "
		"depends on where it is installed");
	assert_string_equal(finding->fix,
		"nothing, if its libraries are installed there with it; else ship them in the "
		"package, and link with -Wl,-rpath,'$ORIGIN/../lib'");
	finding = found(judged(f, member(f, "apk.tar!lib/a/x")), "LC044");
	assert_int_equal(finding->level, LEVEL_WARNING);
	assert_non_null(strstr(finding->message, "climbs above the root of the file system"));
}

static void
plain_file(void **state)
{
	/* printf text | gzip -n */
	static const unsigned char text[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x2b, 0x49, 0xad,
		0x28, 1, 0, 0xc7, 0xbe, 0x28, 0x3b, 4, 0, 0, 0 };
	struct fixture *f = *state;

	deb_write_bytes(f->path, (struct str){ (const char *)text, sizeof(text) });
	assert_true(package_read(&f->package, f->lib, f->path, &f->contract, NULL, NULL, &f->err));
	assert_int_equal(package_count(f->package), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(together),
		TEST(apart),
		TEST(damaged),
		TEST(set_uid),
		TEST(leaving),
		TEST(plain_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
