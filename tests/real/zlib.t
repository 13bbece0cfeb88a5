#!/bin/bash
# SPDX-License-Identifier: MIT
# zlib by its hand-written ./configure, then minizip's Makefile against it, for every target.
# shellcheck disable=SC2086,SC1091 # $sysroot is an option or nothing
. "$(dirname "$0")/lib.sh"
have_source zlib || skip_all "no source of zlib: $(why)"

one() { # target, mode, options...
	local t=$1 mode=$2 d=$scratch/zlib
	shift 2
	rm -rf "$d" && cp -r "$top/build/test-sources/zlib" "$d"
	expect "zlib: configure for $t $mode" "$XBUILD" exec -t "$t" "$@" -C "$d" -- env CFLAGS=-O1 ./configure --static || return
	expect "zlib: make for $t $mode" "$XBUILD" exec -t "$t" "$@" -C "$d" -- make -j2 libz.a example || return
	audited "zlib" "$t" "$mode" "$d/example"
	expect "zlib: its own test program on $t" "$XBUILD" run -t "$t" $sysroot "$d/example" "$scratch/x.gz"
	expect "minizip: make for $t $mode" "$XBUILD" exec -t "$t" "$@" -C "$d/contrib/minizip" -- make -j2 minizip miniunz || return
	audited "minizip" "$t" "$mode" "$d/contrib/minizip/minizip"
	rm -rf "$scratch/z" && mkdir "$scratch/z" "$scratch/z/out" && cp "$d/ChangeLog" "$scratch/z/a.txt"
	if (cd "$scratch/z" && "$XBUILD" run -t "$t" $sysroot "$d/contrib/minizip/minizip" -9 a.zip a.txt &&
		python3 -m zipfile -t a.zip && cd out &&
		"$XBUILD" run -t "$t" $sysroot "$d/contrib/minizip/miniunz" ../a.zip && cmp a.txt ../a.txt) >"$scratch/log" 2>&1 </dev/null; then
		ok "minizip: a zip there and back on $t"
	else
		not_ok "minizip: a zip there and back on $t" "$scratch/log"
	fi
}
for_each_target one
finish
