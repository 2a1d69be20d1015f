#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: bench.sh WHAT BASE ARCH ROUNDS
#
# Measure the unpatched kernel, the series and what the series might have done
# instead, all of them in turn, ROUNDS times, so that what else the machine does
# meets each.  WHAT is
#   fastpath	instructions of an allocation and a free, and atomic ones
#   drain	latency of drain_all_pages(), by what the other CPUs do
#   scaling	instructions of drain_all_pages(), by the number of CPUs and nodes
#   insns	the same on each CPU, by what the other CPUs do
#   lockout	what a CPU sees of a drain of its lists
#   workload	throughput of programs, on one CPU in instructions
# each a script of tools/isolation/guest and, WHAT-report.py, one here.  Writes the
# report, and what it is of as CSV.
. "$(dirname "$0")/lib.sh"

what=$1 base=$2 arch=$3 rounds=$4
known_base "$base"
known_arch "$arch"
report=$build/reports/$for_name$what-$base-$arch

case $topic-$what in
pcplists-*|lru-drain|lru-insns|*-workload) ;;
*)	say "$what: skipped, TOPIC=$topic has nothing to do with it"
	exit ;;
esac

case $what-$base-$arch in
insns-*-i386)
	say "$what: skipped, addresses do not tell the kernel from the rest on $arch"
	exit ;;
scaling-v5.10*)
	say "$what: skipped, $base brings up no second CPU under QEMU's -icount"
	exit ;;
esac

# Which drain it is
subject=()
[ "$topic" != lru ] || subject=(what=lru)

# What there is besides the series, for whom it matters
variants="base patched"
for other in "$top/tools/testing/$topic/variants/$base"/*.patch; do
	case $what-$(basename "$other" .patch) in
	drain-quiesce-*|lockout-splice)
		variants+=" $(basename "$other" .patch)" ;;
	esac
done

# guest [PARAMETER...]: boot $variant once and have it measure
guest()
{
	local log=$report-$variant-${#logs[@]}.log run=${what/insns/drain}
	"$top/scripts/run-guest.sh" "$base" "$arch" "$variant" default "$run" 600 "$log" "$@"
	grep -q "data bench=${run/scaling/drain} " "$log" || die "nothing was measured, see $log"
	logs+=("$variant=$log")
}

if [ "$what" = insns ]; then
	# QEMU 9 no longer takes plugins for the first version of that interface.
	version=$($qemu --version | sed -n '1s/.* \([0-9]*\)\..*/\1/p')
	gcc -O2 -Wall -Wextra -shared -fPIC -fvisibility=hidden \
		-DPLUGIN_VERSION=$((version < 9 ? 1 : 2)) \
		-o "$build/guest/insns.so" "$top/tools/bench/insns.c"
fi

logs=()
for round in $(seq "$rounds"); do
	for variant in $variants; do
		say "round $round of $rounds: $variant"
		"$top/scripts/build-kernel.sh" "$base" "$arch" "$variant" default > /dev/null
		case $what-$variant in
		fastpath-*)	ICOUNT=1 guest ;;
		scaling-*)	for cpus in 2 4 8 16; do
					ICOUNT=$cpus guest
				done
				for nodes in 2 4; do
					[ "$arch" = arm64 ] || ICOUNT=4 guest numa=fake=$nodes
				done ;;
		drain-quiesce*)	guest ;;
		insns-*)	INSNS=int_pow guest "${subject[@]}" ;;
		workload-*)	guest workload_seconds=10 workload_repeats=3
				ICOUNT=1 guest workload_seconds=2 workload_repeats=1 ;;
		# What isolation has to do with it
		drain-*)	guest "${subject[@]}"
				ISOLATED='' guest "${subject[@]}" ;;
		*)		guest ;;
		esac
	done
done

if [ "$what" = fastpath ]; then
	for variant in base patched; do
		"$top/scripts/atomics.sh" "$base" "$arch" $variant > "$report-$variant-atomics.log"
		logs+=("$variant=$report-$variant-atomics.log")
	done
fi

# What counts instructions does not use KVM.
accel=tcg
[[ $what != @(drain|lockout|workload) ]] || accel=$(cat "$build/guest/$arch.accel")
{
	# What else decides about the numbers
	echo "make bench-$what BASE=$base ARCH=$arch ROUNDS=$rounds$for_topic"
	echo "Linux $(sed -n '$p' "$build/tree/$base.ready"), $("${cross}gcc" --version | sed -n 's/ (.*) / /; 1p')," \
	     "$($qemu --version | sed -n 's/ (.*//; s/ emulator version//; 1p') ($accel) on $(nproc) CPUs," \
	     "$(date +%F)"
	echo
	"$top/scripts/$what-report.py" "$report.csv" "${logs[@]}"
} | tee "$report.txt"
