/* SPDX-License-Identifier: MIT */
/* The alias tables, and looking a word up in them. Each row stands in man/xbuild-targets.7. */
#include "targets/words.h"

#include <string.h>

#include "base/attr.h"
#include "base/str.h"

const struct words_os words_os[] = {
	{ "dragonflybsd", "dragonfly", LIBC_UNKNOWN },
	{ "iphoneos", "ios", LIBC_UNKNOWN },
	{ "macos", "darwin", LIBC_UNKNOWN },
	{ "macosx", "darwin", LIBC_UNKNOWN },
	{ "mingw32", "windows", LIBC_UNKNOWN },
	{ "mingw32ucrt", "windows", LIBC_UCRT },
	{ "osx", "darwin", LIBC_UNKNOWN },
	{ "solaris2.11", "solaris", LIBC_UNKNOWN },
	{ "sunos", "solaris", LIBC_UNKNOWN },
	{ "wasi", "wasip1", LIBC_UNKNOWN },
	{ "win", "windows", LIBC_UNKNOWN },
};
const size_t words_os_count = ARRAY_LEN(words_os);

/* armhf is Debian's (v7), not Alpine's (v6): see "Ambiguous words" in the manual page. */
const struct words_arch words_arch[] = {
	{ "aarch64", "arm64", NULL },
	{ "armel", "arm", "v5" },
	{ "armhf", "arm", "v7" },
	{ "armv5", "arm", "v5" },
	{ "armv5te", "arm", "v5" },
	{ "armv5tel", "arm", "v5" },
	{ "armv6", "arm", "v6" },
	{ "armv6hf", "arm", "v6" },
	{ "armv6l", "arm", "v6" },
	{ "armv7", "arm", "v7" },
	{ "armv7a", "arm", "v7" },
	{ "armv7hl", "arm", "v7" },
	{ "armv7l", "arm", "v7" },
	{ "armv8l", "arm", "v7" },
	{ "i386", "386", NULL },
	{ "i686", "386", NULL },
	{ "loongarch64", "loong64", NULL },
	{ "mips64el", "mips64le", NULL },
	{ "mipsel", "mipsle", NULL },
	{ "powerpc64", "ppc64", NULL },
	{ "powerpc64le", "ppc64le", NULL },
	{ "ppc64el", "ppc64le", NULL },
	{ "riscv64gc", "riscv64", NULL },
	{ "sparcv9", "sparc64", NULL },
	{ "thumbv7neon", "arm", "v7" },
	{ "wasm32", "wasm", NULL },
	{ "x64", "amd64", NULL },
	{ "x86", "386", NULL },
	{ "x86-64", "amd64", NULL },
	{ "x86_64", "amd64", NULL },
	{ "x86_64_v2", "amd64", "v2" },
	{ "x86_64_v3", "amd64", "v3" },
	{ "x86_64_v4", "amd64", "v4" },
};
const size_t words_arch_count = ARRAY_LEN(words_arch);

/* Spellings besides the canonical one and Go's value, which the table's rows know. */
const struct words_variant words_variant[] = {
	{ "5,softfloat", "arm", "v5" },
	{ "6,hardfloat", "arm", "v6" },
	{ "7,hardfloat", "arm", "v7" },
	{ "hardfloat", "386", "" },
	{ "v5,softfloat", "arm", "v5" },
	{ "v6,hardfloat", "arm", "v6" },
	{ "v6,softfloat", "arm", "v6-softfloat" },
	{ "v7,hardfloat", "arm", "v7" },
	{ "v7,softfloat", "arm", "v7-softfloat" },
	{ "v8", "arm64", "" },
	{ "v9", "arm64", "v9.0" },
};
const size_t words_variant_count = ARRAY_LEN(words_variant);

const struct words_env words_env[] = {
	{ "android", "linux", "*", LIBC_BIONIC, FLOAT_OPEN, "android" },
	{ "androideabi", "linux", "arm", LIBC_BIONIC, FLOAT_OPEN, "android" },
	{ "eabihf", "netbsd", "arm", LIBC_UNKNOWN, FLOAT_HARD, NULL },
	{ "gnu", "linux", "*", LIBC_GLIBC, FLOAT_OPEN, NULL },
	{ "gnu", "windows", "*", LIBC_UNKNOWN, FLOAT_OPEN, NULL },
	{ "gnuabi64", "linux", "mips64*", LIBC_GLIBC, FLOAT_OPEN, NULL },
	{ "gnueabi", "linux", "arm", LIBC_GLIBC, FLOAT_SOFT, NULL },
	{ "gnueabi", "linux", "mips*", LIBC_GLIBC, FLOAT_SOFT, NULL },
	{ "gnueabihf", "freebsd", "arm", LIBC_UNKNOWN, FLOAT_HARD, NULL },
	{ "gnueabihf", "linux", "arm", LIBC_GLIBC, FLOAT_HARD, NULL },
	{ "gnueabihf", "linux", "mips*", LIBC_GLIBC, FLOAT_HARD, NULL },
	{ "gnullvm", "windows", "*", LIBC_UCRT, FLOAT_OPEN, NULL },
	{ "muslabi64", "linux", "mips64*", LIBC_MUSL, FLOAT_OPEN, NULL },
	{ "musleabi", "linux", "arm", LIBC_MUSL, FLOAT_SOFT, NULL },
	{ "musleabi", "linux", "mips*", LIBC_MUSL, FLOAT_SOFT, NULL },
	{ "musleabihf", "linux", "arm", LIBC_MUSL, FLOAT_HARD, NULL },
	{ "musleabihf", "linux", "mips*", LIBC_MUSL, FLOAT_HARD, NULL },
	{ "muslsf", "linux", "mips*", LIBC_MUSL, FLOAT_SOFT, NULL },
	{ "none", "*", "*", LIBC_UNKNOWN, FLOAT_OPEN, NULL },
	{ "simulator", "ios", "amd64", LIBC_UNKNOWN, FLOAT_OPEN, NULL },
};
const size_t words_env_count = ARRAY_LEN(words_env);

/* An arm without a version is read as Debian reads it: hard float is armhf, soft float armel. */
const struct words_fp words_fp[] = {
	{ "arm", NULL, FLOAT_HARD, "v7" },
	{ "arm", NULL, FLOAT_SOFT, "v5" },
	{ "arm", "v5", FLOAT_SOFT, "v5" },
	{ "arm", "v6", FLOAT_HARD, "v6" },
	{ "arm", "v6", FLOAT_SOFT, "v6-softfloat" },
	{ "arm", "v6-softfloat", FLOAT_SOFT, "v6-softfloat" },
	{ "arm", "v7", FLOAT_HARD, "v7" },
	{ "arm", "v7", FLOAT_SOFT, "v7-softfloat" },
	{ "arm", "v7-softfloat", FLOAT_SOFT, "v7-softfloat" },
	{ "mips*", NULL, FLOAT_HARD, "" },
	{ "mips*", NULL, FLOAT_SOFT, "softfloat" },
	{ "mips*", "", FLOAT_HARD, "" },
	{ "mips*", "softfloat", FLOAT_SOFT, "softfloat" },
};
const size_t words_fp_count = ARRAY_LEN(words_fp);

const struct words_refused words_refused[] = {
	{ "all", "name one architecture: a universal binary is two targets and lipo" },
	{ "gnux32", "the x32 ABI has no target; use linux/amd64 or linux/386" },
	{ "macabi", "Mac Catalyst has no target; use darwin/arm64" },
	{ "msvc", "the Microsoft ABI has no target; windows/amd64/ucrt has the same C library" },
	{ "muslx32", "the x32 ABI has no target; use linux/amd64 or linux/386" },
	{ "sim", "the simulator is ios/amd64" },
	{ "universal", "name one architecture: a universal binary is two targets and lipo" },
};
const size_t words_refused_count = ARRAY_LEN(words_refused);

/* Rust's arm targets are v6 (its platform support page); the vendor "unknown" tells them from
 * Debian's arm-linux-gnueabi*. Its wasm and Apple names need no rows. */
const struct words_whole words_whole[] = {
	{ "arm-unknown-linux-gnueabi", "linux/arm/v6-softfloat/glibc" },
	{ "arm-unknown-linux-gnueabihf", "linux/arm/v6/glibc" },
	{ "arm-unknown-linux-musleabi", "linux/arm/v6-softfloat/musl" },
	{ "arm-unknown-linux-musleabihf", "linux/arm/v6/musl" },
};
const size_t words_whole_count = ARRAY_LEN(words_whole);

const char *
words_find_os(const char *word, enum target_libc *ret_libc)
{
	const struct target_row *row;

	for (size_t i = 0; i < words_os_count; i++) {
		if (strcmp(words_os[i].word, word) == 0) {
			if (ret_libc)
				*ret_libc = words_os[i].libc;
			return words_os[i].os;
		}
	}
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (strcmp(row->os, word) == 0) {
			if (ret_libc)
				*ret_libc = LIBC_UNKNOWN;
			return row->os;
		}
	}
	return NULL;
}

const char *
words_find_arch(const char *word, const char **ret_variant)
{
	const struct target_row *row;

	for (size_t i = 0; i < words_arch_count; i++) {
		if (strcmp(words_arch[i].word, word) == 0) {
			*ret_variant = words_arch[i].variant;
			return words_arch[i].arch;
		}
	}
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (strcmp(row->arch, word) == 0) {
			*ret_variant = NULL;
			return row->arch;
		}
	}
	return NULL;
}

const struct target_row *
words_find_variant(const char *os, const char *arch, const char *word)
{
	const struct target_row *row;

	if (*word == '\0')
		return NULL;
	for (size_t i = 0; i < words_variant_count; i++) {
		if (strcmp(words_variant[i].word, word) == 0 &&
			strcmp(words_variant[i].arch, arch) == 0)
			return target_row_find(os, arch, words_variant[i].variant);
	}
	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (strcmp(row->os, os) == 0 && strcmp(row->arch, arch) == 0 &&
			(strcmp(row->variant, word) == 0 || strcmp(row->go_value, word) == 0))
			return row;
	}
	return NULL;
}

const struct words_env *
words_find_env(const char *os, const char *arch, const char *word)
{
	for (size_t i = 0; i < words_env_count; i++) {
		const struct words_env *e = &words_env[i];

		if (strcmp(e->word, word) == 0 && cstr_glob(e->os, os) && cstr_glob(e->arch, arch))
			return e;
	}
	return NULL;
}

bool
words_is_version(const char *s)
{
	size_t numbers = 0;

	if (strlen(s) >= sizeof(((struct target *)NULL)->version))
		return false;
	for (;;) {
		size_t digits = strspn(s, "0123456789");

		if (digits == 0 || digits > 5 || ++numbers > 4)
			return false;
		s += digits;
		if (*s == '\0')
			return true;
		if (*s++ != '.')
			return false;
	}
}

bool
words_take_version(char *word, char version[static 16])
{
	char *at = word + strlen(word);

	while (at > word && (at[-1] == '.' || (at[-1] >= '0' && at[-1] <= '9')))
		at--;
	const char *number = *at == '.' ? at + 1 : at;

	if (!words_is_version(number))
		return false;
	memcpy(version, number, strlen(number) + 1);
	if (at > word && at[-1] == '-')
		at--;
	*at = '\0';
	return true;
}
