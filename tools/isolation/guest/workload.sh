#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Throughput of programs that mostly allocate and free memory, stress-ng's, with the
# same seed each time: what differs from one guest to another is to be the kernel.
# guest.workload_seconds for each, guest.workload_repeats times.
. /common.sh

cpus=$(grep -c ^processor /proc/cpuinfo)
# On a tmpfs: one of them writes files.
mkdir -p /tmp/work
cd /tmp/work || exit

# measure STRESSOR [ARGUMENTS]: what is done of it on all CPUs
measure()
{
	before=$(counter 'pgalloc_*')
	# shellcheck disable=SC2086 # a list
	stress-ng --"$1" "$cpus" $2 --timeout "${workload_seconds}s" --no-rand-seed \
		--metrics-brief > /tmp/said 2>&1 || sed 's/^/# /' /tmp/said
	pages=$(($(counter 'pgalloc_*') - before))
	sed -n "s/.*\] $1 //p" /tmp/said |
	while read -r operations seconds user system _; do
		echo "data bench=workload name=$1 cpus=$cpus operations=$operations" \
		     "seconds=$seconds user=$user system=$system pages=$pages"
	done
}

for _ in $(seq "$workload_repeats"); do
	measure fault
	measure fork
	measure vm "--vm-bytes 16m --vm-method write64"
done
