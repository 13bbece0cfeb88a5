/* SPDX-License-Identifier: MIT */
/* The glibc and musl views: which files of Debian packages are kept, and where they go. */
#include "sysroots/layout.h"

#include <string.h>

#include "base/caps.h"
#include "base/str.h"

/* Since Debian 13 linux-libc-dev is one package for all architectures: the headers lie in
 * usr/lib/linux/uapi/KERNEL/asm, and usr/include/MULTIARCH/asm is full of links to them. */
static const struct {
	const char *debian, *kernel;
} kernels[] = {
	{ "amd64", "x86" },
	{ "arm64", "arm64" },
	{ "armel", "arm" },
	{ "armhf", "arm" },
	{ "i386", "x86" },
	{ "loong64", "loongarch" },
	{ "mips64el", "mips" },
	{ "mipsel", "mips" },
	{ "ppc64el", "powerpc" },
	{ "riscv64", "riscv" },
	{ "s390x", "s390" },
};

/* Left out of every view: documentation, translations, what only runs on the target, and what
 * serves a debugger or the distribution's own tools. */
static const char *const unwanted[] = {
	"bin/",
	"boot/",
	"etc/",
	"sbin/",
	"usr/bin/",
	"usr/lib/debug/",
	"usr/libexec/",
	"usr/sbin/",
	"usr/share/bash-completion/",
	"usr/share/bug/",
	"usr/share/doc-base/",
	"usr/share/doc/",
	"usr/share/gcc/",
	"usr/share/gdb/",
	"usr/share/info/",
	"usr/share/lintian/",
	"usr/share/locale/",
	"usr/share/man/",
	"var/",
};

void
layout_init(struct layout *ret, const struct source *source, const struct target *t)
{
	*ret = (struct layout){
		.from = source->of->layout,
		.libc = t->abi->libc,
		.multiarch = t->row->multiarch,
		.kernel = t->row->debian,
	};
	for (size_t i = 0; i < ARRAY_LEN(kernels); i++)
		if (strcmp(kernels[i].debian, t->row->debian) == 0)
			ret->kernel = kernels[i].kernel;
}

/* The rest of `path` behind the directory `dir` ("a/b/"), or NULL. */
static const char *
below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return strncmp(path, dir, len) == 0 ? path + len : NULL;
}

/* The length of the first component with its slash; 0 when there is no slash. */
static size_t
first_part(const char *path)
{
	const char *slash = strchr(path, '/');

	return slash != NULL ? (size_t)(slash - path) + 1 : 0;
}

/* Does the first directory of `path` contain `word`? */
static bool
first_has(const char *path, const char *word)
{
	const char *at = strstr(path, word);

	return at != NULL && (size_t)(at - path) < first_part(path);
}

/* Is the first directory of `path` exactly `name`? */
static bool
first_is(const char *path, const char *name)
{
	return first_part(path) == strlen(name) + 1 && strncmp(path, name, strlen(name)) == 0;
}

/* "lib", "lib64", "lib32" ... at the top are links into usr on an installed system. */
static const char *
merged(struct arena *scratch, const char *path)
{
	return strncmp(path, "lib", 3) == 0 ? arena_printf(scratch, "usr/%s", path) : path;
}

/* "asm/errno.h" of this architecture, from either place it may come from; else NULL. */
static const char *
kernel_header(const struct layout *l, const char *path)
{
	const char *rest = below(path, "usr/lib/linux/uapi/");

	if (rest != NULL)
		return first_is(rest, l->kernel) ? rest + first_part(rest) : NULL;
	rest = below(path, "usr/include/");
	if (rest == NULL || !first_is(rest, l->multiarch))
		return NULL;
	rest += first_part(rest);
	return below(rest, "asm/") != NULL ? rest : NULL;
}

/* In usr/include or usr/lib/linux, but of another architecture. */
static bool
is_foreign_header(const struct layout *l, const char *path)
{
	const char *rest = below(path, "usr/include/");

	if (below(path, "usr/lib/linux/uapi/") != NULL)
		return true;
	return rest != NULL && first_has(rest, "-linux-") && !first_has(rest, "-linux-musl") &&
	       !first_is(rest, l->multiarch);
}

/* gcc's own headers are no use to another compiler (clang brings its own), and the sanitizers'
 * run-time libraries must come from the compiler that is used. Together they are half of the
 * package. */
static bool
is_gcc_internal(const char *name)
{
	static const char *const sanitizers[] = { "libasan", "libhwasan", "liblsan", "libtsan",
		"libubsan" };

	if (below(name, "include/") != NULL || below(name, "include-fixed/") != NULL)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(sanitizers); i++)
		if (below(name, sanitizers[i]) != NULL)
			return true;
	return false;
}

/* What lies in usr/lib/gcc/TRIPLE/N, without that directory; else NULL. */
static const char *
gcc_file(const char *path)
{
	const char *rest = below(path, "usr/lib/gcc/");

	if (rest == NULL)
		return NULL;
	rest += first_part(rest);
	return first_part(rest) != 0 ? rest + first_part(rest) : NULL;
}

static const char *
glibc_place(const struct layout *l, const char *path)
{
	const char *gcc = gcc_file(path);
	const char *rest = below(path, "usr/lib/");

	if (gcc != NULL && is_gcc_internal(gcc))
		return NULL;
	/* Loaded by programs of the target, never linked. */
	if (rest != NULL && first_is(rest, l->multiarch)) {
		rest += first_part(rest);
		if (below(rest, "gconv/") != NULL || below(rest, "audit/") != NULL)
			return NULL;
	}
	return path;
}

/* Where Debian's libatomic is made of IFUNCs. musl never resolves those: a static armel program counts
 * wrong, a 16-byte atomic crashes on amd64 (both were run). An undefined symbol at link time is better. */
static bool
has_ifunc_atomics(const struct layout *l)
{
	return cstr_starts(l->multiarch, "x86_64-") || cstr_starts(l->multiarch, "aarch64-") ||
	       cstr_starts(l->multiarch, "arm-");
}

static bool
is_libgcc(const struct layout *l, const char *name)
{
	return below(name, "crtbegin") != NULL || below(name, "crtend") != NULL ||
	       strcmp(name, "libgcc.a") == 0 || strcmp(name, "libgcc_eh.a") == 0 ||
	       (strcmp(name, "libatomic.a") == 0 && !has_ifunc_atomics(l));
}

static const char *
musl_place(const struct layout *l, struct arena *scratch, const char *path)
{
	const char *gcc = gcc_file(path);
	const char *rest;

	if (gcc != NULL)
		return is_libgcc(l, gcc) ? arena_printf(scratch, "usr/lib/%s", gcc) : NULL;
	rest = below(path, "usr/include/");
	if (rest != NULL && first_has(rest, "-linux-musl"))
		return arena_printf(scratch, "usr/include/%s", rest + first_part(rest));
	if (rest != NULL)
		return path;
	rest = below(path, "usr/lib/");
	if (rest == NULL)
		return NULL;
	if (below(rest, "ld-musl-") != NULL)
		return arena_printf(scratch, "lib/%s", rest);
	/* The specs file names the host's directories. */
	if (first_has(rest, "-linux-musl") && !cstr_ends(rest, ".specs"))
		return arena_printf(scratch, "usr/lib/%s", rest + first_part(rest));
	return NULL;
}

/* Alpine has no multiarch directories and no merged usr: most files are where they should be. */
static const char *
alpine_place(const struct layout *l, struct arena *scratch, const char *path)
{
	const char *gcc = gcc_file(path), *rest = below(path, "usr/include/c++/");

	if (gcc != NULL)
		return is_libgcc(l, gcc) ? arena_printf(scratch, "usr/lib/%s", gcc) : NULL;
	if (rest != NULL) {
		const char *version = rest;
		rest += first_part(rest);
		if (first_has(rest, "-alpine-linux-musl"))
			return arena_printf(scratch, "usr/include/c++/%.*s%s",
				(int)first_part(version), version, rest + first_part(rest));
		return path;
	}
	if (below(path, "lib/") != NULL)
		return below(path, "lib/apk/") == NULL ? path : NULL;
	return below(path, "usr/include/") != NULL || below(path, "usr/lib/") != NULL ||
			       below(path, "usr/share/pkgconfig/") != NULL
		       ? path
		       : NULL;
}

/* rescue/, boot/, usr/tests/ and their like are most of it. */
static const char *
freebsd_place(const char *path)
{
	return below(path, "lib/") != NULL || below(path, "usr/lib/") != NULL ||
			       below(path, "usr/include/") != NULL ||
			       below(path, "usr/libdata/pkgconfig/") != NULL ||
			       strcmp(path, "libexec/ld-elf.so.1") == 0
		       ? path
		       : NULL;
}

const char *
layout_place(const void *ctx, struct arena *scratch, const char *path)
{
	const struct layout *l = ctx;

	if (l->from == LAYOUT_FREEBSD)
		return freebsd_place(path);
	if (l->from == LAYOUT_DEBIAN)
		path = merged(scratch, path);
	for (size_t i = 0; i < ARRAY_LEN(unwanted); i++)
		if (below(path, unwanted[i]) != NULL)
			return NULL;
	if (l->from == LAYOUT_ALPINE)
		return alpine_place(l, scratch, path);
	const char *header = kernel_header(l, path);
	if (header != NULL && l->libc == LIBC_MUSL)
		return arena_printf(scratch, "usr/include/%s", header);
	if (header != NULL)
		return arena_printf(scratch, "usr/include/%s/%s", l->multiarch, header);
	if (is_foreign_header(l, path))
		return NULL;
	return l->libc == LIBC_MUSL ? musl_place(l, scratch, path) : glibc_place(l, path);
}
