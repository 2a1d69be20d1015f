#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What CPU 1 sees of drains of its pcplists, see lockout_bench.c.

# CPU 0 drains, CPU 1 is the owner, and nobody else is to take the host's CPUs
# away from them.
for cpu in 2 3; do
	echo 0 > /sys/devices/system/cpu/cpu$cpu/online
done

# The lists are to hold as many pages as it takes, and nobody is to tune that.
# The least that is allowed is the most pages.  Before the CPUs went it would be
# less.
for fraction in /proc/sys/vm/percpu_pagelist_*fraction; do
	echo 8 > "$fraction"
done

echo "data bench=lockout-guest clocksource=$(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)" \
     "cpus=$(cat /sys/devices/system/cpu/online) isolated=$(cat /sys/devices/system/cpu/isolated)"

for pages in 2000 4000; do
	for mode in loop paced free; do
		taskset 1 insmod /lockout_bench.ko mode=$mode pages=$pages drains=200 || continue
		rmmod lockout_bench
	done
done
