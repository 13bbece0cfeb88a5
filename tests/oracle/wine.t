#!/bin/bash
# SPDX-License-Identifier: MIT
# What xbuild says of PE programs held against wine, over generated programs with chains of DLLs, each
# kind with one change. ORACLE_COUNT and ORACLE_SEED ask for others. Wine's server ends by itself.
# shellcheck disable=SC1091,SC2154 # $scratch is lib.sh's
. "$(dirname "$0")/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip_all 'the cases are for amd64'
command -v python3 >/dev/null || skip_all 'python3 is not installed'
for wine in /usr/lib/wine/wine64 "$(command -v wine64)" "$(command -v wine)"; do
	[ ! -x "$wine" ] || break
done
[ -x "$wine" ] || skip_all 'wine is not installed'
dlls=$(find /usr/lib /usr/lib64 /opt -maxdepth 4 -type d -name x86_64-windows -path '*wine*' 2>/dev/null | head -n 1)
[ -f "$dlls/kernel32.dll" ] || skip_all 'the DLLs of wine are not found'

export WINEPREFIX=$scratch/prefix WINEDEBUG=-all DISPLAY=
# Without the parts that would ask to be downloaded; the first start makes the prefix.
export WINEDLLOVERRIDES='mscoree,mshtml='
mkdir "$scratch/cases"
python3 -B "$oracle_folder/pewriter.py" "$scratch/first.exe"
timeout 300 "$wine" "$scratch/first.exe" >"$scratch/log" 2>&1
[ $? = 42 ] || skip_all "wine cannot run here: $(tail -n 1 "$scratch/log")"
python3 -B "$oracle_folder/wine.py" "$XBUILD" "$wine" "$dlls" "$scratch/cases" \
	"${ORACLE_COUNT:-115}" "${ORACLE_SEED:-1}"
