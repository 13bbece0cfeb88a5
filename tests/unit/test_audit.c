/* SPDX-License-Identifier: MIT */
/* Contracts and what the rules say of files that break them. */
#include "tests/unit/elf_make.h"

#include <sys/stat.h>

#include "linkcheck/judge/audit.h"

struct fixture {
	struct arena arena;
	struct error err;
	struct input in;
	struct target target;
	struct contract contract;
	struct audit audit;
};

static int
setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
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

/* A program without fault for linux/amd64/glibc. */
static struct elf_make *
good(struct fixture *f)
{
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);

	m->interp = "/lib64/ld-linux-x86-64.so.2";
	m->needed[0] = "libc.so.6";
	m->symbols[0] =
		(struct make_symbol){ .name = "__libc_start_main", .version = 2, .reloc = 'd' };
	m->symbols[1] = (struct make_symbol){ .name = "puts", .version = 3, .reloc = 'p' };
	m->needs[0] = (struct make_need){ "libc.so.6", "GLIBC_2.34", 2 };
	m->needs[1] = (struct make_need){ "libc.so.6", "GLIBC_2.2.5", 3 };
	return m;
}

static void
promise(struct fixture *f, const char *target, const char *mode)
{
	if (!target_parse(&f->target, target, NULL, &f->err))
		fail_msg("%s", f->err.what);
	f->contract.target = &f->target;
	f->contract.has_mode = mode != NULL;
	if (mode)
		f->contract.mode = link_mode_find(mode);
}

static void
audit_at(struct fixture *f, struct elf_make *m, const char *path)
{
	elf_make(m);
	input_from_buffer(&f->in, &f->arena, path, m->out, m->len);
	if (!audit_input(&f->arena, &f->in, &f->contract, &f->audit, &f->err))
		fail_msg("%s", f->err.what);
}

static void
audit_made(struct fixture *f, struct elf_make *m)
{
	audit_at(f, m, "/usr/bin/made");
}

static const struct finding *
found(const struct fixture *f, const char *id)
{
	for (size_t i = 0; i < f->audit.findings.count; i++)
		if (strcmp(f->audit.findings.items[i].rule->id, id) == 0)
			return &f->audit.findings.items[i];
	return NULL;
}

static void
expect(const struct fixture *f, const char *id, const char *message)
{
	const struct finding *got = found(f, id);

	if (!got)
		fail_msg("no finding of %s", id);
	else
		assert_string_equal(got->message, message);
}

static enum verdict
verdict_of(const struct fixture *f, const char *id, const char **reason)
{
	for (size_t i = 0; i < f->audit.result_count; i++)
		if (strcmp(f->audit.results[i].rule->id, id) == 0) {
			if (reason)
				*reason = f->audit.results[i].reason;
			return f->audit.results[i].verdict;
		}
	fail_msg("no result of %s", id);
	return VERDICT_PASS;
}

static void
a_good_program_is_clean(void **state)
{
	static const char *const promises[][2] = { { NULL, NULL }, { "linux/amd64/glibc", NULL },
		{ "linux/amd64/glibc2.34", "dynamic" } };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(promises); i++) {
		if (promises[i][0])
			promise(f, promises[i][0], promises[i][1]);
		audit_made(f, good(f));
		assert_int_equal(f->audit.findings.count, 0);
		assert_int_equal(f->audit.unknown, 0);
		assert_false(f->audit.malformed);
		assert_int_equal(f->audit.result_count, rule_count());
		assert_string_equal(audit_summary(&f->arena, &f->audit),
			"ELF amd64 · dynamic · PIE · partial RELRO · glibc >= 2.34");
	}
}

static void
floors(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);
	const struct floor *floor;

	promise(f, "linux/amd64/glibc2.31", "dynamic");
	audit_made(f, m);
	assert_int_equal(f->audit.subject.floor_count, 1);
	floor = &f->audit.subject.floors[0];
	assert_string_equal(floor->family, "glibc");
	assert_string_equal(floor->version, "2.34");
	assert_string_equal(floor->library, "libc.so.6");
	assert_int_equal(floor->symbols.count, 1);
	assert_string_equal(floor->symbols.items[0], "__libc_start_main");
	assert_false(floor->weak_only);
	expect(f, "LC020", "needs glibc 2.34 of libc.so.6, above 2.31: __libc_start_main");
	assert_int_equal(f->audit.errors, 1);
	assert_null(found(f, "LC021"));
	/* A floor that is named wins over the target's version. */
	f->contract.floor = "2.40";
	audit_made(f, good(f));
	assert_null(found(f, "LC020"));
}

static void
weak_floors(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);

	m->symbols[2] = (struct make_symbol){ .name = "closefrom", .version = 4, .weak = true };
	m->needs[2] = (struct make_need){ "libc.so.6", "GLIBC_2.36", 4 };
	f->contract.floor = "2.34";
	audit_made(f, m);
	assert_true(f->audit.subject.floors[0].weak_only);
	expect(f, "LC020", "needs glibc 2.36 of libc.so.6, above 2.34: closefrom");
	expect(f, "LC021", "glibc 2.36 is asked for by weak references only: closefrom");
	assert_int_equal(found(f, "LC021")->level, LEVEL_WARNING);
}

static void
families_and_markers(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);

	m->needed[1] = "libstdc++.so.6";
	m->needs[2] = (struct make_need){ "libc.so.6", "GLIBC_ABI_DT_RELR", 4 };
	m->needs[3] = (struct make_need){ "libstdc++.so.6", "GLIBCXX_3.4.9", 5 };
	m->needs[4] = (struct make_need){ "libstdc++.so.6", "GLIBCXX_3.4.30", 6 };
	m->needs[5] = (struct make_need){ "libstdc++.so.6", "CXXABI_1.3.13", 7 };
	m->needs[6] = (struct make_need){ "libstdc++.so.6", "CXXABI_FLOAT128", 8 };
	m->relr = true;
	audit_made(f, m);
	assert_int_equal(f->audit.subject.floor_count, 3);
	assert_string_equal(f->audit.subject.floors[0].version, "2.36");
	assert_int_equal(f->audit.subject.floors[0].symbols.count, 0);
	assert_string_equal(f->audit.subject.floors[1].family, "glibcxx");
	assert_string_equal(f->audit.subject.floors[1].version, "3.4.30");
	assert_string_equal(f->audit.subject.floors[2].version, "1.3.13");
	assert_null(found(f, "LC023"));
}

static void
private_versions(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);

	m->needs[0].version = "GLIBC_PRIVATE";
	audit_made(f, m);
	expect(f, "LC023", "it uses private symbols of glibc: __libc_start_main");
	assert_int_equal(found(f, "LC023")->level, LEVEL_NOTE);
	promise(f, "linux/amd64/glibc", NULL);
	m = good(f);
	m->needs[0].version = "GLIBC_PRIVATE";
	audit_made(f, m);
	assert_int_equal(found(f, "LC023")->level, LEVEL_ERROR);
	m = good(f);
	m->relr = true;
	audit_made(f, m);
	expect(f, "LC023",
		"it has DT_RELR but does not ask for GLIBC_ABI_DT_RELR: glibc refuses it");
}

static void
other_machine(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m;

	promise(f, "linux/arm64/glibc", NULL);
	audit_made(f, good(f));
	expect(f, "LC002", "it is for amd64, not for arm64");
	expect(f, "LC036",
		"its loader is /lib64/ld-linux-x86-64.so.2, the loader of linux/arm64/glibc is "
		"/lib/ld-linux-aarch64.so.1");
	assert_string_equal(found(f, "LC036")->fix,
		"link with -Wl,--dynamic-linker=/lib/ld-linux-aarch64.so.1");
	promise(f, "linux/ppc64le/glibc", NULL);
	m = elf_make_new(&f->arena, 64, true, EM_PPC64, ET_DYN);
	m->soname = "libx.so";
	audit_made(f, m);
	expect(f, "LC002", "it is big-endian, linux/ppc64le/glibc is not");
	promise(f, "linux/amd64/glibc", NULL);
	m = good(f);
	m->osabi = ELFOSABI_FREEBSD;
	audit_made(f, m);
	expect(f, "LC002",
		"its EI_OSABI is 9, which is another system's; linux/amd64/glibc has 0 or 3");
}

static void
arm_float_abi(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = elf_make_new(&f->arena, 32, false, EM_ARM, ET_DYN);

	promise(f, "linux/arm/v7", NULL);
	m->soname = "libx.so";
	m->flags = 0x5000000 | EF_ARM_ABI_FLOAT_HARD;
	audit_made(f, m);
	assert_null(found(f, "LC002"));
	m = elf_make_new(&f->arena, 32, false, EM_ARM, ET_DYN);
	m->soname = "libx.so";
	m->flags = 0x5000000 | EF_ARM_ABI_FLOAT_SOFT;
	audit_made(f, m);
	assert_non_null(found(f, "LC002"));
	/* Go's linker says nothing of it. */
	m = elf_make_new(&f->arena, 32, false, EM_ARM, ET_DYN);
	m->soname = "libx.so";
	m->flags = 0x5000002;
	audit_made(f, m);
	assert_null(found(f, "LC002"));
}

/* MIPS says in its ABI flags how floats are passed: 1 double, 2 single, 3 soft, 5 any FPU (XX). */
static void
mips_float_abi(void **state)
{
	static const struct {
		const char *target;
		uint8_t fp;
		const char *finding;
	} rows[] = {
		{ "linux/mipsle", 1, NULL },
		{ "linux/mipsle", 5, NULL },
		{ "linux/mipsle", 0, NULL }, /* nothing is said */
		{ "linux/mipsle", 3, "its float ABI is soft, linux/mipsle has hard" },
		{ "linux/mipsle", 2,
			"its float ABI is hard, single precision, linux/mipsle has hard" },
		{ "linux/mipsle/softfloat", 3, NULL },
		{ "linux/mipsle/softfloat", 1,
			"its float ABI is hard, linux/mipsle/softfloat has soft" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = elf_make_new(&f->arena, 32, false, EM_MIPS, ET_DYN);

		promise(f, rows[i].target, NULL);
		m->soname = "libx.so";
		m->flags = f->contract.target->row->elf.flags;
		m->mips_fp = rows[i].fp;
		audit_made(f, m);
		if (rows[i].finding)
			expect(f, "LC002", rows[i].finding);
		else
			assert_null(found(f, "LC002"));
	}
}

static void
link_modes(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m;

	promise(f, "linux/amd64/glibc", "static-pie");
	audit_made(f, good(f));
	expect(f, "LC035",
		"it was to be static-pie, but names the loader /lib64/ld-linux-x86-64.so.2");
	assert_int_equal(f->audit.errors, 2); /* and it needs a library */
	promise(f, "linux/amd64/glibc", "shared");
	audit_made(f, good(f));
	expect(f, "LC035", "it was to be a shared library, but is a program");
	promise(f, "linux/amd64/glibc", "dynamic");
	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_EXEC);
	m->static_only = true;
	audit_made(f, m);
	expect(f, "LC035", "it was to be dynamic, but names no loader");
	promise(f, "linux/amd64/glibc", "static");
	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_EXEC);
	m->static_only = true;
	audit_made(f, m);
	assert_int_equal(f->audit.findings.count, 0);
}

static void
glibc_in_musl(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);

	promise(f, "linux/amd64/musl", NULL);
	m->interp = "/lib/ld-musl-x86_64.so.1";
	audit_made(f, m);
	expect(f, "LC030",
		"it needs glibc's libc.so.6 and symbols of glibc 2.34, 2.2.5: __libc_start_main, "
		"puts");
	assert_string_equal(found(f, "LC030")->fix,
		"compile and link it for musl: xbuild cc -t linux/amd64/musl");
	assert_int_equal(f->audit.errors, 2); /* and two libcs */
	expect(f, "LC031",
		"it is bound to musl (interpreter /lib/ld-musl-x86_64.so.1) but needs glibc's "
		"libc.so.6");
	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);
	m->interp = "/lib/ld-musl-x86_64.so.1";
	m->needed[0] = "libc.musl-x86_64.so.1";
	audit_made(f, m);
	assert_int_equal(f->audit.findings.count, 0);
	assert_int_equal(f->audit.subject.libc.kind, LIBC_MUSL);
}

static struct elf_make *
musl_library(struct fixture *f)
{
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);

	m->soname = "libx.so";
	m->needed[0] = "libc.musl-x86_64.so.1";
	return m;
}

static void
musl_in_glibc(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = musl_library(f);

	promise(f, "linux/amd64/glibc", NULL);
	audit_made(f, m);
	expect(f, "LC031",
		"it is bound to musl (needs libc.musl-x86_64.so.1), but glibc was promised");
	assert_int_equal(f->audit.errors, 1);
	m = musl_library(f);
	m->needed[0] = "libc.so";
	audit_made(f, m);
	expect(f, "LC031", "it is bound to musl (needs libc.so), but glibc was promised");
	promise(f, "linux/amd64/musl", NULL);
	audit_made(f, musl_library(f));
	assert_int_equal(f->audit.findings.count, 0);
	promise(f, "linux/amd64/glibc", NULL);
	m = musl_library(f);
	m->needed[0] = "libc.so.6";
	audit_made(f, m);
	assert_int_equal(f->audit.findings.count, 0);
}

/* libmvec came with glibc 2.22. */
static struct elf_make *
needs_libmvec(struct fixture *f)
{
	struct elf_make *m = good(f);

	m->needs[0] = (struct make_need){ "libc.so.6", "GLIBC_2.2.5", 2 };
	m->needs[1] = (struct make_need){ NULL, NULL, 0 };
	m->symbols[1].version = 2;
	m->needed[1] = "libmvec.so.1";
	return m;
}

/* No rule has a name for the reason, but the platform's facts say no: still an error. */
static void
broken_promise(void **state)
{
	struct fixture *f = *state;

	promise(f, "linux/amd64/glibc2.17", NULL);
	audit_made(f, needs_libmvec(f));
	assert_int_equal(f->audit.subject.promise->on, ON_FAILS);
	assert_int_equal(f->audit.errors, 1);
	expect(f, "LC011", "it does not start on linux/amd64/glibc2.17: has no libmvec.so.1");
	assert_int_equal(verdict_of(f, "LC011", NULL), VERDICT_FAIL);
	assert_string_equal(found(f, "LC011")->fix,
		"build against its glibc: -t linux/amd64/glibc2.17; or for any Linux: -t "
		"linux/amd64/musl --static");
	promise(f, "linux/amd64/glibc2.31", NULL);
	audit_made(f, needs_libmvec(f));
	assert_null(found(f, "LC011"));
	assert_int_equal(f->audit.errors, 0);
}

static void
no_loader(void **state)
{
	static const uint16_t types[] = { ET_EXEC, ET_DYN };
	struct fixture *f = *state;
	struct elf_make *m;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		m = good(f);
		m->type = types[i];
		m->interp = NULL;
		m->dt_flags_1 = types[i] == ET_DYN ? DF_1_PIE : 0;
		audit_made(f, m);
		expect(f, "LC036",
			"it needs 1 library, first libc.so.6, but names no loader: it cannot "
			"start");
		assert_string_equal(found(f, "LC036")->fix,
			"link with -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2");
	}
	m = good(f); /* a library */
	m->interp = NULL;
	m->soname = "libx.so";
	audit_made(f, m);
	assert_null(found(f, "LC036"));
	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN); /* static-pie */
	m->dt_flags_1 = DF_1_PIE;
	audit_made(f, m);
	assert_null(found(f, "LC036"));
}

static struct elf_make *
object(struct fixture *f)
{
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, 1);

	m->static_only = true;
	return m;
}

static void
objects_are_no_results(void **state)
{
	struct fixture *f = *state;

	promise(f, "linux/amd64/glibc", "static");
	audit_made(f, object(f));
	expect(f, "LC035", "it was to be a program, but is an object");
	promise(f, "linux/amd64/glibc", "shared");
	audit_made(f, object(f));
	expect(f, "LC035", "it was to be a shared library, but is an object");
	promise(f, "linux/amd64/glibc", NULL);
	audit_made(f, object(f));
	assert_int_equal(f->audit.findings.count, 0);
}

static struct elf_make *
needs_level(struct fixture *f, uint32_t bits)
{
	struct elf_make *m = good(f);

	m->note_owner = "GNU";
	m->note_type = NT_GNU_PROPERTY_TYPE_0;
	m->note_desc[0] = GNU_PROPERTY_X86_ISA_1_NEEDED;
	m->note_desc[1] = 4;
	m->note_desc[2] = bits;
	m->note_words = 4;
	return m;
}

static void
cpu_levels(void **state)
{
	struct fixture *f = *state;

	audit_made(f, needs_level(f, 5));
	assert_int_equal(f->audit.findings.count, 0);
	assert_string_equal(audit_summary(&f->arena, &f->audit),
		"ELF amd64 · dynamic · PIE · partial RELRO · x86-64-v3 · glibc >= 2.34");
	promise(f, "linux/amd64/glibc", NULL);
	audit_made(f, needs_level(f, 5));
	expect(f, "LC025", "it needs an x86-64-v3 processor, linux/amd64/glibc stands for v1");
	audit_made(f, needs_level(f, 1));
	assert_int_equal(f->audit.findings.count, 0);
	promise(f, "linux/amd64/v3/glibc", NULL);
	audit_made(f, needs_level(f, 5));
	assert_int_equal(f->audit.findings.count, 0);
	audit_made(f, needs_level(f, 8));
	expect(f, "LC025", "it needs an x86-64-v4 processor, linux/amd64/v3/glibc stands for v3");
}

/* An ARM library with build attributes that name an architecture (IHI 0045, Tag_CPU_arch). */
static void
audit_arm(struct fixture *f, unsigned char cpu_arch)
{
	unsigned char attributes[] = "A\x11\0\0\0aeabi\0\1\7\0\0\0\6\0";
	struct elf_make *m = elf_make_new(&f->arena, 32, false, EM_ARM, ET_DYN);
	size_t at, table;

	attributes[17] = cpu_arch;
	m->soname = "libx.so";
	m->flags = 0x5000000 | EF_ARM_ABI_FLOAT_HARD;
	elf_make(m);
	at = make_bytes(m, attributes, 18);
	table = make_align(m) + 40;
	make_put(m, table + 4, SHT_ARM_ATTRIBUTES, 4);
	make_put(m, table + 16, at, 4);
	make_put(m, table + 20, 18, 4);
	make_put(m, table + 36, 1, 4);
	make_put(m, 32, table - 40, 4); /* e_shoff, e_shentsize, e_shnum */
	make_put(m, 46, 40, 2);
	make_put(m, 48, 2, 2);
	input_from_buffer(&f->in, &f->arena, "/usr/lib/libx.so", m->out, m->len);
	if (!audit_input(&f->arena, &f->in, &f->contract, &f->audit, &f->err))
		fail_msg("%s", f->err.what);
}

static void
arm_levels(void **state)
{
	struct fixture *f = *state;

	promise(f, "linux/arm/v6/musl", NULL);
	audit_arm(f, 10); /* v7 */
	expect(f, "LC025", "it needs an ARMv7 processor, linux/arm/v6/musl stands for ARMv6");
	audit_arm(f, 6);
	assert_int_equal(f->audit.subject.image->arm_cpu_arch, 6);
	assert_null(found(f, "LC025"));
	promise(f, "linux/arm/v7/musl", NULL);
	audit_arm(f, 10);
	assert_null(found(f, "LC025"));
	audit_arm(f, 14); /* v8-A */
	assert_non_null(found(f, "LC025"));
}

/* musl's entry code (arch/x86_64/crt_arch.h). */
static const char musl_start[] = "\x48\x31\xed\x48\x89\xe7\x48\x8d\x35\1\2\3\4\x48\x83\xe4\xf0\xe8"
				 "\0\0\0\0";

static void
libc_inside_a_dynamic_program(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);

	m->interp = "/lib/ld-musl-x86_64.so.1";
	m->code = musl_start;
	m->code_len = sizeof(musl_start);
	audit_made(f, m);
	expect(f, "LC031",
		"/lib/ld-musl-x86_64.so.1 starts it, but musl is linked into it: two libcs in one "
		"process");
	/* The same code imports its start function: an ordinary program. */
	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);
	m->interp = "/lib/ld-musl-x86_64.so.1";
	m->needed[0] = "libfoo.so";
	m->symbols[0] = (struct make_symbol){ .name = "__libc_start_main", .reloc = 'd' };
	m->code = musl_start;
	m->code_len = sizeof(musl_start);
	audit_made(f, m);
	assert_null(found(f, "LC031"));
}

static void
static_libcs(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_EXEC);
	const char *reason;

	m->static_only = true;
	m->code = musl_start;
	m->code_len = sizeof(musl_start);
	audit_made(f, m);
	assert_int_equal(f->audit.subject.libc.kind, LIBC_MUSL);
	assert_int_equal(f->audit.subject.libc.linked, LIBC_LINKED_STATIC);
	assert_string_equal(f->audit.subject.libc.evidence, "its entry code is musl's");

	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_EXEC);
	m->static_only = true;
	m->note_owner = "GNU";
	m->note_type = NT_GNU_ABI_TAG;
	m->note_words = 4;
	m->text = "/etc/nsswitch.conf";
	audit_made(f, m);
	assert_int_equal(f->audit.subject.libc.kind, LIBC_GLIBC);
	expect(f, "LC033", "its static glibc loads NSS modules of the same glibc at run time");
	assert_int_equal(verdict_of(f, "LC034", &reason), VERDICT_UNKNOWN);
	assert_string_equal(
		reason, "it is stripped: use of iconv and dlopen leaves no other trace");

	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_EXEC);
	m->static_only = true;
	m->text = "-0X+0X 0X-0x+0x 0x";
	audit_made(f, m);
	assert_int_equal(f->audit.subject.libc.kind, LIBC_MUSL);
	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_EXEC);
	m->static_only = true;
	audit_made(f, m);
	assert_int_equal(f->audit.subject.libc.kind, LIBC_UNKNOWN);
	assert_int_equal(f->audit.subject.libc.linked, LIBC_LINKED_NONE);
}

static void
rpath_findings(void **state)
{
	static const struct {
		const char *runpath, *id, *message, *fix;
	} rows[] = {
		{ "lib", "LC041",
			"RUNPATH entry \"lib\" is relative: it is looked up from the current "
			"directory",
			"link with -Wl,-rpath,'$ORIGIN/lib'" },
		{ "$ORIGIN/a:", "LC041",
			"RUNPATH entry \"\" is empty: the loader takes it as the current directory",
			"link with -Wl,-rpath,'$ORIGIN/a'" },
		{ "$LIB/x", "LC041",
			"RUNPATH entry \"$LIB/x\" is relative: it is looked up from the current "
			"directory",
			"link with -Wl,-rpath,'$ORIGIN/$LIB/x'" },
		{ "/home/ci/$LIB", "LC040",
			"RUNPATH entry \"/home/ci/$LIB\" is a directory of the machine that built "
			"it, or one that others can write",
			"link without -rpath (or: patchelf --remove-rpath)" },
		{ "/tmp/${PLATFORM}", "LC040",
			"RUNPATH entry \"/tmp/${PLATFORM}\" is a directory of the machine that "
			"built "
			"it, or one that others can write",
			"link without -rpath (or: patchelf --remove-rpath)" },
		{ "/libfoo/x", "LC043",
			"RUNPATH entry \"/libfoo/x\" is no system directory: it must be there on "
			"every machine",
			"link with -Wl,-rpath,'$ORIGIN/../../libfoo/x'" },
		{ "/usr/libexec2", "LC043",
			"RUNPATH entry \"/usr/libexec2\" is no system directory: it must be there "
			"on "
			"every machine",
			"link with -Wl,-rpath,'$ORIGIN/../libexec2'" },
		{ "/usr/local/lib", "LC043",
			"RUNPATH entry \"/usr/local/lib\" is no system directory: it must be there "
			"on "
			"every machine",
			"link with -Wl,-rpath,'$ORIGIN/../local/lib'" },
		{ "/home/u/x/lib", "LC040",
			"RUNPATH entry \"/home/u/x/lib\" is a directory of the machine that built "
			"it, "
			"or one that others can write",
			"link without -rpath (or: patchelf --remove-rpath)" },
		{ "RIGIN/../lib", "LC042",
			"RUNPATH entry \"RIGIN/../lib\" was mangled on its way to the linker",
			"link with -Wl,-rpath,'$ORIGIN/../lib'" },
		{ "-Wl:../lib", "LC042",
			"RUNPATH entry \"-Wl\" was mangled on its way to the linker",
			"link with -Wl,-rpath,'$ORIGIN/../lib'" },
		{ "$ORIGIN/$SLIB", "LC042",
			"RUNPATH entry \"$ORIGIN/$SLIB\" has a token that the loader does not know",
			"link with -Wl,-rpath,'$ORIGIN/../lib'" },
		{ "/opt/x/lib", "LC043",
			"RUNPATH entry \"/opt/x/lib\" is no system directory: it must be there on "
			"every "
			"machine",
			"link with -Wl,-rpath,'$ORIGIN/../../opt/x/lib'" },
		{ "$ORIGIN/../../../lib", "LC044",
			"RUNPATH entry \"$ORIGIN/../../../lib\" climbs above the root of the file "
			"system",
			"link with -Wl,-rpath,'$ORIGIN/../lib'" },
		{ "$ORIGIN/a:/usr/lib:$ORIGIN/a", "LC047",
			"RUNPATH entry \"$ORIGIN/a\" is there twice",
			"link with -Wl,-rpath,'$ORIGIN/a'" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = good(f);

		m->runpath = rows[i].runpath;
		audit_made(f, m);
		expect(f, rows[i].id, rows[i].message);
		assert_string_equal(found(f, rows[i].id)->fix, rows[i].fix);
	}
}

static void
rpath_that_is_fine(void **state)
{
	static const char *const rows[] = { "$ORIGIN", "$ORIGIN/../lib:${ORIGIN}/x",
		"/usr/lib/x86_64-linux-gnu/samba", "/usr/lib/jvm/x/$LIB",
		"/usr/aarch64-linux-gnu/lib64/x", "/usr/libexec/sudo", "" };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = good(f);

		m->runpath = rows[i];
		audit_made(f, m);
		if (f->audit.findings.count > 0)
			fail_msg("%s: %s", rows[i], f->audit.findings.items[0].message);
	}
}

/* The same file, the same answer, however its path is spelled. */
static void
spelled_paths(void **state)
{
	static const struct {
		const char *path, *cwd;
		bool escapes;
	} rows[] = { { "/a/x", NULL, true }, { "x", "/a", true }, { "./x", "/a", true },
		{ "x", "/a/b/c", false }, { "x", NULL, false } };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = good(f);

		m->runpath = "$ORIGIN/../../lib";
		f->contract.cwd = rows[i].cwd;
		audit_at(f, m, rows[i].path);
		assert_int_equal(found(f, "LC044") != NULL, rows[i].escapes);
	}
}

static void
rpath_of_musl_and_kinds(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);

	m->interp = "/lib/ld-musl-x86_64.so.1";
	m->needed[0] = "libc.so";
	m->rpath = "$ORIGIN/../$LIB";
	audit_made(f, m);
	expect(f, "LC042",
		"RPATH entry \"$ORIGIN/../$LIB\" has a token that musl does not know: musl ignores "
		"the whole path");
	assert_int_equal(verdict_of(f, "LC048", NULL), VERDICT_SKIP);
	m = good(f);
	m->rpath = "$ORIGIN/a";
	m->runpath = "$ORIGIN/b";
	promise(f, "linux/amd64/glibc", NULL);
	audit_made(f, m);
	expect(f, "LC048",
		"it has both: RPATH \"$ORIGIN/a\" is ignored, RUNPATH \"$ORIGIN/b\" counts");
	assert_int_equal(found(f, "LC048")->level, LEVEL_WARNING);
}

static void
own_install_tree(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);

	m->runpath = "/opt/app/lib";
	audit_at(f, m, "/opt/app/bin/x");
	assert_null(found(f, "LC043"));
	m = good(f);
	m->runpath = "/opt/other/lib";
	audit_at(f, m, "/opt/app/bin/x");
	assert_string_equal(
		found(f, "LC043")->fix, "link with -Wl,-rpath,'$ORIGIN/../../other/lib'");
}

static void
set_id_programs(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);

	m->runpath = "$ORIGIN/../lib";
	elf_make(m);
	input_from_buffer(&f->in, &f->arena, "su", m->out, m->len);
	f->in.mode = S_ISUID | 0755;
	assert_true(audit_input(&f->arena, &f->in, &f->contract, &f->audit, &f->err));
	assert_non_null(found(f, "LC045"));
	assert_int_equal(found(f, "LC045")->level, LEVEL_ERROR);
}

static void
layout(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);

	m->stack_flags = PF_R | PF_W | PF_X;
	m->load_flags = PF_R | PF_W | PF_X;
	m->textrel = true;
	m->relro = false;
	m->type = ET_EXEC;
	promise(f, "linux/amd64/glibc", "dynamic");
	audit_made(f, m);
	expect(f, "LC060", "it is not position independent");
	assert_int_equal(found(f, "LC060")->level, LEVEL_WARNING);
	expect(f, "LC061", "its relocated data stays writable (no PT_GNU_RELRO)");
	expect(f, "LC062", "it asks for an executable stack");
	expect(f, "LC063", "the loader has to write into its code (DT_TEXTREL)");
	assert_int_equal(f->audit.errors, 3);
	assert_int_equal(f->audit.warnings, 2);
}

static void
alignment(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_AARCH64, ET_DYN);

	promise(f, "linux/arm64/musl", NULL);
	m->soname = "libx.so";
	m->align = 0x1000;
	audit_made(f, m);
	expect(f, "LC066",
		"segment 3 is aligned to 4096 bytes; kernels of linux/arm64/musl may have pages of "
		"65536");
	assert_string_equal(found(f, "LC066")->fix, "link with -Wl,-z,max-page-size=65536");
	m = good(f);
	m->align = 0x3000;
	f->contract.target = NULL;
	audit_made(f, m);
	assert_non_null(found(f, "LC066"));
}

/* Where such a package ends up is not known: an entry that leads out of it is worth a note. */
static void
floating_package(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);
	struct shipped shipped;

	m->runpath = "$ORIGIN/../../sibling/lib";
	elf_make(m);
	f->contract.shipped = &shipped;
	f->contract.cwd = "/";
	for (int floating = 0; floating < 2; floating++) {
		const struct finding *finding;

		input_from_buffer(&f->in, &f->arena, "/package/x", m->out, m->len);
		shipped_init(&shipped, &f->arena);
		shipped.floating = floating;
		assert_true(audit_read(&f->arena, &f->in, &f->contract, &f->audit, &f->err));
		assert_true(audit_judge(&f->audit, NULL, &f->err));
		finding = found(f, "LC044");
		assert_non_null(finding);
		assert_int_equal(finding->level, floating ? LEVEL_NOTE : LEVEL_WARNING);
		assert_int_equal(strstr(finding->message, "leaves the package") != NULL, floating);
		assert_int_equal(cstr_starts(finding->fix, "nothing, if"), floating);
	}
}

/* A library that comes with the program but lies where nobody looks. */
static void
out_of_reach(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f), *lib;
	struct shipped shipped;
	struct objects store;
	struct image img;
	struct input in;

	lib = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);
	lib->soname = "liba.so";
	elf_make(lib);
	input_from_buffer(&in, &f->arena, "liba.so", lib->out, lib->len);
	assert_true(image_open(&img, &f->arena, &in, &f->err));
	m->needed[1] = "liba.so";
	elf_make(m);
	input_from_buffer(&f->in, &f->arena, "/app/bin/x", m->out, m->len);
	shipped_init(&shipped, &f->arena);
	f->contract.shipped = &shipped;
	f->contract.cwd = "/";
	objects_init(&store, &f->arena, true);
	assert_true(audit_read(&f->arena, &f->in, &f->contract, &f->audit, &f->err));
	shipped_add(&shipped, "/app/bin/x", f->audit.subject.image);
	shipped_add(&shipped, "/app/lib/liba.so", &img);
	f->contract.platforms = NULL;
	promise(f, "linux/amd64/glibc", NULL);
	assert_true(audit_judge(&f->audit, &store, &f->err));
	expect(f, "LC001",
		"liba.so comes with it as /app/lib/liba.so, where its loader does not look");
	assert_string_equal(found(f, "LC001")->fix, "link with -Wl,-rpath,'$ORIGIN/../lib'");
	assert_int_equal(found(f, "LC001")->level, LEVEL_WARNING);
	objects_clear(&store);
}

/* What --on asks for is not passed because a library might be there. */
static void
gates(void **state)
{
	struct fixture *f = *state;
	const struct platform *on[] = { platform_get(&f->arena, "debian:12", &f->err), NULL };
	struct elf_make *m = good(f);
	struct verdict_set set;
	const char *reason = NULL;

	assert_non_null(on[0]);
	verdict_set_init(&set);
	f->contract.platforms = &set;
	f->contract.on = on;
	audit_made(f, m);
	assert_int_equal(verdict_of(f, "LC011", &reason), VERDICT_PASS);
	m = good(f);
	m->needed[1] = "liba.so";
	audit_made(f, m);
	assert_int_equal(verdict_of(f, "LC011", &reason), VERDICT_UNKNOWN);
	assert_string_equal(
		reason, "liba.so is taken as given: it is not recorded which platforms have it");
}

/* A library that comes with the program, but whose link by its soname was forgotten. */
static void
without_link(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f), *lib;
	struct shipped shipped;
	struct objects store;
	struct image img;
	struct input in;

	lib = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);
	lib->soname = "liba.so.1";
	elf_make(lib);
	input_from_buffer(&in, &f->arena, "liba.so.1", lib->out, lib->len);
	assert_true(image_open(&img, &f->arena, &in, &f->err));
	m->needed[1] = "liba.so.1";
	elf_make(m);
	input_from_buffer(&f->in, &f->arena, "/app/bin/x", m->out, m->len);
	shipped_init(&shipped, &f->arena);
	f->contract.shipped = &shipped;
	f->contract.cwd = "/";
	objects_init(&store, &f->arena, true);
	assert_true(audit_read(&f->arena, &f->in, &f->contract, &f->audit, &f->err));
	shipped_add(&shipped, "/app/bin/x", f->audit.subject.image);
	shipped_add(&shipped, "/app/lib/liba.so.1.2.3", &img);
	f->contract.platforms = NULL;
	promise(f, "linux/amd64/glibc", NULL);
	assert_true(audit_judge(&f->audit, &store, &f->err));
	expect(f, "LC001",
		"liba.so.1 comes with it as /app/lib/liba.so.1.2.3, without a link by that name");
	assert_string_equal(found(f, "LC001")->fix, "beside it: ln -s liba.so.1.2.3 liba.so.1");
	objects_clear(&store);
}

/* What RPATH finds for the libraries of libraries, RUNPATH does not: the fix says what to do first. */
static void
inherited_rpath(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f), *libs[2];
	static const char *const names[] = { "liba.so", "libb.so" };
	struct shipped shipped;
	struct objects store;
	struct image img[2];
	struct input in[2];

	for (size_t i = 0; i < 2; i++) {
		libs[i] = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);
		libs[i]->soname = names[i];
		libs[i]->needed[0] = i == 0 ? names[1] : NULL;
		elf_make(libs[i]);
		input_from_buffer(&in[i], &f->arena, names[i], libs[i]->out, libs[i]->len);
		assert_true(image_open(&img[i], &f->arena, &in[i], &f->err));
	}
	m->needed[1] = "liba.so";
	m->rpath = "$ORIGIN/../lib";
	m->runpath = NULL;
	elf_make(m);
	input_from_buffer(&f->in, &f->arena, "/app/bin/x", m->out, m->len);
	shipped_init(&shipped, &f->arena);
	f->contract.shipped = &shipped;
	f->contract.cwd = "/";
	objects_init(&store, &f->arena, true);
	assert_true(audit_read(&f->arena, &f->in, &f->contract, &f->audit, &f->err));
	shipped_add(&shipped, "/app/bin/x", f->audit.subject.image);
	for (size_t i = 0; i < 2; i++)
		shipped_add(&shipped, arena_printf(&f->arena, "/app/lib/%s", names[i]), &img[i]);
	promise(f, "linux/amd64/glibc", NULL);
	assert_true(audit_judge(&f->audit, &store, &f->err));
	assert_non_null(found(f, "LC048"));
	assert_string_equal(found(f, "LC048")->fix,
		"give liba.so a RUNPATH of its own, by which it finds libb.so; then link with "
		"-Wl,--enable-new-dtags,-rpath,'$ORIGIN/../lib'");
	objects_clear(&store);
}

static void
malformed_is_found(void **state)
{
	struct fixture *f = *state;
	const char *reason;
	struct elf_make *m = good(f);

	elf_make(m);
	input_from_buffer(&f->in, &f->arena, "cut", m->out, m->len / 2);
	assert_true(audit_input(&f->arena, &f->in, &f->contract, &f->audit, &f->err));
	assert_true(f->audit.malformed);
	assert_non_null(found(f, "LC120"));
	/* What depends on the part that is gone is not known, and accuses nobody. */
	assert_null(found(f, "LC031"));
	assert_int_equal(verdict_of(f, "LC031", &reason), VERDICT_UNKNOWN);
	assert_string_equal(reason, "the file is damaged (LC120)");
	assert_int_equal(verdict_of(f, "LC061", NULL), VERDICT_UNKNOWN);
	assert_int_equal(verdict_of(f, "LC060", NULL), VERDICT_PASS);
	input_from_buffer(&f->in, &f->arena, "text", "hello", 5);
	assert_false(audit_input(&f->arena, &f->in, &f->contract, &f->audit, &f->err));
	assert_int_equal(f->err.kind, ERROR_FORMAT);
}

/* Go 1.18 and later: two strings with varint lengths behind the header. */
static struct elf_make *
go_program(struct fixture *f)
{
	static char code[256];
	static const char module[] = "path\tcmd/x\nmod\tx\t(devel)\nbuild\tCGO_ENABLED=0\n"
				     "build\tGOAMD64=v2\n";
	struct elf_make *m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_EXEC);
	size_t n = 33;

	memcpy(code, "\xff Go buildinf:\x08\x02", 16);
	code[32] = 6;
	memcpy(code + n, "go1.22", 6);
	n += 6;
	code[n++] = (char)(32 + strlen(module));
	memcpy(code + n + 16, module, strlen(module));
	m->static_only = true;
	m->load_flags = PF_R | PF_W;
	m->code = code;
	m->code_len = sizeof(code);
	return m;
}

static void
go_programs(void **state)
{
	struct fixture *f = *state;

	audit_made(f, go_program(f));
	assert_true(f->audit.subject.go.present);
	assert_string_equal(f->audit.subject.go.version, "go1.22");
	assert_string_equal(f->audit.subject.go.path, "cmd/x");
	assert_int_equal(f->audit.subject.go.settings.count, 2);
	assert_string_equal(f->audit.subject.go.settings.items[0], "CGO_ENABLED=0");
	assert_string_equal(f->audit.subject.go.settings.items[1], "GOAMD64=v2");
	assert_string_equal(
		audit_summary(&f->arena, &f->audit), "ELF amd64 · static · x86-64-v2 · go1.22");
	promise(f, "linux/amd64/musl", NULL);
	audit_made(f, go_program(f));
	expect(f, "LC025",
		"its Go code was compiled with GOAMD64=v2, linux/amd64/musl stands for v1");
	assert_string_equal(found(f, "LC025")->fix, "build with GOAMD64=v1");
	promise(f, "linux/amd64/v2/musl", NULL);
	audit_made(f, go_program(f));
	assert_null(found(f, "LC025"));
}

/* A needed name with a slash was a path when it was linked. */
static void
needed_by_path(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);

	m->needed[1] = "../lib/liba.so";
	audit_made(f, m);
	expect(f, "LC006", "it needs \"../lib/liba.so\": looked up from the current directory");
	m = good(f);
	m->needed[1] = "/home/u/lib/liba.so";
	audit_made(f, m);
	assert_non_null(found(f, "LC006"));
	m = good(f);
	m->needed[1] = "$ORIGIN/liba.so";
	audit_made(f, m);
	assert_int_equal(verdict_of(f, "LC006", NULL), VERDICT_PASS);
}

/* time and open have wide twins in glibc; stat's is chosen by both macros. */
static void
narrow_time(void **state)
{
	static const struct {
		const char *name;
		uint16_t machine;
		const char *message;
	} rows[] = {
		{ "time", EM_386, "its time_t has 32 bits, which end in 2038: time" },
		{ "open", EM_386, "its off_t has 32 bits, so files above 2 GB fail: open" },
		{ "__time64", EM_386, NULL },
		{ "open64", EM_386, NULL },
		{ "puts", EM_386, NULL },
		{ "time", EM_RISCV, NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = elf_make_new(&f->arena, 32, false, rows[i].machine, ET_DYN);

		m->interp = "/lib/ld-linux.so.2";
		m->needed[0] = "libc.so.6";
		m->symbols[0] = (struct make_symbol){ rows[i].name, .reloc = 'p' };
		audit_made(f, m);
		if (rows[i].message)
			expect(f, "LC026", rows[i].message);
		else
			assert_null(found(f, "LC026"));
	}
	assert_int_equal(verdict_of(f, "LC026", NULL), VERDICT_SKIP);
}

static void
protections(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);

	audit_made(f, m);
	assert_int_equal(verdict_of(f, "LC064", NULL), VERDICT_SKIP);
	m = good(f);
	m->symbols[2] = (struct make_symbol){ .name = "printf", .version = 3, .reloc = 'p' };
	audit_made(f, m);
	expect(f, "LC064",
		"it was compiled without _FORTIFY_SOURCE: it calls printf and no checked function, "
		"and nothing in it fails on a broken stack");
	assert_int_equal(found(f, "LC064")->level, LEVEL_NOTE);
	m = good(f);
	m->symbols[2] = (struct make_symbol){ .name = "__printf_chk", .version = 3, .reloc = 'p' };
	audit_made(f, m);
	assert_int_equal(verdict_of(f, "LC064", NULL), VERDICT_PASS);
}

static void
build_paths(void **state)
{
	static const struct {
		const char *text, *path;
	} rows[] = {
		{ "/home/u/src/x.c", "/home/u/src/x.c" },
		{ "/tmp/build.1/x.c", "/tmp/build.1/x.c" },
		{ "/builds/group/project/main.go", "/builds/group/project/main.go" },
		{ "/tmp/socket.XXXXXX", NULL },
		{ "/root/.profile", NULL },
		{ "/usr/share/home/u/src/x.c", NULL },
		{ "/home/", NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = good(f);

		m->load_flags = PF_R;
		m->text = rows[i].text;
		promise(f, "linux/amd64/glibc", NULL);
		audit_made(f, m);
		if (rows[i].path)
			assert_string_equal(found(f, "LC122")->where, rows[i].path);
		else if (found(f, "LC122"))
			fail_msg("%s was taken for a path of a build", rows[i].text);
	}
	f->contract.target = NULL;
	audit_made(f, good(f));
	assert_int_equal(verdict_of(f, "LC122", NULL), VERDICT_SKIP);
}

/* What is an error in a program is a note where its loader may mend it. */
static void
roles(void **state)
{
	struct fixture *f = *state;
	struct elf_make *m = good(f);

	m->type = ET_EXEC;
	promise(f, "linux/amd64/glibc", NULL);
	audit_made(f, m);
	assert_int_equal(f->audit.subject.role, ROLE_PROGRAM);
	assert_int_equal(found(f, "LC060")->level, LEVEL_WARNING);
	f->contract.has_role = true;
	f->contract.role = ROLE_FIRMWARE;
	m = good(f);
	m->type = ET_EXEC;
	audit_made(f, m);
	assert_int_equal(found(f, "LC060")->level, LEVEL_NOTE);
	f->contract.has_role = false;
	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);
	m->needed[0] = "libc.so.6";
	audit_made(f, m);
	assert_int_equal(f->audit.subject.role, ROLE_PLUGIN);
	m = elf_make_new(&f->arena, 64, false, EM_X86_64, ET_DYN);
	m->soname = "liba.so.1";
	audit_made(f, m);
	assert_int_equal(f->audit.subject.role, ROLE_LIBRARY);
	assert_int_equal(role_level(ROLE_PLUGIN, rule_find("LC003"), LEVEL_ERROR), LEVEL_NOTE);
	assert_int_equal(role_level(ROLE_PROGRAM, rule_find("LC003"), LEVEL_ERROR), LEVEL_ERROR);
}

/* Each directory of a search path in a root: safe, missing, open to everybody. */
static void
rpath_directories(void **state)
{
	static const struct {
		const char *dir;
		mode_t mode; /* 0: not made */
		enum level level;
		bool fine;
	} rows[] = {
		{ "/opt/fine", 0755, 0, true },
		{ "/opt/open", 0777, LEVEL_WARNING, false },
		{ "/opt/missing", 0, LEVEL_NOTE, false },
		{ "/opt/open/below", 0, LEVEL_WARNING, false },
		{ "$ORIGIN/../fine", 0, 0, true },
		{ "$ORIGIN/gone", 0, LEVEL_NOTE, false },
	};
	struct fixture *f = *state;
	char *root = unit_temp_dir(&f->arena);
	struct resolve_world world = { .root = root };
	const char *path = arena_printf(&f->arena, "%s/opt/bin/x", root);

	assert_true(file_mkdirs(path_dir(&f->arena, path), 0755, &f->err));
	assert_true(file_write(path, str_from("x"), 0755, &f->err));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].mode) {
			const char *dir = arena_printf(&f->arena, "%s%s", root, rows[i].dir);

			assert_true(file_mkdirs(dir, 0755, &f->err));
			assert_int_equal(chmod(dir, rows[i].mode), 0);
		}
	f->contract.world = &world;
	f->contract.cwd = "/";
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct elf_make *m = good(f);

		m->runpath = rows[i].dir;
		audit_at(f, m, path);
		if (rows[i].fine != !found(f, "LC046"))
			fail_msg("%s is told %s", rows[i].dir,
				rows[i].fine ? found(f, "LC046")->message : "fine");
		if (!rows[i].fine)
			assert_int_equal(found(f, "LC046")->level, rows[i].level);
	}
	f->contract.world = NULL;
	unit_remove(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_good_program_is_clean, setup, teardown),
		cmocka_unit_test_setup_teardown(floors, setup, teardown),
		cmocka_unit_test_setup_teardown(weak_floors, setup, teardown),
		cmocka_unit_test_setup_teardown(families_and_markers, setup, teardown),
		cmocka_unit_test_setup_teardown(private_versions, setup, teardown),
		cmocka_unit_test_setup_teardown(other_machine, setup, teardown),
		cmocka_unit_test_setup_teardown(arm_float_abi, setup, teardown),
		cmocka_unit_test_setup_teardown(mips_float_abi, setup, teardown),
		cmocka_unit_test_setup_teardown(link_modes, setup, teardown),
		cmocka_unit_test_setup_teardown(glibc_in_musl, setup, teardown),
		cmocka_unit_test_setup_teardown(musl_in_glibc, setup, teardown),
		cmocka_unit_test_setup_teardown(broken_promise, setup, teardown),
		cmocka_unit_test_setup_teardown(no_loader, setup, teardown),
		cmocka_unit_test_setup_teardown(objects_are_no_results, setup, teardown),
		cmocka_unit_test_setup_teardown(cpu_levels, setup, teardown),
		cmocka_unit_test_setup_teardown(arm_levels, setup, teardown),
		cmocka_unit_test_setup_teardown(spelled_paths, setup, teardown),
		cmocka_unit_test_setup_teardown(libc_inside_a_dynamic_program, setup, teardown),
		cmocka_unit_test_setup_teardown(static_libcs, setup, teardown),
		cmocka_unit_test_setup_teardown(rpath_findings, setup, teardown),
		cmocka_unit_test_setup_teardown(rpath_that_is_fine, setup, teardown),
		cmocka_unit_test_setup_teardown(rpath_of_musl_and_kinds, setup, teardown),
		cmocka_unit_test_setup_teardown(own_install_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(set_id_programs, setup, teardown),
		cmocka_unit_test_setup_teardown(layout, setup, teardown),
		cmocka_unit_test_setup_teardown(alignment, setup, teardown),
		cmocka_unit_test_setup_teardown(floating_package, setup, teardown),
		cmocka_unit_test_setup_teardown(out_of_reach, setup, teardown),
		cmocka_unit_test_setup_teardown(gates, setup, teardown),
		cmocka_unit_test_setup_teardown(without_link, setup, teardown),
		cmocka_unit_test_setup_teardown(inherited_rpath, setup, teardown),
		cmocka_unit_test_setup_teardown(malformed_is_found, setup, teardown),
		cmocka_unit_test_setup_teardown(go_programs, setup, teardown),
		cmocka_unit_test_setup_teardown(needed_by_path, setup, teardown),
		cmocka_unit_test_setup_teardown(narrow_time, setup, teardown),
		cmocka_unit_test_setup_teardown(protections, setup, teardown),
		cmocka_unit_test_setup_teardown(build_paths, setup, teardown),
		cmocka_unit_test_setup_teardown(roles, setup, teardown),
		cmocka_unit_test_setup_teardown(rpath_directories, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
