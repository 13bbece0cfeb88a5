#!/bin/bash
# SPDX-License-Identifier: MIT
# A Go program with cgo (net, os/user, a C function): CC, CGO_ENABLED, GOOS, GOARCH and the external
# static link are set by xbuild alone. The build information inside proves that cgo was on.
# shellcheck disable=SC2086,SC1091
. "$(dirname "$0")/lib.sh"
command -v go >/dev/null || skip_all 'go is not installed'
export GOFLAGS=-mod=mod GOTOOLCHAIN=local GOCACHE=$top/build/test-gocache
d=$scratch/go
cp -r "$top/tests/real/go-cgo" "$d"

one() { # target, static|dynamic, set, GOARCH, options...
	local t=$1 mode=$2 set=$3 arch=$4 out=$d/out
	shift 4
	rm -f "$out"
	if ! sysroot=$(have_sysroot "$t" "$set"); then
		skip "go: $t $mode" "$(why)"
		return
	fi
	# shellcheck disable=SC2086
	expect "go: build for $t $mode" "$XBUILD" exec -t "$t" "$@" $sysroot -C "$d" -- go build -o "$out" . || return
	audited 'go' "$t" "$mode" "$out"
	go version -m "$out" >"$scratch/log" 2>&1
	if grep -q 'CGO_ENABLED=1' "$scratch/log" && grep -q "GOARCH=$arch\$" "$scratch/log" && grep -q 'GOOS=linux' "$scratch/log"; then
		ok "go: $t: cgo was on, GOARCH=$arch"
	else
		not_ok "go: $t: build info" "$scratch/log"
	fi
	if "$XBUILD" audit -t "$t" --format json "$out" | python3 -c '
import json, sys
f = json.load(sys.stdin)["files"][0]
assert f["go"]["cgo"] is True, f["go"]
assert f["libc"]["kind"] == sys.argv[1] and f["libc"]["linked"] == sys.argv[2], f["libc"]
assert ("interpreter" in f) == (sys.argv[2] == "dynamic"), f' "$(basename "$t")" "$mode" >"$scratch/log" 2>&1; then
		ok "go: $t: xbuild reads cgo, the libc and how it is linked"
	else
		not_ok "go: $t: xbuild reads cgo, the libc and how it is linked" "$scratch/log"
	fi
	# shellcheck disable=SC2086
	"$XBUILD" run -t "$t" $sysroot "$out" >"$scratch/log" 2>&1
	# glibc under qemu has no nsswitch of its own sysroot to read: a user may be unknown there.
	if grep -q '^checksum 1235134253$' "$scratch/log" && grep -q "^linux $arch\$" "$scratch/log" &&
		{ [ "$mode" = dynamic ] || grep -q '^user root$' "$scratch/log"; } && grep -q 'localhost found' "$scratch/log"; then
		ok "go: runs on $t"
	else
		not_ok "go: runs on $t" "$scratch/log"
	fi
}
one linux/arm64/musl static c-static arm64 --static
one linux/amd64/musl static c-static amd64 --static
one linux/arm64/glibc dynamic c++ arm64
finish
