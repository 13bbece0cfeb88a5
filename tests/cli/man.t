#!/bin/sh
# SPDX-License-Identifier: MIT
# The manual pages say what the tables say: each synopsis is that of -h, each option of -h has its
# item, the exit codes of xbuild(1) are those of cli/exit.c, and mandoc has nothing to complain about.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
XBUILD=${XBUILD:-$root/build/xbuild}
man=$root/man
n=0
bad=0

if ! command -v mandoc >/dev/null 2>&1; then
	echo "1..0 # SKIP there is no mandoc here"
	exit 0
fi

result() { # text, what is wrong
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		bad=1
		echo "not ok $n - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

plain() { # page
	mandoc -T ascii "$1" | sed "s/.$(printf '\b')//g"
}

# The synopses of a page, one a line, blanks squeezed.
synopses() { # page
	plain "$1" | sed -n '/^SYNOPSIS/,/^[A-RT-Z]/p' | sed '1d;$d' |
		sed 's/^     xbuild/\nxbuild/' | tr -s ' \n' ' \n' |
		awk '/^xbuild /{ if (s) print s; s = $0; next } { sub(/^ +/, " "); s = s $0 } END { print s }' |
		tr -s ' ' | sed 's/ *$//'
}

usage() { # command [subcommand]
	"$XBUILD" "$@" -h | sed -n '1,/^$/p' | tr '\n' ' ' | tr -s ' ' | sed 's/^Usage: //; s/ *$//'
}

options() { # command [subcommand]: long names
	"$XBUILD" "$@" -h | sed -n '/^Options$/,/^$/s/^  .*--\([a-z0-9-]*\).*/\1/p'
}

check() { # page, command [subcommand]
	page=$man/xbuild-$1.1
	shift
	want=$(usage "$@")
	got=$(synopses "$page" | grep -Fx -- "$want")
	result "synopsis of $*" "$([ -n "$got" ] || echo "-h says: $want")"
	lacks=$(for o in $(options "$@"); do
		grep -qE "^\.It (Fl . (Ar [A-Z]+ )?, )?Fl Fl $o( |\$)" "$page" || echo "--$o has no item"
	done)
	result "options of $*" "$lacks"
}

commands=$("$XBUILD" completion bash | sed -n 's/^\tcommands="\(.*\)"$/\1/p')
for c in $commands; do
	case $c in
	ar | c++ | ld | nm | objcopy | ranlib | strip) check cc "$c" ;;
	sysroot)
		for sub in $("$XBUILD" sysroot -h | sed -n '/^Commands$/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
			check sysroot sysroot "$sub"
		done
		;;
	*) check "$c" "$c" ;;
	esac
	[ "$c" = cc ] || grep -q "xbuild-$c 1\|[ ,]${c}[ ,]\|Cm $c\|^$c\|Cm .*$c" "$man/xbuild.1" ||
		result "xbuild.1 names $c" "it does not"
done

# Rows of the table in exit.c against items of the page.
want=$(tr -d '\n' <"$root/cli/exit.c" | grep -oE 'EXIT_[A-Z]*,[[:space:]]*"[^"]*"' |
	sed 's/^[^"]*"//; s/"$//' | tr '[:upper:]' '[:lower:]')
got=$(sed -n '/^\.Sh EXIT STATUS/,/^\.El/p' "$man/xbuild.1" | grep -v '^\.' | sed 's/\.$//' |
	tr '[:upper:]' '[:lower:]')
result 'exit codes: meanings' "$(
	[ "$want" = "$got" ] || printf 'exit.c:\n%s\nxbuild.1:\n%s\n' "$want" "$got"
)"
want=$(sed -n 's/^\tEXIT_[A-Z]* = \([0-9]*\),.*/\1/p' "$root/cli/exit.h")
got=$(sed -n '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It //p' "$man/xbuild.1")
result 'exit codes: numbers' "$([ "$want" = "$got" ] || echo "exit.h: $want; xbuild.1: $got")"

lacks=$("$XBUILD" -h | sed -n '/^Options that/,/^$/s/^  .*--\([a-z0-9-]*\).*/\1/p' | while read -r o; do
	grep -qE "^\.It (Fl . (Ar [A-Z]+ )?, )?Fl Fl $o( |\$)" "$man/xbuild.1" || echo "--$o has no item"
done)
result 'options of every command' "$lacks"
lacks=$(grep -oE '"XBUILD_[A-Z_]*"' "$root/cli/settings.c" | tr -d '"' | sort -u | while read -r v; do
	grep -q "^\.It Ev $v" "$man/xbuild.1" || echo "$v is not in ENVIRONMENT"
done)
result 'variables' "$lacks"

result 'mandoc lint' "$(mandoc -T lint -W warning "$man"/*.[1-8] 2>&1)"
echo "1..$n"
exit $bad
