#!/bin/sh
# SPDX-License-Identifier: MIT
# No mystery binaries: every file of the fuzzing corpus is what make-corpus.py writes.
top=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/xbuild-corpus.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
echo 1..1
if ! command -v python3 >/dev/null; then
	echo 'ok 1 # SKIP no python3'
elif out=$("$top/tests/fuzz/make-corpus.py" "$scratch" 2>&1 && diff -r "$scratch" "$top/tests/fuzz/corpus" 2>&1); then
	echo 'ok 1 - the corpus is what its recipe makes'
else
	echo 'not ok 1 - the corpus is what its recipe makes (tests/fuzz/make-corpus.py writes it anew)'
	echo "$out" | sed 's/^/# /'
fi
