#!/bin/bash
# SPDX-License-Identifier: MIT
# A library that others built for FreeBSD (rollup's, from npm), and stubs of FreeBSD's libraries
# that have all versions it asks for, or all but one. No FreeBSD loader can run here.
# shellcheck disable=SC1091
. "$(dirname "$0")/lib.sh"
package=@rollup/rollup-freebsd-x64@4.40.0
for tool in npm readelf clang ld.lld; do
	command -v $tool >/dev/null || skip_all "there is no $tool here"
done
cd "$scratch" || exit 1
timeout 100 npm pack --silent $package >pack.log 2>&1 ||
	skip_all "$package cannot be had: $(tail -n 1 pack.log)"
tar -xzf ./*.tgz || exit 1
file=package/rollup.freebsd-x64.node

# stub LIBRARY VERSION...: a library that defines these versions, and nothing else
stub() {
	local name=$1 version
	shift
	: >map
	for version; do echo "$version { global: v_${version//[!A-Za-z0-9]/_}; };" >>map; done
	: >stub.c
	for version; do echo "int v_${version//[!A-Za-z0-9]/_};" >>stub.c; done
	clang -target x86_64-unknown-freebsd -nostdlib -fpic -c stub.c -o stub.o &&
		ld.lld -shared -soname "$name" --version-script map -o "root/lib/$name" stub.o
}
# The versions asked of each library: "libc.so.7 FBSD_1.0"
readelf -V $file | awk '/File:/ { for (i = 1; i < NF; i++) if ($i == "File:") file = $(i + 1) }
	/Name: (FBSD|GCC)/ { for (i = 1; i < NF; i++) if ($i == "Name:") print file, $(i + 1) }' >wanted
[ -s wanted ] || {
	not_ok 'the library asks for versions'
	finish
	exit
}
mkdir -p root/lib
for library in $(readelf -d $file | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'); do
	# shellcheck disable=SC2046
	stub "$library" $(awk -v f="$library" '$1 == f { print $2 }' wanted) || exit 1
done
deps() {
	"$XBUILD" deps --root root $file >log 2>&1
	echo "exit $?" >>log
}
deps
if grep -q 'version' log || ! grep -q 'starts    unknown' log; then
	not_ok 'with all versions nothing is refused, and nothing promised' log
else
	ok 'with all versions nothing is refused, and nothing promised'
fi
read -r library version < <(grep '^libc.so.7 ' wanted | tail -n 1)
# shellcheck disable=SC2046
stub "$library" $(awk -v f="$library" -v v="$version" '$1 == f && $2 != v { print $2 }' wanted)
deps
if grep -q "version $version is not in /lib/$library" log && grep -q 'starts    no' log &&
	grep -q 'exit 1' log; then
	ok "without $version it is refused"
else
	not_ok "without $version it is refused" log
fi
finish
