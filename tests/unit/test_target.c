/* SPDX-License-Identifier: MIT */
/* Targets: every spelling, every mistake, settling, triples, and the way there and back. */
#include "tests/unit/unit.h"

#include "base/attr.h"
#include "base/str.h"
#include "targets/target.h"
#include "targets/words.h"

static struct target
parsed_in(const char *text, const char *const *env)
{
	struct target t;
	struct error err;

	error_clear(&err);
	if (!target_parse(&t, text, env, &err))
		fail_msg("%s: %s (%s)", text, err.what, err.hint);
	return t;
}

static struct target
parsed(const char *text)
{
	return parsed_in(text, NULL);
}

static void
every_spelling(void **state)
{
	static const char *const spellings[][2] = {
		/* canonical */
		{ "linux/arm64/musl", "linux/arm64/musl" },
		{ "linux/amd64/glibc2.31", "linux/amd64/glibc2.31" },
		{ "linux/arm/v7/musl", "linux/arm/v7/musl" },
		{ "linux/amd64/v3", "linux/amd64/v3" },
		{ "linux/amd64/v3/musl1.2.3", "linux/amd64/v3/musl1.2.3" },
		{ "linux/mipsle/softfloat/musl", "linux/mipsle/softfloat/musl" },
		{ "windows/amd64", "windows/amd64" },
		{ "windows/amd64/ucrt", "windows/amd64/ucrt" },
		{ "windows/amd64/ucrt/10.0", "windows/amd64/ucrt/10.0" },
		{ "darwin/arm64/11.0", "darwin/arm64/11.0" },
		{ "darwin/arm64/11", "darwin/arm64/11" },
		{ "freebsd/amd64/14", "freebsd/amd64/14" },
		{ "zigos/amd64", "zigos/amd64" },
		{ "zigos/amd64/musl", "zigos/amd64" },
		{ "linux/sparc64/glibc", "linux/sparc64" },
		{ "linux/sparc64/glibc2.36", "linux/sparc64/glibc2.36" },
		/* Go and its variants */
		{ "linux/arm64", "linux/arm64" },
		{ "linux/arm", "linux/arm/v7" },
		{ "linux/amd64/v1", "linux/amd64" },
		{ "linux/386/sse2", "linux/386" },
		{ "linux/386/hardfloat", "linux/386" },
		{ "linux/386/softfloat", "linux/386/softfloat" },
		{ "linux/mips64/hardfloat", "linux/mips64" },
		{ "linux/riscv64/rva20u64", "linux/riscv64" },
		{ "linux/ppc64le/power10", "linux/ppc64le/power10" },
		{ "js/wasm", "js/wasm" },
		{ "plan9/arm/5", "plan9/arm/v5" },
		/* Docker */
		{ "linux/arm/v6", "linux/arm/v6" },
		{ "linux/arm64/v8", "linux/arm64" },
		{ "linux/arm64/v9", "linux/arm64/v9.0" },
		{ "linux/386", "linux/386" },
		/* xgo */
		{ "linux/arm-7", "linux/arm/v7" },
		{ "linux/arm-5", "linux/arm/v5" },
		{ "linux/arm-7,softfloat", "linux/arm/v7-softfloat" },
		{ "linux/arm-6,hardfloat/musl", "linux/arm/v6/musl" },
		{ "linux/arm/v6,softfloat", "linux/arm/v6-softfloat" },
		{ "windows-6.0/386", "windows/386/6.0" },
		{ "darwin-10.9/amd64", "darwin/amd64/10.9" },
		/* goreleaser */
		{ "linux_amd64_v1", "linux/amd64" },
		{ "linux_arm_7", "linux/arm/v7" },
		{ "linux_arm64_v8.0", "linux/arm64" },
		{ "linux_arm64_v8.2", "linux/arm64/v8.2" },
		{ "linux_mips64le_softfloat", "linux/mips64le/softfloat" },
		{ "linux_ppc64le_power8", "linux/ppc64le" },
		{ "windows_386_sse2", "windows/386" },
		{ "darwin_arm64_v8.0", "darwin/arm64" },
		/* hermetic_cc_toolchain */
		{ "linux_amd64_gnu.2.28", "linux/amd64/glibc2.28" },
		{ "linux_amd64_musl", "linux/amd64/musl" },
		{ "linux_x86_64_v3", "linux/amd64/v3" },
		{ "linux_x86_64_musl", "linux/amd64/musl" },
		/* zig */
		{ "x86_64-linux-gnu.2.17", "linux/amd64/glibc2.17" },
		{ "x86_64-linux-musl", "linux/amd64/musl" },
		{ "arm-linux-musleabihf", "linux/arm/v7/musl" },
		{ "mips-linux-musleabi", "linux/mips/softfloat/musl" },
		{ "mipsel-linux-gnueabihf", "linux/mipsle/glibc" },
		{ "x86_64-windows-gnu", "windows/amd64" },
		{ "aarch64-windows", "windows/arm64" },
		{ "aarch64-macos", "darwin/arm64" },
		{ "aarch64-macos.11.0-none", "darwin/arm64/11.0" },
		{ "wasm32-wasi", "wasip1/wasm" },
		/* Rust */
		{ "aarch64-unknown-linux-musl", "linux/arm64/musl" },
		{ "armv7-unknown-linux-gnueabihf", "linux/arm/v7/glibc" },
		{ "armv7-unknown-linux-musleabi", "linux/arm/v7-softfloat/musl" },
		{ "armv5te-unknown-linux-gnueabi", "linux/arm/v5/glibc" },
		{ "thumbv7neon-unknown-linux-gnueabihf", "linux/arm/v7/glibc" },
		{ "arm-unknown-linux-gnueabihf", "linux/arm/v6/glibc" },
		{ "arm-unknown-linux-musleabi", "linux/arm/v6-softfloat/musl" },
		{ "riscv64gc-unknown-linux-gnu", "linux/riscv64/glibc" },
		{ "powerpc64le-unknown-linux-gnu", "linux/ppc64le/glibc" },
		{ "loongarch64-unknown-linux-musl", "linux/loong64/musl" },
		{ "mips64el-unknown-linux-muslabi64", "linux/mips64le/musl" },
		{ "sparcv9-sun-solaris", NULL },
		{ "x86_64-pc-windows-gnu", "windows/amd64" },
		{ "x86_64-pc-windows-gnullvm", "windows/amd64/ucrt" },
		{ "x86_64-apple-darwin", "darwin/amd64" },
		{ "aarch64-apple-ios", "ios/arm64" },
		{ "wasm32-wasip1", "wasip1/wasm" },
		{ "x86_64-unknown-illumos", "illumos/amd64" },
		{ "x86_64-pc-solaris", "solaris/amd64" },
		/* LLVM and GNU */
		{ "arm64-apple-macosx11", "darwin/arm64/11" },
		{ "arm64-apple-macosx11.0.0", "darwin/arm64/11.0.0" },
		{ "arm64-apple-ios14", "ios/arm64/14" },
		{ "x86_64-apple-ios14.0-simulator", "ios/amd64/14.0" },
		{ "x86_64-apple-darwin19.6.0", "darwin/amd64/10.15" },
		{ "arm64-apple-darwin20", "darwin/arm64/11" },
		{ "arm64-apple-darwin24.1.0", "darwin/arm64/15" },
		{ "arm64-apple-darwin25", "darwin/arm64/26" },
		{ "aarch64-linux-gnu", "linux/arm64/glibc" },
		{ "x86_64-linux-gnu2.17", "linux/amd64/glibc2.17" },
		{ "x86_64-pc-linux-gnu", "linux/amd64/glibc" },
		{ "x86_64-redhat-linux", "linux/amd64" },
		{ "x86_64-alpine-linux-musl", "linux/amd64/musl" },
		{ "x86_64-w64-mingw32", "windows/amd64" },
		{ "i686-w64-mingw32ucrt", "windows/386/ucrt" },
		{ "x86_64-unknown-freebsd14", "freebsd/amd64/14" },
		{ "x86_64-unknown-freebsd14.1", "freebsd/amd64/14.1" },
		{ "armv6-unknown-freebsd14-gnueabihf", "freebsd/arm/v6/14" },
		{ "armv7-unknown-netbsd10-eabihf", "netbsd/arm/v7/10" },
		{ "x86_64-unknown-openbsd7.6", "openbsd/amd64/7.6" },
		{ "x86_64-unknown-dragonfly", "dragonfly/amd64" },
		{ "x86_64-pc-solaris2.11", "solaris/amd64" },
		{ "powerpc64-ibm-aix7.2.0.0", "aix/ppc64/7.2.0.0" },
		{ "aarch64-linux-android21", "android/arm64/21" },
		{ "armv7a-linux-androideabi24", "android/arm/v7/24" },
		{ "arm-linux-androideabi", "android/arm/v7" },
		{ "mips-linux-muslsf", "linux/mips/softfloat/musl" },
		{ "armv7l-linux-musleabihf", "linux/arm/v7/musl" },
		/* Debian */
		{ "amd64", "linux/amd64" },
		{ "arm64", "linux/arm64" },
		{ "armhf", "linux/arm/v7" },
		{ "armel", "linux/arm/v5" },
		{ "i386", "linux/386" },
		{ "ppc64el", "linux/ppc64le" },
		{ "mips64el", "linux/mips64le" },
		{ "s390x", "linux/s390x" },
		{ "arm-linux-gnueabihf", "linux/arm/v7/glibc" },
		{ "arm-linux-gnueabi", "linux/arm/v5/glibc" },
		{ "i386-linux-gnu", "linux/386/glibc" },
		{ "mips64el-linux-gnuabi64", "linux/mips64le/glibc" },
		/* Alpine, uname */
		{ "x86_64", "linux/amd64" },
		{ "aarch64", "linux/arm64" },
		{ "armv7", "linux/arm/v7" },
		{ "x86", "linux/386" },
		{ "armv7l", "linux/arm/v7" },
		{ "armv6l", "linux/arm/v6" },
		{ "i686", "linux/386" },
		{ "loongarch64", "linux/loong64" },
		/* other words in a known shape */
		{ "linux-arm64", "linux/arm64" },
		{ "linux-x64", "linux/amd64" },
		{ "linux-x86_64", "linux/amd64" },
		{ "win-x64", "windows/amd64" },
		{ "macos/aarch64/12", "darwin/arm64/12" },
		{ "osx/x86-64", "darwin/amd64" },
		{ "linux/armhf/musl", "linux/arm/v7/musl" },
		{ "linux/armv7/v7", "linux/arm/v7" },
		{ "linux/arm64/gnu", "linux/arm64/glibc" },
		{ "linux/arm64/musl/1.2.3", "linux/arm64/musl1.2.3" },
		{ "Linux/AMD64/MUSL", "linux/amd64/musl" },
		{ "X86_64-Linux-GNU", "linux/amd64/glibc" },
		{ "freebsd/arm/7", "freebsd/arm/v7" },
		{ "freebsd/arm/14", "freebsd/arm/v7/14" },
		{ "freebsd/arm/v7/6", "freebsd/arm/v7/6" },
		{ "freebsd/arm64/native", "freebsd/arm64" },
		{ "darwin/arm64/libsystem/12", "darwin/arm64/12" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
		struct target t;
		struct error err;

		error_clear(&err);
		if (!spellings[i][1]) {
			assert_false(target_parse(&t, spellings[i][0], NULL, &err));
			continue;
		}
		t = parsed(spellings[i][0]);
		if (strcmp(t.name, spellings[i][1]) != 0)
			fail_msg("%s is read as %s", spellings[i][0], t.name);
		/* What is printed is read as the same. */
		assert_string_equal(parsed(t.name).name, t.name);
	}
}

/* Every word of the tables, in the place where it belongs. */
static void
every_word(void **state)
{
	char text[100];

	(void)state;
	for (size_t i = 0; i < words_arch_count; i++) {
		const struct words_arch *w = &words_arch[i];
		const char *os = strcmp(w->arch, "wasm") == 0 ? "js" : "linux";
		struct target t;

		snprintf(text, sizeof(text), "%s/%s", os, w->word);
		t = parsed(text);
		assert_ptr_equal(t.row, target_row_find(os, w->arch, w->variant));
	}
	for (size_t i = 0; i < words_os_count; i++) {
		const struct words_os *w = &words_os[i];
		const char *arch = strcmp(w->os, "wasip1") == 0 ? "wasm" : "amd64";

		snprintf(text, sizeof(text), "%s/%s", w->word, arch);
		assert_ptr_equal(parsed(text).row, target_row_find(w->os, arch, NULL));
		snprintf(text, sizeof(text), "%s-%s", arch, w->word);
		assert_ptr_equal(parsed(text).row, target_row_find(w->os, arch, NULL));
	}
	for (size_t i = 0; i < words_variant_count; i++) {
		const struct words_variant *w = &words_variant[i];

		snprintf(text, sizeof(text), "linux/%s/%s", w->arch, w->word);
		assert_ptr_equal(parsed(text).row, target_row_find("linux", w->arch, w->variant));
	}
	for (size_t i = 0; i < words_env_count; i++) {
		const struct words_env *w = &words_env[i];
		const char *os = strcmp(w->os, "*") == 0 ? "linux" : w->os;
		const char *arch = strcmp(w->arch, "*") == 0 ? "amd64"
				   : w->arch[0] == 'm'       ? "mips64el"
							     : w->arch;
		struct target t;

		snprintf(text, sizeof(text), "%s-%s-%s", arch, os, w->word);
		t = parsed(text);
		assert_string_equal(t.row->os, w->real_os ? w->real_os : os);
		if (w->libc != LIBC_UNKNOWN)
			assert_int_equal(t.abi->libc, w->libc);
	}
}

/* Each row and each of its libcs, with and without versions, there and back. */
static void
round_trip(void **state)
{
	const struct target_row *row;
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		struct target t, back;

		target_make(&t, row, NULL, "");
		back = parsed(t.name);
		assert_ptr_equal(back.row, row);
		assert_ptr_equal(back.abi, t.abi);
		assert_string_equal(back.name, t.name);
		for (size_t k = 0; row->abis[k].libc != LIBC_UNKNOWN; k++, seen++) {
			target_make(&t, row, &row->abis[k], "");
			back = parsed(t.name);
			assert_ptr_equal(back.row, row);
			assert_ptr_equal(back.abi, &row->abis[k]);
			target_make(&t, row, &row->abis[k], "99.1");
			back = parsed(t.name);
			assert_ptr_equal(back.abi, &row->abis[k]);
			assert_string_equal(back.version, "99.1");
			assert_string_equal(back.name, t.name);
		}
	}
	assert_true(seen > target_row_count());
}

/* The triples of the table, as clang prints them, lead back to their rows. */
static void
triples_lead_back(void **state)
{
	struct arena a;
	const struct target_row *row;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		for (const struct target_abi *abi = row->abis; abi->libc != LIBC_UNKNOWN; abi++) {
			struct target t, back;

			target_make(&t, row, abi, "");
			back = parsed(target_triple(&a, &t));
			assert_string_equal(back.row->arch, row->arch);
			/* Variants besides arm's are flags, not triples; two systems borrow. */
			if (strcmp(row->os, "illumos") != 0 && strcmp(row->os, "zigos") != 0)
				assert_string_equal(back.row->os, row->os);
			if (strcmp(row->arch, "arm") == 0)
				assert_ptr_equal(back.row, row);
		}
	}
	arena_clear(&a);
}

static const struct {
	const char *text;
	const char *what;
	const char *where; /* NULL: not looked at */
	const char *hint;  /* a part of it */
} mistakes[] = {
	{ "linux/amd46", "unknown architecture \"amd46\" in target \"linux/amd46\"",
		"byte 7 of the target", "did you mean amd64? see `xbuild targets`" },
	{ "linus/amd64", "unknown operating system \"linus\" in target \"linus/amd64\"",
		"byte 1 of the target", "did you mean linux?" },
	{ "linux/amd64/mussl",
		"unknown variant or C library \"mussl\" in target \"linux/amd64/mussl\"",
		"byte 13 of the target", "did you mean musl?" },
	{ "amd46", "unknown operating system or architecture \"amd46\" in target \"amd46\"",
		"byte 1 of the target", "did you mean amd64?" },
	{ "x86_64-linus-gnu", "unknown operating system \"linus\" in target \"x86_64-linus-gnu\"",
		"byte 8 of the target", "did you mean linux?" },
	{ "x86_64-pc-linus-gnu",
		"unknown operating system \"linus\" in target \"x86_64-pc-linus-gnu\"",
		"byte 11 of the target", "did you mean linux?" },
	{ "x86_65-linux-gnu",
		"unknown operating system or architecture \"x86_65\" in target "
		"\"x86_65-linux-gnu\"",
		"byte 1 of the target", "did you mean x86_64?" },
	{ "x86_64-linux-gmu", "unknown variant or C library \"gmu\" in target \"x86_64-linux-gmu\"",
		"byte 14 of the target", "did you mean gnu?" },
	{ "x86_64-linux5.10-gnu",
		"unknown operating system \"linux5.10\" in target \"x86_64-linux5.10-gnu\"", NULL,
		"see `xbuild targets`" },
	{ "linux/s390x/v2", "unknown variant or C library \"v2\" in target \"linux/s390x/v2\"",
		NULL, "see `xbuild targets`" },
	{ "android/arm/v6", "unknown variant or C library \"v6\" in target \"android/arm/v6\"",
		NULL, "did you mean v7?" },
	{ "linux/amd64/glibc2..3",
		"unknown variant or C library \"glibc2..3\" in target \"linux/amd64/glibc2..3\"",
		NULL, "see `xbuild targets`" },
	{ "linux/amd64/glibc999999",
		"unknown variant or C library \"glibc999999\" in target "
		"\"linux/amd64/glibc999999\"",
		NULL, "see `xbuild targets`" },
	{ "armhf/musl", "unknown operating system \"armhf\" in target \"armhf/musl\"", NULL,
		"the operating system comes first: linux/armhf" },
	{ "", "the target is empty", NULL, "write os/arch" },
	{ "/", "empty part in target \"/\"", "byte 1 of the target", "see" },
	{ "linux//amd64", "empty part in target \"linux//amd64\"", "byte 7 of the target", "see" },
	{ "linux/amd64/", "empty part in target \"linux/amd64/\"", "byte 13 of the target", "see" },
	{ "-linux-gnu", "empty part in target \"-linux-gnu\"", "byte 1 of the target", "see" },
	{ "windows", "target \"windows\" names no architecture", NULL,
		"windows runs on: 386, amd64, arm64" },
	{ "windows/", "target \"windows/\" names no architecture", NULL, "windows runs on" },
	{ "darwin/mips", "darwin does not run on mips", NULL, "darwin runs on: amd64, arm64" },
	{ "mips-linux-android", "android does not run on mips", NULL,
		"android runs on: 386, amd64, arm, arm64" },
	{ "wasm", "linux does not run on wasm", NULL, "linux runs on: 386, amd64, arm, arm64" },
	{ "darwin/arm64/musl", "darwin/arm64 has no musl", NULL, "one of: libsystem" },
	{ "linux/arm64/bionic", "linux/arm64 has no bionic", NULL, "one of: glibc, musl" },
	{ "linux/sparc64/musl", "linux/sparc64 has no musl", NULL, "one of: glibc" },
	{ "plan9/amd64/native", "plan9/amd64 has no native", NULL, "built by Go alone" },
	{ "windows/arm64/msvcrt", "windows/arm64 has no msvcrt", NULL, "one of: ucrt" },
	{ "linux/amd64/gnueabihf", "\"gnueabihf\" does not fit linux/amd64", NULL,
		"see `xbuild targets linux`" },
	{ "x86_64-pc-windows-msvc", "\"msvc\" does not fit windows/amd64", NULL, "ucrt" },
	{ "aarch64-apple-ios-sim", "\"sim\" does not fit ios/arm64", NULL, "ios/amd64" },
	{ "arm64-apple-ios14-simulator", "\"simulator\" does not fit ios/arm64", NULL, "see" },
	{ "x86_64-linux-gnux32", "\"gnux32\" does not fit linux/amd64", NULL, "x32" },
	{ "darwin_all", "\"all\" does not fit darwin", NULL, "lipo" },
	{ "linux/riscv64/glibc2.26", "glibc 2.26 does not support riscv64", NULL, "is 2.27" },
	{ "linux/loong64/glibc2.35", "glibc 2.35 does not support loong64", NULL, "is 2.36" },
	{ "aarch64-linux-gnu.2.16", "glibc 2.16 does not support arm64", NULL, "is 2.17" },
	{ "linux/ppc64le/glibc2.17", "glibc 2.17 does not support ppc64le", NULL, "is 2.19" },
	{ "linux/loong64/musl1.2.4", "musl 1.2.4 does not support loong64", NULL, "is 1.2.5" },
	{ "darwin/arm64/10.15", "darwin 10.15 does not run on arm64", NULL, "darwin/arm64/11" },
	{ "android/arm64/19", "android 19 does not run on arm64", NULL, "android/arm64/21" },
	{ "linux/amd64/2.31", "target \"linux/amd64/2.31\" has a version without a C library", NULL,
		"linux/amd64/glibc2.31" },
	{ "linux/amd64/glibc2.31/2.32",
		"target \"linux/amd64/glibc2.31/2.32\" names two versions, 2.31 and 2.32", NULL,
		"leave one out" },
	{ "darwin-11/arm64/12", "target \"darwin-11/arm64/12\" names two versions, 11 and 12", NULL,
		"leave one out" },
	{ "linux/armv7/v6", "target \"linux/armv7/v6\" names two variants, v7 and v6", NULL,
		"leave one out" },
	{ "linux/amd64/musl/v3",
		"the variant \"v3\" stands too late in target "
		"\"linux/amd64/musl/v3\"",
		NULL, "write linux/amd64/v3 first" },
	{ "armv5te-unknown-linux-gnueabihf",
		"target \"armv5te-unknown-linux-gnueabihf\": linux/arm/v5 has no hard float", NULL,
		"see `xbuild targets linux/arm/*`" },
	{ "freebsd/armv5", "freebsd/arm has no variant \"v5\"", NULL, "its variants are: v7, v6" },
	{ "linux amd64", "a target cannot hold the character at byte 6 of \"linux amd64\"", NULL,
		"see" },
	{ "%s%n/\x01\xff\n",
		"a target cannot hold the character at byte 1 of \"%s%n/\\x01\\xff\\x0a\"", NULL,
		"see" },
	{ "linux/amd64/%s%n",
		"a target cannot hold the character at byte 13 of "
		"\"linux/amd64/%s%n\"",
		NULL, "see" },
};

static void
every_mistake(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(mistakes); i++) {
		struct target t = { .version = "untouched" };
		struct error err;

		error_clear(&err);
		if (target_parse(&t, mistakes[i].text, NULL, &err))
			fail_msg("%s is read as %s", mistakes[i].text, t.name);
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_string_equal(err.what, mistakes[i].what);
		if (mistakes[i].where)
			assert_string_equal(err.where, mistakes[i].where);
		if (!strstr(err.hint, mistakes[i].hint))
			fail_msg("%s: hint \"%s\"", mistakes[i].text, err.hint);
		assert_string_equal(t.version, "untouched");
	}
}

static void
oversized(void **state)
{
	size_t size = 1 << 20;
	char *text = malloc(size + 1);
	const char *const env[] = { "GOARM=\x01%n99999999999999999999999999999999999999999999999999"
				    "999999999999999999999999999999999999999999999999999999999999",
		NULL };
	struct target t;
	struct error err;

	(void)state;
	assert_non_null(text);
	for (int fill = 1; fill < 256; fill += 23) {
		memset(text, fill, size);
		text[size] = '\0';
		error_clear(&err);
		assert_false(target_parse(&t, text, NULL, &err));
		assert_int_equal(err.kind, ERROR_USAGE);
		if (!strstr(err.what, "...\" is too long"))
			fail_msg("%s", err.what);
		for (const char *p = err.what; *p; p++)
			assert_true(*p >= ' ' && *p <= '~');
	}
	memset(text, '/', 100);
	text[100] = '\0';
	assert_false(target_parse(&t, text, NULL, &err));
	memset(text, 'a', 100);
	memcpy(text, "linux/", 6);
	assert_false(target_parse(&t, text, NULL, &err));
	text[100] = 'a';
	text[101] = '\0';
	assert_false(target_parse(&t, text, NULL, &err));
	assert_false(target_parse(&t, "linux/arm", env, &err));
	assert_non_null(strstr(err.what, "linux/arm has no variant \"\\x01%n999"));
	free(text);
}

/* Any bytes at all: an answer or an error, and an answer that is read back as itself. */
static void
any_bytes(void **state)
{
	static const char alphabet[] = "linuxarm64/-_.,7v8gnumsl x\xff%";
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[40];
		size_t len = 0;
		struct target t;
		struct error err;

		for (; len < sizeof(text) - 1; len++) {
			seed ^= seed << 13;
			seed ^= seed >> 7;
			seed ^= seed << 17;
			text[len] = alphabet[seed % (sizeof(alphabet) - 1)];
			if ((seed >> 40) % 12 == 0)
				break;
		}
		text[len] = '\0';
		error_clear(&err);
		if (target_parse(&t, text, NULL, &err))
			assert_string_equal(parsed(t.name).name, t.name);
		else
			assert_int_equal(err.kind, ERROR_USAGE);
	}
}

static void
variants_from_the_environment(void **state)
{
	static const struct {
		const char *text, *setting, *name;
	} settings[] = {
		{ "linux/arm", "GOARM=5", "linux/arm/v5" },
		{ "linux/arm", "GOARM=6,softfloat", "linux/arm/v6-softfloat" },
		{ "linux/arm", "GOARM=7,hardfloat", "linux/arm/v7" },
		{ "linux/arm", "GOARM=", "linux/arm/v7" },
		{ "linux/arm/v7", "GOARM=5", "linux/arm/v7" },
		{ "armhf", "GOARM=5", "linux/arm/v7" },
		{ "arm-linux-gnueabihf", "GOARM=6", "linux/arm/v7/glibc" },
		{ "x86_64-linux-gnu", "GOAMD64=v3", "linux/amd64/v3/glibc" },
		{ "linux/amd64/v1", "GOAMD64=v3", "linux/amd64" },
		{ "windows/386", "GO386=softfloat", "windows/386/softfloat" },
		{ "darwin/arm64", "GOARM64=v8.5", "darwin/arm64/v8.5" },
		{ "linux/mipsle", "GOMIPS=softfloat", "linux/mipsle/softfloat" },
		{ "linux/mips64", "GOMIPS64=softfloat", "linux/mips64/softfloat" },
		{ "linux/mips64", "GOMIPS=softfloat", "linux/mips64" },
		{ "linux/ppc64le", "GOPPC64=power9", "linux/ppc64le/power9" },
		{ "linux/riscv64", "GORISCV64=rva22u64", "linux/riscv64/rva22u64" },
		{ "linux/s390x", "=x", "linux/s390x" },
	};
	struct target t;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		const char *const env[] = { "HOME=/", settings[i].setting, NULL };

		assert_string_equal(parsed_in(settings[i].text, env).name, settings[i].name);
	}
	const char *const bad[] = { "GOARM=9", "GOARM64=v8.0,lse", NULL };

	error_clear(&err);
	assert_false(target_parse(&t, "linux/arm", bad, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.what, "linux/arm has no variant \"9\"");
	assert_string_equal(err.where, "GOARM in the environment");
	assert_string_equal(err.hint, "its variants are: v7, v5, v6, v6-softfloat, v7-softfloat");
	assert_false(target_parse(&t, "linux/arm64", bad, &err));
	assert_string_equal(err.what, "linux/arm64 has no variant \"v8.0,lse\"");
}

static void
settling(void **state)
{
	static const struct {
		const char *text, *dynamic, *is_static;
	} cases[] = {
		{ "linux/arm64", "linux/arm64/glibc", "linux/arm64/musl" },
		{ "linux/arm", "linux/arm/v7/glibc", "linux/arm/v7/musl" },
		{ "linux/arm64/glibc", "linux/arm64/glibc", "linux/arm64/glibc" },
		{ "linux/arm64/glibc2.31", "linux/arm64/glibc2.31", "linux/arm64/glibc2.31" },
		{ "linux/sparc64", "linux/sparc64", "linux/sparc64" },
		{ "windows/amd64/10.0", "windows/amd64/msvcrt/10.0", "windows/amd64/msvcrt/10.0" },
		{ "darwin/arm64", "darwin/arm64", "darwin/arm64" },
		{ "zigos/amd64", "zigos/amd64", "zigos/amd64" },
		{ "plan9/amd64", "plan9/amd64", "plan9/amd64" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct target t = parsed(cases[i].text);
		struct target settled = target_settled(&t, false);

		assert_string_equal(settled.name, cases[i].dynamic);
		settled = target_settled(&t, true);
		assert_string_equal(settled.name, cases[i].is_static);
		assert_int_equal(!settled.abi, settled.row->abis[0].libc == LIBC_UNKNOWN);
	}
}

static void
another_libc(void **state)
{
	struct target t = parsed("linux/arm64/glibc2.31");
	struct target u;
	struct error err;

	(void)state;
	error_clear(&err);
	assert_true(target_with_libc(&u, &t, LIBC_MUSL, &err));
	assert_string_equal(u.name, "linux/arm64/musl");
	assert_true(target_with_libc(&u, &t, LIBC_GLIBC, &err));
	assert_string_equal(u.name, "linux/arm64/glibc2.31");
	t = parsed("windows/386/10.0");
	assert_true(target_with_libc(&u, &t, LIBC_UCRT, &err));
	assert_string_equal(u.name, "windows/386/ucrt/10.0");
	assert_false(target_with_libc(&u, &t, LIBC_GLIBC, &err));
	assert_int_equal(err.kind, ERROR_USAGE);
	assert_string_equal(err.what, "windows/386 has no glibc");
	assert_string_equal(err.hint, "its C library is one of: msvcrt, ucrt");
	assert_string_equal(u.name, "windows/386/ucrt/10.0");
}

static void
triples(void **state)
{
	static const char *const cases[][2] = {
		{ "linux/arm64/musl1.2.3", "aarch64-linux-musl" },
		{ "linux/amd64/v3/glibc2.31", "x86_64-linux-gnu" },
		{ "linux/arm/v5/musl", "armv5te-linux-musleabi" },
		{ "linux/mips64le/glibc", "mips64el-linux-gnuabi64" },
		{ "darwin/arm64", "arm64-apple-macosx11.0" },
		{ "darwin/amd64/12.3", "x86_64-apple-macosx12.3" },
		{ "ios/arm64/15", "arm64-apple-ios15" },
		{ "ios/amd64", "x86_64-apple-ios12.0-simulator" },
		{ "freebsd/amd64", "x86_64-unknown-freebsd14" },
		{ "freebsd/arm/13.2", "armv7-unknown-freebsd13.2-gnueabihf" },
		{ "netbsd/arm", "armv7-unknown-netbsd10-eabihf" },
		{ "openbsd/amd64", "x86_64-unknown-openbsd" },
		{ "openbsd/amd64/7.6", "x86_64-unknown-openbsd7.6" },
		{ "android/arm64", "aarch64-linux-android21" },
		{ "android/arm/26", "armv7a-linux-androideabi26" },
		{ "aix/ppc64", "powerpc64-ibm-aix7.2" },
		{ "windows/amd64/ucrt/10.0", "x86_64-w64-mingw32" },
		{ "solaris/amd64", "x86_64-pc-solaris2.11" },
		{ "zigos/amd64", "x86_64-linux-musl" },
		{ "wasip1/wasm", "wasm32-wasi" },
		{ "js/wasm", "" },
		{ "plan9/386", "" },
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct target t = parsed(cases[i][0]);

		t = target_settled(&t, false);
		assert_string_equal(target_triple(&a, &t), cases[i][1]);
	}
	arena_clear(&a);
}

static void
host(void **state)
{
	struct target t;

	(void)state;
	target_host(&t);
	assert_non_null(t.row);
	assert_string_equal(t.version, "");
	assert_string_equal(parsed(t.name).name, t.name);
#if defined(__linux__) && defined(__x86_64__)
	assert_string_equal(t.name, "linux/amd64");
#endif
}

static char *
expanded(struct arena *a, const char *pattern)
{
	struct target_list list;
	struct error err;
	struct strbuf b;

	error_clear(&err);
	if (!target_expand(a, pattern, &list, &err))
		fail_msg("%s: %s", pattern, err.what);
	strbuf_init(&b, a);
	for (size_t i = 0; i < list.count; i++)
		strbuf_addf(&b, "%s%s", i ? " " : "", list.items[i].name);
	return b.ptr;
}

static void
patterns(void **state)
{
	static const char *const cases[][2] = {
		{ "windows", "windows/386 windows/amd64 windows/arm64" },
		{ "Windows/*", "windows/386 windows/amd64 windows/arm64" },
		{ "macos", "darwin/amd64 darwin/arm64" },
		{ "*/arm64", "android/arm64 darwin/arm64 freebsd/arm64 ios/arm64 linux/arm64 "
			     "netbsd/arm64 openbsd/arm64 windows/arm64" },
		{ "*/aarch64/ucrt", "windows/arm64" },
		{ "linux/*/musl",
			"linux/386/musl linux/amd64/musl linux/arm/v7/musl linux/arm64/musl "
			"linux/loong64/musl linux/mips/musl linux/mips64/musl "
			"linux/mips64le/musl linux/mipsle/musl linux/ppc64/musl linux/ppc64le/musl "
			"linux/riscv64/musl linux/s390x/musl" },
		{ "linux/*64/glibc2.18",
			"linux/amd64/glibc2.18 linux/arm64/glibc2.18 linux/mips64/glibc2.18 "
			"linux/ppc64/glibc2.18 linux/sparc64/glibc2.18" },
		{ "linux/arm/*", "linux/arm/v7 linux/arm/v5 linux/arm/v6 linux/arm/v6-softfloat "
				 "linux/arm/v7-softfloat" },
		{ "linux/arm/v7*", "linux/arm/v7 linux/arm/v7-softfloat" },
		{ "linux/arm/?7/gnu", NULL },
		{ "linux/arm/?7/musl", "linux/arm/v7/musl" },
		{ "linux/amd64/*/*", "linux/amd64/glibc linux/amd64/musl linux/amd64/v2/glibc "
				     "linux/amd64/v2/musl linux/amd64/v3/glibc linux/amd64/v3/musl "
				     "linux/amd64/v4/glibc linux/amd64/v4/musl" },
		{ "linux/amd64/*/gnu.2.31", "linux/amd64/glibc2.31 linux/amd64/v2/glibc2.31 "
					    "linux/amd64/v3/glibc2.31 linux/amd64/v4/glibc2.31" },
		{ "linux/s390x/m*", "linux/s390x/musl" },
		{ "darwin/*/10.15", "darwin/amd64/10.15" },
		{ "windows/*/ucrt/10.0", "windows/386/ucrt/10.0 windows/amd64/ucrt/10.0 "
					 "windows/arm64/10.0" },
		{ "*bsd/armv6", NULL },
		{ "*bsd/armv?", NULL },
		{ "?e*bsd/armhf", NULL },
		{ "*/riscv64/rva22u64", "freebsd/riscv64/rva22u64 linux/riscv64/rva22u64 "
					"openbsd/riscv64/rva22u64" },
		/* a target in any spelling */
		{ "linux/arm-7", "linux/arm/v7" },
		{ "x86_64-linux-gnu.2.17", "linux/amd64/glibc2.17" },
		{ "linux/amd64", "linux/amd64" },
		{ "armhf", "linux/arm/v7" },
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (cases[i][1])
			assert_string_equal(expanded(&a, cases[i][0]), cases[i][1]);
	}
	arena_clear(&a);
}

static void
whole_patterns(void **state)
{
	struct arena a;
	struct target_list all, stars, rows;
	struct error err;
	size_t implied = 0;
	const struct target_row *row;

	(void)state;
	arena_init(&a);
	error_clear(&err);
	for (size_t i = 0; (row = target_row_at(i)); i++)
		implied += row->implied;
	assert_true(target_expand(&a, "", &all, &err));
	assert_int_equal(all.count, implied);
	assert_true(target_expand(&a, "*/*", &stars, &err));
	assert_int_equal(stars.count, implied);
	assert_true(target_expand(&a, "*/*/*", &rows, &err));
	assert_int_equal(rows.count, target_row_count());
	for (size_t i = 0; i < rows.count; i++)
		assert_ptr_equal(rows.items[i].row, target_row_at(i));
	arena_clear(&a);
}

static void
pattern_mistakes(void **state)
{
	static const char *const cases[][3] = {
		{ "linus/*", "unknown operating system \"linus\" in target \"linus/*\"",
			"did you mean linux?" },
		{ "*/amd46", "unknown architecture \"amd46\" in target \"*/amd46\"",
			"did you mean amd64?" },
		{ "linux/*/mussl",
			"unknown variant or C library \"mussl\" in target "
			"\"linux/*/mussl\"",
			"did you mean musl?" },
		{ "linux/amd46", "unknown architecture \"amd46\" in target \"linux/amd46\"",
			"did you mean amd64?" },
		{ "darwin/mips/*", "darwin does not run on mips", "darwin runs on" },
		{ "darwin/mips*", "no target matches \"darwin/mips*\"", "see `xbuild targets`" },
		{ "darwin/*/musl", "no target matches \"darwin/*/musl\"", "see" },
		{ "linux/*/glibc1.0", "no target matches \"linux/*/glibc1.0\"", "see" },
		{ "linux/*/2.31", "no target matches \"linux/*/2.31\"", "see" },
		{ "linux/*/*/*/*/*", "no target matches \"linux/*/*/*/*/*\"", "see" },
		{ "*//musl", "empty part in target \"*//musl\"", "see" },
		{ "*\x01%n/", "empty part in target \"*\\x01%n/\"", "see" },
		{ "*/\x01%n", "unknown architecture \"\\x01%n\" in target \"*/\\x01%n\"", "see" },
	};
	char big[4096];
	struct arena a;
	struct target_list list = { NULL, 7 };
	struct error err;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		error_clear(&err);
		if (target_expand(&a, cases[i][0], &list, &err))
			fail_msg("%s matches %zu", cases[i][0], list.count);
		assert_int_equal(err.kind, ERROR_USAGE);
		assert_string_equal(err.what, cases[i][1]);
		if (!strstr(err.hint, cases[i][2]))
			fail_msg("%s: hint \"%s\"", cases[i][0], err.hint);
	}
	memset(big, '*', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_false(target_expand(&a, big, &list, &err));
	memset(big, '*', 99);
	memcpy(big + 99, "q", 2);
	assert_false(target_expand(&a, big, &list, &err));
	assert_int_equal(list.count, 7);
	arena_clear(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling),
		cmocka_unit_test(every_word),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(triples_lead_back),
		cmocka_unit_test(every_mistake),
		cmocka_unit_test(oversized),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(variants_from_the_environment),
		cmocka_unit_test(settling),
		cmocka_unit_test(another_libc),
		cmocka_unit_test(triples),
		cmocka_unit_test(host),
		cmocka_unit_test(patterns),
		cmocka_unit_test(whole_patterns),
		cmocka_unit_test(pattern_mistakes),
	};

	return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
