#!/bin/bash
# SPDX-License-Identifier: MIT
# Each rule for PE files, passed and failed by programs that MinGW's gcc and LLVM's lld link here, for
# amd64, 386 and arm64.
# shellcheck disable=SC1091,SC2154 # $scratch is lib.sh's
. "$(dirname "$0")/lib.sh"
gcc=$(command -v x86_64-w64-mingw32-gcc-posix || command -v x86_64-w64-mingw32-gcc) || skip_all 'no mingw-w64'
gxx=${gcc/-gcc/-g++}
gcc32=${gcc/x86_64/i686}
cd "$scratch" || exit 1

# Rules that an audit finds, as "LC100 LC106", without notes of style.
rules() { # options of audit...
	"$XBUILD" audit --format json "$@" 2>"$scratch/log" >"$scratch/json"
	python3 -c '
import json, sys
for f in json.load(open(sys.argv[1]))["files"]:
    print(*sorted({x["rule"] for x in f.get("findings", []) if x["level"] != "note"}))' "$scratch/json"
}
found() { # text, rules, options...
	local text=$1 want=$2 got
	shift 2
	got=$(rules "$@")
	if [ "$got" = "$want" ]; then
		ok "$text: ${want:-nothing}"
	else
		echo "wanted '$want', found '$got'" >>"$scratch/log"
		not_ok "$text" "$scratch/log"
	fi
}
make_dll() { # compiler, file, sources' names of functions...
	local cc=$1 out=$2
	shift 2
	printf '__declspec(dllexport) int %s(void) { return 1; }\n' "$@" >dll.c
	"$cc" -shared -O1 -o "$out" dll.c -Wl,--out-implib,lib.dll.a
}

mkdir app
make_dll "$gcc" app/helper.dll one two
cat >app.c <<'X'
__declspec(dllimport) int one(void), two(void);
int main(void) { return one() + two(); }
X
"$gcc" -O1 -o app/app.exe app.c lib.dll.a
found 'a program with its DLL' '' app/app.exe
mkdir alone && cp app/app.exe alone/
found 'without it' LC100 alone/app.exe
make_dll "$gcc" alone/Helper.DLL one
found 'with an older one' LC101 alone/app.exe
make_dll "$gcc32" alone/Helper.DLL one two
found 'with one for another machine' LC104 alone/app.exe

cat >ucrt.c <<'X'
#include <stddef.h>
__declspec(dllimport) void *malloc(size_t);
__declspec(dllexport) void *one(void) { return malloc(1); }
__declspec(dllexport) int two(void) { return 2; }
int DllMain(void *a, unsigned b, void *c) { return a != c || b; }
X
mkdir mixed && cp app/app.exe mixed/
"$gcc" -shared -nostdlib -O1 -o mixed/helper.dll ucrt.c -Wl,-e,DllMain -lucrt
found 'two C libraries' LC102 mixed/app.exe

echo 'int main(void) { return 0; }' >main.c
"$gcc" -o soft.exe main.c -Wl,--disable-dynamicbase,--disable-nxcompat
found 'no ASLR, no DEP' LC103 -t windows/amd64/msvcrt soft.exe
"$gcc" -o low.exe main.c -Wl,--disable-high-entropy-va
found 'no high-entropy ASLR' LC103 -t windows/amd64/msvcrt low.exe
"$gcc" -o stays.exe main.c -Wl,--disable-reloc-section
found 'nothing to be moved by' LC103 -t windows/amd64/msvcrt stays.exe
"$gcc" -o hard.exe main.c
found 'all of it' '' -t windows/amd64/msvcrt hard.exe
found 'for another C library' LC102 -t windows/amd64/ucrt hard.exe

cat >newer.c <<'X'
#define _WIN32_WINNT 0x0602
#include <windows.h>
int main(void) { return CreateFile2(L"x", 0, 0, 3, 0) == INVALID_HANDLE_VALUE; }
X
"$gcc" -o newer.exe newer.c
found 'a function of Windows 8 on 7' LC105 -t windows/amd64/msvcrt/6.1 newer.exe
found 'on 10' '' -t windows/amd64/msvcrt/10.0 newer.exe

cat >cxx.cc <<'X'
#include <iostream>
#include <stdexcept>
int main() { try { throw std::runtime_error("x"); } catch (...) { std::cout << 1; } }
X
mkdir cxx
"$gxx" -O1 -o cxx/a.exe cxx.cc
found "the compiler's DLLs are not there" LC106 cxx/a.exe
found 'promised static' 'LC035 LC106' -t windows/amd64/msvcrt --static cxx/a.exe
for dll in libgcc_s_seh-1.dll libstdc++-6.dll libwinpthread-1.dll; do
	from=$("$gcc" -print-file-name=$dll)
	[ -f "$from" ] || from=/usr/x86_64-w64-mingw32/lib/$dll
	[ ! -f "$from" ] || cp "$from" cxx/
done
found "the compiler's DLLs are shipped" '' cxx/a.exe
"$gxx" -O1 -static -o static.exe cxx.cc
found 'linked statically' '' -t windows/amd64/msvcrt --static static.exe

"$gcc32" -o p32.exe main.c
found 'a program for 386' '' -t windows/386/msvcrt p32.exe
found 'promised to amd64' LC002 -t windows/amd64/msvcrt p32.exe

clang=$(command -v clang-19) lld=$(command -v lld-link-19) dlltool=$(command -v llvm-dlltool-19)
if [ -n "$clang" ] && [ -n "$lld" ] && [ -n "$dlltool" ]; then
	printf 'LIBRARY kernel32.dll\nEXPORTS\nExitProcess\n' >k.def
	"$dlltool" -m arm64 -d k.def -l k.lib
	echo 'void ExitProcess(unsigned); void start(void) { ExitProcess(0); }' >arm.c
	"$clang" --target=aarch64-windows-msvc -O1 -c arm.c -o arm.obj
	"$lld" /entry:start /subsystem:console /nodefaultlib /out:arm.exe arm.obj k.lib
	found 'a program for arm64 by lld-link' '' -t windows/arm64 arm.exe
	found 'promised to amd64' LC002 -t windows/amd64 arm.exe
else
	skip 'programs for arm64' 'no clang-19, lld-19 and llvm-19'
fi

if have_npm @img/sharp-win32-x64@0.35.5; then
	found 'sharp, an addon with two DLLs' '' "$npm_dir/package/lib"
	expect 'its DLLs are found beside it' grep -q '"path":"[^"]*libvips-cpp-[0-9.]*.dll","how":"application"' "$scratch/json"
else
	skip 'sharp' "$(why)"
fi
finish
