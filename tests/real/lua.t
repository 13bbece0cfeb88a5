#!/bin/bash
# SPDX-License-Identifier: MIT
# Lua 5.4, from its own Makefile (which assigns CC = gcc), for every target.
# shellcheck disable=SC2086,SC1091 # $sysroot is an option or nothing
. "$(dirname "$0")/lib.sh"
have_source lua5.4 || skip_all "no source of lua5.4: $(why)"

one() { # target, mode, options...
	local t=$1 mode=$2 d=$scratch/lua
	shift 2
	rm -rf "$d" && cp -r "$top/build/test-sources/lua5.4" "$d"
	expect "lua: make for $t $mode" "$XBUILD" exec -t "$t" "$@" -C "$d/src" -- make -j2 posix MYCFLAGS=-O1 || return
	audited "lua" "$t" "$mode" "$d/src/lua"
	"$XBUILD" run -t "$t" $sysroot "$d/src/lua" -e '
		local t = {} for i = 1, 1000 do t[i] = (i * 7919) % 1009 end table.sort(t)
		print(t[1], t[1000], string.format("%.3f", math.sin(1)), 2^53 // 3, _VERSION)' >"$scratch/log" 2>&1
	if [ "$(tr -s '\t' ' ' <"$scratch/log")" = '1 1008 0.841 3.0023997515803e+15 Lua 5.4' ]; then
		ok "lua: runs on $t"
	else
		not_ok "lua: runs on $t" "$scratch/log"
	fi
}
for_each_target one
finish
