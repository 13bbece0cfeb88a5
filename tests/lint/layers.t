#!/bin/sh
# SPDX-License-Identifier: MIT
# Includes go down only, are written from the root, and each third-party library has one door.
set -u
cd "$(dirname "$0")/../.." || exit 1
echo 1..5
below='base targets linkcheck sysroots toolchains'
folders="$below cli"

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
	for dir in $folders; do
		find "$dir" -name '*.[ch]' | while read -r f; do
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

# shellcheck disable=SC2086 # a list of names without blanks
bad=$(find $folders -name '*.[ch]' -exec grep -nE '#include "[^/"]*"' {} +)
result 2 'includes are written from the root' "$bad"

door() { # header pattern, the one file
	# shellcheck disable=SC2086
	find $folders tests -name '*.[ch]' -exec grep -lE "#include <$1" {} + | grep -vxE "$2"
}
bad=$(
	door 'cjson/' 'base/json\.c'
	door 'curl/' 'sysroots/transport/fetch_wire\.c'
	door 'zlib' 'sysroots/transport/gzip\.c'
	door 'archive' 'base/archive\.c|base/archive_write\.c|tests/unit/test_(unpack|archive)\.c'
	door 'openssl/' 'base/digest\.c|base/signature\.c'
	door 'yaml' 'linkcheck/read/tbd_yaml\.c'
)
result 3 'each third-party library is included by one file' "$bad"

# Below cli/ nothing prints, reads the environment or exits (arena.c alone ends the process: out of memory).
# shellcheck disable=SC2086
bad=$(find $below -name '*.c' ! -path '*/data/*' -exec grep -nE \
	'\b(v?printf|v?fprintf|v?dprintf|puts|fputs|putchar|putc|fwrite|perror|(secure_)?getenv|exit|_exit|_Exit|abort)\(' {} + |
	grep -vE '^base/arena\.c|\* ')
result 4 'nothing below cli/ prints, reads the environment or exits' "$bad"

# linkcheck's rooms, in the order of the data: each sees itself and those before it.
bad=$(
	seen='\(read'
	for room in read unpack resolve platform judge; do
		[ "$room" = read ] || seen="$seen\\|$room"
		grep -n '#include "linkcheck/' linkcheck/$room/*.[ch] | grep -v "\"linkcheck/$seen\\)/"
	done
)
result 5 'linkcheck reads, resolves, knows platforms, judges: in that order' "$bad"
