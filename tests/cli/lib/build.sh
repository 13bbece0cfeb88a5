# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Builds without a network: programs that need no libc, against a sysroot that is empty but for the
# directories that make it one. Source this file: . "$LIB/build.sh"

mkdir -p root/usr/include root/usr/lib
printf 'void _start(void) { for (;;) ; }\n' >start.c
printf 'int helper(void) { return 1; }\n' >helper.c

# build [ARG...]: xbuild build, without what differs between versions of clang and lld
build() {
	xbuild build --sysroot ./root --ldflag=-nostdlib --cflag=-ffreestanding "$@" >out 2>err
	code=$?
	sed 's/clang [0-9][0-9]*/clang N/; s/   [0-9.]* [KM]*B   /   SIZE   /; s/[0-9]* bytes/SIZE/' out
	sed 's/clang [0-9][0-9]*/clang N/' err >&2
	return $code
}
