#!/bin/bash
# SPDX-License-Identifier: MIT
# Programs of this machine and Mach-O files linked here, damaged in six ways each and more: every one
# gets an answer of audit in bounded time and memory, never a crash, and never silence.
# shellcheck disable=SC1091,SC2154 # $scratch is lib.sh's
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || skip_all 'no python3'
seed=${MUTANT_SEED:-20}
mkdir "$scratch/mutants"

# 60 of them, evenly over the alphabet; small ones, because there will be six of each.
find /usr/bin /usr/sbin -xdev -type f -size -256k -perm -u+x 2>/dev/null | sort >"$scratch/all"
while IFS= read -r f; do
	[ "$(head -c 4 "$f" | tr -d '\0')" = $'\177ELF' ] && printf '%s\n' "$f"
done <"$scratch/all" >"$scratch/elf"
total=$(wc -l <"$scratch/elf")
[ "$total" -gt 0 ] || skip_all 'no ELF programs here'
awk -v step=$((total / 60 + 1)) 'NR % step == 0' "$scratch/elf" >"$scratch/sample"

# Mach-O programs, libraries and fat files, with bind opcodes and with chained fixups; none where there is no
# linker for them.
macho() { # arch name options...
	local arch=$1 out=$scratch/macho/$2 ld
	shift 2
	ld=$(command -v ld64.lld-19 || command -v ld64.lld-14 || command -v ld64.lld) || return 0
	"$ld" -arch "$arch" -platform_version macos 11.0 11.0 -o "$out" "$scratch/macho.$arch.o" \
		-undefined dynamic_lookup -rpath @loader_path/lib "$@" >/dev/null 2>&1 && echo "$out" >>"$scratch/sample"
}
mkdir "$scratch/macho"
cat >"$scratch/macho.c" <<'EOF'
extern int far_away(int), __attribute__((weak_import)) maybe(void);
int value = 3, *pointer = &value;
int answer(void) { return far_away(value); }
int main(void) { return maybe ? maybe() : *pointer; }
EOF
for arch in arm64 x86_64; do
	clang --target=$arch-apple-macos11 -O1 -c "$scratch/macho.c" -o "$scratch/macho.$arch.o" 2>/dev/null || continue
	macho $arch $arch
	macho $arch $arch.chained -fixup_chains
	macho $arch $arch.dylib -dylib -install_name @rpath/x.dylib
	macho $arch $arch.bundle -bundle
done
# PE programs and DLLs: wine's own, where it is installed.
find /usr/lib -type f -path '*wine*/x86_64-windows/*' -size -256k \( -name '*.dll' -o -name '*.exe' \) 2>/dev/null |
	sort | awk 'NR % 50 == 0' >>"$scratch/sample"
lipo=$(command -v llvm-lipo-19 || command -v llvm-lipo-14 || command -v llvm-lipo)
if [ -n "$lipo" ] && [ -f "$scratch/macho/arm64" ] && [ -f "$scratch/macho/x86_64" ]; then
	"$lipo" -create "$scratch/macho/arm64" "$scratch/macho/x86_64" -output "$scratch/macho/fat" &&
		echo "$scratch/macho/fat" >>"$scratch/sample"
fi
python3 "$top/tests/real/mutants.py" "$scratch/mutants" "$seed" <"$scratch/sample"
count=$(find "$scratch/mutants" -type f | wc -l)

# 4 GiB and 6 s for one file is what the tools that were compared got.
audit() { # seconds, arguments...
	local seconds=$1
	shift
	(ulimit -v 4194304 -c 0 && exec timeout -k 1 "$seconds" "$XBUILD" audit --format json "$@") >"$scratch/out" 2>"$scratch/err"
}
declare -A codes=()
: >"$scratch/bad"
for f in "$scratch/mutants"/*; do
	audit 6 "$f"
	code=$?
	codes[$code]=$((${codes[$code]:-0} + 1))
	case $code in
	0 | 1 | 3 | 4) [ -s "$scratch/out" ] || [ -s "$scratch/err" ] || echo "$code, silent: ${f##*/}" ;;
	*) echo "exit $code: ${f##*/} $(tail -n 1 "$scratch/err")" ;;
	esac >>"$scratch/bad"
done
summary=
for code in 0 1 3 4; do summary="$summary, ${codes[$code]:-0} with $code"; done
if [ -s "$scratch/bad" ]; then
	not_ok "$count mutants of $(wc -l <"$scratch/sample") programs, one by one (seed $seed)" "$scratch/bad"
else
	ok "$count mutants of $(wc -l <"$scratch/sample") programs, one by one: ended${summary#,} (seed $seed)"
fi

find "$scratch/mutants" -type f -print0 | sort -z |
	(ulimit -v 4194304 -c 0 && exec timeout -k 1 60 "$XBUILD" audit --format json --stdin0) >"$scratch/out" 2>"$scratch/err"
code=$?
case $code in
1 | 3 | 4) ok "all in one process: exit $code" ;;
*) not_ok "all in one process: exit $code" "$scratch/err" ;;
esac
answered() {
	python3 - "$scratch" <<'X'
import json, os, sys
scratch = sys.argv[1]
report = json.load(open(scratch + '/out'))
told = {os.path.basename(f['path']).split(' (')[0] for f in report['files']}
errors = open(scratch + '/err', errors='replace').read()
silent = [f for f in os.listdir(scratch + '/mutants') if f not in told and f not in errors]
if silent:
    sys.exit('no word of ' + ' '.join(silent))
X
}
expect 'the report is JSON, and every mutant is in it or has a line' answered
finish
