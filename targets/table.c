/* SPDX-License-Identifier: MIT */
/*
 * The facts of every target: one row for each (os, arch, variant), sorted by os and arch, the
 * implied variant first. A pair's facts are written once (the arguments of a ROWS_ macro), a
 * variant's once (the macro); to add a pair, write its line in its place and document it in
 * man/xbuild-targets.7. tests/unit/test_target_table.c walks this table.
 *
 * Sources: the pairs and their cgo and first-class marks are `go tool dist list -json` of Go 1.26
 * (freebsd/riscv64 and linux/sparc64 are marked broken by Go: they have rows, but .go is false).
 * Loaders: clang's ToolChains, musl's reloc.h, glibc's shlib-versions. ELF header values:
 * the psABI of each architecture.
 */
#include "targets/target.h"

#include "base/attr.h"

/* clang-format off */

#define PAIR(os_, arch_) .os = os_, .arch = arch_
#define GO_FIRST    .go = true, .cgo = true, .go_first_class = true
#define GO_CGO      .go = true, .cgo = true, .go_first_class = false
#define GO_PURE     .go = true, .cgo = false, .go_first_class = false
#define GO_BROKEN   .go = false, .cgo = false, .go_first_class = false
#define GO_NEVER    GO_BROKEN

#define VARIANT(v)  .variant = v, .implied = false
#define IMPLIED(v)  .variant = v, .implied = true
#define GOENV(name, value) .go_name = name, .go_value = value
#define FLAGS(...)  .flags = { __VA_ARGS__ }

#define DISTRO(debian_, multiarch_, alpine_, qemu_) \
	.debian = debian_, .multiarch = multiarch_, .alpine = alpine_, .qemu = qemu_
#define NO_DISTRO   DISTRO("", "", "", "")
#define OS_MINIMUM(v) .os_minimum = v

#define ABI(libc_, triple_, loader_, minimum_) { libc_, triple_, loader_, minimum_ }
#define GLIBC(triple, loader, minimum) ABI(LIBC_GLIBC, triple, loader, minimum)
#define MUSL(triple, arch, minimum) \
	ABI(LIBC_MUSL, triple, "/lib/ld-musl-" arch ".so.1", minimum)
#define NATIVE(triple, loader) ABI(LIBC_NATIVE, triple, loader, "")
#define ABIS(...)   .abis = { __VA_ARGS__ }
#define NO_ABI      .abis = { { LIBC_UNKNOWN, "", "", "" } }

/* EI_OSABI that toolchains write besides 0 (gABI, "Operating System and ABI Identifiers"). */
#define OSABI_NONE    0
#define OSABI_NETBSD  2
#define OSABI_GNU     3 /* when IFUNC or STB_GNU_UNIQUE is used */
#define OSABI_SOLARIS 6
#define OSABI_FREEBSD 9
#define OSABI_OPENBSD 12

/* What toolchains assume as the largest page: a segment aligned to less does not load on a kernel
 * built with that page size. arm64 and ppc64 kernels come with 64K (RHEL), loong64 and mips may. */
#define PAGE_4K  0x1000
#define PAGE_8K  0x2000
#define PAGE_16K 0x4000
#define PAGE_64K 0x10000

#define ELF(machine, bits, big, osabi, mask, flags, page) \
	.format = FORMAT_ELF, .elf = { machine, bits, big, osabi, mask, flags, page }
#define NOT_ELF(format_) .format = format_, .elf = { 0, 0, false, 0, 0, 0, 0 }

#define ELF_386(osabi)     ELF(3, 32, false, osabi, 0, 0, PAGE_4K)
#define ELF_AMD64(osabi)   ELF(62, 64, false, osabi, 0, 0, PAGE_4K)
#define ELF_ARM64(osabi, page) ELF(183, 64, false, osabi, 0, 0, page)
/* AAELF32: EABI version 5 in the top byte. The two float bits (below, per row) are written for
 * executables and shared objects only; an object file, and what Go links itself, has neither. */
#define ARM_MASK 0xff000600
#define ARM_SOFT 0x05000200
#define ARM_HARD 0x05000400
#define ELF_ARM(osabi, flags) ELF(40, 32, false, osabi, ARM_MASK, flags, PAGE_4K)
/* o32 is EF_MIPS_ABI 0x1000, n64 is neither that nor EF_MIPS_ABI2 (0x20); EF_MIPS_NAN2008 (0x400)
 * needs another loader. Soft float shows only in .MIPS.abiflags. */
#define MIPS_MASK 0xf420
#define ELF_MIPS(big)   ELF(8, 32, big, OSABI_GNU, MIPS_MASK, 0x1000, PAGE_64K)
#define ELF_MIPS64(big) ELF(8, 64, big, OSABI_GNU, MIPS_MASK, 0, PAGE_64K)
/* EF_PPC64_ABI: 2 is ELFv2. Big endian has both, so it is not fixed (glibc 0 or 1, musl 2). */
#define ELF_PPC64   ELF(21, 64, true, OSABI_GNU, 0, 0, PAGE_64K)
#define ELF_PPC64LE ELF(21, 64, false, OSABI_GNU, 3, 2, PAGE_64K)
/* RISC-V psABI: EF_RISCV_FLOAT_ABI (0x6) double. EF_RISCV_RVC (1) is free. */
#define ELF_RISCV64(osabi) ELF(243, 64, false, osabi, 0x6, 0x4, PAGE_4K)
/* LoongArch ABI: LP64D and object ABI v1. Version 0 is what the "old world" distributions used,
 * with other system calls and another loader. */
#define ELF_LOONG64 ELF(258, 64, false, OSABI_GNU, 0xc7, 0x43, PAGE_64K)
#define ELF_S390X   ELF(22, 64, true, OSABI_GNU, 0, 0, PAGE_4K)
#define ELF_SPARC64 ELF(43, 64, true, OSABI_GNU, 0, 0, PAGE_8K)

/* Variants. BASE is the flag of the implied one, NULL where the OS asks for more than the
 * architecture does and the compiler knows better (Apple). */
#define ROWS_386(...) \
	{ __VA_ARGS__, IMPLIED(""), GOENV("GO386", "sse2"), FLAGS("-march=i686", "-msse2") }, \
	{ __VA_ARGS__, VARIANT("softfloat"), GOENV("GO386", "softfloat"), \
		FLAGS("-march=i686", "-mno-sse") }

#define ROWS_AMD64(BASE, ...) \
	{ __VA_ARGS__, IMPLIED(""), GOENV("GOAMD64", "v1"), FLAGS(BASE) }, \
	{ __VA_ARGS__, VARIANT("v2"), GOENV("GOAMD64", "v2"), FLAGS("-march=x86-64-v2") }, \
	{ __VA_ARGS__, VARIANT("v3"), GOENV("GOAMD64", "v3"), FLAGS("-march=x86-64-v3") }, \
	{ __VA_ARGS__, VARIANT("v4"), GOENV("GOAMD64", "v4"), FLAGS("-march=x86-64-v4") }

#define LEVEL(level, march, ...) \
	{ __VA_ARGS__, VARIANT(level), GOENV("GOARM64", level), FLAGS("-march=" march) }
#define ROWS_ARM64(BASE, ...) \
	{ __VA_ARGS__, IMPLIED(""), GOENV("GOARM64", "v8.0"), FLAGS(BASE) }, \
	LEVEL("v8.1", "armv8.1-a", __VA_ARGS__), \
	LEVEL("v8.2", "armv8.2-a", __VA_ARGS__), \
	LEVEL("v8.3", "armv8.3-a", __VA_ARGS__), \
	LEVEL("v8.4", "armv8.4-a", __VA_ARGS__), \
	LEVEL("v8.5", "armv8.5-a", __VA_ARGS__), \
	LEVEL("v8.6", "armv8.6-a", __VA_ARGS__), \
	LEVEL("v8.7", "armv8.7-a", __VA_ARGS__), \
	LEVEL("v8.8", "armv8.8-a", __VA_ARGS__), \
	LEVEL("v8.9", "armv8.9-a", __VA_ARGS__), \
	LEVEL("v9.0", "armv9-a", __VA_ARGS__), \
	LEVEL("v9.1", "armv9.1-a", __VA_ARGS__), \
	LEVEL("v9.2", "armv9.2-a", __VA_ARGS__), \
	LEVEL("v9.3", "armv9.3-a", __VA_ARGS__), \
	LEVEL("v9.4", "armv9.4-a", __VA_ARGS__), \
	LEVEL("v9.5", "armv9.5-a", __VA_ARGS__)

#define ARM_V5 GOENV("GOARM", "5"), FLAGS("-march=armv5te", "-mfloat-abi=soft")
#define ARM_V6 GOENV("GOARM", "6"), FLAGS("-march=armv6", "-mfpu=vfp", "-mfloat-abi=hard")
#define ARM_V6_SOFT GOENV("GOARM", "6,softfloat"), FLAGS("-march=armv6", "-mfloat-abi=soft")
#define ARM_V7 GOENV("GOARM", "7"), FLAGS("-march=armv7-a", "-mfpu=vfpv3-d16", "-mfloat-abi=hard")
#define ARM_V7_SOFT GOENV("GOARM", "7,softfloat"), FLAGS("-march=armv7-a", "-mfloat-abi=soft")
/* The float ABI is the system's own: Android and OpenBSD pass floats in core registers. */
#define ARM_V7_SOFTFP GOENV("GOARM", "7"), FLAGS("-march=armv7-a", "-mfloat-abi=softfp")

#define LINUX_ARM(glibc_triple, musl_triple, loader, musl_arch) \
	PAIR("linux", "arm"), GO_FIRST, OS_MINIMUM("3.2"), \
	ABIS(GLIBC(glibc_triple, loader, "2.4"), MUSL(musl_triple, musl_arch, ""))
#define LINUX_ARM_HARD(v) \
	LINUX_ARM(v "-linux-gnueabihf", v "-linux-musleabihf", "/lib/ld-linux-armhf.so.3", "armhf"), \
	ELF_ARM(OSABI_GNU, ARM_HARD)
#define LINUX_ARM_SOFT(v) \
	LINUX_ARM(v "-linux-gnueabi", v "-linux-musleabi", "/lib/ld-linux.so.3", "arm"), \
	ELF_ARM(OSABI_GNU, ARM_SOFT)

#define LINUX_MIPS(arch, tuple, big, musl_arch) \
	PAIR("linux", arch), GO_CGO, OS_MINIMUM("3.2"), ELF_MIPS(big), \
	ABIS(GLIBC(tuple "-linux-gnu", "/lib/ld.so.1", "2.0"), \
		MUSL(tuple "-linux-musl", musl_arch, ""))
#define ROWS_MIPS(arch, tuple, big) \
	{ LINUX_MIPS(arch, tuple, big, tuple), IMPLIED(""), GOENV("GOMIPS", "hardfloat"), \
		FLAGS("-march=mips32", "-mhard-float"), \
		DISTRO(tuple, tuple "-linux-gnu", tuple, tuple) }, \
	{ LINUX_MIPS(arch, tuple, big, tuple "-sf"), VARIANT("softfloat"), \
		GOENV("GOMIPS", "softfloat"), FLAGS("-march=mips32", "-msoft-float"), \
		DISTRO("", "", "", tuple) }

/* The musl triple is not -muslabi64: clang knows that word only since 19, and n64 is what it takes
 * for mips64 anyway. */
#define LINUX_MIPS64(arch, tuple, big, musl_arch) \
	PAIR("linux", arch), GO_CGO, OS_MINIMUM("3.2"), ELF_MIPS64(big), \
	ABIS(GLIBC(tuple "-linux-gnuabi64", "/lib64/ld.so.1", "2.2"), \
		MUSL(tuple "-linux-musl", musl_arch, "1.1.15"))
#define ROWS_MIPS64(arch, tuple, big) \
	{ LINUX_MIPS64(arch, tuple, big, tuple), IMPLIED(""), GOENV("GOMIPS64", "hardfloat"), \
		FLAGS("-march=mips64", "-mabi=64", "-mhard-float"), \
		DISTRO(tuple, tuple "-linux-gnuabi64", tuple, tuple) }, \
	{ LINUX_MIPS64(arch, tuple, big, tuple "-sf"), VARIANT("softfloat"), \
		GOENV("GOMIPS64", "softfloat"), \
		FLAGS("-march=mips64", "-mabi=64", "-msoft-float"), \
		DISTRO("", "", "", tuple) }

#define ROWS_PPC64(...) \
	{ __VA_ARGS__, IMPLIED(""), GOENV("GOPPC64", "power8"), FLAGS("-mcpu=power8") }, \
	{ __VA_ARGS__, VARIANT("power9"), GOENV("GOPPC64", "power9"), FLAGS("-mcpu=power9") }, \
	{ __VA_ARGS__, VARIANT("power10"), GOENV("GOPPC64", "power10"), FLAGS("-mcpu=power10") }

/* The profiles are spelled as the part of their mandatory extensions that compilers without
 * -march=<profile> know (clang 14 does); Go uses the same ones. */
#define ROWS_RISCV64(...) \
	{ __VA_ARGS__, IMPLIED(""), GOENV("GORISCV64", "rva20u64"), \
		FLAGS("-march=rv64gc", "-mabi=lp64d") }, \
	{ __VA_ARGS__, VARIANT("rva22u64"), GOENV("GORISCV64", "rva22u64"), \
		FLAGS("-march=rv64gc_zba_zbb_zbs", "-mabi=lp64d") }, \
	{ __VA_ARGS__, VARIANT("rva23u64"), GOENV("GORISCV64", "rva23u64"), \
		FLAGS("-march=rv64gcv_zba_zbb_zbs", "-mabi=lp64d") }

#define ROW_ONLY(...) { __VA_ARGS__, IMPLIED(""), GOENV("", "") }

#define X86_64  "-march=x86-64"
#define ARMV8   "-march=armv8-a"

/*
 * os_minimum. Linux: glibc's arch_minimum_kernel, which is also Go's 3.2. Android: the oldest API
 * level of the NDK since r26. darwin and ios: the oldest deployment targets of current SDKs.
 * Windows: 7, the subsystem version of llvm-mingw; ARM began with 10. BSD: the oldest release that
 * still gets fixes; OpenBSD's libc changes its name with every release, so nothing is fixed there.
 */
static const struct target_row rows[] = {
	ROWS_PPC64(PAIR("aix", "ppc64"), GO_CGO, NOT_ELF(FORMAT_XCOFF), NO_DISTRO,
		OS_MINIMUM("7.2"), ABIS(NATIVE("powerpc64-ibm-aix", ""))),

	ROWS_386(PAIR("android", "386"), GO_CGO, ELF_386(OSABI_NONE), NO_DISTRO, OS_MINIMUM("21"),
		ABIS(ABI(LIBC_BIONIC, "i686-linux-android", "/system/bin/linker", "14"))),
	/* Android 15 devices may have 16K pages, and its x86-64 emulator too. */
	ROWS_AMD64(X86_64, PAIR("android", "amd64"), GO_CGO,
		ELF(62, 64, false, OSABI_NONE, 0, 0, PAGE_16K), NO_DISTRO, OS_MINIMUM("21"),
		ABIS(ABI(LIBC_BIONIC, "x86_64-linux-android", "/system/bin/linker64", "21"))),
	{ PAIR("android", "arm"), GO_CGO, IMPLIED("v7"), ARM_V7_SOFTFP,
		ELF_ARM(OSABI_NONE, ARM_SOFT), NO_DISTRO, OS_MINIMUM("21"),
		ABIS(ABI(LIBC_BIONIC, "armv7a-linux-androideabi", "/system/bin/linker", "14")) },
	ROWS_ARM64(ARMV8, PAIR("android", "arm64"), GO_CGO, ELF_ARM64(OSABI_NONE, PAGE_16K),
		NO_DISTRO, OS_MINIMUM("21"),
		ABIS(ABI(LIBC_BIONIC, "aarch64-linux-android", "/system/bin/linker64", "21"))),

	ROWS_AMD64(NULL, PAIR("darwin", "amd64"), GO_FIRST, NOT_ELF(FORMAT_MACHO), NO_DISTRO,
		OS_MINIMUM("10.13"),
		ABIS(ABI(LIBC_LIBSYSTEM, "x86_64-apple-macosx", "/usr/lib/dyld", "10.4"))),
	ROWS_ARM64(NULL, PAIR("darwin", "arm64"), GO_FIRST, NOT_ELF(FORMAT_MACHO), NO_DISTRO,
		OS_MINIMUM("11.0"),
		ABIS(ABI(LIBC_LIBSYSTEM, "arm64-apple-macosx", "/usr/lib/dyld", "11"))),

	ROWS_AMD64(X86_64, PAIR("dragonfly", "amd64"), GO_CGO, ELF_AMD64(OSABI_NONE), NO_DISTRO,
		OS_MINIMUM(""), ABIS(NATIVE("x86_64-unknown-dragonfly", "/usr/libexec/ld-elf.so.2"))),

	ROWS_386(PAIR("freebsd", "386"), GO_CGO, ELF_386(OSABI_FREEBSD), NO_DISTRO,
		OS_MINIMUM("14"), ABIS(NATIVE("i386-unknown-freebsd", "/libexec/ld-elf.so.1"))),
	ROWS_AMD64(X86_64, PAIR("freebsd", "amd64"), GO_CGO, ELF_AMD64(OSABI_FREEBSD), NO_DISTRO,
		OS_MINIMUM("14"), ABIS(NATIVE("x86_64-unknown-freebsd", "/libexec/ld-elf.so.1"))),
	{ PAIR("freebsd", "arm"), GO_CGO, IMPLIED("v7"), ARM_V7, ELF_ARM(OSABI_FREEBSD, ARM_HARD),
		NO_DISTRO, OS_MINIMUM("14"),
		ABIS(NATIVE("armv7-unknown-freebsd-gnueabihf", "/libexec/ld-elf.so.1")) },
	{ PAIR("freebsd", "arm"), GO_CGO, VARIANT("v6"), ARM_V6, ELF_ARM(OSABI_FREEBSD, ARM_HARD),
		NO_DISTRO, OS_MINIMUM("14"),
		ABIS(NATIVE("armv6-unknown-freebsd-gnueabihf", "/libexec/ld-elf.so.1")) },
	ROWS_ARM64(ARMV8, PAIR("freebsd", "arm64"), GO_CGO, ELF_ARM64(OSABI_FREEBSD, PAGE_16K),
		NO_DISTRO, OS_MINIMUM("14"),
		ABIS(NATIVE("aarch64-unknown-freebsd", "/libexec/ld-elf.so.1"))),
	ROWS_RISCV64(PAIR("freebsd", "riscv64"), GO_BROKEN, ELF_RISCV64(OSABI_FREEBSD), NO_DISTRO,
		OS_MINIMUM("14"),
		ABIS(NATIVE("riscv64-unknown-freebsd", "/libexec/ld-elf.so.1"))),

	ROWS_AMD64(X86_64, PAIR("illumos", "amd64"), GO_CGO, ELF_AMD64(OSABI_SOLARIS), NO_DISTRO,
		OS_MINIMUM(""), ABIS(NATIVE("x86_64-pc-solaris2.11", "/lib/64/ld.so.1"))),

	/* The simulator; devices are arm64. */
	ROWS_AMD64(NULL, PAIR("ios", "amd64"), GO_CGO, NOT_ELF(FORMAT_MACHO), NO_DISTRO,
		OS_MINIMUM("12.0"),
		ABIS(ABI(LIBC_LIBSYSTEM, "x86_64-apple-ios-simulator", "/usr/lib/dyld", ""))),
	ROWS_ARM64(NULL, PAIR("ios", "arm64"), GO_CGO, NOT_ELF(FORMAT_MACHO), NO_DISTRO,
		OS_MINIMUM("12.0"),
		ABIS(ABI(LIBC_LIBSYSTEM, "arm64-apple-ios", "/usr/lib/dyld", "7"))),

	ROW_ONLY(PAIR("js", "wasm"), GO_PURE, NOT_ELF(FORMAT_WASM), FLAGS(NULL), NO_DISTRO,
		OS_MINIMUM(""), NO_ABI),

	ROWS_386(PAIR("linux", "386"), GO_FIRST, ELF_386(OSABI_GNU),
		DISTRO("i386", "i386-linux-gnu", "x86", "i386"), OS_MINIMUM("3.2"),
		ABIS(GLIBC("i686-linux-gnu", "/lib/ld-linux.so.2", "2.0"),
			MUSL("i686-linux-musl", "i386", ""))),
	ROWS_AMD64(X86_64, PAIR("linux", "amd64"), GO_FIRST, ELF_AMD64(OSABI_GNU),
		DISTRO("amd64", "x86_64-linux-gnu", "x86_64", "x86_64"), OS_MINIMUM("3.2"),
		ABIS(GLIBC("x86_64-linux-gnu", "/lib64/ld-linux-x86-64.so.2", "2.2.5"),
			MUSL("x86_64-linux-musl", "x86_64", ""))),
	/* Debian's armhf and Docker's plain linux/arm are v7; Alpine's armhf (and Raspbian's) is v6.
	 * The soft forms of v6 and v7 share Debian's armel, which is built for v5. */
	{ LINUX_ARM_HARD("armv7"), IMPLIED("v7"), ARM_V7,
		DISTRO("armhf", "arm-linux-gnueabihf", "armv7", "arm") },
	{ LINUX_ARM_SOFT("armv5te"), VARIANT("v5"), ARM_V5,
		DISTRO("armel", "arm-linux-gnueabi", "", "arm") },
	{ LINUX_ARM_HARD("armv6"), VARIANT("v6"), ARM_V6,
		DISTRO("", "arm-linux-gnueabihf", "armhf", "arm") },
	{ LINUX_ARM_SOFT("armv6"), VARIANT("v6-softfloat"), ARM_V6_SOFT,
		DISTRO("armel", "arm-linux-gnueabi", "", "arm") },
	{ LINUX_ARM_SOFT("armv7"), VARIANT("v7-softfloat"), ARM_V7_SOFT,
		DISTRO("armel", "arm-linux-gnueabi", "", "arm") },
	ROWS_ARM64(ARMV8, PAIR("linux", "arm64"), GO_FIRST, ELF_ARM64(OSABI_GNU, PAGE_64K),
		DISTRO("arm64", "aarch64-linux-gnu", "aarch64", "aarch64"), OS_MINIMUM("3.7"),
		ABIS(GLIBC("aarch64-linux-gnu", "/lib/ld-linux-aarch64.so.1", "2.17"),
			MUSL("aarch64-linux-musl", "aarch64", "1.1.7"))),
	ROW_ONLY(PAIR("linux", "loong64"), GO_CGO, ELF_LOONG64,
		FLAGS("-march=loongarch64", "-mabi=lp64d"),
		DISTRO("loong64", "loongarch64-linux-gnu", "loongarch64", "loongarch64"),
		OS_MINIMUM("5.19"),
		ABIS(GLIBC("loongarch64-linux-gnu", "/lib64/ld-linux-loongarch-lp64d.so.1", "2.36"),
			MUSL("loongarch64-linux-musl", "loongarch64", "1.2.5"))),
	ROWS_MIPS("mips", "mips", true),
	ROWS_MIPS64("mips64", "mips64", true),
	ROWS_MIPS64("mips64le", "mips64el", false),
	ROWS_MIPS("mipsle", "mipsel", false),
	/* glibc is ELFv1 here, musl ELFv2. */
	ROWS_PPC64(PAIR("linux", "ppc64"), GO_PURE, ELF_PPC64,
		DISTRO("ppc64", "powerpc64-linux-gnu", "ppc64", "ppc64"), OS_MINIMUM("3.2"),
		ABIS(GLIBC("powerpc64-linux-gnu", "/lib64/ld64.so.1", "2.3"),
			MUSL("powerpc64-linux-musl", "powerpc64", "1.1.15"))),
	/* The symbols of ppc64le say GLIBC_2.17, but 2.19 is the first release that has the port. */
	ROWS_PPC64(PAIR("linux", "ppc64le"), GO_CGO, ELF_PPC64LE,
		DISTRO("ppc64el", "powerpc64le-linux-gnu", "ppc64le", "ppc64le"), OS_MINIMUM("3.10"),
		ABIS(GLIBC("powerpc64le-linux-gnu", "/lib64/ld64.so.2", "2.19"),
			MUSL("powerpc64le-linux-musl", "powerpc64le", "1.1.15"))),
	ROWS_RISCV64(PAIR("linux", "riscv64"), GO_CGO, ELF_RISCV64(OSABI_GNU),
		DISTRO("riscv64", "riscv64-linux-gnu", "riscv64", "riscv64"), OS_MINIMUM("4.15"),
		ABIS(GLIBC("riscv64-linux-gnu", "/lib/ld-linux-riscv64-lp64d.so.1", "2.27"),
			MUSL("riscv64-linux-musl", "riscv64", "1.1.23"))),
	/* z13 is what Go needs; the default of clang is older. */
	ROW_ONLY(PAIR("linux", "s390x"), GO_CGO, ELF_S390X, FLAGS("-march=z13"),
		DISTRO("s390x", "s390x-linux-gnu", "s390x", "s390x"), OS_MINIMUM("3.2"),
		ABIS(GLIBC("s390x-linux-gnu", "/lib/ld64.so.1", "2.2"),
			MUSL("s390x-linux-musl", "s390x", "1.1.16"))),
	ROW_ONLY(PAIR("linux", "sparc64"), GO_BROKEN, ELF_SPARC64, FLAGS("-mcpu=v9"),
		DISTRO("sparc64", "sparc64-linux-gnu", "", "sparc64"), OS_MINIMUM("3.2"),
		ABIS(GLIBC("sparc64-linux-gnu", "/lib64/ld-linux.so.2", "2.2"))),

	ROWS_386(PAIR("netbsd", "386"), GO_CGO, ELF_386(OSABI_NETBSD), NO_DISTRO,
		OS_MINIMUM("10"), ABIS(NATIVE("i386-unknown-netbsd", "/libexec/ld.elf_so"))),
	ROWS_AMD64(X86_64, PAIR("netbsd", "amd64"), GO_CGO, ELF_AMD64(OSABI_NETBSD), NO_DISTRO,
		OS_MINIMUM("10"), ABIS(NATIVE("x86_64-unknown-netbsd", "/libexec/ld.elf_so"))),
	{ PAIR("netbsd", "arm"), GO_CGO, IMPLIED("v7"), ARM_V7, ELF_ARM(OSABI_NETBSD, ARM_HARD),
		NO_DISTRO, OS_MINIMUM("10"),
		ABIS(NATIVE("armv7-unknown-netbsd-eabihf", "/libexec/ld.elf_so")) },
	{ PAIR("netbsd", "arm"), GO_CGO, VARIANT("v6"), ARM_V6, ELF_ARM(OSABI_NETBSD, ARM_HARD),
		NO_DISTRO, OS_MINIMUM("10"),
		ABIS(NATIVE("armv6-unknown-netbsd-eabihf", "/libexec/ld.elf_so")) },
	ROWS_ARM64(ARMV8, PAIR("netbsd", "arm64"), GO_CGO, ELF_ARM64(OSABI_NETBSD, PAGE_64K),
		NO_DISTRO, OS_MINIMUM("10"),
		ABIS(NATIVE("aarch64-unknown-netbsd", "/libexec/ld.elf_so"))),

	ROWS_386(PAIR("openbsd", "386"), GO_CGO, ELF_386(OSABI_OPENBSD), NO_DISTRO, OS_MINIMUM(""),
		ABIS(NATIVE("i386-unknown-openbsd", "/usr/libexec/ld.so"))),
	ROWS_AMD64(X86_64, PAIR("openbsd", "amd64"), GO_CGO, ELF_AMD64(OSABI_OPENBSD), NO_DISTRO,
		OS_MINIMUM(""), ABIS(NATIVE("x86_64-unknown-openbsd", "/usr/libexec/ld.so"))),
	{ PAIR("openbsd", "arm"), GO_CGO, IMPLIED("v7"), ARM_V7_SOFTFP,
		ELF_ARM(OSABI_OPENBSD, ARM_SOFT), NO_DISTRO, OS_MINIMUM(""),
		ABIS(NATIVE("armv7-unknown-openbsd", "/usr/libexec/ld.so")) },
	ROWS_ARM64(ARMV8, PAIR("openbsd", "arm64"), GO_CGO, ELF_ARM64(OSABI_OPENBSD, PAGE_64K),
		NO_DISTRO, OS_MINIMUM(""),
		ABIS(NATIVE("aarch64-unknown-openbsd", "/usr/libexec/ld.so"))),
	/* ELFv2 from the start. */
	ROWS_PPC64(PAIR("openbsd", "ppc64"), GO_PURE, ELF(21, 64, true, OSABI_OPENBSD, 3, 2, PAGE_64K),
		NO_DISTRO, OS_MINIMUM(""),
		ABIS(NATIVE("powerpc64-unknown-openbsd", "/usr/libexec/ld.so"))),
	ROWS_RISCV64(PAIR("openbsd", "riscv64"), GO_CGO, ELF_RISCV64(OSABI_OPENBSD), NO_DISTRO,
		OS_MINIMUM(""), ABIS(NATIVE("riscv64-unknown-openbsd", "/usr/libexec/ld.so"))),

	/* Plan 9 has no C toolchain that we could drive: Go alone. */
	ROWS_386(PAIR("plan9", "386"), GO_PURE, NOT_ELF(FORMAT_PLAN9), NO_DISTRO, OS_MINIMUM(""),
		NO_ABI),
	ROWS_AMD64(X86_64, PAIR("plan9", "amd64"), GO_PURE, NOT_ELF(FORMAT_PLAN9), NO_DISTRO,
		OS_MINIMUM(""), NO_ABI),
	{ PAIR("plan9", "arm"), GO_PURE, IMPLIED("v7"), ARM_V7, NOT_ELF(FORMAT_PLAN9), NO_DISTRO,
		OS_MINIMUM(""), NO_ABI },
	{ PAIR("plan9", "arm"), GO_PURE, VARIANT("v5"), ARM_V5, NOT_ELF(FORMAT_PLAN9), NO_DISTRO,
		OS_MINIMUM(""), NO_ABI },
	{ PAIR("plan9", "arm"), GO_PURE, VARIANT("v6"), ARM_V6, NOT_ELF(FORMAT_PLAN9), NO_DISTRO,
		OS_MINIMUM(""), NO_ABI },

	ROWS_AMD64(X86_64, PAIR("solaris", "amd64"), GO_CGO, ELF_AMD64(OSABI_SOLARIS), NO_DISTRO,
		OS_MINIMUM("11.4"), ABIS(NATIVE("x86_64-pc-solaris2.11", "/lib/64/ld.so.1"))),

	ROW_ONLY(PAIR("wasip1", "wasm"), GO_PURE, NOT_ELF(FORMAT_WASM), FLAGS(NULL), NO_DISTRO,
		OS_MINIMUM(""), ABIS(NATIVE("wasm32-wasi", ""))),

	/* Debian's mingw-w64 is built for msvcrt, so that comes first; on ARM there is only ucrt. */
	ROWS_386(PAIR("windows", "386"), GO_FIRST, NOT_ELF(FORMAT_PE), NO_DISTRO, OS_MINIMUM("6.1"),
		ABIS(ABI(LIBC_MSVCRT, "i686-w64-mingw32", "", ""),
			ABI(LIBC_UCRT, "i686-w64-mingw32", "", ""))),
	ROWS_AMD64(X86_64, PAIR("windows", "amd64"), GO_FIRST, NOT_ELF(FORMAT_PE), NO_DISTRO,
		OS_MINIMUM("6.1"),
		ABIS(ABI(LIBC_MSVCRT, "x86_64-w64-mingw32", "", ""),
			ABI(LIBC_UCRT, "x86_64-w64-mingw32", "", ""))),
	ROWS_ARM64(ARMV8, PAIR("windows", "arm64"), GO_CGO, NOT_ELF(FORMAT_PE), NO_DISTRO,
		OS_MINIMUM("10.0"), ABIS(ABI(LIBC_UCRT, "aarch64-w64-mingw32", "", "10"))),

	/* ZigOS: Linux's x86-64 system call numbers under its own kernel. Static only, hence no
	 * loader; the programs are musl's. */
	ROWS_AMD64(X86_64, PAIR("zigos", "amd64"), GO_NEVER, ELF_AMD64(OSABI_GNU), NO_DISTRO,
		OS_MINIMUM(""), ABIS(ABI(LIBC_MUSL, "x86_64-linux-musl", "", ""))),
};

/* clang-format on */

size_t
target_row_count(void)
{
	return ARRAY_LEN(rows);
}

const struct target_row *
target_row_at(size_t i)
{
	return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}
