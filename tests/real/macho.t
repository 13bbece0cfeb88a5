#!/bin/bash
# SPDX-License-Identifier: MIT
# Mach-O files linked here by every ld64.lld there is, against a small SDK of our own: dyld's search and
# binding, and each rule on a file that keeps it and on one that breaks it.
# shellcheck disable=SC1091,SC2154 # $scratch is lib.sh's
. "$(dirname "$0")/lib.sh"
command -v clang >/dev/null || skip_all "no clang"
linkers=
for l in ld64.lld-14 ld64.lld-19 ld64.lld; do
	command -v $l >/dev/null && linkers="$linkers $l"
done
[ -n "$linkers" ] || skip_all "no ld64.lld"
case $linkers in *-1*) linkers=${linkers% ld64.lld} ;; esac # the one without a number is one of these
lipo=$(command -v llvm-lipo-19 || command -v llvm-lipo-14 || command -v llvm-lipo) || skip_all "no llvm-lipo"
objdump=$(command -v llvm-objdump-19 || command -v llvm-objdump) || skip_all "no llvm-objdump"
cd "$scratch" || exit 1

# An SDK: one library as it is, one that lacks a symbol and hides another.
sdk() { # DIRECTORY SYMBOL...
	mkdir -p "$1/usr/lib"
	local dir=$1 list=
	shift
	for s; do list="$list, '$s'"; done
	cat >"$dir/usr/lib/libSystem.tbd" <<-EOF
		--- !tapi-tbd
		tbd-version: 4
		targets: [ x86_64-macos, arm64-macos ]
		install-name: '/usr/lib/libSystem.B.dylib'
		current-version: 1336
		exports:
		  - targets: [ x86_64-macos, arm64-macos ]
		    symbols: [ dyld_stub_binder$list ]
		...
	EOF
}
sdk sdk _puts _getentropy
sdk poor _getentropy
# shellcheck disable=SC2016
sdk hiding _puts _getentropy '$ld$hide$os11.0$_puts'

cat >lib.c <<'EOF'
int answer(void) { return 42; }
EOF
cat >other.c <<'EOF'
int other(void) { return 7; }
EOF
cat >prog.c <<'EOF'
int answer(void);
int puts(const char *);
int main(void) { puts("x"); return answer(); }
EOF
for f in lib other prog; do
	for arch in arm64 x86_64; do
		clang --target=$arch-apple-macos11 -O1 -c $f.c -o $f.$arch.o || skip_all "clang makes no Mach-O"
	done
done

ld=
link() { # ARCH OUT [ARG...]
	local arch=$1 out=$2
	shift 2
	$ld -arch "$arch" -platform_version macos "${minos:-11.0}" 11.0 -syslibroot sdk -lSystem -o "$out" "$@" >link.log 2>&1 ||
		{ not_ok "$ld makes $out" link.log; return 1; }
}
dylib() { # ARCH OUT NAME [ARG...]
	local arch=$1 out=$2 name=$3
	shift 3
	link "$arch" "$out" -dylib -install_name "$name" "lib.$arch.o" "$@"
}

breaks() { # RULE TEXT FILE [ARG...]
	local rule=$1 text=$2
	shift 2
	"$XBUILD" audit "$@" >out.txt 2>&1
	if grep "^  [a-z]* $rule " out.txt | grep -qF -- "$text"; then
		ok "$ld: $rule on $1"
	else
		not_ok "$ld: $rule on $1 ($text)" out.txt
	fi
}
fixes() { # TEXT: what the last report advises
	if grep -qF -- "$1" out.txt; then ok "$ld: fix $1"; else not_ok "$ld: fix $1" out.txt; fi
}
keeps() { # RULE FILE [ARG...]
	local rule=$1
	shift
	"$XBUILD" audit "$@" >out.txt 2>&1
	if [ -s out.txt ] && ! grep -q "$rule" out.txt && grep -q 'Mach-O' out.txt; then
		ok "$ld: $rule not on $1"
	else
		not_ok "$ld: $rule not on $1" out.txt
	fi
}
summary() { # FILE TEXT
	"$XBUILD" audit "$1" >out.txt 2>&1
	if grep -qF -- "$1   $2" out.txt; then ok "$ld: $2"; else not_ok "$ld: $1 is $2" out.txt; fi
}

all_rules() {
	mkdir -p app/bin app/lib lone
	dylib arm64 app/lib/liba.dylib @rpath/liba.dylib || return
	link arm64 app/bin/prog prog.arm64.o app/lib/liba.dylib -rpath @executable_path/../lib || return
	summary app/bin/prog 'Mach-O arm64 · PIE · macOS >= 11.0 · ad-hoc signed'
	summary app/lib/liba.dylib 'Mach-O arm64 · library · macOS >= 11.0 · ad-hoc signed'
	expect "$ld: clean, with SDK and promise" "$XBUILD" audit --fail-on warning --sdk sdk -t darwin/arm64/11.0 app
	expect "$ld: deps says yes" sh -c '"$1" deps --sdk sdk app/bin/prog | grep -q "starts    yes"' - "$XBUILD"

	cp app/bin/prog lone/prog
	keeps LC080 app/bin/prog
	breaks LC080 'dyld does not find @rpath/liba.dylib' lone/prog
	fixes '-Wl,-rpath,@executable_path/../lib'
	link arm64 lone/lib.dylib -dylib -install_name @rpath/lib.dylib prog.arm64.o app/lib/liba.dylib
	breaks LC080 'dyld does not find @rpath/liba.dylib' lone/lib.dylib
	grep -q 'warning LC080' out.txt && ok "$ld: a warning for a library alone" || not_ok "$ld: a warning" out.txt
	rm -rf root && mkdir -p root/opt && cp -r app root/opt/
	keeps LC080 root/opt/app/bin/prog --root root

	# ld64.lld drops the second of two that are the same; install_name_tool of macOS does not
	link arm64 twice prog.arm64.o app/lib/liba.dylib -rpath @loader_path/app/lib -rpath @loader_path/app/lix
	perl -pi -e 's{app/lix}{app/lib}' twice
	breaks LC081 'LC_RPATH "@loader_path/app/lib" is there twice' twice
	fixes 'install_name_tool -delete_rpath @loader_path/app/lib twice'
	keeps LC081 app/bin/prog

	minos=12.0 link arm64 newer prog.arm64.o app/lib/liba.dylib -rpath @loader_path/app/lib
	breaks LC082 'it is made for macOS 12.0 and later, 11.0 was promised' newer -t darwin/arm64/11.0
	fixes '-mmacosx-version-min=11.0'
	keeps LC082 newer -t darwin/arm64/12.0
	mkdir -p mixed && minos=12.0 dylib arm64 mixed/liba.dylib @rpath/liba.dylib
	link arm64 mixed/prog prog.arm64.o mixed/liba.dylib -rpath @loader_path
	breaks LC082 'liba.dylib is made for macOS 12.0 and later, the file itself for 11.0' mixed/prog

	breaks LC083 '/usr/lib/libSystem.B.dylib of the SDK lacks _puts' app/bin/prog --sdk poor
	breaks LC083 'lacks _puts for macOS 11.0' app/bin/prog --sdk hiding
	keeps LC083 app/bin/prog --sdk sdk

	dylib arm64 app/named.dylib /Users/me/build/named.dylib
	breaks LC084 'its install name /Users/me/build/named.dylib' app/named.dylib
	fixes 'install_name_tool -id @rpath/named.dylib named.dylib'
	link arm64 user prog.arm64.o app/named.dylib
	breaks LC084 'it needs /Users/me/build/named.dylib' user
	fixes 'install_name_tool -change /Users/me/build/named.dylib @rpath/named.dylib user'
	keeps LC084 app/lib/liba.dylib

	link arm64 unsigned prog.arm64.o app/lib/liba.dylib -rpath @loader_path/app/lib -no_adhoc_codesign
	breaks LC085 'it is not signed, not even ad hoc' unsigned
	fixes 'codesign -f -s - unsigned'
	cp unsigned 'un signed'
	breaks LC085 'not signed' 'un signed'
	fixes "codesign -f -s - 'un signed'"
	keeps LC085 app/bin/prog
	perl -pe 's{path/../lib}{path/../lix}' app/bin/prog >edited
	breaks LC085 'it was changed after it was signed' edited

	mkdir -p intel
	dylib x86_64 intel/liba.dylib @rpath/liba.dylib
	keeps LC085 intel/liba.dylib
	link x86_64 intel/prog prog.x86_64.o intel/liba.dylib -rpath @loader_path
	link x86_64 intel/same prog.x86_64.o intel/liba.dylib -rpath @executable_path/../lib
	"$lipo" -create app/bin/prog intel/prog -output differ
	"$lipo" -create app/bin/prog intel/same -output app/bin/same
	breaks LC086 'has the search path @' differ
	keeps LC086 app/bin/same
	link x86_64 intel/other.dylib -dylib -install_name @rpath/liba.dylib other.x86_64.o
	"$lipo" -create app/lib/liba.dylib intel/other.dylib -output differ.dylib
	breaks LC086 'exports _' differ.dylib
	# a fat library serves each of its architectures
	rm -rf fat && mkdir -p fat && cp app/bin/same fat/prog && mkdir -p lib
	"$lipo" -create app/lib/liba.dylib intel/liba.dylib -output lib/liba.dylib
	keeps LC080 fat/prog
	mkdir -p pack/bin && cp app/bin/same pack/bin/prog && cp -r lib pack/ && tar cf fat.tar pack
	keeps LC080 fat.tar
	cp differ pack/bin/prog && tar cf fat.tar pack
	breaks LC086 'has the search path @' fat.tar
	rm -rf lib pack

	breaks LC002 'it is for arm64, not for amd64' app/bin/prog -t darwin/amd64
	breaks LC002 'it is macho, linux/arm64' app/bin/prog -t linux/arm64/musl
	keeps LC002 app/bin/prog -t darwin/arm64/11.0
	link x86_64 intel/fixed prog.x86_64.o intel/liba.dylib -rpath @loader_path -no_pie
	breaks LC060 'it is not position independent' intel/fixed
	breaks LC035 'it was to be static' app/bin/prog --static
	for r in '/tmp/lib LC040' 'lib LC041' '@rpath/lib LC042' '/opt/lib LC043'; do
		link arm64 bad prog.arm64.o app/lib/liba.dylib -rpath @loader_path/app/lib -rpath "${r% *}"
		breaks "${r#* }" "LC_RPATH entry \"${r% *}\"" bad
		fixes "install_name_tool"
	done

	# a symbol of another library than the one it was linked against: bound late, or at start
	cp -r app moved && link arm64 moved/lib/liba.dylib -dylib -install_name @rpath/liba.dylib other.arm64.o
	breaks LC004 'it wants _answer, which nothing defines' moved/bin/prog
	keeps LC004 app/bin/prog
	link arm64 moved/bin/chained prog.arm64.o app/lib/liba.dylib -rpath @executable_path/../lib -fixup_chains
	if "$objdump" --macho --private-headers moved/bin/chained | grep -q LC_DYLD_CHAINED_FIXUPS; then
		breaks LC003 'it wants _answer, which nothing defines' moved/bin/chained
		cp moved/bin/chained app/bin && keeps LC003 app/bin/chained
		"$objdump" --macho --chained-fixups app/bin/chained | sed -n 's/^ *name_offset.*(\(.*\))$/\1/p' | sort >theirs
		echo app/bin/chained | "${REAL_PROGRAMS:-$top/build/release/tests/real}/image_facts" |
			sed -n 's/^.* import //p' | sort >ours
		if [ -s ours ] && cmp -s ours theirs; then
			ok "$ld: imports of chained fixups as llvm-objdump has them"
		else
			diff theirs ours >out.txt
			not_ok "$ld: imports of chained fixups" out.txt
		fi
	fi
	rm -rf moved
	rm -rf app lone mixed intel root fat ./*.dylib
}

for ld in $linkers; do
	all_rules
done
finish
