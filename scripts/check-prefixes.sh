#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: check-prefixes.sh BASE ARCH
#
# Whoever bisects ends up between two patches: each prefix of the series builds,
# adds no warning with W=1 or of sparse, and boots and drains.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2
known_base "$base"
known_arch "$arch"

objects=$(git -C "$build/tree/$base" diff --name-only base..refs/series/applied -- '*.c' |
	sed 's/c$/o/' | xargs)

# Newer kernels refuse a sparse without what 0.6.5 brought.
"$top/scripts/newest-program.sh" "$build/sparse" sparse sparse

# warnings VARIANT: W=1 and sparse on those of the files that the series touches that
# this kernel consists of, no line numbers, no name of the checkout
warnings()
{
	local obj built
	obj=$(objdir "$base" "$arch" "$1" default)
	built=$(cd "$obj" && find $objects 2> /dev/null) || true
	(cd "$obj" && rm -f $built)
	make -C "$(srcdir "$base" "$1")" O="$obj" ARCH="$karch" CROSS_COMPILE="$cross" \
		LOCALVERSION= W=1 C=2 CHECK="$build/sparse/sparse" $built 2>&1 |
		grep -E 'warning:|error:|sparse' | sed -E 's|^.*\.(base\|scratch)/||; s/:[0-9]+:[0-9]+:/:/' | sort -u || true
}

"$top/scripts/build-kernel.sh" "$base" "$arch" base default
warnings base > "$build/warnings"

n=$(git -C "$build/tree/$base" rev-list --count base..refs/series/applied)
for i in $(seq "$n"); do
	prefix=prefix-$i
	log=$build/reports/stress-$base-$arch-$prefix.log
	"$top/scripts/build-kernel.sh" "$base" "$arch" "$prefix" default
	"$top/scripts/run-guest.sh" "$base" "$arch" "$prefix" default stress 400 \
		"$log" stress_seconds=20
	"$top/scripts/ktap.sh" "$log" > "$log.ktap"
	# Last, as it leaves objects behind that the next build makes again.
	warnings "$prefix" | comm -13 "$build/warnings" - > "$build/warnings.new"
	[ ! -s "$build/warnings.new" ] ||
		die "prefix $i adds warnings: $(head -n 3 "$build/warnings.new")"
	say "$prefix builds without new warnings, boots and drains"
done
