#!/bin/bash
# SPDX-License-Identifier: MIT
# Our ELF reader against readelf, over programs and libraries of this machine: needed, soname,
# rpath, interpreter, needed versions, every import and every export, which must also be found
# through the file's own hash table.
# shellcheck disable=SC1091,SC2154 # $scratch is lib.sh's
. "$(dirname "$0")/lib.sh"
command -v readelf >/dev/null || skip_all "no readelf"
facts=${REAL_PROGRAMS:-$top/build/release/tests/real}/image_facts
[ -x "$facts" ] || skip_all "no $facts: make check-programs"

# Every n-th ELF file of the usual places, objects left out (they have no dynamic part).
list_files() {
	local limit=${READELF_FILES:-400} total
	find /usr/bin /usr/lib -xdev -type f -size +1k \( -perm -u+x -o -name '*.so*' \) 2>/dev/null |
		sort >"$scratch/all"
	while IFS= read -r f; do
		[ "$(head -c 4 "$f" 2>/dev/null | tr -d '\0')" = $'\177ELF' ] && printf '%s\n' "$f"
	done <"$scratch/all" >"$scratch/elf"
	total=$(wc -l <"$scratch/elf")
	awk -v step=$((total / limit + 1)) 'NR % step == 0' "$scratch/elf"
}

# readelf's words in our form. Undefined symbols are imports; defined ones with a value (or
# absolute, or in thread storage) and visible are exports, by name.
from_readelf() {
	xargs -d '\n' readelf -W -d -l -V --dyn-syms 2>/dev/null | awk '
	function bracket(s) { sub(/^[^[]*\[/, "", s); sub(/\]$/, "", s); return s }
	/^File: / { f = substr($0, 7); dynsym = 0; next }
	/\(NEEDED\)/ { print f, "needed", bracket($0); next }
	/\(SONAME\)/ { print f, "soname", bracket($0); next }
	/\(RPATH\)/ { print f, "rpath", bracket($0); next }
	/\(RUNPATH\)/ { print f, "runpath", bracket($0); next }
	/Requesting program interpreter: / {
		sub(/^.*interpreter: /, ""); sub(/\]$/, ""); print f, "interpreter", $0; next }
	/^Version needs section/ { needs = 1; dynsym = 0; next }
	/^Version (definition|symbols) section/ { needs = dynsym = 0; next }
	/^Symbol table / { dynsym = /\.dynsym/; needs = 0; next }
	needs && /  File: / { for (i = 1; i < NF; i++) if ($i == "File:") file = $(i + 1); next }
	needs && /  Name: / {
		for (i = 1; i < NF; i++) {
			if ($i == "Name:") name = $(i + 1)
			if ($i == "Version:") n = $(i + 1)
		}
		print f, "version", file, name, n; next }
	dynsym { # STB_GNU_UNIQUE without EI_OSABI; "[VARIANT_PCS]" and the like of some machines
		gsub(/<OS specific>: 10/, "UNIQUE"); gsub(/ \[[^]]*\]/, "") }
	dynsym && $1 ~ /^[0-9]+:$/ && NF >= 8 {
		if ($4 == "SECTION" || $4 == "FILE" || $5 == "LOCAL") next
		ndx = $7; name = $8
		if (ndx == "UND") { print f, "import", name; next }
		if ($6 == "HIDDEN" || $6 == "INTERNAL") next
		if ($2 ~ /^0+$/ && ndx != "ABS" && $4 != "TLS") next
		sub(/@.*/, "", name); print f, "export", name }'
}

list_files >"$scratch/files"
[ -s "$scratch/files" ] || skip_all "no ELF files here"
from_readelf <"$scratch/files" | sort >"$scratch/theirs"
"$facts" <"$scratch/files" | sort >"$scratch/ours"
files=$(wc -l <"$scratch/files")
lines=$(wc -l <"$scratch/theirs")
if diff "$scratch/theirs" "$scratch/ours" >"$scratch/diff"; then
	ok "readelf and xbuild agree on $files files, $lines facts"
else
	not_ok "readelf and xbuild differ on $(grep -o '^[<>] [^ ]*' "$scratch/diff" | cut -c3- |
		sort -u | wc -l) of $files files ($lines facts)" "$scratch/diff"
fi
finish
