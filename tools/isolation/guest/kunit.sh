#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The KUnit suites of this kernel that are modules.  Their results are in the
# kernel's log, which the console may be late with, as on PREEMPT_RT.
echo "guest: KUnit begins" > /dev/kmsg
for suite in /*_kunit.ko; do
	insmod "$suite"
done
dmesg | sed '1,/guest: KUnit begins/d'
