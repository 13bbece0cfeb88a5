#!/bin/bash
# SPDX-License-Identifier: MIT
# Every program of this machine: what xbuild says of it against what its own loader says.
# ORACLE_FOLDERS asks for other directories.
# shellcheck disable=SC1091
. "$(dirname "$0")/lib.sh"
[ -e /lib64/ld-linux-x86-64.so.2 ] || skip_all 'this machine has no glibc for x86-64'
command -v python3 >/dev/null || skip_all 'python3 is not installed'
# shellcheck disable=SC2086,SC2154
python3 -B "$oracle_folder/usr_bin.py" --xbuild "$XBUILD" ${ORACLE_FOLDERS:-/usr/bin /usr/sbin}
