#!/bin/bash
# SPDX-License-Identifier: MIT
# Files that nobody should have to look at, looked at: audit and deps answer each within 10 seconds
# and 1 GiB, with a line that says what is the matter, and with an exit code of xbuild(1).
# shellcheck disable=SC1091,SC2016,SC2154 # $scratch is lib.sh's; scripts are printed
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || skip_all 'no python3'
limit_kb=1048576
limit_s=10

# gets COMMAND FILE CODES PATTERN TEXT: exit code among CODES, and a line like PATTERN
gets() {
	local command=$1 file=$2 codes=" $3 " pattern=$4 text="$1: $5" code
	(ulimit -v $limit_kb -c 0 && exec timeout -k 1 $limit_s "$XBUILD" "$command" "$file") \
		>"$scratch/log" 2>&1 </dev/null
	code=$?
	case $codes in
	*" $code "*) ;;
	*)
		cut -c1-200 "$scratch/log" >"$scratch/short"
		not_ok "$text: exit $code, wanted$codes" "$scratch/short"
		return
		;;
	esac
	if grep -qE -- "$pattern" "$scratch/log"; then ok "$text"; else
		cut -c1-200 "$scratch/log" >"$scratch/short"
		not_ok "$text: no line like /$pattern/" "$scratch/short"
	fi
}
both() { # file, codes, pattern, text
	gets audit "$@"
	gets deps "$@"
}

h=$scratch/hostile
mkdir -p "$h/tree"
expect 'the files can be made' python3 "$top/tests/real/hostile-elf.py" "$h" || {
	finish
	exit 1
}

# --- no ELF, or half of one. 3: the input cannot be read as what it should be; 4: it is malformed.
both "$h/text" '3 4' 'text is not a binary of a known format' 'a script'
both "$h/empty" '3 4' 'empty is not a binary of a known format' 'an empty file'
both "$h/cut-in-header" '3 4' 'ends inside its ELF header' 'cut in the ELF header'
gets audit "$h/cut-in-segments" 4 'LC120.*program headers: .* outside the file' 'cut in the program headers'
gets deps "$h/cut-in-segments" '0 1 4' 'damaged: program headers: ' 'cut in the program headers'
gets audit "$h/cut-in-dynamic" 4 'LC120.*dynamic section: .* outside the file' 'cut in the dynamic section'
gets deps "$h/cut-in-dynamic" '0 1 4' 'damaged: ' 'cut in the dynamic section'

# --- 4 GB that take no room: in no time
both "$h/sparse-zeros" '3 4' 'is not a binary of a known format' '4 GB of zeros'
gets audit "$h/sparse-elf" '0 1' 'ELF amd64' 'a segment of 4 GB'
gets deps "$h/sparse-elf" '0 1' 'libc\.so\.6' 'a segment of 4 GB'

# --- names and counts
gets audit "$h/long-needed" 4 'LC120.*DT_NEEDED: a name of 5000 bytes' 'a needed name of 5,000 bytes'
gets deps "$h/long-needed" 1 'not found' 'a needed name of 5,000 bytes'
gets audit "$h/long-needed-path" 4 'LC120.*DT_NEEDED: a name of 5006 bytes' 'a needed path of 5,006 bytes'
gets deps "$h/long-needed-path" 1 'not found' 'a needed path of 5,006 bytes'
gets audit "$h/long-rpath" '0 1' 'LC043' 'a search path of 5,000 bytes'
gets deps "$h/long-rpath" 1 'libx\.so +not found' 'a search path of 5,000 bytes'
gets audit "$h/many-rpath" 4 'LC120.*DT_RUNPATH' '100,000 search path entries'
gets deps "$h/many-rpath" 1 'libx\.so +not found' '100,000 search path entries'
for f in million-needed million-names; do
	gets audit "$h/$f" 4 'LC120.*more than [0-9]+ entries' "1,000,000 needed entries ($f)"
	gets deps "$h/$f" '0 1 4' 'damaged: .*more than [0-9]+ entries' "1,000,000 needed entries ($f)"
done
gets audit "$h/many-names" 4 'LC120.*more than 4096 DT_NEEDED entries' '60,000 needed names'
gets deps "$h/many-names" 1 'not found' '60,000 needed names'
gets audit "$h/many-places" '0 1' 'LC043' '4 million places to look at'
gets deps "$h/many-places" '0 1 4' 'not found|too many' '4 million places to look at'
gets deps "$h/needs-itself" '0 1' 'self\.so => ' 'a library that needs itself'
both "$h/escapes" '0 1' '^' 'a name that writes to the terminal'
if grep -q "$(printf '\033')" "$scratch/log"; then
	not_ok 'no escape sequence of a file reaches the terminal'
else
	ok 'no escape sequence of a file reaches the terminal'
fi

# --- a root whose links and configuration run in circles
root=$scratch/root
mkdir -p "$root/etc/ld.so.conf.d" "$root/usr"
ln -s lib "$root/lib"
ln -s /lib64/x "$root/lib64"
ln -s ../../../../../.. "$root/usr/lib"
{
	seq -f '/d%.0f' 100000
	yes 'include /etc/ld.so.conf' | head -n 10000
	yes 'include /etc/ld.so.conf.d/*.conf' | head -n 10000
} >"$root/etc/ld.so.conf"
cp "$root/etc/ld.so.conf" "$root/etc/ld.so.conf.d/again.conf"
in_root() { # root, command, file, codes, pattern, text
	local real=$XBUILD root=$1
	shift
	XBUILD=$scratch/in-root
	printf '#!/bin/sh\ncommand=$1\nshift\nexec %s "$command" --root %s "$@"\n' "$real" "$root" >"$XBUILD"
	chmod 755 "$XBUILD"
	gets "$@"
	XBUILD=$real
}
for command in audit deps; do
	in_root "$root" $command "$h/needs-itself" '0 1' 'self\.so|ELF amd64' 'a root that runs in circles'
	in_root "$root" $command "$h/many-places" '0 1' 'too many places' '4 million places in such a root'
	in_root "$h" $command "$h/long-rpath" '0 1' 'libx\.so' 'a root with a loader cache of 600,000 entries'
done

# --- no plain files
mkfifo "$h/fifo" "$h/tree/fifo"
ln -s self "$h/self"
ln -s .. "$h/tree/up"
ln -s . "$h/tree/here"
cp "$h/needs-itself" "$h/tree/lib.so"
both "$h/fifo" 3 'fifo is not a regular file' 'a FIFO'
both /dev/zero 3 'zero is not a regular file' 'a device'
both "$h/self" 3 'self: Too many levels of symbolic links' 'a link to itself'
both "$h/none" 3 'none: No such file' 'no file at all'
gets audit "$h/tree" '0 1' 'lib\.so.*ELF amd64' 'a directory with links in a circle and a FIFO'
chmod 711 "$scratch"
chmod 755 "$h"
cp "$h/needs-itself" "$h/unreadable"
chmod 000 "$h/unreadable"
if [ "$(id -u)" != 0 ]; then
	both "$h/unreadable" 3 'unreadable: Permission denied' 'an unreadable file'
elif command -v setpriv >/dev/null && cp "$XBUILD" "$scratch/xbuild" && chmod 755 "$scratch/xbuild"; then
	real=$XBUILD
	XBUILD=$scratch/as-nobody
	printf '#!/bin/sh\nexec setpriv --reuid 65534 --clear-groups %s "$@"\n' "$scratch/xbuild" >"$XBUILD"
	chmod 755 "$XBUILD"
	both "$h/unreadable" 3 'unreadable: Permission denied' 'an unreadable file'
	XBUILD=$real
else
	skip 'an unreadable file' 'root reads everything, and there is no setpriv'
fi
finish
