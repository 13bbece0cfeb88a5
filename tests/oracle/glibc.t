#!/bin/bash
# SPDX-License-Identifier: MIT
# xbuild's verdicts held against the real loaders of Debian's releases, glibc's, over generated
# trees. ORACLE_COUNT, ORACLE_SEED, ORACLE_SECONDS and ORACLE_SUITES ask for others.
# shellcheck disable=SC1091
. "$(dirname "$0")/lib.sh"
oracle glibc libc6
