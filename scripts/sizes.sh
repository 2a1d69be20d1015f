#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: sizes.sh BASE ARCH
#
# What every CPU has for every populated zone in struct per_cpu_pages, in the kernels
# that are built, and what that is for more of them.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2
known_base "$base"
known_arch "$arch"
[ "$topic" = pcplists ] || { say "sizes: skipped, TOPIC=$topic has nothing to do with it"; exit; }

{
	echo "struct per_cpu_pages, $base, $arch, as the guest is configured: bytes for a CPU"
	echo "and zone, and KiB for all CPUs and 4 zones"
	echo
	printf '%-10s' ''
	printf '%12s' bytes '8 CPUs' '64 CPUs' '512 CPUs'
	echo
	for variant in base patched; do
		object=$(objdir "$base" "$arch" $variant default)/modules/struct_sizes.o
		[ -e "$object" ] ||
			die "no kernel; run 'make kernel BASE=$base ARCH=$arch VARIANT=$variant'"
		bytes=$((0x$(nm -S "$object" | awk '/ per_cpu_pages_bytes$/ { print $2 }')))
		printf '%-10s%12s' "$variant" $bytes
		for cpus in 8 64 512; do
			printf '%12s' "$(awk "BEGIN { print $bytes * $cpus * 4 / 1024 }")"
		done
		echo
	done
} > "$build/reports/sizes-$base-$arch.txt.part"
mv "$build/reports/sizes-$base-$arch.txt"{.part,}
cat "$build/reports/sizes-$base-$arch.txt"
