#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: selftests.sh BASE ARCH
#
# Run the kernel's own selftests of mm on the unpatched kernel and on the series: does
# any do worse than without?  That is, exit with another status, and not because it
# passes now, or have more cases that are not ok.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2
known_base "$base"
known_arch "$arch"
report=$build/reports/selftests-$base-$arch

for variant in base patched; do
	"$top/scripts/build-kernel.sh" "$base" "$arch" $variant default
	say "the selftests on $variant"
	"$top/scripts/run-guest.sh" "$base" "$arch" $variant default selftests 1800 "$report-$variant.log"
	sed -n 's/^data bench=selftests //p' "$report-$variant.log" > "$report-$variant"
	[ -s "$report-$variant" ] || die "no selftest ran, see $report-$variant.log"
done

# name status ok not_ok, of both
join <(sed 's/[a-z_]*=//g' "$report-base" | sort) \
     <(sed 's/[a-z_]*=//g' "$report-patched" | sort) |
awk '
$2 == 0 && $5 == 0			{ passed++ }
$2 == 4 && $5 == 4			{ skipped++ }
$2 != 0 && $2 != 4 && $5 == $2		{ failed++ }
					{ ok += $3 }
$5 != $2 || $7 > $4			{ differ[$1] = "status " $2 " and " $5 ", cases " $3 " ok " $4 " not, and " $6 " ok " $7 " not" }
($5 != $2 && $5 != 0) || $7 > $4	{ worse[$1]; n++ }
END {
	printf "%d programs pass on both kernels, with %d cases; %d are skipped, %d fail on both,\n", passed, ok, skipped, failed
	print "for want of what the guest does not have, or of arguments"
	for (name in differ)
		print name ": " differ[name] (name in worse ? ", WORSE" : "")
	exit n != 0
}' | tee "$report.txt"
