#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: coverage.sh BASE ARCH
#
# Which of the lines that the series adds do its tests execute?  Boots a kernel that
# counts (CONFIG=gcov) for each of KUnit, torture and stress, with CPU 1 to 3
# isolated and without, and looks at what all of them together executed.
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
for run in kunit torture stress; do
	for cpus in 1-3 ''; do
		name=$run-isolated-${cpus:-none}
		say "$name"
		log=$reports/coverage-$base-$arch-$name.log
		ISOLATED=$cpus "$top/scripts/run-guest.sh" "$base" "$arch" patched gcov "$run" \
			400 "$log" torture_seconds=60 stress_seconds=60
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
	done
done
"$top/scripts/coverage-report.py" "$(srcdir "$base" patched)" "$data"/*/*.json |
	tee "$reports/coverage-$base-$arch.txt"
