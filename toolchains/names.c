/* SPDX-License-Identifier: MIT */
/* What CMake, Meson and Rust call an architecture. */
#include "toolchains/names.h"

#include <string.h>

#include "base/attr.h"
#include "base/str.h"

static const struct machine_names rows[] = {
	{ "386", NULL, "i686", "x86", "i686" },
	{ "amd64", NULL, "x86_64", "x86_64", "x86_64" },
	{ "arm", "v5", "armv5tel", "arm", "armv5te" },
	{ "arm", "v6", "armv6l", "arm", "arm" },
	{ "arm", "v6-softfloat", "armv6l", "arm", "arm" },
	{ "arm", NULL, "armv7l", "arm", "armv7" },
	{ "arm64", NULL, "aarch64", "aarch64", "aarch64" },
	{ "loong64", NULL, "loongarch64", "loongarch64", "loongarch64" },
	{ "mips", NULL, "mips", "mips", "mips" },
	{ "mips64", NULL, "mips64", "mips64", "mips64" },
	{ "mips64le", NULL, "mips64", "mips64", "mips64el" },
	{ "mipsle", NULL, "mips", "mips", "mipsel" },
	{ "ppc64", NULL, "ppc64", "ppc64", "powerpc64" },
	{ "ppc64le", NULL, "ppc64le", "ppc64", "powerpc64le" },
	{ "riscv64", NULL, "riscv64", "riscv64", "riscv64gc" },
	{ "s390x", NULL, "s390x", "s390x", "s390x" },
	{ "sparc64", NULL, "sparc64", "sparc64", "sparc64" },
	{ "wasm", NULL, "wasm32", "wasm32", "wasm32" },
};

static const struct machine_names unknown = { "", NULL, "unknown", "unknown", "unknown" };

const struct machine_names *
machine_names(const struct target *t)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].arch, t->row->arch) == 0 &&
			(!rows[i].variant || strcmp(rows[i].variant, t->row->variant) == 0))
			return &rows[i];
	return &unknown;
}

char *
rust_triple(struct arena *a, const struct target *t)
{
	const char *cpu = machine_names(t)->rust;
	const char *triple = t->abi ? t->abi->triple : "";
	const char *system = strchr(triple, '-');

	if (!system)
		return arena_strdup(a, "");
	/* Rust names the vendor, and the n64 ABI of musl. */
	if (strcmp(t->row->os, "linux") == 0 && cstr_starts(system, "-linux-"))
		return arena_printf(a, "%s-unknown%s%s", cpu, system,
			cstr_starts(cpu, "mips64") && cstr_ends(system, "musl") ? "abi64" : "");
	return arena_printf(a, "%s%s", cpu, system);
}
