#!/bin/bash
# SPDX-License-Identifier: MIT
# Sysroots of real packages: which sources give one for which architecture, that every one is
# closed in itself and compiles, that two stores agree, and that crowds and kills do no harm.
# XBUILD_TEST_ALL=1 tries every architecture of every source instead of a few.
# shellcheck disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"
command -v apt-get >/dev/null || skip_all 'no apt-get on this machine'

few='debian:11 linux/amd64
debian:12 linux/amd64 linux/arm64 linux/386 linux/arm/v7 linux/mips64le linux/s390x
debian:13 linux/amd64 linux/arm64 linux/riscv64
debian:sid linux/loong64'
all='debian:11 linux/amd64 linux/arm64 linux/arm/v5 linux/arm/v7 linux/386 linux/mips64le linux/mipsle linux/ppc64le linux/s390x
debian:12 linux/amd64 linux/arm64 linux/arm/v5 linux/arm/v7 linux/386 linux/mips64le linux/mipsle linux/ppc64le linux/s390x
debian:13 linux/amd64 linux/arm64 linux/arm/v5 linux/arm/v7 linux/386 linux/ppc64le linux/riscv64 linux/s390x
debian:sid linux/amd64 linux/arm64 linux/arm/v7 linux/386 linux/loong64 linux/ppc64le linux/riscv64 linux/s390x'
wanted=$few
[ -z "${XBUILD_TEST_ALL:-}" ] || wanted=$all
cat >"$scratch/c.c" <<'X1'
#include <errno.h>
#include <linux/errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
int main(void) { return printf("%d %f\n", ENOENT, sin(errno)) < 0; }
X1
cat >"$scratch/c.cc" <<'X2'
#include <iostream>
#include <thread>
int main() { std::thread([] { std::cout << "x\n"; }).join(); }
X2

# No link leads out or nowhere, no file can be written, nothing has a set-uid bit; directories are
# the owner's to remove.
closed() { # root
	local link target
	while read -r link; do
		target=$(readlink "$link")
		case $target in /*) echo "absolute: $link -> $target" && return 1 ;; esac
		case $(realpath -m "$(dirname "$link")/$target") in
		"$1"/*) ;;
		*) echo "leads out: $link -> $target" && return 1 ;;
		esac
		[ -e "$link" ] || { echo "leads nowhere: $link" && return 1; }
	done < <(find "$1" -type l)
	[ -z "$(find "$1" -type f -perm /7222 | head -n 3)" ] || { echo 'writable or set-uid files' && return 1; }
	[ -z "$(find "$1" -type d ! -perm 755 | head -n 3)" ] || { echo 'directories of another mode' && return 1; }
}
triple() { # target
	case $1 in
	linux/arm/v5/*) echo "arm-linux-${1##*/}eabi" ;;
	linux/arm/v7/*) echo "arm-linux-${1##*/}eabihf" ;;
	linux/mips64le/glibc) echo mips64el-linux-gnuabi64 ;;
	*)
		set -- "${1#linux/}"
		set -- "${1%/*}" "${1##*/}"
		case $1 in
		386) set -- i686 "$2" ;;
		amd64) set -- x86_64 "$2" ;;
		arm64) set -- aarch64 "$2" ;;
		loong64) set -- loongarch64 "$2" ;;
		mips64le) set -- mips64el "$2" ;;
		mipsle) set -- mipsel "$2" ;;
		ppc64le) set -- powerpc64le "$2" ;;
		esac
		echo "$1-linux-$2"
		;;
	esac | sed 's/-glibc/-gnu/'
}
# Only headers of the sysroot and of the compiler are read.
compiles() { # root, target, source
	local root=$1 cc=clang triple headers
	triple=$(triple "$2")
	case $3 in *.cc) cc=clang++ ;; esac
	headers=$(env -u CPATH $cc -target "$triple" --sysroot="$root" --gcc-toolchain="$root/usr" -M "$3") || return 1
	headers=$(tr ' ' '\n' <<<"$headers" | grep '^/' | grep -v -e "^$root/" -e '^/usr/lib/llvm' -e '^/usr/lib/clang' -e "^$scratch/")
	[ -z "$headers" ] || { echo "foreign headers: $headers" && return 1; }
}
one() { # source, target, set
	local text="$1 $2 $3" status root
	"$XBUILD" sysroot add -q "$2" --set "$3" --source "$1" >"$scratch/why" 2>&1
	status=$?
	if [ $status = 6 ] || grep -q 'this mirror has no packages' "$scratch/why"; then
		skip "$text" "$(why)"
		return
	elif [ $status != 0 ]; then
		not_ok "$text: exit $status" "$scratch/why"
		return
	fi
	root=$("$XBUILD" sysroot path "$2" --set "$3" --source "$1") || root=/nonexistent
	expect "$text: closed" closed "$root"
	expect "$text: whole" "$XBUILD" sysroot verify "$2" --set "$3" --source "$1"
	if ! command -v clang >/dev/null; then
		skip "$text: compiles" 'no clang'
	elif [ "$2" = linux/loong64/glibc ] || [ "$2" = linux/loong64/musl ]; then
		clang -print-targets | grep -q loongarch64 || { skip "$text: compiles" 'this clang has no such target' && return; }
		expect "$text: compiles" compiles "$root" "$2" "$scratch/c.c"
	elif [ "$3" = c++ ]; then
		expect "$text: compiles C++" compiles "$root" "$2" "$scratch/c.cc"
	else
		expect "$text: compiles" compiles "$root" "$2" "$scratch/c.c"
	fi
}
while read -r source targets; do
	for target in $targets; do
		one "$source" "$target/glibc" c++
		one "$source" "$target/musl" c-dynamic
	done
done <<<"$wanted"

t=linux/arm64/musl
have_sysroot $t c-static >/dev/null || {
	skip 'stores, crowds, kills' "$(why)"
	finish
	exit 0
}
# A store that has the packages, but no root yet.
new_store() { # name
	local store=$scratch/store.$1 sha
	mkdir -p "$store/blobs/sha256"
	while read -r sha; do
		cp "$XBUILD_CACHE_DIR/blobs/sha256/$sha" "$store/blobs/sha256/"
	done < <(grep -oE '"sha256": "[0-9a-f]+' "$project/xbuild.lock" | cut -d'"' -f4)
	echo "$store"
}
project=$scratch/project
mkdir "$project"
echo '{"targets":["linux/arm64/musl"]}' >"$project/xbuild.json"
cp "$top/examples/hello/hello.c" "$project/"
expect 'a lock is written' "$XBUILD" -C "$project" lock -t $t
[ -f "$project/xbuild.lock" ] || not_ok 'xbuild.lock is there'
cp "$project/xbuild.lock" "$scratch/first.lock"
expect 'a second lock is the same' "$XBUILD" -C "$project" lock -t $t
expect 'byte for byte' cmp "$project/xbuild.lock" "$scratch/first.lock"
refused() { # exit code, words of the message, command...
	local code=$1 words=$2 status
	shift 2
	"$@" >"$scratch/refused" 2>&1 </dev/null
	status=$?
	cat "$scratch/refused"
	[ $status = "$code" ] && grep -q -e "$words" "$scratch/refused"
}
expect 'a locked lock is not added to' refused 2 'locked forbids' "$XBUILD" -C "$project" --locked lock -t linux/arm64/musl -t linux/amd64/musl
expect 'and stays as it is' cmp "$project/xbuild.lock" "$scratch/first.lock"
expect 'what it has is no change' "$XBUILD" -C "$project" --locked lock -t $t

listing() { # store: every path with type, mode, time, link and content
	(cd "$1/roots" && find . -path './*/*' -printf '%p %y %m %Ts %l\n' | sort && find . -path './*/*' -type f -exec sha256sum {} + | sort -k 2)
}
add() { XBUILD_CACHE_DIR=$1 "$XBUILD" -C "$project" sysroot add -q $t --set c-static; }
a=$(new_store a) b=$(new_store b)
add "$a" >"$scratch/log" 2>&1 && sleep 1.1 && add "$b" >>"$scratch/log" 2>&1
listing "$a" >"$scratch/a.txt"
listing "$b" >"$scratch/b.txt"
expect 'two stores hold the same tree, times and modes too' cmp "$scratch/a.txt" "$scratch/b.txt"
expect 'which is not empty' grep -q 'usr/lib/libc.a' "$scratch/a.txt"

# What the lock asked for is its project's alone.
in_a() { XBUILD_CACHE_DIR=$a "$XBUILD" "$@"; }
expect 'the list says what is there for a lock' refused 0 'for a lock' in_a sysroot list
expect 'others do not find it' refused 3 'no sysroot' in_a sysroot path $t
expect 'its project does' in_a -C "$project" --locked sysroot path $t
expect 'gc without the lock keeps what was used' in_a sysroot gc
listing "$a" >"$scratch/a2.txt"
expect 'all of it' cmp "$scratch/a.txt" "$scratch/a2.txt"
mkdir "$scratch/lies"
sed 's/"root": "......../"root": "00000000/' "$project/xbuild.lock" >"$scratch/lies/xbuild.lock"
expect 'a lock that says another root' refused 6 'its packages give' in_a -C "$scratch/lies" sysroot add $t

c=$(new_store c)
pids=
for i in $(seq 16); do
	add "$c" >"$scratch/crowd.$i" 2>&1 </dev/null &
	pids="$pids $!"
done
bad=0
for p in $pids; do wait "$p" || bad=$((bad + 1)); done
cat "$scratch"/crowd.* >"$scratch/log"
if [ $bad = 0 ]; then ok 'sixteen at once'; else not_ok "sixteen at once: $bad failed" "$scratch/log"; fi
listing "$c" >"$scratch/c.txt"
expect 'and one tree' cmp "$scratch/a.txt" "$scratch/c.txt"

d=$(new_store d)
failed=
for ms in 1 5 10 20 40 80 120 160 200 300 400; do
	XBUILD_CACHE_DIR=$d "$XBUILD" -C "$project" sysroot add -q $t --set c-static >/dev/null 2>&1 </dev/null &
	pid=$!
	sleep "$(printf '0.%03d' $ms)"
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
	add "$d" >"$scratch/log" 2>&1 || failed="$failed $ms"
	listing "$d" >"$scratch/d.txt"
	cmp -s "$scratch/a.txt" "$scratch/d.txt" || failed="$failed $ms(tree)"
	XBUILD_CACHE_DIR=$d "$XBUILD" sysroot rm $t >>"$scratch/log" 2>&1 || failed="$failed $ms(rm)"
	[ -z "$(find "$d/tmp" "$d/roots" -mindepth 1 | head -n 1)" ] || failed="$failed $ms(left)"
done
if [ -z "$failed" ]; then ok 'killed at any instant, the next run just works'; else not_ok "killed after$failed ms" "$scratch/log"; fi

add "$d" >/dev/null 2>&1
victim=$(find "$d/roots" -name libc.a | head -n 1)
chmod u+w "$victim" && printf x | dd of="$victim" bs=1 seek=100 conv=notrunc status=none
if XBUILD_CACHE_DIR=$d "$XBUILD" sysroot verify >"$scratch/log" 2>&1; then
	not_ok 'verify finds one changed byte' "$scratch/log"
else
	cp "$scratch/log" "$scratch/damage"
	expect 'verify finds one changed byte' grep 'usr/lib/libc.a has another content' "$scratch/damage"
fi
expect 'and the root is made again' add "$d"
listing "$d" >"$scratch/d.txt"
expect 'as it was' cmp "$scratch/a.txt" "$scratch/d.txt"
blob=$(find "$d/blobs" -type f -size +100k | head -n 1)
chmod u+w "$blob" && printf x | dd of="$blob" bs=1 seek=5000 conv=notrunc status=none
XBUILD_CACHE_DIR=$d "$XBUILD" sysroot rm $t >/dev/null 2>&1
expect 'a damaged package is fetched again' add "$d"
listing "$d" >"$scratch/d.txt"
expect 'and gives the same tree' cmp "$scratch/a.txt" "$scratch/d.txt"
finish
