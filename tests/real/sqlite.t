#!/bin/bash
# SPDX-License-Identifier: MIT
# SQLite. Once by its autoconf ./configure and make (which builds generators for this machine first); for every
# target by `xbuild build` from the two files that the build makes.
# shellcheck disable=SC2086,SC1091 # $sysroot is an option or nothing
. "$(dirname "$0")/lib.sh"
command -v tclsh >/dev/null || skip_all 'tclsh is not installed (SQLite generates its sources with it)'
have_source sqlite3 || skip_all "no source of sqlite3: $(why)"

workload() { # text, command...
	local text=$1
	shift
	"$@" :memory: "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000)
		INSERT INTO t SELECT i, hex(i*i) FROM n;
		SELECT count(*), sum(a), max(b), round(avg(length(b)),4) FROM t WHERE b LIKE '3%';" >"$scratch/log" 2>&1 </dev/null
	if [ "$(cat "$scratch/log")" = "$want" ]; then ok "$text"; else not_ok "$text" "$scratch/log"; fi
}

d=$scratch/sqlite
cp -r "$top/build/test-sources/sqlite3" "$d"
chmod +x "$d/configure" "$d/install-sh" "$d/config.guess" "$d/config.sub" 2>/dev/null
t=linux/arm64/musl
if ! sysroot=$(have_sysroot $t c-static); then
	skip_all "no sysroot for $t: $(why)"
fi
# shellcheck disable=SC2086
if expect "sqlite: configure for $t" "$XBUILD" exec -t $t --static $sysroot -C "$d" -- ./configure CFLAGS=-O1 --disable-tcl --disable-readline --disable-shared; then
	# shellcheck disable=SC2086
	expect "sqlite: make for $t" "$XBUILD" exec -t $t --static $sysroot -C "$d" -- make -j2 sqlite3
fi
[ -f "$d/sqlite3.c" ] && [ -f "$d/shell.c" ] || {
	not_ok 'sqlite: the build made sqlite3.c and shell.c'
	finish
	exit
}
# What a native build of the same two files says is what every target must say.
cc -O1 -I"$d" -DSQLITE_OMIT_LOAD_EXTENSION -o "$scratch/native" "$d/sqlite3.c" "$d/shell.c" -lpthread -lm >"$scratch/log" 2>&1 ||
	not_ok 'sqlite: native reference' "$scratch/log"
want=$("$scratch/native" :memory: "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);
		WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<2000)
		INSERT INTO t SELECT i, hex(i*i) FROM n;
		SELECT count(*), sum(a), max(b), round(avg(length(b)),4) FROM t WHERE b LIKE '3%';")
[ -n "$want" ] || not_ok 'sqlite: the native reference answers'
audited 'sqlite (configure, make)' $t static "$d/sqlite3"
# shellcheck disable=SC2086
workload "sqlite (configure, make): runs on $t" "$XBUILD" run -t $t $sysroot "$d/sqlite3"

one() { # target, mode, options...
	local target=$1 mode=$2
	shift 2
	# clang defines __ppc__ for little-endian PowerPC too, which gcc on Linux does not, and SQLite 3.40 takes it
	# for big-endian; this is its own switch for such a case.
	[[ $target == linux/ppc64le/* ]] && set -- "$@" --cflag=-DSQLITE_BYTEORDER=1234
	expect "sqlite: xbuild build for $target $mode" "$XBUILD" build -t "$target" "$@" -C "$scratch" --cflag=-O0 \
		--cflag=-DSQLITE_OMIT_LOAD_EXTENSION --ldflag=-lm --ldflag=-lpthread -o "$scratch/sqlite3-one" "$d/sqlite3.c" "$d/shell.c" || return
	workload "sqlite: runs on $target" "$XBUILD" run -t "$target" $sysroot "$scratch/sqlite3-one"
}
for_each_target one
finish
