#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The KUnit suites of this kernel that are modules.  Their results are in the
# kernel's log, which the console may be late with, as on PREEMPT_RT.

# A call trace for each of the failures that were asked for says nothing.
verbose=/sys/kernel/debug/fail_page_alloc/verbose
[ ! -e $verbose ] || echo 0 > $verbose

echo "guest: KUnit begins" > /dev/kmsg
for suite in /*_kunit.ko; do
	insmod "$suite"
done
# Whatever the console has not told yet is in there, and must not get between its lines.
level=$(cut -f1 /proc/sys/kernel/printk)
dmesg -n 1
echo "guest: KUnit results"
dmesg | sed '1,/guest: KUnit begins/d'
dmesg -n "$level"
