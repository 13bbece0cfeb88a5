#!/bin/bash
# SPDX-License-Identifier: MIT
# What linkcheck/platform/abi.h says of a libc, held against the packages of Debian's releases: every
# library, every version node and every exported symbol, exactly, both ways.
# ABI_SUITES and ABI_ARCHES (Debian's names) ask for others.
. "$(dirname "$0")/lib.sh"
facts=${REAL_PROGRAMS:-$top/build/release/tests/real}/abi-facts
[ -x "$facts" ] || skip_all "$facts is not built"
command -v readelf >/dev/null || skip_all 'readelf is not installed'
suites=${ABI_SUITES:-bullseye bookworm trixie sid}
arches=${ABI_ARCHES:-amd64 arm64 s390x}

# Libraries of glibc that nothing is linked against, or whose facts are not recorded.
unrecorded='^lib(c_malloc_debug|memusage|pcprofile|SegFault|nss_[a-z]+)\.so'

go_arch() {
	case $1 in
	i386) echo 386 ;; armhf) echo arm ;; armel) echo arm/v5 ;; ppc64el) echo ppc64le ;;
	mipsel) echo mipsle ;; mips64el) echo mips64le ;; *) echo "$1" ;;
	esac
}

# Exceptions, each of them Debian's own doing: a pattern of the lines that may differ.
exceptions() { # suite, libc
	case $1/$2 in
	# libcrypt.so.1 is libxcrypt's, in a package of its own.
	bullseye/glibc | bookworm/glibc) echo '^. [a-z]+ libcrypt\.so\.1( |$)' ;;
	# Markers of 2.43, carried back with the fix that needs them.
	trixie/glibc) echo '^< node libc\.so\.6 GLIBC_ABI_(GNU2?_TLS|DT_X86_64_PLT)$' ;;
	# fts is added from 1.2.3 on; 1.2.3 was built without crypt; renameat2 came back from 1.2.6.
	bookworm/musl)
		echo '^(< symbol libc\.so fts_(children|close|open|read|set) -|> symbol libc\.so (crypt|crypt_r|encrypt|setkey) -)$'
		;;
	trixie/musl) echo '^< symbol libc\.so (fts_(children|close|open|read|set)|renameat2) -$' ;;
	sid/musl) echo '^< symbol libc\.so fts_(children|close|open|read|set) -$' ;;
	*) echo '^$' ;;
	esac
}

# The exports of one library as abi-facts prints them. GLIBC_PRIVATE symbols are promised to nobody;
# absolute ones are the version nodes themselves. A psABI's "[<localentry>: 8]" may stand in between.
library_facts() { # file, soname
	readelf -W --dyn-syms "$1" | awk -v so="$2" '
		$1 ~ /^[0-9]+:$/ && $(NF - 1) ~ /^[0-9]+$/ && ($5 == "GLOBAL" || $5 == "WEAK" || $5 == "UNIQUE") {
			split($NF, part, /@+/)
			if (part[2] != "GLIBC_PRIVATE") print "symbol", so, part[1], part[2] == "" ? "-" : part[2]
		}'
	readelf -W -V "$1" | awk -v so="$2" '
		/^Version / { defined = /^Version definition/ }
		defined && /Name:/ && !/Flags: BASE/ { print "node", so, $NF }'
	echo "library $2"
}
glibc_facts() { # unpacked package
	local file so
	find "$1" -path '*/gconv/*' -prune -o -path '*/audit/*' -prune -o -type f -name '*.so*' -print | while read -r file; do
		so=$(readelf -d "$file" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
		[ -z "$so" ] || echo "$so" | grep -qE "$unrecorded" || library_facts "$file" "$so"
	done
}
musl_facts() { # unpacked package
	library_facts "$(find "$1" -type f -name libc.so)" libc.so | grep '^symbol '
}

compare() { # suite, Debian architecture, libc, package
	local text="$3 of $1 on $2" dir=$top/build/test-packages/$1-$2 version
	have_package "$1" "$2" "$4" || {
		skip "$text" "$(why)"
		return
	}
	version=$(sed 's/^[0-9]*://; s/[-+~].*//' "$dir/$4.version")
	"$facts" "$3" "$version" "$(go_arch "$2")" >"$scratch/ours" 2>"$scratch/why"
	case $? in
	0) ;;
	2)
		skip "$text" "$(why)"
		return
		;;
	*)
		not_ok "$text: the facts contradict themselves" "$scratch/why"
		return
		;;
	esac
	"$3_facts" "$dir/$4" | sort -u >"$scratch/theirs"
	if [ "$3" = musl ]; then grep '^symbol ' "$scratch/ours"; else cat "$scratch/ours"; fi | sort >"$scratch/sorted"
	diff "$scratch/theirs" "$scratch/sorted" | grep '^[<>]' | grep -vE "$(exceptions "$1" "$3")" >"$scratch/log"
	if [ ! -s "$scratch/theirs" ]; then
		not_ok "$text: nothing was read from the package"
	elif [ -s "$scratch/log" ]; then
		not_ok "$text ($version): < in the package, > in the facts" "$scratch/log"
	else
		ok "$text ($version): $(grep -c ^symbol "$scratch/theirs") symbols, $(grep -c ^node "$scratch/theirs") version nodes"
	fi
}

# Every version node that any of the suites has, asked of each suite's GLIBCXX level.
compare_cxx() { # Debian architecture
	local suite level all=$scratch/nodes.all
	rm -f "$scratch"/nodes.*
	for suite in $suites; do
		have_package "$suite" "$1" libstdc++6 && have_package "$suite" "$1" libgcc-s1 || {
			skip "libstdc++ and libgcc of $suite on $1" "$(why)"
			continue
		}
		find "$top/build/test-packages/$suite-$1"/lib{stdc++6,gcc-s1} -type f \
			\( -name 'libstdc++.so.6.*[0-9]' -o -name 'libgcc_s.so.1' \) | while read -r file; do
			library_facts "$file" x
		done | sed -n 's/^node x //p' | grep -E '^(GLIBCXX|CXXABI|GCC)_' | sort -u >"$scratch/nodes.$suite"
	done
	sort -u /dev/null "$scratch"/nodes.* >"$all"
	for suite in $suites; do
		[ -s "$scratch/nodes.$suite" ] || continue
		level=$(sed -n 's/^GLIBCXX_\(3\.4[0-9.]*\)$/\1/p' "$scratch/nodes.$suite" | sort -V | tail -n 1)
		expect "libstdc++ and libgcc of $suite on $1 ($level): $(wc -l <"$scratch/nodes.$suite") nodes of $(wc -l <"$all")" \
			diff "$scratch/nodes.$suite" <("$facts" glibcxx "$level" <"$all" | sort)
	done
}

for arch in $arches; do
	for suite in $suites; do
		compare "$suite" "$arch" glibc libc6
		compare "$suite" "$arch" musl musl
	done
	compare_cxx "$arch"
done
finish
