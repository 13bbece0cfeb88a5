/* SPDX-License-Identifier: MIT */
/* How the compiler is told: goldens of whole command lines, and what a call is understood to do. */
#include "base/proc.h"
#include "tests/unit/kit_make.h"
#include "toolchains/driver.h"

static struct arena arena;
static struct context ctx;

static int
setup(void **state)
{
	static const char *const env[] = { "PATH=/nowhere", NULL };

	(void)state;
	arena_init(&arena);
	ctx = (struct context){ .arena = &arena, .env = env, .cwd = "/" };
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	arena_clear(&arena);
	return 0;
}

/* The words of a text between blanks. */
static const char *const *
words(const char *text)
{
	struct str rest = str_from(text);
	struct strvec v;

	strvec_init(&v, &arena);
	while (rest.len > 0)
		strvec_push(&v, str_dup(&arena, str_cut(&rest, ' ')));
	return v.items;
}

/* The command line of `cc ARGS`, without the two guards around our flags. */
static const char *
wrapped(const struct kit *kit, enum tool tool, const char *args)
{
	struct strvec v, plain;
	struct error err;

	error_clear(&err);
	if (!driver_wrap(&ctx, kit, tool, words(args), &v, &err))
		return arena_printf(&arena, "error: %s", err.what);
	strvec_init(&plain, &arena);
	for (size_t i = 0; i < v.count; i++)
		if (!cstr_ends(v.items[i], "-no-unused-arguments"))
			strvec_push(&plain, v.items[i]);
	return joined(&arena, &plain);
}

#define ARM64_MUSL                                                                                 \
	"/t/clang -target aarch64-linux-musl --sysroot=/S --gcc-toolchain=/S/usr "                 \
	"-march=armv8-a -mno-outline-atomics "
#define AMD64 "/t/clang -target x86_64-linux-gnu --sysroot=/S --gcc-toolchain=/S/usr -march=x86-64 "
#define LD "--ld-path=/t/ld.lld "

static void
test_modes(void **state)
{
	static const struct {
		const char *target;
		enum link_mode mode;
		const char *golden;
	} rows[] = {
		{ "darwin/arm64/11.0", LINK_DYNAMIC,
			"/t/clang -target arm64-apple-macosx11.0 -isysroot /S -fPIE "
			"-fuse-ld=lld " LD "a.c" },
		{ "darwin/amd64", LINK_SHARED,
			"/t/clang -target x86_64-apple-macosx10.13 -isysroot /S -fPIC "
			"-fuse-ld=lld " LD "-shared a.c" },
		{ "freebsd/amd64/14", LINK_STATIC,
			"/t/clang -target x86_64-unknown-freebsd14 --sysroot=/S -march=x86-64 "
			"-fno-pie " LD "-static a.c" },
		{ "linux/arm64/musl", LINK_STATIC_PIE, ARM64_MUSL "-fPIE " LD "-static-pie a.c" },
		{ "linux/arm64/musl", LINK_STATIC, ARM64_MUSL "-fno-pie " LD "-static a.c" },
		{ "linux/arm64/musl", LINK_DYNAMIC,
			ARM64_MUSL "-fPIE " LD "-pie -static-libgcc a.c" },
		{ "linux/arm64/musl", LINK_SHARED,
			ARM64_MUSL "-fPIC " LD "-shared -static-libgcc a.c" },
		{ "linux/amd64/glibc", LINK_DYNAMIC, AMD64 "-fPIE " LD "-pie a.c" },
		{ "linux/amd64/glibc", LINK_STATIC, AMD64 "-fno-pie " LD "-static a.c" },
		{ "linux/amd64/glibc", LINK_STATIC_PIE, AMD64 "-fPIE " LD "-static-pie a.c" },
		{ "linux/arm/glibc", LINK_DYNAMIC,
			"/t/clang -target armv7-linux-gnueabihf --sysroot=/S "
			"--gcc-toolchain=/S/usr -march=armv7-a -mfpu=vfpv3-d16 -mfloat-abi=hard "
			"-fPIE " LD "-pie a.c" },
		{ "linux/arm/v5/glibc", LINK_STATIC,
			"/t/clang -target armv5te-linux-gnueabi --sysroot=/S "
			"--gcc-toolchain=/S/usr -march=armv5te -mfloat-abi=soft -fno-pie " LD
			"-static a.c -Wl,--push-state,--as-needed -latomic -Wl,--pop-state" },
		{ "linux/arm/v5/musl", LINK_STATIC,
			"/t/clang -target armv5te-linux-musleabi --sysroot=/S "
			"--gcc-toolchain=/S/usr -march=armv5te -mfloat-abi=soft -fno-pie " LD
			"-static a.c" },
		{ "linux/mipsle/glibc", LINK_DYNAMIC,
			"/t/clang -target mipsel-linux-gnu --sysroot=/S --gcc-toolchain=/S/usr "
			"-march=mips32 -mhard-float -fno-pie " LD
			"-no-pie a.c -Wl,--push-state,--as-needed -latomic -Wl,--pop-state" },
		{ "linux/mips64le/glibc", LINK_STATIC,
			"/t/clang -target mips64el-linux-gnuabi64 --sysroot=/S "
			"--gcc-toolchain=/S/usr -march=mips64 -mabi=64 -mhard-float -fPIE " LD
			"-static a.c" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kit kit = kit_make(rows[i].target, rows[i].mode);

		assert_string_equal(wrapped(&kit, TOOL_CC, "a.c"), rows[i].golden);
	}
}

/* The user's flags win, and stay where and as they are. */
static void
test_user_wins(void **state)
{
	static const struct {
		enum link_mode mode;
		const char *args;
		const char *golden;
	} rows[] = {
		{ LINK_STATIC_PIE, "-c a.c -o a.o", ARM64_MUSL "-fPIE -c a.c -o a.o" },
		{ LINK_STATIC_PIE, "-c -fPIC a.c", ARM64_MUSL "-c -fPIC a.c" },
		{ LINK_STATIC_PIE, "-E -", ARM64_MUSL "-fPIE -E -" },
		{ LINK_STATIC_PIE, "a.o -no-pie", ARM64_MUSL "-fno-pie " LD "-static a.o -no-pie" },
		{ LINK_STATIC_PIE, "a.o -static", ARM64_MUSL "-fno-pie " LD "a.o -static" },
		{ LINK_STATIC_PIE, "a.o -no-pie -static",
			ARM64_MUSL "-fno-pie " LD "a.o -no-pie -static" },
		{ LINK_STATIC, "-pie a.o", ARM64_MUSL "-fPIE " LD "-static-pie -pie a.o" },
		{ LINK_STATIC, "a.o -static-pie", ARM64_MUSL "-fPIE " LD "a.o -static-pie" },
		{ LINK_DYNAMIC, "a.o -no-pie",
			ARM64_MUSL "-fPIE " LD "-static-libgcc a.o -no-pie" },
		{ LINK_DYNAMIC, "a.o -static", ARM64_MUSL "-fno-pie " LD "a.o -static" },
		{ LINK_DYNAMIC, "-shared a.c",
			ARM64_MUSL "-fPIC " LD "-static-libgcc -shared a.c" },
		{ LINK_STATIC_PIE, "-r a.o b.o -o c.o",
			ARM64_MUSL "-fPIE " LD "-r a.o b.o -o c.o" },
		{ LINK_STATIC, "a.o -fuse-ld=mold",
			ARM64_MUSL "-fno-pie -static a.o -fuse-ld=mold" },
		{ LINK_STATIC, "a.o -fuse-ld=lld",
			ARM64_MUSL "-fno-pie " LD "-static a.o -fuse-ld=lld" },
		{ LINK_STATIC, "-Wl,--version", ARM64_MUSL "-fno-pie " LD "-static -Wl,--version" },
		{ LINK_STATIC, "--version", ARM64_MUSL "-fno-pie --version" },
		{ LINK_STATIC, "-print-file-name=crt1.o",
			ARM64_MUSL "-fno-pie -print-file-name=crt1.o" },
		{ LINK_STATIC, "-l:libx.a -Xlinker -E",
			ARM64_MUSL "-fno-pie " LD "-static -l:libx.a -Xlinker -E" },
		{ LINK_STATIC, "-cc1 -version", "/t/clang -cc1 -version" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kit kit = kit_make("linux/arm64/musl", rows[i].mode);

		assert_string_equal(wrapped(&kit, TOOL_CC, rows[i].args), rows[i].golden);
	}
}

/* clang lets -march win over -mcpu wherever it stands. */
static void
test_user_processor(void **state)
{
	struct kit arm = kit_make("linux/arm/musl", LINK_STATIC);
	struct kit kit = kit_make("linux/arm64/glibc", LINK_DYNAMIC);

	(void)state;
	assert_string_equal(wrapped(&kit, TOOL_CC, "-c -mcpu=cortex-a72 a.c"),
		"/t/clang -target aarch64-linux-gnu --sysroot=/S --gcc-toolchain=/S/usr -fPIE "
		"-c -mcpu=cortex-a72 a.c");
	assert_string_equal(wrapped(&arm, TOOL_CC, "-c -mfpu=neon a.c"),
		"/t/clang -target armv7-linux-musleabihf --sysroot=/S --gcc-toolchain=/S/usr "
		"-march=armv7-a -mfloat-abi=hard -fno-pie -c -mfpu=neon a.c");
}

static void
test_refused(void **state)
{
	struct kit kit = kit_make("linux/arm/glibc", LINK_DYNAMIC);
	struct kit fixed = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct kit bare = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct strvec v;
	struct error err;

	(void)state;
	bare.tools.path[TOOL_AR] = NULL;
	assert_true(cstr_starts(wrapped(&kit, TOOL_CC, "-static-pie a.c"),
		"error: linux/arm/v7/glibc cannot be linked static-pie"));
	assert_string_equal(wrapped(&fixed, TOOL_CC, "-shared a.o"),
		"error: a shared library in a static build of linux/arm64/musl");
	/* Compiling for one is no link yet. */
	assert_string_equal(wrapped(&fixed, TOOL_CC, "-shared -c a.c -fPIC"),
		ARM64_MUSL "-shared -c a.c -fPIC");
	assert_false(driver_wrap(&ctx, &bare, TOOL_AR, words("rcs a"), &v, &err));
	assert_int_equal(err.kind, ERROR_MISSING);
	assert_string_equal(err.what, "no 'ar' that goes with clang 14 is installed");
	assert_string_equal(err.hint, "install llvm");
}

static void
test_other_tools(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC_PIE);
	struct kit cxx = kit_make("linux/amd64/glibc", LINK_DYNAMIC);
	struct kit newer = kit_make("linux/amd64/glibc", LINK_DYNAMIC);

	(void)state;
	assert_string_equal(wrapped(&kit, TOOL_AR, "rcs lib.a a.o"), "/t/llvm-ar rcs lib.a a.o");
	assert_string_equal(
		wrapped(&kit, TOOL_LD, "-r a.o"), "/t/ld.lld -m aarch64linux --sysroot=/S -r a.o");
	assert_string_equal(wrapped(&cxx, TOOL_CXX, "-c a.cc"),
		"/t/clang++ -target x86_64-linux-gnu --sysroot=/S --gcc-toolchain=/S/usr "
		"-march=x86-64 -fPIE -c a.cc");
	cxx.tools.path[TOOL_CXX] = cxx.tools.path[TOOL_CC];
	assert_string_equal(wrapped(&cxx, TOOL_CXX, "-c a.cc"),
		"/t/clang --driver-mode=g++ -target x86_64-linux-gnu --sysroot=/S "
		"--gcc-toolchain=/S/usr -march=x86-64 -fPIE -c a.cc");
	newer.tools.compiler_version = 19;
	assert_true(cstr_starts(wrapped(&newer, TOOL_CC, "-c a.c"),
		"/t/clang --no-default-config -target x86_64-linux-gnu "));
}

/* The linker knows its target before it sees an object of it. */
static void
test_emulations(void **state)
{
	static const struct {
		const char *target, *name;
	} rows[] = {
		{ "linux/386/glibc", "elf_i386" },
		{ "linux/amd64/v3/musl", "elf_x86_64" },
		{ "linux/arm/v5/musl", "armelf_linux_eabi" },
		{ "linux/arm/v7/glibc", "armelf_linux_eabi" },
		{ "linux/loong64/glibc", "elf64loongarch" },
		{ "linux/mips/musl", "elf32btsmip" },
		{ "linux/mipsle/softfloat/musl", "elf32ltsmip" },
		{ "linux/mips64/musl", "elf64btsmip" },
		{ "linux/mips64le/glibc", "elf64ltsmip" },
		{ "linux/ppc64/musl", "elf64ppc" },
		{ "linux/ppc64le/glibc", "elf64lppc" },
		{ "linux/riscv64/musl", "elf64lriscv" },
		{ "linux/s390x/glibc", "elf64_s390" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kit kit = kit_make(rows[i].target, LINK_DYNAMIC);

		assert_string_equal(wrapped(&kit, TOOL_LD, "-m x"),
			arena_printf(&arena, "/t/ld.lld -m %s --sysroot=/S -m x", rows[i].name));
	}
}

/* Every word of `args` as it is, the guarded ones in brackets; without what we put in front. */
static const char *
guarded(enum link_mode mode, const char *args)
{
	struct kit kit = kit_make("linux/arm64/musl", mode);
	struct strvec v;
	struct strbuf b;
	struct error err;
	size_t i = 0;

	error_clear(&err);
	if (!driver_wrap(&ctx, &kit, TOOL_CC, words(args), &v, &err))
		return arena_printf(&arena, "error: %s", err.what);
	strbuf_init(&b, &arena);
	while (strcmp(v.items[i], "--end-no-unused-arguments") != 0)
		i++;
	for (i++; i < v.count; i++) {
		if (strcmp(v.items[i], "--start-no-unused-arguments") == 0)
			strbuf_add(&b, " [");
		else if (strcmp(v.items[i], "--end-no-unused-arguments") == 0)
			strbuf_add(&b, " ]");
		else
			strbuf_addf(&b, " %s", v.items[i]);
	}
	return b.ptr;
}

/* What our link mode overrules is no argument that the user could be blamed for. */
static void
test_overruled(void **state)
{
	static const struct {
		enum link_mode mode;
		const char *args, *golden;
	} rows[] = {
		{ LINK_STATIC_PIE, "-pie a.c", " [ -pie ] a.c" },
		{ LINK_STATIC_PIE, "a.c -no-pie -O2", " a.c [ -no-pie ] -O2" },
		{ LINK_STATIC, "-nopie --pie a.c", " [ -nopie ] [ --pie ] a.c" },
		{ LINK_STATIC, "-o -pie a.c -O", " -o -pie a.c -O" },
		{ LINK_STATIC, "-o -pie a.c -pie", " -o -pie a.c [ -pie ]" },
		{ LINK_DYNAMIC, "-shared-libgcc a.c", " [ -shared-libgcc ] a.c" },
		/* Theirs decides, or nothing is linked: clang may say what it has to say. */
		{ LINK_DYNAMIC, "-no-pie -c a.c", " -no-pie -c a.c" },
		{ LINK_STATIC, "-static -pie a.c", " -static -pie a.c" },
		{ LINK_STATIC_PIE, "-r -pie a.o", " -r -pie a.o" },
	};
	char *dir = unit_temp_dir(&arena);
	char *file = unit_file(&arena, dir, "r", "-O2 \"-no-pie\"", 0644);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(guarded(rows[i].mode, rows[i].args), rows[i].golden);
	assert_string_equal(guarded(LINK_STATIC, arena_printf(&arena, "a.c @%s", file)),
		arena_printf(&arena, " a.c [ @%s ]", file));
	unit_remove(dir);
}

/* The host's assembler is for the host's programs. */
static void
test_assembler(void **state)
{
	static const char refusal[] =
		"error: this machine's assembler cannot assemble for linux/s390x/glibc";
	struct kit kit = kit_make("linux/s390x/glibc", LINK_STATIC);
	char *dir = unit_temp_dir(&arena);
	const char *const *before = ctx.env;
	const char *env[] = { arena_printf(&arena, "PATH=%s", dir), NULL };
	struct target host;
	struct kit own;

	(void)state;
	target_host(&host);
	if (strcmp(host.row->arch, "s390x") == 0)
		kit = kit_make("linux/arm64/glibc", LINK_STATIC);
	else
		assert_string_equal(wrapped(&kit, TOOL_CC, "-c -fno-integrated-as a.c"), refusal);
	assert_true(cstr_starts(wrapped(&kit, TOOL_CC, "-no-integrated-as a.c"), "error: this"));
	assert_true(cstr_starts(wrapped(&kit, TOOL_CC, "-S -fno-integrated-as a.c"), "/t/clang"));
	assert_true(cstr_starts(wrapped(&kit, TOOL_CC, "-fno-integrated-as -v"), "/t/clang"));
	assert_true(cstr_starts(
		wrapped(&kit, TOOL_CC, "-c -fno-integrated-as -fintegrated-as a.c"), "/t/clang"));
	/* One for the target may be there. */
	unit_file(&arena, dir, arena_printf(&arena, "%s-as", target_triple(&arena, &kit.target)),
		"", 0755);
	ctx.env = env;
	assert_true(cstr_starts(wrapped(&kit, TOOL_CC, "-c -fno-integrated-as a.c"), "/t/clang"));
	ctx.env = before;
	own = kit_make(arena_printf(&arena, "linux/%s/glibc", host.row->arch), LINK_STATIC);
	assert_true(cstr_starts(wrapped(&own, TOOL_CC, "-c -fno-integrated-as a.c"), "/t/clang"));
	unit_remove(dir);
}

/* Warnings about unused arguments are for the user's arguments only. */
static void
test_guards(void **state)
{
	struct kit kit = kit_make("linux/arm/v5/glibc", LINK_STATIC);
	struct strvec v;
	struct error err;

	(void)state;
	assert_true(driver_wrap(&ctx, &kit, TOOL_CC, words("-Werror a.c"), &v, &err));
	assert_string_equal(joined(&arena, &v),
		"/t/clang --start-no-unused-arguments -target armv5te-linux-gnueabi --sysroot=/S "
		"--gcc-toolchain=/S/usr -march=armv5te -mfloat-abi=soft -fno-pie " LD
		"-static --end-no-unused-arguments -Werror a.c --start-no-unused-arguments "
		"-Wl,--push-state,--as-needed -latomic -Wl,--pop-state "
		"--end-no-unused-arguments");
}

static struct driver_call
classify(const char *args)
{
	struct driver_call call;

	driver_classify(&arena, words(args), &call);
	return call;
}

static void
test_classify(void **state)
{
	(void)state;
	assert_true(classify("a.c").links);
	assert_true(classify("-").links);
	assert_true(classify("-lfoo").links);
	assert_false(classify("").links);
	assert_false(classify("-v").links);
	assert_false(classify("-dumpversion").links);
	assert_false(classify("-c a.c").links);
	assert_true(classify("-c a.c").stops);
	assert_false(classify("-MM a.c").links);
	assert_true(classify("-MD -MF -c a.c").links);
	assert_true(classify("-Xlinker -r a.o").links);
	assert_false(classify("-Xlinker -r a.o").relocatable);
	assert_true(classify("-o -c a.c").links);
	assert_false(classify("-include x.h -v").links);
	assert_true(classify("-nostdlib a.o").nostdlib);
	assert_true(classify("-pie -no-pie a.o").no_pie);
	assert_false(classify("-pie -no-pie a.o").pie);
	assert_true(classify("-no-pie -pie a.o").pie);
	assert_true(classify("-dumpmachine").dumpmachine);
	assert_false(classify("a.c -cc1").internal);
}

static void
test_response_files(void **state)
{
	char *dir = unit_temp_dir(&arena);
	char *inner = unit_file(&arena, dir, "inner", "-shared \"-c\"\n", 0644);
	char *quoted = unit_file(&arena, dir, "quoted", "'-c x' \\-static a\\ b.c", 0644);
	char *nested =
		unit_file(&arena, dir, "nested", arena_printf(&arena, "a.c @%s", inner), 0644);
	char *self = path_join(&arena, dir, "self");
	struct driver_call call;

	(void)state;
	unit_file(&arena, dir, "self", arena_printf(&arena, "@%s a.o", self), 0644);
	call = classify(arena_printf(&arena, "@%s", nested));
	assert_true(call.shared);
	assert_true(call.stops);
	assert_false(call.links);
	call = classify(arena_printf(&arena, "@%s", quoted));
	assert_false(call.stops);
	assert_true(call.is_static);
	assert_true(call.links);
	/* One that names itself ends. */
	assert_true(classify(arena_printf(&arena, "@%s", self)).links);
	assert_true(classify("@/nonexistent/file").links);
	unit_remove(dir);
}

static void
test_answer(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC);

	(void)state;
	assert_string_equal(
		driver_answer(&arena, &kit, TOOL_CC, words("-dumpmachine")), "aarch64-linux-musl");
	assert_null(driver_answer(&arena, &kit, TOOL_CC, words("--version")));
	assert_null(driver_answer(&arena, &kit, TOOL_AR, words("-dumpmachine")));
	assert_null(driver_answer(&arena, &kit, TOOL_CC, words("-o -dumpmachine a.c")));
}

static const char *
multiarch(const char *target)
{
	struct kit kit = kit_make(target, LINK_STATIC);

	return driver_answer(&arena, &kit, TOOL_CC, words("-print-multiarch"));
}

static const char *
prog_name(const char *name)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC);

	return driver_answer(
		&arena, &kit, TOOL_CXX, words(arena_printf(&arena, "-print-prog-name=%s", name)));
}

/* clang would answer with the host's programs. */
static void
test_answer_not_the_host(void **state)
{
	(void)state;
	assert_string_equal(prog_name("ld"), "/t/ld.lld");
	assert_string_equal(prog_name("ld.lld"), "/t/ld.lld");
	assert_string_equal(prog_name("ar"), "/t/llvm-ar");
	assert_string_equal(prog_name("strip"), "strip");
	assert_string_equal(prog_name("as"), "as");
	assert_string_equal(prog_name("gcc"), "gcc");
	assert_null(prog_name("clang"));
	assert_null(prog_name("llvm-cov"));
	assert_string_equal(multiarch("linux/arm64/musl"), "aarch64-linux-musl");
	assert_string_equal(multiarch("linux/arm/v7/musl"), "arm-linux-musleabihf");
	assert_string_equal(multiarch("linux/arm/v5/glibc"), "arm-linux-gnueabi");
	assert_string_equal(multiarch("linux/386/glibc"), "i386-linux-gnu");
	assert_string_equal(multiarch("linux/mips64le/musl"), "mips64el-linux-muslabi64");
}

static void
test_reproducible(void **state)
{
	struct kit kit = kit_make("linux/arm64/musl", LINK_STATIC);
	struct strvec v;

	(void)state;
	strvec_init(&v, &arena);
	driver_reproducible(&kit, "/home/me/p", &v);
	assert_string_equal(joined(&arena, &v),
		"-ffile-prefix-map=/home/me/p=. -ffile-prefix-map=/S=/sysroot "
		"-ffile-prefix-map=/t/res=/clang -fdebug-compilation-dir=.");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_user_wins),
		cmocka_unit_test(test_user_processor),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_other_tools),
		cmocka_unit_test(test_emulations),
		cmocka_unit_test(test_guards),
		cmocka_unit_test(test_overruled),
		cmocka_unit_test(test_assembler),
		cmocka_unit_test(test_classify),
		cmocka_unit_test(test_response_files),
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_answer_not_the_host),
		cmocka_unit_test(test_reproducible),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
