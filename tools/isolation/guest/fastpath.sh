#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# How many instructions an allocation and a free take, see fastpath_bench.c.

echo "data bench=fastpath-guest clocksource=$(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)" \
     "cpus=$(cat /sys/devices/system/cpu/online)"
insmod /fastpath_bench.ko
