/* SPDX-License-Identifier: MIT */
/* The loaders' ways to search, one row each. */
#include "linkcheck/resolve/dialect.h"

#include "base/attr.h"
#include "linkcheck/read/elf_const.h"
#include "linkcheck/read/libc.h"

/* musl, ldso/dynlink.c load_library: these beginnings are the loader itself. */
static const char *const musl_reserved[] = { "libc.", "libpthread.", "librt.", "libm.", "libdl.",
	"libutil.", "libxnet.", NULL };
static const char *const musl_defaults[] = { "/lib", "/usr/local/lib", "/usr/lib", NULL };
static const char *const bsd_defaults[] = { "/lib", "/usr/lib", NULL };
static const char *const bionic_defaults[] = { "/system/lib64", "/system/lib", "/vendor/lib64",
	"/vendor/lib", NULL };

static const struct dialect dialects[] = {
	/* elf/dl-load.c _dl_map_new_object */
	{ LIBC_GLIBC, "glibc",
		{ STEP_RPATH_CHAIN, STEP_ENVIRONMENT, STEP_RUNPATH, STEP_SYSTEM, STEP_END }, true,
		true, true, false, NULL, NULL },
	/* ldso/dynlink.c load_library, fixup_rpath */
	{ LIBC_MUSL, "musl", { STEP_ENVIRONMENT, STEP_PATH_CHAIN, STEP_SYSTEM, STEP_END }, false,
		false, false, true, musl_reserved, musl_defaults },
	/* libexec/rtld-elf/rtld.c find_library */
	{ LIBC_NATIVE, "rtld",
		{ STEP_RPATH_MAIN, STEP_ENVIRONMENT, STEP_RUNPATH, STEP_SYSTEM, STEP_END }, false,
		true, true, false, NULL, bsd_defaults },
	/* linker/linker.cpp open_library: RUNPATH and the default namespace's directories */
	{ LIBC_BIONIC, "bionic", { STEP_ENVIRONMENT, STEP_RUNPATH, STEP_SYSTEM, STEP_END }, false,
		true, true, false, NULL, bionic_defaults },
};

/* sysdeps/.../dl-hwcaps-subdirs.c */
static const char *const x86_64_hwcaps[] = { "x86-64-v4", "x86-64-v3", "x86-64-v2", NULL };
static const char *const ppc64le_hwcaps[] = { "power10", "power9", NULL };
static const char *const s390x_hwcaps[] = { "z17", "z16", "z15", "z14", "z13", NULL };
static const char *const no_hwcaps[] = { NULL };

const struct dialect *
dialect_of(const struct image *img)
{
	enum target_libc libc = LIBC_UNKNOWN;

	if (img->interpreter)
		libc = libc_of_loader(img->interpreter);
	if (libc == LIBC_UNKNOWN)
		libc = libc_of_needs(img);
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++)
		if (dialects[i].libc == libc)
			return &dialects[i];
	return &dialects[0];
}

const struct dialect *
dialect_for(enum target_libc libc)
{
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++)
		if (dialects[i].libc == libc)
			return &dialects[i];
	return NULL;
}

const char *const *
dialect_hwcaps(const struct image *img)
{
	if (img->machine == EM_X86_64 && img->bits == 64)
		return x86_64_hwcaps;
	if (img->machine == EM_PPC64 && !img->big_endian)
		return ppc64le_hwcaps;
	if (img->machine == EM_S390 && img->bits == 64)
		return s390x_hwcaps;
	return no_hwcaps;
}
