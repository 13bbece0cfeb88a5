#!/bin/sh
# SPDX-License-Identifier: MIT
# Sources are as clang-format (version 14) leaves them; headers stand alone.
set -u
cd "$(dirname "$0")/../.." || exit 1
echo 1..2
if ! command -v clang-format >/dev/null; then
	echo 'ok 1 # SKIP clang-format is not installed'
elif ! clang-format --version | grep -q 'version 14'; then
	echo 'ok 1 # SKIP clang-format is not version 14'
elif out=$(find base targets linkcheck sysroots toolchains cli tests/unit tests/fuzz -name '*.[ch]' ! -path '*/data/*' \
	-exec clang-format --dry-run -Werror {} + 2>&1); then
	echo 'ok 1 - formatted'
else
	echo 'not ok 1 - formatted (make fmt mends it)'
	printf '%s\n' "$out" | grep -E 'error:' | head -20 | sed 's/^/# /'
fi
bad=$(find base targets linkcheck sysroots toolchains cli -name '*.h' | while read -r h; do
	printf '#include "%s"\nextern int not_empty;\n' "$h" |
		cc -std=c11 -D_POSIX_C_SOURCE=200809L -I. -Wall -Wextra -Werror -fsyntax-only -x c - 2>/dev/null || echo "$h"
done)
if [ -z "$bad" ]; then echo 'ok 2 - headers stand alone'; else
	echo 'not ok 2 - headers stand alone'
	printf '%s\n' "$bad" | sed 's/^/# /'
fi
