#!/bin/bash
# SPDX-License-Identifier: MIT
# Our Mach-O reader against llvm-objdump, over other people's macOS builds from npm: libraries with
# their versions, install name, search paths, oldest system, every import and every export.
# shellcheck disable=SC1091,SC2154 # $scratch is lib.sh's
. "$(dirname "$0")/lib.sh"
objdump=$(command -v llvm-objdump-19 || command -v llvm-objdump) || skip_all "no llvm-objdump"
lipo=$(command -v llvm-lipo-19 || command -v llvm-lipo-14 || command -v llvm-lipo) || skip_all "no llvm-lipo"
command -v npm >/dev/null || skip_all "no npm to fetch packages with"
facts=${REAL_PROGRAMS:-$top/build/release/tests/real}/image_facts
[ -x "$facts" ] || skip_all "no $facts: make check-programs"

packages='@esbuild/darwin-arm64@0.28.2 @esbuild/darwin-x64@0.28.2 @rollup/rollup-darwin-arm64@4.68.7
@img/sharp-darwin-arm64@0.35.5 @img/sharp-libvips-darwin-arm64@1.3.4 @parcel/watcher-darwin-arm64@2.6.0
fsevents@2.3.3'
store=$XBUILD_CACHE_DIR/npm

# Fetched once, kept beside the test's sysroots.
fetch() { # NAME@VERSION: prints the directory
	local dir
	dir=$store/$(printf '%s' "$1" | tr '@/' '__')
	if [ ! -d "$dir/package" ]; then
		mkdir -p "$dir" && (cd "$dir" && npm pack --silent "$1" >/dev/null 2>&1 && tar xzf ./*.tgz && rm -f ./*.tgz) || {
			rm -rf "$dir"
			return 1
		}
	fi
	printf '%s\n' "$dir/package"
}

arches_of() { # FILE: what llvm calls them
	"$lipo" -archs "$1" | sed 's/ *$//'
}
our_name() { case $1 in x86_64) echo amd64 ;; *) echo "$1" ;; esac; }

# llvm-objdump's words in our form.
theirs() { # FILE ARCH LABEL
	local id
	id=$("$objdump" --macho --arch "$2" --dylib-id "$1" | grep -v ':$')
	"$objdump" --macho --arch "$2" --dylibs-used "$1" | awk -v f="$3" -v id="$id" '
		/^\t/ && index($0, "\t" id " ") == 1 && id != "" { next } # its own name
		/^\t/ { match($0, / \(compatibility version /); name = substr($0, 2, RSTART - 2)
			rest = substr($0, RSTART); gsub(/[(),]/, "", rest); split(rest, w, " ")
			print f, "needed", name; print f, "version", name, w[3], w[6] }'
	[ -z "$id" ] || echo "$3 soname $id"
	"$objdump" --macho --arch "$2" --rpaths "$1" | awk -v f="$3" '!/:$/ && NF { print f, "rpath", $0 }'
	"$objdump" --macho --arch "$2" --private-headers "$1" | awk -v f="$3" '
		/cmd LC_BUILD_VERSION/ { on = 1 }
		/cmd LC_VERSION_MIN/ { on = 2 }
		/^Load command/ { on = 0 }
		on == 1 && $1 == "minos" || on == 2 && $1 == "version" { print f, "minos", $2 }
		on && $1 == "sdk" && $2 != "n/a" { print f, "sdk", $2 }
		/ LC_LOAD_DYLINKER/ { loader = 1 }
		loader && $1 == "name" { print f, "interpreter", $2; loader = 0 }'
	"$objdump" --macho --arch "$2" --bind --lazy-bind --weak-bind "$1" | awk -v f="$3" '
		/ table:$/ { weak = /^Weak/; next }
		/^__/ && !/strong/ { sub(/ \(weak.import\)$/, ""); print f, "import", $NF }'
	"$objdump" --macho --arch "$2" --exports-trie "$1" | awk -v f="$3" '
		/^0x/ { print f, "export", $2 }
		/^\[re-export\]/ { print f, "export", $2 }'
}

# "1.2.0" and "1.2" are one version.
plain_versions() { sed -E '/ (version|minos|sdk) /{s/\.0( |$)/\1/g;s/\.0( |$)/\1/g}'; }

compare() { # NAME@VERSION FILE
	local arch label list
	list=$(arches_of "$2")
	for arch in $list; do
		label=$2
		[ "$list" = "$arch" ] || label=$2/$(our_name "$arch")
		theirs "$2" "$arch" "$label"
	done | plain_versions | sort -u >"$scratch/theirs"
	printf '%s\n' "$2" | "$facts" | plain_versions | sort -u >"$scratch/ours"
	n=$(wc -l <"$scratch/theirs")
	if [ "$n" -gt 3 ] && diff "$scratch/theirs" "$scratch/ours" >"$scratch/log"; then
		ok "$1: $n facts of $(basename "$2") agree"
	else
		not_ok "$1: $(basename "$2") differs" "$scratch/log"
	fi
}

fetched=0
for p in $packages; do
	dir=$(fetch "$p") || {
		skip "$p" "npm does not give it"
		continue
	}
	fetched=$((fetched + 1))
	while IFS= read -r f; do
		compare "$p" "$f"
	done < <(find "$dir" -type f \( -name '*.node' -o -name '*.dylib' -o -path '*/bin/esbuild' \))
done
finish
