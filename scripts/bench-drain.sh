#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: bench-drain.sh BASE ARCH ROUNDS
#
# Latency of drain_all_pages(): the work queue of the base, what the series does,
# and, on v5.10, the two ways to wait that it might have chosen instead.  All of them in
# turn, ROUNDS times, so that what else the machine does meets each.  With CPU 1 to 3
# isolated, and for the first two also with no CPU isolated.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2 rounds=$3
known_base "$base"
known_arch "$arch"
variants="base patched"
for other in "$top/tools/testing/pcplists/variants/$base"/quiesce-*.patch; do
	[ ! -e "$other" ] || variants+=" $(basename "$other" .patch)"
done
reports=$build/reports

isolated=() ordinary=()
for round in $(seq "$rounds"); do
	for variant in $variants; do
		say "round $round of $rounds: $variant"
		log=$reports/drain-$base-$arch-$variant-$round
		"$top/scripts/build-kernel.sh" "$base" "$arch" "$variant" default > /dev/null
		"$top/scripts/run-guest.sh" "$base" "$arch" "$variant" default drain 300 \
			"$log.log" drain_rounds=60
		isolated+=("$variant=$log.log")
		case $variant in
		base|patched)
			ISOLATED='' "$top/scripts/run-guest.sh" "$base" "$arch" "$variant" \
				default drain 300 "$log-ordinary.log" drain_rounds=60
			ordinary+=("$variant=$log-ordinary.log") ;;
		esac
	done
done
csv=$reports/drain-$base-$arch
{
	echo "drain_all_pages(NULL), ms: median of the runs (smallest to largest)"
	echo
	"$top/scripts/drain-report.py" "$csv.csv" "CPU 1-3, isolated" "${isolated[@]}"
	echo
	"$top/scripts/drain-report.py" "$csv-ordinary.csv" "CPU 1-3, ordinary" "${ordinary[@]}"
} | tee "$csv.txt"
