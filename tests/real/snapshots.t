#!/bin/bash
# SPDX-License-Identifier: MIT
# Snapshots of the roots of two Debian releases: over the programs of this machine, their verdicts are
# those of the directories themselves, and those of the built-in facts where these judge everything.
# shellcheck disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"
[ "$(uname -m)" = x86_64 ] || skip_all 'the roots are those of x86-64'
command -v python3 >/dev/null || skip_all 'python3 is not installed'

find -L /usr/bin -maxdepth 1 -type f -print0 2>/dev/null | sort -z >"$scratch/programs"
for release in 'bullseye debian:11' 'bookworm debian:12'; do
	read -r suite id <<<"$release"
	root=$scratch/$suite
	mkdir "$root"
	for package in libc6 libc-bin libstdc++6 libgcc-s1 zlib1g libtinfo6 libselinux1 base-files; do
		if ! have_package "$suite" amd64 "$package"; then
			skip "$id" "$package: $(tail -n 1 "$scratch/why")"
			continue 2
		fi
		cp -a "$top/build/test-packages/$suite-amd64/$package/." "$root/"
	done
	expect "$id: a snapshot of its root" "$XBUILD" audit --snapshot "$root" -o "$scratch/$suite.snapshot"
	"$XBUILD" audit --snapshot "$root/" -o "$scratch/again.snapshot"
	expect "$id: made again it is the same" cmp "$scratch/$suite.snapshot" "$scratch/again.snapshot"
	mkdir -p "$scratch/save/layer" && tar -C "$root" -cf "$scratch/save/layer/layer.tar" . &&
		echo '[{"Config":"c.json","RepoTags":["x:1"],"Layers":["layer/layer.tar"]}]' >"$scratch/save/manifest.json" &&
		echo '{}' >"$scratch/save/c.json" && tar -C "$scratch/save" -cf "$scratch/image.tar" .
	"$XBUILD" audit --snapshot "$scratch/image.tar" -o "$scratch/again.snapshot"
	expect "$id: of its image it is the same" cmp "$scratch/$suite.snapshot" "$scratch/again.snapshot"
	"$XBUILD" audit --snapshot "$scratch/save/layer/layer.tar" -o "$scratch/again.snapshot"
	expect "$id: of a tar of its root too" cmp "$scratch/$suite.snapshot" "$scratch/again.snapshot"
	expect "$id: it obeys its schema, and agrees with the directory and with the built-in facts" \
		python3 -B "$top/tests/real/snapshots.py" "$XBUILD" "$scratch/$suite.snapshot" "$root" "$id" "$scratch/programs"
	sed 's/^/# /' "$scratch/log"
done

# What was made of one release is another platform than the other's.
if [ -f "$scratch/bullseye.snapshot" ] && [ -f "$scratch/bookworm.snapshot" ]; then
	mkdir -p "$scratch/config/xbuild/platforms"
	cp "$scratch/bullseye.snapshot" "$scratch/config/xbuild/platforms/prod.snapshot"
	printf 'int main(void) { return 0; }\n' >"$scratch/x.c"
	if cc -o "$scratch/x" "$scratch/x.c" 2>"$scratch/log"; then
		XDG_CONFIG_HOME=$scratch/config "$XBUILD" audit --on prod "$scratch/x" >"$scratch/log" 2>&1
		status=$?
		if [ $status = 1 ] && grep -q 'LC011.*Debian GNU/Linux 11.*version GLIBC_2.34 is not in' "$scratch/log"; then
			ok 'a snapshot in the configuration folder is named without its path'
		elif [ $status = 0 ] && ! readelf -V "$scratch/x" | grep -q 'GLIBC_2.3[4-9]'; then
			skip 'a snapshot in the configuration folder' 'the C library here is no newer than that of Debian 11'
		else
			not_ok "a snapshot in the configuration folder: exit $status" "$scratch/log"
		fi
	else
		skip 'a snapshot in the configuration folder' 'there is no C compiler here'
	fi
fi
finish
