#!/bin/sh
# SPDX-License-Identifier: MIT
# Go's build information, in programs that Go made here: told, and held against the promise.
set -u
here=$(cd "$(dirname "$0")" && pwd)
XBUILD=${XBUILD:-$here/../../build/xbuild}
if ! command -v go >/dev/null 2>&1; then
	echo '1..0 # SKIP there is no go here'
	exit 0
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/xbuild-go.XXXXXX") || exit 1
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 1
printf 'module example.com/hello\ngo 1.18\n' >go.mod
printf 'package main\nfunc main() { println("hello") }\n' >main.go
export GOFLAGS=-mod=mod GO111MODULE=on
n=0
bad=0

is() { # text, what is there, what must be in it
	n=$((n + 1))
	case $2 in
	*"$3"*) echo "ok $n - $1" ;;
	*)
		bad=1
		echo "not ok $n - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
		;;
	esac
}

if ! CGO_ENABLED=0 GOOS=linux GOARCH=amd64 GOAMD64=v3 go build -trimpath -o pure . 2>err; then
	echo "1..0 # SKIP go does not build here: $(head -n 1 err)"
	exit 0
fi
is 'settings in text' "$("$XBUILD" audit pure)" 'GOARCH=amd64 · GOAMD64=v3 · CGO_ENABLED=0 · -trimpath=true'
is 'settings in json' "$("$XBUILD" audit --format json pure)" '"GOAMD64":"v3"'
is 'another architecture is promised' "$("$XBUILD" audit -t linux/arm64/musl pure)" 'error LC027'
is 'a lower level is promised' "$("$XBUILD" audit -t linux/amd64/musl pure)" 'error LC025'
text=$("$XBUILD" audit -t linux/amd64/v3/musl --static --fail-on warning pure)
is 'what is kept is clean' "$? $text" '0 pure'
if CGO_ENABLED=1 GOARCH=amd64 go build -ldflags '-linkmode external' -o cgo . 2>/dev/null; then
	is 'cgo against a static promise' "$("$XBUILD" audit --static cgo)" 'warning LC028'
else
	n=$((n + 1))
	echo "ok $n # SKIP cgo does not link here"
fi
echo "1..$n"
exit $bad
