# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Small binaries for the cases, made by clang and lld without any sysroot, so that they are the same
# on every machine. Source this file: . "$LIB/elf.sh"

# elf_program OUT [FLAG...]: an amd64 program; by default static, at a fixed address
elf_program() {
	out=$1
	shift
	printf 'void _start(void) { for (;;) ; }\n' >elf.c
	clang -target x86_64-linux-gnu -nostdlib -ffreestanding -fno-pic -w -O1 -c elf.c -o elf.o &&
		ld.lld -o "$out" "$@" elf.o
	rm -f elf.c elf.o
}

# elf_library OUT [FLAG...]: an amd64 shared library
elf_library() {
	out=$1
	shift
	printf 'int answer(void) { return 42; }\n' >elf.c
	clang -target x86_64-linux-gnu -nostdlib -ffreestanding -fpic -w -O1 -c elf.c -o elf.o &&
		ld.lld -shared -o "$out" "$@" elf.o
	rm -f elf.c elf.o
}
