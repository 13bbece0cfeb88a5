#!/bin/bash
# SPDX-License-Identifier: MIT
# bzip2 from its own Makefile (CC=gcc, AR=ar, RANLIB=ranlib inside), for every target.
# shellcheck disable=SC2086,SC1091 # $sysroot is an option or nothing
. "$(dirname "$0")/lib.sh"
have_source bzip2 || skip_all "no source of bzip2: $(why)"

one() { # target, mode, options...
	local t=$1 mode=$2 d=$scratch/bzip2
	shift 2
	rm -rf "$d" && cp -r "$top/build/test-sources/bzip2" "$d"
	expect "bzip2: make for $t $mode" "$XBUILD" exec -t "$t" "$@" -C "$d" -- make -j2 bzip2 CFLAGS='-O1 -D_FILE_OFFSET_BITS=64' || return
	audited "bzip2" "$t" "$mode" "$d/bzip2"
	# Its own sample: what upstream's `make test` compares.
	if "$XBUILD" run -t "$t" $sysroot "$d/bzip2" -1 <"$d/sample1.ref" >"$scratch/s.bz2" 2>"$scratch/log" &&
		cmp "$scratch/s.bz2" "$d/sample1.bz2" >>"$scratch/log" 2>&1 &&
		"$XBUILD" run -t "$t" $sysroot "$d/bzip2" -d <"$d/sample2.bz2" 2>>"$scratch/log" | cmp - "$d/sample2.ref" >>"$scratch/log" 2>&1; then
		ok "bzip2: its samples on $t"
	else
		not_ok "bzip2: its samples on $t" "$scratch/log"
	fi
}
for_each_target one
finish
