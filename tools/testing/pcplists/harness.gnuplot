# SPDX-License-Identifier: GPL-2.0
#
# Plots what bench printed: gnuplot -e "csv = 'FILE'" harness.gnuplot > FILE.svg

set terminal svg size 720,440 dynamic enhanced font "sans-serif,13" background "white"
set datafile separator ","
set title "Allocating and freeing single pages from per-CPU lists (user space)"
set xlabel "CPUs"
set ylabel "million operations per second, all CPUs"
set xtics 1
set yrange [0:*]
set grid ytics lc rgb "#d0d0d0"
set key left top Left reverse
set offsets 0.3, 0.3, 0, 0
set label "medians; bars from the slowest to the fastest round" at graph 0.99, 0.04 right font ",11"

of(variant) = sprintf("< grep ',%s,' '%s'", variant, csv)

plot of("bare") using 1:($4 / 1e6):($5 / 1e6):($6 / 1e6) with yerrorlines \
		lw 2 lc rgb "#808080" pt 5 title "no protection, no drains", \
	of("exchange") using 1:($4 / 1e6):($5 / 1e6):($6 / 1e6) with yerrorlines \
		lw 2 lc rgb "#0060a0" pt 7 title "exchange", \
	of("lock") using 1:($4 / 1e6):($5 / 1e6):($6 / 1e6) with yerrorlines \
		lw 2 lc rgb "#c04000" pt 9 title "spinlock, taken by drainers too"
