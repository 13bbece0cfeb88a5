#!/bin/bash
# SPDX-License-Identifier: MIT
# Packages that nobody should have to look into, looked into: each ends within a minute of processor
# time and 2 GiB of addresses, with what is the matter, and never as clean when anything was left out.
# shellcheck disable=SC1091,SC2154 # $scratch is lib.sh's
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || skip_all 'no python3'
limit_kb=2097152
limit_s=60

# gets FILE CODE PATTERN TEXT: the exit code, and a line like PATTERN
gets() {
	local file=$h/$1 wanted=$2 pattern=$3 text="$1: $4" code
	(ulimit -v $limit_kb -t $limit_s -c 0 && exec timeout -k 1 600 "$XBUILD" audit "$file") \
		>"$scratch/log" 2>&1 </dev/null
	code=$?
	cut -c1-200 "$scratch/log" | grep -E 'LC12|xbuild:|error' | head -n 20 >"$scratch/short"
	if [ $code != "$wanted" ]; then
		not_ok "$text: exit $code, wanted $wanted" "$scratch/short"
	elif grep -qE -- "$pattern" "$scratch/log"; then
		ok "$text"
	else
		not_ok "$text: no line like /$pattern/" "$scratch/short"
	fi
}

h=$scratch/hostile
mkdir -p "$h"
expect 'the packages can be made' python3 "$top/tests/real/hostile-archives.py" "$h" || {
	finish
	exit 1
}

beyond='error LC121 .*expands beyond all measure: what follows was not looked at'
# --- bombs
gets gzip-bomb.tar.gz 1 "$beyond" '8 GiB in one member'
gets gzip-raw-bomb.gz 1 "$beyond" '4 GiB that begin like a program'
gets gzip-in-gzip.gz 3 'there are no binaries in' '4 GiB of zeros, compressed twice'
gets elf-bomb.tar.gz 1 'error LC121 ' 'a member of 4 GiB that begins like a program'
gets xz-bomb.tar.xz 1 "$beyond" '128 MiB in 20 KiB'
gets zip-bomb.zip 1 "$beyond" '4 GiB in a .zip'
gets zip-overlap.zip 1 "$beyond" '5,000 members with the same 64 MiB'
gets sparse.tar 1 'error LC121 .*bin/sparse is too large' 'a hole of 1 TiB'
gets sparse.tar 1 'sparse.tar!x   ELF amd64' 'what follows the hole'
# --- numbers
gets million.tar.gz 1 'error LC121 .*more than 1048576 entries' '1,100,000 entries'
gets million-elf.tar.gz 4 'error LC121 .*more binaries than are kept' '400,000 binaries'
gets million-gz.tar.gz 3 'there are no binaries in' '100,000 archives'
gets absurd-size.tar 1 "$beyond" 'a size of 2^62'
gets absurd-size.tar 1 'absurd-size.tar!x   ELF amd64' 'what stands before it'
gets absurd-zip.zip 1 "$beyond" 'sizes of 4 GiB without content'
gets links.tar 0 'links.tar!x   ELF amd64' '100,000 links, each to the next'
gets deep-links.tar 0 'deep-links.tar!x   ELF amd64' 'links with thousands of parts'
gets long-names.tar 0 'long-names.tar!x   ELF amd64' 'a name of 100,000 bytes'
gets layers.tar 0 'ELF amd64' 'a manifest of 300,000 layers'
gets whiteouts.tar 1 'whiteouts.tar!' '50,000 whiteouts'
# --- nesting
gets deep.tar 1 'error LC121 .*archives lie 8 deep in each other' 'a tar in a tar, 100 times'
gets deep.tar 1 'deep.tar!n99!n98!beside   ELF amd64' 'what lies beside them'
gets deep.zip 1 'error LC121 .*archives lie 8 deep in each other' 'a zip in a zip, 40 times'
gets itself.tar 4 'error LC120 .*the layer manifest.json is not in it' 'an image whose layer is its manifest'
# --- damage
gets truncated.tar 4 'error LC120 .*Truncated tar archive' 'a tar that is cut short'
gets truncated.tar 4 'truncated.tar!bin/x   ELF amd64' 'what stands before the cut'
gets truncated.tar.gz 4 'error LC120 .*truncated gzip input' 'a gzip file that is cut short'
gets truncated.zip 4 'error LC120 ' 'a zip without its list'
gets crc.zip 4 'error LC120 .*bad CRC' 'a wrong sum'
gets overrun.a 4 'error LC120 .*its content is cut short' 'a member of 1 GB that is not there'
gets cpio.cpio 4 'error LC120 ' 'a cpio header of nonsense'
gets rpm.rpm 3 'there are no binaries in' 'an rpm header of nonsense'
gets fat 4 'lies outside the file' 'slices that are not there'
gets empty.deb 3 'there are no binaries in' 'a .deb of nothing'
gets twice.deb 0 '^4 files: ' 'a .deb with two contents'
# --- names
gets climbs.tar 0 'climbs.tar!etc/x   ELF amd64' 'a path that climbs out'
gets escapes.tar 0 'escapes.tar!bin/[^[:cntrl:]]*owned' 'a name that talks to the terminal'
finish
