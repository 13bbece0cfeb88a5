#!/bin/bash
# SPDX-License-Identifier: MIT
# Archives laid out as Alpine's and FreeBSD's, made and signed by the test, from a real web server: what is signed and
# whole gives a sysroot, everything else is refused.
# shellcheck disable=SC1091,SC2086,SC2154
. "$(dirname "$0")/lib.sh"
command -v apt-get >/dev/null || skip_all 'no apt-get on this machine'
. "$(dirname "$0")/web.sh"
a=linux/arm64/musl
have_sysroot $a c-dynamic >/dev/null || skip_all "no musl to make packages of: $(why)"
root=$("$XBUILD" sysroot path $a --set c-dynamic)
have_source zlib || skip_all "no source of zlib: $(why)"
zlib=$scratch/zlib
cp -r "$top/build/test-sources/zlib" "$zlib"
(cd "$zlib" && "$XBUILD" exec -t $a -- ./configure --prefix=/usr && "$XBUILD" exec -t $a -- make -j2) >"$scratch/log" 2>&1 ||
	not_ok 'zlib is built for the packages' "$scratch/log"
for k in alice mallory; do
	openssl genrsa -out "$scratch/$k.rsa" 2048 2>/dev/null
	openssl rsa -in "$scratch/$k.rsa" -pubout -out "$scratch/$k.rsa.pub" 2>/dev/null
done
mkdir "$scratch/keys" && cp "$scratch/alice.rsa.pub" "$scratch/keys/"
make() { # name, key, option...
	local name=$1 key=$2
	shift 2
	python3 "$top/tests/real/mirror.py" alpine "$web/$name" 3.20 aarch64 "$root" "$scratch/$key.rsa" zlib="$zlib" "$@"
}
make alpine alice
make sha256 alice hash=sha256
make alien mallory
make torn alice break=index:x
make data alice break=musl-dev:data
make middle alice break=musl-dev:signature
make other alice break=musl-dev:other
python3 "$top/tests/real/mirror.py" freebsd "$web/freebsd" 14.3-RELEASE arm64 "$root/usr/lib/crt1.o"
python3 "$top/tests/real/mirror.py" freebsd "$web/lying" 14.3-RELEASE arm64 "$root/usr/lib/crt1.o" && sed -i 's/^\(base.txz\t\)......../\100000000/' "$web/lying/arm64/14.3-RELEASE/MANIFEST"
start_web
http=http://127.0.0.1:$port https=https://127.0.0.1:$tls_port
export SSL_CERT_FILE=$scratch/ca/ca.pem XBUILD_KEYRING_ALPINE=$scratch/keys
n=0
fresh() {
	n=$((n + 1))
	export XBUILD_CACHE_DIR=$scratch/store.$n XBUILD_MIRROR_ALPINE=$http/alpine XBUILD_MIRROR_FREEBSD=$https/freebsd
	mkdir -p "$scratch/dir.$n" && cd "$scratch/dir.$n" || exit 1
}
fails() { # exit code, words, text, command...
	local code=$1 words=$2 text=$3 status
	shift 3
	"$@" >"$scratch/log" 2>&1 </dev/null
	status=$?
	if [ $status != "$code" ]; then
		not_ok "$text: exit $status, wanted $code" "$scratch/log"
	elif ! grep -q -e "$words" "$scratch/log"; then
		not_ok "$text: nothing like \"$words\"" "$scratch/log"
	else
		ok "$text"
	fi
	[ -z "$(cd "$XBUILD_CACHE_DIR" 2>/dev/null && find tmp -mindepth 1 2>/dev/null | head -n 1)" ] || not_ok "$text: something half-made stays"
}
s=alpine:3.20
fresh
expect 'Alpine: a sysroot with C++' "$XBUILD" sysroot add $a --source $s --set c++
expect 'is whole' "$XBUILD" sysroot verify
got=$("$XBUILD" sysroot path $a --source $s)
expect 'the loader is where programs look for it' test -f "$got/lib/ld-musl-aarch64.so.1"
expect 'libc.so leads to it' test "$(readlink "$got/usr/lib/libc.so")" = ../../lib/ld-musl-aarch64.so.1
expect 'gcc'\''s start files lie flat' test -f "$got/usr/lib/crtbeginT.o"
expect 'C++ headers in one directory' test -f "$got/usr/include/c++/13.2.1/bits/c++config.h"
expect 'nothing else of gcc' test ! -e "$got/usr/lib/gcc"
expect 'no programs' test ! -e "$got/usr/bin"
if command -v clang >/dev/null && command -v ld.lld >/dev/null; then
	cp "$top/examples/hello/hello.c" .
	printf '#include <iostream>\n#ifndef TEST_CONFIG\n#error no config\n#endif\nint main() { return std::puts("C++") < 0; }\n' >cxx.cc
	expect 'C is built with it' "$XBUILD" build -t $a --static --sysroot $s hello.c
	expect 'C++ is built with it, static' "$XBUILD" build -t $a --static --sysroot $s cxx.cc
	expect 'and dynamic' "$XBUILD" c++ -t $a --dynamic --sysroot $s -o dynamic cxx.cc
	if command -v qemu-aarch64-static >/dev/null; then
		expect 'and runs' "$XBUILD" run -t $a --sysroot $s ./dynamic
	else
		skip 'and runs' 'no qemu-aarch64-static'
	fi
else
	skip 'programs are built with it' 'no clang and lld'
fi
expect 'a lock' "$XBUILD" lock -t $a --source $s
lock=$PWD
fresh
expect 'which another store obeys without keys or index' env XBUILD_KEYRING_ALPINE=/nonexistent "$XBUILD" -C "$lock" --locked sysroot add $a
expect 'to the same root' test "$("$XBUILD" -C "$lock" sysroot path $a | sed 's/.*roots//')" = "$(XBUILD_CACHE_DIR=$scratch/store.1 "$XBUILD" -C "$lock" sysroot path $a | sed 's/.*roots//')"
fresh
expect 'SHA-256 signatures too' env XBUILD_MIRROR_ALPINE=$http/sha256 "$XBUILD" sysroot add $a --source $s
fresh
expect 'one key instead of a directory' env XBUILD_KEYRING_ALPINE="$scratch/alice.rsa.pub" "$XBUILD" sysroot add $a --source $s --set c-static
before=$(requests)
rm -rf "$XBUILD_CACHE_DIR/index" "$XBUILD_CACHE_DIR/cache/packages"
expect 'what was verified once' "$XBUILD" sysroot add $a --source $s
expect 'is not fetched again' test $(($(requests) - before)) = 4 # the two indexes, libgcc, musl
expect 'with a library and what it needs' "$XBUILD" sysroot add $a zlib-dev --source $s
got=$("$XBUILD" sysroot path $a --source $s)
expect 'its header is there' test -f "$got/usr/include/zlib.h"
expect 'and what it links with' test -f "$got/usr/lib/libz.so.1"
printf '#include <stdio.h>\n#include <zlib.h>\nint main(void) { printf("zlib %%s, %%lx\\n", zlibVersion(), crc32(0, (const Bytef *)"xbuild", 6)); return 0; }\n' >z.c
answer=$(python3 -c 'import zlib; print("%x" % zlib.crc32(b"xbuild"))')
linked() { # text, static|dynamic, way...
	expect "$1" "$XBUILD" build -t $a --sysroot $s "--$2" -o z.out z.c -lz
	expect "$1: it computes" says "zlib .*, $answer" "$XBUILD" run -t $a --sysroot $s ./z.out
}
says() { # words, command...
	local words=$1
	shift
	"$@" | grep -q -e "$words"
}
linked 'a program links with the target'"'"'s zlib' dynamic
fails 5 'cannot find -lz\|unable to find library -lz' 'not statically without its static library' "$XBUILD" build -t $a --sysroot $s --static -o z.out z.c -lz
expect 'the static library is a package of its own' "$XBUILD" sysroot add $a zlib-static --source $s
linked 'and statically then' static
# shellcheck disable=SC2016 # the inner shell's
expect 'pkg-config finds it' "$XBUILD" exec -t $a --sysroot $s -- sh -c '$CC -static -o p.out z.c $(pkg-config --static --cflags --libs zlib)'
expect 'which runs as well' says "$answer" "$XBUILD" run -t $a --sysroot $s ./p.out
fails 3 'has no package' 'a package that is not there' "$XBUILD" sysroot add $a nothere-dev --source $s
fresh
fails 6 'not among the keys' 'signed by a stranger' env XBUILD_MIRROR_ALPINE=$http/alien "$XBUILD" sysroot add $a --source $s
fails 6 'signature is wrong' 'an index that was changed' env XBUILD_MIRROR_ALPINE=$http/torn "$XBUILD" sysroot add $a --source $s
fails 6 'not those that were signed' 'a package with other files' env XBUILD_MIRROR_ALPINE=$http/data "$XBUILD" sysroot add $a --source $s
fresh
fails 6 'signature is wrong' 'a package whose middle was changed' env XBUILD_MIRROR_ALPINE=$http/middle "$XBUILD" sysroot add $a --source $s
fresh
fails 6 'not the package that the index names' 'another package than the index names' env XBUILD_MIRROR_ALPINE=$http/other "$XBUILD" sysroot add $a --source $s
fails 3 'keys of Alpine' 'no keys' env XBUILD_KEYRING_ALPINE=/nonexistent "$XBUILD" sysroot add $a --source $s
fails 6 '' 'no such architecture there' "$XBUILD" sysroot add linux/amd64/musl --source $s
fails 2 'does not have what' 'no glibc there' "$XBUILD" sysroot add linux/arm64/glibc --source $s
expect 'after all that the next run just works' "$XBUILD" sysroot add $a --source $s

f=freebsd/arm64
fresh
expect 'FreeBSD: a sysroot' "$XBUILD" sysroot add $f
expect 'is whole' "$XBUILD" sysroot verify
got=$("$XBUILD" sysroot path $f)
expect 'headers and libraries' test -f "$got/usr/include/stdio.h" -a -f "$got/lib/libc.so.7" -a -L "$got/usr/lib/libm.so"
expect 'and nothing else' test ! -e "$got/rescue" -a ! -e "$got/usr/bin" -a ! -e "$got/dev" -a ! -e "$got/usr/tests"
expect 'a lock' "$XBUILD" lock -t $f
lock=$PWD
fresh
fails 6 'not signed' 'a MANIFEST over http' env XBUILD_MIRROR_FREEBSD=$http/freebsd "$XBUILD" sysroot add $f
expect 'what a lock pins may come over http' env XBUILD_MIRROR_FREEBSD=$http/freebsd "$XBUILD" -C "$lock" sysroot add $f
fresh
fails 6 'not the file that was promised' 'an archive that its MANIFEST does not know' env XBUILD_MIRROR_FREEBSD=$https/lying "$XBUILD" sysroot add $f
finish
