#!/bin/bash
# SPDX-License-Identifier: MIT
# Programs linked against the target's own zlib, OpenSSL, ncurses and curl, which `sysroot add`
# brought into its sysroot: through plain -l, pkg-config and CMake, dynamically and statically, and
# run by qemu with the sysroot's libraries.
# shellcheck disable=SC1091,SC2012,SC2016,SC2100,SC2154,SC2164
. "$(dirname "$0")/lib.sh"
command -v apt-get >/dev/null || skip_all 'no apt-get on this machine'
# What is added to a target's sysroot is remembered in the store: a store of its own, whose packages
# are those of the other tests.
shared=$XBUILD_CACHE_DIR
export XBUILD_CACHE_DIR=$scratch/store
mkdir -p "$shared/blobs/sha256" "$XBUILD_CACHE_DIR/blobs"
cp -rl "$shared/blobs/sha256" "$XBUILD_CACHE_DIR/blobs/" 2>/dev/null || cp -r "$shared/blobs/sha256" "$XBUILD_CACHE_DIR/blobs/"
keep_blobs() { cp -rlu "$XBUILD_CACHE_DIR/blobs/sha256" "$shared/blobs/" 2>/dev/null; }

mkdir "$scratch/p" && cd "$scratch/p" || exit 1
cat >p.c <<'X1'
#include <ncurses.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>
#ifndef NO_CURL
#include <curl/curl.h>
#endif
int
main(void)
{
	unsigned char in[4096], packed[4096], out[4096];
	uLongf n = sizeof(packed), m = sizeof(out);

	memset(in, 'x', sizeof(in));
	if (compress(packed, &n, in, sizeof(in)) != Z_OK || uncompress(out, &m, packed, n) != Z_OK ||
		m != sizeof(in) || memcmp(in, out, m) != 0)
		return 1;
	if (!SSL_CTX_new(TLS_method()))
		return 2;
	printf("zlib %s, %s, %s\n", zlibVersion(), OpenSSL_version(0), curses_version());
#ifndef NO_CURL
	if (!curl_easy_init())
		return 3;
	printf("%s\n", curl_version());
#endif
	return 0;
}
X1
cat >CMakeLists.txt <<'X2'
cmake_minimum_required(VERSION 3.18)
project(p C)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NCURSES REQUIRED IMPORTED_TARGET ncurses)
add_executable(p p.c)
if(NO_CURL)
	target_compile_definitions(p PRIVATE NO_CURL)
else()
	find_package(CURL REQUIRED)
	target_link_libraries(p PRIVATE CURL::libcurl)
endif()
target_link_libraries(p PRIVATE ZLIB::ZLIB OpenSSL::SSL OpenSSL::Crypto PkgConfig::NCURSES)
X2

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
# Nothing but the sysroot's own libraries: what the program was linked with is what the loader finds.
closed() { "$XBUILD" deps --root "$("$XBUILD" sysroot path "$1" --source "$2")" "$3"; }
# Not natively: this machine's loader would look for this machine's libraries.
run() { # target, source, file
	local qemu=
	case $1 in
	linux/386/*) qemu=qemu-i386-static ;;
	linux/amd64/*) qemu=qemu-x86_64-static ;;
	esac
	if [ -n "$qemu" ]; then
		says 'zlib 1\.' "$qemu" -L "$("$XBUILD" sysroot path "$1" --source "$2")" "$3"
	else
		says 'zlib 1\.' "$XBUILD" run -t "$1" --sysroot "$2" "$3"
	fi
}
link() { # how, target, source, mode, extra words for pkg-config, command...
	local how=$1 t=$2 source=$3 mode=$4
	shift 4
	rm -rf p.out b
	expect "$t $source $mode: $how" "$@" || return
	audited "$how" "$t" "$mode" p.out
	expect "$t $source $mode: $how: runs" run "$t" "$source" ./p.out
}
one() { # target, source
	local t=$1 s="$2" x=$XBUILD
	if ! "$x" sysroot add -q "$t" --source "$s" zlib1g-dev libssl-dev libncurses-dev libcurl4-openssl-dev >"$scratch/why" 2>&1; then
		if grep -q -e 'in the middle of an update' -e 'this mirror has no packages' "$scratch/why"; then
			skip "$t $s" "$(why)"
		else
			not_ok "$t $s: add" "$scratch/why"
		fi
		return
	fi
	keep_blobs
	ok "$t $s: zlib, OpenSSL, ncurses and curl are added"
	expect "$t $s: whole" "$x" sysroot verify "$t" --source "$s"
	link 'plain -l' "$t" "$s" dynamic "$x" cc -t "$t" --sysroot "$s" -o p.out p.c -lz -lssl -lcrypto -lncurses -ltinfo -lcurl || return
	expect "$t $s: every library is the sysroot's" closed "$t" "$s" p.out
	link 'plain -l' "$t" "$s" static "$x" cc -t "$t" --sysroot "$s" --static -DNO_CURL -o p.out p.c -lssl -lcrypto -lz -lncurses -ltinfo -ldl -lpthread
	local all='zlib openssl ncurses'
	link pkg-config "$t" "$s" dynamic "$x" exec -t "$t" --sysroot "$s" -- sh -c "\$CC -o p.out p.c \$(pkg-config --cflags --libs $all libcurl)"
	link pkg-config "$t" "$s" static "$x" exec -t "$t" --sysroot "$s" --static -- sh -c "\$CC -DNO_CURL -o p.out p.c \$(pkg-config --cflags --libs $all)"
	expect "$t $s: pkg-config names no directory of this machine" own_dirs "$t" "$s" "$all libcurl"
	if ! command -v cmake >/dev/null; then
		skip "$t $s: CMake" 'no cmake'
		return
	fi
	link CMake "$t" "$s" dynamic "$x" exec -t "$t" --sysroot "$s" -- sh -c 'cmake -B b . && make -C b && cp b/p p.out'
	link CMake "$t" "$s" static "$x" exec -t "$t" --sysroot "$s" --static -- sh -c 'cmake -B b -DNO_CURL=1 . && make -C b && cp b/p p.out'
}
own_dirs() { # target, source, modules
	"$XBUILD" exec -t "$1" --sysroot "$2" -- sh -c "pkg-config --cflags --libs $3" >"$scratch/flags" || return 1
	! tr ' ' '\n' <"$scratch/flags" | grep -E '^-[IL]/' | grep -v "^-[IL]$XBUILD_CACHE_DIR/roots/"
}
one linux/arm64/glibc debian:12
one linux/arm/v7/glibc debian:12
one linux/386/glibc debian:12
one linux/amd64/glibc debian:11

# The names, and what has no answer.
t=linux/arm64/glibc
if "$XBUILD" sysroot path $t >/dev/null 2>&1; then
	expect 'a name of another distribution: the nearest' refused 3 'did you mean zlib1g-dev' "$XBUILD" sysroot add $t zlib-devel
	expect 'no package at all' refused 3 'has no package "no-such-thing"' "$XBUILD" sysroot add $t no-such-thing
	expect 'an option is no package' refused 2 'no package can be called' "$XBUILD" sysroot add $t -- -oDebug=1
	expect 'the list says what was added' says 'c-dynamic + libcurl4-openssl-dev + libncurses-dev + libssl-dev + zlib1g-dev' "$XBUILD" sysroot list
	expect "glibc's library for a musl target" refused 2 'package zlib1g-dev of debian:12 is built for glibc' "$XBUILD" sysroot add linux/arm64/musl zlib1g-dev
	expect 'headers alone serve musl too' "$XBUILD" sysroot add linux/arm64/musl nlohmann-json3-dev
	musl=$("$XBUILD" sysroot path linux/arm64/musl)
	expect 'they are there' test -f "$musl/usr/include/nlohmann/json.hpp"

	# A project's lock holds what was added for it.
	mkdir "$scratch/project" && cp p.c "$scratch/project"
	echo '{"schema":1,"targets":{}}' >"$scratch/project/xbuild.lock"
	in_project() { "$XBUILD" -C "$scratch/project" "$@"; }
	v=linux/arm64/glibc2.36
	expect 'a lock gets the packages' in_project sysroot add $v zlib1g-dev
	expect 'by their names' grep -q '"zlib1g-dev"' "$scratch/project/xbuild.lock"
	expect 'obeyed' in_project --locked cc -t $v -E -o "$scratch/z.i" -include zlib.h -xc /dev/null
	expect 'another package is a change' refused 2 'fewer packages' in_project --locked sysroot add $v libssl-dev
	expect 'a wider set keeps the packages' in_project lock -t $v --set c++
	expect 'in the lock' grep -q '"zlib1g-dev"' "$scratch/project/xbuild.lock"
	expect '--update keeps them' in_project lock --update
	expect 'still' grep -q '"zlib1g-dev"' "$scratch/project/xbuild.lock"
	expect 'without a lock they are not there' refused 1 'zlib.h' "$XBUILD" cc -t $v -E -o "$scratch/z.i" -include zlib.h -xc /dev/null
	cp "$scratch/project/xbuild.lock" "$scratch/second.lock"
	expect 'another source is for one call' in_project cc -t $v --sysroot debian:11 -E -o "$scratch/z.i" -include zlib.h -xc /dev/null
	expect 'and leaves the lock alone' cmp "$scratch/second.lock" "$scratch/project/xbuild.lock"
	tr -d '\n' <"$scratch/second.lock" | sed 's/"added": *\[[^]]*\],//' >"$scratch/project/xbuild.lock"
	expect 'packages that nobody asked for are refused' refused 2 'names package zlib1g' in_project cc -t $v -c p.c
	cp "$scratch/second.lock" "$scratch/project/xbuild.lock"
	expect 'a new lock takes what the store has' in_project lock -t $t
	expect 'all of it' grep -q '"libcurl4-openssl-dev"' "$scratch/project/xbuild.lock"

	expect 'removed' "$XBUILD" sysroot rm $t --source debian:12 --set c++
	expect 'wholly' "$XBUILD" sysroot rm $t --source debian:12
	expect 'with what was added' "$XBUILD" sysroot add $t --source debian:12
	expect 'so it is plain again' refused 1 'zlib.h' sh -c "echo '#include <zlib.h>' | '$XBUILD' cc -t $t --sysroot debian:12 -E -"
fi
finish
