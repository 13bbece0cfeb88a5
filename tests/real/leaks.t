#!/bin/bash
# SPDX-License-Identifier: MIT
# What "leaked libc symbols" means, each of the seven cases with a file that has it and one that has not,
# made by real compilers and linkers; and the rules about what a build left in a file or lost.
# shellcheck disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip_all 'the files are made by this machine, an x86-64 one'
command -v gcc >/dev/null || skip_all 'there is no gcc here'
cd "$scratch" || exit 1

# finds RULE TEXT-PATTERN TEXT audit-arguments...: the finding is there
finds() {
	local rule=$1 pattern=$2 text=$3
	shift 3
	"$XBUILD" audit --fail-on never "$@" >"$scratch/log" 2>&1 </dev/null
	if grep -qE "^  (error|warning|note) $rule .*$pattern" "$scratch/log"; then ok "$text"; else not_ok "$text" "$scratch/log"; fi
}
clear_of() { # rules (a pattern), text, audit-arguments...
	local rules=$1 text=$2
	shift 2
	"$XBUILD" audit --fail-on never "$@" >"$scratch/log" 2>&1 </dev/null
	if [ -s "$scratch/log" ] && ! grep -qE "^  (error|warning|note) ($rules) " "$scratch/log"; then ok "$text"; else not_ok "$text" "$scratch/log"; fi
}
made() { # text, command...: a file that the compiler here cannot make is a SKIP, and its checks with it
	local text=$1
	shift
	"$@" >"$scratch/log" 2>&1 && return 0
	skip "$text" "cannot be made here: $(tail -n 1 "$scratch/log")"
	return 1
}
target=linux/amd64

cat >hello.c <<'X'
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char **argv)
{
	char *p = malloc(64);
	if (argc > 9)
		snprintf(p, 64, "%s", argv[1]);
	return printf("%s\n", p) < 0;
}
X
printf '#include <stdlib.h>\nvoid *take(void) { return malloc(9); }\nvoid give(void *p) { free(p); }\n' >lib.c

# --- (1) glibc's symbols in what is promised to musl, versioned or not; too new ones
made 'glibc program' gcc -O2 -D_FORTIFY_SOURCE=2 hello.c -o hello.glibc &&
	finds LC030 'glibc' 'a glibc program promised to musl' -t $target/musl hello.glibc
if made 'glibc object' gcc -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -c hello.c -o fortified.o; then
	finds LC030 '__printf_chk' 'an object compiled for glibc, promised to musl' -t $target/musl fortified.o
	clear_of 'LC030' 'the same object promised to glibc' -t $target/glibc fortified.o
fi
made 'plain object' gcc -O2 -U_FORTIFY_SOURCE -c lib.c -o lib.o &&
	clear_of 'LC030' 'an object that any libc can serve' -t $target/musl lib.o
printf 'extern int __isoc23_strtol(void);\nint f(void) { return __isoc23_strtol(); }\n' >isoc.c
if made 'unversioned reference' gcc -shared -fPIC -nostdlib -Wl,-z,now isoc.c -o isoc.so; then
	finds LC022 '__isoc23_strtol' 'an unversioned symbol that is newer than promised' -t $target/glibc2.31 isoc.so
	clear_of LC022 'the same on a glibc that has it' -t $target/glibc2.38 isoc.so
	finds LC011 'Alpine 3.20: lacks __isoc23_strtol' 'the same on musl, which never had it' --on alpine:3.20 isoc.so
fi

# --- (2) a library that exports the libc inside it
if have_package bookworm amd64 musl-dev; then
	musl=$top/build/test-packages/bookworm-amd64/musl-dev/usr/lib/x86_64-linux-musl
	if made 'library with a libc inside' gcc -shared -fPIC -nostdlib lib.c -o leak.so -Wl,--whole-archive "$musl/libc.a" -Wl,--no-whole-archive; then
		finds LC032 'malloc' 'a library that exports the malloc of the libc.a inside it' leak.so
		made 'hidden' gcc -shared -fPIC -nostdlib lib.c -o hidden.so "$musl/libc.a" -Wl,--exclude-libs,ALL &&
			clear_of LC032 'the same with the symbols hidden' hidden.so
	fi
	# --- (3) two libcs in one process
	made 'two libcs' gcc -nostdlib -no-pie -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2 -Wl,--export-dynamic "$musl/crt1.o" hello.c "$musl/libc.a" \
		-Wl,--no-as-needed -L/lib/x86_64-linux-gnu -l:libz.so.1 -Wl,--unresolved-symbols=ignore-all -o two &&
		finds LC031 'musl' 'a program that glibc starts with a musl inside' two
else
	skip 'libraries with a libc inside' "$(tail -n 1 "$scratch/why")"
fi
made 'library' gcc -O2 -shared -fPIC lib.c -Wl,-soname,liblib.so.1 -o liblib.so.1 &&
	clear_of 'LC03[0-9]' 'a library that uses the libc of its process' liblib.so.1

# --- (4) a static program that has a loader
[ -f hello.glibc ] && finds LC035 'loader' 'promised static, but it has a loader' --static hello.glibc
made 'static program' gcc -O2 -static hello.c -o hello.static &&
	clear_of 'LC035' 'a static program keeps its promise' --mode static hello.static

# --- (5) a static glibc that needs the shared one, before and after strip
printf '#include <netdb.h>\n#include <stddef.h>\nint main(void) { return gethostbyname("x") == NULL; }\n' >nss.c
printf '#include <iconv.h>\nint main(void) { return iconv_open("UTF-8", "EUC-JP") == (iconv_t)-1; }\n' >iconv.c
if made 'static NSS' gcc -O2 -static nss.c -o nss; then
	finds LC033 'gethostbyname' 'static glibc with name service, by its functions' nss
	strip -o nss.stripped nss
	finds LC033 'NSS' 'the same after strip, by its texts' nss.stripped
fi
if made 'static iconv' gcc -O2 -static iconv.c -o iconv; then
	finds LC034 'iconv_open' 'static glibc with iconv' iconv
	strip -o iconv.stripped iconv
	"$XBUILD" audit iconv.stripped >log 2>&1
	if grep -q 'unchecked LC034' log; then ok 'after strip it is said that iconv cannot be told'; else not_ok 'after strip iconv cannot be told' log; fi
fi
[ -f hello.static ] && clear_of 'LC033' 'static glibc without name service' hello.static

# --- (6) private symbols
printf 'extern int __libc_dynarray_resize(void);\n__asm__(".symver __libc_dynarray_resize,__libc_dynarray_resize@GLIBC_PRIVATE");\nint main(void) { return __libc_dynarray_resize(); }\n' >private.c
made 'private symbols' gcc private.c -o private &&
	finds LC023 '__libc_dynarray_resize' 'a private symbol of glibc' -t $target/glibc private
[ -f hello.glibc ] && clear_of LC023 'a program without private symbols' -t $target/glibc hello.glibc

# --- (7) is about Windows and macOS: tests of their readers

# --- what the build left or lost
[ -f hello.glibc ] && clear_of LC064 'compiled with _FORTIFY_SOURCE' hello.glibc
made 'without fortify' gcc -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=0 hello.c -o hello.plain &&
	finds LC064 'printf' 'compiled without _FORTIFY_SOURCE' hello.plain
printf 'int f1(int a) { return a * 7 + 1 / (a + 1); }\nint f2(int a) { return a * 9 - 4 / (a + 3); }\n' >guard.c
if made 'branch protection' gcc -O2 -shared -fPIC -fcf-protection=full -nostdlib guard.c -o guard.so; then
	clear_of LC065 'branch protection that is whole' guard.so
	printf '.text\n.globl asm_f\n.type asm_f,@function\nasm_f: ret\n.section .note.GNU-stack,"",@progbits\n' >asm.s
	made 'one object without' gcc -O2 -shared -fPIC -fcf-protection=full -nostdlib guard.c asm.s -o lost.so &&
		finds LC065 'endbr64' 'branch protection that one object without it undid' lost.so
fi
mkdir -p /tmp/xbuild-leaks.$$/src && printf '#include <assert.h>\nint main(int c, char **v) { (void)v; assert(c > 0); return 0; }\n' >/tmp/xbuild-leaks.$$/src/assert.c
if made 'build path' gcc -O2 /tmp/xbuild-leaks.$$/src/assert.c -o assert; then
	finds LC122 "/tmp/xbuild-leaks.$$/src/assert.c" 'the path of the source in an assertion' -t $target/glibc assert
	gcc -O2 -ffile-prefix-map=/tmp/xbuild-leaks.$$/src=. /tmp/xbuild-leaks.$$/src/assert.c -o assert.mapped &&
		clear_of LC122 'the same with -ffile-prefix-map' -t $target/glibc assert.mapped
fi
rm -rf /tmp/xbuild-leaks.$$
printf '.text\n.globl g\ng: ret\n' >nostack.s
made 'object without a note' gcc -c nostack.s -o nostack.o &&
	finds LC062 'does not say that its stack' 'an assembly object that does not say what stack it needs' -t $target/glibc nostack.o
[ -f lib.o ] && clear_of LC062 'a compiled object' -t $target/glibc lib.o

# --- what one loader finds and another does not; needs by path
mkdir -p tree/lib
if made 'inheritance' gcc -shared -fPIC lib.c -Wl,-soname,libinner.so -o tree/lib/libinner.so &&
	gcc -shared -fPIC lib.c -Wl,-soname,libouter.so -Wl,--no-as-needed -Ltree/lib -l:libinner.so -o tree/lib/libouter.so &&
	gcc hello.c -Wl,--no-as-needed -Ltree/lib -l:libouter.so -Wl,-rpath-link,tree/lib -Wl,--enable-new-dtags,-rpath,"\$ORIGIN/lib" -o tree/prog; then
	finds LC010 "musl's loader finds libinner.so" 'a RUNPATH that only musl hands down' --root / tree/prog
	gcc -shared -fPIC lib.c -Wl,-soname,libouter.so -Wl,--no-as-needed -Ltree/lib -l:libinner.so -Wl,--enable-new-dtags,-rpath,"\$ORIGIN" -o tree/lib/libouter.so
	clear_of 'LC010|LC001' 'each library with its own' --root / tree/prog
fi
if made 'no soname' gcc -shared -fPIC lib.c -o "$scratch/nosoname.so"; then
	gcc hello.c -Wl,--no-as-needed "$scratch/nosoname.so" -o bypath
	finds LC006 'very path' 'a library without soname is needed by its path' bypath
fi
finish
