/* SPDX-License-Identifier: MIT */
/* Where made files run, by the compiled facts; checked by hand against the releases' notes. */
#include "tests/unit/elf_make.h"

#include "linkcheck/platform/verdict.h"
#include "linkcheck/resolve/deps_search.h"

static const char glibc_loader[] = "/lib64/ld-linux-x86-64.so.2";
static const char musl_loader[] = "/lib/ld-musl-x86_64.so.1";

struct fixture {
	struct arena arena;
	struct error err;
	struct input in;
	struct image img;
	struct verdict_set set;
	struct verdicts v;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	verdict_set_init(&f->set);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	arena_clear(&f->arena);
	free(f);
	return 0;
}

static struct elf_make *
program(struct fixture *f, const char *interp, const char *needed)
{
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);

	m->interp = interp;
	m->needed[0] = needed;
	return m;
}

/* A glibc program that refers to one symbol. */
static struct elf_make *
asks(struct fixture *f, const char *name, const char *version)
{
	struct elf_make *m = program(f, glibc_loader, "libc.so.6");

	m->symbols[0] = (struct make_symbol){ name, version ? 2 : 0, .reloc = 'd' };
	if (version)
		m->needs[0] = (struct make_need){ "libc.so.6", version, 2 };
	return m;
}

static void
judge(struct fixture *f, struct elf_make *m, enum target_libc libc)
{
	elf_make(m);
	input_from_buffer(&f->in, &f->arena, "x", m->out, m->len);
	if (!image_open(&f->img, &f->arena, &f->in, &f->err))
		fail_msg("%s", f->err.what);
	verdict_find(&f->arena, object_of_image(&f->img, true), libc, NULL, &f->set, &f->v);
}

static const struct verdict_row *
on(struct fixture *f, const char *id)
{
	for (size_t i = 0; i < f->v.count; i++)
		if (strcmp(f->v.rows[i].platform->id, id) == 0)
			return &f->v.rows[i];
	fail_msg("there is no platform %s", id);
	return NULL;
}

static void
expect(struct fixture *f, const char *id, enum verdict_on want)
{
	const struct verdict_row *row = on(f, id);

	if (row->on != want)
		fail_msg("%s: %s, %s", id, verdict_on_name(row->on),
			row->reason_count > 0 ? row->reasons[0].text : "");
	if (want == ON_RUNS)
		assert_int_equal(row->reason_count, 0);
	else
		assert_true(row->reason_count > 0);
}

static void
glibc_version(void **state)
{
	struct fixture *f = *state;

	judge(f, asks(f, "__libc_start_main", "GLIBC_2.34"), LIBC_GLIBC);
	assert_int_equal(f->v.count, platform_count());
	expect(f, "debian:12", ON_RUNS);
	expect(f, "ubuntu:22.04", ON_RUNS);
	expect(f, "rhel:9", ON_RUNS);
	expect(f, "debian:11", ON_FAILS);
	expect(f, "alpine:3.20", ON_FAILS);
	assert_string_equal(on(f, "debian:11")->reasons[0].text, "GLIBC_2.34: __libc_start_main");
	assert_string_equal(on(f, "debian:11")->reasons[0].version, "GLIBC_2.34");
	assert_string_equal(on(f, "debian:11")->reasons[0].symbol, "__libc_start_main");
	assert_int_equal(on(f, "debian:11")->reason_count, 1);
	assert_string_equal(on(f, "alpine:3.20")->reasons[0].text, "needs the glibc loader");
	assert_int_equal(f->v.given.count, 0);
}

static void
weak_reference_counts(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = asks(f, "closefrom", "GLIBC_2.34");

	m->symbols[0].weak = true;
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:11", ON_FAILS);
	assert_true(on(f, "debian:11")->reasons[0].weak);
	expect(f, "debian:12", ON_RUNS);
}

static void
unversioned_symbol(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = asks(f, "__isoc23_strtol", NULL);

	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:13", ON_RUNS);
	expect(f, "debian:12", ON_FAILS);
	assert_string_equal(on(f, "debian:12")->reasons[0].text, "lacks __isoc23_strtol");
	assert_null(on(f, "debian:12")->reasons[0].version);
	/* Bound late it is found out at the call, and is no less missing. */
	m = asks(f, "__isoc23_strtol", NULL);
	m->symbols[0].reloc = 'p';
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_FAILS);
	assert_true(on(f, "debian:12")->reasons[0].at_call);
	/* Weak, or not used at all: nothing is wrong. */
	m = asks(f, "__isoc23_strtol", NULL);
	m->symbols[0].weak = true;
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_RUNS);
	m = asks(f, "__isoc23_strtol", NULL);
	m->symbols[0].reloc = 0;
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_RUNS);
}

/* The platform has the library; nothing loads it. */
static void
library_that_nobody_needs(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = asks(f, "pow", NULL);

	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_FAILS);
	assert_string_equal(on(f, "debian:12")->reasons[0].text, "lacks pow");
	m = asks(f, "pow", NULL);
	m->needed[1] = "libm.so.6";
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_RUNS);
	/* libstdc++ and librt bring theirs along. */
	m = asks(f, "pow", NULL);
	m->needed[0] = "libstdc++.so.6";
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_RUNS);
	m = asks(f, "pthread_create", NULL);
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:11", ON_FAILS);
	expect(f, "debian:12", ON_RUNS);
	m = asks(f, "pthread_create", NULL);
	m->needed[1] = "librt.so.1";
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:11", ON_RUNS);
	/* Not even the C library. */
	m = asks(f, "puts", NULL);
	m->needed[0] = NULL;
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_FAILS);
	m = program(f, musl_loader, NULL);
	m->symbols[0] = (struct make_symbol){ "puts", 0, .reloc = 'd' };
	judge(f, m, LIBC_MUSL);
	expect(f, "alpine:3.20", ON_FAILS);
	m = program(f, musl_loader, "libstdc++.so.6");
	m->symbols[0] = (struct make_symbol){ "puts", 0, .reloc = 'd' };
	judge(f, m, LIBC_MUSL);
	expect(f, "alpine:3.20", ON_RUNS);
	/* A library's program may have it. */
	m = asks(f, "pow", NULL);
	m->interp = NULL;
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_RUNS);
}

static void
version_of_what_nobody_needs(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = asks(f, "puts", NULL);

	m->needs[0] = (struct make_need){ "libm.so.6", "GLIBC_2.2.5", 2 };
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_FAILS);
	assert_string_equal(on(f, "debian:12")->reasons[0].text,
		"asks libm.so.6 for GLIBC_2.2.5 without needing it");
}

/* pthread_create was in libpthread with GLIBC_2.2.5 until 2.34 has it in libc with both versions. */
static void
symbol_that_moved(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "libpthread.so.0");

	m->needed[1] = "libc.so.6";
	m->symbols[0] = (struct make_symbol){ "pthread_create", 2, .reloc = 'd' };
	m->needs[0] = (struct make_need){ "libpthread.so.0", "GLIBC_2.2.5", 2 };
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:8", ON_RUNS);
	expect(f, "debian:11", ON_RUNS);
	expect(f, "debian:13", ON_RUNS);
	expect(f, "fedora:43", ON_RUNS);
	/* Asked of libc alone it is only there since 2.34. */
	judge(f, asks(f, "pthread_create", "GLIBC_2.2.5"), LIBC_GLIBC);
	expect(f, "debian:11", ON_FAILS);
	expect(f, "debian:12", ON_RUNS);
}

static void
unknown_symbol(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = asks(f, "frobnicate", NULL);

	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:13", ON_FAILS);
	assert_string_equal(on(f, "debian:13")->reasons[0].text, "lacks frobnicate");
	m = asks(f, "frobnicate", NULL);
	m->needed[1] = "libz.so.1";
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:8", ON_RUNS);
	assert_int_equal(f->v.given.count, 1);
	assert_string_equal(f->v.given.items[0], "libz.so.1");
}

static void
cxx_level(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "libstdc++.so.6");

	m->needed[1] = "libc.so.6";
	m->symbols[0] = (struct make_symbol){ "_Z3foov", 2, .reloc = 'd' };
	m->needs[0] = (struct make_need){ "libstdc++.so.6", "GLIBCXX_3.4.29", 2 };
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:11", ON_FAILS);
	expect(f, "debian:12", ON_RUNS);
	expect(f, "opensuse:15.6", ON_UNKNOWN);
	assert_int_equal(f->v.given.count, 0);
}

static void
relr(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = asks(f, "puts", "GLIBC_2.2.5");

	m->relr = true;
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:13", ON_FAILS); /* the marker is not asked for */
	m = asks(f, "puts", "GLIBC_2.2.5");
	m->relr = true;
	m->needs[1] = (struct make_need){ "libc.so.6", "GLIBC_ABI_DT_RELR", 3 };
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_RUNS);
	expect(f, "ubuntu:22.04", ON_FAILS);
}

static void
musl_symbols(void **state)
{
	static const struct {
		const char *name, *since, *before;
	} rows[] = {
		{ "reallocarray", "alpine:3.13", "alpine:3.12" }, /* 1.2.2 */
		{ "qsort_r", "alpine:3.16", "alpine:3.15" },      /* 1.2.3 */
		{ "preadv2", "alpine:3.20", "alpine:3.19" },      /* 1.2.5 */
		{ "open64", "alpine:3.12", NULL }, /* bound at run time since 1.2.4 */
		{ "puts", "alpine:3.12", NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = program(f, musl_loader, "libc.musl-x86_64.so.1");

		m->symbols[0] = (struct make_symbol){ rows[i].name, .reloc = 'p' };
		judge(f, m, LIBC_MUSL);
		expect(f, rows[i].since, ON_RUNS);
		expect(f, "alpine:3.22", ON_RUNS);
		if (rows[i].before)
			expect(f, rows[i].before, ON_FAILS);
		expect(f, "debian:12", ON_FAILS);
		assert_string_equal(on(f, "debian:12")->reasons[0].text, "needs the musl loader");
	}
}

/* A glibc library in a musl process: versions are ignored, symbols count. */
static void
glibc_library_on_musl(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, NULL, "libc.so.6");

	m->soname = "liba.so";
	m->symbols[0] = (struct make_symbol){ "puts", 2, .reloc = 'd' };
	m->needs[0] = (struct make_need){ "libc.so.6", "GLIBC_2.34", 2 };
	judge(f, m, LIBC_GLIBC);
	expect(f, "alpine:3.20", ON_RUNS);
	m = program(f, NULL, "libc.so.6");
	m->soname = "liba.so";
	m->symbols[0] = (struct make_symbol){ "gnu_get_libc_version", 2, .reloc = 'd' };
	m->symbols[1] = (struct make_symbol){ "__isoc23_strtol", 2, .reloc = 'd' };
	m->needs[0] = (struct make_need){ "libc.so.6", "GLIBC_2.38", 2 };
	judge(f, m, LIBC_GLIBC);
	expect(f, "alpine:3.20", ON_FAILS);
	assert_string_equal(on(f, "alpine:3.20")->reasons[0].text,
		"lacks gnu_get_libc_version, __isoc23_strtol");
	/* A name that neither libc has may be the program's. */
	m = program(f, NULL, "libc.so.6");
	m->soname = "liba.so";
	m->symbols[0] = (struct make_symbol){ "host_call", .reloc = 'd' };
	judge(f, m, LIBC_GLIBC);
	expect(f, "alpine:3.20", ON_RUNS);
	m = program(f, NULL, "libresolv.so.2");
	m->soname = "liba.so";
	judge(f, m, LIBC_GLIBC);
	expect(f, "alpine:3.20", ON_FAILS);
}

/* What the kernel could not map, or would start where no code is, is not said to run. */
static void
start_faults(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, NULL, NULL);
	struct image_segment *load;

	m->static_only = true;
	m->type = ET_EXEC;
	m->load_flags = PF_R;
	judge(f, m, LIBC_UNKNOWN);
	expect(f, "debian:12", ON_UNKNOWN);
	assert_string_equal(on(f, "debian:12")->reasons[0].text,
		"its entry point is not in a segment with code");
	load = f->img.segments;
	while (load->type != PT_LOAD)
		load++;
	load->flags = PF_R | PF_X;
	assert_null(image_start_fault(&f->img));
	f->img.entry = MAKE_BASE + load->memsz;
	assert_string_equal(
		image_start_fault(&f->img), "its entry point is not in a segment with code");
	f->img.entry = MAKE_BASE | 1; /* Thumb */
	assert_null(image_start_fault(&f->img));
	load->offset += 8;
	assert_string_equal(image_start_fault(&f->img),
		"address and offset of a segment do not fit, so it cannot be mapped");
	load->offset -= 8;
	load->memsz = UINT64_MAX;
	assert_string_equal(image_start_fault(&f->img), "a segment lies beyond all addresses");
	load->memsz = 0;
	assert_string_equal(image_start_fault(&f->img), "it has no segment to load");
	f->img.type = IMAGE_SHARED;
	assert_null(image_start_fault(&f->img));
}

static void
static_program(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, NULL, NULL);

	m->static_only = true;
	m->type = ET_EXEC;
	judge(f, m, LIBC_UNKNOWN);
	for (size_t i = 0; i < f->v.count; i++)
		assert_int_equal(f->v.rows[i].on, ON_RUNS);
	m->osabi = ELFOSABI_FREEBSD;
	m->len = 0;
	m = program(f, NULL, NULL);
	m->static_only = true;
	m->type = ET_EXEC;
	m->osabi = ELFOSABI_FREEBSD;
	judge(f, m, LIBC_UNKNOWN);
	expect(f, "debian:12", ON_FAILS);
}

/* arm64 kernels with pages of 4, 16 and 64 KB are all about; amd64 has one kind. */
static void
page_sizes(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_AARCH64, ET_EXEC);
	struct image_segment *load;

	m->static_only = true;
	judge(f, m, LIBC_UNKNOWN);
	expect(f, "rhel:8", ON_RUNS);
	assert_int_equal(image_page_fit(&f->img), 0x10000);
	load = &f->img.segments[f->img.segment_count - 1];
	assert_int_equal(load->type, PT_LOAD);
	load->vaddr += 0x1000;
	f->img.entry += 0x1000;
	assert_int_equal(image_page_fit(&f->img), 0x1000);
	verdict_find(&f->arena, object_of_image(&f->img, true), LIBC_UNKNOWN, NULL, &f->set, &f->v);
	expect(f, "rhel:8", ON_UNKNOWN);
	assert_string_equal(on(f, "rhel:8")->reasons[0].text,
		"it is linked for pages of 4096 bytes, and those of arm64 kernels may have 65536");
	assert_string_equal(
		on(f, "rhel:8")->reasons[0].fix, "link with -Wl,-z,max-page-size=65536");
	m = program(f, NULL, NULL);
	m->static_only = true;
	m->type = ET_EXEC;
	judge(f, m, LIBC_UNKNOWN);
	load = &f->img.segments[f->img.segment_count - 1];
	load->vaddr += 0x1000;
	f->img.entry += 0x1000;
	verdict_find(&f->arena, object_of_image(&f->img, true), LIBC_UNKNOWN, NULL, &f->set, &f->v);
	expect(f, "rhel:8", ON_RUNS);
	load->memsz = 0;
	assert_int_equal(image_page_fit(&f->img), UINT64_MAX);
}

/* -z nodefaultlib: glibc finds no library of the platform; musl does not know the flag. */
static void
no_default_directories(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = asks(f, "__libc_start_main", "GLIBC_2.2.5");

	m->dt_flags_1 = DF_1_NODEFLIB;
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_FAILS);
	assert_string_equal(on(f, "debian:12")->reasons[0].text,
		"libc.so.6 is not searched for in the default directories (-z nodefaultlib)");
	m = asks(f, "__libc_start_main", "GLIBC_2.2.5");
	m->dt_flags_1 = DF_1_NODEFLIB;
	m->runpath = "/usr/lib/x86_64-linux-gnu";
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_UNKNOWN);
	m = program(f, "/lib/ld-musl-x86_64.so.1", "libc.musl-x86_64.so.1");
	m->dt_flags_1 = DF_1_NODEFLIB;
	judge(f, m, LIBC_MUSL);
	expect(f, "alpine:3.20", ON_RUNS);
}

static void
other_interpreter(void **state)
{
	struct fixture *f = *state;

	judge(f, program(f, "/nix/store/x/lib/ld-linux-x86-64.so.2", "libc.so.6"), LIBC_GLIBC);
	expect(f, "debian:12", ON_FAILS);
	assert_string_equal(on(f, "debian:12")->reasons[0].text,
		"its loader is /nix/store/x/lib/ld-linux-x86-64.so.2, not "
		"/lib64/ld-linux-x86-64.so.2");
	assert_string_equal(on(f, "debian:12")->reasons[0].fix,
		"link with -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2");
	judge(f, program(f, "/system/bin/linker64", "libc.so"), LIBC_BIONIC);
	expect(f, "debian:12", ON_FAILS);
	expect(f, "alpine:3.20", ON_FAILS);
}

/* A library made of `m`, installed at `path`. */
static void
ship(struct fixture *f, struct shipped *shipped, const char *path, struct elf_make *m)
{
	struct image *img = ARENA_NEW(&f->arena, struct image);
	struct input *in = ARENA_NEW(&f->arena, struct input);

	elf_make(m);
	input_from_buffer(in, &f->arena, path, m->out, m->len);
	if (!image_open(img, &f->arena, in, &f->err))
		fail_msg("%s", f->err.what);
	shipped_add(shipped, path, img);
}

static struct elf_make *
library(struct fixture *f, const char *soname, const char *symbol, const char *version)
{
	struct elf_make *m = asks(f, symbol, version);

	m->interp = NULL;
	m->soname = soname;
	return m;
}

/* The program at /app/bin/x with what ships with it. */
static void
judge_shipped(struct fixture *f, struct shipped *shipped, struct elf_make *m, enum target_libc libc)
{
	struct resolve_world world = { .shipped = shipped };
	struct resolution closure;
	struct objects store;

	ship(f, shipped, "/app/bin/x", m);
	objects_init(&store, &f->arena, true);
	if (!resolve_load(&f->arena, shipped_at(shipped, "/app/bin/x")->image, &store, &world,
		    &closure, &f->err))
		fail_msg("%s", f->err.what);
	verdict_find(&f->arena, closure.objects[0]->object, libc, &closure, &f->set, &f->v);
	objects_clear(&store);
}

/* A library's own needs are there when its program has them. */
static void
no_default_directories_in_library(void **state)
{
	static const struct {
		const char *needed;
		enum verdict_on want;
	} cases[] = { { "libc.so.6", ON_RUNS }, { "libm.so.6", ON_UNKNOWN } };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct elf_make *lib = library(f, "liba.so", NULL, NULL);

		lib->needed[0] = cases[i].needed;
		lib->dt_flags_1 = DF_1_NODEFLIB;
		judge(f, lib, LIBC_GLIBC);
		expect(f, "debian:12", cases[i].want);
	}
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct elf_make *m = program(f, glibc_loader, "liba.so");
		struct elf_make *lib = library(f, "liba.so", NULL, NULL);
		struct shipped shipped;

		shipped_init(&shipped, &f->arena);
		lib->needed[0] = cases[i].needed;
		lib->dt_flags_1 = DF_1_NODEFLIB;
		ship(f, &shipped, "/app/bin/liba.so", lib);
		m->needed[1] = "libc.so.6";
		m->runpath = "$ORIGIN";
		judge_shipped(f, &shipped, m, LIBC_GLIBC);
		expect(f, "debian:12", cases[i].want);
	}
}

static void
shipped_library(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so");
	struct shipped shipped;

	shipped_init(&shipped, &f->arena);
	ship(f, &shipped, "/app/lib/liba.so",
		library(f, "liba.so", "__libc_start_main", "GLIBC_2.34"));
	m->runpath = "$ORIGIN/../lib";
	judge_shipped(f, &shipped, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_RUNS);
	expect(f, "debian:11", ON_FAILS);
	assert_string_equal(on(f, "debian:11")->reasons[0].text,
		"GLIBC_2.34: __libc_start_main, wanted by liba.so");
	assert_string_equal(on(f, "debian:11")->reasons[0].wanted_by, "/app/bin/../lib/liba.so");
	assert_int_equal(f->v.given.count, 0);
}

/* Without a search path that leads there it might as well not be in the package. */
static void
shipped_out_of_reach(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so");
	struct shipped shipped;

	shipped_init(&shipped, &f->arena);
	ship(f, &shipped, "/app/lib/liba.so",
		library(f, "liba.so", "__libc_start_main", "GLIBC_2.34"));
	judge_shipped(f, &shipped, m, LIBC_GLIBC);
	expect(f, "debian:11", ON_RUNS);
	assert_int_equal(f->v.given.count, 1);
	assert_string_equal(f->v.given.items[0], "liba.so");
}

/* What lies where the loader looks first ends its search, be a better one behind it or not. */
static void
shipped_no_library(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so");
	struct elf_make *lib = library(f, "liba.so", NULL, NULL);
	struct shipped shipped;

	shipped_init(&shipped, &f->arena);
	lib->type = ET_REL;
	ship(f, &shipped, "/app/bin/liba.so", lib);
	m->runpath = "$ORIGIN";
	judge_shipped(f, &shipped, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_UNKNOWN);
	assert_true(
		cstr_starts(on(f, "debian:12")->reasons[0].text, "liba.so: /app/bin/liba.so: "));
}

static void
shipped_version(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so"), *lib;
	struct shipped shipped;

	shipped_init(&shipped, &f->arena);
	lib = library(f, "liba.so", NULL, NULL);
	lib->symbols[0] = (struct make_symbol){ "foo", .version = 2, .defined = true };
	lib->defs[0] = "V1";
	ship(f, &shipped, "/app/lib/liba.so", lib);
	m->runpath = "/app/lib";
	m->symbols[0] = (struct make_symbol){ "foo", 2, .reloc = 'd' };
	m->needs[0] = (struct make_need){ "liba.so", "V2", 2 };
	judge_shipped(f, &shipped, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_FAILS);
	assert_string_equal(
		on(f, "debian:12")->reasons[0].text, "/app/lib/liba.so has no version V2");
}

/* libstdc++ beside the program: its level is its own, not the platform's. */
static void
shipped_libstdcxx(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "libstdc++.so.6"), *lib;
	struct shipped shipped;

	m->symbols[0] = (struct make_symbol){ "foo", 2, .reloc = 'd' };
	m->needs[0] = (struct make_need){ "libstdc++.so.6", "GLIBCXX_3.4.32", 2 };
	judge(f, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_FAILS);
	shipped_init(&shipped, &f->arena);
	m = program(f, glibc_loader, "libstdc++.so.6");
	m->runpath = "$ORIGIN";
	m->symbols[0] = (struct make_symbol){ "foo", 2, .reloc = 'd' };
	m->needs[0] = (struct make_need){ "libstdc++.so.6", "GLIBCXX_3.4.32", 2 };
	lib = library(f, "libstdc++.so.6", NULL, NULL);
	lib->symbols[0] = (struct make_symbol){ "foo", .version = 2, .defined = true };
	lib->defs[0] = "GLIBCXX_3.4.32";
	ship(f, &shipped, "/app/bin/libstdc++.so.6", lib);
	judge_shipped(f, &shipped, m, LIBC_GLIBC);
	expect(f, "debian:12", ON_RUNS);
}

/* The libc of a whole root stands for that of the platform. */
static void
shipped_libc(void **state)
{
	struct fixture *f = *state;
	struct shipped shipped;

	shipped_init(&shipped, &f->arena);
	ship(f, &shipped, "/usr/lib/x86_64-linux-gnu/libc.so.6",
		library(f, "libc.so.6", NULL, NULL));
	judge_shipped(f, &shipped, asks(f, "__libc_start_main", "GLIBC_2.34"), LIBC_GLIBC);
	expect(f, "debian:12", ON_RUNS);
	expect(f, "debian:11", ON_FAILS);
}

static void
shipped_other_libc(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = program(f, glibc_loader, "liba.so"), *lib;
	struct shipped shipped;

	shipped_init(&shipped, &f->arena);
	lib = library(f, "liba.so", NULL, NULL);
	lib->needed[0] = "libc.musl-x86_64.so.1";
	ship(f, &shipped, "/app/bin/liba.so", lib);
	m->runpath = "$ORIGIN";
	judge_shipped(f, &shipped, m, LIBC_GLIBC);
	expect(f, "debian:13", ON_FAILS);
	assert_string_equal(on(f, "debian:13")->reasons[0].text,
		"has no libc.musl-x86_64.so.1, which is musl's, wanted by liba.so");
}

static void
set_of_platforms(void **state)
{
	struct fixture *f = *state;
	const struct platform *p = platform_get(&f->arena, "glibc2.31", &f->err);
	size_t before = f->set.count;

	assert_non_null(p);
	assert_true(verdict_set_add(&f->set, p));
	assert_true(verdict_set_add(&f->set, p));
	assert_int_equal(f->set.count, before + 1);
	judge(f, asks(f, "closefrom", "GLIBC_2.34"), LIBC_GLIBC);
	expect(f, "glibc2.31", ON_FAILS);
	while (f->set.count < VERDICT_PLATFORMS) {
		struct platform *q = ARENA_NEW(&f->arena, struct platform);

		*q = *p;
		q->id = arena_printf(&f->arena, "p%zu", f->set.count);
		assert_true(verdict_set_add(&f->set, q));
	}
	p = platform_get(&f->arena, "musl1.2.3", &f->err);
	assert_false(verdict_set_add(&f->set, p));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(glibc_version, setup, teardown),
		cmocka_unit_test_setup_teardown(weak_reference_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(unversioned_symbol, setup, teardown),
		cmocka_unit_test_setup_teardown(library_that_nobody_needs, setup, teardown),
		cmocka_unit_test_setup_teardown(version_of_what_nobody_needs, setup, teardown),
		cmocka_unit_test_setup_teardown(symbol_that_moved, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown_symbol, setup, teardown),
		cmocka_unit_test_setup_teardown(cxx_level, setup, teardown),
		cmocka_unit_test_setup_teardown(relr, setup, teardown),
		cmocka_unit_test_setup_teardown(musl_symbols, setup, teardown),
		cmocka_unit_test_setup_teardown(glibc_library_on_musl, setup, teardown),
		cmocka_unit_test_setup_teardown(start_faults, setup, teardown),
		cmocka_unit_test_setup_teardown(static_program, setup, teardown),
		cmocka_unit_test_setup_teardown(page_sizes, setup, teardown),
		cmocka_unit_test_setup_teardown(no_default_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(other_interpreter, setup, teardown),
		cmocka_unit_test_setup_teardown(no_default_directories_in_library, setup, teardown),
		cmocka_unit_test_setup_teardown(shipped_library, setup, teardown),
		cmocka_unit_test_setup_teardown(shipped_out_of_reach, setup, teardown),
		cmocka_unit_test_setup_teardown(shipped_no_library, setup, teardown),
		cmocka_unit_test_setup_teardown(shipped_version, setup, teardown),
		cmocka_unit_test_setup_teardown(shipped_libstdcxx, setup, teardown),
		cmocka_unit_test_setup_teardown(shipped_libc, setup, teardown),
		cmocka_unit_test_setup_teardown(shipped_other_libc, setup, teardown),
		cmocka_unit_test_setup_teardown(set_of_platforms, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
