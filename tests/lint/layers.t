#!/bin/sh
# SPDX-License-Identifier: MIT
# Includes go down only, are written from the root, and each third-party library has one door.
set -u
cd "$(dirname "$0")/../.." || exit 1
echo 1..4

# folder: the folders it may include (see CONTRIBUTING.md)
allowed() {
	case $1 in
	base) echo base ;;
	targets) echo 'targets base' ;;
	linkcheck) echo 'linkcheck targets base' ;;
	sysroots) echo 'sysroots targets base' ;;
	toolchains) echo 'toolchains sysroots targets base' ;;
	cli) echo 'cli toolchains linkcheck sysroots targets base' ;;
	esac
}

result() { # number, text, what was found
	if [ -z "$3" ]; then
		echo "ok $1 - $2"
	else
		echo "not ok $1 - $2"
		printf '%s\n' "$3" | sed 's/^/# /'
	fi
}

bad=$(
	for dir in base targets linkcheck sysroots toolchains cli; do
		for f in "$dir"/*.[ch]; do
			sed -n 's/^#include "\(.*\)".*/\1/p' "$f" | while read -r inc; do
				ok=
				for a in $(allowed "$dir"); do
					[ "${inc%%/*}" = "$a" ] && ok=1
				done
				[ -n "$ok" ] || echo "$f includes $inc"
			done
		done
	done
)
result 1 'includes go down only' "$bad"

bad=$(grep -nE '#include "[^/"]*"' ./*/*.[ch] 2>/dev/null)
result 2 'includes are written from the root' "$bad"

door() { # header pattern, the one file
	grep -lE "#include <$1" ./*/*.[ch] tests/*/*.c 2>/dev/null | sed 's,^\./,,' | grep -vxE "$2"
}
bad=$(
	door 'cjson/' 'base/json\.c'
	door 'archive' 'sysroots/unpack\.c|tests/unit/test_unpack\.c'
	door 'curl/' 'none'
	door 'openssl/' 'base/digest\.c'
)
result 3 'each third-party library is included by one file' "$bad"

# Below cli/ nothing prints, reads the environment or exits (arena.c alone ends the process: out of memory).
bad=$(grep -nE '\b(v?printf|v?fprintf|v?dprintf|puts|fputs|putchar|putc|fwrite|perror|(secure_)?getenv|exit|_exit|_Exit|abort)\(' base/*.c targets/*.c linkcheck/*.c \
	sysroots/*.c toolchains/*.c | grep -vE '^base/arena\.c|\* ')
result 4 'nothing below cli/ prints, reads the environment or exits' "$bad"
