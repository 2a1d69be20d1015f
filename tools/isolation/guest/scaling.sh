#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What a drain takes with so many CPUs, all others idle; for a guest in which the
# clock counts instructions.
echo "data bench=scaling-guest cpus=$(grep -c ^processor /proc/cpuinfo)" \
     "nodes=$(ls -d /sys/devices/system/node/node* | wc -l)" \
     "zones=$(grep -c '^ *present *[1-9]' /proc/zoneinfo)"
insmod /drain_bench.ko state=idle rounds=50
