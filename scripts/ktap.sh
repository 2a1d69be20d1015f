#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: ktap.sh LOG
#
# Print the KTAP in a guest's console log, and fail if a test in it failed, or
# if there are fewer tests than it planned.
. "$(dirname "$0")/lib.sh"

grep -aE '^(KTAP|1\.\.|ok |not ok |# )' "$1" || die "no KTAP in $1"
planned=$(sed -n 's/^1\.\.//p' "$1")
passed=$(grep -acE '^ok ' "$1") || true
[ "$passed" = "$planned" ] || die "$passed of $planned tests passed, see $1"
