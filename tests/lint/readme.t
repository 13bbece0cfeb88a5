#!/bin/sh
# SPDX-License-Identifier: MIT
# What the README shows was really printed: no placeholder is left in it, and its commands exist.
set -u
cd "$(dirname "$0")/../.." || exit 1
echo 1..2
if grep -nE '@@|TODO|FIXME|XXX' README.md CONTRIBUTING.md CHANGELOG.md | sed 's/^/# /' | grep .; then
	echo 'not ok 1 - no placeholder is left'
else
	echo 'ok 1 - no placeholder is left'
fi
bad=$(grep -ohE '\bxbuild [a-z+]+' README.md | sort -u | while read -r _ word; do
	case $word in
	resolves | does | refuses | is | makes) continue ;; # prose
	esac
	build/xbuild help "$word" >/dev/null 2>&1 || echo "# xbuild $word"
done)
if [ -z "$bad" ]; then echo 'ok 2 - every command it names exists'; else
	echo 'not ok 2 - every command it names exists'
	printf '%s\n' "$bad"
fi
