# SPDX-License-Identifier: MIT
# Shared by tests/oracle/*.t (bash): the releases, and their loaders out of their packages.
# shellcheck shell=bash disable=SC1091,SC2154
. "$(dirname "${BASH_SOURCE[0]}")/../real/lib.sh"
oracle_folder=$top/tests/oracle

suite_of() {
	case $1 in
	bullseye) echo debian:11 ;; bookworm) echo debian:12 ;; trixie) echo debian:13 ;;
	*) echo "debian:$1" ;;
	esac
}

# Prints an option for oracle.py for each release that can be had; the others to standard error.
oracle_suites() { # package
	local suite all
	for suite in ${ORACLE_SUITES:-bullseye bookworm trixie sid}; do
		all=$top/build/test-packages/$suite-amd64
		if ! have_package "$suite" amd64 "$1"; then
			echo "# $(suite_of "$suite") cannot be had: $(tail -n 1 "$scratch/why")" >&2
			continue
		fi
		printf '%s\n' --suite
		if [ "$1" = libc6 ] && have_package "$suite" amd64 libc-bin; then
			echo "$(suite_of "$suite")=$all/$1,$all/libc-bin"
		else
			echo "$(suite_of "$suite")=$all/$1"
		fi
	done
}

oracle() { # libc, package, more options of oracle.py...
	local options
	[ "$(uname -m)" = x86_64 ] || skip_all 'the loaders are those of x86-64'
	[ "$(id -u)" = 0 ] || skip_all 'the cases need root, for chroot(2)'
	command -v python3 >/dev/null || skip_all 'python3 is not installed'
	mapfile -t options < <(oracle_suites "$2" 2>"$scratch/left")
	cat "$scratch/left"
	[ ${#options[@]} -gt 0 ] || skip_all "no release can be had: $(tail -n 1 "$scratch/left")"
	python3 -B "$oracle_folder/oracle.py" "$1" --xbuild "$XBUILD" --work "$scratch/work" \
		--count "${ORACLE_COUNT:-5100}" --seed "${ORACLE_SEED:-1}" \
		--seconds "${ORACLE_SECONDS:-450}" "${@:3}" "${options[@]}"
}
