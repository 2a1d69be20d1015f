#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The torture module for guest.torture_seconds, with what it cannot do itself going
# on meanwhile: memory hot-remove, CMA and direct reclaim.  KTAP.
. /common.sh

echo 7 > /proc/sys/kernel/printk
echo "KTAP version 1"
echo "1..1"
insmod /pcplists_torture.ko duration="${torture_seconds:-60}"

forever()
{
	until [ -e /tmp/stop ]; do
		"$@" > /dev/null 2>&1
		sleep 0.2
	done
}
forever offline_memory &
forever use_cma &
forever hog 50 &

until end=$(dmesg | grep 'pcplists_torture: End of test'); do
	sleep 1
done
touch /tmp/stop
rmmod pcplists_torture
case $end in
*SUCCESS*)	echo "ok 1 pcplists_torture # ${end#*SUCCESS: }" ;;
*)		echo "not ok 1 pcplists_torture # ${end#*FAILURE: }" ;;
esac
