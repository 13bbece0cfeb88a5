# SPDX-License-Identifier: MIT
# Shared by tests/real/*.t (bash): TAP, a scratch directory, one store for all, and Debian source
# packages from the mirror that this machine's own apt uses.
# shellcheck shell=bash

set -u
export LC_ALL=C
unset XBUILD_OFFLINE XBUILD_CONFIG
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
XBUILD=${XBUILD:-$top/build/xbuild}
export XBUILD_CACHE_DIR=${XBUILD_TEST_STORE:-$top/build/test-store}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/xbuild-real.XXXXXX") || exit 1
trap 'rm -rf "$scratch"' EXIT
tap_count=0

# The targets other people's software is built for, in the order of the slowest emulators last.
all_targets='linux/amd64 linux/arm64 linux/arm/v7 linux/386 linux/ppc64le linux/s390x linux/riscv64'

ok() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1"
}
not_ok() { # text, file with what was printed
	tap_count=$((tap_count + 1))
	echo "not ok $tap_count - $1"
	[ -z "${2:-}" ] || tail -n 25 "$2" | sed 's/^/# /'
}
skip() { # text, reason
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}
finish() { echo "1..$tap_count"; }
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# Runs a command with its output in $scratch/log; ok or not ok by its exit code.
expect() { # text, command...
	local text=$1
	shift
	if "$@" >"$scratch/log" 2>&1 </dev/null; then
		ok "$text"
	else
		not_ok "$text (exit $?)" "$scratch/log"
		return 1
	fi
}

# Makes sure that a sysroot is there. Prints the --sysroot option to use, if any. Where the release
# that xbuild would choose cannot be had because the mirror is in the middle of a sync, sid serves.
# Returns 1 with the reason in $scratch/why when neither can be had.
have_sysroot() { # target, set
	local status
	"$XBUILD" sysroot add -q "$1" --set "$2" >"$scratch/why" 2>&1 && return 0
	status=$?
	if [ $status = 6 ]; then
		"$XBUILD" sysroot add -q "$1" --set "$2" --source debian:sid >>"$scratch/why" 2>&1 &&
			echo "--sysroot=debian:sid" && return 0
	fi
	return 1
}
why() { grep -v '^ ' "$scratch/why" | tail -n 1 | sed 's/^xbuild: //'; }

# Unpacks the upstream source of Debian packages into $top/build/test-sources/<name>, once.
# Nothing of the distribution's own patches is applied: the sources are as their authors left them.
have_source() { # name
	local all=$top/build/test-sources apt=$top/build/test-sources/apt
	mkdir -p "$all"
	exec 9>"$all/lock"
	flock 9
	if [ ! -d "$all/$1" ]; then
		fetch_source "$1" "$all" "$apt" >"$scratch/why" 2>&1 || {
			flock -u 9
			return 1
		}
	fi
	flock -u 9
}
fetch_source() { # name, folder, apt root
	local name=$1 all=$2 apt=$3 uri suite key
	read -r uri suite key <<<"$(apt_root "$apt")"
	[ -n "$uri" ] || {
		echo 'apt on this machine has no source for Debian 12'
		return 1
	}
	echo "deb-src [signed-by=$key] $uri $suite main" >"$apt/sources.list"
	export APT_CONFIG=$apt/apt.conf
	[ -n "$(find "$apt/state/lists" -name '*_Sources*' -mtime -1 2>/dev/null)" ] ||
		apt-get -q update || apt-get -q update || return 1
	(cd "$all" && apt-get -q --download-only source "$name") || return 1
	dpkg-source --no-check --skip-patches -x "$all"/"$name"_*.dsc "$all/$name.new" || return 1
	mv "$all/$name.new" "$all/$name"
}
# Makes a private apt root and prints the mirror, suite and keyring of this machine's Debian 12
# source, or nothing.
apt_root() { # folder
	local apt=$1 line uri suite key
	mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/parts"
	: >"$apt/status"
	# shellcheck disable=SC2016 # apt's own variables
	line=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(SIGNED_BY) $(IDENTIFIER)' |
		grep -E '/debian/? +bookworm ' | grep -E ' Packages$' | head -n 1)
	read -r uri suite key _ <<<"$line"
	# apt does not always say which keyring vouches for a source.
	[ -f "$key" ] || key=/usr/share/keyrings/debian-archive-keyring.gpg
	cat >"$apt/apt.conf" <<X
Dir::State "$apt/state"; Dir::State::status "$apt/status"; Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "-";
Dir::Etc::parts "$apt/parts"; Dir::Etc::main "/dev/null"; Acquire::Languages "none";
APT::Sandbox::User "root";
X
	apt-config dump 2>/dev/null | grep -E '^Acquire::(http|https|Retries)' >>"$apt/apt.conf"
	[ -z "$uri" ] || echo "$uri $suite $key"
}

# Unpacks a binary package of a Debian suite into $top/build/test-packages/SUITE-ARCH/NAME, once;
# NAME.version beside it says which.
have_package() { # suite, architecture, name
	local all=$top/build/test-packages/$1-$2
	mkdir -p "$all"
	exec 9>"$all/lock"
	flock 9
	if [ ! -d "$all/$3" ]; then
		(fetch_package "$1" "$2" "$3" "$all") >"$scratch/why" 2>&1 || {
			flock -u 9
			return 1
		}
	fi
	flock -u 9
}
fetch_package() { # suite, architecture, name, folder
	local apt=$4/apt uri suite key
	read -r uri suite key <<<"$(apt_root "$apt")"
	[ -n "$uri" ] || {
		echo 'apt on this machine has no source for Debian 12'
		return 1
	}
	echo "APT::Architecture \"$2\"; APT::Architectures { \"$2\"; };" >>"$apt/apt.conf"
	# A mirror's copy of sid may be older than its Release file allows; what the packages are is
	# signed all the same, and the version is told.
	[ "$1" != sid ] || echo 'Acquire::Check-Valid-Until "false";' >>"$apt/apt.conf"
	echo "deb [signed-by=$key] $uri $1 main" >"$apt/sources.list"
	export APT_CONFIG=$apt/apt.conf
	[ -n "$(find "$apt/updated" -mtime -1 2>/dev/null)" ] ||
		apt-get -q update || apt-get -q update || return 1
	touch "$apt/updated"
	cd "$4" && rm -rf "./$3.new" "./$3"_*.deb && apt-get -q download "$3" || return 1
	dpkg-deb -f "$3"_*.deb Version >"$3.version" && dpkg-deb -x "$3"_*.deb "$3.new" || return 1
	mv "$3.new" "$3" && rm -f "$3"_*.deb
}

# Unpacks a package of npm's registry into $npm_dir, once; the package manager checks its digest.
have_npm() { # NAME@VERSION
	npm_dir=$top/build/test-npm/$(echo "$1" | tr '/@' '-_')
	command -v npm >/dev/null || {
		echo 'npm is not installed' >"$scratch/why"
		return 1
	}
	mkdir -p "$top/build/test-npm"
	exec 9>"$top/build/test-npm/lock"
	flock 9
	if [ ! -d "$npm_dir" ]; then
		(
			rm -rf "$npm_dir.new" && mkdir "$npm_dir.new" && cd "$npm_dir.new" &&
				timeout 300 npm pack --silent "$1" && tar -xzf ./*.tgz && rm -f ./*.tgz &&
				mv "$npm_dir.new" "$npm_dir"
		) >"$scratch/why" 2>&1 || {
			flock -u 9
			return 1
		}
	fi
	flock -u 9
}

# One program, audited against what was asked for.
audited() { # text, target, static|dynamic, file
	local how=--static
	[ "$3" = static ] || how=--mode=$3
	expect "$1: audit agrees with $2 $3" "$XBUILD" audit -t "$2" "$how" "$4"
}

# Calls `$1 TARGET MODE OPTIONS...` for every target, glibc dynamic and musl static. $sysroot is the
# option among them that `xbuild run` wants too, or empty.
for_each_target() { # function
	local base
	for base in $all_targets; do
		if sysroot=$(have_sysroot "$base/glibc" c++); then
			# shellcheck disable=SC2086
			"$1" "$base/glibc" dynamic $sysroot
		else
			skip "$base/glibc dynamic" "$(why)"
		fi
		if sysroot=$(have_sysroot "$base/musl" c-static); then
			# shellcheck disable=SC2086
			"$1" "$base/musl" static --static $sysroot
		else
			skip "$base/musl static" "$(why)"
		fi
	done
}
