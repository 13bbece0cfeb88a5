/* SPDX-License-Identifier: MIT */
/* Looking into the table, putting targets together, naming them, and settling their libc. */
#include "targets/target.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "targets/complain.h"

static const struct {
	const char *name;
	bool versioned; /* a target's version is this libc's, not the system's */
} libcs[] = {
	[LIBC_UNKNOWN] = { "unknown", false },
	[LIBC_GLIBC] = { "glibc", true },
	[LIBC_MUSL] = { "musl", true },
	[LIBC_BIONIC] = { "bionic", false },
	[LIBC_MSVCRT] = { "msvcrt", false },
	[LIBC_UCRT] = { "ucrt", false },
	[LIBC_LIBSYSTEM] = { "libsystem", false },
	[LIBC_NATIVE] = { "native", false },
};

static const char *const formats[] = {
	[FORMAT_ELF] = "elf",
	[FORMAT_MACHO] = "macho",
	[FORMAT_PE] = "pe",
	[FORMAT_WASM] = "wasm",
	[FORMAT_XCOFF] = "xcoff",
	[FORMAT_PLAN9] = "plan9",
	[FORMAT_ARCHIVE] = "archive",
};

/* The word of a triple behind which LLVM reads a version of the system (llvm::Triple,
 * getOSVersion; Android's is in the environment). Other systems' triples take none. */
static const struct {
	const char *os;
	const char *word;
} versioned_triples[] = {
	{ "aix", "-aix" },
	{ "android", "-androideabi" },
	{ "android", "-android" },
	{ "darwin", "-macosx" },
	{ "dragonfly", "-dragonfly" },
	{ "freebsd", "-freebsd" },
	{ "ios", "-ios" },
	{ "netbsd", "-netbsd" },
	{ "openbsd", "-openbsd" },
};

const char *
target_libc_name(enum target_libc libc)
{
	return (size_t)libc < ARRAY_LEN(libcs) ? libcs[libc].name : libcs[LIBC_UNKNOWN].name;
}

enum target_libc
target_libc_find(const char *name)
{
	for (size_t i = LIBC_UNKNOWN + 1; i < ARRAY_LEN(libcs); i++) {
		if (strcmp(libcs[i].name, name) == 0)
			return (enum target_libc)i;
	}
	return LIBC_UNKNOWN;
}

const char *
target_format_name(enum target_format format)
{
	return (size_t)format < ARRAY_LEN(formats) ? formats[format] : "unknown";
}

const struct target_row *
target_row_find(const char *os, const char *arch, const char *variant)
{
	const struct target_row *row;

	for (size_t i = 0; (row = target_row_at(i)); i++) {
		if (strcmp(row->arch, arch) != 0 || strcmp(row->os, os) != 0)
			continue;
		if (variant ? strcmp(row->variant, variant) == 0 : row->implied)
			return row;
	}
	return NULL;
}

const struct target_abi *
target_row_abi(const struct target_row *row, enum target_libc libc)
{
	const struct target_abi *abi = row->abis;

	for (size_t i = 0; i < ARRAY_LEN(row->abis) && abi[i].libc != LIBC_UNKNOWN; i++) {
		if (abi[i].libc == libc)
			return &abi[i];
	}
	return NULL;
}

static bool
has_choice(const struct target_row *row)
{
	return row->abis[1].libc != LIBC_UNKNOWN;
}

bool
target_version_is_libc(const struct target *t)
{
	return t->abi && libcs[t->abi->libc].versioned;
}

static void
write_name(struct target *t)
{
	const struct target_row *row = t->row;
	bool of_libc = target_version_is_libc(t) && *t->version;
	bool libc = t->abi && (has_choice(row) || of_libc);
	int n = snprintf(t->name, sizeof(t->name), "%s/%s%s%s%s%s%s%s", row->os, row->arch,
		*row->variant ? "/" : "", row->variant, libc ? "/" : "",
		libc ? target_libc_name(t->abi->libc) : "", *t->version && !of_libc ? "/" : "",
		t->version);

	assert(n > 0 && (size_t)n < sizeof(t->name));
	(void)n;
}

void
target_make(struct target *ret, const struct target_row *row, const struct target_abi *abi,
	const char *version)
{
	struct target t = { .row = row, .abi = abi };
	size_t len = strlen(version);

	if (!abi && row->abis[0].libc != LIBC_UNKNOWN && !has_choice(row))
		t.abi = &row->abis[0];
	assert(len < sizeof(t.version));
	memcpy(t.version, version, len);
	write_name(&t);
	*ret = t;
}

void
target_host(struct target *ret)
{
#if defined(__APPLE__)
	const char *os = "darwin";
#elif defined(__ANDROID__)
	const char *os = "android";
#elif defined(__FreeBSD__)
	const char *os = "freebsd";
#elif defined(__NetBSD__)
	const char *os = "netbsd";
#elif defined(__OpenBSD__)
	const char *os = "openbsd";
#else
	const char *os = "linux";
#endif
	const char *variant = NULL;
#if defined(__x86_64__)
	const char *arch = "amd64";
#elif defined(__i386__)
	const char *arch = "386";
#elif defined(__aarch64__)
	const char *arch = "arm64";
#elif defined(__arm__)
	const char *arch = "arm";
#if defined(__ARM_ARCH) && __ARM_ARCH == 6
	variant = "v6";
#elif defined(__ARM_ARCH) && __ARM_ARCH < 6
	variant = "v5";
#endif
#elif defined(__loongarch64)
	const char *arch = "loong64";
#elif defined(__powerpc64__) && defined(__LITTLE_ENDIAN__)
	const char *arch = "ppc64le";
#elif defined(__powerpc64__)
	const char *arch = "ppc64";
#elif defined(__riscv) && __riscv_xlen == 64
	const char *arch = "riscv64";
#elif defined(__s390x__)
	const char *arch = "s390x";
#elif defined(__mips64) && defined(__MIPSEL__)
	const char *arch = "mips64le";
#elif defined(__mips64)
	const char *arch = "mips64";
#elif defined(__mips__) && defined(__MIPSEL__)
	const char *arch = "mipsle";
#elif defined(__mips__)
	const char *arch = "mips";
#else
#error "targets/target.c: name this machine's architecture here"
#endif
	const struct target_row *row = target_row_find(os, arch, variant);

	assert(row);
	target_make(ret, row, NULL, "");
}

struct target
target_settled(const struct target *t, bool static_link)
{
	struct target settled = *t;
	const struct target_abi *abi = NULL;

	if (t->abi || t->row->abis[0].libc == LIBC_UNKNOWN)
		return settled;
	if (static_link)
		abi = target_row_abi(t->row, LIBC_MUSL);
	target_make(&settled, t->row, abi ? abi : &t->row->abis[0], t->version);
	return settled;
}

bool
target_with_libc(
	struct target *ret, const struct target *t, enum target_libc libc, struct error *err)
{
	const struct target_abi *abi = target_row_abi(t->row, libc);
	bool keep = !target_version_is_libc(t) || (abi && abi == t->abi);

	if (!abi)
		return complain_libc(err, t->row, target_libc_name(libc));
	target_make(ret, t->row, abi, keep ? t->version : "");
	return true;
}

const char *
target_triple(struct arena *a, const struct target *t)
{
	const char *version = *t->version ? t->version : t->row->os_minimum;

	if (!t->abi)
		return "";
	for (size_t i = 0; i < ARRAY_LEN(versioned_triples); i++) {
		const char *word = versioned_triples[i].word;
		const char *at = strstr(t->abi->triple, word);

		if (!at || strcmp(versioned_triples[i].os, t->row->os) != 0)
			continue;
		at += strlen(word);
		return arena_printf(
			a, "%.*s%s%s", (int)(at - t->abi->triple), t->abi->triple, version, at);
	}
	return t->abi->triple;
}
