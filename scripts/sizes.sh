#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: sizes.sh BASE ARCH
#
# What every CPU has for every zone in struct per_cpu_pages, in bytes, in the
# kernels that are built.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2
known_base "$base"
known_arch "$arch"

for variant in base patched; do
	object=$(objdir "$base" "$arch" $variant default)/modules/struct_sizes.o
	[ -e "$object" ] ||
		die "no kernel; run 'make kernel BASE=$base ARCH=$arch VARIANT=$variant'"
	echo "$base $arch $variant: $((0x$(nm -S "$object" | awk '/ per_cpu_pages_bytes$/ { print $2 }')))"
done
