#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: need.sh PROBE=PACKAGE...
#
# Make sure that each PROBE, a command or a file, is there.  What is missing is
# installed from its Debian PACKAGE, and said; where that is not possible, what
# to install is said instead.
. "$(dirname "$0")/lib.sh"

missing=
for pair; do
	probe=${pair%%=*}
	[ -e "$probe" ] || command -v "$probe" > /dev/null || missing+=" ${pair#*=}"
done
[ "$missing" ] || exit 0

# shellcheck disable=SC2086 # a list
missing=$(printf '%s\n' $missing | sort -u | xargs)
command -v apt-get > /dev/null ||
	die "missing, and no apt-get to install it: $missing"
[ "$(id -u)" = 0 ] ||
	die "missing; run: sudo apt-get install $missing"

say "installing with apt-get: $missing"
log=$build/apt-get.log
mkdir -p "$build"
# shellcheck disable=SC2086 # a list
{
	apt-get update &&
	DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends $missing
} > "$log" 2>&1 || die "apt-get install $missing failed, see $log"
