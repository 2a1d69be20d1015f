#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Usage: benchmarks.sh
#
# Put what "make bench", "make sizes" and "make isolation" have left in build/reports
# into Documentation/benchmarks: their reports, and plots.  What was not measured anew
# stays as it is there.
. "$(dirname "$0")/lib.sh"

reports=$build/reports to=$top/Documentation/benchmarks
shopt -s nullglob

found=("$reports/$for_name"{fastpath,insns,scaling,drain,lockout,workload,sizes}-*.{txt,csv})
[ ${#found[@]} != 0 ] || die "nothing in $reports; run 'make bench BASE=...'"
cp "${found[@]}" "$to/"

# svg NAME COMMAND...: NAME.svg, of what gnuplot makes of the output of COMMAND
svg()
{
	"${@:2}" | gnuplot > "$to/$1.svg.part" || die "gnuplot did not draw $1"
	mv "$to/$1.svg.part" "$to/$1.svg"
	say "${to#"$top"/}/$1.svg"
}

for what in fastpath scaling drain lockout; do
	csv=("$to/$for_name$what"-*-x86_64.csv)
	[ ${#csv[@]} = 0 ] || svg "$for_name$what" "$top/scripts/plot.py" "$what" "${csv[@]}"
done
logs=("$reports"/isolation-v5.10-x86_64-{base,patched}.log)
[ ! -e "${logs[0]}" ] || [ ! -e "${logs[1]}" ] ||
	svg timeline "$top/scripts/timeline.py" reclaim unpatched="${logs[0]}" patched="${logs[1]}"
