/* SPDX-License-Identifier: MIT */
/*
 * The ELF constants that are used here, under the names of the System V gABI (chapters 4 and 5),
 * the GNU extensions and the processor supplements. <elf.h> is not included: it is the host's, it
 * differs between systems, and it invites overlaying its structs on file bytes.
 */
#ifndef LINKCHECK_ELF_CONST_H
#define LINKCHECK_ELF_CONST_H

/* gABI ch. 4, ELF identification. */
#define EI_CLASS 4
#define EI_DATA 5
#define EI_VERSION 6
#define EI_OSABI 7
#define EI_ABIVERSION 8
#define EI_PAD 9
#define EI_NIDENT 16
#define ELFOSABI_NONE 0
#define ELFOSABI_NETBSD 2
#define ELFOSABI_GNU 3
#define ELFOSABI_SOLARIS 6
#define ELFOSABI_FREEBSD 9
#define ELFOSABI_OPENBSD 12
#define ELFOSABI_ARM 97

#define ET_REL 1
#define ET_EXEC 2
#define ET_DYN 3
#define ET_CORE 4

/* e_machine, from the gABI's registry. */
#define EM_SPARC 2
#define EM_386 3
#define EM_68K 4
#define EM_MIPS 8
#define EM_PARISC 15
#define EM_SPARC32PLUS 18
#define EM_PPC 20
#define EM_PPC64 21
#define EM_S390 22
#define EM_ARM 40
#define EM_SH 42
#define EM_SPARCV9 43
#define EM_IA_64 50
#define EM_X86_64 62
#define EM_AARCH64 183
#define EM_RISCV 243
#define EM_BPF 247
#define EM_LOONGARCH 258
#define EM_ALPHA 0x9026

/* ARM: IHI 0044 "ELF for the Arm Architecture", e_flags. */
#define EF_ARM_ABI_FLOAT_SOFT 0x200
#define EF_ARM_ABI_FLOAT_HARD 0x400
/* RISC-V psABI, e_flags. */
#define EF_RISCV_FLOAT_ABI 0x6

/* gABI ch. 5, program header; GNU types from the Linux gABI supplement. */
#define PT_LOAD 1
#define PT_DYNAMIC 2
#define PT_INTERP 3
#define PT_NOTE 4
#define PT_TLS 7
#define PT_GNU_STACK 0x6474e551
#define PT_GNU_RELRO 0x6474e552
#define PT_GNU_PROPERTY 0x6474e553
#define PT_MIPS_ABIFLAGS 0x70000003
#define PN_XNUM 0xffff
#define PF_X 1
#define PF_W 2
#define PF_R 4

/* gABI ch. 4, sections. */
#define SHT_SYMTAB 2
#define SHT_STRTAB 3
#define SHT_NOBITS 8
#define SHT_ARM_ATTRIBUTES 0x70000003
#define SHN_UNDEF 0
#define SHN_XINDEX 0xffff
#define SHN_ABS 0xfff1

/* gABI ch. 5, dynamic section; GNU tags from the Linux gABI supplement; MIPS psABI ch. 5. */
#define DT_NULL 0
#define DT_NEEDED 1
#define DT_PLTRELSZ 2
#define DT_HASH 4
#define DT_STRTAB 5
#define DT_SYMTAB 6
#define DT_RELA 7
#define DT_RELASZ 8
#define DT_RELAENT 9
#define DT_STRSZ 10
#define DT_SYMENT 11
#define DT_SONAME 14
#define DT_RPATH 15
#define DT_SYMBOLIC 16
#define DT_REL 17
#define DT_RELSZ 18
#define DT_RELENT 19
#define DT_PLTREL 20
#define DT_DEBUG 21
#define DT_TEXTREL 22
#define DT_JMPREL 23
#define DT_BIND_NOW 24
#define DT_RUNPATH 29
#define DT_FLAGS 30
#define DT_RELRSZ 35
#define DT_RELR 36
#define DT_ANDROID_REL 0x6000000f
#define DT_ANDROID_RELA 0x60000011
#define DT_ANDROID_RELR 0x6fffe000
#define DT_GNU_HASH 0x6ffffef5
#define DT_VERSYM 0x6ffffff0
#define DT_FLAGS_1 0x6ffffffb
#define DT_VERDEF 0x6ffffffc
#define DT_VERDEFNUM 0x6ffffffd
#define DT_VERNEED 0x6ffffffe
#define DT_VERNEEDNUM 0x6fffffff
#define DT_MIPS_LOCAL_GOTNO 0x7000000a
#define DT_MIPS_SYMTABNO 0x70000011
#define DT_MIPS_GOTSYM 0x70000013
#define DT_MIPS_XHASH 0x70000036
#define DT_AUXILIARY 0x7ffffffd
#define DT_FILTER 0x7fffffff

#define DF_ORIGIN 0x1
#define DF_SYMBOLIC 0x2
#define DF_TEXTREL 0x4
#define DF_BIND_NOW 0x8
#define DF_1_NOW 0x1
#define DF_1_NODEFLIB 0x800
#define DF_1_PIE 0x08000000

/* gABI ch. 4, symbols; STB_GNU_UNIQUE and STT_GNU_IFUNC are GNU's. */
#define STB_LOCAL 0
#define STB_GLOBAL 1
#define STB_WEAK 2
#define STB_GNU_UNIQUE 10
#define STT_NOTYPE 0
#define STT_OBJECT 1
#define STT_COMMON 5
#define STT_SECTION 3
#define STT_FILE 4
#define STT_FUNC 2
#define STT_TLS 6
#define STT_GNU_IFUNC 10
#define STV_INTERNAL 1
#define STV_HIDDEN 2

/* Linux Standard Base, "Symbol Versioning". */
#define VER_FLG_BASE 1
#define VER_FLG_WEAK 2
#define VERSYM_HIDDEN 0x8000
#define VER_NDX_LOCAL 0
#define VER_NDX_GLOBAL 1

/* Notes: GNU's (Linux gABI supplement) and those of the systems. */
#define NT_GNU_ABI_TAG 1
#define NT_GNU_BUILD_ID 3
#define NT_GNU_PROPERTY_TYPE_0 5
#define NT_BSD_IDENT 1
#define NT_FDO_DLOPEN_METADATA 0x407c0c0a
#define GNU_PROPERTY_AARCH64_FEATURE_1_AND 0xc0000000
#define GNU_PROPERTY_X86_FEATURE_1_AND 0xc0000002
#define GNU_PROPERTY_AARCH64_FEATURE_1_BTI 1u
#define GNU_PROPERTY_X86_FEATURE_1_IBT 1u
#define GNU_PROPERTY_X86_ISA_1_NEEDED 0xc0008002

#endif
