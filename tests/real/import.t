#!/bin/bash
# SPDX-License-Identifier: MIT
# Sysroots that somebody brings: a root file system made of Debian's packages (as a directory, an
# archive, a container image in two forms), and stand-ins that this test makes itself for what cannot
# be had from a mirror: a macOS SDK of one .tbd, a FreeBSD base of stub libraries. Each is linked with.
# shellcheck disable=SC1091,SC2012,SC2016,SC2100,SC2154,SC2164
. "$(dirname "$0")/lib.sh"
shared=$XBUILD_CACHE_DIR
export XBUILD_CACHE_DIR=$scratch/store
mkdir -p "$shared/blobs/sha256" "$XBUILD_CACHE_DIR/blobs"
cp -rl "$shared/blobs/sha256" "$XBUILD_CACHE_DIR/blobs/" 2>/dev/null || cp -r "$shared/blobs/sha256" "$XBUILD_CACHE_DIR/blobs/"
cd "$scratch" || exit 1
x=$XBUILD

says() { # words, command...
	local words=$1
	shift
	"$@" >"$scratch/says" 2>&1 </dev/null || { cat "$scratch/says" && return 1; }
	cat "$scratch/says"
	grep -q -e "$words" "$scratch/says"
}
refused() { # exit code, words of the message, command...
	local code=$1 words=$2 status
	shift 2
	"$@" >"$scratch/refused" 2>&1 </dev/null
	status=$?
	cat "$scratch/refused"
	[ $status = "$code" ] && grep -q -e "$words" "$scratch/refused"
}
digest() { "$x" sysroot show "$1" | sed -n 's/^digest *//p'; }
cat >hello.c <<'X1'
#include <stdio.h>
int main(void) { return puts("hello from an imported sysroot") < 0; }
X1
cat >hello.cc <<'X2'
#include <iostream>
#include <stdexcept>
int main() { try { throw std::runtime_error("hello"); } catch (std::exception &e) { std::cout << e.what() << " from C++\n"; } }
X2

# --- a macOS SDK: Apple's licence keeps the real one out of a test ---
sdk() { # folder
	mkdir -p "$1/usr/include" "$1/usr/lib" "$1/System/Library/Frameworks/CoreFoundation.framework" "$1/usr/share/man"
	cat >"$1/usr/lib/libSystem.tbd" <<'X3'
--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos ]
install-name: '/usr/lib/libSystem.B.dylib'
current-version: 1336
exports:
  - targets: [ x86_64-macos, arm64-macos ]
    symbols: [ _puts, _malloc, dyld_stub_binder ]
...
X3
	ln -s libSystem.tbd "$1/usr/lib/libc.tbd"
	ln -s /usr/lib/libSystem.tbd "$1/usr/lib/libm.tbd"
	ln -s ../../nowhere.tbd "$1/usr/lib/libgone.tbd"
	cat >"$1/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation.tbd" <<'X4'
--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos, arm64-macos ]
install-name: '/System/Library/Frameworks/CoreFoundation.framework/Versions/A/CoreFoundation'
exports:
  - targets: [ x86_64-macos, arm64-macos ]
    symbols: [ _CFRelease ]
...
X4
	printf 'int puts(const char *);\n' >"$1/usr/include/stdio.h"
	printf 'x\n' >"$1/usr/share/man/page"
	printf '{"Version":"14.0","MaximumDeploymentTarget":"14.0.99","CanonicalName":"macosx14.0"}\n' >"$1/SDKSettings.json"
}
sdk sdk/MacOSX14.sdk
tar -C sdk -cJf sdk.tar.xz MacOSX14.sdk
expect 'an SDK from an archive, by what is in it' says 'macos-sdk 14.0 · darwin/amd64, darwin/arm64 · C, dynamic' "$x" sysroot import macos sdk.tar.xz
expect 'and from a directory: the same' says 'macos-sdk 14.0' "$x" sysroot import macos-dir sdk/MacOSX14.sdk
expect 'to the byte' test "$(digest macos)" = "$(digest macos-dir)"
root=$("$x" sysroot path macos)
expect 'links are relative' test "$(readlink "$root/usr/lib/libm.tbd")" = libSystem.tbd
expect 'dead ones are gone' test ! -L "$root/usr/lib/libgone.tbd"
expect 'and so are manuals' test ! -e "$root/usr/share"
expect 'the hash of the input is kept' says "$(sha256sum sdk.tar.xz | cut -d' ' -f1)" "$x" sysroot show macos
if command -v ld64.lld >/dev/null || ls /usr/lib/llvm-*/bin/ld64.lld >/dev/null 2>&1; then
	for t in darwin/arm64/11.0 darwin/amd64; do
		expect "$t: built and audited" "$x" build -t $t --sysroot macos -o "hello.${t//\//-}" hello.c
	done
	expect 'it is what it should be' says 'Mach-O arm64' "$x" audit hello.darwin-arm64-11.0
	expect 'a library' "$x" cc -t darwin/arm64 --sysroot macos -shared -o l.dylib -x c /dev/null
	expect 'a framework' "$x" cc -t darwin/arm64 --sysroot macos -o f hello.c -framework CoreFoundation
	expect 'by environment' "$x" exec -t darwin/arm64 --sysroot macos -- sh -c '"$CC" -c hello.c -o h.o && "$LD" h.o -lSystem -o h'
	expect 'the linker by itself' test -s h
	expect 'no static system library' refused 2 'Apple ships no static' "$x" build -t darwin/arm64 --static --sysroot macos hello.c
	expect 'no C++ in this one' refused 2 'no C++ library' "$x" c++ -t darwin/arm64 --sysroot macos hello.cc
else
	skip 'darwin: linked' 'no ld64.lld'
fi
expect 'it is no Linux' refused 2 'is for darwin/amd64, darwin/arm64, not for linux/arm64' "$x" build -t linux/arm64 --sysroot macos hello.c

# --- a FreeBSD base of stubs: headers, start files with FreeBSD's note, a libc of three functions ---
freebsd() { # folder
	local cc="clang --target=x86_64-unknown-freebsd14 -nostdinc -O1"
	mkdir -p "$1/lib" "$1/usr/lib" "$1/usr/include/sys" "$1/usr/share/misc" "$1/rescue"
	printf '#define __FreeBSD_version 1400097\n' >"$1/usr/include/sys/param.h"
	printf '#include <sys/param.h>\nint puts(const char *);\n' >"$1/usr/include/stdio.h"
	printf 'int puts(const char *s) { return s[0]; }\nvoid exit(int n) { (void)n; for (;;) ; }\n' >libc.c
	cat >crt1.c <<'X5'
__attribute__((section(".note.tag"), used, aligned(4))) static const struct {
	int n, d, t; char name[8]; int version;
} note = { 8, 4, 1, "FreeBSD", 1400097 };
int main(void);
void exit(int);
void _start(void) { exit(main()); }
X5
	$cc -fPIC -w -shared -nostdlib -fuse-ld=lld -Wl,-soname,libc.so.7 libc.c -o "$1/lib/libc.so.7" &&
		$cc -w -c libc.c -o libc.o && $cc -c crt1.c -o "$1/usr/lib/crt1.o" && $cc -fPIC -c crt1.c -o "$1/usr/lib/Scrt1.o" || return 1
	ln -s ../../lib/libc.so.7 "$1/usr/lib/libc.so"
	echo 'int xbuild_stub;' >empty.c
	for o in crti crtn crtbegin crtbeginS crtbeginT crtend crtendS; do $cc -fPIC -c -o "$1/usr/lib/$o.o" -x c /dev/null; done
	llvm_ar=$(command -v llvm-ar || ls /usr/lib/llvm-*/bin/llvm-ar | tail -n 1)
	"$llvm_ar" rcs "$1/usr/lib/libc.a" libc.o && $cc -fPIC -c empty.c -o empty.o &&
		for l in libgcc libgcc_eh libgcc_s; do "$llvm_ar" rcs "$1/usr/lib/$l.a" empty.o; done
	echo x >"$1/rescue/cat"
}
if freebsd bsd >log 2>&1; then
	tar -C bsd -cJf base.txz .
	expect "FreeBSD's base" says 'freebsd-base 14.0 · freebsd/amd64 · C, dynamic, static' "$x" sysroot import fbsd base.txz
	expect 'freebsd/amd64 dynamic' "$x" build -t freebsd/amd64 --sysroot fbsd -o hf hello.c
	expect 'says so itself' says 'for FreeBSD 14.0\|interpreter /libexec/ld-elf.so.1' file hf
	expect 'freebsd/amd64 static' "$x" build -t freebsd/amd64 --static --sysroot fbsd -o hfs hello.c
	expect 'an older one is refused' refused 2 'newer than the 13.2' "$x" build -t freebsd/amd64/13.2 --sysroot fbsd hello.c
	expect 'another architecture, too' refused 2 'is for freebsd/amd64, not for freebsd/arm64' "$x" build -t freebsd/arm64 --sysroot fbsd hello.c
	# The BSDs' sets come apart: the base without headers, the compiler's without libc.so.
	tar -C bsd -czf base.tgz ./lib
	tar -C bsd -czf comp.tgz ./usr
	expect 'two sets make one' says 'freebsd-base 14.0 · freebsd/amd64 · C, dynamic, static' "$x" sysroot import fbsd2 base.tgz comp.tgz
	expect 'the same as the whole' test "$(digest fbsd)" = "$(digest fbsd2)"
	expect 'half of it is none' refused 4 'no usr/include/stdio.h' "$x" sysroot import half base.tgz
else
	not_ok 'a FreeBSD base of stubs' log
fi

# --- a root file system of Debian's packages ---
if ! command -v apt-get >/dev/null || ! "$x" sysroot add -q linux/arm64/glibc --set c++ --source debian:12 >"$scratch/why" 2>&1; then
	skip 'a root file system' "$(why)"
	finish
	exit 0
fi
cp -rlu "$XBUILD_CACHE_DIR/blobs/sha256" "$shared/blobs/" 2>/dev/null
mkdir rootfs
"$x" sysroot show linux/arm64/glibc --format json | grep -oE '"sha256": "[0-9a-f]+' | cut -d'"' -f4 | while read -r sha; do
	dpkg-deb --fsys-tarfile "$XBUILD_CACHE_DIR/blobs/sha256/$sha" | tar -x -C rootfs
done
mkdir -p rootfs/proc rootfs/usr/bin rootfs/etc/alternatives
printf 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n' >rootfs/usr/lib/os-release
echo secret >rootfs/proc/kcore
echo '#!/bin/sh' >rootfs/usr/bin/tool
# As real ones are not tidy: links to what is left out, a fifo.
ln rootfs/usr/bin/tool rootfs/usr/lib/tool-link
ln -s /usr/bin/tool rootfs/usr/lib/tool-soft
ln -s /usr/lib/aarch64-linux-gnu/libm.so rootfs/etc/alternatives/libmine.so
ln -s /etc/alternatives/libmine.so rootfs/usr/lib/aarch64-linux-gnu/libmine.so
mkfifo rootfs/usr/lib/fifo
tar -C rootfs -cf rootfs.tar .
expect 'a directory' says 'linux-rootfs glibc 2.36 · linux/arm64 · C, C++, dynamic, static' "$x" sysroot import board rootfs
expect "with the system's own name" says 'Debian GNU/Linux 12' "$x" sysroot show board
expect 'an archive' "$x" sysroot import board-tar rootfs.tar
root=$("$x" sysroot path board-tar)
expect 'no programs, no devices' test ! -e "$root/usr/bin" -a ! -e "$root/proc" -a ! -e "$root/usr/lib/fifo"
expect 'alternatives lead on' test "$(readlink "$root/usr/lib/aarch64-linux-gnu/libmine.so")" = ../../../etc/alternatives/libmine.so
closed() { # root
	local bad
	bad=$(find "$1" -type l | while read -r l; do
		case $(readlink "$l") in /*) echo "absolute: $l" ;; esac
		[ -e "$l" ] || echo "dead: $l"
	done)
	[ -z "$bad" ] || { echo "$bad" | head -n 5 && return 1; }
	[ -z "$(find "$1" -type f -perm /7222 | head -n 1)" ]
}
expect 'closed in itself' closed "$root"
t=linux/arm64/glibc
for name in board board-tar; do
	for mode in dynamic static; do
		expect "$name: $mode" "$x" build -t $t --sysroot $name --$mode -o h.$mode hello.c
		expect "$name: $mode: runs" says 'hello from an imported' "$x" run -t $t --sysroot $name ./h.$mode
	done
	expect "$name: C++" "$x" c++ -t $t --sysroot $name -o h.cc hello.cc
	expect "$name: C++: runs" says 'hello from C++' "$x" run -t $t --sysroot $name ./h.cc
done
expect 'exec and env, too' says "$("$x" sysroot path board)" "$x" env -t $t --sysroot board
expect 'another machine is refused' refused 2 'is for linux/arm64, not for linux/amd64' "$x" cc -t linux/amd64 --sysroot board -c hello.c
expect 'another libc' refused 2 'has glibc, but linux/arm64/musl needs musl' "$x" cc -t linux/arm64/musl --sysroot board -c hello.c
expect 'an older libc' refused 2 'newer than the 2.31' "$x" cc -t linux/arm64/glibc2.31 --sysroot board -c hello.c

# --- the same as a container image: four layers, of which the upper ones change the lower ---
mkdir -p l1 l2/usr/lib/aarch64-linux-gnu l3/usr/include/gone l4/usr/lib/opaque
(cd l1 && tar -xf ../rootfs.tar && mkdir -p usr/include/gone usr/lib/opaque &&
	echo old >usr/lib/changed && echo x >usr/include/gone/x.h && echo x >usr/lib/opaque/old && ln -s changed usr/lib/becomes-file)
(cd l2 && echo new >usr/lib/changed && echo file >usr/lib/becomes-file && touch usr/lib/.wh.os-release)
(cd l3 && touch usr/include/.wh.gone && rmdir usr/include/gone)
(cd l4 && touch usr/lib/opaque/.wh..wh..opq && echo new >usr/lib/opaque/new)
mkdir -p docker oci/blobs/sha256
layers=
oci=
for i in 1 2 3 4; do
	mkdir -p docker/layer$i
	tar -C l$i -cf docker/layer$i/layer.tar .
	layers="$layers${layers:+,}\"layer$i/layer.tar\""
	gzip -nc docker/layer$i/layer.tar >blob
	sha=$(sha256sum blob | cut -d' ' -f1)
	mv blob "oci/blobs/sha256/$sha"
	oci="$oci${oci:+,}{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:$sha\",\"size\":1}"
done
printf '[{"Config":"c.json","RepoTags":["board:1"],"Layers":[%s]}]\n' "$layers" >docker/manifest.json
echo '{}' >docker/c.json
tar -C docker -cf docker.tar .
blob() { # text: prints its digest
	local sha
	sha=$(printf '%s' "$1" | sha256sum | cut -d' ' -f1)
	printf '%s' "$1" >"oci/blobs/sha256/$sha"
	echo "$sha"
}
sha=$(blob "{\"schemaVersion\":2,\"layers\":[$oci]}")
other=$(blob '{"schemaVersion":2,"layers":[]}')
index=$(blob "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"sha256:$sha\",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}},{\"digest\":\"sha256:$other\",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}},{\"digest\":\"sha256:$other\",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}}]}")
printf '{"schemaVersion":2,"manifests":[{"digest":"sha256:%s"}]}' "$index" >oci/index.json
echo '{"imageLayoutVersion":"1.0.0"}' >oci/oci-layout
tar -C oci -cf oci.tar .
expect 'what docker save writes' says 'linux-rootfs glibc 2.36 · linux/arm64 · C, C++, dynamic, static' "$x" sysroot import image docker.tar
root=$("$x" sysroot path image)
content() { [ "$(cat "$root/usr/lib/$1")" = "$2" ]; }
expect 'the upper layer counts' content changed new
expect 'a file in place of a link' content becomes-file file
expect 'a whiteout removes a file' test ! -e "$root/usr/lib/os-release"
expect 'and a directory' test ! -e "$root/usr/include/gone"
expect 'an opaque directory shows nothing below' test ! -e "$root/usr/lib/opaque/old" -a -e "$root/usr/lib/opaque/new"
expect 'no whiteout is a file' test -z "$(find "$root" -name '.wh.*')"
expect 'an OCI layout for several platforms wants one named' refused 2 'for several platforms' "$x" sysroot import oci oci.tar
expect 'then it is taken' "$x" sysroot import oci oci.tar --platform linux/arm64
expect 'as a directory, too' "$x" sysroot import oci-dir oci --platform linux/arm64
expect 'all the same tree' test "$(digest image)" = "$(digest oci)" -a "$(digest image)" = "$(digest oci-dir)"
expect 'a platform that is not there' refused 2 'nothing for linux/s390x' "$x" sysroot import nope oci.tar --platform linux/s390x
expect 'linked with' "$x" build -t $t --sysroot image -o hi hello.c
expect 'and run' says 'hello from an imported' "$x" run -t $t --sysroot image ./hi
big=$(find oci/blobs/sha256 -size +1M | head -n 1)
printf x | dd of="$big" bs=1 seek=1000 conv=notrunc status=none
expect 'a blob that is not what it is named' refused 6 'another content' "$x" sysroot import broken oci --platform linux/arm64

# --- names, the store ---
expect 'a name that is taken by other content' refused 2 'already, of other content' "$x" sysroot import board sdk.tar.xz
expect 'the same again changes nothing' says unchanged "$x" sysroot import board rootfs
expect "a source's name is refused" refused 2 'is the name of a source' "$x" sysroot import bookworm rootfs
expect 'and a path' refused 2 'cannot be called' "$x" sysroot import ../x rootfs
expect 'what is not there' refused 3 'is not there' "$x" sysroot import y nowhere.tar
expect 'what is no archive' refused 4 '' "$x" sysroot import y hello.c
expect 'a slip in a name' refused 2 'did you mean board-tar' "$x" cc -t $t --sysroot board-tra -c hello.c
expect 'listed' says '^macos ' "$x" sysroot list
expect 'in JSON' says '"imported"' "$x" sysroot list --format json
expect 'gc keeps what was imported' "$x" sysroot gc
expect 'whole' "$x" sysroot verify board
expect 'removed' "$x" sysroot rm board
expect 'another name has the files still' test -d "$("$x" sysroot path board-tar)"
expect 'so it is whole' "$x" sysroot verify board-tar
rm_root=$("$x" sysroot path image)
for n in image oci oci-dir; do "$x" sysroot rm $n >/dev/null 2>&1; done
expect 'the last name takes them along' test ! -e "$rm_root" -a ! -e "$rm_root.files"
victim=$("$x" sysroot path macos)/usr/include/stdio.h
chmod u+w "$victim" && echo x >>"$victim"
expect 'verify finds what was changed' refused 1 'has another size' "$x" sysroot verify macos
expect 'it is not used any more' refused 2 'unknown sysroot source' "$x" cc -t darwin/arm64 --sysroot macos -c hello.c
expect 'until it is imported again' "$x" sysroot import macos sdk.tar.xz
expect 'then it is' "$x" cc -t darwin/arm64 --sysroot macos -c hello.c

# --- under fire ---
failed=
for ms in 1 10 30 60 100 200 400 700 1000; do
	"$x" sysroot import fire rootfs.tar >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
	"$x" sysroot import fire rootfs.tar >log 2>&1 || failed="$failed $ms"
	"$x" sysroot verify fire >>log 2>&1 || failed="$failed $ms(verify)"
	"$x" sysroot rm fire >>log 2>&1 || failed="$failed $ms(rm)"
	[ -z "$(find "$XBUILD_CACHE_DIR/tmp" -mindepth 1 | head -n 1)" ] || failed="$failed $ms(left)"
done
if [ -z "$failed" ]; then ok 'killed at any instant, the next import just works'; else not_ok "killed after$failed ms" log; fi
pids=
for i in 1 2 3 4 5 6; do
	"$x" sysroot import crowd "$([ $((i % 2)) = 0 ] && echo rootfs.tar || echo sdk.tar.xz)" >crowd.$i 2>&1 </dev/null &
	pids="$pids $!"
done
good=0
for p in $pids; do wait "$p" && good=$((good + 1)); done
cat crowd.* >log
if [ $good = 3 ]; then ok 'of two things that want one name at once one gets it'; else not_ok "$good of 6 got the name" log; fi
expect 'and it is whole' "$x" sysroot verify crowd
finish
