#!/bin/bash
# SPDX-License-Identifier: MIT
# Our PE reader against llvm-readobj, over wine's own DLLs and programs and over what others ship to
# npm: machine, flags, versions, sections, every import with its DLL and every export, which must also
# be found by bisection and by ordinal.
# shellcheck disable=SC1091,SC2154 # $scratch is lib.sh's
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || skip_all 'no python3'
readobj=$(command -v llvm-readobj-19 || command -v llvm-readobj) || skip_all 'no llvm-readobj'
facts=${REAL_PROGRAMS:-$top/build/release/tests/real}/pe_facts
[ -x "$facts" ] || skip_all "no $facts: make check-programs"

agree() { # text; paths on standard input
	cat >"$scratch/paths"
	python3 "$top/tests/real/readobj-pe.py" "$readobj" <"$scratch/paths" | sort >"$scratch/theirs"
	# Its own words for a file it gives up on: nothing to compare with.
	sed -n 's/ unreadable$//p' "$scratch/theirs" >"$scratch/given-up"
	grep -v ' unreadable$' "$scratch/theirs" >"$scratch/theirs.known"
	"$facts" <"$scratch/paths" | awk -v list="$scratch/given-up" '
		BEGIN { while ((getline f < list) > 0) skip[f] = 1 }
		!($1 in skip)' | sort >"$scratch/ours"
	if [ -s "$scratch/ours" ] && diff "$scratch/theirs.known" "$scratch/ours" >"$scratch/diff"; then
		ok "$1: $(wc -l <"$scratch/paths") files, $(wc -l <"$scratch/ours") facts agree"
	else
		not_ok "$1" "$scratch/diff"
	fi
}

wine=$(find /usr/lib -maxdepth 3 -type d -name x86_64-windows -path '*wine*' 2>/dev/null | head -n 1)
if [ -n "$wine" ]; then
	agree "wine's files" < <(find "$wine" -type f \( -name '*.dll' -o -name '*.exe' -o -name '*.sys' \) | sort |
		awk -v step="${PE_STEP:-9}" 'NR % step == 0')
else
	skip "wine's files" 'wine is not installed'
fi

packages='@esbuild/win32-x64@0.28.2 @esbuild/win32-arm64@0.28.2 @esbuild/win32-ia32@0.28.2
@rollup/rollup-win32-x64-msvc@4.68.7 @rollup/rollup-win32-arm64-msvc@4.68.7
@rollup/rollup-win32-ia32-msvc@4.68.7 @rollup/rollup-win32-x64-gnu@4.68.7
@img/sharp-win32-x64@0.35.5 @parcel/watcher-win32-x64@2.6.0'
for p in $packages; do
	if have_npm "$p"; then
		agree "$p" < <(find "$npm_dir" -type f \( -name '*.exe' -o -name '*.dll' -o -name '*.node' \) |
			sort)
	else
		skip "$p" "$(why)"
	fi
done
finish
