/* SPDX-License-Identifier: MIT */
/* What CMake, Meson, Rust and lld call an architecture. */
#include "toolchains/names.h"

#include <string.h>

#include "base/attr.h"
#include "base/str.h"

static const struct machine_names rows[] = {
	{ "386", NULL, "i686", "x86", "i686", "elf_i386" },
	{ "amd64", NULL, "x86_64", "x86_64", "x86_64", "elf_x86_64" },
	{ "arm", "v5", "armv5tel", "arm", "armv5te", "armelf_linux_eabi" },
	{ "arm", "v6", "armv6l", "arm", "arm", "armelf_linux_eabi" },
	{ "arm", "v6-softfloat", "armv6l", "arm", "arm", "armelf_linux_eabi" },
	{ "arm", NULL, "armv7l", "arm", "armv7", "armelf_linux_eabi" },
	{ "arm64", NULL, "aarch64", "aarch64", "aarch64", "aarch64linux" },
	{ "loong64", NULL, "loongarch64", "loongarch64", "loongarch64", "elf64loongarch" },
	{ "mips", NULL, "mips", "mips", "mips", "elf32btsmip" },
	{ "mips64", NULL, "mips64", "mips64", "mips64", "elf64btsmip" },
	{ "mips64le", NULL, "mips64", "mips64", "mips64el", "elf64ltsmip" },
	{ "mipsle", NULL, "mips", "mips", "mipsel", "elf32ltsmip" },
	{ "ppc64", NULL, "ppc64", "ppc64", "powerpc64", "elf64ppc" },
	{ "ppc64le", NULL, "ppc64le", "ppc64", "powerpc64le", "elf64lppc" },
	{ "riscv64", NULL, "riscv64", "riscv64", "riscv64gc", "elf64lriscv" },
	{ "s390x", NULL, "s390x", "s390x", "s390x", "elf64_s390" },
	{ "sparc64", NULL, "sparc64", "sparc64", "sparc64", "elf64_sparc" },
	{ "wasm", NULL, "wasm32", "wasm32", "wasm32", "" },
};

static const struct machine_names unknown = { "", NULL, "unknown", "unknown", "unknown", "" };

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
