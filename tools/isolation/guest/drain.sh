#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Latency of drain_all_pages(), or for what=lru of lru_add_drain_all(), while CPU 1 to 3
# are idle, in user space, in and out of the kernel, in system calls of tens of ms, and
# owned by SCHED_FIFO tasks.  Each state in turn, several times.
. /common.sh

rounds=60
case $what in
lru)	bench=lru_bench function=lru_add_drain_all ;;
*)	bench=drain_bench function=drain_all_pages ;;
esac

everywhere()
{
	pids=
	for cpu in 1 2 3; do
		"$1" $cpu $2 & pids="$pids $!"
	done
	sleep 1
}

# system_call CPU: one of them after the other, which nothing ends early
system_call()
{
	exec taskset $((1 << $1)) dd if=/dev/urandom of=/dev/null bs=16M
}

# Where the drain does not return there is no result, but this line.
measure()
{
	echo "data bench=drain-begun state=$1"
	insmod /$bench.ko state=$1 rounds=$2
	rmmod $bench
	kill $pids 2> /dev/null
	wait $pids 2> /dev/null
}

echo "data bench=drain-guest function=$function isolated=$(cat /sys/devices/system/cpu/isolated)"
pids=
for repeat in 1 2 3; do
	measure idle $rounds
	everywhere spinner
	measure user $rounds
	everywhere churn "8 1"
	measure kernel $rounds
	everywhere system_call
	measure stays $rounds
done

# On PREEMPT_RT the pages are put on the lists by a task, for which there is no room,
# and so are folios everywhere.
[ ! -e /sys/kernel/realtime ] && [ $bench = drain_bench ] || exit 0

# Last, as it may never end.
echo -1 > /proc/sys/kernel/sched_rt_runtime_us
everywhere spinner 99
(measure fifo $rounds) &
sleep 20
