#!/bin/bash
# SPDX-License-Identifier: MIT
# As musl.t, with objects made by the compilers and linkers that are installed.
# shellcheck disable=SC1091
. "$(dirname "$0")/lib.sh"
ORACLE_COUNT=${ORACLE_COUNT:-200}
oracle musl musl --linked
