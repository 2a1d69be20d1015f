#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: bench-lockout.sh BASE ARCH ROUNDS
#
# What the owner of pcplists sees of a drain by another CPU, v6.1 and later: the
# base, what the series does, and splicing the lists off under the lock, which it
# might have done instead.  All of them in turn, ROUNDS times, so that what else
# the machine does meets each.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2 rounds=$3
known_base "$base"
known_arch "$arch"
reports=$build/reports

variants="base patched"
if [ -e "$top/tools/testing/pcplists/variants/$base/splice.patch" ]; then
	variants+=" splice"
fi

logs=()
for round in $(seq "$rounds"); do
	for variant in $variants; do
		say "round $round of $rounds: $variant"
		log=$reports/lockout-$base-$arch-$variant-$round.log
		"$top/scripts/build-kernel.sh" "$base" "$arch" "$variant" default > /dev/null
		"$top/scripts/run-guest.sh" "$base" "$arch" "$variant" default lockout 400 "$log"
		grep -q 'data bench=lockout mode=' "$log" ||
			die "nothing was measured, see $log; before v6.1 there is no lock-out"
		logs+=("$variant=$log")
	done
done
report=$reports/lockout-$base-$arch
"$top/scripts/lockout-report.py" "$report.csv" "${logs[@]}" | tee "$report.txt"
