#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The torture module for guest.torture_seconds, with what it cannot do itself going
# on meanwhile: memory hot-remove, with guest.offline_pause seconds in between, CMA
# and direct reclaim.  KTAP.
. /common.sh

echo 7 > /proc/sys/kernel/printk
echo "KTAP version 1"
echo "1..1"
# Its parameters on the kernel's command line, but for the one that is the kernel's
insmod /pcplists_torture.ko duration="${torture_seconds:-60}" \
	$(tr ' ' '\n' < /proc/cmdline | sed -n '/\.busted=/d; s/^pcplists_torture\.//p')

# forever PAUSE COMMAND: until the end
forever()
{
	pause=$1
	shift
	until [ -e /tmp/stop ]; do
		"$@" > /dev/null 2>&1
		sleep "$pause"
	done
}
forever "${offline_pause:-0.2}" offline_memory &
forever 0.2 use_cma &
forever 0.2 hog 50 &

until end=$(dmesg | grep 'pcplists_torture: End of test'); do
	sleep 1
done
touch /tmp/stop
rmmod pcplists_torture
case $end in
*SUCCESS*)	echo "ok 1 pcplists_torture # ${end#*SUCCESS: }" ;;
*)		echo "not ok 1 pcplists_torture # ${end#*FAILURE: }" ;;
esac
