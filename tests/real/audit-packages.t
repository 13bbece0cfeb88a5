#!/bin/bash
# SPDX-License-Identifier: MIT
# Real packages, audited as they are: Debian's, Python wheels and npm packages of many machines, and one
# tree packed in every format. What is said of a member is what llvm-readobj says of the unpacked
# file, and is the same in every format; an image answers as its unpacked root does.
# shellcheck disable=SC1091,SC2154 # $scratch is lib.sh's
. "$(dirname "$0")/lib.sh"
command -v python3 >/dev/null || skip_all 'no python3'
READOBJ=$(command -v llvm-readobj-19 || command -v llvm-readobj) || skip_all 'no llvm-readobj'
export READOBJ
cache=$top/build/test-packages
mkdir -p "$cache"

by_python() { python3 "$top/tests/real/audit-packages.py" "$@"; }
report() { # file for the report, operands...
	local to=$1
	shift
	"$XBUILD" audit --format ndjson --fail-on never "$@" >"$to" 2>"$scratch/err"
}

# --- Debian packages, as apt has them; unpacked by dpkg-deb to compare
debs='zlib1g libssl3 libc6 libtinfo6 libgcc-s1 libstdc++6 bash coreutils libacl1 libattr1 libgmp10 libselinux1
	libpcre2-8-0'
mkdir -p "$cache/deb"
for p in $debs; do
	(cd "$cache/deb" && ls "$p"_*.deb >/dev/null 2>&1 || apt-get -q download "$p") >"$scratch/apt" 2>&1 ||
		echo "$p" >>"$scratch/lacking"
done
mkdir -p "$scratch/root"
if [ -s "$scratch/lacking" ]; then
	skip 'Debian packages' "apt cannot download $(tr '\n' ' ' <"$scratch/lacking")"
else
	for deb in "$cache"/deb/*.deb; do
		rm -rf "$scratch/one"
		dpkg-deb -x "$deb" "$scratch/one"
		dpkg-deb -x "$deb" "$scratch/root"
		find "$scratch/one" -type f -exec head -c4 {} \; | grep -q ELF || continue
		report "$scratch/r" "$deb"
		expect "$(basename "$deb"): every binary, and llvm-readobj's facts" by_python facts "$scratch/r" "$scratch/one"
	done
fi

# --- one tree in every format. Bash of a whole root is enough to be told apart.
t=$scratch/tree
mkdir -p "$t" "$scratch/packed"
cp -a "$scratch/root/." "$t/" 2>/dev/null
[ -e "$t/bin/bash" ] || { mkdir -p "$t/usr/bin" && cp /bin/true "$t/usr/bin/"; }
mkdir -p "$t/etc/ld.so.conf.d"
echo 'include /etc/ld.so.conf.d/*.conf' >"$t/etc/ld.so.conf"
(cd "$t" && find . -name 'libc.so.6' -printf '/%P\n' | sed 's|/libc.so.6||' >etc/ld.so.conf.d/libc.conf)
expect 'the tree can be packed' by_python make "$t" "$scratch/packed"
(cd "$scratch/packed" && gzip -k plain.tar && bzip2 -k plain.tar && xz -k1 plain.tar &&
	if command -v zstd >/dev/null; then zstd -q plain.tar; fi) 2>"$scratch/err"
report "$scratch/plain" "$scratch/packed/plain.tar"
expect 'plain.tar: every binary, and llvm-readobj'"'"'s facts' by_python facts "$scratch/plain" "$t"
for f in "$scratch"/packed/*; do
	name=$(basename "$f")
	case $name in plain.tar | docker.tar | oci*) continue ;; esac
	report "$scratch/r" "$f"
	expect "$name: the same is said as of plain.tar" by_python same "$scratch/plain" "$scratch/r"
done
if command -v rpmbuild >/dev/null; then
	cat >"$scratch/it.spec" <<-SPEC
		Name: it
		Version: 1
		Release: 1
		Summary: it
		License: MIT
		AutoReqProv: no
		%global debug_package %{nil}
		%global __os_install_post %{nil}
		%description
		it
		%install
		mkdir -p %{buildroot}
		cp -a $t/. %{buildroot}/
		%files
		/*
	SPEC
	rpmbuild -bb --define "_topdir $scratch/rpm" --define "_build_id_links none" "$scratch/it.spec" >"$scratch/log" 2>&1
	rpm=$(find "$scratch/rpm/RPMS" -name '*.rpm' 2>/dev/null)
	if [ -n "$rpm" ]; then
		report "$scratch/r" "$rpm"
		expect 'an rpm made by rpmbuild: the same is said' by_python same "$scratch/plain" "$scratch/r"
	else
		not_ok 'rpmbuild makes an rpm' "$scratch/log"
	fi
else
	skip 'an rpm' 'no rpmbuild'
fi

# --- images: what layers take away is gone, and the programs start as in the unpacked root
report "$scratch/docker" "$scratch/packed/docker.tar"
expect 'docker.tar: the files of the tree' by_python facts "$scratch/docker" "$t"
for f in oci.tar oci; do
	report "$scratch/r" "$scratch/packed/$f"
	expect "$f: the same is said as of docker.tar" by_python same "$scratch/docker" "$scratch/r"
done
report "$scratch/r" --root "$t" "$t/./"
expect 'its programs start as below --root' by_python starts "$scratch/docker" "$scratch/r"

# --- a static archive: each object once
lib=$(find /usr/lib -name libc.a 2>/dev/null | head -n 1)
if [ -n "$lib" ] && command -v ar >/dev/null; then
	report "$scratch/r" "$lib"
	expect "$lib: as many members as ar tells" [ "$(wc -l <"$scratch/r")" = "$(ar t "$lib" | wc -l)" ]
else
	skip 'libc.a' 'it is not here'
fi

unpacked() { # package, folder: by a tool that is not ours
	rm -rf "$2"
	mkdir -p "$2"
	case $1 in
	*.whl) python3 -m zipfile -e "$1" "$2" ;;
	*.tgz) tar -xzf "$1" -C "$2" ;;
	esac
}
compare() { # package
	unpacked "$1" "$scratch/one" 2>"$scratch/log" || {
		not_ok "$(basename "$1") can be unpacked" "$scratch/log"
		return
	}
	report "$scratch/r" "$1"
	expect "$(basename "$1"): every ELF file, and llvm-readobj's facts" by_python facts "$scratch/r" "$scratch/one"
}

# --- wheels
mkdir -p "$cache/whl"
wheel() { # name, platform
	local dir=$cache/whl/$1-$2
	if ! ls "$dir"/*.whl >/dev/null 2>&1; then
		timeout 300 python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary=:all: \
			--python-version 311 --platform "$2" -d "$dir" "$1" >"$scratch/log" 2>&1 || {
			skip "$1 for $2" 'pip cannot download it'
			return
		}
	fi
	compare "$(ls "$dir"/*.whl)"
}
for p in manylinux2014_x86_64 manylinux2014_aarch64 manylinux2014_s390x manylinux2014_ppc64le manylinux2014_i686 \
	musllinux_1_2_x86_64 musllinux_1_2_aarch64; do
	wheel cffi $p
done
for p in manylinux2014_x86_64 musllinux_1_2_x86_64; do wheel psycopg2-binary $p; done
wheel numpy manylinux2014_x86_64

# --- npm: programs and modules for many systems
mkdir -p "$cache/npm"
npm_package() { # name@version
	local file
	file=$cache/npm/$(echo "$1" | tr '/@' '__').tgz
	if [ ! -s "$file" ]; then
		(cd "$scratch" && timeout 300 npm pack --silent "$1" >"$scratch/packed-name" 2>"$scratch/log" &&
			mv "$(tail -n 1 "$scratch/packed-name")" "$file") || {
			skip "$1" 'npm cannot fetch it'
			return
		}
	fi
	compare "$file"
}
if command -v npm >/dev/null; then
	for p in x64 arm64 arm riscv64 s390x ppc64 mips64el loong64; do npm_package "@esbuild/linux-$p@0.28.2"; done
	for p in android-arm64 freebsd-x64 openbsd-x64 netbsd-x64 sunos-x64 darwin-arm64 win32-x64; do
		npm_package "@esbuild/$p@0.28.2"
	done
	for p in linux-x64-gnu@4.68.7 linux-x64-musl@4.68.2 linux-arm64-gnu@4.68.7 linux-arm-gnueabihf@4.67.4 \
		linux-riscv64-gnu@4.68.7 linux-s390x-gnu@4.68.7 android-arm64@4.68.7 freebsd-x64@4.68.7 \
		darwin-arm64@4.68.7 win32-x64-msvc@4.68.7; do
		npm_package "@rollup/rollup-$p"
	done
	for p in sharp-linux-x64@0.35.5 sharp-linuxmusl-x64@0.35.5 sharp-libvips-linux-x64@1.3.4 \
		sharp-libvips-linux-arm@1.3.4 sharp-libvips-linuxmusl-arm64@1.3.4 sharp-darwin-arm64@0.35.5 \
		sharp-win32-x64@0.35.5; do
		npm_package "@img/$p"
	done
	npm_package fsevents@2.3.3
	npm_package @napi-rs/canvas-linux-x64-gnu@1.1.1
else
	skip 'npm packages' 'no npm'
fi
finish
