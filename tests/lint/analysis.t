#!/bin/sh
# SPDX-License-Identifier: MIT
# Static analysis, shell scripts and manual pages.
set -u
cd "$(dirname "$0")/../.." || exit 1
echo 1..4

check() { # number, name, tool, command...
	n=$1 name=$2 tool=$3
	shift 3
	if ! command -v "$tool" >/dev/null; then
		echo "ok $n # SKIP $tool is not installed"
	elif out=$("$@" 2>&1); then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		printf '%s\n' "$out" | head -40 | sed 's/^/# /'
	fi
}

sources() { find base targets linkcheck sysroots toolchains cli -name '*.c' ! -path '*/data/*' | sort; }

cpp() {
	# shellcheck disable=SC2046
	cppcheck -q --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 \
		--suppress=missingIncludeSystem --suppress=checkersReport -I. -j2 \
		-D__x86_64__ -DXBUILD_VERSION='"0"' $(sources)
}
tidy() {
	sources | xargs -P 2 -I{} clang-tidy --quiet --warnings-as-errors='*' {} -- -std=c11 \
		-D_POSIX_C_SOURCE=200809L -DXBUILD_VERSION='"0"' -I. 2>/dev/null | grep -E ' (error|warning): ' && return 1
	return 0
}
scripts() { grep -lE '^#!.*\b(sh|bash)\b' ./tests/setup ./tests/quickstart ./.ci/run ./tests/*/* 2>/dev/null; }
# shellcheck disable=SC2046
# SC2154: variables that the sourced lib.sh sets.
shell() { shellcheck -S warning -e SC2154 $(scripts); }
pages() { mandoc -T lint -W warning ./man/*.[1-8] >&2; }

check 1 cppcheck cppcheck cpp
check 2 clang-tidy clang-tidy tidy
check 3 shellcheck shellcheck shell
check 4 'mandoc -T lint' mandoc pages
