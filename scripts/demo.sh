#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: demo.sh BASE ARCH
#
# Who interrupts an isolated CPU, on the kernel as it is and with the series.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2
start=$SECONDS
reports=$build/reports
steps=("get the source and make a tree"
       "build the unpatched kernel"
       "build the patched kernel"
       "boot the unpatched kernel and interrupt it"
       "boot the patched kernel and interrupt it")
step=0

next()
{
	left=$(printf '; %s' "${steps[@]:$((step + 1))}")
	echo "[$((step + 1))/${#steps[@]}] ${steps[step]} ($((SECONDS - start)) s so far)"
	[ $((step + 1)) = ${#steps[@]} ] || say "then${left#;}"
	step=$((step + 1))
}

run=(make -s --no-print-directory -C "$top" BASE="$base" ARCH="$arch")
known_base "$base"
known_arch "$arch"

next; "${run[@]}" tree
next; "${run[@]}" kernel VARIANT=base
next; "${run[@]}" kernel VARIANT=patched
"${run[@]}" initramfs
for variant in base patched; do
	next
	"$top/scripts/run-guest.sh" "$base" "$arch" $variant default isolation 800 \
		"$reports/isolation-$base-$arch-$variant.log"
done

report=$reports/demo-$base-$arch.txt
status=0
{
	echo "Linux $(sed -n '$p' "$build/tree/$base.ready") ($(head -n 1 "$build/tree/$base.ready")), $arch, 4 CPUs in QEMU ($(cat "$build/guest/$arch.accel"))"
	echo
	"$top/scripts/isolation-report.py" \
		base="$reports/isolation-$base-$arch-base.log" \
		patched="$reports/isolation-$base-$arch-patched.log"
} > "$report" || status=$?
sed -n '/^KTAP/,$p' "$report" > "${report%.txt}.ktap"
echo
cat "$report"
echo
echo "$((SECONDS - start)) s; the report is ${report#"$top"/}, its KTAP part ${report#"$top"/}" | sed 's/\.txt$/.ktap/'
exit $status
