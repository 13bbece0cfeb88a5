/* SPDX-License-Identifier: MIT */
/* The link-mode gate: one table of what was tried, the first row that fits decides. */
#include "toolchains/gate.h"

#include <string.h>

#include "base/attr.h"

enum { C = 1 << LANGUAGE_C, CXX = 1 << LANGUAGE_CXX, ANY = C | CXX };

struct gate_row {
	const char *os;
	const char *arch;      /* NULL: any */
	enum target_libc libc; /* LIBC_UNKNOWN: any */
	enum link_mode mode;   /* LINK_MODES: any */
	unsigned languages;
	const char *provider; /* NULL: no toolchain can */
	const char *refusal;  /* NULL: it works */
	const char *advice;   /* NULL: the nearest mode that works */
};

static const struct gate_row rows[] = {
	/* glibc's static-pie needs rcrt1.o, which Debian ships for these (and for 386 and s390x);
	 * kit.c looks whether the very sysroot has it. */
	{ "linux", "amd64", LIBC_GLIBC, LINK_STATIC_PIE, ANY, NULL, NULL, NULL },
	{ "linux", "arm64", LIBC_GLIBC, LINK_STATIC_PIE, ANY, NULL, NULL, NULL },
	{ "linux", "loong64", LIBC_GLIBC, LINK_STATIC_PIE, ANY, NULL, NULL, NULL },
	{ "linux", "riscv64", LIBC_GLIBC, LINK_STATIC_PIE, ANY, NULL, NULL, NULL },
	{ "linux", "386", LIBC_GLIBC, LINK_STATIC_PIE, ANY, "llvm",
		"a static-pie of glibc that lld linked crashes at its start", NULL },
	{ "linux", "s390x", LIBC_GLIBC, LINK_STATIC_PIE, ANY, "llvm",
		"a static-pie of glibc that lld linked crashes at its start", NULL },
	{ "linux", NULL, LIBC_GLIBC, LINK_STATIC_PIE, ANY, "llvm",
		"glibc's start file for static-pie (rcrt1.o) is not shipped", NULL },

	{ "linux", "mips64le", LIBC_MUSL, LINK_STATIC_PIE, ANY, "llvm",
		"a static-pie of musl crashes at its start", NULL },
	{ "linux", "mipsle", LIBC_MUSL, LINK_STATIC_PIE, ANY, "llvm",
		"lld cannot link musl's start file position-independently", NULL },
	{ "linux", "mips64", LIBC_MUSL, LINK_STATIC_PIE, ANY, "llvm",
		"a static-pie of musl crashes at its start", NULL },
	{ "linux", "mips", LIBC_MUSL, LINK_STATIC_PIE, ANY, "llvm",
		"lld cannot link musl's start file position-independently", NULL },

	/* Its kernel starts static ELF files only. */
	{ "zigos", NULL, LIBC_UNKNOWN, LINK_DYNAMIC, ANY, NULL, "there is no loader", NULL },
	{ "zigos", NULL, LIBC_UNKNOWN, LINK_SHARED, ANY, NULL, "there is no loader", NULL },
	{ "zigos", NULL, LIBC_UNKNOWN, LINK_STATIC_PIE, ANY, NULL,
		"the kernel loads programs at a fixed address", NULL },

	/* -static makes the driver look for crt0.o, which no SDK has. */
	{ "darwin", NULL, LIBC_UNKNOWN, LINK_STATIC, ANY, NULL,
		"Apple ships no static system library", NULL },
	{ "darwin", NULL, LIBC_UNKNOWN, LINK_STATIC_PIE, ANY, NULL,
		"Apple ships no static system library", NULL },
	{ "ios", NULL, LIBC_UNKNOWN, LINK_STATIC, ANY, NULL, "Apple ships no static system library",
		NULL },
	{ "ios", NULL, LIBC_UNKNOWN, LINK_STATIC_PIE, ANY, NULL,
		"Apple ships no static system library", NULL },
	{ "windows", NULL, LIBC_UNKNOWN, LINK_STATIC_PIE, ANY, NULL,
		"PE has no static-pie: a static program is relocatable anyway", NULL },
};

static bool
row_fits(const struct gate_row *r, const struct target *t, const struct toolchain *tools,
	enum link_mode mode, enum language language)
{
	if (strcmp(r->os, t->row->os) != 0 || (r->arch && strcmp(r->arch, t->row->arch) != 0))
		return false;
	if (r->libc != LIBC_UNKNOWN && (!t->abi || r->libc != t->abi->libc))
		return false;
	if (r->mode != LINK_MODES && r->mode != mode)
		return false;
	if (!(r->languages & 1u << language))
		return false;
	return !r->provider || (tools && strcmp(r->provider, tools->provider) == 0);
}

static const struct gate_row *
find_row(const struct target *t, const struct toolchain *tools, enum link_mode mode,
	enum language language)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (row_fits(&rows[i], t, tools, mode, language))
			return &rows[i];
	return NULL;
}

static bool
works(const struct target *t, const struct toolchain *tools, enum link_mode mode,
	enum language language)
{
	const struct gate_row *r = find_row(t, tools, mode, language);

	return !r || !r->refusal;
}

/* What is nearest to each mode, best first. */
static const enum link_mode nearest[LINK_MODES][3] = {
	[LINK_DYNAMIC] = { LINK_STATIC_PIE, LINK_STATIC, LINK_MODES },
	[LINK_STATIC] = { LINK_STATIC_PIE, LINK_DYNAMIC, LINK_MODES },
	[LINK_STATIC_PIE] = { LINK_STATIC, LINK_DYNAMIC, LINK_MODES },
	[LINK_SHARED] = { LINK_MODES },
};

bool
gate_check(const struct target *t, const struct toolchain *tools, enum link_mode mode,
	enum language language, struct error *err)
{
	const struct gate_row *r = find_row(t, tools, mode, language);

	if (!r || !r->refusal)
		return true;
	error_set(err, ERROR_USAGE, "%s cannot be linked %s%s: %s", t->name, link_mode_name(mode),
		r->languages == CXX ? " from C++" : "", r->refusal);
	if (r->advice)
		return error_hint(err, "%s", r->advice);
	for (const enum link_mode *m = nearest[mode]; *m != LINK_MODES; m++)
		if (works(t, tools, *m, language))
			return error_hint(
				err, "the nearest mode that works is %s", link_mode_name(*m));
	return false;
}

enum link_mode
gate_static_mode(const struct target *t, const struct toolchain *tools)
{
	return works(t, tools, LINK_STATIC_PIE, LANGUAGE_C) ? LINK_STATIC_PIE : LINK_STATIC;
}
