#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: coverage.sh BASE ARCH
#
# Which of the lines that the series adds do its tests execute?  Boots a kernel that
# counts (CONFIG=gcov) for each of KUnit, torture (of pcplists) and stress, with CPU 1
# to 3 isolated and without, and with two nodes, and looks at what all of them together
# executed.
. "$(dirname "$0")/lib.sh"

base=$1 arch=$2
known_base "$base"
known_arch "$arch"
obj=$(objdir "$base" "$arch" patched gcov)
data=$build/coverage/$base-$arch
reports=$build/reports
command -v "${cross}gcov" > /dev/null ||
	die "no ${cross}gcov; install Debian's package gcc${cross:+-${cross%-}}"

"$top/scripts/build-kernel.sh" "$base" "$arch" patched gcov
rm -rf "$data"
# boot NAME RUN ISOLATED [PARAMETER...]: and keep what it counted
boot()
{
	local name=$1 run=$2 cpus=$3 log=$reports/coverage-$base-$arch-$1.log counts stem
	shift 3
	say "$name"
	ISOLATED=$cpus "$top/scripts/run-guest.sh" "$base" "$arch" patched gcov "$run" \
		400 "$log" torture_seconds=60 stress_seconds=60 "$@"
	mkdir -p "$data/$name"
	sed -n 's/^gcov: //p' "$log" | perl -ne 'chomp; print pack "H*", $_' |
		tar -xz -C "$data/$name" 2> /dev/null ||
		die "what gcov counted is not, or not in one piece, in $log"
	# What gcov reads beside it is what the compiler wrote about the lines.
	for counts in "$data/$name"/*.gcda; do
		stem=${counts%.gcda}
		find "$obj" -name "${stem##*/}.gcno" -exec cp {} "$data/$name/" \;
		"${cross}gcov" --json-format --stdout "$counts" > "$stem.json" &&
		[ -s "$stem.json" ] || die "${cross}gcov does not understand $counts"
	done
}

runs="kunit stress"
[ ! -e "$build/tree/$base/mm/pcplists_torture.c" ] || runs+=" torture"
for run in $runs; do
	boot $run-isolated "$run" 1-3
	boot $run-ordinary "$run" ''
done
# Out of one node the kernel makes two, on arm64 since v6.12 only.
[ "$arch" != x86_64 ] || boot kunit-two-nodes kunit '' numa=fake=2
"$top/scripts/coverage-report.py" "$(srcdir "$base" patched)" "$data"/*/*.json |
	tee "$reports/coverage-$base-$arch.txt"
